package dev.cachebash.presentation

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.NewAccount
import dev.cachebash.ffi.Notice
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.Source
import dev.cachebash.presentation.account.OtherKey
import dev.cachebash.presentation.account.OtherKeyAction
import dev.cachebash.presentation.account.OtherKeyPresenter
import dev.cachebash.presentation.account.OtherKeyState
import dev.cachebash.presentation.account.OtherKeyStep
import dev.cachebash.presentation.pairing.PairingScanner
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
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** Another key for an account: it stands beside the account's own, and nothing becomes a second account unasked. */
@OptIn(ExperimentalCoroutinesApi::class)
class OtherKeyPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val accounts = FakeAccounts(ringKey("hash", "Home fleet", own = true))
    private val fleet = FakeFleet(overview())
    private var closed = 0

    private fun link(server: String) = "cachebash://pair?v=1&url=$server&key=$RAW_KEY&program=builder"

    private fun TestScope.presenter(scanner: PairingScanner? = null) =
        OtherKeyPresenter(fleet, accounts, OtherKey("home", "builder"), scanner, labels, backgroundScope) { closed++ }

    private fun TestScope.states(presenter: OtherKeyPresenter): List<OtherKeyState?> {
        val seen = mutableListOf<OtherKeyState?>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    private fun TestScope.uses(
        presenter: OtherKeyPresenter,
        text: String,
    ) {
        presenter.act(OtherKeyAction.Write(text))
        presenter.act(OtherKeyAction.Use)
        runCurrent()
    }

    private val List<OtherKeyState?>.pasting get() = assertInstanceOf(OtherKeyStep.Pasting::class.java, last()?.step)
    private val List<OtherKeyState?>.deciding get() = assertInstanceOf(OtherKeyStep.Deciding::class.java, last()?.step)

    @Test
    fun `a bare key joins the ring of the account that is named, and the page is read with it`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            assertEquals("Home fleet, fleet.example.org", states.last()?.aside)
            assertEquals("Use another key", states.last()?.title)
            assertTrue("fleet.example.org" in states.last()?.lead.orEmpty())
            uses(presenter, " $RAW_KEY\n")
            assertEquals(listOf("add to ring of home: $RAW_KEY as null"), accounts.asked)
            assertEquals(0 to 1, closed to fleet.programRefreshes)
            assertEquals("Done", (states.last()?.step as? OtherKeyStep.Kept)?.done)
            presenter.act(OtherKeyAction.Close)
            runCurrent()
            assertEquals("" to 1, states.pasting.text.reveal to closed)
            assertFalse(states.any { RAW_KEY in it.toString() })
        }

    @Test
    fun `a link to the account's server joins its ring, however its address is written`() =
        runTest {
            val same = listOf("https%3A%2F%2Ffleet.example.org", "https%3A%2F%2FFLEET.example.org%3A443%2F")
            for (server in same) uses(presenter().also { states(it) }, link(server))
            assertEquals(List(2) { "add to ring of home: $RAW_KEY as builder" }, accounts.asked)
            assertEquals(emptyList<NewAccount>(), accounts.added)
        }

    @Test
    fun `a link to another server is a new account, which is said before anything is sent`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            for (server in listOf("http%3A%2F%2Ffleet.example.org", "https%3A%2F%2Ffleet.example.org%3A8443")) {
                uses(presenter, link(server))
                assertEquals("Connect as a new account", states.deciding.yes)
            }
            uses(presenter, link("https%3A%2F%2Fhub.example.org"))
            assertEquals(
                "This link is for hub.example.org, not for the server of Home fleet. It can be a new account; " +
                    "nothing was sent so far.",
                states.last()?.lead,
            )
            assertEquals(emptyList<String>(), accounts.asked)

            presenter.act(OtherKeyAction.Back)
            runCurrent()
            assertEquals(link("https%3A%2F%2Fhub.example.org"), states.pasting.text.reveal)
            presenter.act(OtherKeyAction.Use)
            presenter.act(OtherKeyAction.Confirm)
            runCurrent()
            assertEquals(
                listOf("https://hub.example.org" to RAW_KEY),
                accounts.added.map { it.server to it.key },
            )
            assertEquals(listOf("add"), accounts.asked)
            assertEquals(1, closed)
        }

    @Test
    fun `what is refused says why, and what was pasted stays`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            uses(presenter, "hello")
            assertEquals("This is neither a pairing link nor a key.", states.last()?.trouble)
            uses(presenter, RAW_KEY.dropLast(1))
            assertEquals("The key is not complete. Copy it again.", states.last()?.trouble)
            val refusals =
                mapOf(
                    CompanionException.Unauthorized() to "This key is not accepted.",
                    CompanionException.Offline() to "The server cannot be reached.",
                    CompanionException.Storage("s-1") to "This device’s storage failed (reference s-1).",
                )
            for ((refusal, words) in refusals) {
                accounts.refusal = refusal
                uses(presenter, RAW_KEY)
                assertEquals(words, states.last()?.trouble)
                assertEquals(RAW_KEY to true, states.pasting.run { text.reveal to ready })
            }
            accounts.refusal = null
            uses(presenter, OWN_KEY)
            assertEquals("This is the key that Home fleet has already.", states.last()?.trouble)
            assertEquals(0, closed)
        }

    @Test
    fun `another owner's key reads nothing for this account, and may be an account of its own`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            accounts.refusal = CompanionException.Rejected(RejectedReason.NotYours)
            uses(presenter, RAW_KEY)
            assertTrue("another owner" in states.last()?.lead.orEmpty())
            accounts.refusal = null
            presenter.act(OtherKeyAction.Confirm)
            runCurrent()
            assertEquals(listOf("https://fleet.example.org" to null), accounts.added.map { it.server to it.label })
        }

    @Test
    fun `where the account's own key is refused the other takes its place, and the account stays`() =
        runTest {
            fleet.overview.value =
                overview(
                    notice = Notice.KeyRefused(NOW),
                    sources = listOf(source(Source.SESSIONS, cause = Cause.Unauthorized)),
                )
            val presenter = presenter()
            val states = states(presenter)
            assertEquals("Replace key", states.last()?.title)
            assertTrue("All that is kept of the account stays" in states.last()?.lead.orEmpty())
            accounts.refusal = CompanionException.Unauthorized()
            uses(presenter, RAW_KEY)
            assertEquals("This key is not accepted." to RAW_KEY, states.last()?.trouble to states.pasting.text.reveal)
            accounts.refusal = null
            presenter.act(OtherKeyAction.Use)
            runCurrent()
            assertEquals(listOf("replace the key of home by $RAW_KEY"), accounts.asked)
            assertEquals(1 to 1, closed to fleet.refreshes)
        }

    @Test
    fun `nothing is sent twice, and who closes the sheet gives up what is under way`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            accounts.answering = CompletableDeferred()
            uses(presenter, RAW_KEY)
            presenter.act(OtherKeyAction.Use)
            presenter.act(OtherKeyAction.Write("other"))
            runCurrent()
            assertEquals(RAW_KEY to false, states.pasting.run { text.reveal to ready })
            presenter.act(OtherKeyAction.Close)
            runCurrent()
            assertEquals(Triple(1, 1, ""), Triple(closed, accounts.givenUp, states.pasting.text.reveal))
            assertEquals(emptyList<String>(), accounts.asked)
        }

    @Test
    fun `a scanned code is used as a pasted link is`() =
        runTest {
            assertNull(states(presenter()).pasting.scan)
            val presenter = presenter { link("https%3A%2F%2Ffleet.example.org") }
            val states = states(presenter)
            assertEquals("Scan a pairing code", states.pasting.scan)
            presenter.act(OtherKeyAction.Scan)
            runCurrent()
            assertEquals(listOf("add to ring of home: $RAW_KEY as builder"), accounts.asked)
        }

    @Test
    fun `nothing is shown before the account is known`() =
        runTest {
            fleet.overview.value = overview(accounts = emptyList<Account>())
            assertNull(states(presenter()).last())
        }
}
