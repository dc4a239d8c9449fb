package dev.cachebash.presentation

import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.Source
import dev.cachebash.presentation.account.AccountLineState
import dev.cachebash.presentation.account.AccountState
import dev.cachebash.presentation.account.AccountsAction
import dev.cachebash.presentation.account.AccountsPresenter
import dev.cachebash.presentation.account.AccountsState
import dev.cachebash.presentation.account.OtherKey
import dev.cachebash.presentation.key.KeyWish
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
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** The accounts on this device: their keys, the leave to act taken back, and the ways out. */
@OptIn(ExperimentalCoroutinesApi::class)
class AccountsPresenterTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val accounts =
        FakeAccounts(
            ringKey(
                "aaaaaaaa11",
                "Home fleet",
                own = true,
                abilities =
                    listOf(
                        Ability(Source.PROGRAM_STATE, false, "state.read", NOW),
                        Ability(Source.SESSIONS, true, null, NOW),
                    ),
            ),
            ringKey("bbbbbbbb22", "reader"),
            ringKey("cccccccc33", "builder agent", asks = false),
        )
    private val acting =
        FakeActing(
            outbox(
                outboxLine("a", Delivery.Sending),
                outboxLine("b", Delivery.Sending, account = "work"),
                decisions = 0,
            ),
        )
    private val both = listOf(account(writesAllowed = true), account(id = "work", label = "fleet.example.org"))
    private val fleet = FakeFleet(overview(accounts = both))
    private val others = mutableListOf<OtherKey>()
    private val wished = mutableListOf<KeyWish>()
    private val gone = mutableListOf<String>()
    private var closed = 0

    private fun TestScope.presenter() =
        AccountsPresenter(
            fleet,
            acting,
            accounts,
            labels,
            backgroundScope,
            onOtherKey = { others += it },
            onNewKey = { wished += it },
            onGone = {
                gone += it
                fleet.overview.value = overview(accounts = both.filter { account -> account.id !in gone })
            },
            onClose = { closed++ },
        )

    private fun TestScope.states(presenter: AccountsPresenter): List<AccountsState?> {
        val seen = mutableListOf<AccountsState?>()
        backgroundScope.launch(UnconfinedTestDispatcher(testScheduler)) { presenter.state.toList(seen) }
        runCurrent()
        return seen
    }

    private fun TestScope.does(
        presenter: AccountsPresenter,
        vararg actions: AccountsAction,
    ) {
        for (action in actions) presenter.act(action).also { runCurrent() }
    }

    private val List<AccountsState?>.account: AccountState get() = requireNotNull(last()?.account)

    @Test
    fun `each account is a line that says whether this phone acts, and opens to its keys`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            assertEquals(
                listOf(
                    AccountLineState("home", "Home fleet", listOf("fleet.example.org", "This phone may act for you")),
                    AccountLineState("work", "fleet.example.org", listOf("This phone only reads")),
                ),
                states.last()?.lines,
            )
            does(presenter, AccountsAction.Open("home"))
            assertEquals("Home fleet" to "fleet.example.org", states.last()?.run { title to aside })
            assertEquals(
                listOf(
                    Triple("Home fleet", "The account’s own: reads, and sends what you send", null),
                    Triple("reader", "Reads where the account’s own may not", "Remove"),
                    Triple("builder agent", "Only opens what was sealed for it", "Remove"),
                ),
                states.account.keys.map { Triple(it.label, it.use, it.remove) },
            )
            assertEquals(
                listOf("See sessions and progress" to true, "Read program state" to false),
                states.account.keys[0]
                    .rights
                    .map { it.text to it.may },
            )
            assertEquals(
                listOf(null, "What it may read is not known yet", null),
                states.account.keys.map { it.untold },
            )
            does(presenter, AccountsAction.Back)
            assertEquals(2, states.last()?.lines?.size)
        }

    @Test
    fun `a key is removed once that was confirmed, and is gone from the list`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            does(presenter, AccountsAction.Open("home"), AccountsAction.RemoveKey("bbbbbbbb22"))
            assertEquals("Remove reader?", states.last()?.asking?.title)
            does(presenter, AccountsAction.Keep, AccountsAction.Lose)
            assertNull(states.last()?.asking)
            assertEquals(emptyList<String>(), accounts.asked)

            accounts.refusal = CompanionException.Storage("s-1")
            does(presenter, AccountsAction.RemoveKey("bbbbbbbb22"), AccountsAction.Lose)
            assertEquals("This device’s storage failed (reference s-1).", states.last()?.asking?.trouble)
            accounts.refusal = null
            does(presenter, AccountsAction.Lose)
            assertEquals(listOf("remove bbbbbbbb22 from home"), accounts.asked)
            assertNull(states.last()?.asking)
            assertEquals(listOf("Home fleet", "builder agent"), states.account.keys.map { it.label })
        }

    @Test
    fun `the leave to act is taken back, and a failure is said`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            does(presenter, AccountsAction.Open("work"))
            assertNull(states.account.stop)
            does(presenter, AccountsAction.Open("home"))
            assertEquals("Stay read only", states.account.stop)
            accounts.refusal = CompanionException.Storage("s-1")
            does(presenter, AccountsAction.StopActing)
            assertEquals("This device’s storage failed (reference s-1).", states.last()?.trouble)
            accounts.refusal = null
            does(presenter, AccountsAction.StopActing)
            assertEquals(listOf("stop home"), accounts.asked)
            assertNull(states.last()?.trouble)
        }

    @Test
    fun `signing out says what is lost, asks once, and leaves the others`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            does(presenter, AccountsAction.Open("home"), AccountsAction.SignOut)
            val asking = requireNotNull(states.last()?.asking)
            assertEquals("Sign out of Home fleet?", asking.title)
            assertEquals(
                "All of it on this phone is deleted: its programs, their history, messages, drafts and 3 keys. " +
                    "The server keeps its own.",
                asking.text,
            )
            assertEquals("1 in the outbox is not delivered and will be lost.", asking.warning)
            assertEquals(emptyList<String>(), accounts.asked)

            accounts.answering = CompletableDeferred()
            does(presenter, AccountsAction.Lose, AccountsAction.Lose, AccountsAction.Keep)
            assertEquals(true, states.last()?.asking?.busy)
            accounts.answering.complete(Unit)
            runCurrent()
            assertEquals(listOf("sign out home"), accounts.asked)
            assertEquals(listOf("home"), gone)
            assertNull(states.last()?.asking)
            assertEquals("fleet.example.org" to null, states.last()?.run { title to account?.back })
        }

    @Test
    fun `an account that could not be wiped stays and says why`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            accounts.refusal = CompanionException.Suspended()
            does(presenter, AccountsAction.Open("home"), AccountsAction.SignOut, AccountsAction.Lose)
            assertEquals("The companion is suspended.", states.last()?.asking?.trouble)
            assertEquals(emptyList<String>(), gone)
        }

    @Test
    fun `a key is replaced by the server's, and one that is refused by a person's`() =
        runTest {
            val presenter = presenter()
            val states = states(presenter)
            does(presenter, AccountsAction.Open("home"), AccountsAction.ReplaceKey, AccountsAction.UseAnotherKey)
            assertEquals(listOf(KeyWish("home", replaces = true)), wished)
            assertEquals(listOf(OtherKey("home")), others)
            val refused = listOf(source(Source.SESSIONS, cause = Cause.Unauthorized))
            fleet.overview.value = overview(accounts = both, sources = refused)
            runCurrent()
            assertEquals("This key is no longer accepted.", states.account.refused)
            does(presenter, AccountsAction.ReplaceKey)
            assertEquals(1 to 2, wished.size to others.size)
        }

    @Test
    fun `a single account is shown at once, and what was asked about is forgotten with the sheet`() =
        runTest {
            fleet.overview.value = overview(accounts = both.take(1))
            val presenter = presenter()
            val states = states(presenter)
            assertNull(states.account.back)
            does(presenter, AccountsAction.SignOut)
            assertNotNull(states.last()?.asking)
            does(presenter, AccountsAction.Close)
            assertEquals(1 to null, closed to states.last()?.asking)
        }
}
