package dev.cachebash.ui.search

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.horizontalScroll
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.itemsIndexed
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.BasicText
import androidx.compose.foundation.text.BasicTextField
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.SpanStyle
import androidx.compose.ui.text.buildAnnotatedString
import androidx.compose.ui.text.style.TextDecoration
import androidx.compose.ui.text.style.TextDirection
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.text.withStyle
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.search.HitState
import dev.cachebash.presentation.search.KindState
import dev.cachebash.presentation.search.PieceState
import dev.cachebash.presentation.search.SearchAction
import dev.cachebash.presentation.search.SearchState
import dev.cachebash.ui.part.Hairline
import dev.cachebash.ui.part.IconButton
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.Note
import dev.cachebash.ui.part.SmallButton
import dev.cachebash.ui.part.Trouble
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.Strong
import dev.cachebash.ui.theme.medium
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** Words are looked for in all that is on this device; what is not on it is said last. */
@Composable
fun SearchScreen(
    state: SearchState,
    onAction: (SearchAction) -> Unit,
    modifier: Modifier = Modifier,
) {
    LazyColumn(modifier.fillMaxSize().background(Look.colours.canvas)) {
        item(key = "field") { Words(state, onAction) }
        if (state.kinds.isNotEmpty()) item(key = "kinds") { Kinds(state.kinds, onAction) }
        item(key = "hint") {
            Column(Modifier.padding(horizontal = Space.l)) {
                state.hint?.let {
                    Words(it, Look.type.body, Modifier.padding(top = Space.l), Look.colours.ink2)
                }
                state.trouble?.let { Trouble(it) }
            }
        }
        itemsIndexed(state.hits, key = { _, hit -> hit.place }) { n, hit ->
            if (n > 0) Hairline(Modifier.padding(start = Space.l))
            Hit(hit) { hit.opens?.let { onAction(SearchAction.Open(it)) } }
        }
        state.more?.let {
            item(key = "more") {
                Box(Modifier.fillMaxWidth().padding(Space.l), Alignment.Center) {
                    SmallButton(it, { onAction(SearchAction.ShowMore) })
                }
            }
        }
        state.reach?.let {
            item(key = "reach") {
                Note(Icon.Unsure, it.title, it.lines.joinToString("\n"), Modifier.padding(Space.l))
            }
        }
    }
}

/** The field: what is typed is shown at once, and looked for as soon as the last search lets go. */
@Composable
private fun Words(
    state: SearchState,
    onAction: (SearchAction) -> Unit,
) {
    var text by remember { mutableStateOf(state.text) }

    fun write(to: String) {
        text = to
        onAction(SearchAction.Write(to))
    }
    val round = RoundedCornerShape(percent = 50)
    Row(
        Modifier
            .padding(Space.l, Space.s, Space.l, Space.xs)
            .fillMaxWidth()
            .background(Look.colours.surface, round)
            .border(1.5.dp, Look.colours.ink, round)
            .heightIn(min = Space.target)
            .padding(start = 14.dp, end = Space.xs),
        Arrangement.spacedBy(Space.s),
        Alignment.CenterVertically,
    ) {
        IconSign(Icon.Search, Look.colours.ink, 20.dp)
        BasicTextField(
            text,
            ::write,
            Modifier.weight(1f).semantics { contentDescription = state.field },
            textStyle = Look.type.body.copy(color = Look.colours.ink, textDirection = TextDirection.Content),
            singleLine = true,
            cursorBrush = SolidColor(Look.colours.working),
        )
        if (text.isNotEmpty()) IconButton(Icon.Close, state.clear, { write("") })
    }
}

@Composable
private fun Kinds(
    kinds: List<KindState>,
    onAction: (SearchAction) -> Unit,
) {
    Row(
        Modifier.horizontalScroll(rememberScrollState()).padding(horizontal = Space.l).selectableGroup(),
        Arrangement.spacedBy(Space.s),
    ) {
        for (kind in kinds) {
            Box(
                Modifier
                    .heightIn(min = Space.target)
                    .selectable(kind.chosen, role = Role.RadioButton) { onAction(SearchAction.Show(kind.kind)) },
                Alignment.Center,
            ) {
                Box(
                    Modifier
                        .background(
                            if (kind.chosen) Look.colours.ink else Look.colours.sunken,
                            RoundedCornerShape(percent = 50),
                        ).heightIn(min = 36.dp)
                        .padding(horizontal = 14.dp),
                    Alignment.Center,
                ) {
                    Words(
                        kind.label,
                        Look.type.support
                            .medium()
                            .tabular(),
                        colour = if (kind.chosen) Look.colours.onInk else Look.colours.ink2,
                        lines = 1,
                    )
                }
            }
        }
    }
}

@Composable
private fun Hit(
    hit: HitState,
    onOpen: () -> Unit,
) {
    val small = Look.type.support
    Column(
        Modifier
            .fillMaxWidth()
            .then(if (hit.opens == null) Modifier else Modifier.clickable(role = Role.Button, onClick = onOpen))
            .semantics(mergeDescendants = true) {}
            .padding(horizontal = Space.l, vertical = Space.m),
    ) {
        Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(Space.s)) {
            Row(Modifier.weight(1f), Arrangement.spacedBy(Space.s)) {
                hit.program?.let { Name(it, small.strong(), Modifier.weight(1f, fill = false)) }
                Words(hit.kind, small, colour = Look.colours.ink3, lines = 1)
                hit.kept?.let { Words(it, small, colour = Look.colours.ink3, lines = 1) }
            }
            hit.time?.let { Words(it, small.tabular(), colour = Look.colours.ink3, lines = 1) }
        }
        Pieces(hit.pieces)
        hit.account?.let { Name(it, small, colour = Look.colours.ink3) }
    }
}

/** Matches are bold and underlined: colour alone would not do. */
@Composable
private fun Pieces(pieces: List<PieceState>) {
    val found = SpanStyle(fontWeight = Strong, textDecoration = TextDecoration.Underline)
    val text =
        buildAnnotatedString {
            for (piece in pieces) if (piece.found) withStyle(found) { append(piece.text) } else append(piece.text)
        }
    BasicText(
        text,
        style = Look.type.body.copy(color = Look.colours.ink, textDirection = TextDirection.Content),
        maxLines = FEW_LINES,
        overflow = TextOverflow.Ellipsis,
    )
}

private const val FEW_LINES = 2
