package dev.cachebash.ui.pairing

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.pairing.LegendState
import dev.cachebash.presentation.pairing.PairingAction
import dev.cachebash.presentation.pairing.PairingState
import dev.cachebash.presentation.pairing.PairingStep
import dev.cachebash.ui.part.Field
import dev.cachebash.ui.part.Trouble
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.ShapeSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong

/** The first screen: what this is for, the shapes as legend, and the ways in. */
@Composable
fun FirstRunScreen(
    state: PairingState,
    onAction: (PairingAction) -> Unit,
    modifier: Modifier = Modifier,
) {
    Column(
        modifier
            .fillMaxSize()
            .background(Look.colours.canvas)
            .imePadding()
            .padding(horizontal = Space.xl),
    ) {
        Column(Modifier.weight(1f).verticalScroll(rememberScrollState()).padding(vertical = Space.xxl)) {
            Words(state.title, Look.type.display, Modifier.semantics { heading() })
            Column(Modifier.padding(top = Space.xxl)) { for (entry in state.legend) Entry(entry) }
        }
        Words(state.promise, Look.type.support, Modifier.padding(bottom = Space.l), Look.colours.ink2)
        state.trouble?.let { Trouble(it) }
        Column(Modifier.fillMaxWidth().padding(bottom = Space.xl), Arrangement.spacedBy(Space.m)) {
            when (val step = state.step) {
                is PairingStep.Choosing -> Ways(step, onAction)
                is PairingStep.Pasting -> Pasting(step, onAction)
                is PairingStep.Confirming -> Confirming(step, onAction)
            }
        }
    }
}

@Composable
private fun Entry(entry: LegendState) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = 44.dp).semantics(mergeDescendants = true) {},
        verticalAlignment = Alignment.CenterVertically,
    ) {
        ShapeSign(entry.shape, size = 24.dp)
        Spacer(Modifier.width(Space.s))
        if (Look.large) {
            Column(Modifier.padding(vertical = Space.xs)) { WordAndMeaning(entry) }
        } else {
            WordAndMeaning(entry, Modifier.width(WORD))
        }
    }
}

private val WORD = 92.dp

@Composable
private fun WordAndMeaning(
    entry: LegendState,
    modifier: Modifier = Modifier,
) {
    Words(entry.word, Look.type.body.strong(), modifier)
    Words(entry.meaning, Look.type.support, colour = Look.colours.ink2)
}

@Composable
private fun Ways(
    step: PairingStep.Choosing,
    onAction: (PairingAction) -> Unit,
) {
    step.scan?.let { WideButton(it, { onAction(PairingAction.Scan) }, weight = ButtonWeight.Filled, icon = Icon.Code) }
    val weight = if (step.scan == null) ButtonWeight.Filled else ButtonWeight.Tonal
    WideButton(step.paste, { onAction(PairingAction.Paste) }, weight = weight, icon = Icon.Paste)
    Words(step.aside, Look.type.support, colour = Look.colours.ink3)
}

@Composable
private fun Pasting(
    step: PairingStep.Pasting,
    onAction: (PairingAction) -> Unit,
) {
    Field(step.field, { onAction(PairingAction.Write(it)) })
    WideButton(step.goOn, { onAction(PairingAction.GoOn) }, Modifier, ButtonWeight.Filled, step.ready)
    WideButton(step.cancel, { onAction(PairingAction.Cancel) })
}

/** Names the server before anything is sent to it. */
@Composable
private fun Confirming(
    step: PairingStep.Confirming,
    onAction: (PairingAction) -> Unit,
) {
    Words(step.question, Look.type.head)
    WideButton(step.connect, { onAction(PairingAction.Connect) }, Modifier, ButtonWeight.Filled, !step.connecting)
    WideButton(step.cancel, { onAction(PairingAction.Cancel) }, enabled = !step.connecting)
}
