package dev.cachebash.ui.draft

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.draft.AllowState
import dev.cachebash.ui.part.Sheet
import dev.cachebash.ui.part.Trouble
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space

/** Asks once whether this device may act, and says what that means. */
@Composable
internal fun AllowSheet(
    state: AllowState,
    onAllow: () -> Unit,
    onStay: () -> Unit,
) {
    Sheet(state.aside, state.title, state.close, onStay) {
        Words(state.lead, Look.type.body, Modifier.padding(top = Space.s), Look.colours.ink2)
        Column(Modifier.padding(top = Space.m)) {
            for (line in state.may) {
                Row(Modifier.padding(vertical = 6.dp), Arrangement.spacedBy(Space.s), Alignment.CenterVertically) {
                    IconSign(Icon.Check, Look.colours.complete, 20.dp)
                    Words(line, Look.type.body)
                }
            }
        }
        Words(state.foot, Look.type.support, Modifier.padding(top = Space.s), Look.colours.ink2)
        state.trouble?.let { Trouble(it) }
        WideButton(
            state.allow,
            onAllow,
            Modifier.padding(top = Space.l),
            ButtonWeight.Filled,
            enabled = !state.busy,
        )
        WideButton(state.stay, onStay, Modifier.padding(top = Space.m))
    }
}
