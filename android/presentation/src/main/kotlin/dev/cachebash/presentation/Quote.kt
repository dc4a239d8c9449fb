package dev.cachebash.presentation

import dev.cachebash.ffi.OpenQuestion

// A reply travels as a message that quotes its question, as it does from every face.

/** The message that replies with [text] to [question]. */
internal fun quoting(
    question: OpenQuestion,
    text: String,
): String = quoteOf(question) + text

/** What was replied, without the quote in front of it. */
internal fun withoutQuote(
    question: OpenQuestion,
    message: String,
): String = message.removePrefix(quoteOf(question))

private fun quoteOf(question: OpenQuestion): String = "> ${question.text}\n\n"
