package dev.cachebash.presentation

import dev.cachebash.ffi.AskedRow
import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.Headline
import dev.cachebash.ffi.Notice
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.Section
import dev.cachebash.ffi.Shape
import dev.cachebash.ffi.Source
import dev.cachebash.ffi.SourceReport
import dev.cachebash.ffi.Standing
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.SourceWord
import dev.cachebash.presentation.words.StripCounts
import dev.cachebash.presentation.words.asOf
import dev.cachebash.presentation.words.cause
import dev.cachebash.presentation.words.keyRefusedBar
import dev.cachebash.presentation.words.needYou
import dev.cachebash.presentation.words.nextCheck
import dev.cachebash.presentation.words.nobody
import dev.cachebash.presentation.words.nothingNeedsYou
import dev.cachebash.presentation.words.offlineBar
import dev.cachebash.presentation.words.partialBar
import dev.cachebash.presentation.words.questionsForYou
import dev.cachebash.presentation.words.quoted
import dev.cachebash.presentation.words.rateLimited
import dev.cachebash.presentation.words.sectionTitle
import dev.cachebash.presentation.words.serverAhead
import dev.cachebash.presentation.words.sourceName
import dev.cachebash.presentation.words.sourceWhen
import dev.cachebash.presentation.words.stripMore
import dev.cachebash.presentation.words.stripSentence

/** The strip shows so many shapes and counts the rest. */
internal const val STRIP_SHAPES = 40

/** Words the whole overview as of [now], which moves on while [overview] stays. */
internal fun Labels.overview(
    overview: Overview,
    now: Long,
    sourcesOpen: Boolean,
): OverviewState {
    val moment = Moment(now, overview.fresh)
    val several = overview.accounts.size > 1
    val labels = overview.accounts.labelsOfSeveral
    val rows = overview.rows.groupBy { it.section }
    val notice = overview.notice?.let { notice(it, overview.sources, now) }
    val hidden = overview.total.toLong() - overview.offset.toLong() - overview.rows.size
    val empty = overview.headline == Headline.Nobody
    return OverviewState(
        headline = headline(overview.headline),
        account =
            if (several) {
                count(
                    "servers",
                    overview.accounts.size.toLong(),
                )
            } else {
                overview.accounts.firstOrNull()?.label
            },
        asOf = if (notice == null && !empty) asOf(overview.asOf, now) else null,
        strip = strip(overview),
        asked = asked(overview, labels, now),
        sections =
            overview.sections.mapNotNull { summary ->
                rows[summary.section]?.let { part ->
                    SectionState(
                        summary.section,
                        sectionTitle(summary.section.key),
                        number(summary.count.toLong()),
                        part.map { row(it, labels[it.account], moment) },
                    )
                }
            },
        notice = notice,
        sources = sources(overview.sources, labels, now),
        sourcesOpen = sourcesOpen,
        nobody = if (empty) nobodyLines(overview) else emptyList(),
        createKey = if (empty && overview.accounts.isNotEmpty()) text("create_key") else null,
        firstRun = overview.accounts.isEmpty(),
        aside = overview.serverAhead?.let { serverAhead(it) },
        more = hidden.takeIf { it > 0 }?.let { count("not_shown", it) },
        refreshing = false,
        trouble = null,
    )
}

private fun Labels.headline(headline: Headline): String =
    when (headline) {
        is Headline.NeedYou -> needYou(headline.count.toLong())
        is Headline.QuestionsForYou -> questionsForYou(headline.count.toLong())
        Headline.NothingNeedsYou -> nothingNeedsYou(past = false)
        Headline.NothingNeededYou -> nothingNeedsYou(past = true)
        Headline.Nobody -> nobody()
    }

/** "Asked of you": a hosted server does not say who asks, so these stand on no program's card. */
private fun Labels.asked(
    overview: Overview,
    accounts: Map<String, String>,
    now: Long,
): AskedSectionState? =
    overview.asked.takeIf { it.isNotEmpty() }?.let { questions ->
        AskedSectionState(
            title = text("asked_of_you"),
            count = number(questions.size.toLong()),
            rows = questions.map { question(it, accounts[it.account], now) },
        )
    }

internal val AskedRow.key: AskedKey get() = AskedKey(account, question)

internal fun Labels.question(
    asked: AskedRow,
    account: String?,
    now: Long,
) = AskedState(
    key = asked.key,
    asker = asked.asker ?: text("an_agent_asks"),
    priority = if (asked.priority == "high") text("high_priority") else null,
    time = asked.askedAt?.let { dayClock(it, now) }.orEmpty(),
    text = quoted(asked.text, asked.cut),
    aside = if (asked.answerable) null else text("answer_elsewhere"),
    answer = if (asked.answerable) text("answer") else null,
    account = account,
)

private fun Labels.nobodyLines(overview: Overview): List<String> =
    listOf(
        // Where nobody could look, nothing is known of agents either.
        listOfNotNull(
            text("no_agents").takeIf { overview.asOf != null },
            nextCheck(overview.asOf, overview.nextCheck),
        ).joinToString("\n"),
        text("let_one_in"),
    )

private fun Labels.strip(overview: Overview): StripState {
    var room = STRIP_SHAPES
    val groups =
        overview.sections.map { it.shapes.take(room).also { shown -> room -= shown.size } }.filter { it.isNotEmpty() }
    val left = overview.sections.sumOf { it.shapes.size } - STRIP_SHAPES
    return StripState(groups, left.takeIf { it > 0 }?.let { stripMore(it) }, stripSentence(counts(overview)))
}

private fun counts(overview: Overview): StripCounts {
    fun count(section: Section): Long =
        overview.sections
            .firstOrNull { it.section == section }
            ?.count
            ?.toLong() ?: 0
    val checked =
        overview.sections
            .firstOrNull { it.section == Section.STALLED_OR_SILENT }
            ?.shapes
            .orEmpty()
    val stalled = checked.count { it == Shape.WORKING_STALLED }.toLong()
    return StripCounts(
        programs = overview.total.toLong(),
        needsYou = count(Section.NEEDS_YOU),
        silent = count(Section.STALLED_OR_SILENT) - stalled,
        stalled = stalled,
        working = count(Section.WORKING),
        pinned = count(Section.PINNED),
        finished = count(Section.FINISHED_TODAY),
        quiet = count(Section.QUIET),
    )
}

/** The bar above a page. */
internal fun Labels.notice(
    notice: Notice,
    sources: List<SourceReport>,
    now: Long,
): NoticeState =
    when (notice) {
        is Notice.Offline -> NoticeState(NoticeKind.Offline, offlineBar(notice.asOf, now))
        is Notice.KeyRefused -> NoticeState(NoticeKind.KeyRefused, keyRefusedBar(notice.asOf, now), text("replace_key"))
        is Notice.RateLimited -> NoticeState(NoticeKind.RateLimited, rateLimited(asked = null, notice.until, now))
        Notice.Partial -> NoticeState(NoticeKind.Partial, partialBar(partial(sources), now))
    }

/** Sessions always, then what is trouble; one entry a source, the worst account of it. */
private fun partial(sources: List<SourceReport>): List<SourceWord> =
    sources
        .filter { it.source == Source.SESSIONS || it.inBar }
        .groupBy { it.source }
        .toSortedMap()
        .values
        .map { same -> same.maxWith(compareBy({ it.inBar }, { it.standing })) }
        .map { SourceWord(it.source.key, it.standing.asWord, it.asOf) }

/** What each source said, a line each and account by account; [labels] are those of the accounts, where they differ. */
internal fun Labels.sources(
    sources: List<SourceReport>,
    labels: Map<String, String>,
    now: Long,
): List<SourceState> =
    sources.sortedBy { it.source }.map {
        SourceState(
            sign = it.sign,
            title = sourceName(it.source.key),
            account = labels[it.account],
            time = sourceWhen(it.standing.asWord, it.asOf, it.since, now),
            cause = it.cause?.let { cause -> cause(cause.asWord(it.source), now) },
            retry = if (it.canRetry) text("retry") else null,
        )
    }

private val SourceReport.sign: SourceSign
    get() =
        when {
            cause is Cause.Forbidden -> SourceSign.Locked
            cause is Cause.ShortList || cause is Cause.RowsSkipped -> SourceSign.Unsure
            cause is Cause.RateLimited -> SourceSign.Waiting
            standing == Standing.FRESH -> SourceSign.Fresh
            standing == Standing.FAILED -> SourceSign.Failed
            else -> SourceSign.Waiting
        }
