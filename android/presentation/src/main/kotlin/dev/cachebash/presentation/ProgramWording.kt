package dev.cachebash.presentation

import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.Action
import dev.cachebash.ffi.ContextLeft
import dev.cachebash.ffi.ContextPart
import dev.cachebash.ffi.ContextSummary
import dev.cachebash.ffi.ContextView
import dev.cachebash.ffi.LastTask
import dev.cachebash.ffi.Outcome
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.Reading
import dev.cachebash.ffi.RowProgress
import dev.cachebash.ffi.SessionState
import dev.cachebash.ffi.Shape
import dev.cachebash.ffi.Source
import dev.cachebash.ffi.Writing
import dev.cachebash.presentation.outbox.delivery
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.chartSentence
import dev.cachebash.presentation.words.cleared
import dev.cachebash.presentation.words.contextLeft
import dev.cachebash.presentation.words.contextLeftUnknown
import dev.cachebash.presentation.words.etaBasis
import dev.cachebash.presentation.words.heard
import dev.cachebash.presentation.words.mayNotRead
import dev.cachebash.presentation.words.mayNotReadWhy
import dev.cachebash.presentation.words.outcome
import dev.cachebash.presentation.words.serverAhead
import dev.cachebash.presentation.words.sessionLine
import dev.cachebash.presentation.words.sessionSpan
import dev.cachebash.presentation.words.sourceName
import dev.cachebash.presentation.words.writtenBy

/** Words a whole program page as of [now]; [abilities] are those of its account's key. */
internal fun Labels.program(
    page: ProgramPage,
    abilities: List<Ability>,
    now: Long,
    sourcesOpen: Boolean,
): ProgramState {
    val moment = Moment(now, page.fresh)
    val context = page.context
    val shown = context.cleared?.context ?: context.context
    val kept = context.cleared?.let { cleared(it.clearedAt, now) }
    return ProgramState(
        name = page.row.program,
        back = text("back"),
        header = header(page, moment),
        notice = page.notice?.let { notice(it, page.sources, now) },
        sources = sources(page.sources, labels = emptyMap(), now),
        sourcesOpen = sourcesOpen,
        asked = page.asked.map { question(it, account = null, now) },
        now = nowCard(page, moment),
        locked = locked(page),
        rights = if (page.context.reading is Reading.NoPermission) rights(abilities) else null,
        standIn = standIn(page, shown),
        notes = notes(page, shown, kept, now),
        questions = questions(page, shown, kept, now),
        workItems = workItems(context, shown, kept, now),
        lastTask = shown.lastTask?.let { lastTask(context, it, kept, now) },
        chain = chain(page, moment),
        keys = keys(page, moment),
        facts = listOf(FactState(text("sessions"), number(page.sessionTotal.toLong()), note = null)),
        message = text("message_this_program"),
        trouble = null,
    )
}

private fun Labels.header(
    page: ProgramPage,
    moment: Moment,
): HeaderState {
    val row = row(page.row, account = null, moment)
    val clocks = heard(page.row.lastHeard, page.asOf, moment.now, moment.fresh)
    val asides =
        listOfNotNull(
            text("hand_off_required").takeIf { page.row.handOffRequired },
            page.liveSessions.takeIf { it > 1u }?.let { count("live_sessions", it.toLong()) },
            page.serverAheadSentence(this),
        )
    val role = listOfNotNull(page.row.name, page.row.role).joinToString(" · ").ifEmpty { null }
    return HeaderState(
        shape = row.shape,
        turns = row.turns,
        word = row.word,
        tone = row.tone,
        wordAside = row.wordAside,
        role = role,
        clocks = clocks,
        asides = asides,
        spoken = (listOfNotNull(row.spoken, role, clocks) + asides).joinToString(". ").replace('\u202f', ' '),
    )
}

private fun ProgramPage.serverAheadSentence(labels: Labels): String? =
    row.lastHeard
        ?.minus(now)
        ?.takeIf { it > Labels.AHEAD }
        ?.let { labels.serverAhead(it) }

private fun Labels.nowCard(
    page: ProgramPage,
    moment: Moment,
): NowState? {
    val session = page.session ?: return null
    val row = row(page.row, account = null, moment)
    val chart = page.history?.let { chart(it, page.row, moment.now) }
    return NowState(
        title = text(if (session.live) "now" else "last_session"),
        project = session.project,
        status = session.status,
        number =
            (row.progress as? ProgressState.Percent)?.let {
                NumberState(
                    number(it.value.toLong()),
                    percentUnit(it),
                )
            },
        finding = row.finding,
        eta = page.row.estimate?.let { EtaState(row.eta.orEmpty(), etaBasis(it.basis)) },
        waiting = row.waiting,
        note = (row.progress as? ProgressState.Note)?.text ?: unsaid(page),
        chart = chart,
        bar = (row.progress as? ProgressState.Percent).takeIf { chart == null },
        sentence =
            page.history
                ?.let {
                    chartSentence(falls(it), gaps(it), it.nextBeatBy, moment.now)
                }?.takeIf { it.isNotEmpty() },
        context =
            (session.contextLeft as? ContextLeft.Percent)?.let {
                GaugeState(text("context"), Labels.wholePercent(it.percent), contextLeft(it.percent))
            },
        contextNote =
            (session.contextLeft as? ContextLeft.RawBytes)?.let {
                "${text("context")} ${contextLeftUnknown(known = false)}"
            },
        session =
            sessionLine(
                session.session,
                sessionSpan(session.startedAt, session.startKnown, session.endedAt, moment.now),
            ),
    )
}

/** A card in the list is silent about progress that was never reported; the page is not, but for programs on watch. */
private fun Labels.unsaid(page: ProgramPage): String? =
    if (page.row.progress == RowProgress.NotReported && page.row.state != SessionState.Pinned && page.row.live) {
        text("no_progress")
    } else {
        null
    }

/** What stands behind the digits: the unit with its space. */
private fun Labels.percentUnit(progress: ProgressState.Percent): String =
    progress.text.removePrefix(number(progress.value.toLong()))

private fun Labels.locked(page: ProgramPage): LockedState? =
    (page.context.reading as? Reading.NoPermission)?.let {
        LockedState(mayNotRead(page.row.program), mayNotReadWhy(it.capability), text("use_another_key"))
    }

/** Says why there is nothing to show of the state: it was not read yet, or nobody wrote one. */
private fun Labels.standIn(
    page: ProgramPage,
    shown: ContextSummary,
): StandInState? {
    val nothing = shown == ContextSummary(lastTask = null, emptyList(), handOffNotes = "", emptyList())
    val why =
        when (page.context.reading) {
            Reading.NotRead -> "not_read_yet"
            Reading.Nothing -> "nothing_stored"
            Reading.Read, is Reading.NoPermission -> null
        }
    return why?.takeIf { nothing }?.let { StandInState(sourceName(Source.PROGRAM_STATE.key), text(it)) }
}

private fun Labels.notes(
    page: ProgramPage,
    shown: ContextSummary,
    kept: String?,
    now: Long,
): NotesState? {
    val context = page.context
    val cleared = context.cleared
    val pending = page.pendingEdit { it is Action.EditHandOffNotes }
    val edit = text("edit").takeIf { cleared == null && context.reading !is Reading.NoPermission }
    if (shown.handOffNotes.isEmpty()) {
        // Whoever may read that there are none may leave some.
        if (context.reading != Reading.Read || edit == null) return null
        val title = text("hand_off_notes")
        return NotesState(title, null, null, text("no_notes"), null, "", pending?.let { delivery(it) }, edit)
    }
    val written = context.written(ContextPart.HAND_OFF_NOTES)
    return NotesState(
        title = text("hand_off_notes"),
        // Of text that only waits here nobody else is the writer.
        time =
            (if (cleared == null) written.at else cleared.writtenAt)
                ?.takeIf { pending == null }
                ?.let { dayClock(it, now) },
        kept = kept,
        text = shown.handOffNotes,
        by = if (cleared == null) by(written).takeIf { pending == null } else text("agent_no_longer_sees"),
        showAll = count("show_all_characters", shown.handOffNotes.length.toLong()),
        pending = pending?.let { delivery(it) },
        edit = edit,
    )
}

/** When [part] became what it is and by whom, as far as that is known; else what is known of the whole. */
private fun ContextView.written(part: ContextPart): Writing =
    parts.firstOrNull { it.part == part }?.written ?: Writing(writtenAt, writtenBy, writtenIn)

private fun Labels.by(written: Writing): String? = writtenBy(written.by, written.session).takeIf { it.isNotEmpty() }

/** Who wrote [part] and when, where that was another write than the one the notes name. */
private fun Labels.writtenApart(
    context: ContextView,
    part: ContextPart,
    now: Long,
): String? {
    val written = context.written(part)
    if (written == context.written(ContextPart.HAND_OFF_NOTES)) return null
    return listOfNotNull(by(written), written.at?.let { dayClock(it, now) })
        .reduceOrNull { by, time -> words.text("written.when", by, time) }
}

private fun Labels.workItems(
    context: ContextView,
    shown: ContextSummary,
    kept: String?,
    now: Long,
): ItemsState? =
    shown.activeWorkItems.takeIf { it.isNotEmpty() }?.let {
        val by = writtenApart(context, ContextPart.WORK_ITEMS, now)
        ItemsState(text("work_items"), kept, number(it.size.toLong()), it, by)
    }

private fun Labels.lastTask(
    context: ContextView,
    task: LastTask,
    kept: String?,
    now: Long,
): LastTaskState =
    LastTaskState(
        heading = text("last_task"),
        kept = kept,
        title = task.title,
        outcome = task.outcome?.let { outcome(it) },
        shape = task.outcome?.shape,
        tone = task.outcome?.tone ?: Tone.Other,
        notes = task.notes,
        by = writtenApart(context, ContextPart.LAST_TASK, now),
    )

private fun Labels.outcome(outcome: Outcome): String =
    when (outcome) {
        Outcome.Completed -> outcome("completed")
        Outcome.InProgress -> outcome("in_progress")
        Outcome.Blocked -> outcome("blocked")
        Outcome.Deferred -> outcome("deferred")
        is Outcome.Other -> outcome("other", outcome.word)
    }

private val Outcome.shape: Shape
    get() =
        when (this) {
            Outcome.Completed -> Shape.COMPLETE
            Outcome.InProgress -> Shape.WORKING
            Outcome.Blocked -> Shape.BLOCKED
            Outcome.Deferred -> Shape.QUIET
            is Outcome.Other -> Shape.OTHER_WORD
        }

private val Outcome.tone: Tone
    get() =
        when (this) {
            Outcome.Completed -> Tone.Complete
            Outcome.InProgress -> Tone.Working
            Outcome.Blocked -> Tone.Blocked
            Outcome.Deferred, is Outcome.Other -> Tone.Other
        }
