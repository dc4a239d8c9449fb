package dev.cachebash.presentation

import dev.cachebash.ffi.ContextLeft
import dev.cachebash.ffi.Estimate
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.ProgramRow
import dev.cachebash.ffi.ProgressHistory
import dev.cachebash.ffi.SessionRow
import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.words.Fall
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.contextLastSeen
import dev.cachebash.presentation.words.etaClocks
import dev.cachebash.presentation.words.noRecord
import dev.cachebash.presentation.words.sessionSpan
import dev.cachebash.presentation.words.tookOver

// What a program's past looks like: the chart of one session, and the chain of all of them.

/** The chart of a session, or none where too little was seen to draw one. */
internal fun Labels.chart(
    history: ProgressHistory,
    row: ProgramRow,
    now: Long,
): ChartState? {
    val from = history.seenSince ?: history.samples.firstOrNull()?.at ?: return null
    val to = history.seenUntil ?: return null
    if (to <= from || history.samples.none { it.progress != null }) return null
    val steps = history.samples.map { ChartState.Step(it.at, it.progress) }
    val due = row.estimate?.let { due(it, from, to) }
    return ChartState(
        from = from,
        seenTo = to,
        to = due?.until ?: to,
        steps = steps,
        unseen = history.gaps.map { ChartState.Span(it.from, it.until) },
        beats = history.beats.filter { it in from..to },
        end = ChartState.Step(to, steps.lastOrNull()?.percent),
        moving = row.moving,
        due = due,
        fromLabel = dayClock(from, now),
        toLabel = dayClock(to, now),
    )
}

/** The end as a chart shows it. None once it is past, or so far off that what was seen would shrink to a corner. */
private fun Labels.due(
    estimate: Estimate,
    from: Long,
    seenTo: Long,
): ChartState.Due? {
    val until = estimate.judgedAt + estimate.to
    val ahead = until - seenTo
    if (ahead <= 0 || ahead > Labels.DAY || ahead > FARTHEST * (seenTo - from)) return null
    return ChartState.Due(maxOf(seenTo, estimate.judgedAt + estimate.from), until, etaClocks(estimate.asWord))
}

/** The future takes so many times the room of the past at most. */
private const val FARTHEST = 2

/** Each time progress fell. */
internal fun falls(history: ProgressHistory): List<Fall> =
    history.falls.map { Fall(it.from.toInt(), it.to.toInt(), it.at) }

/** When nobody watched. */
internal fun gaps(history: ProgressHistory): List<Pair<Long, Long>> = history.gaps.map { it.from to it.until }

/** The program's sessions, newest first. */
internal fun Labels.chain(
    page: ProgramPage,
    moment: Moment,
): ChainState? {
    if (page.sessions.isEmpty()) return null
    val links =
        page.sessions.map { session ->
            ChainLink(
                session = session.session,
                shape = session.shape,
                turns = session.shape == Shape.WORKING && moment.fresh,
                line = line(session, moment),
                tookOver = session.tookOver?.let { tookOver(it.from, it.workItems.toLong(), it.questions.toLong()) },
                unrecorded = session.unrecordedBefore?.let { noRecord(it.from, it.until, moment.now) },
            )
        }
    return ChainState(text("chain"), count("sessions", page.sessionTotal.toLong()), links)
}

private fun Labels.line(
    session: SessionRow,
    moment: Moment,
): String =
    listOfNotNull(
        sessionSpan(session.startedAt, session.startKnown, session.endedAt, moment.now).takeIf { it.isNotEmpty() },
        session.percent?.takeIf { session.live }?.let { percent(it.toInt()) },
        lastSeen(session).takeIf { !session.live },
    ).joinToString(" · ")

/** What an ended session was last seen with: how little context it had left says why it ended, else what it was about. */
private fun Labels.lastSeen(session: SessionRow): String? =
    (session.contextLeft as? ContextLeft.Percent)?.let { contextLastSeen(it.percent) } ?: session.name ?: session.status
