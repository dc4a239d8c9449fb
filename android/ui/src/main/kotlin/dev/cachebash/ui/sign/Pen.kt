package dev.cachebash.ui.sign

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.requiredSize
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.clipRect
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

/** Fills [area] with lines at 45 degrees, [pitch] apart measured across them. Hatched means: nobody watched. */
internal fun DrawScope.hatch(
    area: Rect,
    colour: Color,
    pitch: Float,
    width: Float,
) = clipRect(area.left, area.top, area.right, area.bottom) {
    var start = area.left - area.height
    while (start < area.right) {
        drawLine(colour, Offset(start, area.bottom), Offset(start + area.height, area.top), width)
        start += pitch * SQRT_2
    }
}

private const val SQRT_2 = 1.4142135f
