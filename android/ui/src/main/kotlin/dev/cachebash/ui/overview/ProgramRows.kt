package dev.cachebash.ui.overview

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.coerceAtLeast
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.RowState
import dev.cachebash.ui.part.AgentWords
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.Panel
import dev.cachebash.ui.part.SmallButton
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.ShapeSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.medium
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** A program that needs a person: a raised card, and no bar. */
@Composable
internal fun NeedsYouCard(
    row: RowState,
    onOpen: () -> Unit,
    modifier: Modifier = Modifier,
    onAnswer: () -> Unit = {},
) {
    val answer = row.answer
    Panel(modifier) {
        Column {
            Spoken(row, onOpen) {
                val foot = if (answer == null) Space.m else 0.dp
                Signed(row, PaddingValues(Space.l, Space.l, Space.l, foot), Look.colours.surface) {
                    NameLine(row)
                    CardText(row)
                    if (answer == null) DetailLine(row, card = true)
                }
            }
            answer?.let { AnswerLine(row, it, onAnswer) }
        }
    }
}

/** What the program asks is its question; what it says of itself is a status. */
@Composable
private fun CardText(row: RowState) {
    val style = if (row.asks == null) Look.type.body else Look.type.head.medium()
    AgentWords(row.status, style, Modifier.padding(top = Space.xs), lines = CARD_LINES)
}

/** Line 3 of a card that can be answered: the button is a target of its own, beside what was said with the row already. */
@Composable
private fun AnswerLine(
    row: RowState,
    answer: String,
    onAnswer: () -> Unit,
) {
    val margins = Modifier.fillMaxWidth().padding(start = Space.l + 20.dp + Space.m, end = Space.l, bottom = Space.s)
    if (Look.large) {
        Column(margins) {
            Box(Modifier.clearAndSetSemantics {}) { DetailLine(row, card = true) }
            WideButton(answer, onAnswer, Modifier.padding(vertical = Space.s), ButtonWeight.Filled)
        }
    } else {
        Row(margins, Arrangement.spacedBy(Space.s), Alignment.CenterVertically) {
            Box(Modifier.weight(1f).clearAndSetSemantics {}) { DetailLine(row, card = true) }
            SmallButton(answer, onAnswer, weight = ButtonWeight.Filled)
        }
    }
}

/** A program in three lines. */
@Composable
internal fun ProgramRow(
    row: RowState,
    onOpen: () -> Unit,
    modifier: Modifier = Modifier,
) {
    Spoken(row, onOpen, modifier) {
        Signed(row, PaddingValues(horizontal = Space.l, vertical = Space.m), Look.colours.canvas) {
            NameLine(row)
            AgentWords(row.status, Look.type.support, colour = Look.colours.ink2, lines = ROW_LINES)
            DetailLine(row, card = false)
        }
    }
}

/** A program in one line: finished, or quiet. */
@Composable
internal fun ProgramLine(
    row: RowState,
    onOpen: () -> Unit,
    modifier: Modifier = Modifier,
) {
    Spoken(row, onOpen, modifier) {
        Row(
            Modifier.fillMaxWidth().heightIn(min = Space.target).padding(horizontal = Space.l, vertical = 10.dp),
            Arrangement.spacedBy(Space.m),
            Alignment.CenterVertically,
        ) {
            ShapeSign(row.shape)
            if (Look.large) LargeLine(row) else SmallLine(row)
        }
    }
}

@Composable
private fun SmallLine(row: RowState) {
    val small = Look.type.support
    Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(Space.s)) {
        Name(row.name, small.strong())
        AgentWords(row.status, small, Modifier.weight(1f), Look.colours.ink2, 1)
        row.account?.let { Name(it, small, colour = Look.colours.ink3) }
        Age(row)
    }
}

@Composable
private fun LargeLine(row: RowState) {
    Column(Modifier.fillMaxWidth()) {
        Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(Space.s)) {
            Box(Modifier.weight(1f)) { Name(row.name, Look.type.support.strong()) }
            Age(row)
        }
        AgentWords(row.status, Look.type.support, colour = Look.colours.ink2)
        row.account?.let { Words(it, Look.type.support.tabular(), colour = Look.colours.ink3) }
    }
}

/** The sign, centred on the first line of what stands beside it. */
@Composable
private fun Signed(
    row: RowState,
    padding: PaddingValues,
    ground: Color,
    content: @Composable () -> Unit,
) {
    Row(Modifier.fillMaxWidth().heightIn(min = Space.target).padding(padding)) {
        val down = with(LocalDensity.current) { ((24.sp.toDp() - 20.dp) / 2).coerceAtLeast(0.dp) }
        ShapeSign(row.shape, Modifier.padding(top = down), turns = row.turns, ground = ground)
        Spacer(Modifier.width(Space.m))
        Column(Modifier.weight(1f)) { content() }
    }
}

/** One target, read aloud as one sentence. */
@Composable
private fun Spoken(
    row: RowState,
    onOpen: () -> Unit,
    modifier: Modifier = Modifier,
    content: @Composable () -> Unit,
) {
    Box(
        modifier
            .fillMaxWidth()
            .clickable(role = Role.Button, onClick = onOpen)
            .semantics(mergeDescendants = true) { contentDescription = row.spoken },
    ) {
        Box(Modifier.clearAndSetSemantics {}) { content() }
    }
}

private const val ROW_LINES = 2
private const val CARD_LINES = 6
