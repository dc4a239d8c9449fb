package dev.cachebash.ui

import dev.cachebash.presentation.OverviewState
import dev.cachebash.presentation.ProgramState
import dev.cachebash.presentation.ProgressState
import dev.cachebash.presentation.RowState

// Screens as lines of words: what a picture cannot hold to the digit. Spaces are ordinary ones, so that a list can be read;
// which space stands where is the shared table's to say.

/** All that the overview says: the frame, then a line a section and a line a row, as read aloud and as written. */
internal fun OverviewState.said(): List<String> {
    val frame = listOfNotNull(account, asOf, notice?.text, headline, aside, trouble, strip.spoken, strip.more, more)
    val rows = sections.flatMap { part -> listOf("${part.title} ${part.count}") + part.rows.map { it.said() } }
    return (frame + nobody + rows).plain()
}

private fun RowState.said(): String {
    val far =
        when (val progress = progress) {
            ProgressState.Absent -> null
            is ProgressState.Note -> progress.text
            is ProgressState.Percent -> progress.text
        }
    val written = listOfNotNull(age, far, finding?.text, eta, waiting, account, project, questions?.let { "? $it" })
    return "$spoken | ${written.joinToString("; ")}"
}

/** All that a program's page says, card by card. */
internal fun ProgramState.said(): List<String> =
    listOfNotNull(
        listOfNotNull(name, header?.word, header?.clocks, header?.spoken, notice?.text, trouble),
        header?.asides,
        now?.run { listOfNotNull(title, project, status, number?.run { digits + unit }, note, finding?.text) },
        now?.run { listOfNotNull(eta?.text, eta?.basis, waiting) },
        now?.chart?.run { listOf("$fromLabel–$toLabel, ${steps.size} steps, ${beats.size} beats, at ${end?.percent}") },
        now?.chart?.due?.let { listOf(it.label) },
        now?.run { listOfNotNull(sentence, context?.run { "$label $text" }, contextNote, session) },
        locked?.run { listOf(title, cause) },
        standIn?.run { listOf(title, text) },
        notes?.run { listOfNotNull(title, time, kept, text, by) },
        questions?.run { listOfNotNull(title, count, kept) + questions.map { "${it.number}. ${it.text} ${it.since}" } },
        workItems?.run { listOfNotNull(title, count, kept) + items + listOfNotNull(by) },
        lastTask?.run { listOfNotNull(heading, kept, title, outcome, notes, by) },
        chain?.run {
            listOf(
                title,
                count,
            ) + links.flatMap { listOfNotNull("${it.session}: ${it.line}", it.tookOver, it.unrecorded) }
        },
        keys?.run {
            listOfNotNull(title, count, note) +
                keys.map { (listOf(it.label, it.fingerprint) + it.facts + it.missing).joinToString("; ") }
        },
        facts.map { listOfNotNull(it.title, it.count, it.note).joinToString(" ") },
    ).flatten().plain()

private fun List<String>.plain() = map { it.replace('\u202f', ' ') }
