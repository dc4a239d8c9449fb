package dev.cachebash.presentation

import dev.cachebash.ffi.AlertEvent
import dev.cachebash.ffi.AlertKind
import dev.cachebash.ffi.AwayDigest
import dev.cachebash.ffi.AwayEvent
import dev.cachebash.ffi.AwayLane
import dev.cachebash.ffi.AwayLine
import dev.cachebash.ffi.DueAlert
import dev.cachebash.ffi.HitKind
import dev.cachebash.ffi.SearchReach

// What was found, what happened meanwhile and what is told, read from the shared table's cases.

/** As many lines as the case says; which, the sentence does not tell. */
internal fun digest(v: Values): AwayDigest {
    fun lines(
        key: String,
        event: AwayEvent,
    ) = List(v.int(key)) { AwayLine("home", "builder", 0, event) }
    return AwayDigest(
        from = 0,
        until = 0,
        lanes =
            v.list("hand_offs").map {
                AwayLane("home", it.text("program"), emptyList(), it.int("times").toUInt(), eventful = true)
            },
        waiting = lines("waiting", AwayEvent.Waits(null)),
        finished = lines("finished", AwayEvent.Finished(null)),
        changed = emptyList(),
        unseen = emptyList(),
    )
}

internal fun awayEvent(v: Values): AwayEvent =
    when (val kind = v.text("kind")) {
        "waits" -> AwayEvent.Waits(v.textOrNull("words"))
        "finished" -> AwayEvent.Finished(v.textOrNull("words"))
        "went_silent" -> AwayEvent.WentSilent
        "stood_still" -> AwayEvent.StoodStill
        "fell" -> AwayEvent.Fell(v.int("from").toUByte(), v.int("to").toUByte())
        else -> kotlin.error("no event $kind")
    }

internal fun hitKind(v: Values): HitKind = HitKind.valueOf(v.text("kind").uppercase())

internal fun reach(v: Values) =
    SearchReach(
        programs = v.int("programs").toUInt(),
        statesRead = v.int("states_read").toUInt(),
        tasks = v.int("tasks").toUInt(),
        messagesSince = v.longOrNull("messages_since"),
        questionsWhole = v.flag("questions_whole"),
    )

internal fun dueAlert(v: Values): DueAlert {
    val (kind, event) = alertEvent(v)
    return DueAlert(
        id = "id",
        account = "home",
        program = v.textOrNull("program"),
        kind = kind,
        event = event,
        since = null,
        words = v.textOrNull("words"),
        over = v.flag("over"),
    )
}

private fun alertEvent(v: Values): Pair<AlertKind, AlertEvent> =
    when (val kind = v.text("kind")) {
        "blocked" -> AlertKind.BLOCKED to AlertEvent.Blocked(v.flag("or_pinned"))
        "asked" -> AlertKind.ASKED to AlertEvent.Asked
        "alerted" -> AlertKind.ALERTED to AlertEvent.Alerted
        "went_silent" -> AlertKind.SILENT to AlertEvent.WentSilent
        "stood_still" -> AlertKind.STALLED to AlertEvent.StoodStill
        "fell" -> AlertKind.FELL to AlertEvent.Fell(v.int("from").toUByte(), v.int("to").toUByte())
        "finished" -> AlertKind.FINISHED to AlertEvent.Finished
        "key_ending" -> AlertKind.KEY_ENDING to AlertEvent.KeyEnding("hash", v.long("at"))
        else -> kotlin.error("no alert $kind")
    }
