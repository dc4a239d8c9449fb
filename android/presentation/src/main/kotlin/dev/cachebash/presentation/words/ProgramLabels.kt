package dev.cachebash.presentation.words

// What is said about one program: state, progress, findings, waiting, sessions, context.

/** Progress as a row shows it. */
sealed interface ProgressWord {
    /** Never in this session. */
    data object NotReported : ProgressWord

    /** Reported now. */
    data class Percent(
        val percent: Int,
    ) : ProgressWord

    /** Reported once, then dropped. */
    data class Last(
        val percent: Int,
        val at: Long,
    ) : ProgressWord
}

/** What the companion found. */
sealed interface FindingWord {
    /** Not heard since [since]. */
    data class Silent(
        val since: Long,
        val usualEvery: Long?,
    ) : FindingWord

    /** Progress went down. */
    data class Fell(
        val from: Int,
        val to: Int,
    ) : FindingWord

    /** Progress stands still. */
    data class NoChange(
        val since: Long,
    ) : FindingWord
}

/** Since when a person is waited for. */
data class WaitingWord(
    val since: Long,
    /** The change itself was seen; else it waits for longer than that. */
    val changeSeen: Boolean,
    /** The state may be pinned, so nobody is said to wait. */
    val orPinned: Boolean,
)

/** What an agent says it does. */
sealed interface StateWord {
    /** One of the words we know, by its key. */
    enum class Known(
        val key: String,
    ) : StateWord {
        Working("working"),
        Blocked("blocked"),
        BlockedOrPinned("blocked_or_pinned"),
        Pinned("pinned"),
        Complete("complete"),
    }

    /** Any other, as it came. */
    data class Other(
        val word: String,
    ) : StateWord
}

/** The word of a state; empty where nothing was said. */
fun Labels.stateWord(state: StateWord?): String =
    when (state) {
        null -> ""
        is StateWord.Known -> words.text("state.${state.key}")
        is StateWord.Other -> state.word
    }

/** The title of a section, by its key. */
fun Labels.sectionTitle(key: String): String = words.text("section.$key")

/** Progress as a row shows it. */
fun Labels.rowProgress(
    progress: ProgressWord,
    now: Long,
): String =
    when (progress) {
        ProgressWord.NotReported -> words.text("no_progress")
        is ProgressWord.Percent -> percent(progress.percent)
        is ProgressWord.Last -> lastProgress(percent(progress.percent), progress.at, now)
    }

internal fun Labels.lastProgress(
    percent: String,
    at: Long,
    now: Long,
): String {
    val form = if (nearness(at, now) == Labels.Nearness.Far) "date" else "clock"
    return words.text("progress.last.$form", percent, dayClock(at, now))
}

/** A finding; nothing relative is said of what is not fresh. */
fun Labels.finding(
    finding: FindingWord,
    now: Long,
    fresh: Boolean,
): String =
    when (finding) {
        is FindingWord.Silent -> {
            when {
                !fresh -> words.text("finding.silent.since", dayClock(finding.since, now))
                finding.usualEvery == null -> words.text("finding.silent")
                else -> words.text("finding.silent.usual", usualEvery(finding.usualEvery))
            }
        }

        is FindingWord.Fell -> {
            words.text("finding.fell", number(finding.from.toLong()), percent(finding.to))
        }

        is FindingWord.NoChange -> {
            if (fresh) {
                words.text("finding.no_change", duration(now - finding.since))
            } else {
                words.text("finding.no_change.since", dayClock(finding.since, now))
            }
        }
    }

/** A finding without what follows its dot. */
fun Labels.findingShort(
    finding: FindingWord,
    now: Long,
    fresh: Boolean,
): String = finding(finding, now, fresh).substringBefore(" · ")

/** How long a card waits. Empty when there is nothing to say yet. */
fun Labels.waiting(
    waiting: WaitingWord,
    now: Long,
    fresh: Boolean,
): String = waiting(waiting, now, fresh, ::duration)

internal fun Labels.waiting(
    waiting: WaitingWord,
    now: Long,
    fresh: Boolean,
    duration: (Long) -> String,
): String {
    val who = if (waiting.orPinned) "or_pinned" else "waiting"
    val span = now - waiting.since
    return when {
        !fresh -> words.text(if (waiting.changeSeen) "$who.since" else "$who.before", dayClock(waiting.since, now))
        span < Labels.SECOND -> if (waiting.orPinned) "" else words.text("waiting")
        else -> words.text(if (waiting.changeSeen) "$who.seen" else "$who.over", duration(span))
    }
}

/** When a finished session ended. */
fun Labels.ended(
    at: Long?,
    now: Long,
): String = at?.let { dayClock(it, now) } ?: words.text("unknown")

/** Both clocks of a program's page. */
fun Labels.heard(
    heard: Long?,
    read: Long?,
    now: Long,
    fresh: Boolean,
): String {
    val first =
        when {
            heard == null -> words.text("heard.never")
            nearness(heard, now) != Labels.Nearness.Today -> words.text("heard.day", dayClock(heard, now))
            !fresh || heard - now > Labels.AHEAD -> words.text("heard.at", clockSeconds(heard))
            now - heard < Labels.SECOND -> words.text("heard.now", clockSeconds(heard))
            else -> words.text("heard.ago", words.text("ago", duration(now - heard)), clockSeconds(heard))
        }
    val second =
        when {
            read == null -> words.text("read.never")
            nearness(read, now) == Labels.Nearness.Today -> words.text("read.at", clockSeconds(read))
            else -> words.text("read.day", dayClock(read, now))
        }
    return "$first · $second"
}

/** A session's place in time. */
fun Labels.sessionSpan(
    startedAt: Long?,
    startKnown: Boolean,
    endedAt: Long?,
    now: Long,
): String =
    when {
        endedAt != null && startedAt != null && startKnown -> span(startedAt, endedAt, now)
        endedAt != null -> words.text("session.until", dayClock(endedAt, now))
        startedAt == null -> ""
        else -> words.text(if (startKnown) "session.since" else "session.seen_since", dayClock(startedAt, now))
    }

/** A session's id and its place in time. */
fun Labels.sessionLine(
    session: String,
    span: String,
): String = if (span.isEmpty()) words.text("session.line", session) else words.text("session.line.span", session, span)

/** How much context is left; [percent] 0 to 100. */
fun Labels.contextLeft(percent: Double): String = words.text("context_left", percent(Labels.wholePercent(percent)))

/** How much context an ended session had left when it was last seen. */
fun Labels.contextLastSeen(percent: Double): String =
    words.text("context_last_seen", percent(Labels.wholePercent(percent)))

/** What is said in place of a percentage. [known] is false for an old agent's byte count. */
fun Labels.contextLeftUnknown(known: Boolean): String =
    words.text(if (known) "context_left.not_reported" else "context_left.not_known")

/** Who left the notes. */
fun Labels.writtenBy(
    program: String?,
    session: String?,
): String =
    when {
        program != null && session != null -> words.text("written.both", program, session)
        program != null -> words.text("written.program", program)
        session != null -> words.text("written.session", session)
        else -> ""
    }

/** Above what the server has cleared and this device kept. */
fun Labels.cleared(
    at: Long?,
    now: Long,
): String = at?.let { words.text("cleared.on", day(it, now)) } ?: words.text("cleared")

/** Since when a question stands in its program's state; where no time was told, when it was first seen here. */
fun Labels.questionTime(
    since: Long?,
    firstSeen: Long,
    now: Long,
): String =
    since?.let { words.text("question.since", dayClock(it, now)) }
        ?: words.text("question.first_seen", dayClock(firstSeen, now))

/** Between two sessions nothing is known. */
fun Labels.noRecord(
    from: Long,
    until: Long,
    now: Long,
): String = words.text("chain.no_record", span(from, until, now))

/** What a session took over from the one before. */
fun Labels.tookOver(
    from: String,
    workItems: Long,
    questions: Long,
): String {
    val counts =
        listOf("work_items" to workItems, "questions" to questions)
            .filter { (_, count) -> count > 0 }
            .map { (key, count) -> count(key, count) }
    return when (counts.size) {
        0 -> words.text("chain.took_over.notes", from)
        1 -> words.text("chain.took_over.one", counts.single(), from)
        else -> words.text("chain.took_over.both", counts.first(), counts.last(), from)
    }
}

/** How a task ended, by the key of its outcome, else the word as it came. */
fun Labels.outcome(
    key: String,
    word: String? = null,
): String = word ?: words.text("outcome.$key")

/** A fall of progress at a moment. */
data class Fall(
    val from: Int,
    val to: Int,
    val at: Long,
)

/** What a chart shows, and what a screen reader gets of it. */
fun Labels.chartSentence(
    falls: List<Fall>,
    gaps: List<Pair<Long, Long>>,
    nextBeatBy: Long?,
    now: Long,
): String =
    listOfNotNull(
        falls
            .takeIf { it.isNotEmpty() }
            ?.joinToString { words.text("chart.fall", number(it.from.toLong()), percent(it.to), dayClock(it.at, now)) }
            ?.let { words.text("chart.falls", it) },
        gaps
            .takeIf { it.isNotEmpty() }
            ?.joinToString { (from, until) -> span(from, until, now) }
            ?.let { words.text("chart.gaps", it) },
        nextBeatBy?.let { words.text("chart.beats", clockSeconds(it)) },
    ).joinToString(" ")
