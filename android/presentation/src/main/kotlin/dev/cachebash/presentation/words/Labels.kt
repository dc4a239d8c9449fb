package dev.cachebash.presentation.words

import java.time.Instant
import java.time.LocalDate
import java.time.ZoneId
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.time.temporal.ChronoUnit
import java.util.Locale

/**
 * Puts values into English. It decides nothing that the core decided; it only knows how each is said.
 *
 * Moments are milliseconds since the epoch by the server's clock, spans are milliseconds. [zone] is where the reader sits,
 * [hours24] the device's setting. This file holds times and numbers; what is said about programs, sources and errors
 * stands in the files beside it, one function per rule of the shared table.
 */
class Labels(
    internal val zone: ZoneId,
    internal val hours24: Boolean,
) {
    internal val words = Words.English

    /** A fixed phrase. */
    fun text(key: String): String = words.text("text.$key")

    /** "14:02" or "2:02 PM". */
    fun clock(at: Long): String = clock(at, if (hours24) "HH:mm" else "h:mm")

    /** "14:02:10" or "2:02:10 PM". */
    fun clockSeconds(at: Long): String = clock(at, if (hours24) "HH:mm:ss" else "h:mm:ss")

    private fun clock(
        at: Long,
        pattern: String,
    ): String {
        val digits = local(at).format(pattern)
        return if (hours24) digits else words.text("clock.12", digits, half(at))
    }

    /** AM or PM. */
    private fun half(at: Long) = local(at).format("a")

    /** Today the clock alone; up to six days away with the weekday; further away the date. */
    fun dayClock(
        at: Long,
        now: Long,
    ): String =
        when (nearness(at, now)) {
            Nearness.Today -> clock(at)
            Nearness.ThisWeek -> "${local(at).format("EEE")} ${clock(at)}"
            Nearness.Far -> day(at, now)
        }

    /** The date, with the year when it is another than that of [now]. */
    fun day(
        at: Long,
        now: Long,
    ): String = local(at).format(if (local(at).year == local(now).year) "d MMM" else "d MMM yyyy")

    /** Two clocks, or two days where clocks would be too old to matter. */
    fun span(
        from: Long,
        until: Long,
        now: Long,
    ): String {
        val near = nearness(from, now) != Nearness.Far || nearness(until, now) != Nearness.Far
        val oneDay = date(from) == date(until)
        return when {
            !near -> if (oneDay) day(from, now) else "${day(from, now)}–${day(until, now)}"
            !oneDay -> "${dayClock(from, now)}–${dayClock(until, now)}"
            !hours24 && half(from) == half(until) -> "${dayClock(from, now).dropLast(HALF_LENGTH)}–${clock(until)}"
            else -> "${dayClock(from, now)}–${clock(until)}"
        }
    }

    /** As [span], of clocks alone: for a band whose days are plain. */
    internal fun clockBand(
        from: Long,
        until: Long,
    ): Pair<String, String> {
        val shared = !hours24 && half(from) == half(until) && date(from) == date(until)
        return (if (shared) clock(from).dropLast(HALF_LENGTH) else clock(from)) to clock(until)
    }

    /** Time since last heard, in one unit; clock times where nothing relative may be said. */
    fun age(
        heard: Long?,
        now: Long,
        fresh: Boolean,
    ): String =
        when {
            heard == null -> words.text("unknown")
            !fresh || heard - now > AHEAD -> dayClock(heard, now)
            now - heard < SECOND -> words.text("now")
            now - heard >= WEEK -> day(heard, now)
            else -> duration(now - heard)
        }

    /** A span in its largest unit, rounded down. */
    fun duration(span: Long): String {
        val unit = Measure.of(span)
        return words.text("unit.${unit.key}", number(unit.count(span)))
    }

    /** A span in its two largest neighbouring units; the second goes when it is zero. */
    fun durationLong(span: Long): String {
        val first = Measure.of(span)
        val rest = span - first.count(span) * first.millis
        val second = first.next?.takeIf { it.count(rest) > 0 } ?: return duration(span)
        return "${duration(span)} ${words.text("unit.${second.key}", number(second.count(rest)))}"
    }

    /** "2,000" */
    fun number(number: Long): String = String.format(Locale.ENGLISH, "%,d", number)

    /** "45 %" */
    fun percent(percent: Int): String = words.text("percent", number(percent.toLong()))

    /** Progress as reported: rounded down, 100 only at 100, at least 1 above 0. */
    fun progress(progress: Double?): String = progress?.let { percent(wholePercent(it)) } ?: words.text("no_progress")

    /** A usual beat, rounded to the nearest unit. */
    fun usualEvery(every: Long): String {
        val (unit, count) = Measure.nearest(every)
        return words.text("unit.${unit.key}", number(count))
    }

    /** One counted phrase. */
    fun count(
        key: String,
        count: Long,
    ): String = words.plural("count.$key", count, number(count))

    /** Keeps the ends of a name that is too long for its place. */
    fun shortName(
        full: String,
        max: Int,
    ): String {
        val points = full.codePoints().toArray()
        if (points.size <= max + 2) return full
        val head = (max + 1) / 2
        val tail = max / 2
        return String(points, 0, head) + "…" + String(points, points.size - tail, tail)
    }

    internal enum class Nearness { Today, ThisWeek, Far }

    internal fun nearness(
        at: Long,
        now: Long,
    ): Nearness =
        when (ChronoUnit.DAYS.between(date(now), date(at))) {
            0L -> Nearness.Today
            in -6L..6L -> Nearness.ThisWeek
            else -> Nearness.Far
        }

    /** The clock with seconds today, else as [dayClock]. */
    internal fun exactClock(
        at: Long,
        now: Long,
    ): String = if (nearness(at, now) == Nearness.Today) clockSeconds(at) else dayClock(at, now)

    private fun local(at: Long): ZonedDateTime = Instant.ofEpochMilli(at).atZone(zone)

    private fun date(at: Long): LocalDate = local(at).toLocalDate()

    private fun ZonedDateTime.format(pattern: String): String =
        format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH))

    internal companion object {
        const val SECOND = 1_000L
        const val MINUTE = 60 * SECOND
        const val HOUR = 60 * MINUTE
        const val DAY = 24 * HOUR
        const val WEEK = 7 * DAY

        /** Clocks differ a little; a time this far ahead still counts as now. */
        const val AHEAD = 5 * SECOND

        /** A narrow space and two letters. */
        const val HALF_LENGTH = 3

        /** Rounded down, 100 only at 100, at least 1 above 0. */
        fun wholePercent(reported: Double): Int =
            when {
                reported >= 100 -> 100
                reported > 0 -> maxOf(1, reported.toInt())
                else -> 0
            }
    }
}

/** The units that spans are said in. */
internal enum class Measure(
    val key: String,
    val millis: Long,
) {
    Day("d", Labels.DAY),
    Hour("h", Labels.HOUR),
    Minute("min", Labels.MINUTE),
    Second("s", Labels.SECOND),
    ;

    /** The next smaller unit. */
    val next: Measure? get() = entries.getOrNull(ordinal + 1)

    /** How many whole ones are in [span]; none in a negative one. */
    fun count(span: Long): Long = maxOf(0, span) / millis

    companion object {
        /** The largest unit of which [span] has one whole; seconds for less. */
        fun of(span: Long): Measure = entries.firstOrNull { it.count(span) > 0 } ?: Second

        /** The nearest whole count, at least one second and never more than hours. */
        fun nearest(span: Long): Pair<Measure, Long> {
            val unit =
                when {
                    span * 2 < 119 * Second.millis -> Second
                    span * 2 < 119 * Minute.millis -> Minute
                    else -> Hour
                }
            return unit to maxOf(1, (span + unit.millis / 2) / unit.millis)
        }
    }
}
