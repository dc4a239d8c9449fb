package dev.cachebash.presentation

import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.Reading
import dev.cachebash.ffi.Source
import dev.cachebash.presentation.words.Labels

// What a key may do, as far as its server's replies told. What nobody asked for yet is left out: nothing is guessed.

/** What this account's key may do; absent while all that was asked for was given. */
internal fun Labels.rights(page: ProgramPage): RightsState? {
    val rights =
        RIGHTS.mapNotNull { source ->
            allowed(page, source)?.let { RightState(text("may.${source.key}"), it) }
        }
    return if (rights.all { it.may }) null else RightsState(text("what_it_may"), rights)
}

/** Whether [source] was given or refused; `null` where neither happened. */
private fun allowed(
    page: ProgramPage,
    source: Source,
): Boolean? {
    val reports = page.sources.filter { it.source == source && it.account == page.row.account }
    return when {
        page.readings(source) is Reading.NoPermission || reports.any { it.cause is Cause.Forbidden } -> false
        reports.any { it.asOf != null } -> true
        else -> null
    }
}

private fun ProgramPage.readings(source: Source): Reading? =
    when (source) {
        Source.PROGRAM_STATE -> {
            context.reading
        }

        Source.KEYS -> {
            keys.reading
        }

        Source.SESSIONS, Source.FLEET_HEALTH, Source.SESSION_HISTORY, Source.QUESTIONS, Source.ALERTS, Source.TASKS,
        Source.MESSAGES, Source.GROUPS, Source.COST, Source.SPRINTS,
        -> {
            null
        }
    }

/** Those a person thinks of, in the order in which they are told. */
private val RIGHTS =
    listOf(
        Source.SESSIONS,
        Source.MESSAGES,
        Source.TASKS,
        Source.QUESTIONS,
        Source.PROGRAM_STATE,
        Source.KEYS,
    )
