package dev.cachebash.presentation

import dev.cachebash.ffi.Shape

/** One program's page, whole. Parts that were never read are absent; a part the key may not read says so. */
data class ProgramState(
    val name: String,
    /** What the way back is called. */
    val back: String,
    val header: HeaderState?,
    val notice: NoticeState?,
    val sources: List<SourceState>,
    val sourcesOpen: Boolean,
    /** What this program asks; it comes first. */
    val asked: List<AskedState>,
    val now: NowState?,
    val locked: LockedState?,
    /** Beside what it may not: what this key may do. */
    val rights: RightsState?,
    val standIn: StandInState?,
    val notes: NotesState?,
    val questions: QuestionsState?,
    val workItems: ItemsState?,
    val lastTask: LastTaskState?,
    val chain: ChainState?,
    val keys: KeysState?,
    /** Counts at the foot of the page. */
    val facts: List<FactState>,
    /** What writing to it is called. */
    val message: String?,
    val trouble: String?,
) {
    companion object {
        /** Before anything was read: the name is known, nothing else. */
        fun blank(
            name: String,
            back: String,
        ) = ProgramState(
            name = name,
            back = back,
            header = null,
            notice = null,
            sources = emptyList(),
            sourcesOpen = false,
            asked = emptyList(),
            now = null,
            locked = null,
            rights = null,
            standIn = null,
            notes = null,
            questions = null,
            workItems = null,
            lastTask = null,
            chain = null,
            keys = null,
            facts = emptyList(),
            message = null,
            trouble = null,
        )
    }
}

/** State and both clocks. */
data class HeaderState(
    val shape: Shape,
    val turns: Boolean,
    val word: String?,
    val tone: Tone,
    val wordAside: String?,
    /** "Auth builder · Builder": name and role as the server's register has them; absent where nobody gave it any. */
    val role: String?,
    /** "Last heard 12 s ago, at 14:01:58 · read at 14:02:10" */
    val clocks: String,
    /** The agent asks to be relieved; two sessions are live; the server's clock is ahead. */
    val asides: List<String>,
    val spoken: String,
)

/** What the program does now, or did in its last session. */
data class NowState(
    val title: String,
    val project: String?,
    val status: String?,
    /** The big number without its unit, and the unit. */
    val number: NumberState?,
    /** Beside the number: a finding, when it will be done, or how long it waits. */
    val finding: FindingState?,
    val eta: EtaState?,
    val waiting: String?,
    /** In place of the number: "No progress reported". */
    val note: String?,
    val chart: ChartState?,
    /** In place of a chart, where there is none. */
    val bar: ProgressState.Percent?,
    /** What the chart shows, in words. */
    val sentence: String?,
    val context: GaugeState?,
    val contextNote: String?,
    val session: String?,
)

/** When the program will be done, and how much of its past that rests on. */
data class EtaState(
    val text: String,
    val basis: String,
)

/** A number too big to carry its unit at the same size. */
data class NumberState(
    val digits: String,
    val unit: String,
)

/** How full the context is. */
data class GaugeState(
    val label: String,
    /** 0 to 100. */
    val value: Int,
    val text: String,
)

/** A session's progress as this device saw it. Times are milliseconds of the server's clock. */
data class ChartState(
    val from: Long,
    /** Until then it was seen. */
    val seenTo: Long,
    /** Where the axis ends: there, or where the program is done at the latest. */
    val to: Long,
    val steps: List<Step>,
    val unseen: List<Span>,
    val beats: List<Long>,
    /** The last thing seen; a dot stands there. */
    val end: Step?,
    val moving: Boolean,
    /** When it will be done, to the right of what was seen. */
    val due: Due?,
    val fromLabel: String,
    val toLabel: String,
) {
    /** From [at] on, the agent said [percent]; `null` says it stopped saying. */
    data class Step(
        val at: Long,
        val percent: Double?,
    )

    /** It reaches a hundred between these two times. */
    data class Due(
        val from: Long,
        val until: Long,
        val label: String,
    )

    /** A stretch in which nobody watched. */
    data class Span(
        val from: Long,
        val until: Long,
    )
}

/** This key may not read the program's state. */
data class LockedState(
    val title: String,
    val cause: String,
    /** What trying with another key is called, where that may help here. */
    val another: String? = null,
)

/** What a key may do, as far as its server told. */
data class RightsState(
    val title: String,
    val rights: List<RightState>,
)

/** One thing that a key may do, or may not. */
data class RightState(
    val text: String,
    val may: Boolean,
)

/** In place of what a program keeps in its state: it was not read yet, or there is nothing. */
data class StandInState(
    val title: String,
    val text: String,
)

/** What one session left for the next. [kept] says that the server has cleared it and this device kept it. */
data class NotesState(
    val title: String,
    val time: String?,
    val kept: String?,
    val text: String,
    val by: String?,
    /** Offered when the text is long: "Show all 2,000 characters". */
    val showAll: String,
    /** How far an edit has come that is not delivered yet; the text is as it would have it. */
    val pending: String? = null,
    /** What writing them anew is called; absent for what the server has cleared. */
    val edit: String? = null,
)

/** What the agent does not know. */
data class QuestionsState(
    val title: String,
    val count: String,
    val kept: String?,
    val questions: List<QuestionState>,
    /** How far an edit has come that is not delivered yet; they are as it would have them. */
    val pending: String? = null,
    /** What writing them anew is called; absent for what the server has cleared. */
    val edit: String? = null,
)

/** One open question; it has a number and a time, and what became of this device's reply. */
data class QuestionState(
    val number: String,
    val text: String,
    val since: String?,
    /** "Replied 13:51 · not picked up yet" */
    val replied: String?,
    /** What replying is called; absent once that was done, and for what the server has cleared. */
    val reply: String?,
    /** The first that waits for a reply: its button asks most. */
    val first: Boolean,
)

/** What is under way. */
data class ItemsState(
    val title: String,
    val kept: String?,
    val count: String,
    val items: List<String>,
    /** Who wrote them and when, where the notes were written at another time. */
    val by: String?,
)

/** The task worked on last. */
data class LastTaskState(
    val heading: String,
    val kept: String?,
    val title: String?,
    val outcome: String?,
    val shape: Shape?,
    val tone: Tone,
    val notes: String?,
    /** Who wrote it and when, where the notes were written at another time. */
    val by: String?,
)

/** The program's sessions, newest first, as links of one chain. */
data class ChainState(
    val title: String,
    val count: String,
    val links: List<ChainLink>,
)

/** One session of the chain. */
data class ChainLink(
    val session: String,
    val shape: Shape,
    val turns: Boolean,
    val line: String,
    /** "Took over 3 work items and 1 question from builder.auth-6" */
    val tookOver: String?,
    /** Between this session and the one before nothing is known: "No record 09:10–10:05". */
    val unrecorded: String?,
)

/** A program's keys. */
data class KeysState(
    val title: String,
    val count: String,
    /** Why there is no list. */
    val note: String?,
    val keys: List<KeyState>,
    /** What making another one is called. */
    val create: String,
)

/** What is known of one key. */
data class KeyState(
    val label: String,
    val fingerprint: String,
    /** When it was last used, and when it likely ends; or that it was revoked. */
    val facts: List<String>,
    /** What it cannot do for an agent's job. */
    val missing: List<String>,
)

/** A count with its name. */
data class FactState(
    val title: String,
    val count: String,
    val note: String?,
)

/** What a person can do on a program's page. */
sealed interface ProgramAction {
    /** Back to the overview. */
    data object Back : ProgramAction

    /** Answer what it asked. */
    data class Answer(
        val key: AskedKey,
    ) : ProgramAction

    /** Reply to an open question, by its place from 0. */
    data class Reply(
        val place: Int,
    ) : ProgramAction

    /** Write its hand-off notes anew. */
    data object EditNotes : ProgramAction

    /** Write its open questions anew. */
    data object EditQuestions : ProgramAction

    /** Use another key for its account. */
    data object UseAnotherKey : ProgramAction

    /** Make a key for it. */
    data object CreateKey : ProgramAction

    /** Write to it. */
    data object Message : ProgramAction

    /** Look now, at this program's state and keys too. */
    data object Refresh : ProgramAction

    /** Show or hide what each source said. */
    data object ToggleSources : ProgramAction
}
