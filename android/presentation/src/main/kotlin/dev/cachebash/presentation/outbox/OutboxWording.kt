package dev.cachebash.presentation.outbox

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.OutboxLine
import dev.cachebash.ffi.OutboxView
import dev.cachebash.presentation.ActionKey
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.labelsOfSeveral
import dev.cachebash.presentation.withoutQuote
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.quoted

/** Words the whole outbox. */
internal fun Labels.outbox(
    outbox: OutboxView,
    now: Long,
): OutboxState {
    val labels = outbox.accounts.labelsOfSeveral
    val count = outbox.lines.size.toLong()
    return OutboxState.Blank.copy(
        headline = if (count > 0) count("not_delivered", count) else text("all_delivered"),
        summary = summary(outbox),
        lines = outbox.lines.map { line(it, labels[it.account], outbox.fresh, now) },
        badge = count.takeIf { it > 0 }?.let { number(it) },
    )
}

/** How many go by themselves and how many do not; without a number where there is only one line. */
private fun Labels.summary(outbox: OutboxView): String {
    val decisions = outbox.decisions.toLong()
    val others = outbox.lines.size - decisions
    return when {
        outbox.lines.isEmpty() -> text("nothing_waits")
        outbox.lines.size == 1 && decisions > 0 -> text("needs_a_decision")
        outbox.lines.size == 1 -> text(if (outbox.fresh) "being_sent" else "will_send")
        else -> listOfNotNull(going(others, outbox.fresh), undecided(decisions)).joinToString(" · ")
    }
}

private fun Labels.going(
    count: Long,
    fresh: Boolean,
): String? = count.takeIf { it > 0 }?.let { count(if (fresh) "being_sent" else "will_send", it) }

private fun Labels.undecided(count: Long): String? = count.takeIf { it > 0 }?.let { count("need_a_decision", it) }

private fun Labels.line(
    line: OutboxLine,
    account: String?,
    fresh: Boolean,
    now: Long,
): OutboxLineState {
    val title = action(line.action)
    val versions = versions(line)
    return OutboxLineState(
        key = line.key,
        sign = line.sign,
        word = deliveryWord(line),
        time = dayClock(line.askedAt, now),
        title = title,
        account = account,
        text = if (versions.isEmpty()) written(line.action) else null,
        versions = versions,
        reason = deliveryReason(line),
        buttons = buttons(line, fresh),
        spoken = listOfNotNull(title, account, delivery(line)).joinToString(", ").replace('\u202f', ' '),
    )
}

internal val OutboxLine.key: ActionKey get() = ActionKey(account, id)

private val OutboxLine.sign: OutboxSign
    get() =
        when (delivery) {
            is Delivery.Waiting -> if (mayHaveArrived && behind == null) OutboxSign.Unsure else OutboxSign.Waiting

            Delivery.Sending -> OutboxSign.Sending

            is Delivery.Refused -> OutboxSign.Refused

            is Delivery.Unknown, is Delivery.NotesChanged, is Delivery.QuestionsChanged, is Delivery.KeyUnseen,
            -> OutboxSign.Unsure

            Delivery.KeyRefused, is Delivery.KeyIssued -> OutboxSign.Key
        }

/** What the person wrote: in quotes where it is said to somebody. */
private fun Labels.written(action: Action): String? =
    when (action) {
        is Action.SendMessage -> {
            quoted(action.repliesTo?.let { withoutQuote(it, action.text) } ?: action.text, cut = false)
        }

        is Action.AnswerQuestion -> {
            quoted(action.response, cut = false)
        }

        is Action.CreateTask -> {
            action.title
        }

        is Action.CompleteTask -> {
            action.result.takeIf { it.isNotEmpty() }
        }

        is Action.EditHandOffNotes -> {
            action.notes
        }

        is Action.EditOpenQuestions -> {
            action.questions.joinToString("\n")
        }

        is Action.UpdateSession -> {
            action.status
        }

        is Action.CreateKey -> {
            action.key.label
        }

        is Action.ClaimTask, is Action.RevokeKey, is Action.RotateKey -> {
            null
        }
    }

/** Both texts of an edit that met another one. */
private fun Labels.versions(line: OutboxLine): List<VersionState> {
    val theirs = theirs(line.delivery) ?: return emptyList()
    return listOf(theirs, VersionState(text("yours"), written(line.action).orEmpty()))
}

/** What the server has instead. */
internal fun Labels.theirs(delivery: Delivery): VersionState? =
    when (delivery) {
        is Delivery.NotesChanged -> delivery.theirs

        is Delivery.QuestionsChanged -> delivery.theirs.joinToString("\n")

        is Delivery.Waiting, Delivery.Sending, is Delivery.Refused, is Delivery.Unknown, Delivery.KeyRefused,
        is Delivery.KeyIssued, is Delivery.KeyUnseen,
        -> null
    }?.let { VersionState(text("on_the_server"), it.ifEmpty { text("empty_there") }) }

private fun Labels.buttons(
    line: OutboxLine,
    fresh: Boolean,
): List<OutboxButton> {
    val discard = OutboxButton(OutboxAct.Discard, text("discard"), ButtonWeight.Plain)
    val edit = OutboxButton(OutboxAct.Edit, text("edit"), ButtonWeight.Tonal).takeIf { line.action.texts.isNotEmpty() }

    fun retry(
        label: String,
        weight: ButtonWeight,
    ) = OutboxButton(OutboxAct.Retry, text(label), weight)
    return when (val delivery = line.delivery) {
        is Delivery.Waiting -> {
            listOfNotNull(edit.takeIf { !line.mayHaveArrived }, discard)
        }

        Delivery.Sending -> {
            emptyList()
        }

        is Delivery.Refused, Delivery.KeyRefused -> {
            listOfNotNull(retry("retry", ButtonWeight.Tonal), edit, discard)
        }

        is Delivery.Unknown -> {
            val look = if (fresh) "look_now" else "look_when_online"
            listOf(retry(if (delivery.looked) "send_again" else look, ButtonWeight.Filled), discard)
        }

        is Delivery.KeyIssued -> {
            listOf(OutboxButton(OutboxAct.Show, text("show_key"), ButtonWeight.Filled))
        }

        is Delivery.KeyUnseen -> {
            listOf(retry("make_another", ButtonWeight.Filled), discard)
        }

        is Delivery.NotesChanged, is Delivery.QuestionsChanged -> {
            listOfNotNull(
                edit?.copy(weight = ButtonWeight.Filled),
                retry("send_mine", ButtonWeight.Tonal),
                discard.copy(label = text("discard_mine")),
            )
        }
    }
}
