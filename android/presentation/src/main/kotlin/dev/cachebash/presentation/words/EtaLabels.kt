package dev.cachebash.presentation.words

// When an agent will be done: a band, rounded outward, never a point.

/** A band from [from] to [to] after [judgedAt]. */
data class EtaWord(
    val from: Long,
    val to: Long,
    val judgedAt: Long,
)

/** The band in words. */
fun Labels.eta(
    eta: EtaWord,
    now: Long,
    fresh: Boolean,
): String =
    when (val band = band(eta, now, fresh)) {
        Band.MoreThanADay -> words.text("eta.day")
        is Band.MoreThan -> words.text("eta.more", shown(band.start))
        is Band.Within -> words.text("eta.within", shown(band.end))
        is Band.One -> words.text("eta.band", shown(band.end))
        is Band.Range -> words.text("eta.band", range(band))
        is Band.Clocks -> words.text("eta.band", "${band.from}–${band.until}")
        is Band.By -> words.text("eta.by", band.clock)
        is Band.After -> words.text("eta.after", band.clock)
        is Band.WasDue -> words.text("eta.due", band.clock)
    }

/** How much of the past an estimate rests on. */
fun Labels.etaBasis(basis: Long): String = words.text("eta.basis", duration(basis))

/** Both ends as clock times, rounded outward like the band: under the axis of a chart. */
internal fun Labels.etaClocks(eta: EtaWord): String {
    val (from, until) = clockBand(eta.judgedAt + down(eta.from), eta.judgedAt + up(eta.to))
    return "$from–$until"
}

/** What a screen reader gets of the band. */
internal fun Labels.spokenEta(
    eta: EtaWord,
    now: Long,
    fresh: Boolean,
): String =
    when (val band = band(eta, now, fresh)) {
        Band.MoreThanADay -> {
            words.text("eta.day")
        }

        is Band.MoreThan -> {
            words.text("eta.more", spoken(band.start))
        }

        is Band.Within -> {
            words.text("eta.within", spoken(band.end))
        }

        is Band.One -> {
            words.text("spoken.eta.band", spoken(band.end))
        }

        is Band.Range -> {
            val start = if (band.start.unit == band.end.unit) band.start.digits else spoken(band.start)
            words.text("spoken.eta.band", words.text("spoken.eta.to", start, spoken(band.end)))
        }

        is Band.Clocks -> {
            words.text("spoken.eta.between", band.from, band.until)
        }

        is Band.By -> {
            words.text("eta.by", band.clock)
        }

        is Band.After -> {
            words.text("eta.after", band.clock)
        }

        is Band.WasDue -> {
            words.text("eta.due", band.clock)
        }
    }

/** How a band is to be said, before it is put into words. */
private sealed interface Band {
    data object MoreThanADay : Band

    data class MoreThan(
        val start: End,
    ) : Band

    data class Within(
        val end: End,
    ) : Band

    data class One(
        val end: End,
    ) : Band

    data class Range(
        val start: End,
        val end: End,
    ) : Band

    data class Clocks(
        val from: String,
        val until: String,
    ) : Band

    data class By(
        val clock: String,
    ) : Band

    data class After(
        val clock: String,
    ) : Band

    data class WasDue(
        val clock: String,
    ) : Band
}

/** One end of a band: whole or half units. */
private data class End(
    val digits: String,
    val unit: Measure,
)

private fun Labels.band(
    eta: EtaWord,
    now: Long,
    fresh: Boolean,
): Band {
    // Judged by the clock it would name: what was due by 14:41 is not past at 14:39.
    val rounded = eta.judgedAt + up(eta.to)
    if (now > rounded) return Band.WasDue(dayClock(rounded, now))
    val passed = now - eta.judgedAt
    return if (fresh) spanBand(maxOf(0, eta.from - passed), maxOf(1, eta.to - passed)) else clockBand(eta, now)
}

private fun spanBand(
    from: Long,
    to: Long,
): Band {
    val start = down(from)
    val end = up(to)
    val hours = end > HOURS_FROM
    return when {
        start >= Labels.DAY -> Band.MoreThanADay
        end > Labels.DAY -> Band.MoreThan(end(start, start >= HOURS_FROM))
        start == 0L -> Band.Within(end(end, hours))
        start == end -> Band.One(end(end, hours))
        else -> Band.Range(end(start, hours && start >= HOURS_FROM), end(end, hours))
    }
}

private fun Labels.clockBand(
    eta: EtaWord,
    now: Long,
): Band {
    val start = down(eta.from)
    val end = up(eta.to)
    if (end > Labels.DAY) return Band.After(dayClock(eta.judgedAt + minOf(start, Labels.DAY), now))
    val (from, until) = clockBand(eta.judgedAt + start, eta.judgedAt + end)
    return if (start == 0L) Band.By(until) else Band.Clocks(from, until)
}

/** Beyond this, an end is said in hours. */
private const val HOURS_FROM = 2 * Labels.HOUR

/** Coarser the further away: minutes, five minutes, half hours. */
private fun step(span: Long): Long =
    when {
        span <= 30 * Labels.MINUTE -> Labels.MINUTE
        span <= HOURS_FROM -> 5 * Labels.MINUTE
        else -> Labels.HOUR / 2
    }

private fun down(span: Long): Long = span / step(span) * step(span)

private fun up(span: Long): Long = (span + step(span) - 1) / step(span) * step(span)

private fun end(
    span: Long,
    hours: Boolean,
): End {
    if (!hours) return End((span / Labels.MINUTE).toString(), Measure.Minute)
    val half = if (span % Labels.HOUR == 0L) "" else ".5"
    return End("${span / Labels.HOUR}$half", Measure.Hour)
}

private fun Labels.range(band: Band.Range): String {
    val start = if (band.start.unit == band.end.unit) band.start.digits else shown(band.start)
    return "$start–${shown(band.end)}"
}

private fun Labels.shown(end: End): String = words.text("unit.${end.unit.key}", end.digits)

private fun Labels.spoken(end: End): String =
    words.plural("spoken.unit.${end.unit.key}", if (end.digits == "1") 1 else SEVERAL, end.digits)

/** Any count but one, two or none: it only asks for the plural. */
private const val SEVERAL = 9L
