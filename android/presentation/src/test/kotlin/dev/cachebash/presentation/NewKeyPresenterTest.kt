package dev.cachebash.presentation

import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.NewKey
import dev.cachebash.presentation.key.KeyClipboard
import dev.cachebash.presentation.key.KeyWish
import dev.cachebash.presentation.key.NewKeyAction
import dev.cachebash.presentation.key.NewKeyPresenter
import dev.cachebash.presentation.key.NewKeyState
import dev.cachebash.presentation.key.Secret
import dev.cachebash.presentation.key.ShownKeyState
import dev.cachebash.presentation.words.Labels
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** A key from the wish for it until the person has stored it. */
@OptIn(ExperimentalCoroutinesApi::class)
class NewKeyPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val acting = FakeActing()
    private val accounts = FakeAccounts()
    private val clipboard = FakeClipboard()
    private var closed = 0

    /** Holds what was put last. */
    private class FakeClipboard : KeyClipboard {
        var held: String? = null

        override fun put(key: Secret) {
            held = key.reveal
        }

        override fun clear(key: Secret) {
            if (held == key.reveal) held = null
        }
    }

    private fun TestScope.presenter(
        allowed: Boolean = true,
        wish: KeyWish = KeyWish("home", "builder"),
    ) = NewKeyPresenter(
        FakeFleet(overview(accounts = listOf(account(writesAllowed = allowed)))),
        acting,
        accounts,
        clipboard,
        wish,
        labels,
        { NOW + testScheduler.currentTime },
        backgroundScope,
    ) { closed++ }

    private fun TestScope.states(presenter: NewKeyPresenter): List<NewKeyState?> {
        val seen = mutableListOf<NewKeyState?>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    private fun List<NewKeyState?>.now(): NewKeyState = requireNotNull(last()) { "nothing is known yet" }

    private fun List<NewKeyState?>.shown(): ShownKeyState = requireNotNull(now().shown) { "no key is shown" }

    /** A key that was just made, and is on the screen. */
    private fun TestScope.made(): Pair<NewKeyPresenter, List<NewKeyState?>> {
        val presenter = presenter()
        val states = states(presenter)
        presenter.act(NewKeyAction.Label("builder agent"))
        presenter.act(NewKeyAction.Create)
        runCurrent()
        return presenter to states
    }

    @Test
    fun `the account's own key is replaced once that was confirmed, and its successor is shown once`() =
        runTest {
            val presenter = presenter(wish = KeyWish("home", replaces = true))
            val states = states(presenter)
            val asks = requireNotNull(states.now().replace)
            assertEquals("Replace the key of Home fleet?" to true, asks.title to asks.replaceable)
            assertEquals(emptyList<String>(), accounts.asked)
            presenter.act(NewKeyAction.Create)
            presenter.act(NewKeyAction.Create)
            runCurrent()
            assertEquals(listOf("rotate home"), accounts.asked)
            val shown = states.shown()
            assertEquals("New key of Home fleet" to RAW_KEY, shown.aside to shown.key.reveal)
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertEquals("This phone goes on with it. Nobody can show it again.", states.shown().asking?.text)
            presenter.act(NewKeyAction.Lose)
            assertEquals(1, closed)
        }

    @Test
    fun `a key is replaced only with the leave to act, and later where the server cannot be reached`() =
        runTest {
            val presenter = presenter(allowed = false, wish = KeyWish("home", replaces = true))
            val states = states(presenter)
            assertNotNull(states.now().allow)
            presenter.act(NewKeyAction.Allow)
            runCurrent()
            accounts.refusal = CompanionException.Forbidden("keys.rotate")
            presenter.act(NewKeyAction.Create)
            runCurrent()
            assertEquals("This key may not do this: keys.rotate is missing.", states.now().replace?.trouble)
            accounts.refusal = null
            accounts.makesLater = true
            presenter.act(NewKeyAction.Create)
            runCurrent()
            assertEquals(
                "Replace key" to "The key of Home fleet is replaced when the server can be reached; the outbox tells.",
                states.now().kept?.run { title to text },
            )
        }

    @Test
    fun `what replaced this phone's own key is not revoked when nobody stores it elsewhere`() =
        runTest {
            val presenter = presenter(wish = KeyWish("home", replaces = true))
            val states = states(presenter)
            presenter.act(NewKeyAction.Create)
            runCurrent()
            assertNotNull(states.shown())
            presenter.act(NewKeyAction.Lose)
            runCurrent()
            assertEquals(emptyList<Pair<String, String>>(), acting.revoked)
            assertEquals(listOf(ActionKey("home", "k-2")), acting.discarded)
        }

    @Test
    fun `a key is made for a program and a purpose, and both must be said`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            assertEquals(
                "builder",
                states
                    .now()
                    .form
                    ?.program
                    ?.text,
            )
            assertEquals(false, states.now().form?.creatable)
            presenter.act(NewKeyAction.Create)
            presenter.act(NewKeyAction.Label(" builder agent "))
            runCurrent()
            assertEquals(true, states.now().form?.creatable)
            presenter.act(NewKeyAction.Create)
            presenter.act(NewKeyAction.Create)
            runCurrent()
            assertEquals(listOf(NewKey("builder", "builder agent")), acting.wanted)
        }

    @Test
    fun `the key is shown with its code, its fingerprint, its likely end and what it cannot do`() =
        runTest {
            val shown = made().second.shown()
            assertEquals("New key for builder", shown.aside)
            assertEquals(RAW_KEY, shown.key.reveal)
            assertEquals(
                "cachebash://pair?v=1&url=https%3A%2F%2Ffleet.example.org&key=$RAW_KEY&program=builder",
                shown.link.reveal,
            )
            assertEquals("Fingerprint 1828 ece3 … 3cf5 9f54", shown.fingerprint)
            assertEquals(
                listOf(
                    "Likely ends on 21 Feb 2027 (90\u202fdays, the usual term)",
                    "This key cannot report sessions: pulse.write is missing",
                ),
                shown.facts,
            )
        }

    @Test
    fun b33_closing_the_shown_once_dialog_asks_first() =
        runTest {
            val (presenter, states) = made()
            assertEquals("Closing before that asks first", states.shown().hint)
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertEquals("Close and lose this key?", states.shown().asking?.title)
            assertEquals(0, closed)

            presenter.act(NewKeyAction.Keep)
            runCurrent()
            assertNull(states.shown().asking)
            assertEquals(RAW_KEY, states.shown().key.reveal)

            presenter.act(NewKeyAction.ToggleStored)
            runCurrent()
            assertTrue(states.shown().isStored)
            assertNull(states.shown().hint)
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertEquals(1, closed)
            assertNull(states.now().shown)
        }

    @Test
    fun `whoever says so loses the key, and then it opens nothing`() =
        runTest {
            val (presenter, states) = made()
            presenter.act(NewKeyAction.Close)
            presenter.act(NewKeyAction.Lose)
            runCurrent()
            assertEquals(1, closed)
            assertNotNull(states.now().form)
            assertEquals(listOf("home" to KEY_HASH), acting.revoked)
            assertEquals(listOf(ActionKey("home", "k-1")), acting.discarded)
        }

    @Test
    fun `what took the place of this phone's own key is shown from the outbox as that, and is not revoked`() =
        runTest {
            val presenter = presenter(wish = KeyWish("home", replaces = true, line = "k-8"))
            val states = states(presenter)
            assertEquals(emptyList<String>() to listOf(ActionKey("home", "k-8")), accounts.asked to acting.shown)
            assertEquals("New key of Home fleet" to RAW_KEY, states.shown().run { aside to key.reveal })
            presenter.act(NewKeyAction.Close)
            presenter.act(NewKeyAction.Lose)
            runCurrent()
            assertEquals(listOf(ActionKey("home", "k-8")) to emptyList<Any>(), acting.discarded to acting.revoked)
        }

    @Test
    fun `a key that the secret store does not give stays in the outbox, and nothing can be made in its sheet`() =
        runTest {
            acting.refusal = CompanionException.Storage("disk-1")
            val presenter = presenter(wish = KeyWish("home", line = "k-7"))
            val states = states(presenter)
            assertEquals("This device’s storage failed (reference disk-1).", states.now().kept?.text)
            acting.refusal = null
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertEquals(1 to emptyList<ActionKey>(), closed to acting.discarded)
        }

    @Test
    fun `a key that cannot be revoked now stays in the outbox`() =
        runTest {
            val (presenter, _) = made()
            acting.refusal = CompanionException.Storage("disk-1")
            presenter.act(NewKeyAction.Lose)
            runCurrent()
            assertEquals(emptyList<ActionKey>(), acting.discarded)
        }

    @Test
    fun `a key that is stored leaves the outbox`() =
        runTest {
            val (presenter, _) = made()
            presenter.act(NewKeyAction.ToggleStored)
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertEquals(listOf(ActionKey("home", "k-1")), acting.discarded)
            assertEquals(emptyList<Pair<String, String>>(), acting.revoked)
        }

    @Test
    fun `a key of the outbox is shown until it is stored`() =
        runTest {
            val presenter = presenter(wish = KeyWish("home", line = "k-7"))
            val states = states(presenter)
            assertEquals("New key for scribe" to RAW_KEY, states.shown().run { aside to key.reveal })
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertNotNull(states.shown().asking)
            presenter.act(NewKeyAction.ToggleStored)
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertEquals(listOf(ActionKey("home", "k-7")) to 1, acting.discarded to closed)
        }

    @Test
    fun `what was ticked by mistake is taken back`() =
        runTest {
            val (presenter, states) = made()
            presenter.act(NewKeyAction.ToggleStored)
            presenter.act(NewKeyAction.ToggleStored)
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertNotNull(states.shown().asking)
            assertEquals(0, closed)
        }

    @Test
    fun `a copied key leaves the clipboard after a minute, also when the sheet is gone`() =
        runTest {
            val (presenter, _) = made()
            presenter.act(NewKeyAction.Copy)
            assertEquals(RAW_KEY, clipboard.held)
            advanceTimeBy(30_000)
            presenter.act(NewKeyAction.Copy)
            presenter.act(NewKeyAction.ToggleStored)
            presenter.act(NewKeyAction.Close)
            advanceTimeBy(59_999)
            assertEquals(RAW_KEY, clipboard.held)
            advanceTimeBy(2)
            assertNull(clipboard.held)
        }

    @Test
    fun `something else on the clipboard is left there`() =
        runTest {
            val (presenter, _) = made()
            presenter.act(NewKeyAction.Copy)
            clipboard.held = "a shopping list"
            advanceTimeBy(60_001)
            assertEquals("a shopping list", clipboard.held)
        }

    @Test
    fun `a key without the grant is told so, and it is no error`() =
        runTest {
            acting.refusal = CompanionException.Forbidden("keys.provision")
            val refused = requireNotNull(made().second.now().refused)
            assertEquals("This key may not create keys", refused.locked.title)
            assertEquals(
                "Creating keys needs keys.provision. Whoever made this key can make one that has it.",
                refused.locked.cause,
            )
        }

    @Test
    fun `a key that cannot be made yet waits, and the sheet says so`() =
        runTest {
            acting.makesLater = true
            val (presenter, states) = made()
            assertEquals(
                "It is kept in the outbox and made when the server can be reached. Then the outbox shows the key.",
                states.now().kept?.text,
            )
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertEquals(1 to emptyList<ActionKey>(), closed to acting.discarded)
        }

    @Test
    fun `leave is asked for before the first key, and again where it was taken back`() =
        runTest {
            val presenter = presenter(allowed = false)
            val states = states(presenter)
            assertNotNull(states.now().allow)
            presenter.act(NewKeyAction.Allow)
            runCurrent()
            assertEquals(listOf("home"), acting.allowed)
            presenter.act(NewKeyAction.Label("builder agent"))
            acting.refusal = CompanionException.ReadOnly()
            presenter.act(NewKeyAction.Create)
            runCurrent()
            assertNotNull(states.now().allow)
            acting.refusal = null
            presenter.act(NewKeyAction.Allow)
            runCurrent()
            assertEquals(
                "builder agent",
                states
                    .now()
                    .form
                    ?.label
                    ?.text,
            )
        }

    @Test
    fun `closing while the key is being made leaves the wish in the outbox`() =
        runTest {
            acting.answering = CompletableDeferred()
            val (presenter, states) = made()
            assertFalse(requireNotNull(states.now().form).creatable)
            presenter.act(NewKeyAction.Close)
            runCurrent()
            assertEquals(1, closed)
            assertEquals(emptyList<ActionKey>() to emptyList<Any>(), acting.discarded to acting.revoked)
        }

    @Test
    fun `no state prints the key`() =
        runTest {
            val states = made().second
            assertFalse(states.joinToString().contains("0123456789abcdef"))
        }
}
