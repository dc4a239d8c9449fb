package dev.cachebash.ui.program

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.PathEffect
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.drawscope.DrawScope
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.layout.Layout
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.unit.Constraints
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.ChartState
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.hatch
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Palette
import dev.cachebash.ui.theme.tabular

/**
 * Progress as it was reported: a run, then a step, never a slope. Nobody watched: hatched, and no line through it.
 * Time runs from left to right in every language.
 */
@Composable
internal fun ProgressChart(
    chart: ChartState,
    modifier: Modifier = Modifier,
) {
    val colours = Look.colours
    CompositionLocalProvider(LocalLayoutDirection provides LayoutDirection.Ltr) {
        Column(modifier.fillMaxWidth()) {
            Canvas(Modifier.fillMaxWidth().height(PLOT.dp)) { Plot(this, chart, colours).draw() }
            AxisLabels(chart)
        }
    }
}

/** Where the axis begins, where what was seen ends, and when the program will be done. */
@Composable
private fun AxisLabels(chart: ChartState) {
    val words = listOfNotNull(chart.fromLabel, chart.toLabel, chart.due?.label)
    Layout(
        { words.forEach { Words(it, Look.type.axis.tabular(), colour = Look.colours.ink3, lines = 1) } },
        Modifier.fillMaxWidth(),
    ) { measurables, constraints ->
        val width = constraints.maxWidth
        val labels = measurables.map { it.measure(Constraints(maxWidth = width)) }
        val gap = 8.dp.roundToPx()
        layout(width, labels.maxOf { it.height }) {
            labels.first().place(0, 0)
            val due = labels.getOrNull(2)
            due?.place(width - due.width, 0)
            // Under the present, and beside its neighbours where that is too narrow.
            val now = labels[1]
            val most = width - now.width - (due?.let { it.width + gap } ?: 0)
            val seen = width.toFloat() * (chart.seenTo - chart.from) / (chart.to - chart.from).coerceAtLeast(1)
            now.place((seen.toInt() - now.width / 2).coerceAtMost(most), 0)
        }
    }
}

/** Above the line of hundred, and beneath that of nought, where the heartbeats stand. */
private const val PLOT = 116
private const val TOP = 8f
private const val BASE = 100f
private const val BEATS = 106f

private class Plot(
    private val scope: DrawScope,
    private val chart: ChartState,
    private val colours: Palette,
) {
    private val unit = scope.density
    private val line = if (chart.moving) colours.working else colours.ink3

    fun draw() =
        with(scope) {
            for (percent in listOf(0.0, 50.0, 100.0)) {
                drawLine(colours.line, Offset(0f, y(percent)), Offset(size.width, y(percent)), 1 * unit)
            }
            for (gap in chart.unseen) {
                val area = Rect(x(gap.from), TOP * unit, x(gap.until), BASE * unit)
                hatch(area, colours.outline.copy(alpha = 0.5f), 6 * unit, 0.75f * unit)
            }
            for (run in seen()) run(run)
            for (beat in chart.beats) {
                drawLine(colours.ink3, Offset(x(beat), BEATS * unit), Offset(x(beat), (BEATS + 5) * unit), 1.25f * unit)
            }
            chart.due?.let { due(it, chart.end?.percent) }
            chart.end?.let { now(it) }
            Unit
        }

    private fun x(at: Long): Float {
        val span = (chart.to - chart.from).coerceAtLeast(1)
        return unit + (scope.size.width - 6 * unit) * (at - chart.from) / span
    }

    private fun y(percent: Double): Float = (BASE - (percent / 100).toFloat() * (BASE - TOP)) * unit

    /** The stretches between the gaps, from first sight to the last. */
    private fun seen(): List<LongRange> {
        val end = chart.end?.at ?: chart.seenTo
        val starts = listOf(chart.from) + chart.unseen.map { it.until }
        val ends = chart.unseen.map { it.from } + end
        return starts.zip(ends).filter { (from, until) -> from < until }.map { (from, until) -> from..until }
    }

    private fun run(seen: LongRange) {
        val steps = chart.steps
        var stroke = Path()
        var begun: Float? = null
        var height = y(0.0)

        fun finish(at: Float) {
            val from = begun ?: return
            stroke.lineTo(at, height)
            val area = Path().apply { addPath(stroke) }
            area.lineTo(at, y(0.0))
            area.lineTo(from, y(0.0))
            area.close()
            scope.drawPath(area, line.copy(alpha = AREA))
            scope.drawPath(stroke, line, style = Stroke(2 * unit, join = StrokeJoin.Round))
            stroke = Path()
            begun = null
        }

        val before = steps.lastOrNull { it.at <= seen.first }?.copy(at = seen.first)
        for (step in listOfNotNull(before) + steps.filter { it.at > seen.first && it.at <= seen.last }) {
            val at = x(step.at)
            val percent = step.percent
            if (percent == null) {
                finish(at)
            } else {
                if (begun == null) stroke.moveTo(at, y(percent)) else stroke.lineTo(at, height)
                begun = begun ?: at
                height = y(percent)
                stroke.lineTo(at, height)
            }
        }
        finish(x(seen.last))
    }

    /** A wedge from the present to the band on the line of hundred, with droppers to its two times. */
    private fun due(
        due: ChartState.Due,
        percent: Double?,
    ) {
        val (from, until) = x(due.from) to x(due.until)
        val hundred = y(100.0)
        if (percent != null) {
            val wedge = Path()
            wedge.moveTo(x(chart.seenTo), y(percent))
            wedge.lineTo(from, hundred)
            wedge.lineTo(until, hundred)
            wedge.close()
            scope.drawPath(wedge, line.copy(alpha = WEDGE))
        }
        val dotted = PathEffect.dashPathEffect(floatArrayOf(2 * unit, 3 * unit))
        for (at in listOf(from, until)) {
            val foot = Offset(at, (BASE + 14) * unit)
            scope.drawLine(colours.outline, Offset(at, hundred), foot, 1 * unit, pathEffect = dotted)
        }
        scope.drawLine(line, Offset(from, hundred), Offset(until, hundred), 4 * unit)
    }

    private fun now(end: ChartState.Step) {
        val at = x(end.at)
        scope.drawLine(colours.outline, Offset(at, TOP * unit), Offset(at, (BASE + 14) * unit), 1 * unit)
        val height = y(end.percent ?: return)
        scope.drawCircle(colours.surface, 5 * unit, Offset(at, height))
        scope.drawCircle(line, 3 * unit, Offset(at, height))
    }
}

private const val AREA = 0.09f
private const val WEDGE = 0.12f
