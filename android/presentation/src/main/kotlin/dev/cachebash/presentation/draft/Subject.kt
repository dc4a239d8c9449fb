package dev.cachebash.presentation.draft

import dev.cachebash.ffi.AskedRow
import dev.cachebash.ffi.OpenQuestion
import dev.cachebash.ffi.QuestionTime

/** What a person is about to say something to. */
sealed interface Subject {
    /** Over whose server. */
    val account: String

    /** Tells its draft from the others. */
    val key: String

    /** Its draft before the first letter. */
    val fresh: Draft get() = Draft()

    /** An agent asked, and the server takes the answer. */
    data class Answer(
        val asked: AskedRow,
    ) : Subject {
        override val account get() = asked.account
        override val key get() = "answer $account ${asked.question}"
    }

    /** A line in a program's state: a reply is a message that quotes it. */
    data class Reply(
        override val account: String,
        val question: OpenQuestion,
        /** Since when it stands there, where anything is known of that. */
        val time: QuestionTime?,
    ) : Subject {
        override val key get() = "reply $account ${question.program} ${question.occurrence} ${question.text}"
    }

    /** A message of one's own, to a program at first. */
    data class Message(
        override val account: String,
        val to: String,
    ) : Subject {
        override val key get() = "message $account $to"
    }

    /** What one session leaves for the next, as it stood when the person began to write it anew. */
    data class Notes(
        override val account: String,
        val program: String,
        val seen: String,
    ) : Subject {
        override val key get() = "notes $account $program"
        override val fresh get() = Draft(seen, seen = listOf(seen))
    }

    /** What an agent does not know, as it stood then. */
    data class Questions(
        override val account: String,
        val program: String,
        val seen: List<String>,
    ) : Subject {
        override val key get() = "questions $account $program"
        override val fresh get() = Draft(seen.joinToString("\n"), seen = seen)
    }
}

/** What was written so far. */
data class Draft(
    val text: String = "",
    /** Which of an asked question's options. */
    val option: Int? = null,
    /** Whom a message goes to, where that is another than at first. */
    val to: String? = null,
    /** What an edit was begun from: where the server has something else by then, both are shown. */
    val seen: List<String> = emptyList(),
)

/**
 * What was begun and not sent, kept while its sheet is closed, while leave is asked for, and while the server refuses it.
 *
 * Not thread-safe: for the thread that draws.
 */
class Drafts(
    kept: Map<String, Draft> = emptyMap(),
) {
    private val drafts = kept.toMutableMap()
    private val onTheirWay = mutableMapOf<String, Draft>()

    /** All of them, by their subjects' keys: for whoever keeps them while the app is away. */
    val all: Map<String, Draft> get() = onTheirWay + drafts

    internal operator fun get(subject: Subject): Draft = drafts[subject.key] ?: subject.fresh

    internal operator fun set(
        subject: Subject,
        draft: Draft,
    ) {
        if (draft == subject.fresh) drafts -= subject.key else drafts[subject.key] = draft
    }

    /** It is being handed over: whoever opens its subject meanwhile begins anew, so that nothing is said twice. */
    internal fun handOver(subject: Subject) {
        drafts.remove(subject.key)?.let { onTheirWay[subject.key] = it }
    }

    /** Its owner signed out: nothing of it is left. */
    fun forget(account: String) {
        for (kept in listOf(
            drafts,
            onTheirWay,
        )) {
            kept.keys.removeAll { it.split(' ', limit = 3).getOrNull(1) == account }
        }
    }

    /** It was taken. */
    internal fun taken(subject: Subject) {
        onTheirWay -= subject.key
    }

    /** It was not taken, and is there again. */
    internal fun refused(subject: Subject) {
        onTheirWay.remove(subject.key)?.let { drafts.putIfAbsent(subject.key, it) }
    }
}
