package dev.cachebash.presentation.draft

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.Action
import dev.cachebash.ffi.MessageKind
import dev.cachebash.presentation.FieldState
import dev.cachebash.presentation.LONGEST_MESSAGE
import dev.cachebash.presentation.inALine
import dev.cachebash.presentation.length
import dev.cachebash.presentation.questionLines
import dev.cachebash.presentation.questionsField
import dev.cachebash.presentation.questionsFit
import dev.cachebash.presentation.quoting
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.questionTime

/** What is known where a draft is written. */
internal data class DraftGround(
    /** The servers answer. */
    val fresh: Boolean,
    /** Server time, milliseconds since the epoch. */
    val now: Long,
    val programs: List<String>,
    val groups: List<String>,
)

/** What is sent for this draft. */
internal fun Draft.action(subject: Subject): Action =
    when (subject) {
        is Subject.Answer -> {
            Action.AnswerQuestion(subject.asked.question, wholeText(subject))
        }

        is Subject.Reply -> {
            Action.SendMessage(
                subject.question.program,
                wholeText(subject),
                MessageKind.DIRECTIVE,
                subject.question,
            )
        }

        is Subject.Message -> {
            Action.SendMessage(to ?: subject.to, wholeText(subject), MessageKind.DIRECTIVE, repliesTo = null)
        }

        is Subject.Notes -> {
            Action.EditHandOffNotes(subject.program, text, seen.firstOrNull().orEmpty())
        }

        is Subject.Questions -> {
            Action.EditOpenQuestions(subject.program, questionLines(text), seen)
        }
    }

/** Everything that travels: the chosen option above one's own words, the question above the reply. */
private fun Draft.wholeText(subject: Subject): String =
    when (subject) {
        is Subject.Answer -> {
            listOfNotNull(option?.let { subject.asked.options.getOrNull(it) }, text.trim().ifEmpty { null })
                .joinToString("\n\n")
        }

        is Subject.Reply -> {
            quoting(subject.question, text.trim())
        }

        is Subject.Message -> {
            text.trim()
        }

        is Subject.Notes, is Subject.Questions -> {
            text
        }
    }

/** There is something to send, and it fits. */
internal fun Draft.isWhole(subject: Subject): Boolean {
    val something =
        when (subject) {
            is Subject.Answer -> option?.let { subject.asked.options.getOrNull(it) } != null || text.isNotBlank()
            is Subject.Reply, is Subject.Message -> text.isNotBlank()
            is Subject.Notes -> listOf(text) != seen
            is Subject.Questions -> questionLines(text) != seen
        }
    return something && fits(subject)
}

private fun Draft.fits(subject: Subject): Boolean =
    if (subject is Subject.Questions) {
        questionsFit(questionLines(text))
    } else {
        wholeText(subject).length <= LONGEST_MESSAGE
    }

/** Words the sheet. */
internal fun Labels.draft(
    subject: Subject,
    draft: Draft,
    ground: DraftGround,
): DraftState =
    DraftState(
        allow = null,
        aside = aside(subject, ground),
        title = title(subject, draft),
        close = text("close"),
        context = (subject as? Subject.Answer)?.asked?.context,
        quote = (subject as? Subject.Reply)?.question?.text,
        targets = (subject as? Subject.Message)?.let { targets(draft.to ?: it.to, ground) },
        options =
            (subject as? Subject.Answer)
                ?.asked
                ?.options
                .orEmpty()
                .mapIndexed { n, option -> OptionState(option, n == draft.option) },
        field = field(subject, draft),
        note = note(subject, draft, ground),
        send = text(if (!ground.fresh) "send_when_online" else sendNow(subject)),
        sendable = draft.isWhole(subject),
        trouble = null,
    )

private fun Labels.aside(
    subject: Subject,
    ground: DraftGround,
): String? =
    when (subject) {
        is Subject.Answer -> {
            subject.asked.askedAt?.let {
                val clock = dayClock(it, ground.now)
                subject.asked.asker?.let { asker -> words.text("asked.by", asker, clock) }
                    ?: words.text("asked", clock)
            }
        }

        is Subject.Reply -> {
            subject.time?.let { questionTime(it.since, it.firstSeen, ground.now) }
        }

        is Subject.Message, is Subject.Notes, is Subject.Questions -> {
            null
        }
    }

private fun Labels.title(
    subject: Subject,
    draft: Draft,
): String =
    when (subject) {
        is Subject.Answer -> subject.asked.text
        is Subject.Reply -> words.text("action.reply", subject.question.program)
        is Subject.Message -> words.text("action.message", draft.to ?: subject.to)
        is Subject.Notes -> words.text("action.notes", subject.program)
        is Subject.Questions -> words.text("action.questions", subject.program)
    }

private fun Labels.targets(
    to: String,
    ground: DraftGround,
): TargetsState {
    val programs = ground.programs.distinct().map { TargetState(it, it == to, group = false) }
    val groups = (ground.groups - ground.programs.toSet()).map { TargetState(it, it == to, group = true) }
    return TargetsState(text("to"), programs + groups)
}

private fun Labels.field(
    subject: Subject,
    draft: Draft,
): FieldState {
    if (subject is Subject.Questions) return questionsField(text(label(subject)), draft.text)
    val length = draft.wholeText(subject).length
    val said = length(length, LONGEST_MESSAGE)
    val count =
        when (subject) {
            is Subject.Answer -> if (draft.option == null) said else words.text("length.with_choice", said)
            is Subject.Reply -> words.text("length.with_question", said)
            is Subject.Message, is Subject.Notes, is Subject.Questions -> said
        }
    return FieldState(text(label(subject)), draft.text, count, tooLong = !draft.fits(subject))
}

private fun label(subject: Subject): String =
    when (subject) {
        is Subject.Answer -> if (subject.asked.options.isEmpty()) "field.answer" else "add_or_answer"
        is Subject.Reply -> "field.reply"
        is Subject.Message -> "field.message"
        is Subject.Notes -> "field.notes"
        is Subject.Questions -> "field.questions"
    }

private fun sendNow(subject: Subject): String =
    when (subject) {
        is Subject.Answer, is Subject.Message -> "send"
        is Subject.Reply -> "send_as_message"
        is Subject.Notes, is Subject.Questions -> "save"
    }

private fun Labels.note(
    subject: Subject,
    draft: Draft,
    ground: DraftGround,
): DraftNote {
    val what =
        when (subject) {
            is Subject.Answer -> subject.asked.asker?.let { words.text("goes.answer", it) } ?: text("goes.answer")
            is Subject.Reply -> words.text("goes.reply", subject.question.program)
            is Subject.Message -> goes(draft.to ?: subject.to, ground)
            is Subject.Notes, is Subject.Questions -> text("goes.edit")
        }
    if (!ground.fresh) return DraftNote(DraftSign.Waits, text("will_send"), words.text("kept_until_then", what))
    return DraftNote(DraftSign.Goes, goesTo(subject, draft), what)
}

private fun Labels.goesTo(
    subject: Subject,
    draft: Draft,
): String =
    when (subject) {
        is Subject.Answer -> {
            subject.asked.asker?.let { words.text("goes_to.answer", it) } ?: text("goes_to.answer")
        }

        is Subject.Reply -> {
            words.text("goes_to.message", subject.question.program)
        }

        is Subject.Message -> {
            words.text("goes_to.message", draft.to ?: subject.to)
        }

        is Subject.Notes, is Subject.Questions -> {
            text("goes_to.edit")
        }
    }

private fun Labels.goes(
    to: String,
    ground: DraftGround,
): String = words.text(if (to in ground.groups && to !in ground.programs) "goes.group" else "goes.message", to)

/** Words the question whether this device may act. */
internal fun Labels.allow(
    account: Account,
    busy: Boolean,
    trouble: String?,
): AllowState =
    AllowState(
        aside = account.inALine,
        title = text("allow.title"),
        close = text("close"),
        lead = text("allow.lead"),
        may = listOf(text("allow.say"), text("allow.change"), text("allow.keys")),
        foot = text("allow.foot"),
        allow = text("allow.yes"),
        stay = text("allow.no"),
        busy = busy,
        trouble = trouble,
    )
