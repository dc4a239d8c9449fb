package dev.cachebash.presentation.words

// What a screen reader gets. Units are whole words, and spaces are ordinary ones.

/** One row, as far as it is read aloud. */
data class SpokenRow(
    val program: String,
    /** Only with two accounts or more. */
    val account: String?,
    val neverSeen: Boolean,
    val state: StateWord?,
    val progress: ProgressWord?,
    val finding: FindingWord?,
    val eta: EtaWord?,
    val heard: Long?,
    /** Only for rows of "Finished today". */
    val endedAt: Long?,
    val openQuestions: Long,
    val waiting: WaitingWord?,
    /** An asked question. */
    val asks: String?,
    /** A card's status. */
    val says: String?,
)

/** A row as one sentence: what is unknown is left out. */
fun Labels.readAloud(
    row: SpokenRow,
    now: Long,
    fresh: Boolean,
): String =
    listOfNotNull(
        row.program,
        row.account?.let { words.text("spoken.account", it) },
        if (row.neverSeen) words.text("spoken.never") else row.state?.let { spokenState(it) },
        row.progress?.let { spokenProgress(it, now) },
        row.finding?.let { spokenFinding(it, now, fresh) } ?: row.eta?.let { spokenEta(it, now, fresh) },
        row.endedAt?.let { words.text("spoken.finished", dayClock(it, now)) }
            ?: row.heard?.let { spokenHeard(it, now, fresh) },
        row.openQuestions.takeIf { it > 0 }?.let { count("open_questions", it) },
        row.waiting?.let { waiting(it, now, fresh, ::spokenDuration) }?.takeIf { it.isNotEmpty() },
        row.asks?.let { words.text("spoken.asks", it) } ?: row.says?.let { words.text("spoken.says", it) },
    ).joinToString().ordinarySpaces()

/** How many programs stand where, as the strip shows them. */
data class StripCounts(
    val programs: Long,
    val needsYou: Long,
    val silent: Long,
    val stalled: Long,
    val working: Long,
    val pinned: Long,
    val finished: Long,
    val quiet: Long,
)

/** The strip as one sentence. */
fun Labels.stripSentence(strip: StripCounts): String {
    if (strip.programs == 0L) return words.text("strip.none")
    val parts =
        listOf(
            "count.needs_you" to strip.needsYou,
            "strip.silent" to strip.silent,
            "strip.stalled" to strip.stalled,
            "strip.working" to strip.working,
            "strip.pinned" to strip.pinned,
            "strip.finished" to strip.finished,
            "strip.quiet" to strip.quiet,
        ).filter { (_, count) -> count > 0 }.joinToString { (key, count) -> words.plural(key, count, number(count)) }
    return words.text("strip", count("programs", strip.programs), parts)
}

private fun Labels.spokenState(state: StateWord): String =
    when (state) {
        StateWord.Known.BlockedOrPinned -> words.text("spoken.blocked_or_pinned")
        is StateWord.Known -> stateWord(state).lowercase()
        is StateWord.Other -> state.word
    }

private fun Labels.spokenProgress(
    progress: ProgressWord,
    now: Long,
): String? =
    when (progress) {
        ProgressWord.NotReported -> null
        is ProgressWord.Percent -> spokenPercent(progress.percent)
        is ProgressWord.Last -> lastProgress(spokenPercent(progress.percent), progress.at, now)
    }

private fun Labels.spokenPercent(percent: Int): String = words.text("spoken.percent", number(percent.toLong()))

private fun Labels.spokenFinding(
    finding: FindingWord,
    now: Long,
    fresh: Boolean,
): String =
    when {
        finding is FindingWord.Fell -> {
            words.text("finding.fell", number(finding.from.toLong()), spokenPercent(finding.to))
        }

        finding is FindingWord.NoChange && fresh -> {
            words.text("spoken.no_change", spokenDuration(now - finding.since))
        }

        finding is FindingWord.Silent && fresh && finding.usualEvery != null -> {
            val (unit, count) = Measure.nearest(finding.usualEvery)
            words.text("spoken.silent.usual", spoken(unit, count))
        }

        else -> {
            finding(finding, now, fresh)
        }
    }

private fun Labels.spokenHeard(
    heard: Long,
    now: Long,
    fresh: Boolean,
): String =
    when {
        fresh && heard - now <= Labels.AHEAD && now - heard < Labels.SECOND -> {
            words.text("spoken.heard", words.text("now"))
        }

        fresh && heard <= now && now - heard < Labels.WEEK -> {
            words.text("spoken.heard", words.text("ago", spokenDuration(now - heard)))
        }

        fresh && heard <= now -> {
            words.text("spoken.heard.on", day(heard, now))
        }

        else -> {
            when (nearness(heard, now)) {
                Labels.Nearness.Today -> words.text("spoken.heard.at", clock(heard))
                Labels.Nearness.ThisWeek -> words.text("spoken.heard", dayClock(heard, now))
                Labels.Nearness.Far -> words.text("spoken.heard.on", day(heard, now))
            }
        }
    }

private fun Labels.spokenDuration(span: Long): String {
    val unit = Measure.of(span)
    return spoken(unit, unit.count(span))
}

private fun Labels.spoken(
    unit: Measure,
    count: Long,
): String = words.plural("spoken.unit.${unit.key}", count, number(count))

private fun String.ordinarySpaces(): String = replace('\u202f', ' ')
