package dev.cachebash.presentation.alert

import dev.cachebash.ffi.AlertEvent
import dev.cachebash.ffi.DueAlert
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.expiryEstimate

// Alerts in words, for whoever shows them: a notification, a watch.

/** "builder is blocked: Run it now?", as much of it as the alert tells. [now] is server time. */
fun Labels.dueAlert(
    alert: DueAlert,
    now: Long,
): String {
    val began = began(alert, now)
    val what = if (alert.over) words.text("alert.over", began) else began
    return alert.words?.let { words.text("alert.words", what, it) } ?: what
}

private fun Labels.began(
    alert: DueAlert,
    now: Long,
): String {
    val who = alert.program
    val program = who ?: words.text("alert.a_program")
    return when (val event = alert.event) {
        is AlertEvent.Blocked -> {
            words.text(if (event.orPinned) "alert.blocked_or_pinned" else "alert.blocked", program)
        }

        AlertEvent.Asked -> {
            who?.let { words.text("alert.asks", it) } ?: text("an_agent_asks")
        }

        AlertEvent.Alerted -> {
            who?.let { words.text("alert.alerted", it) } ?: words.text("alert.alerted.unknown")
        }

        AlertEvent.WentSilent -> {
            words.text("alert.went_silent", program)
        }

        AlertEvent.StoodStill -> {
            words.text("alert.stood_still", program)
        }

        is AlertEvent.Fell -> {
            words.text("alert.fell", program, number(event.from.toLong()), percent(event.to.toInt()))
        }

        AlertEvent.Finished -> {
            words.text("alert.finished", program)
        }

        is AlertEvent.KeyEnding -> {
            val ends = expiryEstimate(event.at, now).replaceFirstChar { it.lowercase() }
            who?.let { words.text("alert.key_ending", it, ends) } ?: words.text("alert.key_ending.unknown", ends)
        }
    }
}
