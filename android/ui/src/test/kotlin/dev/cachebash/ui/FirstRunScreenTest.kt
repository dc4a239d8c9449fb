@file:OptIn(ExperimentalTestApi::class)

package dev.cachebash.ui

import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertHeightIsAtLeast
import androidx.compose.ui.test.assertWidthIsAtLeast
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.v2.runComposeUiTest
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.pairing.PairingAction
import dev.cachebash.presentation.pairing.PairingPresenter
import dev.cachebash.presentation.pairing.PairingState
import dev.cachebash.presentation.pairing.PairingStep
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.pairing.FirstRunScreen
import dev.cachebash.ui.theme.CompanionTheme
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** The first run beside its kept pictures. */
class FirstRunScreenTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val scope = CoroutineScope(Dispatchers.Default + Job())

    @AfterEach
    fun end() = scope.cancel()

    private fun presenter() = PairingPresenter(ScriptedAccounts(), { null }, labels, scope)

    private fun choosing(): PairingState = presenter().state.settled { it.step is PairingStep.Choosing }

    private fun pasting(text: String = ""): PairingState {
        val presenter = presenter()
        presenter.act(PairingAction.Paste)
        presenter.act(PairingAction.Write(text))
        presenter.act(PairingAction.GoOn)
        return presenter.state.settled { it.step is PairingStep.Pasting && (it.trouble != null || text.isEmpty()) }
    }

    private fun confirming(): PairingState {
        val presenter = presenter()
        presenter.act(PairingAction.Paste)
        presenter.act(PairingAction.Write("cb_" + "0123456789abcdef".repeat(4)))
        presenter.act(PairingAction.GoOn)
        return presenter.state.settled { it.step is PairingStep.Confirming }
    }

    @Test
    fun `the shapes are told before there is a fleet`() =
        Golden("first-run", phone = true).check { FirstRunScreen(choosing(), {}) }

    @Test
    fun `the first run by night`() =
        Golden("first-run-dark", dark = true, phone = true).check { FirstRunScreen(choosing(), {}) }

    @Test
    fun `the first run with text one and a half times as large`() =
        Golden("first-run-large", text = 1.5f, phone = true).check { FirstRunScreen(choosing(), {}) }

    @Test
    fun `what was pasted is no pairing`() =
        Golden("first-run-paste", phone = true).check { FirstRunScreen(pasting("hello"), {}) }

    @Test
    fun `a bare key names the public server before anything is sent`() =
        Golden("first-run-confirm", phone = true).check { FirstRunScreen(confirming(), {}) }

    @Test
    fun `what is pasted and pressed is passed on, and every target is large enough`() =
        runComposeUiTest {
            val done = mutableListOf<PairingAction>()
            val state = pasting().let { it.copy(step = (it.step as PairingStep.Pasting).copy(ready = true)) }
            setContent {
                CompanionTheme(
                    dark = false,
                    roboto,
                    motion = false,
                ) { FirstRunScreen(state, { done += it }) }
            }
            val targets = onAllNodes(hasClickAction())
            repeat(targets.fetchSemanticsNodes().size) {
                targets[it].assertWidthIsAtLeast(48.dp).assertHeightIsAtLeast(48.dp)
            }
            onNode(hasSetTextAction()).performTextInput("cachebash://pair")
            onNodeWithText("Continue").performClick()
            onNodeWithText("Cancel").performClick()
            assertEquals("cachebash://pair", done.filterIsInstance<PairingAction.Write>().single().text)
            assertEquals(listOf(PairingAction.GoOn, PairingAction.Cancel), done.drop(1))
        }
}
