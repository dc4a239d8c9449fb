package dev.cachebash.ui.draft

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.draw.drawBehind
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.draft.DraftAction
import dev.cachebash.presentation.draft.DraftSign
import dev.cachebash.presentation.draft.DraftState
import dev.cachebash.presentation.draft.OptionState
import dev.cachebash.presentation.draft.TargetState
import dev.cachebash.presentation.draft.TargetsState
import dev.cachebash.ui.part.AgentWords
import dev.cachebash.ui.part.Field
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.Note
import dev.cachebash.ui.part.Sheet
import dev.cachebash.ui.part.Trouble
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong

/** Where an answer, a reply or a message is written; or, before the first act, whether this device may act at all. */
@Composable
fun DraftSheet(
    state: DraftState,
    onAction: (DraftAction) -> Unit,
) {
    val allow = state.allow
    if (allow != null) {
        AllowSheet(allow, { onAction(DraftAction.Allow) }, { onAction(DraftAction.Close) })
        return
    }
    Sheet(state.aside, state.title, state.close, { onAction(DraftAction.Close) }) {
        state.context?.let { AgentWords(it, Look.type.support, Modifier.padding(top = Space.s), Look.colours.ink2) }
        state.quote?.let { Quote(it) }
        state.targets?.let { Targets(it, onAction) }
        if (state.options.isNotEmpty()) Options(state.options, onAction)
        Field(state.field, { onAction(DraftAction.Write(it)) })
        Note(state.note.sign.icon, state.note.title, state.note.text, Modifier.padding(top = Space.s))
        state.trouble?.let { Trouble(it) }
        WideButton(
            state.send,
            { onAction(DraftAction.Send) },
            Modifier.padding(top = Space.m),
            ButtonWeight.Filled,
            state.sendable,
        )
    }
}

private val DraftSign.icon: Icon
    get() =
        when (this) {
            DraftSign.Goes -> Icon.Outbox
            DraftSign.Waits -> Icon.Clock
        }

/** The agent's own words, beside a bar where reading begins. */
@Composable
private fun Quote(text: String) {
    val bar = Look.colours.outline
    val mirrored = LocalLayoutDirection.current == LayoutDirection.Rtl
    Box(
        Modifier
            .padding(top = Space.m)
            .fillMaxWidth()
            .drawBehind {
                val x = if (mirrored) size.width - 1.5.dp.toPx() else 1.5.dp.toPx()
                drawLine(bar, Offset(x, 0f), Offset(x, size.height), 3.dp.toPx())
            }.padding(start = 15.dp),
    ) { AgentWords(text, Look.type.body, colour = Look.colours.ink2) }
}

@Composable
private fun Options(
    options: List<OptionState>,
    onAction: (DraftAction) -> Unit,
) {
    Column(Modifier.padding(top = Space.xs).selectableGroup()) {
        options.forEachIndexed { n, option -> Option(option) { onAction(DraftAction.Choose(n)) } }
    }
}

@Composable
private fun Option(
    option: OptionState,
    onChoose: () -> Unit,
) {
    val corner = RoundedCornerShape(16.dp)
    Row(
        Modifier
            .padding(top = Space.s)
            .fillMaxWidth()
            .clip(corner)
            .border(1.5.dp, if (option.chosen) Look.colours.ink else Look.colours.line, corner)
            .selectable(option.chosen, role = Role.RadioButton, onClick = onChoose)
            .heightIn(min = 56.dp)
            .padding(14.dp),
        Arrangement.spacedBy(Space.m),
        Alignment.CenterVertically,
    ) {
        val ring = if (option.chosen) 7.dp else 2.dp
        Box(
            Modifier
                .size(
                    22.dp,
                ).border(ring, if (option.chosen) Look.colours.ink else Look.colours.outline, CircleShape),
        )
        AgentWords(option.text, Look.type.body.strong())
    }
}

/** The programs and groups a message may go to. */
@Composable
private fun Targets(
    targets: TargetsState,
    onAction: (DraftAction) -> Unit,
) {
    Words(targets.label, Look.type.label, Modifier.padding(top = Space.l, bottom = 2.dp), Look.colours.ink2)
    FlowRow(Modifier.selectableGroup(), Arrangement.spacedBy(Space.s)) {
        for (target in targets.targets) Target(target) { onAction(DraftAction.Address(target.name)) }
    }
}

@Composable
private fun Target(
    target: TargetState,
    onChoose: () -> Unit,
) {
    val round = RoundedCornerShape(percent = 50)
    Box(
        Modifier
            .heightIn(min = Space.target)
            .selectable(target.chosen, role = Role.RadioButton, onClick = onChoose),
        Alignment.Center,
    ) {
        Box(
            Modifier
                .background(if (target.chosen) Look.colours.ink else Look.colours.sunken, round)
                .heightIn(min = 36.dp)
                .padding(horizontal = 14.dp),
            Alignment.Center,
        ) {
            Name(target.name, Look.type.support, colour = if (target.chosen) Look.colours.onInk else Look.colours.ink2)
        }
    }
}
