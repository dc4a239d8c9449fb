package dev.cachebash.presentation

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.MessageKind
import dev.cachebash.ffi.Notice
import dev.cachebash.ffi.OpenQuestion
import dev.cachebash.ffi.QuestionTime
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.RelayGroup
import dev.cachebash.presentation.draft.Draft
import dev.cachebash.presentation.draft.DraftAction
import dev.cachebash.presentation.draft.DraftPresenter
import dev.cachebash.presentation.draft.DraftSign
import dev.cachebash.presentation.draft.DraftState
import dev.cachebash.presentation.draft.Drafts
import dev.cachebash.presentation.draft.Subject
import dev.cachebash.presentation.words.Labels
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** An answer, a reply and a message, from the first letter until the companion has them. */
@OptIn(ExperimentalCoroutinesApi::class)
class DraftPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val drafts = Drafts()
    private val acting = FakeActing()
    private var closed = 0

    private val answer = Subject.Answer(asked())
    private val question = OpenQuestion("builder", "401 or 403?", 0u)
    private val reply = Subject.Reply("home", question, QuestionTime(0u, since = NOW - 5_530_000, firstSeen = NOW))
    private val message = Subject.Message("home", "builder")

    private fun fleet(
        allowed: Boolean = true,
        fresh: Boolean = true,
    ) = FakeFleet(
        overview(
            rows = listOf(row("reviewer"), row("builder")),
            accounts = listOf(account(writesAllowed = allowed)),
            fresh = fresh,
            notice = if (fresh) null else Notice.Offline(NOW),
        ),
    )

    private fun TestScope.presenter(
        subject: Subject,
        fleet: Fleet = fleet(),
    ) = DraftPresenter(fleet, acting, subject, drafts, labels, { NOW + testScheduler.currentTime }, backgroundScope) {
        closed++
    }

    private fun TestScope.states(presenter: DraftPresenter): List<DraftState?> {
        val seen = mutableListOf<DraftState?>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    private fun List<DraftState?>.now(): DraftState = requireNotNull(last()) { "nothing is known yet" }

    @Test
    fun `an answer is the chosen option and one's own words below it`() =
        runTest {
            val presenter = presenter(answer)
            val states = states(presenter)
            assertEquals("deployer asked at 13:58", states.now().aside)
            assertEquals("Run it now or at 22:00?", states.now().title)
            assertEquals("Sessions stay valid.", states.now().context)
            assertEquals(listOf("Run it now" to false, "Run it at 22:00" to false), states.now().chosen())
            assertFalse(states.now().sendable)

            presenter.act(DraftAction.Choose(0))
            runCurrent()
            assertTrue(states.now().sendable)
            presenter.act(DraftAction.Write("Tell the person on call first."))
            runCurrent()
            assertEquals("42 of 2,000, with the choice", states.now().field.count)
            assertEquals("Send", states.now().send)
            assertEquals("Goes to deployer as the answer", states.now().note.title)

            presenter.act(DraftAction.Send)
            runCurrent()
            val sent = Action.AnswerQuestion("q-1", "Run it now\n\nTell the person on call first.")
            assertEquals(listOf("home" to sent), acting.asked)
            assertEquals(1, closed)
            assertEquals(emptyMap<String, Draft>(), drafts.all)
        }

    private fun DraftState.chosen() = options.map { it.text to it.chosen }

    @Test
    fun `a choice is taken back by choosing it again`() =
        runTest {
            val presenter = presenter(answer)
            val states = states(presenter)
            presenter.act(DraftAction.Choose(1))
            presenter.act(DraftAction.Choose(1))
            runCurrent()
            assertEquals(listOf("Run it now" to false, "Run it at 22:00" to false), states.now().chosen())
            assertFalse(states.now().sendable)
        }

    @Test
    fun `a reply is a message that quotes its question, and the count includes the quote`() =
        runTest {
            val presenter = presenter(reply)
            val states = states(presenter)
            assertEquals("In its state since 12:30", states.now().aside)
            assertEquals("Reply to builder" to "401 or 403?", states.now().title to states.now().quote)
            presenter.act(DraftAction.Write(" Answer 401. "))
            runCurrent()
            assertEquals("26 of 2,000, with the question", states.now().field.count)
            assertEquals("Send as message", states.now().send)
            presenter.act(DraftAction.Send)
            runCurrent()
            val sent =
                Action.SendMessage("builder", "> 401 or 403?\n\nAnswer 401.", MessageKind.DIRECTIVE, question)
            assertEquals(listOf("home" to sent), acting.asked)
        }

    @Test
    fun `what does not fit is not sent, and says so`() =
        runTest {
            val presenter = presenter(reply)
            val states = states(presenter)
            presenter.act(DraftAction.Write("a".repeat(1_985)))
            runCurrent()
            assertTrue(states.now().sendable)
            presenter.act(DraftAction.Write("a".repeat(1_986)))
            presenter.act(DraftAction.Send)
            runCurrent()
            assertTrue(states.now().field.tooLong)
            assertFalse(states.now().sendable)
            assertEquals(emptyList<Any>(), acting.asked)
        }

    @Test
    fun `offline the sheet says that it will be sent when online, and it is kept`() =
        runTest {
            val presenter = presenter(answer, fleet(fresh = false))
            val states = states(presenter)
            assertEquals("Send when online", states.now().send)
            assertEquals(DraftSign.Waits to "Will send when online", states.now().note.let { it.sign to it.title })
            assertEquals(
                "Kept on this phone until then, and sent once. deployer reads it when it next asks for the answer.",
                states.now().note.text,
            )
            presenter.act(DraftAction.Choose(0))
            presenter.act(DraftAction.Send)
            runCurrent()
            assertEquals(1, acting.asked.size)
        }

    @Test
    fun `b28_targets_come_from_programs_and_groups`() =
        runTest {
            acting.groups =
                listOf(RelayGroup("council", listOf("builder", "reviewer")), RelayGroup("builder", listOf()))
            val fleet = fleet()
            val presenter = presenter(message, fleet)
            val states = states(presenter)
            assertEquals(
                listOf("builder" to false, "reviewer" to false, "council" to true),
                states
                    .now()
                    .targets
                    ?.targets
                    ?.map { it.name to it.group },
            )
            fleet.overview.value =
                overview(rows = listOf(row("linter"), row("other", account = "work")), accounts = listOf(account()))
            runCurrent()
            assertEquals(
                listOf("linter", "builder", "council"),
                states
                    .now()
                    .targets
                    ?.targets
                    ?.map { it.name },
            )
            presenter.act(DraftAction.Address("council"))
            presenter.act(DraftAction.Write("Meet at noon."))
            runCurrent()
            assertEquals("Message to council", states.now().title)
            assertEquals("Each program in council reads it when it next looks for messages.", states.now().note.text)
            presenter.act(DraftAction.Send)
            runCurrent()
            val sent = Action.SendMessage("council", "Meet at noon.", MessageKind.DIRECTIVE, repliesTo = null)
            assertEquals(listOf("home" to sent), acting.asked)
        }

    @Test
    fun `the first act asks for leave and then goes on to what was tapped`() =
        runTest {
            val presenter = presenter(reply, fleet(allowed = false))
            val states = states(presenter)
            val allow = requireNotNull(states.now().allow)
            assertEquals("Home fleet, fleet.example.org", allow.aside)
            assertEquals("Allow this phone to act for you?", allow.title)
            assertEquals(emptyList<String>(), acting.allowed)

            presenter.act(DraftAction.Allow)
            presenter.act(DraftAction.Allow)
            runCurrent()
            assertEquals(listOf("home"), acting.allowed)
            assertNull(states.now().allow)
            assertEquals(0, closed)
            assertEquals("Reply to builder", states.now().title)
        }

    @Test
    fun `whoever stays read only allows nothing`() =
        runTest {
            val presenter = presenter(reply, fleet(allowed = false))
            states(presenter)
            presenter.act(DraftAction.Close)
            runCurrent()
            assertEquals(1, closed)
            assertEquals(emptyList<String>(), acting.allowed)
        }

    @Test
    fun `leave that was taken back meanwhile is asked for again, and the text is still there`() =
        runTest {
            val presenter = presenter(reply)
            val states = states(presenter)
            presenter.act(DraftAction.Write("Answer 401."))
            acting.refusal = CompanionException.ReadOnly()
            presenter.act(DraftAction.Send)
            runCurrent()
            assertNotNull(states.now().allow)
            acting.refusal = CompanionException.Storage("s-1")
            presenter.act(DraftAction.Allow)
            runCurrent()
            assertEquals("This device’s storage failed (reference s-1).", states.now().allow?.trouble)

            acting.refusal = null
            presenter.act(DraftAction.Allow)
            runCurrent()
            assertNull(states.now().allow)
            assertEquals("Answer 401.", states.now().field.text)
            assertEquals(0, closed)
            presenter.act(DraftAction.Send)
            runCurrent()
            assertEquals(1, acting.asked.size)
        }

    @Test
    fun `a refusal says why and loses no word`() =
        runTest {
            val presenter = presenter(reply)
            val states = states(presenter)
            presenter.act(DraftAction.Write("Use cb_ and more"))
            acting.refusal = CompanionException.Rejected(RejectedReason.Invalid("text"))
            presenter.act(DraftAction.Send)
            runCurrent()
            assertEquals("Refused: text is missing or not valid.", states.now().trouble)
            assertEquals("Use cb_ and more", states.now().field.text)
            assertTrue(states.now().sendable)
            assertEquals(0, closed)
            assertEquals("Use cb_ and more", states(presenter(reply)).now().field.text)
        }

    @Test
    fun `a draft outlives its sheet and its app, each subject its own`() =
        runTest {
            val first = presenter(reply)
            states(first)
            first.act(DraftAction.Write("Answer 401."))
            first.act(DraftAction.Close)
            assertEquals("", states(presenter(reply.copy(question = question.copy(occurrence = 1u)))).now().field.text)
            assertEquals("Answer 401.", states(presenter(reply)).now().field.text)
            assertEquals(listOf(Draft("Answer 401.")), Drafts(drafts.all).all.values.toList())
        }

    private val notes = Subject.Notes("home", "builder", "Left: token refresh.")
    private val questions = Subject.Questions("home", "builder", listOf("401 or 403?", "More than one audience?"))

    @Test
    fun `hand-off notes are written anew from what the person saw, and only a change is sent`() =
        runTest {
            val presenter = presenter(notes)
            val states = states(presenter)
            assertEquals(
                "Hand-off notes of builder" to "Left: token refresh.",
                states.now().run { title to field.text },
            )
            assertEquals("Save" to false, states.now().run { send to sendable })
            assertEquals("Replaces the whole text", states.now().note.title)
            presenter.act(DraftAction.Write(""))
            runCurrent()
            assertTrue(states.now().sendable)
            presenter.act(DraftAction.Write("a".repeat(2_001)))
            runCurrent()
            assertEquals(true to false, states.now().run { field.tooLong to sendable })
            presenter.act(DraftAction.Write("Left: the clock that runs ahead."))
            presenter.act(DraftAction.Send)
            runCurrent()
            val sent =
                Action.EditHandOffNotes("builder", "Left: the clock that runs ahead.", seen = "Left: token refresh.")
            assertEquals(listOf("home" to sent), acting.asked)
            assertEquals(emptyMap<String, Draft>(), drafts.all)
        }

    @Test
    fun `open questions are written one a line, at most ten and none too long`() =
        runTest {
            val presenter = presenter(questions)
            val states = states(presenter)
            assertEquals("401 or 403?\nMore than one audience?", states.now().field.text)
            assertEquals("2 of 10, the longest 23 of 500", states.now().field.count)
            assertFalse(states.now().sendable)
            for (bad in listOf("?\n".repeat(11), "a".repeat(501))) {
                presenter.act(DraftAction.Write(bad))
                runCurrent()
                assertEquals(true to false, states.now().run { field.tooLong to sendable })
            }
            presenter.act(DraftAction.Write(" More than one audience? \n\n"))
            presenter.act(DraftAction.Send)
            runCurrent()
            val sent = Action.EditOpenQuestions("builder", listOf("More than one audience?"), seen = questions.seen)
            assertEquals(listOf("home" to sent), acting.asked)
        }

    @Test
    fun `an edit that was begun goes on from what was seen then, whatever the page shows meanwhile`() =
        runTest {
            val first = presenter(notes)
            states(first)
            first.act(DraftAction.Write("Mine"))
            first.act(DraftAction.Close)
            val again = presenter(notes.copy(seen = "Theirs"))
            assertEquals("Mine", states(again).now().field.text)
            again.act(DraftAction.Send)
            runCurrent()
            assertEquals(
                listOf("home" to Action.EditHandOffNotes("builder", "Mine", seen = "Left: token refresh.")),
                acting.asked,
            )
        }

    @Test
    fun `who signs out leaves no draft of that account`() =
        runTest {
            for (subject in listOf(message, notes.copy(account = "work"))) {
                presenter(subject).also { states(it) }.act(DraftAction.Write("Begun"))
            }
            drafts.forget("home")
            assertEquals(listOf(notes.copy(account = "work").key), drafts.all.keys.toList())
        }

    @Test
    fun `what is being handed over is sent once, also when its sheet is closed and opened again`() =
        runTest {
            val first = presenter(reply)
            states(first)
            first.act(DraftAction.Write("Answer 401."))
            acting.answering = CompletableDeferred()
            first.act(DraftAction.Send)
            first.act(DraftAction.Send)
            first.act(DraftAction.Close)
            runCurrent()
            assertEquals("", states(presenter(reply)).now().field.text)
            assertEquals(1, drafts.all.size)

            acting.answering.complete(Unit)
            runCurrent()
            assertEquals(1, acting.asked.size)
            assertEquals(emptyMap<String, Draft>(), drafts.all)
        }
}
