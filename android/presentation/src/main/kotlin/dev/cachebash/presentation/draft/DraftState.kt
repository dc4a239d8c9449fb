package dev.cachebash.presentation.draft

import dev.cachebash.presentation.FieldState

/** The sheet in which a person answers, replies, writes a message or edits a part of a state; or first the one that asks for leave. */
data class DraftState(
    /** Asks whether this device may act at all; nothing else is shown until it may. */
    val allow: AllowState?,
    /** Who asked and when, or since when the question stands. */
    val aside: String?,
    /** The question, or what is being written. */
    val title: String,
    /** What closing it is called. */
    val close: String,
    /** What the asker said beside its question. */
    val context: String?,
    /** What the reply quotes. */
    val quote: String?,
    /** Whom a message may go to. */
    val targets: TargetsState?,
    /** What the asker offers. */
    val options: List<OptionState>,
    val field: FieldState,
    /** What will happen. */
    val note: DraftNote,
    val send: String,
    val sendable: Boolean,
    val trouble: String?,
)

/** "Allow this phone to act for you?", asked once per account, before its first act. */
data class AllowState(
    /** Whose account, on which server. */
    val aside: String,
    val title: String,
    val close: String,
    val lead: String,
    /** What it may do then. */
    val may: List<String>,
    val foot: String,
    val allow: String,
    val stay: String,
    /** It is being noted. */
    val busy: Boolean,
    val trouble: String?,
)

/** Whom a message may go to: the account's programs and groups, as they were last read. */
data class TargetsState(
    val label: String,
    val targets: List<TargetState>,
)

/** A program or a group. */
data class TargetState(
    val name: String,
    val chosen: Boolean,
    val group: Boolean,
)

/** One of an asked question's options. */
data class OptionState(
    val text: String,
    val chosen: Boolean,
)

/** The sign of what will happen. */
enum class DraftSign { Goes, Waits }

/** What will happen, before it does. */
data class DraftNote(
    val sign: DraftSign,
    val title: String,
    val text: String,
)

/** What a person can do in the sheet. */
sealed interface DraftAction {
    /** Write. */
    data class Write(
        val text: String,
    ) : DraftAction

    /** Choose an option, or take the choice back. */
    data class Choose(
        val option: Int,
    ) : DraftAction

    /** Say whom a message goes to. */
    data class Address(
        val to: String,
    ) : DraftAction

    /** Let this device act, and go on to what was tapped. */
    data object Allow : DraftAction

    /** Keep what was written and ask the companion to send it. */
    data object Send : DraftAction

    /** Leave; what was written stays as a draft. */
    data object Close : DraftAction
}
