package dev.cachebash.presentation

import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.HitKind
import dev.cachebash.ffi.HitMark
import dev.cachebash.ffi.HitOpens
import dev.cachebash.ffi.SearchHit
import dev.cachebash.ffi.SearchQuery
import dev.cachebash.presentation.search.PieceState
import dev.cachebash.presentation.search.SearchAction
import dev.cachebash.presentation.search.SearchPresenter
import dev.cachebash.presentation.search.SearchState
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

/** Words that are looked for while they are typed. */
@OptIn(ExperimentalCoroutinesApi::class)
class SearchPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val fleet = FakeFleet(overview())
    private val opened = mutableListOf<ProgramKey>()

    private val hit =
        SearchHit(
            account = "home",
            kind = HitKind.OPEN_QUESTION,
            program = "builder",
            opens = HitOpens.Program("builder"),
            at = NOW - 490_000,
            piece = "an expired refresh token",
            marks = listOf(HitMark(11u, 18u), HitMark(19u, 22u)),
            cutBefore = true,
            cutAfter = false,
            keptHere = true,
        )
    private val alert =
        hit.copy(kind = HitKind.ALERT, program = null, opens = HitOpens.Alert("a-1"), at = null, keptHere = false)

    private fun TestScope.presenter() = SearchPresenter(fleet, labels, backgroundScope) { opened += it }

    private fun TestScope.states(presenter: SearchPresenter): List<SearchState> {
        val seen = mutableListOf<SearchState>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    @Test
    fun `while nothing is typed nobody searches`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            presenter.act(SearchAction.Write("  "))
            runCurrent()
            assertEquals(emptyList<SearchQuery>(), fleet.searches)
            assertEquals("Type words. Each must occur; of the last one its beginning will do.", states.last().hint)
        }

    @Test
    fun `a hit is taken apart at what was found, and says what it is and when it was said`() =
        runTest {
            fleet.found = { searched(hit, alert) }
            val presenter = presenter()
            val states = states(presenter)
            presenter.act(SearchAction.Write("refresh tok"))
            runCurrent()
            val first = states.last().hits.first()
            assertEquals(
                listOf("builder", "Open question", "kept here", "13:54"),
                first.run { listOf(program, kind, kept, time) },
            )
            assertEquals(
                listOf(
                    PieceState("… ", false),
                    PieceState("an expired ", false),
                    PieceState("refresh", true),
                    PieceState(" ", false),
                    PieceState("tok", true),
                    PieceState("en", false),
                ),
                first.pieces,
            )
            assertEquals(listOf("All 2", "Questions 1", "Alerts 1"), states.last().kinds.map { it.label })
            assertEquals(
                listOf(
                    "Notes, questions, work items: of 4 of 13 programs.",
                    "Tasks: newest 50. Messages: since Wed 22:55.",
                    "Asked questions: their first 50 characters.",
                ),
                states.last().reach?.lines,
            )
            presenter.act(SearchAction.Open(requireNotNull(first.opens)))
            assertEquals(listOf(BUILDER), opened)
            assertNull(states.last().hits[1].opens)
        }

    @Test
    fun `one kind is shown alone, more are asked for once, and other words begin anew`() =
        runTest {
            fleet.found = { searched(hit).copy(total = 51u) }
            val presenter = presenter()
            val states = states(presenter)
            presenter.act(SearchAction.Write("refresh"))
            presenter.act(SearchAction.Show(HitKind.OPEN_QUESTION))
            runCurrent()
            assertEquals(listOf(false, true), states.last().kinds.map { it.chosen })
            assertEquals("50 more hits are not shown", states.last().more)
            presenter.act(SearchAction.ShowMore)
            runCurrent()
            presenter.act(SearchAction.Write("token"))
            runCurrent()
            assertEquals(
                listOf(
                    SearchQuery("refresh", kind = HitKind.OPEN_QUESTION, limit = 50u),
                    SearchQuery("refresh", kind = HitKind.OPEN_QUESTION, limit = 200u),
                    SearchQuery("token", kind = null, limit = 50u),
                ),
                fleet.searches,
            )
        }

    @Test
    fun `of two searches the later is shown, and the field keeps what was typed`() =
        runTest {
            fleet.found = { query -> searched(hit.copy(piece = query.text, marks = emptyList(), cutBefore = false)) }
            val presenter = presenter()
            val states = states(presenter)
            fleet.searching = CompletableDeferred()
            presenter.act(SearchAction.Write("refresh"))
            runCurrent()
            presenter.act(SearchAction.Write("token"))
            runCurrent()
            fleet.searching.complete(Unit)
            runCurrent()
            assertEquals(listOf("token"), states.flatMap { it.hits }.map { it.pieces.single().text }.distinct())
            assertEquals("token", states.last().text)
        }

    @Test
    fun `nothing found and a failure are different things`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            presenter.act(SearchAction.Write("horoscope"))
            runCurrent()
            assertEquals("Nothing kept here has all of these words.", states.last().hint)
            fleet.refusal = CompanionException.Storage("s-1")
            presenter.act(SearchAction.Write("horoscopes"))
            runCurrent()
            assertNull(states.last().hint)
            assertEquals("This device’s storage failed (reference s-1).", states.last().trouble)
        }
}
