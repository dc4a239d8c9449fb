package dev.cachebash.presentation

import dev.cachebash.ffi.Shape

/** Identity of a program: two accounts may have programs of one name. */
data class ProgramKey(
    val account: String,
    val program: String,
)

/** The colour of a state word. A finding never changes it. */
enum class Tone { Working, Blocked, Pinned, Complete, Other }

/** One program in the list: every text is ready to be drawn, every choice is made. */
data class RowState(
    val key: ProgramKey,
    val name: String,
    val shape: Shape,
    /** The arc of the shape may turn. */
    val turns: Boolean,
    /** The agent's word, absent where it never gave one. */
    val word: String?,
    val tone: Tone,
    /** Stands behind the word where blocked cannot be told from pinned. */
    val wordAside: String?,
    val age: String,
    val status: String,
    /** What the program asks; [status] is then the question. */
    val asks: AskedKey?,
    /** What answering it here is called, where that is possible. */
    val answer: String?,
    val progress: ProgressState,
    val finding: FindingState?,
    /** When it will be done, where nothing was found. */
    val eta: String?,
    /** How long a person is waited for; cards only. */
    val waiting: String?,
    /** The account's label, where there are two or more. */
    val account: String?,
    val project: String?,
    /** How many open questions, absent when none. */
    val questions: String?,
    /** The row as one sentence, for a screen reader. */
    val spoken: String,
)

/** What line 3 of a row begins with. */
sealed interface ProgressState {
    /** Nothing worth a word. */
    data object Absent : ProgressState

    /** Reported: a bar, and the percent beside it. */
    data class Percent(
        /** 0 to 100, the bar's length. */
        val value: Int,
        val text: String,
        /** Only a moving bar is coloured. */
        val moving: Boolean,
    ) : ProgressState

    /** Not reported, or dropped: words and no bar. */
    data class Note(
        val text: String,
    ) : ProgressState
}

/** The sign before a finding. */
enum class FindingSign { NoChange, Silent, Fell }

/** What the companion concludes, beside what the agent says. */
data class FindingState(
    val sign: FindingSign,
    val text: String,
    /** What is left of it where there is no room. */
    val short: String,
)
