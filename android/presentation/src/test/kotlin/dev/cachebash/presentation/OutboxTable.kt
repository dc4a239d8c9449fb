package dev.cachebash.presentation

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.MessageKind
import dev.cachebash.ffi.NewKey
import dev.cachebash.ffi.OpenQuestion
import dev.cachebash.ffi.OutboxLine
import dev.cachebash.ffi.Receipt
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.ReplyProgress
import dev.cachebash.ffi.Setback

// What a person asked for and what became of it, read from the shared table's cases.

internal fun action(v: Values): Action {
    val of = v.text("of")
    val question = OpenQuestion(of, "401 or 403?", 0u)
    return when (val kind = v.text("kind")) {
        "message" -> Action.SendMessage(of, "Go on", MessageKind.DIRECTIVE, repliesTo = null)
        "reply" -> Action.SendMessage(of, "Go on", MessageKind.DIRECTIVE, question)
        "answer" -> Action.AnswerQuestion(of, "Now")
        "task" -> Action.CreateTask(of, "Check it", "")
        "claim" -> Action.ClaimTask(of)
        "completion" -> Action.CompleteTask(of, succeeded = true, "")
        "notes" -> Action.EditHandOffNotes(of, "", "")
        "questions" -> Action.EditOpenQuestions(of, emptyList(), emptyList())
        "status" -> Action.UpdateSession(of, "Holding", state = null, progress = null)
        "revocation" -> Action.RevokeKey(of)
        "new_key" -> Action.CreateKey(NewKey(of, "Its agent"), insteadOf = null)
        "rotation" -> Action.RotateKey(of)
        else -> kotlin.error("no action $kind")
    }
}

internal fun outboxLine(v: Values) =
    OutboxLine(
        account = "home",
        id = "a-2",
        action = Action.ClaimTask("t-9"),
        askedAt = 0,
        delivery = delivery(v),
        mayHaveArrived = v.flag("may_have_arrived"),
        behind = if (v.flag("behind")) "a-1" else null,
    )

private fun delivery(v: Values): Delivery =
    when (val kind = v.text("kind")) {
        "waiting" -> Delivery.Waiting(v.longOrNull("not_before"))
        "sending" -> Delivery.Sending
        "refused" -> Delivery.Refused(setback(requireNotNull(v.inner("setback"))))
        "unknown" -> Delivery.Unknown(v.flag("looked"))
        "key_refused" -> Delivery.KeyRefused
        "changed" -> Delivery.NotesChanged("")
        "key_issued" -> Delivery.KeyIssued("aa")
        "key_unseen" -> Delivery.KeyUnseen("aa")
        else -> kotlin.error("no delivery $kind")
    }

private fun setback(v: Values): Setback =
    when (val kind = v.text("kind")) {
        "rejected" -> Setback.Rejected(reason(requireNotNull(v.inner("reason"))))
        "forbidden" -> Setback.Forbidden(v.textOrNull("capability"))
        "not_found" -> Setback.NotFound
        else -> kotlin.error("no setback $kind")
    }

private fun reason(v: Values): RejectedReason =
    when (val kind = v.text("kind")) {
        "unknown_target" -> RejectedReason.UnknownTarget
        "too_long" -> RejectedReason.TooLong(v.text("field"), v.long("limit").toUInt())
        else -> kotlin.error("no reason $kind in a setback")
    }

internal fun reply(v: Values): ReplyProgress =
    when (val kind = v.text("kind")) {
        "waiting" -> ReplyProgress.Waiting
        "not_delivered" -> ReplyProgress.NotDelivered
        "sent" -> ReplyProgress.Sent(v.long("at"), receipt(v.text("receipt")))
        else -> kotlin.error("no reply $kind")
    }

private fun receipt(word: String): Receipt =
    when (word) {
        "not_known" -> Receipt.NOT_KNOWN
        "not_picked_up" -> Receipt.NOT_PICKED_UP
        "picked_up" -> Receipt.PICKED_UP
        "never_picked_up" -> Receipt.NEVER_PICKED_UP
        else -> kotlin.error("no receipt $word")
    }
