package dev.cachebash.ui.part

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.height
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.geometry.RoundRect
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.ClipOp
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.drawscope.clipPath
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.LayoutDirection
import dev.cachebash.ui.theme.Look

/** A bar of progress or of context: round ends, filled from where reading starts. */
@Composable
internal fun Bar(
    percent: Int,
    colour: Color,
    height: Dp,
    modifier: Modifier = Modifier,
) {
    val track = Look.colours.ink.copy(alpha = TRACK)
    val mirrored = LocalLayoutDirection.current == LayoutDirection.Rtl
    Canvas(modifier.height(height)) {
        val round = CornerRadius(size.height / 2)
        val outline = Path().apply { addRoundRect(RoundRect(Rect(Offset.Zero, size), round)) }
        val filled = size.width * percent / FULL
        clipPath(outline, ClipOp.Intersect) {
            drawRect(track)
            val start = Offset(if (mirrored) size.width - filled else 0f, 0f)
            drawRoundRect(colour, start, Size(filled, size.height), round)
        }
    }
}

private const val TRACK = 0.14f
private const val FULL = 100f
