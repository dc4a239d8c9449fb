@file:OptIn(ExperimentalTestApi::class)

package dev.cachebash.ui

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.assertHeightIsAtLeast
import androidx.compose.ui.test.assertWidthIsAtLeast
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.test.v2.runComposeUiTest
import androidx.compose.ui.unit.dp
import dev.cachebash.ffi.Action
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.MessageKind
import dev.cachebash.ffi.NewKey
import dev.cachebash.ffi.OpenQuestion
import dev.cachebash.ffi.OutboxLine
import dev.cachebash.ffi.OutboxView
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.Setback
import dev.cachebash.presentation.ActionKey
import dev.cachebash.presentation.outbox.OutboxAct
import dev.cachebash.presentation.outbox.OutboxAction
import dev.cachebash.presentation.outbox.OutboxPresenter
import dev.cachebash.presentation.outbox.OutboxState
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.outbox.OutboxScreen
import dev.cachebash.ui.part.Tab
import dev.cachebash.ui.part.TabBar
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.theme.CompanionTheme
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** The outbox beside its kept pictures, and what its buttons say to a finger and to a screen reader. */
class OutboxScreenTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val scope = CoroutineScope(Dispatchers.Default + Job())

    private val task = Action.CreateTask("reviewer", "Check the refresh path before the release", "")
    private val message =
        Action.SendMessage("deploy", "Hold the release until the reviewer is done.", MessageKind.DIRECTIVE, null)
    private val question = OpenQuestion("builder", "Should an expired refresh token answer 401 or 403?", 0u)
    private val reply =
        Action.SendMessage(
            "builder",
            "> ${question.text}\n\nAnswer 401, and name the reason in the body, so that old clients can tell the two " +
                "apart.",
            MessageKind.DIRECTIVE,
            question,
        )
    private val undecided =
        outbox(
            fresh = false,
            decisions = 2,
            line("a", task, "2026-11-23T13:02:10Z", Delivery.Unknown(looked = false)),
            line(
                "b",
                message,
                "2026-11-23T12:51:00Z",
                Delivery.Refused(Setback.Rejected(RejectedReason.UnknownTarget)),
            ),
            line("c", reply, "2026-11-23T13:38:00Z", Delivery.Waiting(null)),
        )
    private val changed =
        outbox(
            fresh = true,
            decisions = 1,
            line(
                "a",
                Action.EditHandOffNotes(
                    "builder",
                    "Signature and audience checks are in and tested. Left: a refresh token that arrives in its last " +
                        "second. Ask me before you touch the rotation job.",
                    "Signature and audience checks are in and tested.",
                ),
                "2026-11-23T14:03:00Z",
                Delivery.NotesChanged(
                    "Signature and audience checks are in and tested. The refresh token of the last second passes " +
                        "now. Left: the key rotation job.",
                ),
            ),
        )

    private val keys =
        outbox(
            fresh = true,
            decisions = 2,
            line(
                "a",
                Action.CreateKey(NewKey("deployer", "Deploys the site"), null),
                "2026-11-23T13:52:00Z",
                Delivery.KeyIssued("77aa10b2"),
            ),
            line(
                "b",
                Action.CreateKey(NewKey("watcher", "Watches the site"), null),
                "2026-11-23T13:55:00Z",
                Delivery.KeyUnseen("77aa10b3"),
            ),
            line(
                "c",
                Action.UpdateSession("builder.auth-7", "On hold until Monday", null, null),
                "2026-11-23T14:01:00Z",
                Delivery.Waiting(null),
            ).copy(renames = true),
        )

    @AfterEach
    fun end() = scope.cancel()

    private fun line(
        id: String,
        action: Action,
        at: String,
        delivery: Delivery,
    ) = OutboxLine("home", id, action, moment(at), delivery, mayHaveArrived = delivery is Delivery.Unknown, null)

    private fun outbox(
        fresh: Boolean,
        decisions: Int,
        vararg lines: OutboxLine,
    ) = OutboxView(lines.toList(), decisions.toUInt(), listOf(HOME), fresh, AS_OF)

    private fun presenter(
        outbox: OutboxView,
        now: Long = AS_OF + THIRTY_SEVEN_MINUTES,
    ) = OutboxPresenter(ScriptedFleet(now, !outbox.fresh), ScriptedActing(outbox), labels, { now }, scope)

    private fun state(
        outbox: OutboxView,
        now: Long = AS_OF + THIRTY_SEVEN_MINUTES,
    ): OutboxState = presenter(outbox, now).state.settled { it.headline != null && (it.notice != null || outbox.fresh) }

    private fun edited(): OutboxState {
        val presenter = presenter(changed, moment("2026-11-23T14:04:00Z"))
        presenter.state.settled { it.lines.isNotEmpty() }
        presenter.act(OutboxAction.Press(ActionKey("home", "a"), OutboxAct.Edit))
        return presenter.state.settled { it.editor != null }
    }

    /** As on a phone: with the bar at its foot. */
    @Composable
    private fun OnPhone(state: OutboxState) {
        Column {
            Box(Modifier.weight(1f)) { OutboxScreen(state, {}) }
            TabBar(listOf(Tab(Icon.Fleet, "Fleet", null, false) {}, Tab(Icon.Outbox, "Outbox", state.badge, true) {}))
        }
    }

    @Test
    fun `the outbox with decisions first, offline`() =
        Golden("outbox", phone = true).check { OnPhone(state(undecided)) }

    @Test
    fun `the outbox by night`() = Golden("outbox-dark", dark = true, phone = true).check { OnPhone(state(undecided)) }

    @Test
    fun `the outbox with text one and a half times as large`() =
        Golden("outbox-large", text = 1.5f).check { OutboxScreen(state(undecided), {}) }

    @Test
    fun `both texts of notes that changed since`() =
        Golden("outbox-changed", phone = true).check { OnPhone(state(changed, moment("2026-11-23T14:04:00Z"))) }

    @Test
    fun `one's own text is edited below the one that is there now`() =
        Golden("outbox-edit", phone = true).check { OutboxScreen(edited(), {}) }

    @Test
    fun `keys that wait for a person, and a session that will be called otherwise`() =
        Golden("outbox-keys", phone = true).check { OnPhone(state(keys, moment("2026-11-23T14:04:00Z"))) }

    @Test
    fun `nothing waits`() = Golden("outbox-empty", phone = true).check { OnPhone(state(outbox(fresh = true, 0))) }

    @Test
    fun `what is written and pressed is passed on, and every target is large enough`() =
        runComposeUiTest {
            val done = mutableListOf<OutboxAction>()
            val state = edited()
            setContent { CompanionTheme(dark = false, roboto, motion = false) { OutboxScreen(state, { done += it }) } }
            val targets = onAllNodes(hasClickAction())
            repeat(targets.fetchSemanticsNodes().size) {
                targets[it].assertWidthIsAtLeast(48.dp).assertHeightIsAtLeast(48.dp)
            }
            onNode(hasSetTextAction()).performTextReplacement("Ask me first.")
            onNodeWithText("Save").performClick()
            onNodeWithContentDescription("Close").performClick()
            assertEquals(OutboxAction.Write(0, "Ask me first."), done.first())
            assertEquals(listOf(OutboxAction.Save, OutboxAction.CloseEditor), done.filter { it !is OutboxAction.Write })
        }

    private companion object {
        const val THIRTY_SEVEN_MINUTES = 37 * 60_000L
    }
}
