package dev.cachebash.presentation.away

import dev.cachebash.ffi.AwayDigest
import dev.cachebash.ffi.AwayEvent
import dev.cachebash.presentation.words.Labels

// The time in which nobody looked, in words.

/** "One program waits for you. 3 sessions finished, builder handed off twice." */
internal fun Labels.awaySentence(digest: AwayDigest): String {
    val waiting = digest.waiting.size.toLong()
    val finished = digest.finished.size.toLong()
    val handedOff = digest.lanes.filter { it.handOffs > 0u }.maxByOrNull { it.handOffs }
    val told =
        listOfNotNull(
            if (finished > 0) words.plural("away.finished", finished, number(finished)) else null,
            handedOff?.let {
                val times = it.handOffs.toLong()
                words.text("away.handed_off", it.program, words.plural("away.times", times, number(times)))
            },
        )
    val first = words.plural("away.waiting", waiting, number(waiting))
    return if (told.isEmpty()) first else "$first ${told.joinToString(", ")}."
}

/** What happened, on its line: in its own words where it has any. */
internal fun Labels.awayEvent(event: AwayEvent): String =
    when (event) {
        is AwayEvent.Waits -> event.words ?: words.text("away.waits")
        is AwayEvent.Finished -> event.words ?: words.text("away.has_finished")
        AwayEvent.WentSilent -> words.text("away.went_silent")
        AwayEvent.StoodStill -> words.text("away.stood_still")
        is AwayEvent.Fell -> words.text("away.fell", number(event.from.toLong()), percent(event.to.toInt()))
    }
