package dev.cachebash.presentation

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.CompanionException
import dev.cachebash.presentation.words.Labels
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.onStart

// What presenters do alike.

/** A screen that turns away for a moment, as when a device is rotated, does not begin anew. */
internal const val LINGER = 5_000L

/** More programs are never asked for at once. */
internal const val LARGEST_WINDOW = 100

internal fun <T> Flow<T>.distinct(): Flow<T> = distinctUntilChanged()

/** Ends a flow that failed and tells why; what was shown stays, and if nothing was, it ends with nothing. */
internal fun <T : Any> Flow<T>.orNothing(onTrouble: (CompanionException) -> Unit): Flow<T?> =
    flow {
        var shown = false
        emitAll(
            map<T, T?> { it }.onEach { shown = true }.catch { trouble ->
                if (trouble !is CompanionException) throw trouble
                onTrouble(trouble)
                if (!shown) emit(null)
            },
        )
    }

/** The error of [act], if it is one a person can do something about. */
internal suspend fun troubleOf(act: suspend () -> Unit): CompanionException? =
    try {
        act()
        null
    } catch (trouble: CompanionException) {
        trouble
    }

/** Its age would be said in seconds. */
internal fun Long?.isYoung(now: Long): Boolean = this != null && now - this < Labels.MINUTE

/** What each account is called, by its id; said only where there are two or more. */
internal val List<Account>.labelsOfSeveral: Map<String, String>
    get() = if (size > 1) associate { it.id to it.label } else emptyMap()

/** How many things asked for are not delivered, by account; none while the outbox was not read. */
internal fun Acting.undelivered(): Flow<Map<String, Int>> =
    outboxes()
        .map { outbox -> outbox.lines.groupingBy { it.account }.eachCount() }
        .onStart { emit(emptyMap()) }
        .orNothing { }
        .map { it.orEmpty() }
        .distinctUntilChanged()
