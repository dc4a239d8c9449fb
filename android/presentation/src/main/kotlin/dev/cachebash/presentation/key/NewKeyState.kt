package dev.cachebash.presentation.key

import dev.cachebash.presentation.FieldState
import dev.cachebash.presentation.LockedState
import dev.cachebash.presentation.draft.AllowState

/** A raw key on its way to a person's eyes. It does not print itself. */
class Secret(
    /** The key, or a text with the key in it. */
    val reveal: String,
) {
    override fun equals(other: Any?): Boolean = other is Secret && other.reveal == reveal

    override fun hashCode(): Int = reveal.hashCode()

    override fun toString(): String = "Secret(…)"
}

/** The sheet in which a key is made and shown once. One of its parts is there at a time. */
data class NewKeyState(
    /** Asks whether this device may act at all. */
    val allow: AllowState? = null,
    val form: KeyFormState? = null,
    /** Asks before the account's own key is replaced. */
    val replace: ReplaceState? = null,
    /** This account's key may not create keys: an ordinary state. */
    val refused: RefusedState? = null,
    /** It is not here yet, or could not be shown: the outbox has it. */
    val kept: KeptState? = null,
    val shown: ShownKeyState? = null,
)

/** Whom the key is for. */
data class KeyFormState(
    /** Over whose account. */
    val aside: String,
    val title: String,
    val close: String,
    val lead: String,
    val program: FieldState,
    val label: FieldState,
    val create: String,
    val creatable: Boolean,
    val trouble: String?,
)

/** What replacing a key means, before it is done. */
data class ReplaceState(
    val aside: String,
    val title: String,
    val close: String,
    val lead: String,
    val replace: String,
    val replaceable: Boolean,
    val trouble: String?,
)

/** Why no key can be made here, and who could. */
data class RefusedState(
    val aside: String,
    val title: String,
    val close: String,
    val locked: LockedState,
)

/** Where the key is to be found later. */
data class KeptState(
    val aside: String,
    val title: String,
    val close: String,
    val text: String,
)

/** The one moment in which a new key is seen. */
data class ShownKeyState(
    val aside: String,
    val title: String,
    val close: String,
    val lead: String,
    val key: Secret,
    /** What its QR code says: the server and the key in the pairing form. */
    val link: Secret,
    /** What the code is, for a screen reader. */
    val code: String,
    val copy: String,
    val fingerprint: String,
    /** When it likely ends, and what it cannot do for an agent's job. */
    val facts: List<String>,
    val stored: String,
    val isStored: Boolean,
    val done: String,
    /** "Closing before that asks first" */
    val hint: String?,
    /** It was closed before the person said that it is stored. */
    val asking: LoseItState?,
)

/** "Close and lose this key?" */
data class LoseItState(
    val title: String,
    val text: String,
    val keep: String,
    val lose: String,
)

/** What a person can do in the sheet. */
sealed interface NewKeyAction {
    /** Say which program it is for. */
    data class Program(
        val text: String,
    ) : NewKeyAction

    /** Say what it is for. */
    data class Label(
        val text: String,
    ) : NewKeyAction

    /** Let this device act, and go on. */
    data object Allow : NewKeyAction

    /** Make it. */
    data object Create : NewKeyAction

    /** Put it on the clipboard, for a minute. */
    data object Copy : NewKeyAction

    /** Say that it is stored, or take that back. */
    data object ToggleStored : NewKeyAction

    /** Leave; a key that is not stored is not left without a question. */
    data object Close : NewKeyAction

    /** Stay with the key after all. */
    data object Keep : NewKeyAction

    /** Close and lose it. */
    data object Lose : NewKeyAction
}
