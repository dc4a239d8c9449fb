package dev.cachebash.ui

import dev.cachebash.ffi.HitKind
import dev.cachebash.ffi.HitMark
import dev.cachebash.ffi.HitOpens
import dev.cachebash.ffi.KindCount
import dev.cachebash.ffi.SearchHit
import dev.cachebash.ffi.SearchPage
import dev.cachebash.ffi.SearchReach
import dev.cachebash.presentation.search.SearchAction
import dev.cachebash.presentation.search.SearchPresenter
import dev.cachebash.presentation.search.SearchState
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.search.SearchScreen
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** The search beside its kept pictures. */
class SearchScreenTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val scope = CoroutineScope(Dispatchers.Default + Job())

    @AfterEach
    fun end() = scope.cancel()

    private fun hit(
        kind: HitKind,
        program: String,
        at: String,
        piece: String,
        vararg found: String,
        cutBefore: Boolean = false,
    ) = SearchHit(
        account = "home",
        kind = kind,
        program = program,
        opens = HitOpens.Program(program),
        at = moment(at),
        piece = piece,
        marks = found.map { HitMark(piece.indexOf(it).toUInt(), (piece.indexOf(it) + it.length).toUInt()) },
        cutBefore = cutBefore,
        cutAfter = false,
        keptHere = false,
    )

    private val hits =
        listOf(
            hit(
                HitKind.OPEN_QUESTION,
                "builder",
                "2026-11-23T12:54:00Z",
                "Should an expired refresh token answer 401 or 403?",
                "refresh",
                "tok",
            ),
            hit(
                HitKind.HAND_OFF_NOTES,
                "builder",
                "2026-11-23T11:30:00Z",
                "Left for the next session: a refresh token that arrives in its last second.",
                "refresh",
                "tok",
                cutBefore = true,
            ),
            hit(HitKind.WORK_ITEM, "builder", "2026-11-23T11:30:00Z", "Refresh token edge cases", "Refresh", "tok"),
            hit(
                HitKind.TASK,
                "reviewer",
                "2026-11-23T10:02:00Z",
                "Check the refresh path: a token must not outlive its session",
                "refresh",
                "tok",
            ),
            hit(
                HitKind.MESSAGE,
                "orchestrator",
                "2026-11-20T15:20:00Z",
                "builder takes the refresh tokens, reviewer the login path.",
                "refresh",
                "tok",
            ),
        )

    private fun page(hits: List<SearchHit>) =
        SearchPage(
            hits = hits,
            offset = 0u,
            total = hits.size.toUInt(),
            kinds = hits.groupBy { it.kind }.map { (kind, same) -> KindCount(kind, same.size.toUInt()) },
            now = AS_OF,
            reach = SearchReach(13u, 13u, 50u, moment("2026-11-18T09:00:00Z"), questionsWhole = true),
        )

    private fun state(
        text: String,
        hits: List<SearchHit>,
    ): SearchState {
        val presenter = SearchPresenter(ScriptedFleet(AS_OF, found = page(hits)), labels, scope, onOpen = {})
        presenter.act(SearchAction.Write(text))
        return presenter.state.settled { it.reach != null }
    }

    @Test
    fun `what was found is marked, and what is not here is said last`() =
        Golden("search", phone = true).check { SearchScreen(state("refresh tok", hits), {}) }

    @Test
    fun `the search by night`() =
        Golden("search-dark", dark = true, phone = true).check { SearchScreen(state("refresh tok", hits), {}) }

    @Test
    fun `the search with text one and a half times as large`() =
        Golden("search-large", text = 1.5f).check { SearchScreen(state("refresh tok", hits), {}) }

    @Test
    fun `nothing was found`() =
        Golden("search-nothing", phone = true).check { SearchScreen(state("horoscope", emptyList()), {}) }
}
