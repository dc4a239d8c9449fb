package dev.cachebash.ui.part

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.gestures.detectTapGestures
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.offset
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.BasicTextField
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.paneTitle
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextDirection
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.FieldState
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/**
 * A sheet over the page: a line of context, what it is about, and the way out. A tap beside it closes it as the cross does.
 */
@Composable
internal fun Sheet(
    aside: String?,
    title: String,
    close: String,
    onClose: () -> Unit,
    modifier: Modifier = Modifier,
    content: @Composable ColumnScope.() -> Unit,
) {
    Box(modifier.fillMaxSize(), Alignment.BottomCenter) {
        Box(
            Modifier
                .fillMaxSize()
                .background(Look.colours.scrim)
                .pointerInput(onClose) { detectTapGestures { onClose() } }
                .clearAndSetSemantics {},
        )
        Column(
            Modifier
                .fillMaxWidth()
                .background(Look.colours.surface, RoundedCornerShape(topStart = CORNER, topEnd = CORNER))
                // A tap on the sheet is none beside it.
                .pointerInput(Unit) { detectTapGestures { } }
                .semantics { paneTitle = title }
                .imePadding()
                .verticalScroll(rememberScrollState())
                .padding(Space.l, Space.m, Space.l, Space.xxl),
        ) {
            Box(
                Modifier
                    .align(Alignment.CenterHorizontally)
                    .size(width = 36.dp, height = 4.dp)
                    .background(Look.colours.outline, RoundedCornerShape(percent = 50)),
            )
            Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(Space.s), Alignment.CenterVertically) {
                Words(aside.orEmpty(), Look.type.support.tabular(), Modifier.weight(1f), Look.colours.ink2)
                IconButton(Icon.Close, close, onClose, Modifier.offset(x = 12.dp))
            }
            AgentWords(title, Look.type.title, Modifier.semantics { heading() })
            content()
        }
    }
}

private val CORNER = 28.dp

/**
 * Where a person writes. What is typed is shown at once and told [onWrite]; [state] only gives the text to begin with, so that
 * no key stroke waits for a round trip.
 */
@Composable
internal fun Field(
    state: FieldState,
    onWrite: (String) -> Unit,
    modifier: Modifier = Modifier,
    lines: Int = 3,
) {
    var text by remember { mutableStateOf(state.text) }
    Column(modifier.fillMaxWidth()) {
        Words(state.label, Look.type.label, Modifier.padding(top = Space.l, bottom = 6.dp), Look.colours.ink2)
        BasicTextField(
            text,
            {
                text = it
                onWrite(it)
            },
            Modifier
                .fillMaxWidth()
                .border(1.5.dp, Look.colours.outline, RoundedCornerShape(Space.noteCorner))
                .heightIn(min = Space.target)
                .padding(horizontal = 14.dp, vertical = Space.m)
                .semantics { contentDescription = state.label },
            textStyle = Look.type.body.copy(color = Look.colours.ink, textDirection = TextDirection.Content),
            minLines = lines,
            maxLines = MOST_LINES,
            singleLine = lines == 1,
            cursorBrush = SolidColor(Look.colours.working),
        )
        Words(
            state.count,
            Look.type.axis.tabular(),
            Modifier.align(Alignment.End).padding(top = Space.xs),
            if (state.tooLong) Look.colours.blocked else Look.colours.ink3,
            atEnd = true,
        )
    }
}

private const val MOST_LINES = 10

/** What will happen, before it does: a sunken note with its sign. */
@Composable
internal fun Note(
    icon: Icon,
    title: String,
    text: String,
    modifier: Modifier = Modifier,
) {
    Row(
        modifier
            .fillMaxWidth()
            .background(Look.colours.sunken, RoundedCornerShape(16.dp))
            .padding(horizontal = 14.dp, vertical = Space.m)
            .semantics(mergeDescendants = true) {},
        Arrangement.spacedBy(Space.m),
    ) {
        IconSign(icon, Look.colours.ink)
        Column {
            Words(title, Look.type.support.strong())
            Words(text, Look.type.support.tabular(), colour = Look.colours.ink2)
        }
    }
}

/** Why what was asked for could not be done; read aloud when it appears. */
@Composable
internal fun Trouble(text: String) {
    Words(
        text,
        Look.type.support.tabular(),
        Modifier.padding(top = Space.xs).semantics { liveRegion = LiveRegionMode.Polite },
    )
}
