@file:OptIn(ExperimentalTestApi::class)

package dev.cachebash.ui

import androidx.compose.runtime.Composable
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertHasClickAction
import androidx.compose.ui.test.assertHeightIsAtLeast
import androidx.compose.ui.test.assertWidthIsAtLeast
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasScrollToNodeAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isHeading
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollToIndex
import androidx.compose.ui.test.performScrollToNode
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.v2.runComposeUiTest
import androidx.compose.ui.unit.dp
import dev.cachebash.ffi.NewAccount
import dev.cachebash.openCompanion
import dev.cachebash.presentation.CompanionAccounts
import dev.cachebash.presentation.CompanionActing
import dev.cachebash.presentation.CompanionFleet
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.OverviewPresenter
import dev.cachebash.presentation.OverviewState
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.ProgramPresenter
import dev.cachebash.presentation.ProgramState
import dev.cachebash.presentation.words.Labels
import dev.cachebash.testing.Agent
import dev.cachebash.testing.FleetScript
import dev.cachebash.testing.MemorySecrets
import dev.cachebash.testing.PlayedFleet
import dev.cachebash.testing.ServerProcess
import dev.cachebash.testing.StandingClock
import dev.cachebash.ui.overview.OverviewScreen
import dev.cachebash.ui.program.ProgramScreen
import dev.cachebash.ui.theme.CompanionTheme
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.job
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.util.Locale
import kotlin.time.Duration.Companion.seconds

/** The screens as the real library fills them, from a real server with a standing clock, beside kept pictures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FleetOnScreenTest {
    private lateinit var played: PlayedFleet
    private lateinit var overview: OverviewState
    private lateinit var builder: ProgramState
    private lateinit var offline: OverviewState
    private lateinit var nobody: OverviewState
    private lateinit var locked: ProgramState
    private val script = FleetScript.read()
    private val labels = Labels(script.zone, hours24 = true)

    @BeforeAll
    fun play(
        @TempDir dir: File,
    ) = runBlocking {
        Locale.setDefault(Locale.ENGLISH)
        played = script.play(dir.resolve("fleet"))
        played.companion.refreshProgram(played.account, "builder")
        overview = overview(played)
        builder = builder(played)
        locked = locked(dir.resolve("watcher"))
        played.server.close()
        played.clock.now += THIRTY_SEVEN_MINUTES
        played.companion.refresh()
        offline = overview(played)
        nobody = nobody(dir.resolve("nobody"))
    }

    @AfterAll
    fun end() = played.close()

    @Test
    fun `the overview looks as it was looked at`() = Golden("overview").check { OverviewScreen(overview, {}) }

    @Test
    fun `the overview by night`() = Golden("overview-dark", dark = true).check { OverviewScreen(overview, {}) }

    @Test
    fun `the overview with text one and a half times as large`() =
        Golden("overview-large", text = 1.5f).check { OverviewScreen(overview, {}) }

    @Test
    fun `offline the overview keeps every row and says since when`() =
        Golden("overview-offline").check { OverviewScreen(offline, {}) }

    @Test
    fun `a program's page`() = Golden("program").check { ProgramScreen(builder, {}) }

    @Test
    fun `a program's page by night`() = Golden("program-dark", dark = true).check { ProgramScreen(builder, {}) }

    @Test
    fun `a key that may not read the state is told what it may`() =
        Golden("no-permission").check { ProgramScreen(locked, {}) }

    @Test
    fun `the same by night`() = Golden("no-permission-dark", dark = true).check { ProgramScreen(locked, {}) }

    @Test
    fun `nobody here yet`() = Golden("empty").check { OverviewScreen(nobody, {}) }

    @Test
    fun `the played fleet in words`() = assertEquals(FLEET, overview.said())

    @Test
    fun `the same fleet offline, in words`() = assertEquals(FLEET_OFFLINE, offline.said())

    @Test
    fun `the builder's page in words`() = assertEquals(BUILDERS_PAGE, builder.said())

    @Test
    fun `a tap opens a program, its notes are there though the server is gone, and back leads back`() =
        runComposeUiTest {
            setContent {
                CompanionTheme(
                    dark = false,
                    roboto,
                    motion = false,
                ) { Host() }
            }
            waitUntil("the overview", PATIENCE_MILLIS) { has("1 needs you") }
            onNode(hasScrollToNodeAction()).performScrollToNode(hasContentDescription(BUILDER_ALOUD))
            onNodeWithContentDescription(BUILDER_ALOUD).assertHasClickAction().performClick()
            waitUntil("the page", PATIENCE_MILLIS) { has("Now") }
            onNode(
                hasScrollToNodeAction(),
            ).performScrollToNode(hasText("Should an expired refresh token answer 401 or 403?"))
            onNode(hasScrollToNodeAction()).performScrollToIndex(0)
            onNodeWithContentDescription("Back").performClick()
            waitUntil("the overview again", PATIENCE_MILLIS) { has("1 needs you") }
        }

    @Test
    fun `a first message asks for leave, then waits in the outbox until a server is there`() =
        runComposeUiTest {
            setContent {
                CompanionTheme(
                    dark = false,
                    roboto,
                    motion = false,
                ) { Host() }
            }
            waitUntil("the overview", PATIENCE_MILLIS) { has("1 needs you") }
            onNode(hasScrollToNodeAction()).performScrollToNode(hasContentDescription(BUILDER_ALOUD))
            onNodeWithContentDescription(BUILDER_ALOUD).performClick()
            waitUntil("the page", PATIENCE_MILLIS) { has("Now") }
            onNode(hasScrollToNodeAction()).performScrollToNode(hasText("Send a message"))
            onNodeWithText("Send a message").performClick()
            waitUntil("the question", PATIENCE_MILLIS) { has("Allow this phone to act for you?") }
            onNodeWithText("Allow and go on").performClick()
            waitUntil("the sheet", PATIENCE_MILLIS) { has("Message to builder") }
            onNode(hasSetTextAction()).performTextInput("Hold the key rotation.")
            onNodeWithText("Send when online").performClick()
            waitUntil("the sheet to go", PATIENCE_MILLIS) { !has("Message to builder") }
            onNode(hasScrollToNodeAction()).performScrollToIndex(0)
            onNodeWithContentDescription("Back").performClick()
            waitUntil("the outbox's tab", PATIENCE_MILLIS) { has("Outbox") }
            onNodeWithText("Outbox").performClick()
            waitUntil("the outbox", PATIENCE_MILLIS) { has("1 not delivered") }
            onNodeWithText("“Hold the key rotation.”").assertExists()
        }

    @Test
    fun `each row is one sentence, the strip is one, and every target is large enough`() =
        runComposeUiTest {
            setContent { CompanionTheme(dark = false, roboto, motion = false) { OverviewScreen(overview, {}) } }
            onNodeWithContentDescription(DEPLOYER_ALOUD).assertHasClickAction()
            onNodeWithContentDescription(overview.strip.spoken).assertExists()
            val targets = onAllNodes(hasClickAction())
            repeat(targets.fetchSemanticsNodes().size) {
                targets[it].assertWidthIsAtLeast(48.dp).assertHeightIsAtLeast(48.dp)
            }
            onNode(isHeading() and hasText("1 needs you")).assertExists()
        }

    @Composable
    private fun Host() =
        FleetHost(
            fleet,
            CompanionActing(played.companion),
            CompanionAccounts(played.companion),
            NoClipboard,
            labels,
            { played.clock.now },
        )

    @Test
    fun `words are found in what is kept, though the server is gone, and a hit opens its program`() =
        runComposeUiTest {
            setContent { CompanionTheme(dark = false, roboto, motion = false) { Host() } }
            waitUntil("the overview", PATIENCE_MILLIS) { has("1 needs you") }
            onNodeWithText("Search").performClick()
            waitUntil("the search", PATIENCE_MILLIS) { has(labels.text("how_to_search")) }
            onNode(hasSetTextAction()).performTextInput("audience list")
            waitUntil("the hit", PATIENCE_MILLIS) { has("May the audience list hold more than one service?") }
            onNodeWithText("May the audience list hold more than one service?", useUnmergedTree = false).performClick()
            waitUntil("the page", PATIENCE_MILLIS) { has("Now") }
        }

    @Test
    fun `what happened meanwhile is told from what is kept, and a line opens its program`() =
        runComposeUiTest {
            setContent { CompanionTheme(dark = false, roboto, motion = false) { Host() } }
            waitUntil("the overview", PATIENCE_MILLIS) { has("1 needs you") }
            onNodeWithText("Away").performClick()
            waitUntil("the page", PATIENCE_MILLIS) { has("While you were away") }
            waitUntil("the sentence", PATIENCE_MILLIS) {
                onAllNodesWithText("One program waits for you.", substring = true).fetchSemanticsNodes().isNotEmpty()
            }
            onNode(hasScrollToNodeAction()).performScrollToNode(hasText("Auth package is clean"))
            onNode(hasScrollToNodeAction()).performScrollToNode(hasText("Stopped moving"))
            onNode(hasClickAction() and hasText("Stopped moving")).performClick()
            waitUntil("the program", PATIENCE_MILLIS) { has("Now") && has("indexer") }
        }

    private fun ComposeUiTest.has(text: String) = onAllNodesWithText(text).fetchSemanticsNodes().isNotEmpty()

    private val fleet by lazy { CompanionFleet(played.companion) }

    private suspend fun overview(
        fleet: PlayedFleet,
        shown: Fleet = CompanionFleet(fleet.companion),
    ): OverviewState =
        coroutineScope {
            val presenter =
                OverviewPresenter(shown, labels, { fleet.clock.now }, this, {}, {}, {}, {}, {})
            withTimeout(
                PATIENCE,
            ) { presenter.state.first { it.headline != null } }.also { coroutineContext.job.cancelChildren() }
        }

    private suspend fun builder(fleet: PlayedFleet): ProgramState =
        coroutineScope {
            val key = ProgramKey(fleet.account, "builder")
            val presenter =
                ProgramPresenter(
                    Unhurried(CompanionFleet(fleet.companion)),
                    key,
                    labels,
                    { fleet.clock.now },
                    this,
                    onBack = {},
                    onSay = {},
                    onNewKey = {},
                    onOtherKey = {},
                )
            withTimeout(
                PATIENCE,
            ) { presenter.state.first { it.header != null } }.also { coroutineContext.job.cancelChildren() }
        }

    /** The builder, as a key sees it that may read sessions and nothing else. */
    private suspend fun locked(dir: File): ProgramState {
        val owner = Agent(played.server.url, checkNotNull(played.server.ownerKey))
        val key = owner.createKey("watcher", "phone", listOf("pulse.read")).key
        val clock = StandingClock(script.end)
        return openCompanion(dir, MemorySecrets(), script.zone, clock = clock).use { companion ->
            val account = companion.addAccount(NewAccount(played.server.url, key, "Home fleet")).id
            companion.refresh()
            companion.refreshProgram(account, "builder")
            builder(PlayedFleet(script, played.server, companion, clock, account))
        }
    }

    private suspend fun nobody(dir: File): OverviewState {
        val clock = StandingClock(script.end)
        ServerProcess.start(dir.resolve("server"), script.end, seed = 1).use { server ->
            openCompanion(dir.resolve("companion"), MemorySecrets(), script.zone, clock = clock).use { companion ->
                companion.addAccount(NewAccount(server.url, checkNotNull(server.ownerKey), "Home fleet"))
                companion.refresh()
                val nobody = PlayedFleet(script, server, companion, clock, account = "")
                return overview(nobody, Checking(CompanionFleet(companion)))
            }
        }
    }

    /** Does not look by itself when a page is opened: this test says when, for its server goes away in between. */
    private class Unhurried(
        fleet: Fleet,
    ) : Fleet by fleet {
        override suspend fun refreshProgram(key: ProgramKey) = Unit
    }

    /** Looks every thirty seconds, as a started companion would that need not be waited for. */
    private class Checking(
        private val fleet: Fleet,
    ) : Fleet by fleet {
        override fun overviews(limit: Int) =
            fleet.overviews(limit).map { it.copy(nextCheck = it.asOf?.plus(THIRTY_SECONDS)) }
    }

    private companion object {
        const val THIRTY_SECONDS = 30_000L
        const val PATIENCE_MILLIS = 20_000L
        const val DEPLOYER_ALOUD =
            "deployer, blocked, 80 percent, heard 40 seconds ago, waiting 4 minutes, says: Holding the session table migration"
        const val BUILDER_ALOUD =
            "builder, working, 45 percent, between 14:31 and 15:46, heard at 14:01, 2 open questions"
        const val THIRTY_SEVEN_MINUTES = 37 * 60_000L
        val PATIENCE = 20.seconds
    }
}
