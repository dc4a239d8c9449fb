package dev.cachebash.ui.part

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.offset
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.sizeIn
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** One of the app's places, with what waits there. */
internal data class Tab(
    val icon: Icon,
    val label: String,
    val badge: String?,
    val selected: Boolean,
    val onSelect: () -> Unit,
)

/** The app's places, at the foot of each of them. */
@Composable
internal fun TabBar(
    tabs: List<Tab>,
    modifier: Modifier = Modifier,
) {
    Column(modifier.fillMaxWidth().background(Look.colours.canvas)) {
        Hairline()
        Row(Modifier.fillMaxWidth().padding(top = 6.dp, bottom = Space.s)) {
            for (tab in tabs) Place(tab, Modifier.weight(1f))
        }
    }
}

@Composable
private fun Place(
    tab: Tab,
    modifier: Modifier,
) {
    val ink = if (tab.selected) Look.colours.ink else Look.colours.ink3
    val round = RoundedCornerShape(percent = 50)
    Column(
        modifier
            .heightIn(min = Space.target)
            .selectable(tab.selected, role = Role.Tab, onClick = tab.onSelect),
        Arrangement.spacedBy(Space.xs),
        Alignment.CenterHorizontally,
    ) {
        Box(
            Modifier
                .background(if (tab.selected) Look.colours.sunken else Color.Transparent, round)
                .sizeIn(minWidth = 56.dp, minHeight = 32.dp),
            Alignment.Center,
        ) {
            IconSign(tab.icon, ink)
            tab.badge?.let { Badge(it, Modifier.align(Alignment.TopEnd)) }
        }
        Words(tab.label, if (tab.selected) Look.type.axis.strong() else Look.type.axis, colour = ink, lines = 1)
    }
}

@Composable
private fun Badge(
    text: String,
    modifier: Modifier,
) {
    val round = RoundedCornerShape(percent = 50)
    Box(
        modifier
            .offset(x = (-4).dp, y = (-4).dp)
            .background(Look.colours.canvas, round)
            .padding(2.dp)
            .background(Look.colours.ink, round)
            .sizeIn(minWidth = 18.dp, minHeight = 18.dp)
            .padding(horizontal = 5.dp),
        Alignment.Center,
    ) {
        Words(
            text,
            Look.type.axis
                .strong()
                .tabular(),
            colour = Look.colours.onInk,
            lines = 1,
        )
    }
}
