package dev.cachebash.presentation

import dev.cachebash.ffi.AwayDigest
import dev.cachebash.ffi.AwayEvent
import dev.cachebash.ffi.AwayLane
import dev.cachebash.ffi.AwayLine
import dev.cachebash.ffi.AwayPiece
import dev.cachebash.ffi.AwayStretch
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Gap
import dev.cachebash.ffi.SessionState
import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.away.AwayAction
import dev.cachebash.presentation.away.AwayPresenter
import dev.cachebash.presentation.away.AwaySign
import dev.cachebash.presentation.away.AwayState
import dev.cachebash.presentation.away.LanePieceState
import dev.cachebash.presentation.away.LaneSignState
import dev.cachebash.presentation.words.Labels
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

/** What happened while nobody looked, as the page tells it. */
@OptIn(ExperimentalCoroutinesApi::class)
class AwayPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val fleet = FakeFleet(overview())
    private val opened = mutableListOf<ProgramKey>()

    private fun ago(minutes: Int) = NOW - minutes * 60_000L

    private fun lane(
        program: String,
        handOffs: Int,
        vararg pieces: AwayPiece,
        eventful: Boolean = true,
    ) = AwayLane("home", program, pieces.toList(), handOffs.toUInt(), eventful)

    private fun piece(
        from: Int,
        until: Int,
        what: AwayStretch,
    ) = AwayPiece("s", ago(from), ago(until), what)

    private fun line(
        program: String,
        minutes: Int,
        event: AwayEvent,
    ) = AwayLine("home", program, ago(minutes), event)

    private val working = AwayStretch.Reported(SessionState.Working)

    /** The day of the picture: 08:12 to 14:02, not seen from 09:10 to 10:05. */
    private val day =
        AwayDigest(
            from = ago(350),
            until = NOW,
            lanes =
                listOf(
                    lane("deployer", 0, piece(350, 4, working)),
                    lane("scribe", 0, piece(330, 124, AwayStretch.Live), piece(124, 0, AwayStretch.Silent)),
                    lane("builder", 2, piece(350, 90, working), piece(88, 0, working)),
                    lane("linter", 0, piece(330, 290, AwayStretch.Live)),
                    lane("sentinel", 0, piece(350, 0, AwayStretch.Reported(SessionState.Pinned)), eventful = false),
                ),
            waiting = listOf(line("deployer", 4, AwayEvent.Waits("Run it now or at 22:00?"))),
            finished = listOf(line("linter", 290, AwayEvent.Finished(null))),
            changed =
                listOf(
                    line("scribe", 124, AwayEvent.WentSilent),
                    line("builder", 49, AwayEvent.Fell(18u, 10u)),
                    line("indexer", 18, AwayEvent.StoodStill),
                ),
            unseen = listOf(Gap(ago(292), ago(237))),
        )

    private fun TestScope.presenter() = AwayPresenter(fleet, labels, backgroundScope) { opened += it }

    private fun TestScope.states(presenter: AwayPresenter): List<AwayState> {
        val seen = mutableListOf<AwayState>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    private fun TestScope.told(digest: AwayDigest): AwayState {
        fleet.digest = digest
        return states(presenter()).last()
    }

    @Test
    fun `a span is told in one sentence, then kind by kind with the time of each`() =
        runTest {
            val state = told(day)
            assertEquals("08:12–14:02, 5\u202fh 50\u202fmin", state.span)
            assertEquals("One program waits for you. One session finished, builder handed off twice.", state.lead)
            assertEquals(
                listOf(
                    "Waiting for you 1",
                    "13:58 deployer: Run it now or at 22:00?",
                    "Finished 1",
                    "09:12 linter: Finished",
                    "Changed course 3",
                    "11:58 scribe: Went silent",
                    "13:13 builder: Fell from 18 to 10\u202f%",
                    "13:44 indexer: Stopped moving",
                ),
                state.sections.flatMap { section ->
                    listOf("${section.title} ${section.count}") +
                        section.lines.map { "${it.time} ${it.name}: ${it.words}" }
                },
            )
            assertEquals(
                listOf(FindingSign.Silent, FindingSign.Fell, FindingSign.NoChange).map { AwaySign.Found(it) },
                state.sections
                    .last()
                    .lines
                    .map { it.sign },
            )
            assertEquals("4", state.badge)
        }

    @Test
    fun `only programs to which something happened have a lane, and nothing is drawn through what nobody saw`() =
        runTest {
            val lanes = requireNotNull(told(day).lanes)
            assertEquals(listOf("deployer", "scribe", "builder", "linter"), lanes.lanes.map { it.name })
            assertEquals(
                listOf(
                    LanePieceState(ago(330), ago(292), Tone.Working),
                    LanePieceState(ago(237), ago(124), Tone.Working),
                    LanePieceState(ago(124), NOW, tone = null),
                ),
                lanes.lanes[1].pieces,
            )
            assertEquals(listOf(LaneSignState(ago(4), Shape.BLOCKED)), lanes.lanes[0].signs)
            assertEquals(listOf(LaneSignState(ago(290), Shape.COMPLETE)), lanes.lanes[3].signs)
            assertEquals(listOf("08:12", "11:07", "14:02"), lanes.axis)
            assertEquals("Hatched: not seen here 09:10–10:05. Dotted: silent.", lanes.legend)
        }

    @Test
    fun `a quiet span says so and shows nothing else`() =
        runTest {
            val state = told(digest())
            assertEquals("Nothing waits for you.", state.lead)
            assertEquals(listOf(null, null, emptyList<Any>()), state.run { listOf(badge, lanes, sections) })
        }

    @Test
    fun `many are counted, and one hand-off is said without a number`() =
        runTest {
            val many =
                day.copy(
                    lanes = listOf(lane("builder", 1), lane("linter", 0)),
                    waiting = listOf(day.waiting.single(), line("reviewer", 2, AwayEvent.Waits(null))),
                    finished = List(3) { day.finished.single() },
                )
            val state = told(many)
            assertEquals("2 programs wait for you. 3 sessions finished, builder handed off once.", state.lead)
            assertEquals(
                listOf("Run it now or at 22:00?", "Waits"),
                state.sections
                    .first()
                    .lines
                    .map { it.words },
            )
        }

    @Test
    fun `it is told again when something changed, and a failed look takes nothing away`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            assertEquals("Nothing waits for you.", states.last().lead)
            fleet.digest = day
            fleet.overview.value = overview(rows = listOf(row(), row("deployer")))
            runCurrent()
            assertEquals("4", states.last().badge)
            fleet.refusal = CompanionException.Storage("s-1")
            fleet.overview.value = overview()
            runCurrent()
            assertEquals("This device’s storage failed (reference s-1).", states.last().trouble)
            assertEquals("4", states.last().badge)
            fleet.refusal = null
            fleet.overview.value = overview(total = 2)
            runCurrent()
            assertNull(states.last().trouble)
        }

    @Test
    fun `a line opens its program, and names its server where there are two`() =
        runTest {
            fleet.overview.value = overview(accounts = listOf(account(), account("work", "Work")))
            fleet.digest = day
            val presenter = presenter()
            val line =
                states(presenter)
                    .last()
                    .sections
                    .first()
                    .lines
                    .single()
            assertEquals("Home fleet", line.account)
            presenter.act(AwayAction.Open(line.key))
            assertEquals(listOf(ProgramKey("home", "deployer")), opened)
        }
}
