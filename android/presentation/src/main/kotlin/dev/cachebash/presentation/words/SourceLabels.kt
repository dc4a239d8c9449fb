package dev.cachebash.presentation.words

// Can I believe it: headline, as-of, the bar, and a line per source.

/** How a source stands. */
enum class StandingWord { Fresh, Stale, Failed, NeverRead }

/** A source in the partial bar, [source] by its key. */
data class SourceWord(
    val source: String,
    val standing: StandingWord,
    val asOf: Long?,
)

/** Why a source failed or is not whole. */
sealed interface CauseWord {
    /** A cause without values, by its key. */
    enum class Plain(
        val key: String,
    ) : CauseWord {
        Offline("offline"),
        Unauthorized("unauthorized"),
        ServerUnavailable("server_unavailable"),
        Unreadable("unreadable"),
    }

    /** The key lacks a right. */
    data class Forbidden(
        val capability: String?,
    ) : CauseWord

    /** The server asked to wait. */
    data class RateLimited(
        val until: Long,
        val asked: Long?,
    ) : CauseWord

    /** The server lists so many and no more, of what [source] lists, by its key. */
    data class ShortList(
        val source: String,
        val limit: Long,
    ) : CauseWord

    /** Rows that could not be read. */
    data class RowsSkipped(
        val count: Long,
    ) : CauseWord
}

/** "As of 14:02:10" */
fun Labels.asOf(
    at: Long?,
    now: Long,
): String = at?.let { words.text("as_of", exactClock(it, now)) } ?: words.text("as_of.never")

/** "Offline · as of 14:02 (37 min ago)" */
fun Labels.offlineBar(
    asOf: Long?,
    now: Long,
): String {
    if (asOf == null) return words.text("bar.offline.never")
    val at = dayClock(asOf, now)
    return when {
        asOf - now > Labels.AHEAD -> words.text("bar.offline", at)
        now - asOf < Labels.SECOND -> words.text("bar.offline.aged", at, words.text("now"))
        else -> words.text("bar.offline.aged", at, words.text("ago", duration(now - asOf)))
    }
}

/** "This key is no longer accepted · as of 14:02" */
fun Labels.keyRefusedBar(
    asOf: Long?,
    now: Long,
): String = asOf?.let { words.text("bar.refused", dayClock(it, now)) } ?: words.text("bar.refused.never")

/** "Sessions 14:02 · State 13:40 · Messages failed" */
fun Labels.partialBar(
    sources: List<SourceWord>,
    now: Long,
): String =
    sources.joinToString(" · ") {
        val name = sourceShort(it.source)
        when {
            it.standing == StandingWord.Failed -> words.text("bar.failed", name)
            it.standing == StandingWord.NeverRead || it.asOf == null -> words.text("bar.not_read", name)
            else -> words.text("bar.source", name, dayClock(it.asOf, now))
        }
    }

/** A source in full, by its key. */
fun Labels.sourceName(source: String): String = words.text("source.$source")

/** A source in the bar, by its key. */
fun Labels.sourceShort(source: String): String = words.text("source.short.$source")

/** The end of a source's line. */
fun Labels.sourceWhen(
    standing: StandingWord,
    asOf: Long?,
    since: Long?,
    now: Long,
): String =
    when (standing) {
        StandingWord.Fresh -> {
            asOf?.let { exactClock(it, now) } ?: words.text("when.never_read")
        }

        StandingWord.Stale -> {
            asOf?.let { words.text("when.stale", exactClock(it, now)) }
                ?: words.text("when.never_read")
        }

        StandingWord.Failed -> {
            since?.let { words.text("when.failed.since", dayClock(it, now)) }
                ?: words.text("when.failed")
        }

        StandingWord.NeverRead -> {
            words.text("when.never_read")
        }
    }

/** How long the server asked to wait, where known, and what is left of it, rounded up. */
fun Labels.rateLimited(
    asked: Long?,
    until: Long,
    now: Long,
): String {
    val left = until - now
    val wait = asked?.let { duration(it) }
    return when {
        left <= 0 && wait != null -> words.text("wait.asked.over", wait)
        left <= 0 -> words.text("wait.unasked.over")
        wait != null -> words.text("wait.asked", wait, roundedUp(left))
        else -> words.text("wait.unasked", roundedUp(left))
    }
}

private fun Labels.roundedUp(left: Long): String {
    val unit = if (left < Labels.MINUTE) Measure.Second else Measure.Minute
    return words.text("unit.${unit.key}", number((left + unit.millis - 1) / unit.millis))
}

/** Why a source failed or is not whole. */
fun Labels.cause(
    cause: CauseWord,
    now: Long,
): String =
    when (cause) {
        is CauseWord.Plain -> {
            words.text("cause.${cause.key}")
        }

        is CauseWord.Forbidden -> {
            cause.capability?.let { words.text("cause.forbidden", it) } ?: words.text("cause.forbidden.unknown")
        }

        is CauseWord.RateLimited -> {
            rateLimited(cause.asked, cause.until, now)
        }

        is CauseWord.ShortList -> {
            words.text("cause.short_list.${cause.source}", number(cause.limit))
        }

        is CauseWord.RowsSkipped -> {
            words.plural("cause.rows_skipped", cause.count, number(cause.count))
        }
    }

/** How far some times lie ahead of the server's own clock. */
fun Labels.serverAhead(by: Long): String = words.text("server_ahead", duration(by))

/** Under an empty page. */
fun Labels.nextCheck(
    last: Long?,
    next: Long?,
): String =
    when {
        last != null && next != null -> words.text("check.both", clockSeconds(last), clockSeconds(next))
        last != null -> words.text("check.last", clockSeconds(last))
        next != null -> words.text("check.next", clockSeconds(next))
        else -> words.text("check.never")
    }

/** So many rows need a person. */
fun Labels.needYou(count: Long): String = count("needs_you", count)

/** Nothing does, and so many questions wait whose asker is not known. */
fun Labels.questionsForYou(count: Long): String = count("questions_for_you", count)

/** What an agent asked, or its beginning. */
fun Labels.quoted(
    asked: String,
    cut: Boolean,
): String = words.text(if (cut) "quoted.cut" else "quoted", asked)

/** Nothing does; [past] when that was so at the as-of and may be otherwise now. */
fun Labels.nothingNeedsYou(past: Boolean): String =
    words.text(if (past) "headline.nothing.past" else "headline.nothing")

/** There is no program. */
fun Labels.nobody(): String = words.text("headline.nobody")

/** "+12" */
fun Labels.stripMore(count: Int): String = words.text("strip.more", number(count.toLong()))
