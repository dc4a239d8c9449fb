package dev.cachebash.ui.part

import androidx.compose.foundation.text.BasicText
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextDirection
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.LayoutDirection
import dev.cachebash.ui.theme.Look

/**
 * Words of ours. They take their direction from their first letter, and where they have none, as "62 %", they are not
 * turned round; they stand where the screen's lines begin, or end with [atEnd].
 */
@Composable
internal fun Words(
    text: String,
    style: TextStyle,
    modifier: Modifier = Modifier,
    colour: Color = Look.colours.ink,
    lines: Int = Int.MAX_VALUE,
    atEnd: Boolean = false,
) = Text(text, style.copy(textDirection = TextDirection.ContentOrLtr), modifier, colour, lines, atEnd, onCut = null)

/** An agent's words: they take their direction from their first strong letter, and are cut but never reworded. */
@Composable
internal fun AgentWords(
    text: String,
    style: TextStyle,
    modifier: Modifier = Modifier,
    colour: Color = Look.colours.ink,
    lines: Int = Int.MAX_VALUE,
    onCut: ((Boolean) -> Unit)? = null,
) = Text(text, style.copy(textDirection = TextDirection.Content), modifier, colour, lines, atEnd = false, onCut)

@Composable
private fun Text(
    text: String,
    style: TextStyle,
    modifier: Modifier,
    colour: Color,
    lines: Int,
    atEnd: Boolean,
    onCut: ((Boolean) -> Unit)?,
) {
    // Start and end are those of the screen, not of the text: a left-to-right name in a right-to-left list stays at the right.
    val right = (LocalLayoutDirection.current == LayoutDirection.Rtl) != atEnd
    BasicText(
        text,
        modifier,
        style.copy(color = colour, textAlign = if (right) TextAlign.Right else TextAlign.Left),
        onTextLayout = onCut?.let { cut -> { cut(it.hasVisualOverflow) } },
        maxLines = lines,
        softWrap = lines > 1,
        overflow = TextOverflow.Ellipsis,
    )
}
