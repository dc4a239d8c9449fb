package dev.cachebash.presentation

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.ContextSummary
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.OpenQuestion
import dev.cachebash.ffi.OutboxLine
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.Reading
import dev.cachebash.presentation.outbox.delivery
import dev.cachebash.presentation.outbox.reply
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.questionTime

// A program's open questions: they have no answer, only a reply, and stay until the program takes them out.

/** The open question at [place], with what tells it from others of the same text. */
internal fun ProgramPage.openQuestion(place: Int): OpenQuestion? {
    val questions = context.context.openQuestions
    val text = questions.getOrNull(place) ?: return null
    return OpenQuestion(row.program, text, questions.take(place).count { it == text }.toUInt())
}

/** The edit that is shown as if it were done already: the last of those that go on by themselves. */
internal fun ProgramPage.pendingEdit(isOf: (Action) -> Boolean): OutboxLine? =
    pending.lastOrNull { line ->
        when (line.delivery) {
            is Delivery.Waiting, Delivery.Sending -> isOf(line.action)

            is Delivery.Refused, is Delivery.Unknown, Delivery.KeyRefused, is Delivery.NotesChanged,
            is Delivery.QuestionsChanged, is Delivery.KeyIssued, is Delivery.KeyUnseen,
            -> false
        }
    }

/** The open questions, each with its reply; [kept] says that the server has cleared them, and then none can be replied to. */
internal fun Labels.questions(
    page: ProgramPage,
    shown: ContextSummary,
    kept: String?,
    now: Long,
): QuestionsState? {
    if (shown.openQuestions.isEmpty()) return null
    val times = if (kept == null) page.context.questions.associateBy { it.question.toInt() } else emptyMap()
    val replies = if (kept == null) page.replies.associate { it.question.toInt() to it.progress } else emptyMap()
    val open = shown.openQuestions.indices.filter { kept == null && it !in replies }
    return QuestionsState(
        title = text("open_questions"),
        count =
            if (replies.isEmpty()) {
                number(shown.openQuestions.size.toLong())
            } else {
                count("without_a_reply", open.size.toLong())
            },
        kept = kept,
        pending = page.pendingEdit { it is Action.EditOpenQuestions }?.let { delivery(it) },
        edit = text("edit").takeIf { kept == null && page.context.reading !is Reading.NoPermission },
        questions =
            shown.openQuestions.mapIndexed { n, question ->
                QuestionState(
                    number = number(n + 1L),
                    text = question,
                    since = times[n]?.takeIf { n !in replies }?.let { questionTime(it.since, it.firstSeen, now) },
                    replied = replies[n]?.let { reply(it, now) },
                    reply = if (n in open) text("reply") else null,
                    first = n == open.firstOrNull(),
                )
            },
    )
}
