package dev.cachebash.presentation

import dev.cachebash.ffi.ContextLeft
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.ProgressHistory
import dev.cachebash.ffi.SessionRow
import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.words.Fall
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.contextLastSeen
import dev.cachebash.presentation.words.noRecord
import dev.cachebash.presentation.words.sessionSpan
import dev.cachebash.presentation.words.tookOver

// What a program's past looks like: the chart of one session, and the chain of all of them.

/** The chart of a session, or none where too little was seen to draw one. */
internal fun Labels.chart(
    history: ProgressHistory,
    moving: Boolean,
    now: Long,
): ChartState? {
    val from = history.seenSince ?: history.samples.firstOrNull()?.at ?: return null
    val to = history.seenUntil ?: return null
    if (to <= from || history.samples.none { it.progress != null }) return null
    val steps = history.samples.map { ChartState.Step(it.at, it.progress) }
    return ChartState(
        from = from,
        to = to,
        steps = steps,
        unseen = history.gaps.map { ChartState.Span(it.from, it.until) },
        beats = history.beats.filter { it in from..to },
        end = ChartState.Step(to, steps.lastOrNull()?.percent),
        moving = moving,
        fromLabel = dayClock(from, now),
        toLabel = dayClock(to, now),
    )
}

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
