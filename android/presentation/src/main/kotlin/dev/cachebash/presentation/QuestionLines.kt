package dev.cachebash.presentation

import dev.cachebash.presentation.words.Labels

// Open questions as a person writes them: one a line. How much fits is counted per line, since that is what the core
// refuses by; the sheet that begins an edit and the outbox's editor say it alike.

/** So many open questions a program may have, and so many UTF-16 units each (contract section 8). */
private const val MOST_QUESTIONS = 10
private const val LONGEST_QUESTION = 500

/** The questions in [text]. */
internal fun questionLines(text: String): List<String> = text.lines().map { it.trim() }.filter { it.isNotEmpty() }

/** The core would take these. */
internal fun questionsFit(questions: List<String>): Boolean =
    questions.size <= MOST_QUESTIONS && questions.all { it.length <= LONGEST_QUESTION }

/** A text with a question a line: "2 of 10, the longest 48 of 500". */
internal fun Labels.questionsField(
    label: String,
    text: String,
): FieldState {
    val questions = questionLines(text)
    val count =
        words.text(
            "length.questions",
            length(questions.size, MOST_QUESTIONS),
            length(questions.maxOfOrNull { it.length } ?: 0, LONGEST_QUESTION),
        )
    return FieldState(label, text, count, tooLong = !questionsFit(questions))
}
