package dev.cachebash.ui.account

import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.key
import androidx.compose.ui.Modifier
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.FieldState
import dev.cachebash.presentation.account.OtherKeyAction
import dev.cachebash.presentation.account.OtherKeyState
import dev.cachebash.presentation.account.OtherKeyStep
import dev.cachebash.ui.part.Field
import dev.cachebash.ui.part.Sheet
import dev.cachebash.ui.part.Trouble
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space

/** Where another key is given for an account, and where it is asked what to do with one that cannot stand beside its own. */
@Composable
fun OtherKeySheet(
    state: OtherKeyState,
    onAction: (OtherKeyAction) -> Unit,
) {
    Sheet(state.aside, state.title, state.close, { onAction(OtherKeyAction.Close) }) {
        Words(state.lead, Look.type.body, Modifier.padding(top = Space.s), Look.colours.ink2)
        when (val step = state.step) {
            is OtherKeyStep.Pasting -> Pasting(step, state.trouble, onAction)
            is OtherKeyStep.Deciding -> Deciding(step, state.trouble, onAction)
            is OtherKeyStep.Kept -> Kept(step) { onAction(OtherKeyAction.Close) }
        }
    }
}

@Composable
private fun Pasting(
    step: OtherKeyStep.Pasting,
    trouble: String?,
    onAction: (OtherKeyAction) -> Unit,
) {
    val field = FieldState(step.label, step.text.reveal, count = "", tooLong = false)
    key(step.scanned) { Field(field, { onAction(OtherKeyAction.Write(it)) }) }
    trouble?.let { Trouble(it) }
    WideButton(
        step.use,
        { onAction(OtherKeyAction.Use) },
        Modifier.padding(top = Space.m),
        ButtonWeight.Filled,
        step.ready,
        Icon.Key,
    )
    step.scan?.let {
        WideButton(it, { onAction(OtherKeyAction.Scan) }, Modifier.padding(top = Space.m), icon = Icon.Code)
    }
}

@Composable
private fun Kept(
    step: OtherKeyStep.Kept,
    onDone: () -> Unit,
) {
    WideButton(step.done, onDone, Modifier.padding(top = Space.l), ButtonWeight.Filled)
}

@Composable
private fun Deciding(
    step: OtherKeyStep.Deciding,
    trouble: String?,
    onAction: (OtherKeyAction) -> Unit,
) {
    trouble?.let { Trouble(it) }
    WideButton(
        step.yes,
        { onAction(OtherKeyAction.Confirm) },
        Modifier.padding(top = Space.l),
        ButtonWeight.Filled,
        !step.busy,
    )
    WideButton(step.back, { onAction(OtherKeyAction.Back) }, Modifier.padding(top = Space.m), enabled = !step.busy)
}
