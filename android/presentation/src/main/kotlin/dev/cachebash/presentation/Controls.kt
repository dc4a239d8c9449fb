package dev.cachebash.presentation

import dev.cachebash.presentation.words.Labels

// What is pressed and written into, the same on every screen.

/** How much a button asks to be pressed: one is filled at most. */
enum class ButtonWeight { Filled, Tonal, Plain }

/** A text with its name and its length. */
data class FieldState(
    val label: String,
    val text: String,
    /** "61 of 2,000" */
    val count: String,
    val tooLong: Boolean,
)

/** So many UTF-16 units a message, an answer or a note may have (contract sections 5, 6 and 8). */
internal const val LONGEST_MESSAGE = 2_000

/** A text with its length, of so many UTF-16 units at most. */
internal fun Labels.field(
    label: String,
    text: String,
    limit: Int,
) = FieldState(label, text, length(text.length, limit), tooLong = text.length > limit)

/** "61 of 2,000" */
internal fun Labels.length(
    length: Int,
    limit: Int,
): String = words.text("length", number(length.toLong()), number(limit.toLong()))
