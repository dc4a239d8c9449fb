package dev.cachebash.presentation.account

import dev.cachebash.presentation.RightState

/** The sheet of the accounts on this device: all of them, or one with its keys. */
data class AccountsState(
    val title: String,
    /** Its server, where it is one account. */
    val aside: String?,
    val close: String,
    /** A line each; none while [account] is shown. */
    val lines: List<AccountLineState>,
    val account: AccountState?,
    /** Asked before anything is lost. */
    val asking: LosingState?,
    val trouble: String?,
)

/** One account among others. */
data class AccountLineState(
    val id: String,
    val label: String,
    /** Its server, where that is not its label, and whether this device acts for its owner. */
    val facts: List<String>,
)

/** One account: what this device may do for its owner, and with which keys. */
data class AccountState(
    /** Back to the others; absent where there is none. */
    val back: String?,
    /** Whether this device may act for its owner. */
    val acting: String,
    /** What taking that back is called, where it was given. */
    val stop: String?,
    val keysTitle: String,
    val keysCount: String,
    val keys: List<RingKeyState>,
    /** What giving it another key is called. */
    val another: String,
    /** What replacing its own key is called. */
    val replace: String,
    /** Its own key is no longer accepted: replacing it asks most. */
    val refused: String?,
    val signOut: String,
)

/** A key of an account, never the key itself. */
data class RingKeyState(
    val hash: String,
    val label: String,
    val fingerprint: String,
    /** What this device does with it. */
    val use: String,
    /** What it may read, as far as it was told. */
    val rights: List<RightState>,
    /** Nobody asked anything with it so far. */
    val untold: String?,
    /** What forgetting it is called; the account's own goes with the account. */
    val remove: String?,
)

/** What would be lost, before it is. */
data class LosingState(
    val title: String,
    val text: String,
    /** What was asked for and is not delivered. */
    val warning: String?,
    val yes: String,
    val no: String,
    val busy: Boolean,
    val trouble: String?,
)

/** What a person can do in the sheet. */
sealed interface AccountsAction {
    /** Show one account. */
    data class Open(
        val account: String,
    ) : AccountsAction

    /** Show all of them. */
    data object Back : AccountsAction

    /** Let this device act no longer. */
    data object StopActing : AccountsAction

    /** Give the account another key. */
    data object UseAnotherKey : AccountsAction

    /** Put another key in place of its own. */
    data object ReplaceKey : AccountsAction

    /** Forget a key; asks first. */
    data class RemoveKey(
        val hash: String,
    ) : AccountsAction

    /** Wipe the account from this device; asks first. */
    data object SignOut : AccountsAction

    /** Lose what was asked about. */
    data object Lose : AccountsAction

    /** Keep it. */
    data object Keep : AccountsAction

    /** Leave. */
    data object Close : AccountsAction
}
