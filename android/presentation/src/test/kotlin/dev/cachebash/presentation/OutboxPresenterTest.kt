package dev.cachebash.presentation

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.MessageKind
import dev.cachebash.ffi.NewKey
import dev.cachebash.ffi.Notice
import dev.cachebash.ffi.OpenQuestion
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.Setback
import dev.cachebash.presentation.key.KeyWish
import dev.cachebash.presentation.outbox.OutboxAct
import dev.cachebash.presentation.outbox.OutboxAction
import dev.cachebash.presentation.outbox.OutboxPresenter
import dev.cachebash.presentation.outbox.OutboxSign
import dev.cachebash.presentation.outbox.OutboxState
import dev.cachebash.presentation.outbox.VersionState
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
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** What a person asked for, as a stream of whole states, and what they decide about it. */
@OptIn(ExperimentalCoroutinesApi::class)
class OutboxPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val task = Action.CreateTask("reviewer", "Check the refresh path", "From the first commit on")
    private val question = OpenQuestion("builder", "401 or 403?", 0u)
    private val reply =
        Action.SendMessage("builder", "> 401 or 403?\n\nAnswer 401.", MessageKind.DIRECTIVE, question)
    private val deployer = Action.CreateKey(NewKey("deployer", "Deploys the site"), insteadOf = null)
    private val wishes = mutableListOf<KeyWish>()
    private val notes = Action.EditHandOffNotes("builder", "Ask me first.", "One edge case remains.")

    private fun TestScope.presenter(
        acting: Acting,
        fleet: Fleet = FakeFleet(overview()),
    ) = OutboxPresenter(fleet, acting, labels, { NOW + testScheduler.currentTime }, backgroundScope) { wishes += it }

    private fun TestScope.states(presenter: OutboxPresenter): List<OutboxState> {
        val seen = mutableListOf<OutboxState>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    private fun key(id: String) = ActionKey("home", id)

    private fun OutboxState.labels(line: Int = 0) = lines[line].buttons.map { it.label }

    @Test
    fun `an empty outbox says that all is done, and only after it was read`() =
        runTest {
            val acting = FakeActing()
            val states = states(presenter(acting))
            assertEquals(OutboxState.Blank, states.last())
            acting.outbox.value = outbox()
            runCurrent()
            assertEquals("All delivered", states.last().headline)
            assertEquals("All that was asked for is done.", states.last().summary)
            assertNull(states.last().badge)
        }

    @Test
    fun `each line says how far it has come, why, and what can be done`() =
        runTest {
            val refused = Delivery.Refused(Setback.Rejected(RejectedReason.UnknownTarget))
            val acting =
                FakeActing(
                    outbox(
                        outboxLine("a", Delivery.Unknown(looked = false), task, askedAt = NOW),
                        outboxLine("b", refused),
                        outboxLine("c", Delivery.Waiting(null), reply, mayHaveArrived = false),
                        decisions = 2,
                        fresh = false,
                    ),
                )
            val offline = FakeFleet(overview(fresh = false, notice = Notice.Offline(NOW)))
            val state = states(presenter(acting, offline)).last()
            assertEquals("3 not delivered", state.headline)
            assertEquals("1 will send when online · 2 need a decision", state.summary)
            assertEquals(NoticeKind.Offline, state.notice?.kind)
            assertEquals("3", state.badge)
            assertEquals(
                listOf(
                    "14:02 Not known if it arrived: Task for reviewer, Check the refresh path, The connection broke " +
                        "after sending. Nothing is sent again before a look on the server.",
                    "13:51 Refused: Message to deploy, “Hold the release until the reviewer is done.”, The server " +
                        "knows no program called deploy.",
                    "13:51 Will send when online: Reply to builder, “Answer 401.”, null",
                ),
                state.lines.map { "${it.time} ${it.word}: ${it.title}, ${it.text}, ${it.reason}" },
            )
            assertEquals(listOf("Look when online", "Discard"), state.labels(0))
            assertEquals(listOf("Retry", "Edit", "Discard"), state.labels(1))
            assertEquals(listOf("Edit", "Discard"), state.labels(2))
            assertEquals("Reply to builder, Will send when online", state.lines[2].spoken)
        }

    @Test
    fun `what may have arrived is only sent again after a look`() =
        runTest {
            val acting = FakeActing(outbox(outboxLine("a", Delivery.Unknown(looked = false)), decisions = 1))
            val states = states(presenter(acting))
            assertEquals(listOf("Look now", "Discard"), states.last().labels())
            acting.outbox.value = outbox(outboxLine("a", Delivery.Unknown(looked = true)), decisions = 1)
            runCurrent()
            assertEquals(listOf("Send again", "Discard"), states.last().labels())
            acting.outbox.value = outbox(outboxLine("a", Delivery.Waiting(null), mayHaveArrived = true))
            runCurrent()
            assertEquals(
                "Not known if it arrived",
                states
                    .last()
                    .lines
                    .single()
                    .word,
            )
            assertEquals(listOf("Discard"), states.last().labels())
        }

    @Test
    fun `what is on its way cannot be called back, and a claim has no text to edit`() =
        runTest {
            val claim = Action.ClaimTask("t-9")
            val forbidden = Delivery.Refused(Setback.Forbidden("dispatch.write"))
            val acting = FakeActing(outbox(outboxLine("a", Delivery.Sending), outboxLine("b", forbidden, claim)))
            val state = states(presenter(acting)).last()
            assertEquals(emptyList<String>(), state.labels(0))
            assertEquals(listOf("Retry", "Discard"), state.labels(1))
            assertEquals("This key lacks dispatch.write.", state.lines[1].reason)
        }

    @Test
    fun `pressing a button reaches the outbox, and a failure is told without taking a line away`() =
        runTest {
            val acting = FakeActing(outbox(outboxLine("a", Delivery.KeyRefused), decisions = 1))
            val presenter = presenter(acting)
            val states = states(presenter)
            presenter.act(OutboxAction.Press(key("a"), OutboxAct.Retry))
            presenter.act(OutboxAction.Press(key("a"), OutboxAct.Discard))
            runCurrent()
            assertEquals(listOf(key("a")), acting.retried)
            assertEquals(listOf(key("a")), acting.discarded)

            acting.refusal = CompanionException.Storage("s-1")
            presenter.act(OutboxAction.Press(key("a"), OutboxAct.Discard))
            runCurrent()
            assertEquals("This device’s storage failed (reference s-1).", states.last().trouble)
            assertEquals(1, states.last().lines.size)
        }

    @Test
    fun `an edited reply quotes its question again, and the person edits only their own words`() =
        runTest {
            val acting = FakeActing(outbox(outboxLine("a", Delivery.Waiting(null), reply, mayHaveArrived = false)))
            val presenter = presenter(acting)
            val states = states(presenter)
            presenter.act(OutboxAction.Press(key("a"), OutboxAct.Edit))
            runCurrent()
            val field =
                states
                    .last()
                    .editor
                    ?.fields
                    ?.single()
            assertEquals("Answer 401." to "11 of 1,985", field?.text to field?.count)

            presenter.act(OutboxAction.Write(0, "  "))
            runCurrent()
            assertFalse(there(states.last().editor).saveable)
            presenter.act(OutboxAction.Save)
            presenter.act(OutboxAction.Write(0, "Answer 403."))
            presenter.act(OutboxAction.Save)
            runCurrent()
            assertEquals(listOf(key("a") to reply.copy(text = "> 401 or 403?\n\nAnswer 403.")), acting.edited)
            assertNull(states.last().editor)
        }

    @Test
    fun `where both texts differ both are shown, and an edit starts from what is on the server now`() =
        runTest {
            val theirs = "The refresh token passes now."
            val changed = outboxLine("a", Delivery.NotesChanged(theirs), notes)
            val acting = FakeActing(outbox(changed, decisions = 1))
            val presenter = presenter(acting)
            val states = states(presenter)
            val line = states.last().lines.single()
            assertEquals("Needs a decision", states.last().summary)
            assertEquals(
                listOf(VersionState("On the server now", theirs), VersionState("Yours", "Ask me first.")),
                line.versions,
            )
            assertNull(line.text)
            assertEquals("Yours would replace the whole text.", line.reason)
            assertEquals(listOf("Edit", "Send mine", "Discard mine"), line.buttons.map { it.label })

            presenter.act(OutboxAction.Press(key("a"), OutboxAct.Edit))
            presenter.act(OutboxAction.Write(0, "It passes now. Ask me first."))
            runCurrent()
            assertEquals(
                theirs,
                states
                    .last()
                    .editor
                    ?.theirs
                    ?.text,
            )
            presenter.act(OutboxAction.Save)
            runCurrent()
            val merged = Action.EditHandOffNotes("builder", "It passes now. Ask me first.", seen = theirs)
            assertEquals(listOf(key("a") to merged), acting.edited)
        }

    @Test
    fun `what was written stays in the editor while it is refused, and is not saved twice`() =
        runTest {
            val acting = FakeActing(outbox(outboxLine("a", Delivery.Refused(Setback.NotFound))))
            val presenter = presenter(acting)
            val states = states(presenter)
            presenter.act(OutboxAction.Press(key("a"), OutboxAct.Edit))
            presenter.act(OutboxAction.Write(0, "Wait for the reviewer."))
            acting.answering = CompletableDeferred()
            presenter.act(OutboxAction.Save)
            presenter.act(OutboxAction.Save)
            runCurrent()
            assertFalse(there(states.last().editor).saveable)

            acting.refusal = CompanionException.NotFound()
            acting.answering.complete(Unit)
            runCurrent()
            val editor = there(states.last().editor)
            assertEquals("Wait for the reviewer.", editor.fields.single().text)
            assertEquals("It is no longer in the outbox: it was delivered or discarded.", editor.trouble)
            assertTrue(editor.saveable)
            acting.refusal = null
            presenter.act(OutboxAction.Save)
            runCurrent()
            assertEquals(1, acting.edited.size)
        }

    @Test
    fun `a key that was made waits until it is shown, and its sheet knows which it is`() =
        runTest {
            val rotation = outboxLine("b", Delivery.KeyIssued("bb"), Action.RotateKey("aa"))
            val creation = outboxLine("a", Delivery.KeyIssued("aa"), deployer)
            val acting = FakeActing(outbox(creation, rotation, decisions = 2))
            val presenter = presenter(acting)
            val state = states(presenter).last()
            assertEquals(
                listOf("Key made: New key for deployer", "Key made: Replacement of this account's key"),
                state.lines.map { "${it.word}: ${it.title}" },
            )
            assertEquals(listOf(OutboxSign.Key, OutboxSign.Key), state.lines.map { it.sign })
            assertEquals(
                listOf("Show key" to ButtonWeight.Filled),
                state.lines[0].buttons.map { it.label to it.weight },
            )
            assertEquals("New key for deployer, The key is made: show it and store it", state.lines[0].spoken)

            presenter.act(OutboxAction.Press(key("a"), OutboxAct.Show))
            presenter.act(OutboxAction.Press(key("b"), OutboxAct.Show))
            assertEquals(listOf(KeyWish("home", line = "a"), KeyWish("home", replaces = true, line = "b")), wishes)
        }

    @Test
    fun `where nobody has the key that was made, another can take its place`() =
        runTest {
            val acting = FakeActing(outbox(outboxLine("a", Delivery.KeyUnseen("aa"), deployer), decisions = 1))
            val presenter = presenter(acting)
            val line = states(presenter).last().lines.single()
            assertEquals(OutboxSign.Unsure to "Nobody has this key", line.sign to line.word)
            assertEquals(
                "The server made it, and its answer was lost. Another can take its place; this one is revoked.",
                line.reason,
            )
            assertEquals(
                listOf("Make another" to ButtonWeight.Filled, "Discard" to ButtonWeight.Plain),
                line.buttons.map { it.label to it.weight },
            )
            presenter.act(OutboxAction.Press(key("a"), OutboxAct.Retry))
            runCurrent()
            assertEquals(listOf(key("a")), acting.retried)
        }

    @Test
    fun `a status that will rename its session says so until it is sent`() =
        runTest {
            val status = Action.UpdateSession("builder.auth-7", "On hold", state = null, progress = null)
            val waiting = outboxLine("a", Delivery.Waiting(null), status, mayHaveArrived = false)
            val acting = FakeActing(outbox(waiting.copy(renames = true)))
            val states = states(presenter(acting))
            assertEquals(
                "On hold" to "Its name will change to this text.",
                states
                    .last()
                    .lines
                    .single()
                    .run { text to reason },
            )
            acting.outbox.value = outbox(waiting)
            runCurrent()
            assertNull(
                states
                    .last()
                    .lines
                    .single()
                    .reason,
            )
        }

    @Test
    fun `open questions are counted as the server counts them, ten of 500 letters each`() =
        runTest {
            val edit = Action.EditOpenQuestions("builder", listOf("401 or 403?", "Who rotates?"), emptyList())
            val acting = FakeActing(outbox(outboxLine("a", Delivery.Waiting(null), edit, mayHaveArrived = false)))
            val presenter = presenter(acting)
            val states = states(presenter)

            fun measured(text: String): Triple<String, Boolean, Boolean> {
                presenter.act(OutboxAction.Write(0, text))
                runCurrent()
                val editor = there(states.last().editor)
                val field = editor.fields.single()
                return Triple(field.count, field.tooLong, editor.saveable)
            }
            presenter.act(OutboxAction.Press(key("a"), OutboxAct.Edit))
            runCurrent()
            val before = there(states.last().editor).fields.single()
            assertEquals("401 or 403?\nWho rotates?" to "2 of 10, the longest 12 of 500", before.text to before.count)

            assertEquals(Triple("1 of 10, the longest 501 of 500", true, false), measured("x".repeat(501)))
            val eleven = List(11) { "x" }.joinToString("\n")
            assertEquals(Triple("11 of 10, the longest 1 of 500", true, false), measured(eleven))
            val most = List(10) { "x".repeat(500) }
            assertEquals(
                Triple("10 of 10, the longest 500 of 500", false, true),
                measured(most.joinToString("\n\n")),
            )
            presenter.act(OutboxAction.Save)
            runCurrent()
            assertEquals(listOf(key("a") to edit.copy(questions = most)), acting.edited)
        }

    @Test
    fun `with two accounts each line names its own`() =
        runTest {
            val accounts = listOf(account(), account("work", "Work fleet"))
            val lines =
                arrayOf(
                    outboxLine("a", Delivery.Sending),
                    outboxLine("a", Delivery.Waiting(NOW + 30_000), account = "work", mayHaveArrived = false),
                )
            val state = states(presenter(FakeActing(outbox(*lines, accounts = accounts)))).last()
            assertEquals(listOf("Home fleet", "Work fleet"), state.lines.map { it.account })
            assertEquals("Message to deploy, Work fleet, Will send after 14:02:40", state.lines[1].spoken)
            assertEquals("2 are being sent", state.summary)
        }

    private fun <T : Any> there(value: T?): T = requireNotNull(value) { "there is none" }
}
