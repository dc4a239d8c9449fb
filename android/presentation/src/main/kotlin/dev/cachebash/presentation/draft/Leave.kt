package dev.cachebash.presentation.draft

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.CompanionException
import dev.cachebash.presentation.Acting
import dev.cachebash.presentation.asWord
import dev.cachebash.presentation.troubleOf
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error

/**
 * Whether this device may act for an account, as far as a sheet knows. An account reads only until its owner was asked; the
 * companion refuses everything before, whatever a screen believes.
 */
internal data class Leave(
    /** It was given here. */
    val given: Boolean = false,
    /** The companion refused for want of it. */
    val missed: Boolean = false,
    val busy: Boolean = false,
    val trouble: CompanionException? = null,
) {
    /** Asks for it, if it has to be asked for. Nothing is said before the account is known. */
    fun asked(
        account: Account?,
        labels: Labels,
    ): AllowState? {
        if (account == null || (!missed && (given || account.writesAllowed))) return null
        return labels.allow(account, busy, trouble?.let { labels.error(it.asWord) })
    }

    companion object {
        /** It is being noted. */
        val Taking = Leave(missed = true, busy = true)

        /** Notes it, and says whether that went well. */
        suspend fun take(
            acting: Acting,
            account: String,
        ): Leave {
            val trouble = troubleOf { acting.allowWrites(account) }
            return if (trouble == null) Leave(given = true) else Leave(missed = true, trouble = trouble)
        }
    }
}
