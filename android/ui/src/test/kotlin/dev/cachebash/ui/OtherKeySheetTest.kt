package dev.cachebash.ui

import androidx.compose.foundation.layout.Box
import androidx.compose.runtime.Composable
import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.RingKey
import dev.cachebash.ffi.Source
import dev.cachebash.ffi.SourceReport
import dev.cachebash.ffi.Standing
import dev.cachebash.presentation.NoticeKind
import dev.cachebash.presentation.NoticeState
import dev.cachebash.presentation.ProgramState
import dev.cachebash.presentation.account.OtherKey
import dev.cachebash.presentation.account.OtherKeyAction
import dev.cachebash.presentation.account.OtherKeyPresenter
import dev.cachebash.presentation.account.OtherKeyState
import dev.cachebash.presentation.account.OtherKeyStep
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.account.OtherKeySheet
import dev.cachebash.ui.program.ProgramScreen
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** The sheet in which another key is used, beside its kept pictures. */
class OtherKeySheetTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val scope = CoroutineScope(Dispatchers.Default + Job())
    private val key = "cb_" + "0123456789abcdef".repeat(4)
    private val refusal =
        SourceReport("home", Source.SESSIONS, Standing.FAILED, AS_OF, AS_OF, Cause.Unauthorized, true, false)

    @AfterEach
    fun end() = scope.cancel()

    private fun state(
        text: String = "",
        refused: Boolean = false,
        ring: List<RingKey> = emptyList(),
        ready: (OtherKeyState) -> Boolean = { true },
    ): OtherKeyState {
        val presenter =
            OtherKeyPresenter(
                ScriptedFleet(AS_OF, sources = listOfNotNull(refusal.takeIf { refused })),
                ScriptedAccounts(ring),
                OtherKey("home", "builder"),
                { null },
                labels,
                scope,
                onClose = {},
            )
        presenter.state.settled { it != null }
        presenter.act(OtherKeyAction.Write(text))
        if (!refused) presenter.act(OtherKeyAction.Use)
        return requireNotNull(presenter.state.settled { it != null && ready(it) })
    }

    private val OtherKeyState.isDeciding get() = step is OtherKeyStep.Deciding

    private val OtherKeyState.isReady get() = (step as? OtherKeyStep.Pasting)?.ready == true

    @Composable
    private fun Over(
        state: OtherKeyState,
        refused: Boolean = false,
    ) {
        val bar =
            NoticeState(
                NoticeKind.KeyRefused,
                "This key is no longer accepted · as of 14:02",
                labels.text("replace_key"),
            )
        Box {
            ProgramScreen(ProgramState.blank("builder", "Back").copy(notice = bar.takeIf { refused }), {})
            OtherKeySheet(state, {})
        }
    }

    private fun wrong() = state("hello") { it.trouble != null }

    @Test
    fun `a key for the account is asked for`() = Golden("other-key", phone = true).check { Over(state()) }

    @Test
    fun `what was pasted stays when it is no key, by night`() =
        Golden("other-key-dark", dark = true, phone = true).check { Over(wrong()) }

    @Test
    fun `the sheet with text one and a half times as large`() =
        Golden("other-key-large", text = 1.5f, phone = true).check { Over(wrong()) }

    @Test
    fun `a link to another server says that it makes a new account`() =
        Golden("other-key-elsewhere", phone = true).check {
            Over(state("cachebash://pair?v=1&url=https%3A%2F%2Fhub.example.org&key=$key") { it.isDeciding })
        }

    @Test
    fun `another owner's key cannot stand beside the account's own`() =
        Golden("other-key-owner", phone = true).check { Over(state(key) { it.isDeciding }) }

    @Test
    fun `a key that joined the account says what it is for`() =
        Golden("other-key-kept", phone = true).check {
            val reader = RingKey("77aa10b2", "reader", own = false, asks = true, AS_OF, emptyList())
            Over(state(key, ring = listOf(reader)) { it.step is OtherKeyStep.Kept })
        }

    @Test
    fun `replacing a refused key says that the account stays`() =
        Golden("other-key-replace", phone = true).check {
            Over(state(key, refused = true) { it.isReady }, refused = true)
        }
}
