package dev.cachebash.ui.sign

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.requiredSize
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.scale
import androidx.compose.ui.unit.Dp

/** Draws on a grid of [grid] × [grid] units, scaled to [size]: signs are scaled, never redrawn. */
@Composable
internal fun GridCanvas(
    size: Dp,
    grid: Float,
    modifier: Modifier = Modifier,
    draw: DrawScope.() -> Unit,
) {
    Canvas(modifier.requiredSize(size)) {
        scale(this.size.width / grid, Offset.Zero, draw)
    }
}
