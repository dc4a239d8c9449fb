package dev.cachebash.ui.part

import androidx.compose.foundation.text.BasicText
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextDirection
import androidx.compose.ui.text.style.TextOverflow
import dev.cachebash.ui.theme.Look

/** Words of ours: they run as the screen runs. */
@Composable
internal fun Words(
    text: String,
    style: TextStyle,
    modifier: Modifier = Modifier,
    colour: Color = Look.colours.ink,
    lines: Int = Int.MAX_VALUE,
    align: TextAlign = TextAlign.Unspecified,
    onCut: ((Boolean) -> Unit)? = null,
) {
    BasicText(
        text,
        modifier,
        style.copy(color = colour, textAlign = align),
        onTextLayout = onCut?.let { cut -> { cut(it.hasVisualOverflow) } },
        maxLines = lines,
        softWrap = lines > 1,
        overflow = TextOverflow.Ellipsis,
    )
}

/** An agent's words: they take their direction from their first strong letter, and are cut but never reworded. */
@Composable
internal fun AgentWords(
    text: String,
    style: TextStyle,
    modifier: Modifier = Modifier,
    colour: Color = Look.colours.ink,
    lines: Int = Int.MAX_VALUE,
    onCut: ((Boolean) -> Unit)? = null,
) = Words(text, style.copy(textDirection = TextDirection.Content), modifier, colour, lines, onCut = onCut)
