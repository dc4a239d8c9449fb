@file:OptIn(ExperimentalTestApi::class)

package dev.cachebash.ui

import androidx.compose.foundation.layout.Box
import androidx.compose.runtime.Composable
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertHeightIsAtLeast
import androidx.compose.ui.test.assertWidthIsAtLeast
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.v2.runComposeUiTest
import androidx.compose.ui.unit.dp
import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.Account
import dev.cachebash.ffi.Action
import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.MessageKind
import dev.cachebash.ffi.OutboxLine
import dev.cachebash.ffi.OutboxView
import dev.cachebash.ffi.RingKey
import dev.cachebash.ffi.Source
import dev.cachebash.ffi.SourceReport
import dev.cachebash.ffi.Standing
import dev.cachebash.presentation.OverviewState
import dev.cachebash.presentation.account.AccountsAction
import dev.cachebash.presentation.account.AccountsPresenter
import dev.cachebash.presentation.account.AccountsState
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.account.AccountsSheet
import dev.cachebash.ui.overview.OverviewScreen
import dev.cachebash.ui.theme.CompanionTheme
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** The accounts and their keys beside their kept pictures. */
class AccountsSheetTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val scope = CoroutineScope(Dispatchers.Default + Job())

    private fun may(source: Source) = Ability(source, true, null, AS_OF)

    private fun mayNot(source: Source) = Ability(source, false, "state.read", AS_OF)

    private val ring =
        listOf(
            RingKey(
                "1828ece3" + "0".repeat(56),
                "Home fleet",
                own = true,
                asks = true,
                addedAt = null,
                abilities = listOf(may(Source.SESSIONS), may(Source.MESSAGES), mayNot(Source.PROGRAM_STATE)),
            ),
            RingKey(
                "77aa10b2" + "0".repeat(56),
                "reader",
                own = false,
                asks = true,
                addedAt = AS_OF,
                abilities = listOf(may(Source.PROGRAM_STATE), mayNot(Source.KEYS)),
            ),
            RingKey("c0ffee11" + "0".repeat(56), "builder agent", false, asks = false, AS_OF, emptyList()),
        )
    private val unsent =
        OutboxLine(
            account = "home",
            id = "a-1",
            action = Action.SendMessage("deploy", "Hold the release.", MessageKind.DIRECTIVE, repliesTo = null),
            askedAt = AS_OF,
            delivery = Delivery.Sending,
            mayHaveArrived = false,
            behind = null,
        )
    private val work = Account("work", "https://hub.example.org", "hub.example.org", "hash", writesAllowed = false)

    @AfterEach
    fun end() = scope.cancel()

    private fun state(
        vararg acts: AccountsAction,
        accounts: List<Account> = listOf(HOME),
        refused: Boolean = false,
        ready: (AccountsState) -> Boolean = { true },
    ): AccountsState {
        val sources =
            listOf(
                SourceReport("home", Source.SESSIONS, Standing.FAILED, AS_OF, AS_OF, Cause.Unauthorized, true, false),
            )
        val presenter =
            AccountsPresenter(
                ScriptedFleet(AS_OF, accounts = accounts, sources = if (refused) sources else emptyList()),
                ScriptedActing(OutboxView(listOf(unsent), 0u, accounts, true, AS_OF)),
                ScriptedAccounts(ring),
                labels,
                scope,
                onOtherKey = {},
                onNewKey = {},
                onGone = {},
                onClose = {},
            )
        presenter.state.settled { it != null }
        for (act in acts) presenter.act(act)
        return requireNotNull(presenter.state.settled { it != null && ready(it) })
    }

    @Composable
    private fun Over(state: AccountsState) {
        Box {
            OverviewScreen(OverviewState.Blank.copy(headline = "Nothing needs you", account = "Home fleet"), {})
            AccountsSheet(state, {})
        }
    }

    @Test
    fun `one account with its keys`() = Golden("accounts", phone = true).check { Over(state()) }

    @Test
    fun `one account by night`() = Golden("accounts-dark", dark = true, phone = true).check { Over(state()) }

    @Test
    fun `one account with text one and a half times as large`() =
        Golden("accounts-large", text = 1.5f, phone = true).check { Over(state()) }

    @Test
    fun `two accounts are a line each`() =
        Golden("accounts-two", phone = true).check { Over(state(accounts = listOf(HOME, work))) }

    @Test
    fun `an account whose key is refused asks for another first`() =
        Golden("accounts-refused", phone = true).check { Over(state(refused = true)) }

    @Test
    fun `removing a key says what is lost`() =
        Golden("accounts-remove", phone = true).check {
            Over(state(AccountsAction.RemoveKey(ring[1].hash)) { it.asking != null })
        }

    @Test
    fun `signing out says what is lost`() =
        Golden("accounts-sign-out", phone = true).check {
            Over(state(AccountsAction.SignOut) { it.asking?.warning != null })
        }

    @Test
    fun `every target is large enough for a finger`() =
        runComposeUiTest {
            val state = state()
            setContent { CompanionTheme(dark = false, roboto, motion = false) { AccountsSheet(state, {}) } }
            val targets = onAllNodes(hasClickAction())
            repeat(targets.fetchSemanticsNodes().size) {
                targets[it].assertWidthIsAtLeast(48.dp).assertHeightIsAtLeast(48.dp)
            }
        }
}
