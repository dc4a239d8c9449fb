package dev.cachebash.presentation

import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.Action
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.ContextLeft
import dev.cachebash.ffi.ContextSummary
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.Estimate
import dev.cachebash.ffi.FallSeen
import dev.cachebash.ffi.Gap
import dev.cachebash.ffi.KeyFacts
import dev.cachebash.ffi.KeysView
import dev.cachebash.ffi.LastTask
import dev.cachebash.ffi.Notice
import dev.cachebash.ffi.OpenQuestion
import dev.cachebash.ffi.Outcome
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.ProgressHistory
import dev.cachebash.ffi.ProgressSample
import dev.cachebash.ffi.QuestionReply
import dev.cachebash.ffi.QuestionTime
import dev.cachebash.ffi.Reading
import dev.cachebash.ffi.Receipt
import dev.cachebash.ffi.ReplyProgress
import dev.cachebash.ffi.Source
import dev.cachebash.ffi.TookOver
import dev.cachebash.presentation.account.OtherKey
import dev.cachebash.presentation.draft.Subject
import dev.cachebash.presentation.key.KeyWish
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
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** A program's page as a stream of whole states. */
@OptIn(ExperimentalCoroutinesApi::class)
class ProgramPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private var wentBack = 0

    private val said = mutableListOf<Subject>()
    private val others = mutableListOf<OtherKey>()
    private val wished = mutableListOf<KeyWish>()

    private fun TestScope.presenter(fleet: Fleet) =
        ProgramPresenter(
            fleet,
            BUILDER,
            labels,
            { NOW + testScheduler.currentTime },
            backgroundScope,
            onBack = { wentBack++ },
            onSay = { said += it },
            onNewKey = { wished += it },
            onOtherKey = { others += it },
        )

    private fun TestScope.states(presenter: ProgramPresenter): List<ProgramState> {
        val seen = mutableListOf<ProgramState>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    private val handedOver =
        ContextSummary(
            LastTask("t-1", "Implement the auth module", Outcome.Completed, "Token checks pass."),
            listOf("Refresh token edge cases"),
            "One edge case remains.",
            listOf("401 or 403?", "More than one audience?"),
        )

    @Test
    fun `each open question says what became of its reply, and the others can be replied to`() =
        runTest {
            val questions = listOf("401 or 403?", "More than one audience?", "401 or 403?")
            val summary = ContextSummary(null, emptyList(), "", questions)
            val replied = QuestionReply(1u, ReplyProgress.Sent(NOW - 680_000, Receipt.NOT_PICKED_UP))
            val times = listOf(QuestionTime(2u, NOW - 480_000, NOW - 300_000))
            val page =
                page(
                    context = context(context = summary).copy(questions = times),
                ).copy(replies = listOf(replied))
            val presenter = presenter(FakeFleet(firstPage = page))
            val card = requireNotNull(states(presenter).last().questions)
            assertEquals("2 without a reply", card.count)
            assertEquals(
                listOf("Reply" to null, null to "Replied 13:50 · not picked up yet", "Reply" to null),
                card.questions.map { it.reply to it.replied },
            )
            assertEquals(listOf(true, false, false), card.questions.map { it.first })

            presenter.act(ProgramAction.Reply(2))
            presenter.act(ProgramAction.Reply(7))
            presenter.act(ProgramAction.Message)
            presenter.act(ProgramAction.CreateKey)
            assertEquals(listOf(KeyWish("home", "builder")), wished)
            val second = Subject.Reply("home", OpenQuestion("builder", "401 or 403?", 1u), times.single())
            assertEquals(listOf(second, Subject.Message("home", "builder")), said)
        }

    @Test
    fun `what the program asks comes first and can be answered there`() =
        runTest {
            val page = page().copy(asked = listOf(asked(asker = "builder")))
            val presenter = presenter(FakeFleet(firstPage = page))
            val card = states(presenter).last().asked.single()
            assertEquals("“Run it now or at 22:00?”" to "Answer", card.text to card.answer)
            presenter.act(ProgramAction.Answer(card.key))
            assertEquals(listOf<Subject>(Subject.Answer(asked(asker = "builder"))), said)
        }

    @Test
    fun `a key that may not read the state says what it may, as far as the server told`() =
        runTest {
            val locked = page(context = context(Reading.NoPermission("state.read")))
            val told =
                listOf(
                    Ability(Source.PROGRAM_STATE, allowed = false, missing = "state.read", learntAt = NOW),
                    Ability(Source.MESSAGES, allowed = false, missing = "relay.read", learntAt = NOW),
                    Ability(Source.SESSIONS, allowed = true, missing = null, learntAt = NOW),
                )
            val presenter = presenter(FakeFleet(firstPage = locked).apply { abilities = told })
            val state = states(presenter).last()
            assertEquals("Use another key", state.locked?.another)
            assertEquals(
                listOf("See sessions and progress" to true, "See messages" to false, "Read program state" to false),
                state.rights?.rights?.map { it.text to it.may },
            )
            presenter.act(ProgramAction.UseAnotherKey)
            assertEquals(listOf(OtherKey("home", "builder")), others)
            assertNull(states(presenter(FakeFleet(firstPage = page()).apply { abilities = told })).last().rights)
        }

    @Test
    fun `before anything was read the page has its name and no content`() =
        runTest {
            assertEquals(ProgramState.blank("builder", "Back"), states(presenter(FakeFleet())).single())
        }

    @Test
    fun `notes, questions, work items and the last task are shown with their time and who left them`() =
        runTest {
            val state = states(presenter(FakeFleet(firstPage = page(context = context(context = handedOver))))).last()
            assertEquals("Written by builder in session builder.auth-1", state.notes?.by)
            assertEquals("12:38", state.notes?.time)
            assertEquals(
                listOf("1" to "401 or 403?", "2" to "More than one audience?"),
                state.questions?.questions?.map {
                    it.number to
                        it.text
                },
            )
            assertEquals(listOf("Refresh token edge cases"), state.workItems?.items)
            assertEquals("Completed" to Tone.Complete, state.lastTask?.let { it.outcome to it.tone })
            assertEquals("Last heard 12\u202fs ago, at 14:01:58 · read at 14:02:10", state.header?.clocks)
            assertEquals(NumberState("45", "\u202f%"), state.now?.number)
            assertEquals(GaugeState("Context", 38, "38\u202f% left"), state.now?.context)
        }

    @Test
    fun `beside the number stands when it will be done and on what that rests, and the chart reaches there`() =
        runTest {
            fun pageDue(to: Long): ProgramPage {
                val estimate = Estimate(NOW, 50 * 60_000, to, 40 * 60_000)
                return page(row().copy(estimate = estimate)).copy(history = history)
            }
            val fleet = FakeFleet(firstPage = pageDue(80 * 60_000))
            val states = states(presenter(fleet))
            assertEquals(EtaState("≈ 50–80\u202fmin", "from the last 40\u202fmin"), states.last().now?.eta)
            val chart = states.last().now?.chart
            assertEquals(ChartState.Due(NOW + 50 * 60_000, NOW + 80 * 60_000, "14:52–15:22"), chart?.due)
            assertEquals(NOW to NOW + 80 * 60_000, chart?.seenTo to chart?.to)

            fleet.page.value = pageDue(181 * 60_000)
            runCurrent()
            val far = states.last().now?.chart
            assertEquals(null to NOW, far?.due to far?.to)
        }

    private val history =
        ProgressHistory(
            session = "builder.auth-1",
            samples = listOf(ProgressSample(NOW - 90 * 60_000, 0.0), ProgressSample(NOW, 45.0)),
            falls = emptyList(),
            beats = emptyList(),
            nextBeatBy = null,
            gaps = emptyList(),
            seenSince = NOW - 90 * 60_000,
            seenUntil = NOW,
        )

    @Test
    fun `offline the page keeps all it had`() =
        runTest {
            val fleet = FakeFleet(firstPage = page(context = context(context = handedOver)))
            val states = states(presenter(fleet))
            val online = states.last()
            fleet.page.value =
                page(context = context(context = handedOver), fresh = false, notice = Notice.Offline(NOW))
            runCurrent()
            val offline = states.last()
            assertEquals(NoticeKind.Offline, offline.notice?.kind)
            assertEquals(online.notes, offline.notes)
            assertEquals(online.questions, offline.questions)
            assertEquals("Last heard at 14:01:58 · read at 14:02:10", offline.header?.clocks)
        }

    @Test
    fun `a key that may not read the state is an ordinary sight, and says which right is missing`() =
        runTest {
            val refused = context(Reading.NoPermission("state.read"))
            val state = states(presenter(FakeFleet(firstPage = page(context = refused)))).last()
            assertEquals("This key may not read builder’s state", state.locked?.title)
            assertNull(state.notes)
            assertEquals("Implementing JWT validation", state.now?.status)
        }

    @Test
    fun `what is kept is shown first, then the program is looked at, once`() =
        runTest {
            val fleet = FakeFleet().apply { looking = CompletableDeferred() }
            val states = states(presenter(fleet))
            assertEquals(0, fleet.programRefreshes)
            fleet.page.value = page()
            runCurrent()
            assertEquals(1, fleet.programRefreshes)
            assertEquals("Implementing JWT validation", states.last().now?.status)

            fleet.refusal = CompanionException.Suspended()
            fleet.looking.complete(Unit)
            fleet.page.value = page(context = context(context = handedOver))
            runCurrent()
            assertEquals(1, fleet.programRefreshes)
            assertEquals("One edge case remains.", states.last().notes?.text)
            assertNull(states.last().trouble)
        }

    @Test
    fun `the header is read aloud with both clocks and all that stands under them`() =
        runTest {
            val relieved = page(row().copy(handOffRequired = true, lastHeard = NOW + 420_000)).copy(liveSessions = 2u)
            val header = states(presenter(FakeFleet(firstPage = relieved))).last().header
            assertEquals(
                "builder, working, 45 percent, heard at 14:09. Last heard at 14:09:10 · read at 14:02:10. " +
                    "Asks to be relieved. Two sessions are live; showing the newest. " +
                    "The times from this server are ahead by 7 min",
                header?.spoken,
            )
            assertEquals(3, header?.asides?.size)
        }

    @Test
    fun `name and role stand beside the word where the server gives them`() =
        runTest {
            fun header(
                name: String?,
                role: String?,
            ) = states(presenter(FakeFleet(firstPage = page(row().copy(name = name, role = role))))).last().header
            val both = header("Auth builder", "Builder")
            assertEquals("Auth builder · Builder", both?.role)
            assertEquals(true, both?.spoken?.contains(". Auth builder · Builder. Last heard"))
            assertEquals("Builder", header(null, "Builder")?.role)
            assertNull(header(null, null)?.role)
        }

    @Test
    fun `a state that was not read, and one that nobody wrote, say so`() =
        runTest {
            val fleet = FakeFleet(firstPage = page(context = context(Reading.NotRead)))
            val states = states(presenter(fleet))
            assertEquals(StandInState("Program state", "Not read yet"), states.last().standIn)
            fleet.page.value = page(context = context(Reading.Nothing))
            runCurrent()
            assertEquals(StandInState("Program state", "Nothing stored yet"), states.last().standIn)
            fleet.page.value = page(context = context(Reading.Read))
            runCurrent()
            assertNull(states.last().standIn)
        }

    @Test
    fun `keys are told by their facts, those that work first`() =
        runTest {
            val day = 86_400_000L
            val gone =
                KeyFacts(
                    "0f".repeat(32),
                    "builder",
                    "old laptop",
                    emptyList(),
                    false,
                    NOW - 40 * day,
                    null,
                    NOW - day,
                    null,
                    emptyList(),
                )
            val used =
                KeyFacts(
                    "a1".repeat(32),
                    "builder",
                    "builder agent",
                    emptyList(),
                    true,
                    NOW - 40 * day,
                    NOW - 720_000,
                    null,
                    NOW + 50 * day,
                    listOf("pulse.write"),
                )
            val keys = KeysView(Reading.Read, listOf(gone, used), NOW)
            val state = states(presenter(FakeFleet(firstPage = page().copy(keys = keys)))).last().keys
            assertEquals("2", state?.count)
            assertEquals(
                listOf(
                    KeyState(
                        "builder agent",
                        "Fingerprint a1a1a1a1…",
                        listOf(
                            "Last used 12\u202fmin ago",
                            "Likely ends on 12 Jan 2027 (90\u202fdays, the usual term)",
                        ),
                        listOf("This key cannot report sessions: pulse.write is missing"),
                    ),
                    KeyState("old laptop", "Fingerprint 0f0f0f0f…", listOf("Revoked Sun 14:02"), emptyList()),
                ),
                state?.keys,
            )
        }

    @Test
    fun `the chain says what a session took over, and how little context the one before had left`() =
        runTest {
            val first = page()
            val newest = first.sessions.single().copy(tookOver = TookOver("builder.auth-6", 3u, 1u))
            val ended =
                newest.copy(
                    session = "builder.auth-6",
                    live = false,
                    startKnown = true,
                    startedAt = NOW - 14_230_000,
                    endedAt = NOW - 5_530_000,
                    contextLeft = ContextLeft.Percent(9.4),
                    tookOver = TookOver("builder.auth-5", 0u, 2u),
                )
            val oldest = ended.copy(session = "builder.auth-5", contextLeft = ContextLeft.NotReported, tookOver = null)
            val chain =
                states(
                    presenter(FakeFleet(firstPage = first.copy(sessions = listOf(newest, ended, oldest)))),
                ).last()
            assertEquals(
                listOf(
                    "seen since 12:32 · 45\u202f%" to "Took over 3 work items and 1 question from builder.auth-6",
                    "10:05–12:30 · context last seen 9\u202f%" to "Took over 2 questions from builder.auth-5",
                    "10:05–12:30 · Implementing JWT validation" to null,
                ),
                chain.chain?.links?.map { it.line to it.tookOver },
            )
        }

    @Test
    fun `a chart tells its falls and its gaps in words too`() =
        runTest {
            val minute = 60_000L
            val history =
                ProgressHistory(
                    session = "builder.auth-1",
                    samples =
                        listOf(90L to 18.0, 49L to 10.0, 18L to 24.0).map { (ago, p) ->
                            ProgressSample(NOW - ago * minute, p)
                        },
                    falls = listOf(FallSeen(18u, 10u, NOW - 49 * minute)),
                    beats = listOf(NOW - 80 * minute),
                    nextBeatBy = NOW + 108_000,
                    gaps = listOf(Gap(NOW - 29 * minute, NOW - 18 * minute)),
                    seenSince = NOW - 90 * minute,
                    seenUntil = NOW,
                )
            val now = states(presenter(FakeFleet(firstPage = page().copy(history = history)))).last().now
            assertEquals(
                "Fell from 18 to 10\u202f% at 13:13. Hatched: not seen here 13:33–13:44. " +
                    "Ticks are heartbeats; the next is due by 14:03:58.",
                now?.sentence,
            )
            assertEquals(ChartState.Step(NOW, 24.0), now?.chart?.end)
            assertEquals("12:32" to "14:02", now?.chart?.let { it.fromLabel to it.toLabel })
        }

    @Test
    fun `notes and questions are written anew from what the page shows, and not once the server has cleared them`() =
        runTest {
            val state = ContextSummary(null, emptyList(), "Left: token refresh.", listOf("401 or 403?"))
            val fleet = FakeFleet(firstPage = page(context = context(context = state)))
            val presenter = presenter(fleet)
            val states = states(presenter)
            assertEquals("Edit" to "Edit", states.last().run { notes?.edit to questions?.edit })
            presenter.act(ProgramAction.EditNotes)
            presenter.act(ProgramAction.EditQuestions)
            val subjects =
                listOf(
                    Subject.Notes("home", "builder", "Left: token refresh."),
                    Subject.Questions("home", "builder", listOf("401 or 403?")),
                )
            assertEquals(subjects, said)

            fleet.page.value = page(context = context())
            runCurrent()
            assertEquals("No notes" to "Edit", states.last().notes?.run { text to edit })
            assertNull(states.last().questions)
            fleet.page.value = page(context = context(Reading.Nothing))
            runCurrent()
            assertNull(states.last().notes)
        }

    @Test
    fun `an edit that waits is shown as it would be, and nobody is named as its writer`() =
        runTest {
            val state = ContextSummary(null, emptyList(), "Mine", emptyList())
            val edit = Action.EditHandOffNotes("builder", "Mine", seen = "Theirs")
            val line = outboxLine("a", Delivery.Waiting(null), edit)
            val page = page(context = context(context = state)).copy(pending = listOf(line))
            val notes = states(presenter(FakeFleet(firstPage = page))).last().notes
            assertEquals(listOf("Mine", "Will send when online", null), notes?.run { listOf(text, pending, by) })
        }

    @Test
    fun `back goes back, and a failed refresh stands beside the content`() =
        runTest {
            val fleet = FakeFleet(firstPage = page()).apply { refusal = CompanionException.Suspended() }
            val presenter = presenter(fleet)
            val states = states(presenter)
            val before = states.last()
            presenter.act(ProgramAction.Refresh)
            presenter.act(ProgramAction.Back)
            runCurrent()
            assertEquals(before.copy(trouble = "The companion is suspended."), states.last())
            assertEquals(1, wentBack)
        }
}
