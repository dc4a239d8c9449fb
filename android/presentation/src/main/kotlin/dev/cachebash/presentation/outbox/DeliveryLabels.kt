package dev.cachebash.presentation.outbox

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.OutboxLine
import dev.cachebash.ffi.Receipt
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.ReplyProgress
import dev.cachebash.ffi.Setback
import dev.cachebash.presentation.asWord
import dev.cachebash.presentation.words.ErrorWord
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error

// What was asked for, and how far it has come. Never "sent" of what may not have arrived, never "answered" of a reply.

/** What was asked for and for whom, without its text. */
internal fun Labels.action(action: Action): String =
    when (action) {
        is Action.SendMessage -> {
            words.text(
                if (action.repliesTo ==
                    null
                ) {
                    "action.message"
                } else {
                    "action.reply"
                },
                action.to,
            )
        }

        is Action.AnswerQuestion -> {
            words.text("action.answer", action.question)
        }

        is Action.CreateTask -> {
            words.text("action.task", action.to)
        }

        is Action.ClaimTask -> {
            words.text("action.claim", action.task)
        }

        is Action.CompleteTask -> {
            words.text("action.completion", action.task)
        }

        is Action.EditHandOffNotes -> {
            words.text("action.notes", action.program)
        }

        is Action.EditOpenQuestions -> {
            words.text("action.questions", action.program)
        }

        is Action.UpdateSession -> {
            words.text("action.status", action.session)
        }

        is Action.RevokeKey -> {
            words.text("action.revocation", action.keyHash.take(SHORT_FINGERPRINT))
        }

        is Action.CreateKey -> {
            words.text("action.new_key", action.key.program)
        }

        is Action.RotateKey -> {
            words.text("action.rotation")
        }
    }

private const val SHORT_FINGERPRINT = 8

/** How far it has come, as one phrase: what a screen reader gets. */
internal fun Labels.delivery(line: OutboxLine): String =
    when (val delivery = line.delivery) {
        is Delivery.Waiting -> {
            if (line.behind == null && delivery.notBefore == null && line.mayHaveArrived) {
                words.text("delivery.asks_again")
            } else {
                waiting(line, delivery)
            }
        }

        is Delivery.Refused -> {
            refused(delivery.setback)
        }

        is Delivery.Unknown -> {
            words.text(if (delivery.looked) "delivery.unknown.looked" else "delivery.unknown")
        }

        is Delivery.KeyIssued -> {
            words.text("delivery.key_issued")
        }

        is Delivery.KeyUnseen -> {
            words.text("delivery.key_unseen")
        }

        Delivery.Sending, Delivery.KeyRefused, is Delivery.NotesChanged, is Delivery.QuestionsChanged -> {
            deliveryWord(line)
        }
    }

/** The same in a word or two, for the head of a card whose reason stands below. */
internal fun Labels.deliveryWord(line: OutboxLine): String =
    when (val delivery = line.delivery) {
        is Delivery.Waiting -> {
            if (line.behind == null && line.mayHaveArrived) words.text("delivery.unknown") else waiting(line, delivery)
        }

        Delivery.Sending -> {
            words.text("delivery.sending")
        }

        is Delivery.Refused -> {
            words.text("delivery.refused")
        }

        is Delivery.Unknown -> {
            words.text("delivery.unknown")
        }

        Delivery.KeyRefused -> {
            words.text("delivery.key_refused")
        }

        is Delivery.NotesChanged, is Delivery.QuestionsChanged -> {
            words.text("delivery.changed")
        }

        is Delivery.KeyIssued -> {
            words.text("delivery.key_made")
        }

        is Delivery.KeyUnseen -> {
            words.text("delivery.key_lost")
        }
    }

private fun Labels.waiting(
    line: OutboxLine,
    delivery: Delivery.Waiting,
): String {
    val notBefore = delivery.notBefore
    return when {
        line.behind != null -> words.text("delivery.behind")
        notBefore != null -> words.text("delivery.after", clockSeconds(notBefore))
        else -> words.text("delivery.waiting")
    }
}

private fun Labels.refused(setback: Setback): String =
    when (setback) {
        is Setback.Rejected -> {
            error(setback.reason.asWord)
        }

        is Setback.Forbidden -> {
            setback.capability?.let { words.text("setback.forbidden", it) } ?: words.text("setback.forbidden.unknown")
        }

        Setback.NotFound -> {
            words.text("setback.not_found")
        }
    }

/** Why a line stands where it stands; absent where its word says all. */
internal fun Labels.deliveryReason(line: OutboxLine): String? =
    when (val delivery = line.delivery) {
        is Delivery.Waiting, Delivery.Sending -> underWay(line)
        is Delivery.Refused -> why(delivery.setback, line.action)
        is Delivery.Unknown -> words.text(if (delivery.looked) "why.not_found_there" else "why.broke")
        Delivery.KeyRefused -> words.text("why.key_refused")
        is Delivery.NotesChanged, is Delivery.QuestionsChanged -> words.text("why.changed")
        is Delivery.KeyIssued -> words.text("why.key_issued")
        is Delivery.KeyUnseen -> words.text("why.key_unseen")
    }

/** Why it is not sent at once, or what it will bring about. */
private fun Labels.underWay(line: OutboxLine): String? {
    val looksFirst = line.delivery is Delivery.Waiting && line.mayHaveArrived && line.behind == null
    return words.text(if (looksFirst) "why.looks_first" else "why.renames").takeIf { looksFirst || line.renames }
}

private fun Labels.why(
    setback: Setback,
    action: Action,
): String =
    when (setback) {
        is Setback.Rejected -> {
            val target = action.target
            if (setback.reason == RejectedReason.UnknownTarget && target != null) {
                words.text("why.unknown_target", target)
            } else {
                why(setback.reason.asWord)
            }
        }

        is Setback.Forbidden -> {
            setback.capability?.let { words.text("why.forbidden", it) } ?: words.text("why.forbidden.unknown")
        }

        Setback.NotFound -> {
            words.text("why.not_found")
        }
    }

/** A refusal as a sentence under the word "Refused": the same words without saying so again. */
private fun Labels.why(reason: ErrorWord): String {
    val said = error(reason)
    val begin = words.text("refused.begin")
    return if (said.startsWith(begin)) said.removePrefix(begin).replaceFirstChar(Char::uppercaseChar) else said
}

private val Action.target: String?
    get() =
        when (this) {
            is Action.SendMessage -> to

            is Action.CreateTask -> to

            is Action.AnswerQuestion, is Action.ClaimTask, is Action.CompleteTask, is Action.EditHandOffNotes,
            is Action.EditOpenQuestions, is Action.UpdateSession, is Action.RevokeKey, is Action.CreateKey,
            is Action.RotateKey,
            -> null
        }

/** What became of this device's reply to an open question. */
internal fun Labels.reply(
    progress: ReplyProgress,
    now: Long,
): String =
    when (progress) {
        ReplyProgress.Waiting -> {
            words.text("reply.waiting")
        }

        ReplyProgress.NotDelivered -> {
            words.text("reply.not_delivered")
        }

        is ReplyProgress.Sent -> {
            val at = dayClock(progress.at, now)
            when (progress.receipt) {
                Receipt.NOT_KNOWN -> words.text("reply.sent", at)
                Receipt.NOT_PICKED_UP -> words.text("reply.not_picked_up", at)
                Receipt.PICKED_UP -> words.text("reply.picked_up", at)
                Receipt.NEVER_PICKED_UP -> words.text("reply.never_picked_up", at)
            }
        }
    }
