@file:OptIn(ExperimentalTestApi::class)

package dev.cachebash.ui

import androidx.compose.foundation.layout.Column
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertHeightIsAtLeast
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.v2.runComposeUiTest
import androidx.compose.ui.unit.dp
import dev.cachebash.ffi.AwayDigest
import dev.cachebash.ffi.AwayEvent
import dev.cachebash.ffi.AwayLane
import dev.cachebash.ffi.AwayLine
import dev.cachebash.ffi.AwayPiece
import dev.cachebash.ffi.AwayStretch
import dev.cachebash.ffi.Gap
import dev.cachebash.ffi.SessionState
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.away.AwayAction
import dev.cachebash.presentation.away.AwayPresenter
import dev.cachebash.presentation.away.AwayState
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.away.AwayScreen
import dev.cachebash.ui.part.Tab
import dev.cachebash.ui.part.TabBar
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.theme.CompanionTheme
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** What happened while nobody looked, beside its kept pictures. */
class AwayScreenTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val scope = CoroutineScope(Dispatchers.Default + Job())

    @AfterEach
    fun end() = scope.cancel()

    private fun at(clock: String) = moment("2026-11-23T$clock:00+01:00")

    private fun piece(
        from: String,
        until: String,
        state: SessionState? = SessionState.Working,
    ) = AwayPiece("s", at(from), at(until), state?.let { AwayStretch.Reported(it) } ?: AwayStretch.Silent)

    private fun lane(
        program: String,
        vararg pieces: AwayPiece,
        handOffs: Int = 0,
    ) = AwayLane("home", program, pieces.toList(), handOffs.toUInt(), eventful = true)

    private fun line(
        program: String,
        clock: String,
        event: AwayEvent,
    ) = AwayLine("home", program, at(clock), event)

    private val day =
        AwayDigest(
            from = at("08:12"),
            until = at("14:02"),
            lanes =
                listOf(
                    lane(
                        "deployer",
                        piece("08:12", "13:12", SessionState.Pinned),
                        piece("13:12", "13:58"),
                        piece("13:58", "14:02", SessionState.Blocked),
                    ),
                    lane("scribe", piece("08:32", "11:58"), piece("11:58", "14:02", state = null)),
                    lane("reviewer", piece("08:12", "10:32"), piece("11:42", "14:02"), handOffs = 1),
                    lane("builder", piece("08:12", "12:30"), piece("12:32", "14:02"), handOffs = 2),
                    lane("linter", piece("08:32", "09:12")),
                    lane("migrator", piece("10:05", "11:40")),
                ),
            waiting =
                listOf(
                    line(
                        "deployer",
                        "13:58",
                        AwayEvent.Waits("The migration locks users for 40\u202fs. Run it now or at 22:00?"),
                    ),
                ),
            finished =
                listOf(
                    line("linter", "09:12", AwayEvent.Finished("Auth package is clean")),
                    line("reviewer", "10:32", AwayEvent.Finished("Approved the login form")),
                    line("migrator", "11:40", AwayEvent.Finished("Moved the session table")),
                ),
            changed =
                listOf(
                    line("scribe", "11:58", AwayEvent.WentSilent),
                    line("builder", "13:13", AwayEvent.Fell(18u, 10u)),
                ),
            unseen = listOf(Gap(at("09:10"), at("10:05"))),
        )

    private val quiet =
        AwayDigest(at("13:21"), at("14:02"), emptyList(), emptyList(), emptyList(), emptyList(), emptyList())

    private fun state(digest: AwayDigest): AwayState =
        AwayPresenter(ScriptedFleet(AS_OF, away = digest), labels, scope, onOpen = {}).state.settled { it.span != null }

    /** As on a phone: with the bar at its foot. */
    @Composable
    private fun OnPhone(state: AwayState) {
        Column {
            AwayScreen(state, {}, Modifier.weight(1f))
            TabBar(
                listOf(
                    Tab(Icon.Fleet, labels.text("tab.fleet"), null, false) {},
                    Tab(Icon.Away, labels.text("tab.away"), state.badge, true) {},
                    Tab(Icon.Search, labels.text("tab.search"), null, false) {},
                    Tab(Icon.Outbox, labels.text("tab.outbox"), "1", false) {},
                ),
            )
        }
    }

    @Test
    fun `a day in a sentence, in lanes and line by line`() = Golden("away").check { AwayScreen(state(day), {}) }

    @Test
    fun `the same day by night, on a phone`() =
        Golden("away-dark", dark = true, phone = true).check { OnPhone(state(day)) }

    @Test
    fun `the day with text one and a half times as large`() =
        Golden("away-large", text = 1.5f).check { AwayScreen(state(day), {}) }

    @Test
    fun `nothing happened`() = Golden("away-nothing", phone = true).check { OnPhone(state(quiet)) }

    @Test
    fun `each line is one target, large enough, and opens its program`() =
        runComposeUiTest {
            val done = mutableListOf<AwayAction>()
            val state = state(day.copy(lanes = emptyList()))
            setContent { CompanionTheme(dark = false, roboto, motion = false) { AwayScreen(state, { done += it }) } }
            val targets = onAllNodes(hasClickAction())
            val count = targets.fetchSemanticsNodes().size
            repeat(count) { targets[it].assertHeightIsAtLeast(48.dp) }
            assertEquals(SIX, count)
            onNode(hasClickAction() and hasText("Went silent")).performClick()
            assertEquals(listOf<AwayAction>(AwayAction.Open(ProgramKey("home", "scribe"))), done)
        }

    private companion object {
        const val SIX = 6
    }
}
