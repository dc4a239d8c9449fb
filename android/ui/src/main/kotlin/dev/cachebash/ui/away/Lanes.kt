package dev.cachebash.ui.away

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.withTransform
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.away.LanePieceState
import dev.cachebash.presentation.away.LaneSignState
import dev.cachebash.presentation.away.LaneState
import dev.cachebash.presentation.away.LanesState
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.part.colourIn
import dev.cachebash.ui.sign.GRID
import dev.cachebash.ui.sign.drawShape
import dev.cachebash.ui.sign.hatch
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Palette
import dev.cachebash.ui.theme.Plain
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.tabular

/**
 * A lane per program. Nobody watched: hatched, and no bar through it. Not heard: dotted. Time runs from left to right in every
 * language. A screen reader gets the sentence above and the lines below, which say the same.
 */
@Composable
internal fun Lanes(
    lanes: LanesState,
    modifier: Modifier = Modifier,
) {
    Column(modifier.fillMaxWidth()) {
        CompositionLocalProvider(LocalLayoutDirection provides LayoutDirection.Ltr) {
            Column(Modifier.clearAndSetSemantics {}) {
                for (lane in lanes.lanes) Lane(lane, lanes)
                Beside { Axis(lanes.axis) }
            }
        }
        lanes.legend?.let {
            Words(it, Look.type.axis.tabular(), Modifier.padding(top = Space.s), Look.colours.ink3)
        }
    }
}

@Composable
private fun Lane(
    lane: LaneState,
    of: LanesState,
) {
    val colours = Look.colours
    val name = @Composable { Name(lane.name, Look.type.label.copy(fontWeight = Plain)) }
    if (Look.large) name()
    Beside(if (Look.large) null else name) {
        Canvas(Modifier.fillMaxWidth().height(LANE.dp)) { Track(this, of, colours).draw(lane) }
    }
}

/** Beside the names, which stand above their lanes where text is large. */
@Composable
private fun Beside(
    name: (@Composable () -> Unit)? = null,
    track: @Composable () -> Unit,
) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = LANE.dp).padding(end = Space.s),
        verticalAlignment = Alignment.CenterVertically,
    ) {
        if (!Look.large) Box(Modifier.width(NAMES.dp).padding(end = Space.s)) { name?.invoke() }
        Box(Modifier.weight(1f)) { track() }
    }
}

@Composable
private fun Axis(clocks: List<String>) {
    Row(Modifier.fillMaxWidth(), Arrangement.SpaceBetween) {
        for (clock in clocks) Words(clock, Look.type.axis.tabular(), colour = Look.colours.ink3, lines = 1)
    }
}

private const val LANE = 24
private const val NAMES = 92

private class Track(
    private val scope: DrawScope,
    private val of: LanesState,
    private val colours: Palette,
) {
    private val unit = scope.density
    private val middle = scope.size.height / 2

    fun draw(lane: LaneState) {
        scope.drawLine(colours.line, Offset(0f, middle), Offset(scope.size.width, middle), unit)
        for (gap in of.unseen) {
            val area = Rect(x(gap.first), middle - BAR / 2 * unit, x(gap.last), middle + BAR / 2 * unit)
            scope.drawRect(colours.surface, area.topLeft, area.size)
            scope.hatch(area, colours.outline, 5 * unit, 1.5f * unit)
        }
        for (piece in lane.pieces) piece(piece)
        for (sign in lane.signs) sign(sign)
    }

    private fun x(at: Long): Float {
        val whole = (of.until - of.from).coerceAtLeast(1)
        return scope.size.width * (at.coerceIn(of.from, of.until) - of.from) / whole
    }

    /** A hair shorter than it was, so that two sessions are two. */
    private fun piece(piece: LanePieceState) {
        val (from, until) = x(piece.from) to x(piece.until)
        val tone = piece.tone ?: return dots(from, until)
        scope.drawRoundRect(
            tone.colourIn(colours),
            Offset(from, middle - BAR / 2 * unit),
            Size((until - from - unit).coerceAtLeast(unit), BAR * unit),
            CornerRadius(2 * unit),
        )
    }

    private fun dots(
        from: Float,
        until: Float,
    ) {
        scope.drawRect(colours.surface, Offset(from, middle - unit), Size(until - from, 2 * unit))
        var at = from + 3 * unit
        while (at < until) {
            scope.drawCircle(colours.silent, 1.5f * unit, Offset(at, middle))
            at += 6 * unit
        }
    }

    private fun sign(sign: LaneSignState) {
        val at = Offset(x(sign.at), middle)
        scope.drawCircle(colours.surface, 9 * unit, at)
        val side = SIGN * unit
        scope.withTransform({
            translate(at.x - side / 2, at.y - side / 2)
            scale(side / GRID, side / GRID, Offset.Zero)
        }) { drawShape(sign.shape, colours, colours.surface) }
    }

    private companion object {
        const val BAR = 6f
        const val SIGN = 14f
    }
}
