package dev.cachebash.presentation

import dev.cachebash.ffi.ContextPart
import dev.cachebash.ffi.ContextSummary
import dev.cachebash.ffi.ContextView
import dev.cachebash.ffi.KeptContext
import dev.cachebash.ffi.LastTask
import dev.cachebash.ffi.Outcome
import dev.cachebash.ffi.PartWritten
import dev.cachebash.ffi.QuestionTime
import dev.cachebash.ffi.Writing
import dev.cachebash.presentation.words.Labels
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** What one session left for the next: who wrote which part and when, and what only this device remembers. */
class HandedOverTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)

    private val handedOver =
        ContextSummary(
            LastTask("t-1", "Implement the auth module", Outcome.Completed, "Token checks pass."),
            listOf("Refresh token edge cases"),
            "One edge case remains.",
            listOf("401 or 403?", "More than one audience?"),
        )
    private val before = Writing(NOW - 5_530_000, "builder", "builder.auth-6")
    private val since = Writing(NOW - 1_330_000, "reviewer", "reviewer.auth-1")

    private fun written(
        part: ContextPart,
        by: Writing,
    ) = PartWritten(part, by)

    private fun shown(context: ContextView) =
        labels.program(page(context = context), abilities = emptyList(), NOW, sourcesOpen = false)

    @Test
    fun `a part that was written apart says by whom and when, and one written with the notes says it once`() {
        val parts =
            listOf(
                written(ContextPart.HAND_OFF_NOTES, before),
                written(ContextPart.OPEN_QUESTIONS, before),
                written(ContextPart.WORK_ITEMS, since),
                written(ContextPart.LAST_TASK, before),
            )
        val state = shown(context(context = handedOver).copy(parts = parts))
        assertEquals(
            "12:30" to "Written by builder in session builder.auth-6",
            state.notes?.run { time to by },
        )
        assertEquals("Written by reviewer in session reviewer.auth-1, 13:40", state.workItems?.by)
        assertNull(state.lastTask?.by)
    }

    @Test
    fun `of a part of which only the time is known the time is told, and of none that is not known anything`() {
        val parts = listOf(written(ContextPart.LAST_TASK, Writing(NOW - 1_330_000, null, null)))
        val state = shown(context(context = handedOver).copy(parts = parts))
        assertEquals("13:40", state.lastTask?.by)
        assertEquals("Written by builder in session builder.auth-1", state.notes?.by)
        assertNull(state.workItems?.by)
    }

    @Test
    fun `each question has its own time, and one of which no time was told says when it was first seen here`() {
        val times = listOf(QuestionTime(0u, NOW - 490_000, NOW - 400_000), QuestionTime(1u, null, NOW - 130_000))
        val state = shown(context(context = handedOver).copy(questions = times))
        assertEquals(
            listOf("In its state since 13:54", "First seen here 14:00"),
            state.questions?.questions?.map { it.since },
        )
        assertEquals(listOf(null, null), shown(context(context = handedOver)).questions?.questions?.map { it.since })
    }

    @Test
    fun `what the server cleared stays here, is marked part by part, and no longer stands in any state`() {
        val times = listOf(QuestionTime(0u, NOW - 490_000, NOW - 400_000))
        val cleared =
            context().copy(
                cleared = KeptContext(handedOver, NOW - 900_000_000, NOW - 800_000_000),
                questions = times,
            )
        val state = shown(cleared)
        val mark = "Kept here; cleared by the server on 14 Nov"
        assertEquals(
            listOf(mark, mark, mark, mark),
            listOf(state.notes?.kept, state.questions?.kept, state.workItems?.kept, state.lastTask?.kept),
        )
        assertEquals("One edge case remains.", state.notes?.text)
        assertEquals("13 Nov" to "The agent no longer sees it.", state.notes?.run { time to by })
        assertEquals(listOf(null, null), state.questions?.questions?.map { it.since })
    }
}
