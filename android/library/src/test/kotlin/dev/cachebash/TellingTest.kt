package dev.cachebash

import dev.cachebash.ffi.AlertEvent
import dev.cachebash.ffi.AlertKind
import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.DueAlert
import dev.cachebash.ffi.DueAlerts
import dev.cachebash.ffi.GlanceLevel
import dev.cachebash.ffi.Headline
import dev.cachebash.ffi.ListKind
import dev.cachebash.ffi.ListQuery
import dev.cachebash.ffi.QuietHours
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.readGlance
import dev.cachebash.testing.AtHome
import dev.cachebash.testing.Home.Companion.NOON
import dev.cachebash.testing.story
import kotlinx.serialization.json.Json
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.extension.RegisterExtension
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** What a phone says of itself: each alert once and as much of it as the person lets it, and the fleet at a glance. */
class TellingTest {
    @JvmField
    @RegisterExtension
    val atHome = AtHome()

    private val home get() = atHome.home
    private val nothing = DueAlerts(emptyList(), emptyList(), null)

    /** Watched long enough to know what was there before. */
    private suspend fun CacheBashCompanion.watches() {
        with(home) { joins() }
        refreshLists(ListKind.entries)
        assertEquals(nothing, takeDueAlerts(), "what was there before is no news")
        home.at(15.seconds)
    }

    @Test
    fun `a block is told once, whatever is read again and whoever starts anew`() =
        story {
            home.open().use { companion ->
                companion.watches()
                home.reports("builder", "blocked", "Run it now?")
                companion.refresh()
                val alert = companion.takeDueAlerts().alerts.single()
                assertEquals(AlertKind.BLOCKED to AlertEvent.Blocked(orPinned = false), alert.kind to alert.event)
                assertEquals("builder" to NOON + 15_000, alert.program to alert.since)
                assertNull(alert.words)
                companion.refresh()
                assertEquals(nothing, companion.takeDueAlerts())
                companion.suspend()
            }
            home.open().use { companion ->
                companion.refresh()
                assertEquals(nothing, companion.takeDueAlerts())
            }
        }

    @Test
    fun `a person chooses what is told and how much of it, and what makes no sense changes nothing`() =
        story {
            home.open().use { companion ->
                companion.watches()
                val usual = companion.alertRules()
                assertEquals(GlanceLevel.NAMES, usual.level)
                assertTrue(AlertKind.BLOCKED in usual.told)
                val mine = usual.copy(told = listOf(AlertKind.BLOCKED), level = GlanceLevel.FULL)
                companion.setAlertRules(mine)
                val refused =
                    assertThrows<CompanionException.Rejected> {
                        companion.setAlertRules(mine.copy(quiet = QuietHours(60u, 60u)))
                    }
                assertEquals(RejectedReason.Invalid("quiet"), refused.reason)
                assertEquals(mine, companion.alertRules())

                home.reports("builder", "blocked", "Run it now?")
                companion.refresh()
                assertEquals(listOf("Run it now?"), companion.takeDueAlerts().alerts.map { it.words })
                home.at(2.minutes)
                home.reports("builder", "complete", "Done", progress = 100)
                companion.refresh()
                assertEquals(nothing, companion.takeDueAlerts(), "nobody asked to be told who finished")
            }
        }

    @Test
    fun `what begins in quiet hours is told together when they are over`() =
        story {
            home.open().use { companion ->
                companion.watches()
                // From noon to one.
                companion.setAlertRules(companion.alertRules().copy(quiet = QuietHours(720u, 780u)))
                home.reports("builder", "blocked", "Run it now?")
                companion.refresh()
                val over = NOON + 60.minutes.inWholeMilliseconds
                assertEquals(nothing.copy(quietUntil = over), companion.takeDueAlerts())
                home.at(61.minutes)
                home.reports("builder", "blocked", "Run it now?")
                companion.refresh()
                val told = companion.takeDueAlerts()
                assertEquals(emptyList<DueAlert>(), told.alerts)
                assertEquals(listOf("builder" to false), told.heldBack.map { it.program to it.over })
                assertEquals(nothing, companion.takeDueAlerts())
            }
        }

    @Test
    fun `an alert that an agent sends is listed with its text, and told without`() =
        story {
            home.open().use { companion ->
                companion.watches()
                home.owner.call(
                    "POST",
                    "/v1/alerts",
                    Json.parseToJsonElement("""{"message":"The build is red","alertType":"warning"}"""),
                )
                companion.refreshLists(listOf(ListKind.ALERTS))
                val alert =
                    companion
                        .alerts(ListQuery())
                        .rows
                        .single()
                        .alert
                assertEquals("The build is red" to "warning", alert.text to alert.kind)
                val due = companion.takeDueAlerts().alerts.single()
                assertEquals(AlertKind.ALERTED to null, due.kind to due.words)
            }
        }

    @Test
    fun `a glance names as much as its level lets it, and reads back from under four kilobytes`() =
        story {
            home.open().use { companion ->
                with(home) { companion.joins() }
                home.reports("builder", "blocked", "Run it now?")
                companion.refresh()

                val full = companion.glance(GlanceLevel.FULL)
                assertEquals(Headline.NeedYou(1u), full.headline)
                assertEquals("builder" to "Run it now?", full.rows.single().run { program to words?.text })
                assertEquals(NOON + 30.minutes.inWholeMilliseconds, full.expiresAt)
                val names = companion.glance(GlanceLevel.NAMES)
                assertEquals("builder" to null, names.rows.single().run { program to words })
                val counts = companion.glance(GlanceLevel.COUNTS)
                assertEquals(Headline.NeedYou(1u) to 1u, counts.headline to counts.total)

                for (level in GlanceLevel.entries) {
                    val bytes = companion.glanceBytes(level)
                    assertTrue(bytes.size < LIMIT)
                    assertEquals(companion.glance(level), readGlance(bytes))
                    assertEquals(level == GlanceLevel.FULL, "Run it now?" in bytes.decodeToString())
                    assertEquals(level != GlanceLevel.COUNTS, "builder" in bytes.decodeToString())
                }
                assertNull(readGlance("{}".encodeToByteArray()))
            }
        }

    private companion object {
        const val LIMIT = 4_096
    }
}
