package dev.cachebash.ui.part

import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.drawBehind
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.layout.AlignmentLine
import androidx.compose.ui.layout.FirstBaseline
import androidx.compose.ui.layout.IntrinsicMeasurable
import androidx.compose.ui.layout.IntrinsicMeasureScope
import androidx.compose.ui.layout.LastBaseline
import androidx.compose.ui.layout.Layout
import androidx.compose.ui.layout.Measurable
import androidx.compose.ui.layout.MeasurePolicy
import androidx.compose.ui.layout.MeasureResult
import androidx.compose.ui.layout.MeasureScope
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.text
import androidx.compose.ui.text.AnnotatedString
import androidx.compose.ui.text.TextLayoutResult
import androidx.compose.ui.text.TextMeasurer
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.drawText
import androidx.compose.ui.text.rememberTextMeasurer
import androidx.compose.ui.text.style.TextDirection
import androidx.compose.ui.unit.Constraints
import dev.cachebash.ui.theme.Look
import kotlin.math.roundToInt

/**
 * An id or a name: never mirrored, one line; where it does not fit it loses its middle, because its ends tell it apart.
 */
@Composable
internal fun Name(
    name: String,
    style: TextStyle,
    modifier: Modifier = Modifier,
    colour: Color = Look.colours.ink,
) {
    val measurer = rememberTextMeasurer()
    val shown = style.copy(color = colour, textDirection = TextDirection.Ltr)
    val policy = remember(name, shown, measurer) { NamePolicy(name, shown, measurer) }
    Layout(
        modifier.semantics { text = AnnotatedString(name) }.drawBehind { policy.shown?.let { drawText(it) } },
        policy,
    )
}

/** Measures the name whole, and without more and more of its middle until it fits. */
private class NamePolicy(
    private val name: String,
    private val style: TextStyle,
    private val measurer: TextMeasurer,
) : MeasurePolicy {
    /** What was measured last, and is to be drawn. */
    var shown: TextLayoutResult? = null
        private set

    private val whole by lazy { measure(name) }

    override fun MeasureScope.measure(
        measurables: List<Measurable>,
        constraints: Constraints,
    ): MeasureResult {
        val text = fit(constraints.maxWidth)
        shown = text
        val lines =
            mapOf<AlignmentLine, Int>(
                FirstBaseline to text.firstBaseline.roundToInt(),
                LastBaseline to text.lastBaseline.roundToInt(),
            )
        return layout(
            constraints.constrainWidth(text.size.width),
            constraints.constrainHeight(text.size.height),
            lines,
        ) {}
    }

    private fun fit(width: Int): TextLayoutResult {
        var text = whole
        var kept = name.length - 1
        while (text.size.width > width && kept > 1) {
            text = measure(name.take((kept + 1) / 2) + "…" + name.takeLast(kept / 2))
            kept--
        }
        return text
    }

    private fun measure(text: String) = measurer.measure(text, style, maxLines = 1, softWrap = false)

    override fun IntrinsicMeasureScope.maxIntrinsicWidth(
        measurables: List<IntrinsicMeasurable>,
        height: Int,
    ): Int = whole.size.width

    override fun IntrinsicMeasureScope.minIntrinsicWidth(
        measurables: List<IntrinsicMeasurable>,
        height: Int,
    ): Int = whole.size.width

    override fun IntrinsicMeasureScope.maxIntrinsicHeight(
        measurables: List<IntrinsicMeasurable>,
        width: Int,
    ): Int = whole.size.height

    override fun IntrinsicMeasureScope.minIntrinsicHeight(
        measurables: List<IntrinsicMeasurable>,
        width: Int,
    ): Int = whole.size.height
}

private fun Constraints.constrainWidth(width: Int) = width.coerceIn(minWidth, maxWidth)

private fun Constraints.constrainHeight(height: Int) = height.coerceIn(minHeight, maxHeight)
