package dev.cachebash.presentation

import dev.cachebash.ffi.ProgramRow
import dev.cachebash.ffi.RowProgress
import dev.cachebash.ffi.Section
import dev.cachebash.ffi.SessionState
import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.ProgressWord
import dev.cachebash.presentation.words.SpokenRow
import dev.cachebash.presentation.words.WaitingWord
import dev.cachebash.presentation.words.ended
import dev.cachebash.presentation.words.eta
import dev.cachebash.presentation.words.finding
import dev.cachebash.presentation.words.findingShort
import dev.cachebash.presentation.words.readAloud
import dev.cachebash.presentation.words.rowProgress
import dev.cachebash.presentation.words.stateWord
import dev.cachebash.presentation.words.waiting

/** The moment words are chosen for: server time, and whether anything relative may be said. */
internal data class Moment(
    val now: Long,
    val fresh: Boolean,
)

/** Words one row. [account] is its account's label, where there are two or more. */
internal fun Labels.row(
    row: ProgramRow,
    account: String?,
    moment: Moment,
): RowState {
    val card = row.section == Section.NEEDS_YOU
    val finished = row.section == Section.FINISHED_TODAY
    val unclear = row.state == SessionState.BlockedOrPinned
    return RowState(
        key = ProgramKey(row.account, row.program),
        name = row.program,
        shape = row.shape,
        turns = row.shape == Shape.WORKING && moment.fresh,
        word = row.state?.let { stateWord(it.asWord) }?.takeIf { it.isNotEmpty() },
        tone = row.state.tone,
        wordAside = if (unclear) text("or_pinned") else null,
        age = if (finished) ended(row.endedAt, moment.now) else age(row.lastHeard, moment.now, moment.fresh),
        status =
            row.asked?.text
                ?: if (row.shape == Shape.NEVER_SEEN) text("never_checked_in") else row.status.orEmpty(),
        asks = row.asked?.key?.takeIf { card },
        answer = row.asked?.takeIf { card && it.answerable }?.let { text("answer") },
        progress = progress(row, moment),
        finding = findingState(row, moment),
        eta = etaText(row, moment),
        waiting =
            row.waiting
                ?.takeIf {
                    card
                }?.let { waiting(row.waitingWord(it.since, it.changeSeen), moment.now, moment.fresh) },
        account = account,
        project = row.project,
        questions = row.openQuestions.takeIf { it > 0u }?.let { number(it.toLong()) },
        spoken = readAloud(spoken(row, account), moment.now, moment.fresh),
    )
}

internal fun Labels.findingState(
    row: ProgramRow,
    moment: Moment,
): FindingState? =
    row.finding?.let {
        FindingState(
            it.sign,
            finding(it.asWord, moment.now, moment.fresh),
            findingShort(it.asWord, moment.now, moment.fresh),
        )
    }

internal fun Labels.etaText(
    row: ProgramRow,
    moment: Moment,
): String? = row.estimate?.let { eta(it.asWord, moment.now, moment.fresh) }

internal fun ProgramRow.waitingWord(
    since: Long,
    changeSeen: Boolean,
) = WaitingWord(since, changeSeen, orPinned = state == SessionState.BlockedOrPinned)

/** A card has no bar and says nothing of what was never reported; nor does a program on watch, which has no end. */
private fun Labels.progress(
    row: ProgramRow,
    moment: Moment,
): ProgressState =
    when (val progress = row.progress) {
        RowProgress.NotReported -> {
            if (row.section == Section.NEEDS_YOU || row.state == SessionState.Pinned) {
                ProgressState.Absent
            } else {
                ProgressState.Note(rowProgress(ProgressWord.NotReported, moment.now))
            }
        }

        is RowProgress.Percent -> {
            ProgressState.Percent(progress.percent.toInt(), percent(progress.percent.toInt()), row.moving)
        }

        is RowProgress.Last -> {
            ProgressState.Note(rowProgress(progress.asWord, moment.now))
        }
    }

private fun spoken(
    row: ProgramRow,
    account: String?,
) = SpokenRow(
    program = row.program,
    account = account,
    neverSeen = row.shape == Shape.NEVER_SEEN,
    state = row.state?.asWord,
    progress = row.progress.asWord,
    finding = row.finding?.asWord,
    eta = row.estimate?.asWord,
    heard = row.lastHeard,
    endedAt = row.endedAt.takeIf { row.section == Section.FINISHED_TODAY },
    openQuestions = row.openQuestions.toLong(),
    waiting =
        row.waiting?.takeIf { row.section == Section.NEEDS_YOU }?.let {
            row.waitingWord(
                it.since,
                it.changeSeen,
            )
        },
    asks = row.asked?.text,
    says = row.status.takeIf { row.section == Section.NEEDS_YOU },
)
