package dev.cachebash

import dev.cachebash.ffi.AwayEvent
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Headline
import dev.cachebash.ffi.HitKind
import dev.cachebash.ffi.HitOpens
import dev.cachebash.ffi.ProgramQuery
import dev.cachebash.ffi.SearchQuery
import dev.cachebash.ffi.Standing
import dev.cachebash.ffi.lastOverview
import dev.cachebash.testing.AtHome
import dev.cachebash.testing.Home.Companion.NOON
import dev.cachebash.testing.story
import kotlinx.serialization.json.Json
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.extension.RegisterExtension
import kotlin.time.Duration.Companion.minutes

/** What a phone still knows: found by its words, told after an absence, shown before anything is open. */
class LookingBackTest {
    @JvmField
    @RegisterExtension
    val atHome = AtHome("builder", "linter")

    private val home get() = atHome.home

    private fun leaves(notes: String) =
        home.owner.call(
            "PATCH",
            "/v1/program-state/builder",
            Json.parseToJsonElement(
                """{"sessionId":"builder.auth","contextSummary":{"handoffNotes":"$notes",
                   "openQuestions":["Should an expired refresh token answer 401 or 403?"],
                   "activeWorkItems":["Refresh token edge cases"]}}""",
            ),
        )

    @Test
    fun `words are found in all that was read, by the beginning of the last, and marked where they stand`() =
        story {
            leaves("Left: a refresh token that arrives in its last second.")
            home.open().use { companion ->
                val account = with(home) { companion.joins() }
                companion.refreshProgram(account.id, "builder")
                home.server.close()

                val page = companion.search(SearchQuery("refresh tok"))
                assertEquals(
                    setOf(HitKind.HAND_OFF_NOTES, HitKind.OPEN_QUESTION, HitKind.WORK_ITEM),
                    page.hits.map { it.kind }.toSet(),
                )
                assertEquals(3u, page.total)
                for (hit in page.hits) {
                    assertEquals(HitOpens.Program("builder"), hit.opens)
                    val marked = hit.marks.map { hit.piece.substring(it.start.toInt(), it.end.toInt()).lowercase() }
                    assertTrue(marked.containsAll(listOf("refresh", "tok")) || marked == listOf("refresh tok")) {
                        "${hit.piece}: $marked"
                    }
                }
                val notes = companion.search(SearchQuery("refresh tok", kind = HitKind.HAND_OFF_NOTES))
                assertEquals(listOf(HitKind.HAND_OFF_NOTES), notes.hits.map { it.kind })
                assertEquals(3, page.kinds.sumOf { it.count.toInt() })
                assertEquals(0u, companion.search(SearchQuery("refresh horoscope")).total)
                assertEquals(2u, page.reach.programs)

                companion.removeAccount(account.id)
                assertEquals(0u, companion.search(SearchQuery("refresh tok")).total)
            }
        }

    @Test
    fun `who left the board and comes back is told who waits, who finished, and when nobody watched`() =
        story {
            home.open().use { companion ->
                with(home) { companion.joins() }
                assertEquals(2, companion.overview(ProgramQuery()).rows.size)
                companion.suspend()
                assertThrows<CompanionException.Suspended> { companion.away() }
            }
            home.at(30.minutes)
            home.reports("linter", "complete", "Auth package is clean", progress = 100)
            home.reports("builder", "blocked", "Run it now?")
            home.open().use { companion ->
                companion.refresh()
                val told = companion.away()
                val half = 30.minutes.inWholeMilliseconds
                assertEquals(NOON + 1 to NOON + half + 1, told.from to told.until)
                assertEquals(
                    listOf("builder" to AwayEvent.Waits("Run it now?")),
                    told.waiting.map { it.program to it.event },
                )
                assertEquals(
                    listOf("linter" to AwayEvent.Finished("Auth package is clean")),
                    told.finished.map { it.program to it.event },
                )
                assertEquals(1, told.unseen.size)
                assertEquals(listOf(true, true), told.lanes.map { it.eventful })

                // Asked for its own span, nothing that lies before it is told.
                assertEquals(emptyList<Any>(), companion.away(since = NOON + half + 1).waiting)
                assertThrows<CompanionException.NotFound> { companion.away(account = "nobody") }
            }
        }

    @Test
    fun `the last picture is there before anything is open, and nothing in it is called fresh`() =
        story {
            assertNull(lastOverview(home.phone.path, home.now))
            val shown =
                home.open().use { companion ->
                    with(home) { companion.joins() }
                    companion.overview(ProgramQuery()).also {
                        assertTrue(it.fresh)
                        companion.suspend()
                    }
                }
            home.server.close()
            // The database is not needed for it.
            assertTrue(home.phone.resolve("accounts").deleteRecursively())
            val painted = checkNotNull(lastOverview(home.phone.path, home.now + 90.minutes.inWholeMilliseconds))
            assertEquals(shown.rows, painted.rows)
            assertEquals(shown.asOf to NOON + 90.minutes.inWholeMilliseconds, painted.asOf to painted.now)
            assertFalse(painted.fresh)
            assertEquals(Headline.NothingNeededYou, painted.headline)
            assertFalse(painted.sources.any { it.standing == Standing.FRESH })
        }
}
