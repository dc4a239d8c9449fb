package dev.cachebash.ui.part

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.draw.dropShadow
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.shadow.Shadow
import androidx.compose.ui.unit.DpOffset
import androidx.compose.ui.unit.dp
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Palette
import dev.cachebash.ui.theme.Space

/** A raised card: two soft shadows by day, an inner edge by night. */
@Composable
internal fun Panel(
    modifier: Modifier = Modifier,
    content: @Composable BoxScope.() -> Unit,
) {
    val corner = RoundedCornerShape(Space.cardCorner)
    Box(
        modifier
            .fillMaxWidth()
            .lifted(Look.colours, corner)
            .clip(corner)
            .background(Look.colours.surface),
        content = content,
    )
}

private fun Modifier.lifted(
    colours: Palette,
    corner: RoundedCornerShape,
): Modifier =
    if (colours.dark) {
        border(1.dp, colours.edge, corner)
    } else {
        dropShadow(corner, Shadow(2.dp, DAY_SHADOW, offset = DpOffset(0.dp, 1.dp), alpha = 0.05f))
            .dropShadow(corner, Shadow(16.dp, DAY_SHADOW, offset = DpOffset(0.dp, 4.dp), alpha = 0.06f))
    }

private val DAY_SHADOW = Color(0xFF14171C)

/** A hairline. */
@Composable
internal fun Hairline(modifier: Modifier = Modifier) {
    Box(modifier.fillMaxWidth().height(1.dp).background(Look.colours.line))
}
