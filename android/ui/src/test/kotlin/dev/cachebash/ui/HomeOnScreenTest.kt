@file:OptIn(ExperimentalTestApi::class)

package dev.cachebash.ui

import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasScrollToNodeAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performScrollToNode
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.v2.runComposeUiTest
import dev.cachebash.ffi.Action
import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.MessageKind
import dev.cachebash.presentation.CompanionAccounts
import dev.cachebash.presentation.CompanionActing
import dev.cachebash.presentation.CompanionFleet
import dev.cachebash.presentation.words.Labels
import dev.cachebash.testing.AtHome
import dev.cachebash.ui.theme.CompanionTheme
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.RegisterExtension
import java.time.ZoneId
import kotlin.time.Duration.Companion.seconds

/** Keys, accounts and edits under the finger: the real screens over the real library and a running server. */
class HomeOnScreenTest {
    @JvmField
    @RegisterExtension
    val atHome = AtHome()

    private val home get() = atHome.home
    private val labels = Labels(ZoneId.of("UTC"), hours24 = true)

    @BeforeEach
    fun begin() = home.leaves("builder", NOTES)

    private fun ComposeUiTest.shows(companion: CacheBashCompanion) =
        setContent {
            CompanionTheme(dark = false, roboto, motion = false) {
                FleetHost(
                    CompanionFleet(companion),
                    CompanionActing(companion),
                    CompanionAccounts(companion),
                    NoClipboard,
                    labels,
                    { home.now },
                )
            }
        }

    private fun ComposeUiTest.has(text: String) = onAllNodesWithText(text).fetchSemanticsNodes().isNotEmpty()

    private fun ComposeUiTest.hasRow() = onAllNodes(BUILDER).fetchSemanticsNodes().isNotEmpty()

    private fun ComposeUiTest.awaits(text: String) = waitUntil(text, PATIENCE) { has(text) }

    @Test
    fun `a key that may read more joins the account, and the page shows what it could not`() {
        val narrow = home.owner.createKey("watcher", "watcher", listOf("pulse.read"))
        val wide = home.owner.createKey("builder", "second key")
        home.open().use { companion ->
            val account = runBlocking { with(home) { companion.joins(narrow.key) } }
            runComposeUiTest {
                shows(companion)
                waitUntil("builder", PATIENCE) { hasRow() }
                onNode(BUILDER).performClick()
                awaits("This key may not read builder’s state")
                onNode(hasScrollToNodeAction()).performScrollToNode(hasText("Use another key"))
                onNodeWithText("Use another key").performClick()
                awaits("Use this key")
                onNode(hasSetTextAction()).performTextInput(wide.key)
                onNodeWithText("Use this key").performScrollTo().performClick()
                awaits("Done")
                onNodeWithText("Done").performClick()
                waitUntil("the lock to go", PATIENCE) { !has("This key may not read builder’s state") }
                onNode(hasScrollToNodeAction()).performScrollToNode(hasText(NOTES))
            }
            assertEquals(listOf(account), companion.accounts())
            assertEquals(listOf(true, false), companion.ring(account.id).map { it.own })
        }
    }

    @Test
    fun `a refused key is replaced from its bar, and the account stays with what waits in its outbox`() {
        val rights = listOf("pulse.read", "state.read", "relay.read", "relay.write")
        val lost = home.owner.createKey("phone", "phone", rights)
        val next = home.owner.createKey("next", "next", rights)
        home.open().use { companion ->
            val before = runBlocking { with(home) { companion.joins(lost.key) } }
            companion.allowWrites(before.id, true)
            home.revokes(lost)
            runBlocking {
                companion.refresh()
                companion.ask(before.id, Action.SendMessage("builder", "Go on", MessageKind.DIRECTIVE, null))
                companion.deliver(before.id)
            }
            assertEquals(listOf(Delivery.KeyRefused), companion.outbox().lines.map { it.delivery })
            runComposeUiTest {
                shows(companion)
                awaits("Replace key")
                onNodeWithText("Replace key").performClick()
                awaits("Use this key")
                onNode(hasSetTextAction()).performTextInput(next.key)
                onNodeWithText("Use this key").performScrollTo().performClick()
                waitUntil("the bar to go", PATIENCE) { !has("Replace key") }
                waitUntil("builder", PATIENCE) { hasRow() }
            }
            val after = companion.accounts().single()
            assertEquals("Home fleet" to before.id, after.label to after.id)
            runComposeUiTest {
                shows(companion)
                awaits("Outbox")
                onNodeWithText("Outbox").performClick()
                awaits("Retry")
                onNodeWithText("Retry").performClick()
                waitUntil("the message to go", PATIENCE) { companion.outbox().lines.isEmpty() }
                awaits("All delivered")
            }
        }
    }

    @Test
    fun `a key that was asked for without a server is made when that is back, and shown after the app was ended`() {
        val account =
            home.open().use { companion ->
                val account = runBlocking { with(home) { companion.joins() } }.id
                runBlocking { companion.refreshProgram(account, "builder") }
                companion.allowWrites(account, true)
                home.server.close()
                runComposeUiTest {
                    shows(companion)
                    waitUntil("builder", PATIENCE) { hasRow() }
                    onNode(BUILDER).performClick()
                    awaits("Hand-off notes")
                    onNode(hasScrollToNodeAction()).performScrollToNode(hasText("Create a key"))
                    onNodeWithText("Create a key").performClick()
                    awaits("What it is for")
                    onNode(hasSetTextAction() and hasContentDescription("What it is for")).performTextInput("tester")
                    onAllNodesWithText("Create a key").let { it[it.fetchSemanticsNodes().lastIndex] }.performClick()
                    awaits(labels.text("key_waits"))
                    onNodeWithText("Close").performClick()
                    waitUntil("the sheet to go", PATIENCE) { !has("New key") }
                }
                account
            }
        home.returns()
        home.open().use { companion ->
            runBlocking { companion.deliver(account) }
            runComposeUiTest {
                shows(companion)
                awaits("Outbox")
                onNodeWithText("Outbox").performClick()
                awaits("Show key")
                onNodeWithText("Show key").performClick()
                awaits("This key is shown once")
                onNodeWithText("New key for builder").assertExists()
                onNodeWithText("I have stored this key").performScrollTo().performClick()
                onNodeWithText("Done").performScrollTo().performClick()
                awaits("All delivered")
            }
            val made = runBlocking { companion.listKeys(account) }.filter { it.label == "tester" }
            assertEquals(listOf("builder" to true), made.map { it.program to it.active })
        }
    }

    @Test
    fun `who takes a key away and signs out leaves nothing on the phone`() {
        val wide = home.owner.createKey("reader", "reader", listOf("pulse.read", "state.read"))
        home.open().use { companion ->
            val account = runBlocking { with(home) { companion.joins() } }.id
            companion.allowWrites(account, true)
            runBlocking { companion.addToRing(account, wide.key, "reader") }
            runComposeUiTest {
                shows(companion)
                waitUntil("the fleet", PATIENCE) { has("Home fleet") }
                onNodeWithText("Home fleet").performClick()
                awaits("Reads where the account’s own may not")
                onNodeWithText("Stay read only").performScrollTo().performClick()
                awaits("This phone only reads")
                onNodeWithText("Remove").performScrollTo().performClick()
                awaits("Remove reader?")
                onAllNodesWithText("Remove").let { it[it.fetchSemanticsNodes().lastIndex] }.performClick()
                waitUntil("the key to go", PATIENCE) { !has("reader") && !has("Remove reader?") }
                assertEquals(listOf(true), companion.ring(account).map { it.own })
                onNodeWithText("Sign out").performScrollTo().performClick()
                awaits("Sign out of Home fleet?")
                onAllNodesWithText("Sign out").let { it[it.fetchSemanticsNodes().lastIndex] }.performClick()
                awaits("Paste a link or a key")
            }
            assertEquals(emptyList<String>(), companion.accounts().map { it.id })
            assertEquals(0, home.secrets.size)
        }
    }

    @Test
    fun `the key is replaced by choice, and the phone reads on with its successor`() {
        home.open().use { companion ->
            val before = runBlocking { with(home) { companion.joins() } }
            companion.allowWrites(before.id, true)
            runComposeUiTest {
                shows(companion)
                waitUntil("the fleet", PATIENCE) { has("Home fleet") }
                onNodeWithText("Home fleet").performClick()
                awaits("Replace key")
                onNodeWithText("Replace key").performScrollTo().performClick()
                awaits("Replace the key of Home fleet?")
                onAllNodesWithText("Replace key").let { it[it.fetchSemanticsNodes().lastIndex] }.performClick()
                awaits("This key is shown once")
                onNodeWithText("I have stored this key").performScrollTo().performClick()
                onNodeWithText("Done").performScrollTo().performClick()
                awaits("Only opens what was sealed for it")
            }
            val after = companion.accounts().single()
            assertEquals(before.id to false, after.id to (after.keyHash == before.keyHash))
            home.at(60.seconds)
            assertEquals(emptyList<Any>(), runBlocking { companion.refresh() }.sources.mapNotNull { it.cause })
        }
    }

    @Test
    fun `hand-off notes are written anew once this phone may act, and the agent finds them`() {
        home.open().use { companion ->
            val account = runBlocking { with(home) { companion.joins() } }.id
            runComposeUiTest {
                shows(companion)
                waitUntil("builder", PATIENCE) { hasRow() }
                onNode(BUILDER).performClick()
                awaits("Hand-off notes")
                onNode(hasScrollToNodeAction()).performScrollToNode(hasText("Edit"))
                onNodeWithText("Edit").performClick()
                awaits("Allow and go on")
                onNodeWithText("Allow and go on").performScrollTo().performClick()
                awaits("Hand-off notes of builder")
                onNode(hasSetTextAction()).performTextReplacement(MINE)
                onNodeWithText("Save").performScrollTo().performClick()
                waitUntil("the sheet to go", PATIENCE) { !has("Hand-off notes of builder") }
                awaits(MINE)
            }
            runBlocking {
                companion.deliver(account)
                companion.refreshProgram(account, "builder")
            }
            assertEquals(emptyList<Any>(), companion.outbox().lines)
            assertEquals(
                MINE,
                companion
                    .program(account, "builder")
                    .context.context.handOffNotes,
            )
        }
    }

    private companion object {
        const val MINE = "Start with the clock that runs ahead."
        const val NOTES = "One edge case remains in token refresh."
        val BUILDER = hasContentDescription("builder", substring = true) and hasClickAction()
        const val PATIENCE = 20_000L
    }
}
