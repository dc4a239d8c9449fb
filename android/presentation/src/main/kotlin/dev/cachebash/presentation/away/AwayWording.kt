package dev.cachebash.presentation.away

import dev.cachebash.ffi.AwayDigest
import dev.cachebash.ffi.AwayEvent
import dev.cachebash.ffi.AwayLane
import dev.cachebash.ffi.AwayLine
import dev.cachebash.ffi.AwayPiece
import dev.cachebash.ffi.AwayStretch
import dev.cachebash.ffi.Gap
import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.FindingSign
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.Tone
import dev.cachebash.presentation.tone
import dev.cachebash.presentation.words.Labels

/** Before anything was read. */
internal fun Labels.nothingRead() =
    AwayState(
        title = text("while_away"),
        span = null,
        lead = null,
        lanes = null,
        sections = emptyList(),
        badge = null,
        trouble = null,
    )

/** Words a digest; [accounts] are labels by id, where there are two or more. */
internal fun Labels.away(
    digest: AwayDigest,
    accounts: Map<String, String>,
    now: Long,
): AwayState =
    nothingRead().copy(
        span =
            words.text(
                "away.span",
                span(digest.from, digest.until, now),
                durationLong(digest.until - digest.from),
            ),
        lead = awaySentence(digest),
        lanes = lanes(digest, now),
        sections =
            listOfNotNull(
                section("waiting_for_you", digest.waiting, accounts, now),
                section("finished", digest.finished, accounts, now),
                section("changed_course", digest.changed, accounts, now),
            ),
        badge =
            (digest.waiting.size + digest.changed.size)
                .takeIf { it > 0 }
                ?.let { number(it.toLong()) },
    )

private fun Labels.section(
    title: String,
    lines: List<AwayLine>,
    accounts: Map<String, String>,
    now: Long,
): AwaySectionState? =
    lines.takeIf { it.isNotEmpty() }?.let {
        AwaySectionState(
            text(title),
            number(lines.size.toLong()),
            lines.map { line(it, accounts[it.account], now) },
        )
    }

private fun Labels.line(
    line: AwayLine,
    account: String?,
    now: Long,
) = AwayLineState(
    key = ProgramKey(line.account, line.program),
    sign = line.event.sign,
    name = line.program,
    time = dayClock(line.at, now),
    words = awayEvent(line.event),
    account = account,
)

private val AwayEvent.sign: AwaySign
    get() =
        when (this) {
            is AwayEvent.Waits -> AwaySign.Said(Shape.BLOCKED)
            is AwayEvent.Finished -> AwaySign.Said(Shape.COMPLETE)
            AwayEvent.WentSilent -> AwaySign.Found(FindingSign.Silent)
            AwayEvent.StoodStill -> AwaySign.Found(FindingSign.NoChange)
            is AwayEvent.Fell -> AwaySign.Found(FindingSign.Fell)
        }

private fun Labels.lanes(
    digest: AwayDigest,
    now: Long,
): LanesState? =
    digest.lanes.filter { it.eventful }.takeIf { it.isNotEmpty() }?.let { eventful ->
        val middle = digest.from + (digest.until - digest.from) / 2
        LanesState(
            from = digest.from,
            until = digest.until,
            lanes = eventful.map { lane(it, digest) },
            unseen = digest.unseen.map { it.from..it.until },
            axis = listOf(digest.from, middle, digest.until).map { dayClock(it, now) },
            legend = legend(digest.unseen, eventful, now),
        )
    }

private fun lane(
    lane: AwayLane,
    digest: AwayDigest,
): LaneState {
    fun signs(
        lines: List<AwayLine>,
        shape: Shape,
    ) = lines
        .filter { it.account == lane.account && it.program == lane.program }
        .map { LaneSignState(it.at, shape) }
    return LaneState(
        key = ProgramKey(lane.account, lane.program),
        name = lane.program,
        pieces = lane.pieces.flatMap { it.seen(digest.unseen) },
        signs = signs(digest.finished, Shape.COMPLETE) + signs(digest.waiting, Shape.BLOCKED),
    )
}

/** What of a piece somebody watched. */
private fun AwayPiece.seen(unseen: List<Gap>): List<LanePieceState> {
    val tone = what.tone
    val seen = mutableListOf<LanePieceState>()
    var at = from
    for (gap in unseen.filter { it.from < until && it.until > from }) {
        if (gap.from > at) seen += LanePieceState(at, gap.from, tone)
        at = maxOf(at, gap.until)
    }
    if (at < until) seen += LanePieceState(at, until, tone)
    return seen
}

private val AwayStretch.tone: Tone?
    get() =
        when (this) {
            AwayStretch.Live -> Tone.Working
            is AwayStretch.Reported -> state.tone
            AwayStretch.Silent -> null
        }

private fun Labels.legend(
    unseen: List<Gap>,
    lanes: List<AwayLane>,
    now: Long,
): String? {
    val hatched =
        unseen.takeIf { it.isNotEmpty() }?.let { gaps ->
            words.text("chart.gaps", gaps.joinToString(", ") { span(it.from, it.until, now) })
        }
    val isSilent = lanes.any { lane -> lane.pieces.any { it.what == AwayStretch.Silent } }
    val dotted = if (isSilent) words.text("away.dotted") else null
    return listOfNotNull(hatched, dotted).takeIf { it.isNotEmpty() }?.joinToString(" ")
}
