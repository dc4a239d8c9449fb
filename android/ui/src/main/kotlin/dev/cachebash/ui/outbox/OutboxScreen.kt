package dev.cachebash.ui.outbox

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.offset
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.runtime.key
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.outbox.EditorState
import dev.cachebash.presentation.outbox.OutboxAction
import dev.cachebash.presentation.outbox.OutboxLineState
import dev.cachebash.presentation.outbox.OutboxSign
import dev.cachebash.presentation.outbox.OutboxState
import dev.cachebash.presentation.outbox.VersionState
import dev.cachebash.ui.part.AgentWords
import dev.cachebash.ui.part.Field
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.NoticeBar
import dev.cachebash.ui.part.Panel
import dev.cachebash.ui.part.Sheet
import dev.cachebash.ui.part.SmallButton
import dev.cachebash.ui.part.Trouble
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** What was asked for and is not done yet; what only a person can decide comes first. */
@Composable
fun OutboxScreen(
    state: OutboxState,
    onAction: (OutboxAction) -> Unit,
    modifier: Modifier = Modifier,
) {
    Box(modifier.fillMaxSize()) {
        LazyColumn(Modifier.fillMaxSize().background(Look.colours.canvas)) {
            item(key = "frame") { Frame(state) }
            items(state.lines, key = { listOf(it.key.account, it.key.action) }) { LineCard(it, onAction) }
            item(key = "foot") { Column(Modifier.heightIn(min = Space.xxl)) {} }
        }
        state.editor?.let { key(it.key) { Editor(it, onAction) } }
    }
}

@Composable
private fun Frame(state: OutboxState) {
    Column(Modifier.fillMaxWidth()) {
        state.notice?.let { NoticeBar(it, open = false, onToggle = {}) }
        Column(Modifier.padding(Space.l, Space.m, Space.l, 0.dp), Arrangement.spacedBy(Space.xs)) {
            state.headline?.let { Words(it, Look.type.display.tabular(), Modifier.semantics { heading() }) }
            state.summary?.let { Words(it, Look.type.support.tabular(), colour = Look.colours.ink2) }
            state.trouble?.let { Trouble(it) }
        }
    }
}

@Composable
private fun LineCard(
    line: OutboxLineState,
    onAction: (OutboxAction) -> Unit,
) {
    Panel(Modifier.padding(Space.l, Space.m, Space.l, 0.dp)) {
        Column(Modifier.padding(Space.l, Space.l, Space.l, if (line.buttons.isEmpty()) Space.l else Space.s)) {
            Column(Modifier.clearAndSetSemantics { contentDescription = line.spoken }) { Head(line) }
            line.text?.let { AgentWords(it, Look.type.support, colour = Look.colours.ink2, lines = FEW_LINES) }
            for (version in line.versions) Version(version, Modifier.padding(top = Space.s))
            line.reason?.let { Reason(it, line.versions.isNotEmpty()) }
            if (line.buttons.isNotEmpty()) {
                FlowRow(Modifier.padding(top = Space.xs), Arrangement.spacedBy(Space.s)) {
                    for (button in line.buttons) {
                        SmallButton(
                            button.label,
                            { onAction(OutboxAction.Press(line.key, button.act)) },
                            weight = button.weight,
                        )
                    }
                }
            }
        }
    }
}

private const val FEW_LINES = 6

/** How far it has come, when it was asked for, and what it is. */
@Composable
private fun Head(line: OutboxLineState) {
    Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(Space.s), Alignment.CenterVertically) {
        IconSign(line.sign.icon, line.sign.colour, 20.dp)
        Words(line.word, Look.type.support.strong(), Modifier.weight(1f), line.sign.colour)
        Words(line.time, Look.type.support.tabular(), colour = Look.colours.ink3, lines = 1)
    }
    AgentWords(line.title, Look.type.body.strong(), Modifier.padding(top = Space.xs))
    line.account?.let { Name(it, Look.type.support, colour = Look.colours.ink3) }
}

@Composable
private fun Reason(
    text: String,
    aside: Boolean,
) = Words(
    text,
    Look.type.support.tabular(),
    Modifier.padding(top = if (aside) Space.s else Space.xs),
    if (aside) Look.colours.ink2 else Look.colours.ink,
)

/** One of two texts, whole: a person decides between them. */
@Composable
private fun Version(
    version: VersionState,
    modifier: Modifier = Modifier,
) {
    Column(
        modifier
            .fillMaxWidth()
            .background(Look.colours.sunken, RoundedCornerShape(Space.noteCorner))
            .padding(horizontal = Space.m, vertical = Space.s)
            .semantics(mergeDescendants = true) {},
    ) {
        Words(version.whose, Look.type.label.tabular(), Modifier.padding(bottom = 2.dp), Look.colours.ink2)
        AgentWords(version.text, Look.type.support)
    }
}

/** A line is written anew. Closing leaves it as it was. */
@Composable
private fun Editor(
    editor: EditorState,
    onAction: (OutboxAction) -> Unit,
) {
    Sheet(aside = null, editor.title, editor.close, { onAction(OutboxAction.CloseEditor) }) {
        editor.theirs?.let { Version(it, Modifier.padding(top = Space.m)) }
        editor.fields.forEachIndexed { n, field -> Field(field, { onAction(OutboxAction.Write(n, it)) }) }
        editor.trouble?.let { Trouble(it) }
        WideButton(
            editor.save,
            { onAction(OutboxAction.Save) },
            Modifier.padding(top = Space.m),
            ButtonWeight.Filled,
            editor.saveable,
        )
    }
}

private val OutboxSign.icon: Icon
    get() =
        when (this) {
            OutboxSign.Waiting -> Icon.Clock
            OutboxSign.Sending -> Icon.Outbox
            OutboxSign.Refused -> Icon.Refused
            OutboxSign.Unsure -> Icon.Unsure
            OutboxSign.Key -> Icon.Key
        }

private val OutboxSign.colour: Color
    @Composable get() =
        when (this) {
            OutboxSign.Waiting, OutboxSign.Sending, OutboxSign.Key -> Look.colours.ink2
            OutboxSign.Refused -> Look.colours.blocked
            OutboxSign.Unsure -> Look.colours.stalled
        }
