package dev.cachebash.ui.overview

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.layout.widthIn
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import dev.cachebash.presentation.FindingState
import dev.cachebash.presentation.ProgressState
import dev.cachebash.presentation.RowState
import dev.cachebash.ui.part.AgentWords
import dev.cachebash.ui.part.Bar
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.part.colour
import dev.cachebash.ui.sign.FindingMark
import dev.cachebash.ui.sign.QuestionMark
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.medium
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** Line 1: who, what it says it does, and how long ago it was heard. */
@Composable
internal fun NameLine(row: RowState) {
    if (Look.large) {
        Name(row.name, Look.type.head)
        Row(Modifier.fillMaxWidth().padding(top = Space.s), verticalAlignment = Alignment.CenterVertically) {
            StateWord(row)
            Spacer(Modifier.weight(1f))
            Age(row)
        }
    } else {
        Row(Modifier.fillMaxWidth()) {
            Row(Modifier.weight(1f).alignByBaseline(), Arrangement.spacedBy(Space.s)) {
                Name(row.name, Look.type.head, Modifier.weight(1f, fill = false).alignByBaseline())
                StateWord(row, Modifier.alignByBaseline())
            }
            Age(row, Modifier.alignByBaseline().padding(start = Space.l))
        }
    }
}

@Composable
private fun StateWord(
    row: RowState,
    modifier: Modifier = Modifier,
) {
    Row(modifier) {
        row.word?.let { AgentWords(it, Look.type.support.strong(), colour = row.tone.colour, lines = 1) }
        row.wordAside?.let { Words(it, Look.type.support, Modifier.padding(start = Space.xs), Look.colours.ink3, 1) }
    }
}

@Composable
internal fun Age(
    row: RowState,
    modifier: Modifier = Modifier,
) = Words(row.age, Look.type.support.tabular(), modifier, Look.colours.ink3, 1)

/** Line 3 of a row or of a card: how far, what was found, and whose it is. */
@Composable
internal fun DetailLine(
    row: RowState,
    card: Boolean,
) {
    val said = listOf(row.finding, row.eta, row.waiting, row.account, row.project, row.questions)
    val empty = row.progress == ProgressState.Absent && said.all { it == null }
    if (empty) return
    if (Look.large) LargeDetail(row, card) else SmallDetail(row, card)
}

@Composable
private fun SmallDetail(
    row: RowState,
    card: Boolean,
) {
    DetailLayout(
        Modifier.fillMaxWidth().padding(top = Space.xs).heightIn(min = lineHeight()),
        start = { Progress(row.progress, card) },
        finding =
            row.finding?.let { @Composable { Found(it, it.text) } }
                ?: (row.eta ?: row.waiting)?.let { @Composable { When(it) } },
        shortFinding = row.finding?.takeIf { it.short != it.text }?.let { @Composable { Found(it, it.short) } },
        account = row.account?.let { @Composable { Whose(it) } },
        project = row.project?.let { @Composable { Where(it) } },
        questions = row.questions?.let { @Composable { Questions(it) } },
    )
}

/** Large text: the bar has a line of its own, and what does not fit goes to the next. */
@Composable
private fun LargeDetail(
    row: RowState,
    card: Boolean,
) {
    Column(Modifier.fillMaxWidth().padding(top = Space.xs)) {
        val progress = row.progress
        if (progress is ProgressState.Percent && !card) {
            Bar(progress.value, barColour(progress.moving), 6.dp, Modifier.fillMaxWidth().padding(vertical = 2.dp))
        }
        FlowRow(
            Modifier.fillMaxWidth().padding(top = 2.dp),
            Arrangement.spacedBy(10.dp),
            Arrangement.spacedBy(2.dp),
            Alignment.CenterVertically,
        ) {
            when (progress) {
                ProgressState.Absent -> {
                    Unit
                }

                is ProgressState.Percent -> {
                    Words(
                        progress.text,
                        Look.type.support
                            .strong()
                            .tabular(),
                        lines = 1,
                    )
                }

                is ProgressState.Note -> {
                    Words(progress.text, Look.type.support.tabular(), colour = Look.colours.ink2)
                }
            }
            row.finding?.let { Found(it, it.text, lines = 2) }
            (row.eta ?: row.waiting)?.let { When(it) }
            val tail = listOfNotNull(row.account, row.project).joinToString(" · ")
            if (tail.isNotEmpty() || row.questions != null) {
                Row(Modifier.weight(1f), Arrangement.spacedBy(10.dp, Alignment.End), Alignment.CenterVertically) {
                    if (tail.isNotEmpty()) Whose(tail)
                    row.questions?.let { Questions(it) }
                }
            }
        }
    }
}

@Composable
private fun Progress(
    progress: ProgressState,
    card: Boolean,
) {
    val small = Look.type.support.tabular()
    when (progress) {
        ProgressState.Absent -> {
            Unit
        }

        is ProgressState.Note -> {
            Words(progress.text, small, colour = Look.colours.ink2, lines = 1)
        }

        is ProgressState.Percent -> {
            if (card) {
                Words(progress.text, small.strong(), lines = 1)
            } else {
                Row(
                    verticalAlignment = Alignment.CenterVertically,
                    horizontalArrangement = Arrangement.spacedBy(10.dp),
                ) {
                    Bar(progress.value, barColour(progress.moving), 4.dp, Modifier.width(56.dp))
                    Words(
                        progress.text,
                        small.strong(),
                        Modifier.widthIn(min = 36.dp),
                        lines = 1,
                        atEnd = true,
                    )
                }
            }
        }
    }
}

@Composable
private fun barColour(moving: Boolean) = if (moving) Look.colours.working else Look.colours.ink3

@Composable
private fun Found(
    finding: FindingState,
    text: String,
    lines: Int = 1,
) {
    Row(verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.spacedBy(6.dp)) {
        FindingMark(finding.sign, finding.sign.colour)
        Words(
            text,
            Look.type.support
                .medium()
                .tabular(),
            colour = finding.sign.colour,
            lines = lines,
        )
    }
}

/** When it will be done, or since when it waits. */
@Composable
private fun When(text: String) = Words(text, Look.type.support.tabular(), colour = Look.colours.ink2, lines = 1)

@Composable
private fun Whose(text: String) = Name(text, Look.type.support, colour = Look.colours.ink3)

/** A project is only a hint: it is cut at its end, before anything else gives way. */
@Composable
private fun Where(text: String) = Words(text, Look.type.support, colour = Look.colours.ink3, lines = 1)

@Composable
private fun Questions(count: String) {
    Row(verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.spacedBy(Space.xs)) {
        QuestionMark(Look.colours.ink)
        Words(
            count,
            Look.type.support
                .strong()
                .tabular(),
            lines = 1,
        )
    }
}

@Composable
private fun lineHeight(): Dp = with(LocalDensity.current) { 20.sp.toDp() }
