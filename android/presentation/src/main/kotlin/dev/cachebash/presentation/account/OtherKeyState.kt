package dev.cachebash.presentation.account

import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.Overview
import dev.cachebash.presentation.key.Secret

/** For which account another key is wanted, and for which of its programs, where that is what it is about. */
data class OtherKey(
    val account: String,
    val program: String? = null,
)

/** [account]'s own key is no longer accepted, as far as its server told. */
internal fun Overview.isRefused(account: String): Boolean =
    sources.any { it.account == account && it.cause == Cause.Unauthorized }

/** The sheet in which a person gives another key for an account. Only its [Secret] holds what was pasted. */
data class OtherKeyState(
    /** Whose account, on which server. */
    val aside: String,
    val title: String,
    val close: String,
    /** What such a key is for; or what will happen with the one that was pasted. */
    val lead: String,
    val step: OtherKeyStep,
    val trouble: String?,
)

/** How far it is. */
sealed interface OtherKeyStep {
    /** A key or a link is pasted or scanned. */
    data class Pasting(
        val label: String,
        /** What was pasted so far: it stays when it is refused. */
        val text: Secret,
        /** How many codes were scanned: the text is another with each. */
        val scanned: Int,
        /** Absent where the device cannot scan. */
        val scan: String?,
        val use: String,
        /** There is something to go on with, and nothing under way. */
        val ready: Boolean,
    ) : OtherKeyStep

    /** It cannot go into this account's ring, and what can be done instead is asked about. */
    data class Deciding(
        val yes: String,
        val back: String,
        /** The server is being asked. */
        val busy: Boolean,
    ) : OtherKeyStep

    /** It is in the ring. */
    data class Kept(
        val done: String,
    ) : OtherKeyStep
}

/** What a person can do in the sheet. */
sealed interface OtherKeyAction {
    /** What was pasted. It may be a key, so it does not print itself. */
    class Write(
        val text: String,
    ) : OtherKeyAction

    /** Look at a code with the camera. */
    data object Scan : OtherKeyAction

    /** Use what was pasted. */
    data object Use : OtherKeyAction

    /** Do what is asked about. */
    data object Confirm : OtherKeyAction

    /** Back to what was pasted. */
    data object Back : OtherKeyAction

    /** Leave; what was pasted is forgotten, and what is under way is given up. */
    data object Close : OtherKeyAction
}
