package dev.cachebash.presentation

import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.NewAccount
import dev.cachebash.presentation.pairing.PairingAction
import dev.cachebash.presentation.pairing.PairingPresenter
import dev.cachebash.presentation.pairing.PairingScanner
import dev.cachebash.presentation.pairing.PairingState
import dev.cachebash.presentation.pairing.PairingStep
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
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** The first run: nothing goes out before the server was named and confirmed. */
@OptIn(ExperimentalCoroutinesApi::class)
class PairingPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val accounts = FakeAccounts()
    private val link = "cachebash://pair?v=1&url=https%3A%2F%2Ffleet.example.org&key=$RAW_KEY"

    private fun TestScope.presenter(scanner: PairingScanner? = null) =
        PairingPresenter(accounts, scanner, labels, backgroundScope)

    private fun TestScope.states(presenter: PairingPresenter): List<PairingState> {
        val seen = mutableListOf<PairingState>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    private fun TestScope.pastes(
        presenter: PairingPresenter,
        text: String,
    ) {
        presenter.act(PairingAction.Paste)
        presenter.act(PairingAction.Write(text))
        presenter.act(PairingAction.GoOn)
        runCurrent()
    }

    @Test
    fun `a pasted link is named first, and only a tap sends its key`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            pastes(presenter, " $link\n")
            val step = assertInstanceOf(PairingStep.Confirming::class.java, states.last().step)
            assertEquals("Connect to fleet.example.org?", step.question)
            assertEquals(emptyList<NewAccount>(), accounts.added)
            presenter.act(PairingAction.Connect)
            runCurrent()
            assertEquals(listOf("https://fleet.example.org" to RAW_KEY), accounts.added.map { it.server to it.key })
            assertFalse(states.any { RAW_KEY in it.toString() })
        }

    @Test
    fun `while the server is asked nothing is sent twice, and a failure asks again without pasting again`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            pastes(presenter, link)
            accounts.answering = CompletableDeferred()
            accounts.refusal = CompanionException.Offline()
            presenter.act(PairingAction.Connect)
            presenter.act(PairingAction.Connect)
            presenter.act(PairingAction.Cancel)
            runCurrent()
            assertEquals(true, (states.last().step as PairingStep.Confirming).connecting)
            accounts.answering.complete(Unit)
            runCurrent()
            assertEquals("The server cannot be reached.", states.last().trouble)
            accounts.refusal = null
            presenter.act(PairingAction.Connect)
            runCurrent()
            assertEquals(1, accounts.added.size)
            assertNull(states.last().trouble)
        }

    @Test
    fun `what is no pairing says what is wrong with it, and cancelling forgets all`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            val wrong =
                mapOf(
                    "hello" to "This is neither a pairing link nor a key.",
                    link.replace("v=1", "v=2") to "This code is for a newer app.",
                    link.dropLast(1) to "The key is not complete. Copy it again.",
                    "$link&key=$RAW_KEY" to "This link is damaged. Copy it again.",
                    link.replace("https%3A", "ftp%3A") to "The address in this link cannot be used.",
                )
            assertEquals(
                wrong,
                wrong.mapValues { (text, _) ->
                    pastes(presenter, text)
                    states.last().trouble
                },
            )
            presenter.act(PairingAction.Cancel)
            presenter.act(PairingAction.GoOn)
            presenter.act(PairingAction.Connect)
            runCurrent()
            assertInstanceOf(PairingStep.Choosing::class.java, states.last().step)
            assertEquals(emptyList<NewAccount>(), accounts.added)
        }

    @Test
    fun `a code is scanned where there is a camera, and one who gives up is where they were`() =
        runTest {
            assertNull((states(presenter()).last().step as PairingStep.Choosing).scan)
            var says: String? = null
            val presenter = presenter { says }
            val states = states(presenter)
            assertEquals("Scan a pairing code", (states.last().step as PairingStep.Choosing).scan)
            presenter.act(PairingAction.Scan)
            runCurrent()
            assertInstanceOf(PairingStep.Choosing::class.java, states.last().step)
            says = link
            presenter.act(PairingAction.Scan)
            runCurrent()
            assertInstanceOf(PairingStep.Confirming::class.java, states.last().step)
        }

    @Test
    fun `the shapes are explained before there is a fleet`() =
        runTest {
            val state = states(presenter()).last()
            assertEquals(
                listOf("Blocked", "Working", "Stalled", "Silent", "Pinned", "Complete"),
                state.legend.map { it.word },
            )
            assertEquals("This phone only reads, until you allow it to act.", state.promise)
        }
}
