package dev.cachebash.ui.program

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.offset
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.HeaderState
import dev.cachebash.presentation.ProgramAction
import dev.cachebash.presentation.ProgramState
import dev.cachebash.ui.part.AgentWords
import dev.cachebash.ui.part.IconButton
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.NoticeBar
import dev.cachebash.ui.part.Sources
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.part.colour
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.ShapeSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.tabular

/** One program in full. Draws [state] and passes on what was tapped. */
@Composable
fun ProgramScreen(
    state: ProgramState,
    onAction: (ProgramAction) -> Unit,
    modifier: Modifier = Modifier,
) {
    val card = Modifier.padding(Space.l, Space.m, Space.l, 0.dp)
    LazyColumn(modifier.fillMaxSize().background(Look.colours.canvas)) {
        item(key = "frame") { Frame(state, onAction) }
        items(state.asked, key = { it.key.question }) {
            AskedCard(it, card) { onAction(ProgramAction.Answer(it.key)) }
        }
        state.now?.let { item(key = "now") { NowCard(it, card) } }
        state.locked?.let { item(key = "locked") { LockedCard(it, card) { onAction(ProgramAction.UseAnotherKey) } } }
        state.rights?.let { item(key = "rights") { RightsCard(it, card) } }
        state.standIn?.let { item(key = "stand-in") { StandInCard(it, card) } }
        state.notes?.let { item(key = "notes") { NotesCard(it, card) { onAction(ProgramAction.EditNotes) } } }
        state.questions?.let {
            item(key = "questions") {
                QuestionsCard(
                    it,
                    card,
                    onReply = { place -> onAction(ProgramAction.Reply(place)) },
                    onEdit = { onAction(ProgramAction.EditQuestions) },
                )
            }
        }
        state.workItems?.let { item(key = "items") { WorkItemsCard(it, card) } }
        state.lastTask?.let { item(key = "task") { LastTaskCard(it, card) } }
        state.chain?.let { item(key = "chain") { ChainCard(it, card) } }
        state.keys?.let { item(key = "keys") { KeysCard(it, card) { onAction(ProgramAction.CreateKey) } } }
        if (state.facts.isNotEmpty()) item(key = "facts") { FactsCard(state.facts, card) }
        state.message?.let {
            item(key = "message") { WideButton(it, { onAction(ProgramAction.Message) }, card, icon = Icon.Outbox) }
        }
        item(key = "foot") { Column(Modifier.heightIn(min = Space.xxl)) {} }
    }
}

@Composable
private fun Frame(
    state: ProgramState,
    onAction: (ProgramAction) -> Unit,
) {
    Column(Modifier.fillMaxWidth()) {
        state.notice?.let {
            NoticeBar(
                it,
                state.sourcesOpen,
                onToggle = { onAction(ProgramAction.ToggleSources) },
                onReplace = { onAction(ProgramAction.UseAnotherKey) },
            )
        }
        if (state.sourcesOpen) {
            Sources(
                state.sources,
                { onAction(ProgramAction.Refresh) },
                Modifier.padding(Space.l, Space.s, Space.l, 0.dp),
            )
        }
        Row(
            Modifier.fillMaxWidth().heightIn(min = Space.target).padding(horizontal = Space.l),
            Arrangement.spacedBy(Space.s),
            Alignment.CenterVertically,
        ) {
            IconButton(Icon.Back, state.back, { onAction(ProgramAction.Back) }, Modifier.offset(x = (-12).dp))
            Name(state.name, Look.type.head, Modifier.offset(x = (-12).dp).semantics { heading() })
        }
        state.header?.let { Header(it) }
        state.trouble?.let {
            Words(it, Look.type.support.tabular(), Modifier.padding(horizontal = Space.l), Look.colours.ink2)
        }
    }
}

@Composable
private fun Header(header: HeaderState) {
    Column(
        Modifier
            .padding(Space.l, 0.dp, Space.l, Space.xs)
            .clearAndSetSemantics { contentDescription = header.spoken },
        Arrangement.spacedBy(Space.xs),
    ) {
        Row(horizontalArrangement = Arrangement.spacedBy(Space.s), verticalAlignment = Alignment.CenterVertically) {
            ShapeSign(header.shape, turns = header.turns)
            header.word?.let { AgentWords(it, Look.type.head, colour = header.tone.colour, lines = 1) }
            header.wordAside?.let { Words(it, Look.type.support, colour = Look.colours.ink2, lines = 1) }
            header.role?.let { AgentWords(it, Look.type.support, colour = Look.colours.ink2, lines = 1) }
        }
        for (line in listOf(header.clocks) + header.asides) {
            Words(line, Look.type.support.tabular(), colour = Look.colours.ink3)
        }
    }
}
