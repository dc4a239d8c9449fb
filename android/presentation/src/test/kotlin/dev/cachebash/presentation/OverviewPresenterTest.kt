package dev.cachebash.presentation

import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Estimate
import dev.cachebash.ffi.Notice
import dev.cachebash.ffi.RowProgress
import dev.cachebash.ffi.Section
import dev.cachebash.ffi.SessionState
import dev.cachebash.ffi.Shape
import dev.cachebash.ffi.Source
import dev.cachebash.ffi.Standing
import dev.cachebash.ffi.Waiting
import dev.cachebash.presentation.account.OtherKey
import dev.cachebash.presentation.draft.Subject
import dev.cachebash.presentation.key.KeyWish
import dev.cachebash.presentation.words.Labels
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** The overview as a stream of whole states. */
@OptIn(ExperimentalCoroutinesApi::class)
class OverviewPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val opened = mutableListOf<ProgramKey>()

    private val said = mutableListOf<Subject>()
    private val wished = mutableListOf<KeyWish>()
    private var accountsOpened = 0
    private val others = mutableListOf<OtherKey>()

    private fun TestScope.presenter(fleet: Fleet) =
        OverviewPresenter(
            fleet,
            labels,
            { NOW + testScheduler.currentTime },
            backgroundScope,
            onOpen = { opened += it },
            onSay = { said += it },
            onNewKey = { wished += it },
            onOtherKey = { others += it },
            onAccounts = { accountsOpened++ },
        )

    private fun TestScope.states(presenter: OverviewPresenter): List<OverviewState> {
        val seen = mutableListOf<OverviewState>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    @Test
    fun `a refused key is replaced from the bar that says so, for the account whose key it is`() =
        runTest {
            val fleet =
                FakeFleet(
                    overview(
                        accounts = listOf(account(), account(id = "work", label = "Work")),
                        notice = Notice.KeyRefused(NOW),
                        sources = listOf(source(Source.SESSIONS, account = "work", cause = Cause.Unauthorized)),
                    ),
                )
            val presenter = presenter(fleet)
            assertEquals("Replace key", states(presenter).last().notice?.replace)
            presenter.act(OverviewAction.UseAnotherKey)
            assertEquals(listOf(OtherKey("work")), others)
        }

    @Test
    fun `whose fleet it is leads to the accounts`() =
        runTest {
            val presenter = presenter(FakeFleet(overview()))
            assertEquals("Home fleet", states(presenter).last().account)
            presenter.act(OverviewAction.Accounts)
            assertEquals(1, accountsOpened)
        }

    @Test
    fun `going offline adds a bar, turns ages into clock times, and takes no row away`() =
        runTest {
            val fleet = FakeFleet(overview())
            val states = states(presenter(fleet))
            val online = states.last()
            assertEquals(
                "12\u202fs",
                online.sections
                    .single()
                    .rows
                    .single()
                    .age,
            )
            assertEquals("As of 14:02:10", online.asOf)

            fleet.overview.value = overview(fresh = false, notice = Notice.Offline(NOW))
            runCurrent()
            val offline = states.last()
            assertEquals(NoticeState(NoticeKind.Offline, "Offline · as of 14:02 (now)"), offline.notice)
            assertNull(offline.asOf)
            assertEquals(online.strip, offline.strip)
            val expected =
                online.sections.single().rows.single().copy(
                    age = "14:01",
                    turns = false,
                    spoken = "builder, working, 45 percent, heard at 14:01",
                )
            assertEquals(listOf(expected), offline.sections.single().rows)
        }

    @Test
    fun `ages move on by the second while one is young, and every fifteen seconds after that`() =
        runTest {
            val states = states(presenter(FakeFleet(overview(rows = listOf(row(lastHeard = NOW - 58_000))))))
            advanceTimeBy(3 * SHORT_TICK)
            runCurrent()
            assertEquals(listOf("58\u202fs", "59\u202fs", "1\u202fmin"), states.ages())

            val old = states(presenter(FakeFleet(overview(rows = listOf(row(lastHeard = NOW - 3_590_000))))))
            val before = old.size
            advanceTimeBy(LONG_TICK - 1)
            runCurrent()
            assertEquals(before, old.size)
            advanceTimeBy(2)
            runCurrent()
            assertEquals(
                "1\u202fh",
                old
                    .last()
                    .sections
                    .single()
                    .rows
                    .single()
                    .age,
            )
        }

    private fun List<OverviewState>.ages(): List<String> =
        mapNotNull {
            it.sections
                .firstOrNull()
                ?.rows
                ?.single()
                ?.age
        }.distinct()

    @Test
    fun `a question can be answered from its card where the server takes answers, and nowhere else`() =
        runTest {
            val deployer = row("deployer", section = Section.NEEDS_YOU, shape = Shape.BLOCKED).copy(asked = asked())
            val fleet = FakeFleet(overview(rows = listOf(deployer)))
            val presenter = presenter(fleet)
            val states = states(presenter)
            val card =
                states
                    .last()
                    .sections
                    .single()
                    .rows
                    .single()
            assertEquals("Run it now or at 22:00?" to "Answer", card.status to card.answer)
            presenter.act(OverviewAction.Answer(requireNotNull(card.asks)))
            assertEquals(listOf<Subject>(Subject.Answer(asked())), said)

            fleet.overview.value = overview(rows = listOf(deployer.copy(asked = asked(answerable = false))))
            runCurrent()
            assertNull(
                states
                    .last()
                    .sections
                    .single()
                    .rows
                    .single()
                    .answer,
            )
            presenter.act(OverviewAction.Answer(requireNotNull(card.asks)))
            assertEquals(1, said.size)
        }

    @Test
    fun `where nobody is, a key lets the first one in`() =
        runTest {
            val presenter = presenter(FakeFleet(overview(rows = emptyList())))
            assertEquals("Create a key", states(presenter).last().createKey)
            presenter.act(OverviewAction.CreateKey)
            assertEquals(listOf(KeyWish("home")), wished)
            assertNull(states(presenter(FakeFleet(overview()))).last().createKey)
        }

    @Test
    fun `a refresh that failed says so beside the rows it did not change`() =
        runTest {
            val fleet = FakeFleet(overview()).apply { refusal = CompanionException.Storage("s-12") }
            val presenter = presenter(fleet)
            val states = states(presenter)
            val before = states.last()
            presenter.act(OverviewAction.Refresh)
            runCurrent()
            assertEquals(before.copy(trouble = "This device’s storage failed (reference s-12)."), states.last())

            fleet.refusal = null
            presenter.act(OverviewAction.Refresh)
            runCurrent()
            assertEquals(before, states.last())
            assertEquals(2, fleet.refreshes)
        }

    @Test
    fun `what a person does reaches the fleet or the one who wires the screens`() =
        runTest {
            val fleet = FakeFleet(overview(total = 60))
            val presenter = presenter(fleet)
            val states = states(presenter)
            assertEquals("59 more programs are not shown", states.last().more)
            presenter.act(OverviewAction.ShowMore)
            presenter.act(OverviewAction.OpenProgram(BUILDER))
            presenter.act(OverviewAction.ToggleSources)
            runCurrent()
            assertEquals(listOf(50, 100), fleet.limits)
            assertEquals(listOf(BUILDER), opened)
            assertEquals(true, states.last().sourcesOpen)
        }

    @Test
    fun `labels of accounts are shown with two, and not with one`() =
        runTest {
            val both = listOf(account("home", "Home"), account("hub", "hub.example.org"))
            val rows = listOf(row(), row(account = "hub"))
            val state = states(presenter(FakeFleet(overview(rows, both)))).last()
            assertEquals("2 servers", state.account)
            assertEquals(
                listOf("Home", "hub.example.org"),
                state.sections
                    .single()
                    .rows
                    .map { it.account },
            )
            assertEquals(
                "builder, on Home, working, 45 percent, heard 12 seconds ago",
                state.sections
                    .single()
                    .rows
                    .first()
                    .spoken,
            )
        }

    @Test
    fun `when a program will be done is written and read aloud, and told as clocks when it is not fresh`() =
        runTest {
            val due = row().copy(estimate = Estimate(NOW, 50 * 60_000, 80 * 60_000, 40 * 60_000))
            val fleet = FakeFleet(overview(listOf(due)))
            val states = states(presenter(fleet))

            fun shown() =
                states
                    .last()
                    .sections
                    .single()
                    .rows
                    .single()
            assertEquals("≈ 50–80\u202fmin", shown().eta)
            assertEquals("builder, working, 45 percent, about 50 to 80 minutes, heard 12 seconds ago", shown().spoken)
            fleet.overview.value = overview(listOf(due), fresh = false, notice = Notice.Offline(NOW))
            runCurrent()
            assertEquals("≈ 14:52–15:22", shown().eta)
        }

    @Test
    fun `blocked that may be pinned says so, and nobody is said to wait`() =
        runTest {
            val unclear =
                row(
                    "sentinel",
                    section = Section.NEEDS_YOU,
                    shape = Shape.BLOCKED,
                    state = SessionState.BlockedOrPinned,
                    progress = RowProgress.NotReported,
                ).copy(waiting = Waiting(NOW - 250_000, changeSeen = false))
            val card = states(presenter(FakeFleet(overview(listOf(unclear))))).last().sections.single()
            assertEquals(true, card.cards)
            val shown = card.rows.single()
            assertEquals(
                listOf("Blocked", "or pinned", "for over 4\u202fmin"),
                listOf(shown.word, shown.wordAside, shown.waiting),
            )
            assertEquals(ProgressState.Absent, shown.progress)
        }

    @Test
    fun `a fleet of nobody says when it was last looked for`() =
        runTest {
            val state = states(presenter(FakeFleet(overview(rows = emptyList())))).last()
            assertEquals("Nobody here yet", state.headline)
            assertEquals("No agents have checked in.\nLast checked 14:02:10.", state.nobody.first())
            assertEquals(emptyList<SectionState>(), state.sections)
        }

    @Test
    fun `a missing right is a lock, not trouble, and each account has its own line`() =
        runTest {
            val accounts = listOf(account("home", "Home"), account("hub", "hub.example.org"))
            val sources =
                listOf(
                    source(Source.SESSIONS),
                    source(
                        Source.FLEET_HEALTH,
                        standing = Standing.FAILED,
                        cause = Cause.ServerUnavailable,
                        canRetry = true,
                    ),
                    source(
                        Source.KEYS,
                        standing = Standing.FAILED,
                        cause = Cause.Forbidden("keys.read"),
                        inBar = false,
                    ),
                    source(Source.SESSIONS, "hub", Standing.STALE, Cause.RateLimited(NOW + 18_000)),
                )
            val overview = overview(accounts = accounts, notice = Notice.Partial, sources = sources)
            val state = states(presenter(FakeFleet(overview))).last()
            assertEquals("Sessions 13:40 · Health failed", state.notice?.text)
            assertEquals(
                listOf(
                    listOf(SourceSign.Fresh, "Sessions", "Home", null),
                    listOf(SourceSign.Waiting, "Sessions", "hub.example.org", null),
                    listOf(SourceSign.Failed, "Fleet health", "Home", "Retry"),
                    listOf(SourceSign.Locked, "Keys", "Home", null),
                ),
                state.sources.map { listOf(it.sign, it.title, it.account, it.retry) },
            )
        }

    @Test
    fun `after forty shapes the strip counts`() =
        runTest {
            val many = (1..45).map { row("p$it") }
            val strip = states(presenter(FakeFleet(overview(many)))).last().strip
            assertEquals(listOf(40), strip.groups.map { it.size })
            assertEquals("+5", strip.more)
            assertEquals("45 programs: 45 working", strip.spoken)
        }
}
