package dev.cachebash.ui.sign

import androidx.compose.animation.core.LinearEasing
import androidx.compose.animation.core.animateFloat
import androidx.compose.animation.core.infiniteRepeatable
import androidx.compose.animation.core.rememberInfiniteTransition
import androidx.compose.animation.core.tween
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.PathEffect
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.Fill
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.graphics.drawscope.rotate
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import dev.cachebash.ffi.Shape
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Palette

/** A program's sign, on its 20 × 20 grid. [turns]: the arc of a working one goes round, unless motion is reduced. */
@Composable
internal fun ShapeSign(
    shape: Shape,
    modifier: Modifier = Modifier,
    size: Dp = 20.dp,
    turns: Boolean = false,
    ground: Color = Look.colours.canvas,
) {
    val colours = Look.colours
    val angle = if (turns && shape == Shape.WORKING && Look.motion) turning() else 0f
    GridCanvas(size, GRID, modifier) { drawShape(shape, colours, ground, angle) }
}

@Composable
private fun turning(): Float {
    val angle by rememberInfiniteTransition().animateFloat(
        0f,
        360f,
        infiniteRepeatable(tween(TURN_MILLIS, easing = LinearEasing)),
    )
    return angle
}

/** The grid's units a side. */
internal const val GRID = 20f
private const val TURN_MILLIS = 2_400

private val centre = Offset(10f, 10f)
private val ring = Stroke(2f)

/** Draws [shape] on its grid. */
internal fun DrawScope.drawShape(
    shape: Shape,
    colours: Palette,
    ground: Color,
    angle: Float = 0f,
) {
    when (shape) {
        Shape.WORKING -> {
            working(colours.working, angle)
        }

        Shape.WORKING_STALLED -> {
            stalled(colours.working, colours.stalled)
        }

        Shape.WORKING_SILENT -> {
            dashes(colours.working, centre, radius = 8f, count = 8, sweep = 26f)
        }

        Shape.BLOCKED -> {
            blocked(colours.blocked, ground)
        }

        Shape.BLOCKED_SILENT -> {
            blockedSilent(colours.blocked)
        }

        Shape.PINNED -> {
            drawCircle(colours.pinned, 5f, Offset(10f, 7f))
            needle(colours.pinned)
        }

        Shape.PINNED_SILENT -> {
            dashes(colours.pinned, Offset(10f, 7f), radius = 4f, count = 6, sweep = degrees(2.4f, 4f))
            needle(colours.pinned)
        }

        Shape.COMPLETE -> {
            complete(colours.complete)
        }

        Shape.OTHER_WORD -> {
            otherWord(colours.ink3)
        }

        Shape.QUIET -> {
            drawCircle(colours.ink3, 3f, centre)
        }

        Shape.NEVER_SEEN -> {
            drawCircle(colours.ink3, 3f, centre, style = Stroke(1.5f))
        }
    }
}

private fun DrawScope.working(
    colour: Color,
    angle: Float,
) {
    drawCircle(colour.copy(alpha = 0.3f), 8f, centre, style = ring)
    arc(colour, centre, 8f, -90f + angle, 120f, Stroke(2f, cap = StrokeCap.Round))
    drawCircle(colour, 2.5f, centre)
}

private fun DrawScope.stalled(
    colour: Color,
    bars: Color,
) {
    drawCircle(colour, 8f, centre, style = ring)
    for (y in listOf(8.25f, 11.75f)) drawLine(bars, Offset(6.75f, y), Offset(13.25f, y), 2f)
}

private fun DrawScope.blocked(
    colour: Color,
    ground: Color,
) {
    // Apothem 9 with corners rounded by half a unit: a smaller octagon, and a round-joined edge around it.
    val octagon = octagon(apothem = 8.5f)
    drawPath(octagon, colour, style = Fill)
    drawPath(octagon, colour, style = Stroke(1f, join = StrokeJoin.Round))
    bang(ground)
}

private fun DrawScope.blockedSilent(colour: Color) {
    val half = 1.8f
    repeat(8) { side ->
        rotate(side * 45f, centre) { drawLine(colour, Offset(10f - half, 2f), Offset(10f + half, 2f), 2f) }
    }
    bang(colour)
}

private fun DrawScope.bang(colour: Color) {
    drawLine(colour, Offset(10f, 5.5f), Offset(10f, 10.75f), 2f, StrokeCap.Round)
    drawCircle(colour, 1.25f, Offset(10f, 14.25f))
}

private fun DrawScope.needle(colour: Color) =
    drawLine(colour, Offset(10f, 12f), Offset(10f, 18.5f), 2f, StrokeCap.Round)

private fun DrawScope.complete(colour: Color) {
    val check =
        Path().apply {
            moveTo(3.5f, 10.5f)
            lineTo(8f, 15f)
            lineTo(16.5f, 5.5f)
        }
    drawPath(check, colour, style = Stroke(2.5f, cap = StrokeCap.Round, join = StrokeJoin.Round))
}

private fun DrawScope.otherWord(colour: Color) {
    val diamond =
        Path().apply {
            moveTo(10f, 2f)
            lineTo(18f, 10f)
            lineTo(10f, 18f)
            lineTo(2f, 10f)
            close()
        }
    drawPath(diamond, colour, style = Stroke(2f, join = StrokeJoin.Round))
}

private fun octagon(apothem: Float): Path {
    val side = apothem * OCTAGON_HALF_SIDE
    val near = 10f - apothem
    val far = 10f + apothem
    return Path().apply {
        moveTo(10f - side, near)
        lineTo(10f + side, near)
        lineTo(far, 10f - side)
        lineTo(far, 10f + side)
        lineTo(10f + side, far)
        lineTo(10f - side, far)
        lineTo(near, 10f + side)
        lineTo(near, 10f - side)
        close()
    }
}

/** Half a side of a regular octagon whose apothem is one: tan 22.5°. */
private const val OCTAGON_HALF_SIDE = 0.41421356f

/** [count] dashes on a circle, the first centred at twelve o'clock. Dashes mean: not heard. */
internal fun DrawScope.dashes(
    colour: Color,
    at: Offset,
    radius: Float,
    count: Int,
    sweep: Float,
    width: Float = 2f,
) {
    repeat(count) { n -> arc(colour, at, radius, -90f - sweep / 2 + n * 360f / count, sweep, Stroke(width)) }
}

private fun DrawScope.arc(
    colour: Color,
    at: Offset,
    radius: Float,
    start: Float,
    sweep: Float,
    style: Stroke,
) = drawArc(colour, start, sweep, false, at - Offset(radius, radius), Size(radius * 2, radius * 2), style = style)

private fun degrees(
    length: Float,
    radius: Float,
): Float = Math.toDegrees((length / radius).toDouble()).toFloat()

/** A dotted or dashed stroke of one unit's pattern. */
internal fun dashed(
    on: Float,
    off: Float,
): PathEffect = PathEffect.dashPathEffect(floatArrayOf(on, off))
