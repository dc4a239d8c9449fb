package dev.cachebash.presentation.outbox

import dev.cachebash.presentation.ActionKey
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.FieldState
import dev.cachebash.presentation.NoticeState

/** What was asked for and is not done yet, whole. */
data class OutboxState(
    /** The answer; absent only until the outbox was read for the first time. */
    val headline: String?,
    /** How many wait and how many need a person; with nothing there, that all is done. */
    val summary: String?,
    val notice: NoticeState?,
    /** Decisions first, then what waits. */
    val lines: List<OutboxLineState>,
    /** How many are not delivered, for the tab; absent when all are. */
    val badge: String?,
    /** One line is being written anew. */
    val editor: EditorState?,
    /** Why what was asked for could not be done. */
    val trouble: String?,
) {
    companion object {
        /** Before anything was read. */
        val Blank = OutboxState(null, null, null, emptyList(), null, null, null)
    }
}

/** One thing that was asked for: how far it has come, what it says, and what can be done about it. */
data class OutboxLineState(
    val key: ActionKey,
    val sign: OutboxSign,
    /** How far it has come, in a word or two. */
    val word: String,
    /** When it was asked for. */
    val time: String,
    /** What it is, and for whom. */
    val title: String,
    /** Whose, where there are two or more accounts. */
    val account: String?,
    /** What the person wrote; absent where both texts are shown. */
    val text: String?,
    /** The server's text and the person's, where they part. */
    val versions: List<VersionState>,
    /** Why it stands where it stands. */
    val reason: String?,
    val buttons: List<OutboxButton>,
    /** The line as one sentence, without its text. */
    val spoken: String,
)

/** The sign before a line. */
enum class OutboxSign { Waiting, Sending, Refused, Unsure, Key }

/** One of two texts that differ. */
data class VersionState(
    val whose: String,
    val text: String,
)

/** Something a person can do with a line. */
data class OutboxButton(
    val act: OutboxAct,
    val label: String,
    val weight: ButtonWeight,
)

/** What can be done with a line. */
enum class OutboxAct { Retry, Edit, Discard, Show }

/** A sheet in which a line is written anew. */
data class EditorState(
    val key: ActionKey,
    val title: String,
    /** What closing it is called. */
    val close: String,
    /** What the server has instead, where that is why it is edited. */
    val theirs: VersionState?,
    val fields: List<FieldState>,
    val save: String,
    /** The texts could be taken, and are not being saved already. */
    val saveable: Boolean,
    val trouble: String?,
)

/** What a person can do in the outbox. */
sealed interface OutboxAction {
    /** Press a line's button. */
    data class Press(
        val key: ActionKey,
        val act: OutboxAct,
    ) : OutboxAction

    /** Write into the editor. */
    data class Write(
        val field: Int,
        val text: String,
    ) : OutboxAction

    /** Put what was written in place of what was there. */
    data object Save : OutboxAction

    /** Leave the editor; the line stays as it was. */
    data object CloseEditor : OutboxAction
}
