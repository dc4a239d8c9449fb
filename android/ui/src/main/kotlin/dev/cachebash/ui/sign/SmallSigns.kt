package dev.cachebash.ui.sign

import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.scale
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.Path
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.graphics.vector.PathParser
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.FindingSign

/** The sign before a finding, on its 12 × 12 grid. */
@Composable
internal fun FindingMark(
    sign: FindingSign,
    colour: Color,
    modifier: Modifier = Modifier,
) {
    GridCanvas(12.dp, 12f, modifier) {
        when (sign) {
            FindingSign.NoChange -> {
                for (y in listOf(4f, 8f)) drawLine(colour, Offset(1.5f, y), Offset(10.5f, y), 2f)
            }

            FindingSign.Silent -> {
                dashes(colour, Offset(6f, 6f), radius = 5f, count = 8, sweep = 26f, width = 1.5f)
            }

            FindingSign.Fell -> {
                val step =
                    Path().apply {
                        moveTo(1f, 3f)
                        lineTo(6f, 3f)
                        lineTo(6f, 9f)
                        lineTo(11f, 9f)
                    }
                drawPath(step, colour, style = Stroke(2f))
            }
        }
    }
}

/** The question mark before a count of open questions, on its 12 × 12 grid. */
@Composable
internal fun QuestionMark(
    colour: Color,
    modifier: Modifier = Modifier,
) {
    val hook = remember { path("M3 4.2A3 3 0 1 1 6.6 7C6.2 7.2 6 7.5 6 8") }
    GridCanvas(12.dp, 12f, modifier) {
        drawPath(hook, colour, style = Stroke(1.75f, cap = StrokeCap.Round))
        drawCircle(colour, 1.1f, Offset(6f, 10.75f))
    }
}

/** Plain line icons on a 24 × 24 grid. */
internal enum class Icon(
    val lines: String,
    val width: Float = 1.75f,
    val mirrors: Boolean = false,
) {
    Back("M15 5l-7 7 7 7", mirrors = true),
    Down("M6 9.5l6 6 6-6"),
    Offline("M4 4l16 16M8.5 7.2A6 6 0 0 1 17.6 11A4 4 0 0 1 20 17.2M16.5 19H7a4.5 4.5 0 0 1-.9-8.9"),
    Check("M5 12.5l4.5 4.5L19 7"),
    Clock("M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM12 8v4.2l2.8 1.8"),
    Refused("M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM6.5 6.5l11 11"),
    Unsure("M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM9.7 10a2.4 2.4 0 1 1 3.2 2.3c-.6.2-.9.6-.9 1.2M12 16.3h.01"),
    Lock("M7 11V8a5 5 0 0 1 10 0v3M6 11h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1zM12 14.5v2"),
    Key("M15.5 4.5a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM12.6 11.4L5 19M7.5 16.5l2 2M10 14l1.5 1.5"),
    Kept("M4 6h16v4H4zM6 10v9h12v-9M10 14h4"),
    Copy(
        "M9 9h9a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2zM15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3",
    ),
    Code("M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2M20 14v2M14 18v2M18 20h2"),
    Paste("M9 5H6v15h12V5h-3M9 4h6v3H9z"),
    Search("M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM15.5 15.5L20 20"),
    Close("M6 6l12 12M18 6L6 18"),
    Fleet("M4 6h.01M4 12h.01M4 18h.01M9 6h11M9 12h11M9 18h11", width = 2f),
    Away("M12 4a8 8 0 1 1-7.4 5M4 4.5V9h4.5M12 8v4.2l2.8 1.8"),
    Outbox("M12 14V4M8 8l4-4 4 4M4 13v5a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-5"),
}

/** Draws an [icon]; those that point somewhere are mirrored from right to left. */
@Composable
internal fun IconSign(
    icon: Icon,
    colour: Color,
    size: Dp = 24.dp,
    modifier: Modifier = Modifier,
) {
    val lines = remember(icon) { path(icon.lines) }
    val mirrored = icon.mirrors && LocalLayoutDirection.current == LayoutDirection.Rtl
    GridCanvas(size, 24f, if (mirrored) modifier.scale(-1f, 1f) else modifier) {
        drawPath(lines, colour, style = Stroke(icon.width, cap = StrokeCap.Round, join = StrokeJoin.Round))
    }
}

private fun path(data: String): Path = PathParser().parsePathString(data).toPath()
