package dev.cachebash.presentation

import dev.cachebash.presentation.alert.dueAlert
import dev.cachebash.presentation.away.awayEvent
import dev.cachebash.presentation.away.awaySentence
import dev.cachebash.presentation.outbox.action
import dev.cachebash.presentation.outbox.delivery
import dev.cachebash.presentation.outbox.reply
import dev.cachebash.presentation.search.hitKind
import dev.cachebash.presentation.search.hitKinds
import dev.cachebash.presentation.search.reach
import dev.cachebash.presentation.words.CauseWord
import dev.cachebash.presentation.words.ErrorWord
import dev.cachebash.presentation.words.EtaWord
import dev.cachebash.presentation.words.Fall
import dev.cachebash.presentation.words.FindingWord
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.ProgressWord
import dev.cachebash.presentation.words.SourceWord
import dev.cachebash.presentation.words.SpokenRow
import dev.cachebash.presentation.words.StandingWord
import dev.cachebash.presentation.words.StateWord
import dev.cachebash.presentation.words.StripCounts
import dev.cachebash.presentation.words.WaitingWord
import dev.cachebash.presentation.words.asOf
import dev.cachebash.presentation.words.cause
import dev.cachebash.presentation.words.chartSentence
import dev.cachebash.presentation.words.cleared
import dev.cachebash.presentation.words.contextLeft
import dev.cachebash.presentation.words.contextLeftUnknown
import dev.cachebash.presentation.words.ended
import dev.cachebash.presentation.words.error
import dev.cachebash.presentation.words.eta
import dev.cachebash.presentation.words.etaBasis
import dev.cachebash.presentation.words.expiryEstimate
import dev.cachebash.presentation.words.finding
import dev.cachebash.presentation.words.findingShort
import dev.cachebash.presentation.words.heard
import dev.cachebash.presentation.words.keyRefusedBar
import dev.cachebash.presentation.words.keyUsed
import dev.cachebash.presentation.words.mayNotRead
import dev.cachebash.presentation.words.mayNotReadWhy
import dev.cachebash.presentation.words.missingCapability
import dev.cachebash.presentation.words.needYou
import dev.cachebash.presentation.words.nextCheck
import dev.cachebash.presentation.words.nobody
import dev.cachebash.presentation.words.nothingNeedsYou
import dev.cachebash.presentation.words.offlineBar
import dev.cachebash.presentation.words.outcome
import dev.cachebash.presentation.words.partialBar
import dev.cachebash.presentation.words.questionTime
import dev.cachebash.presentation.words.questionsForYou
import dev.cachebash.presentation.words.quoted
import dev.cachebash.presentation.words.rateLimited
import dev.cachebash.presentation.words.readAloud
import dev.cachebash.presentation.words.revoked
import dev.cachebash.presentation.words.rowProgress
import dev.cachebash.presentation.words.sectionTitle
import dev.cachebash.presentation.words.serverAhead
import dev.cachebash.presentation.words.sessionLine
import dev.cachebash.presentation.words.sessionSpan
import dev.cachebash.presentation.words.sourceName
import dev.cachebash.presentation.words.sourceShort
import dev.cachebash.presentation.words.sourceWhen
import dev.cachebash.presentation.words.stateWord
import dev.cachebash.presentation.words.stripSentence
import dev.cachebash.presentation.words.waiting
import dev.cachebash.presentation.words.writtenBy
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.double
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long

/** The values of one case, read strictly: a missing one fails the test. */
internal class Values(
    private val json: JsonObject,
) {
    private fun element(key: String): JsonElement = requireNotNull(json[key]) { "the case has no $key" }

    fun text(key: String): String = element(key).jsonPrimitive.content

    fun textOrNull(key: String): String? = (json[key] as? JsonPrimitive)?.contentOrNull

    fun long(key: String): Long = element(key).jsonPrimitive.long

    fun int(key: String): Int = long(key).toInt()

    fun longOrNull(key: String): Long? = textOrNull(key)?.toLong()

    fun doubleOrNull(key: String): Double? = textOrNull(key)?.toDouble()

    fun double(key: String): Double = element(key).jsonPrimitive.double

    fun flag(key: String): Boolean = text(key).toBooleanStrict()

    fun list(key: String): List<Values> = (element(key) as JsonArray).map { Values(it.jsonObject) }

    fun inner(key: String): Values? = json[key]?.takeIf { it !is JsonNull }?.let { Values(it.jsonObject) }
}

/** Words one case of the shared table. An unknown rule fails. */
internal fun Labels.say(
    rule: String,
    v: Values,
): String =
    when (rule) {
        "clock" -> clock(v.long("at"))
        "clock_seconds" -> clockSeconds(v.long("at"))
        "day_clock" -> dayClock(v.long("at"), v.long("now"))
        "day" -> day(v.long("at"), v.long("now"))
        "span" -> span(v.long("from"), v.long("until"), v.long("now"))
        "age" -> age(v.longOrNull("heard"), v.long("now"), v.flag("fresh"))
        "duration" -> duration(v.long("span"))
        "duration_long" -> durationLong(v.long("span"))
        "number" -> number(v.long("number"))
        "percent" -> percent(v.int("percent"))
        "progress" -> progress(v.doubleOrNull("progress"))
        "row_progress" -> rowProgress(progress(v), v.longOrNull("now") ?: 0)
        "usual_every" -> usualEvery(v.long("every"))
        "finding" -> finding(finding(v), v.long("now"), v.flag("fresh"))
        "finding_short" -> findingShort(finding(v), v.long("now"), v.flag("fresh"))
        "waiting" -> waiting(waiting(v), v.long("now"), v.flag("fresh"))
        "eta" -> eta(eta(v), v.long("now"), v.flag("fresh"))
        "eta_basis" -> etaBasis(v.long("basis"))
        "headline" -> headline(v)
        "as_of" -> asOf(v.longOrNull("at"), v.long("now"))
        "bar" -> bar(v)
        "source_name" -> sourceName(v.text("source"))
        "source_short" -> sourceShort(v.text("source"))
        "source_when" -> sourceWhen(standing(v), v.longOrNull("as_of"), v.longOrNull("since"), v.long("now"))
        "rate_limited" -> rateLimited(v.longOrNull("asked"), v.long("until"), v.long("now"))
        "cause" -> cause(cause(v), v.long("now"))
        "heard" -> heard(v.longOrNull("heard"), v.longOrNull("read"), v.long("now"), v.flag("fresh"))
        "server_ahead" -> serverAhead(v.long("by"))
        "count" -> count(v.text("key"), v.long("count"))
        "state_word" -> stateWord(state(v))
        "section_title" -> sectionTitle(v.text("section"))
        "quoted" -> quoted(v.text("text"), v.flag("cut"))
        "text" -> text(v.text("key"))
        "strip_sentence" -> stripSentence(strip(v))
        "read_aloud" -> readAloud(spoken(v), v.long("now"), v.flag("fresh"))
        "context_left" -> contextLeft(v)
        "missing_capability" -> missingCapability(v.text("capability"))
        "may_not_read" -> mayNotRead(v.text("program"))
        "may_not_read_why" -> mayNotReadWhy(v.textOrNull("capability"))
        "ended" -> ended(v.longOrNull("at"), v.long("now"))
        "session_span" -> span(v)
        "session_line" -> sessionLine(v.text("session"), span(v))
        "expiry_estimate" -> expiryEstimate(v.longOrNull("at"), v.long("now"))
        "key_used" -> keyUsed(v.longOrNull("at"), v.long("now"), v.flag("fresh"))
        "revoked" -> revoked(v.longOrNull("at"), v.long("now"))
        "written_by" -> writtenBy(v.textOrNull("program"), v.textOrNull("session"))
        "cleared" -> cleared(v.longOrNull("at"), v.long("now"))
        "next_check" -> nextCheck(v.longOrNull("last"), v.longOrNull("next"))
        "chart_sentence" -> chartSentence(v)
        "outcome" -> outcome(v.text("outcome"), v.textOrNull("word"))
        "short_name" -> shortName(v.text("full"), v.int("max"))
        "error" -> error(error(v))
        "action" -> action(action(v))
        "delivery" -> delivery(outboxLine(v))
        "reply" -> reply(reply(v), v.long("now"))
        "question_time" -> questionTime(v.longOrNull("since"), v.long("first_seen"), v.long("now"))
        "away" -> awaySentence(digest(v))
        "away_event" -> awayEvent(awayEvent(v))
        "hit_kind" -> hitKind(hitKind(v))
        "hit_kinds" -> hitKinds(hitKind(v))
        "reach" -> reach(reach(v), v.long("now")).joinToString("\n")
        "due_alert" -> dueAlert(dueAlert(v), v.long("now"))
        else -> kotlin.error("no formatter for the rule $rule")
    }

private fun progress(v: Values): ProgressWord =
    when (val kind = v.text("kind")) {
        "not_reported" -> ProgressWord.NotReported
        "percent" -> ProgressWord.Percent(v.int("percent"))
        "last" -> ProgressWord.Last(v.int("percent"), v.long("at"))
        else -> kotlin.error("no progress $kind")
    }

private fun finding(v: Values): FindingWord =
    when (val kind = v.text("kind")) {
        "silent" -> FindingWord.Silent(v.long("since"), v.longOrNull("usual_every"))
        "fell" -> FindingWord.Fell(v.int("from"), v.int("to"))
        "no_change" -> FindingWord.NoChange(v.long("since"))
        else -> kotlin.error("no finding $kind")
    }

private fun waiting(v: Values) = WaitingWord(v.long("since"), v.flag("change_seen"), v.flag("or_pinned"))

private fun eta(v: Values) = EtaWord(v.long("from"), v.long("to"), v.long("judged_at"))

private fun state(v: Values): StateWord? =
    when (val word = v.textOrNull("state")) {
        null -> null
        "other" -> StateWord.Other(v.text("word"))
        else -> StateWord.Known.entries.single { it.key == word }
    }

private fun standing(v: Values): StandingWord =
    when (val word = v.text("standing")) {
        "fresh" -> StandingWord.Fresh
        "stale" -> StandingWord.Stale
        "failed" -> StandingWord.Failed
        "never_read" -> StandingWord.NeverRead
        else -> kotlin.error("no standing $word")
    }

private fun Labels.headline(v: Values): String =
    when (val kind = v.text("kind")) {
        "need_you" -> needYou(v.long("count"))
        "questions_for_you" -> questionsForYou(v.long("count"))
        "nothing_needs_you" -> nothingNeedsYou(past = false)
        "nothing_needed_you" -> nothingNeedsYou(past = true)
        "nobody" -> nobody()
        else -> kotlin.error("no headline $kind")
    }

private fun Labels.bar(v: Values): String =
    when (val kind = v.text("kind")) {
        "offline" -> {
            offlineBar(v.longOrNull("as_of"), v.long("now"))
        }

        "key_refused" -> {
            keyRefusedBar(v.longOrNull("as_of"), v.long("now"))
        }

        "rate_limited" -> {
            rateLimited(null, v.long("until"), v.long("now"))
        }

        "partial" -> {
            partialBar(
                v.list("sources").map { SourceWord(it.text("source"), standing(it), it.longOrNull("as_of")) },
                v.long("now"),
            )
        }

        else -> {
            kotlin.error("no bar $kind")
        }
    }

private fun cause(v: Values): CauseWord =
    when (val kind = v.text("kind")) {
        "forbidden" -> CauseWord.Forbidden(v.textOrNull("capability"))
        "rate_limited" -> CauseWord.RateLimited(v.long("until"), v.longOrNull("asked"))
        "short_list" -> CauseWord.ShortList(v.text("source"), v.long("limit"))
        "rows_skipped" -> CauseWord.RowsSkipped(v.long("count"))
        else -> CauseWord.Plain.entries.single { it.key == kind }
    }

private fun strip(v: Values) =
    StripCounts(
        programs = v.long("programs"),
        needsYou = v.long("needs_you"),
        silent = v.long("silent"),
        stalled = v.long("stalled"),
        working = v.long("working"),
        pinned = v.long("pinned"),
        finished = v.long("finished"),
        quiet = v.long("quiet"),
    )

private fun spoken(v: Values) =
    SpokenRow(
        program = v.text("program"),
        account = v.textOrNull("account"),
        neverSeen = v.flag("never_seen"),
        state = state(v),
        progress = v.inner("progress")?.let(::progress),
        finding = v.inner("finding")?.let(::finding),
        eta = v.inner("eta")?.let(::eta),
        heard = v.longOrNull("heard"),
        endedAt = v.longOrNull("ended_at"),
        openQuestions = v.long("open_questions"),
        waiting = v.inner("waiting")?.let(::waiting),
        asks = v.textOrNull("asks"),
        says = v.textOrNull("says"),
    )

private fun Labels.contextLeft(v: Values): String =
    when (val kind = v.text("kind")) {
        "not_reported" -> contextLeftUnknown(known = true)
        "percent" -> contextLeft(v.double("value"))
        "raw_bytes" -> contextLeftUnknown(known = false)
        else -> kotlin.error("no context $kind")
    }

private fun Labels.span(v: Values) =
    sessionSpan(v.longOrNull("started_at"), v.flag("start_known"), v.longOrNull("ended_at"), v.long("now"))

private fun Labels.chartSentence(v: Values) =
    chartSentence(
        v.list("falls").map { Fall(it.int("from"), it.int("to"), it.long("at")) },
        v.list("gaps").map { it.long("from") to it.long("until") },
        v.longOrNull("next_beat_by"),
        v.long("now"),
    )

private fun error(v: Values): ErrorWord =
    when (val kind = v.text("kind")) {
        "forbidden" -> ErrorWord.Forbidden(v.textOrNull("capability"))
        "rate_limited" -> ErrorWord.RateLimited(v.long("until"))
        "storage" -> ErrorWord.Storage(v.text("reference"))
        "internal" -> ErrorWord.Internal(v.text("reference"))
        "rejected" -> rejected(requireNotNull(v.inner("reason")))
        else -> ErrorWord.Plain.entries.single { it.key == kind }
    }

private fun rejected(v: Values): ErrorWord =
    when (val kind = v.text("kind")) {
        "too_long" -> ErrorWord.TooLong(v.text("field"), v.long("limit"))
        "invalid" -> ErrorWord.Invalid(v.text("field"))
        "other" -> ErrorWord.RejectedOther(v.text("reference"))
        else -> ErrorWord.Rejected.entries.single { it.key == kind }
    }
