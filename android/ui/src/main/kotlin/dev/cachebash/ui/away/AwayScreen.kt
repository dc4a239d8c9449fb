package dev.cachebash.ui.away

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.itemsIndexed
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.away.AwayAction
import dev.cachebash.presentation.away.AwayLineState
import dev.cachebash.presentation.away.AwaySectionState
import dev.cachebash.presentation.away.AwaySign
import dev.cachebash.presentation.away.AwayState
import dev.cachebash.ui.part.AgentWords
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.Panel
import dev.cachebash.ui.part.Ruled
import dev.cachebash.ui.part.SectionTitle
import dev.cachebash.ui.part.Trouble
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.part.colour
import dev.cachebash.ui.sign.FindingMark
import dev.cachebash.ui.sign.ShapeSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** What happened while nobody looked: one sentence, a lane per program, then line by line. */
@Composable
fun AwayScreen(
    state: AwayState,
    onAction: (AwayAction) -> Unit,
    modifier: Modifier = Modifier,
) {
    LazyColumn(modifier.fillMaxSize().background(Look.colours.canvas)) {
        item(key = "frame") { Frame(state) }
        state.lanes?.let {
            item(key = "lanes") {
                Panel(Modifier.padding(Space.l, Space.m, Space.l, 0.dp)) { Lanes(it, Modifier.padding(Space.l)) }
            }
        }
        for (section in state.sections) section(section, onAction)
        item(key = "foot") { Column(Modifier.heightIn(min = Space.xxl)) {} }
    }
}

@Composable
private fun Frame(state: AwayState) {
    Column(Modifier.fillMaxWidth().padding(Space.l, Space.m, Space.l, 0.dp), Arrangement.spacedBy(Space.xs)) {
        Words(state.title, Look.type.display, Modifier.semantics { heading() })
        state.span?.let { Words(it, Look.type.support.tabular(), colour = Look.colours.ink2) }
        state.trouble?.let { Trouble(it) }
        state.lead?.let { Words(it, Look.type.body.tabular(), Modifier.padding(top = Space.xs)) }
    }
}

private fun LazyListScope.section(
    section: AwaySectionState,
    onAction: (AwayAction) -> Unit,
) {
    item(key = section.title) { SectionTitle(section.title, section.count) }
    itemsIndexed(section.lines, key = { n, _ -> listOf(section.title, n) }) { n, line ->
        Ruled(n > 0) { Line(line) { onAction(AwayAction.Open(line.key)) } }
    }
}

@Composable
private fun Line(
    line: AwayLineState,
    onOpen: () -> Unit,
) {
    val small = Look.type.support
    Row(
        Modifier
            .fillMaxWidth()
            .clickable(role = Role.Button, onClick = onOpen)
            .semantics(mergeDescendants = true) {}
            .padding(horizontal = Space.l, vertical = 10.dp),
        Arrangement.spacedBy(Space.m),
    ) {
        Sign(line.sign)
        Column(Modifier.weight(1f)) {
            Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(Space.s)) {
                Box(Modifier.weight(1f)) { Name(line.name, small.strong()) }
                Words(line.time, small.tabular(), colour = Look.colours.ink3, lines = 1)
            }
            AgentWords(line.words, small.tabular(), colour = Look.colours.ink2, lines = FEW_LINES)
            line.account?.let { Name(it, small, colour = Look.colours.ink3) }
        }
    }
}

private const val FEW_LINES = 3

@Composable
private fun Sign(sign: AwaySign) {
    Box(Modifier.size(20.dp), Alignment.Center) {
        when (sign) {
            is AwaySign.Said -> ShapeSign(sign.shape)
            is AwaySign.Found -> FindingMark(sign.finding, sign.finding.colour)
        }
    }
}
