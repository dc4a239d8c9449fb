package dev.cachebash.ui.program

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.drawBehind
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.ChainLink
import dev.cachebash.presentation.ChainState
import dev.cachebash.presentation.FactState
import dev.cachebash.ui.part.Hairline
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.Panel
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.ShapeSign
import dev.cachebash.ui.sign.dashed
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** The program's sessions as one chain, newest first; a dashed link where nothing is known. */
@Composable
internal fun ChainCard(
    chain: ChainState,
    modifier: Modifier = Modifier,
) {
    TitledPanel(chain.title, chain.count, modifier) {
        chain.links.forEachIndexed { n, link -> Link(link, last = n == chain.links.lastIndex) }
    }
}

@Composable
private fun Link(
    link: ChainLink,
    last: Boolean,
) {
    Row(
        Modifier
            .fillMaxWidth()
            .semantics(mergeDescendants = true) {}
            .then(if (last) Modifier else Modifier.linked(link.unrecorded != null).padding(bottom = Space.m)),
    ) {
        ShapeSign(link.shape, Modifier.padding(top = 2.dp), turns = link.turns, ground = Look.colours.surface)
        Spacer(Modifier.width(Space.m))
        Column {
            Name(link.session, Look.type.body.strong())
            Words(link.line, Look.type.support.tabular(), colour = Look.colours.ink2)
            link.tookOver?.let { Handed(it) }
            link.unrecorded?.let {
                Words(
                    it,
                    Look.type.support.tabular(),
                    Modifier.padding(top = Space.s),
                    Look.colours.ink3,
                )
            }
        }
    }
}

/** What was handed over, in a sunken note. */
@Composable
private fun Handed(text: String) {
    Box(
        Modifier
            .padding(top = Space.s)
            .fillMaxWidth()
            .background(Look.colours.sunken, RoundedCornerShape(Space.noteCorner))
            .padding(horizontal = Space.m, vertical = Space.s),
    ) { Words(text, Look.type.support.tabular()) }
}

/** The line from this sign to the next. */
@Composable
private fun Modifier.linked(unknown: Boolean): Modifier {
    val colours = Look.colours
    val mirrored = LocalLayoutDirection.current == LayoutDirection.Rtl
    return drawBehind {
        val x = if (mirrored) size.width - 10.dp.toPx() else 10.dp.toPx()
        val effect = if (unknown) dashed(4.dp.toPx(), 4.dp.toPx()) else null
        val colour = if (unknown) colours.outline else colours.line
        drawLine(colour, Offset(x, 26.dp.toPx()), Offset(x, size.height), 2.dp.toPx(), pathEffect = effect)
    }
}

/** How many of each there are. */
@Composable
internal fun FactsCard(
    facts: List<FactState>,
    modifier: Modifier = Modifier,
) {
    Panel(modifier) {
        Column(Modifier.padding(horizontal = Space.l, vertical = Space.xs)) {
            facts.forEachIndexed { n, fact ->
                if (n > 0) Hairline()
                Row(
                    Modifier.fillMaxWidth().heightIn(min = 52.dp).semantics(mergeDescendants = true) {},
                    Arrangement.spacedBy(Space.m),
                    Alignment.CenterVertically,
                ) {
                    Column(Modifier.weight(1f)) {
                        Words(fact.title, Look.type.body)
                        fact.note?.let { Words(it, Look.type.support.tabular(), colour = Look.colours.ink3) }
                    }
                    Words(fact.count, Look.type.support.tabular(), colour = Look.colours.ink3, lines = 1)
                }
            }
        }
    }
}
