@file:OptIn(ExperimentalTestApi::class)

package dev.cachebash.ui

import androidx.compose.foundation.layout.Box
import androidx.compose.runtime.Composable
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.v2.runComposeUiTest
import com.google.zxing.qrcode.decoder.Decoder
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.NewAccount
import dev.cachebash.openCompanion
import dev.cachebash.presentation.CompanionAccounts
import dev.cachebash.presentation.CompanionActing
import dev.cachebash.presentation.CompanionFleet
import dev.cachebash.presentation.ProgramState
import dev.cachebash.presentation.key.KeyClipboard
import dev.cachebash.presentation.key.KeyWish
import dev.cachebash.presentation.key.NewKeyAction
import dev.cachebash.presentation.key.NewKeyPresenter
import dev.cachebash.presentation.key.NewKeyState
import dev.cachebash.presentation.key.Secret
import dev.cachebash.presentation.words.Labels
import dev.cachebash.testing.Agent
import dev.cachebash.testing.MemorySecrets
import dev.cachebash.testing.ServerProcess
import dev.cachebash.ui.key.NewKeySheet
import dev.cachebash.ui.program.ProgramScreen
import dev.cachebash.ui.sign.qrModules
import dev.cachebash.ui.theme.CompanionTheme
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.time.ZoneId

/** The sheet in which a key is made and shown once: its pictures, and a real key from a real server. */
class NewKeySheetTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val scope = CoroutineScope(Dispatchers.Default + Job())

    @AfterEach
    fun end() = scope.cancel()

    private fun state(
        refusal: CompanionException? = null,
        vararg acts: NewKeyAction,
        ready: (NewKeyState) -> Boolean,
    ): NewKeyState {
        val presenter =
            NewKeyPresenter(
                ScriptedFleet(AS_OF),
                ScriptedActing(refusal = refusal),
                ScriptedAccounts(),
                NoClipboard,
                KeyWish("home", "builder"),
                labels,
                { AS_OF },
                scope,
                onClose = {},
            )
        presenter.act(NewKeyAction.Label("builder agent"))
        presenter.act(NewKeyAction.Create)
        val made = presenter.state.settled { it?.shown != null || it?.refused != null }
        for (act in acts) presenter.act(act)
        return requireNotNull(if (acts.isEmpty()) made else presenter.state.settled { it != null && ready(it) })
    }

    private fun form(): NewKeyState {
        val presenter =
            NewKeyPresenter(
                ScriptedFleet(AS_OF),
                ScriptedActing(),
                ScriptedAccounts(),
                NoClipboard,
                KeyWish("home", "builder"),
                labels,
                { AS_OF },
                scope,
                onClose = {},
            )
        return requireNotNull(presenter.state.settled { it?.form != null })
    }

    @Composable
    private fun Over(state: NewKeyState) {
        Box {
            ProgramScreen(ProgramState.blank("builder", "Back"), {})
            NewKeySheet(state, {})
        }
    }

    @Test
    fun `a key is shown once`() = Golden("create-key", phone = true).check { Over(state { true }) }

    @Test
    fun `a key is shown once, by night`() =
        Golden("create-key-dark", dark = true, phone = true).check { Over(state { true }) }

    @Test
    fun `a key that is stored may be left`() =
        Golden("create-key-stored", phone = true).check {
            Over(state(null, NewKeyAction.ToggleStored) { it.shown?.isStored == true })
        }

    @Test
    fun `leaving a key that is not stored asks first`() =
        Golden("create-key-asks", phone = true).check {
            Over(state(null, NewKeyAction.Close) { it.shown?.asking != null })
        }

    @Test
    fun `a key that cannot be made yet waits in the outbox`() =
        Golden("create-key-waits", phone = true).check { Over(waiting()) }

    private fun waiting(): NewKeyState {
        val presenter =
            NewKeyPresenter(
                ScriptedFleet(AS_OF),
                ScriptedActing(makesLater = true),
                ScriptedAccounts(),
                NoClipboard,
                KeyWish("home", "builder"),
                labels,
                { AS_OF },
                scope,
                onClose = {},
            )
        presenter.act(NewKeyAction.Label("builder agent"))
        presenter.act(NewKeyAction.Create)
        return requireNotNull(presenter.state.settled { it?.kept != null })
    }

    private fun replacing(vararg acts: NewKeyAction): NewKeyState {
        val presenter =
            NewKeyPresenter(
                ScriptedFleet(AS_OF),
                ScriptedActing(),
                ScriptedAccounts(),
                NoClipboard,
                KeyWish("home", replaces = true),
                labels,
                { AS_OF },
                scope,
                onClose = {},
            )
        presenter.state.settled { it != null }
        for (act in acts) presenter.act(act)
        return requireNotNull(
            presenter.state.settled { if (acts.isEmpty()) it?.replace != null else it?.shown != null },
        )
    }

    @Test
    fun `replacing the account's key says what that means`() =
        Golden("replace-key", phone = true).check { Over(replacing()) }

    @Test
    fun `the key in its place is shown once`() =
        Golden("replace-key-shown", phone = true).check { Over(replacing(NewKeyAction.Create)) }

    @Test
    fun `whom the key is for`() = Golden("create-key-form", phone = true).check { Over(form()) }

    @Test
    fun `a key that may not create keys`() =
        Golden("create-key-refused", phone = true).check {
            Over(state(CompanionException.Forbidden("keys.provision")) { true })
        }

    @Test
    fun `what the code says is what a scanner reads`() {
        val link = "cachebash://pair?v=1&url=https%3A%2F%2Ffleet.example.org&key=cb_${"0123456789abcdef".repeat(4)}"
        val modules = qrModules(link).map { it.toBooleanArray() }.toTypedArray()
        assertEquals(link, Decoder().decode(modules).text)
    }

    /** Remembers what was copied. */
    private class Copied : KeyClipboard {
        val keys = mutableListOf<String>()

        override fun put(key: Secret) {
            keys += key.reveal
        }

        override fun clear(key: Secret) = Unit
    }

    private fun ComposeUiTest.has(text: String) = onAllNodesWithText(text).fetchSemanticsNodes().isNotEmpty()

    @Test
    fun `the first key of an empty fleet is made by a tap, works, and stays in no file`(
        @TempDir dir: File,
    ) = ServerProcess.start(dir.resolve("server")).use { server ->
        openCompanion(dir.resolve("companion"), MemorySecrets()).use { companion ->
            val owner = checkNotNull(server.ownerKey)
            runBlocking {
                companion.addAccount(NewAccount(server.url, owner, "Home fleet"))
                companion.refresh()
            }
            val copied = Copied()
            runComposeUiTest {
                setContent {
                    CompanionTheme(dark = false, roboto, motion = false) {
                        FleetHost(
                            CompanionFleet(companion),
                            CompanionActing(companion),
                            CompanionAccounts(companion),
                            copied,
                            labels,
                            System::currentTimeMillis,
                        )
                    }
                }
                waitUntil("the empty fleet", PATIENCE) { has("Nobody here yet") }
                onNodeWithText("Create a key").performClick()
                waitUntil("the question", PATIENCE) { has("Allow and go on") }
                onNodeWithText("Allow and go on").performClick()
                waitUntil("the form", PATIENCE) { has("New key") }
                onNode(hasSetTextAction() and hasContentDescription("Program")).performTextInput("builder")
                onNode(hasSetTextAction() and hasContentDescription("What it is for")).performTextInput("builder agent")
                onAllNodesWithText("Create a key")[1].performClick()
                waitUntil("the key", PATIENCE) { has("This key is shown once") }
                onNodeWithText("Copy").performScrollTo().performClick()
                onNodeWithContentDescription("Close").performScrollTo().performClick()
                waitUntil("the question", PATIENCE) { has("Close and lose this key?") }
                onNodeWithText("Keep it open").performClick()
                onNodeWithText("I have stored this key").performScrollTo().performClick()
                onNodeWithText("Done").performScrollTo().performClick()
                waitUntil("the sheet to go", PATIENCE) { !has("This key is shown once") }
            }
            val key = copied.keys.single()
            val session = """{"sessionId":"builder.first-1","name":"First","status":"First","state":"working"}"""
            Agent(server.url, key).call("POST", "/v1/sessions", Json.parseToJsonElement(session))
            val files =
                dir
                    .resolve("companion")
                    .walk()
                    .filter { it.isFile }
                    .toList()
            assertTrue(files.isNotEmpty())
            assertEquals(emptyList<File>(), files.filter { key in it.readText(Charsets.ISO_8859_1) })
        }
    }

    private companion object {
        const val PATIENCE = 20_000L
    }
}
