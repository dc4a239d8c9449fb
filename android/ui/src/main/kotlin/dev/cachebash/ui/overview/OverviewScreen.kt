package dev.cachebash.ui.overview

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.itemsIndexed
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.AskedSectionState
import dev.cachebash.presentation.AskedState
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.OverviewAction
import dev.cachebash.presentation.OverviewState
import dev.cachebash.presentation.SectionState
import dev.cachebash.presentation.StripState
import dev.cachebash.ui.part.NoticeBar
import dev.cachebash.ui.part.Ruled
import dev.cachebash.ui.part.SectionTitle
import dev.cachebash.ui.part.SmallButton
import dev.cachebash.ui.part.Sources
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.sign.ShapeSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.medium
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** Who needs me, who is moving, how far along, and can I believe it. Draws [state] and passes on what was tapped. */
@Composable
fun OverviewScreen(
    state: OverviewState,
    onAction: (OverviewAction) -> Unit,
    modifier: Modifier = Modifier,
) {
    LazyColumn(modifier.fillMaxSize().background(Look.colours.canvas)) {
        item(key = "frame") { Frame(state, onAction) }
        if (state.nobody.isNotEmpty()) item(key = "nobody") { Nobody(state, onAction) }
        val (cards, others) = state.sections.partition { it.cards }
        for (section in cards) section(section, onAction)
        state.asked?.let { asked(it, onAction) }
        for (section in others) section(section, onAction)
        state.more?.let { item(key = "more") { More(it) { onAction(OverviewAction.ShowMore) } } }
        item(key = "foot") { Column(Modifier.heightIn(min = Space.xxl)) {} }
    }
}

@Composable
private fun Frame(
    state: OverviewState,
    onAction: (OverviewAction) -> Unit,
) {
    Column(Modifier.fillMaxWidth()) {
        state.notice?.let {
            NoticeBar(
                it,
                state.sourcesOpen,
                onToggle = { onAction(OverviewAction.ToggleSources) },
                onReplace = { onAction(OverviewAction.UseAnotherKey) },
            )
        }
        if (state.sourcesOpen) {
            Sources(
                state.sources,
                { onAction(OverviewAction.Refresh) },
                Modifier.padding(Space.l, Space.s, Space.l, 0.dp),
            )
        }
        FirstLine(state, { onAction(OverviewAction.Accounts) }, { onAction(OverviewAction.ToggleSources) })
        Column(Modifier.padding(start = Space.l, end = Space.l, bottom = Space.s)) {
            state.headline?.let { Words(it, Look.type.display.tabular(), Modifier.semantics { heading() }) }
            state.trouble?.let {
                Words(
                    it,
                    Look.type.support.tabular(),
                    Modifier.padding(top = Space.xs),
                    Look.colours.ink2,
                )
            }
            state.aside?.let {
                Words(
                    it,
                    Look.type.support.tabular(),
                    Modifier.padding(top = Space.xs),
                    Look.colours.ink2,
                )
            }
            if (state.strip.groups.isNotEmpty()) Strip(state.strip, Modifier.padding(top = Space.m))
        }
    }
}

/** Whose fleet, which opens the accounts, and when this was true; the time opens what each source said. */
@Composable
private fun FirstLine(
    state: OverviewState,
    onAccounts: () -> Unit,
    onSources: () -> Unit,
) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = Space.target).padding(horizontal = Space.l),
        Arrangement.SpaceBetween,
        Alignment.CenterVertically,
    ) {
        Row(
            Modifier.weight(1f, fill = false).heightIn(min = Space.target).clickable(
                enabled = state.account != null,
                role = Role.Button,
                onClick = onAccounts,
            ),
            Arrangement.spacedBy(Space.s),
            Alignment.CenterVertically,
        ) {
            Words(
                state.account.orEmpty(),
                Look.type.support.strong(),
                Modifier.weight(1f, fill = false),
                lines = 1,
            )
            if (state.account != null) IconSign(Icon.Down, Look.colours.ink, 18.dp)
        }
        state.asOf?.let {
            Row(
                Modifier.heightIn(min = Space.target).clickable(role = Role.Button, onClick = onSources),
                verticalAlignment = Alignment.CenterVertically,
            ) {
                Words(it, Look.type.support.tabular(), colour = Look.colours.ink3, lines = 1)
            }
        }
    }
}

/** The fleet in one glance; read aloud as one sentence. */
@Composable
private fun Strip(
    strip: StripState,
    modifier: Modifier = Modifier,
) {
    FlowRow(
        modifier.clearAndSetSemantics { contentDescription = strip.spoken },
        Arrangement.spacedBy(Space.m),
        Arrangement.spacedBy(6.dp),
    ) {
        for (group in strip.groups) {
            FlowRow(
                horizontalArrangement = Arrangement.spacedBy(Space.xs),
                verticalArrangement = Arrangement.spacedBy(6.dp),
            ) { for (shape in group) ShapeSign(shape) }
        }
        strip.more?.let { Words(it, Look.type.support.tabular(), colour = Look.colours.ink3, lines = 1) }
    }
}

private fun LazyListScope.section(
    section: SectionState,
    onAction: (OverviewAction) -> Unit,
) {
    item(key = section.section) { SectionTitle(section.title, section.count) }
    itemsIndexed(section.rows, key = { _, row -> listOf(row.key.account, row.key.program) }) { n, row ->
        val open = { onAction(OverviewAction.OpenProgram(row.key)) }
        when {
            section.cards -> {
                NeedsYouCard(row, open, Modifier.padding(Space.l, Space.s, Space.l, 0.dp)) {
                    row.asks?.let { onAction(OverviewAction.Answer(it)) }
                }
            }

            section.oneLine -> {
                Ruled(n > 0) { ProgramLine(row, open) }
            }

            else -> {
                Ruled(n > 0) { ProgramRow(row, open) }
            }
        }
    }
}

private fun LazyListScope.asked(
    section: AskedSectionState,
    onAction: (OverviewAction) -> Unit,
) {
    item(key = "asked") { SectionTitle(section.title, section.count) }
    itemsIndexed(section.rows, key = { _, row -> listOf(row.key.account, row.key.question) }) { n, row ->
        Ruled(n > 0) { AskedRow(row) { onAction(OverviewAction.Answer(row.key)) } }
    }
}

/** A question whose asker is not known: nothing to open, and mostly answered elsewhere. */
@Composable
private fun AskedRow(
    row: AskedState,
    onAnswer: () -> Unit,
) {
    Row(
        Modifier
            .fillMaxWidth()
            .padding(horizontal = Space.l, vertical = Space.m)
            .then(if (row.answer == null) Modifier.semantics(mergeDescendants = true) {} else Modifier),
        Arrangement.spacedBy(Space.m),
    ) {
        Words("?", Look.type.head.strong(), Modifier.clearAndSetSemantics {}, lines = 1)
        Column(Modifier.weight(1f), Arrangement.spacedBy(Space.xs)) {
            Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(Space.s), Alignment.CenterVertically) {
                Words(row.asker, Look.type.head.strong(), Modifier.weight(1f, fill = false), lines = 1)
                row.priority?.let { Words(it, Look.type.support, colour = Look.colours.ink2, lines = 1) }
                Words(row.time, Look.type.support.tabular(), colour = Look.colours.ink3, lines = 1)
            }
            Words(row.text, Look.type.body, lines = 6)
            listOfNotNull(row.account, row.aside).forEach {
                Words(it, Look.type.support, colour = Look.colours.ink3, lines = 1)
            }
            row.answer?.let { SmallButton(it, onAnswer) }
        }
    }
}

@Composable
private fun Nobody(
    state: OverviewState,
    onAction: (OverviewAction) -> Unit,
) {
    Column(Modifier.padding(horizontal = Space.l, vertical = Space.s), Arrangement.spacedBy(Space.l)) {
        for (line in state.nobody) Words(line, Look.type.body.tabular(), colour = Look.colours.ink2)
        state.createKey?.let {
            WideButton(
                it,
                { onAction(OverviewAction.CreateKey) },
                Modifier.padding(top = Space.s),
                ButtonWeight.Filled,
                icon = Icon.Key,
            )
        }
    }
}

@Composable
private fun More(
    text: String,
    onMore: () -> Unit,
) {
    Column(Modifier.fillMaxWidth().padding(Space.l), horizontalAlignment = Alignment.CenterHorizontally) {
        SmallButton(text, onMore)
    }
}
