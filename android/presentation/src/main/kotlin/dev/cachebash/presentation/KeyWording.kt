package dev.cachebash.presentation

import dev.cachebash.ffi.KeyFacts
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.Reading
import dev.cachebash.presentation.words.CauseWord
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.cause
import dev.cachebash.presentation.words.expiryEstimate
import dev.cachebash.presentation.words.keyFingerprint
import dev.cachebash.presentation.words.keyUsed
import dev.cachebash.presentation.words.missingCapability
import dev.cachebash.presentation.words.revoked

// A program's keys, by what is known of them; a key itself is never here.

/** The keys of a program, those that work first; absent while they were never read. */
internal fun Labels.keys(
    page: ProgramPage,
    moment: Moment,
): KeysState? {
    val create = text("create_key")
    return when (val reading = page.keys.reading) {
        Reading.NotRead -> {
            null
        }

        is Reading.NoPermission -> {
            KeysState(
                text("keys"),
                "–",
                cause(CauseWord.Forbidden(reading.capability), moment.now),
                emptyList(),
                create,
            )
        }

        Reading.Nothing, Reading.Read -> {
            val keys = page.keys.keys.sortedBy { !it.active }
            KeysState(
                text("keys"),
                number(keys.size.toLong()),
                null,
                keys.take(FEW_KEYS).map { key(it, moment) },
                create,
            )
        }
    }
}

private fun Labels.key(
    key: KeyFacts,
    moment: Moment,
): KeyState {
    val works = key.active && key.revokedAt == null
    return KeyState(
        label = key.label,
        fingerprint = keyFingerprint(key.hash),
        facts =
            if (works) {
                listOf(
                    keyUsed(key.lastUsedAt, moment.now, moment.fresh),
                    expiryEstimate(key.expiresEstimate, moment.now),
                )
            } else {
                listOf(revoked(key.revokedAt, moment.now))
            },
        missing = if (works) key.missingForJob.map { missingCapability(it) } else emptyList(),
    )
}

/** The rest is counted. */
private const val FEW_KEYS = 5
