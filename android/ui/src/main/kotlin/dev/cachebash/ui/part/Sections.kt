package dev.cachebash.ui.part

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.medium
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** A hairline above all rows but the first, from the text to the edge. */
@Composable
internal fun Ruled(
    above: Boolean,
    row: @Composable () -> Unit,
) {
    Column {
        if (above) Hairline(Modifier.padding(start = Space.target))
        row()
    }
}

/** What a section of a list is called, and how many stand in it. */
@Composable
internal fun SectionTitle(
    title: String,
    count: String,
) {
    Row(
        Modifier
            .padding(start = Space.l, end = Space.l, top = Space.xl, bottom = Space.xs)
            .semantics(mergeDescendants = true) { heading() },
        Arrangement.spacedBy(6.dp),
    ) {
        Words(title, Look.type.label.strong(), colour = Look.colours.ink2)
        Words(
            count,
            Look.type.label
                .medium()
                .tabular(),
            colour = Look.colours.ink3,
        )
    }
}
