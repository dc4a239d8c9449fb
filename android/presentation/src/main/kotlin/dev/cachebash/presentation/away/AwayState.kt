package dev.cachebash.presentation.away

import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.FindingSign
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.Tone

/** What happened while nobody looked. */
data class AwayState(
    val title: String,
    /** From when to when, and how long that was; absent only until the files were read for the first time. */
    val span: String?,
    /** What became of the programs, in one sentence. */
    val lead: String?,
    /** A lane per program to which something happened; absent when nothing did. */
    val lanes: LanesState?,
    /** Who waits, who finished, who changed course; none that is empty. */
    val sections: List<AwaySectionState>,
    /** How many wait or changed course; absent when none. */
    val badge: String?,
    val trouble: String?,
)

/** The span as lanes, one below the other. Moments are milliseconds since the epoch, by the server's clock. */
data class LanesState(
    val from: Long,
    val until: Long,
    val lanes: List<LaneState>,
    /** The times in which nobody watched. */
    val unseen: List<LongRange>,
    /** The clocks at the beginning, in the middle and at the end. */
    val axis: List<String>,
    /** What hatching and dots mean, where there are any. */
    val legend: String?,
)

/** One program's time. */
data class LaneState(
    val key: ProgramKey,
    val name: String,
    /** What was seen of it. */
    val pieces: List<LanePieceState>,
    /** Where it finished, and since when it waits. */
    val signs: List<LaneSignState>,
)

/** A stretch in which nothing changed; [tone] is `null` where it was not heard. */
data class LanePieceState(
    val from: Long,
    val until: Long,
    val tone: Tone?,
)

/** A sign on a lane. */
data class LaneSignState(
    val at: Long,
    val shape: Shape,
)

/** What happened of one kind, oldest first. */
data class AwaySectionState(
    val title: String,
    val count: String,
    val lines: List<AwayLineState>,
)

/** Something that happened. */
data class AwayLineState(
    val key: ProgramKey,
    val sign: AwaySign,
    val name: String,
    val time: String,
    val words: String,
    /** Whose server, where there are two or more. */
    val account: String?,
)

/** The sign before a line. */
sealed interface AwaySign {
    /** What the program says of itself. */
    data class Said(
        val shape: Shape,
    ) : AwaySign

    /** What was concluded. */
    data class Found(
        val finding: FindingSign,
    ) : AwaySign
}

/** What a person can do on the page. */
sealed interface AwayAction {
    /** Open the program to which something happened. */
    data class Open(
        val key: ProgramKey,
    ) : AwayAction
}
