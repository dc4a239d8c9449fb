package dev.cachebash.ui.part

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.rotate
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.NoticeKind
import dev.cachebash.presentation.NoticeState
import dev.cachebash.presentation.SourceSign
import dev.cachebash.presentation.SourceState
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** The bar above a page: neutral, never in a state's colour. A partial one opens to a line per source. */
@Composable
internal fun NoticeBar(
    notice: NoticeState,
    open: Boolean,
    onToggle: () -> Unit,
    modifier: Modifier = Modifier,
    onReplace: () -> Unit = {},
) {
    val opens = notice.kind == NoticeKind.Partial
    val frame =
        modifier
            .fillMaxWidth()
            .background(Look.colours.sunken)
            .semantics { liveRegion = LiveRegionMode.Polite }
    Row(
        (if (opens) frame.clickable(role = Role.Button, onClick = onToggle) else frame)
            .heightIn(min = if (opens) Space.target else 36.dp)
            .padding(horizontal = Space.l, vertical = Space.s),
        Arrangement.spacedBy(Space.s),
        Alignment.CenterVertically,
    ) {
        notice.kind.icon?.let { IconSign(it, Look.colours.ink2, 20.dp) }
        Words(notice.text, Look.type.support.tabular(), Modifier.weight(1f))
        notice.replace?.let { SmallButton(it, onReplace, weight = ButtonWeight.Plain) }
        if (opens) IconSign(Icon.Down, Look.colours.ink, 18.dp, if (open) Modifier.rotate(180f) else Modifier)
    }
}

private val NoticeKind.icon: Icon?
    get() =
        when (this) {
            NoticeKind.Offline -> Icon.Offline
            NoticeKind.KeyRefused -> Icon.Key
            NoticeKind.RateLimited -> Icon.Clock
            NoticeKind.Partial -> null
        }

/** What each source said: time, cause, and Retry where it failed. */
@Composable
internal fun Sources(
    sources: List<SourceState>,
    onRetry: () -> Unit,
    modifier: Modifier = Modifier,
) {
    Panel(modifier) {
        Column(Modifier.padding(horizontal = Space.l, vertical = Space.xs)) {
            sources.forEachIndexed { n, source ->
                if (n > 0) Hairline()
                SourceLine(source, onRetry)
            }
        }
    }
}

@Composable
private fun SourceLine(
    source: SourceState,
    onRetry: () -> Unit,
) {
    val small = Look.type.support
    Row(Modifier.padding(vertical = 10.dp), Arrangement.spacedBy(Space.m)) {
        IconSign(source.sign.icon, source.sign.colour, 20.dp)
        Column(Modifier.weight(1f)) {
            Row(horizontalArrangement = Arrangement.spacedBy(Space.s)) {
                Row(Modifier.weight(1f), Arrangement.spacedBy(Space.s)) {
                    Words(source.title, small.strong())
                    source.account?.let { Name(it, small, Modifier.weight(1f), Look.colours.ink3) }
                }
                Words(source.time, small.tabular())
            }
            if (source.cause != null || source.retry != null) {
                // From the top: a cause stands under its source, however high the button is.
                Row(horizontalArrangement = Arrangement.spacedBy(Space.s), verticalAlignment = Alignment.Top) {
                    Words(source.cause.orEmpty(), small.tabular(), Modifier.weight(1f), Look.colours.ink2)
                    source.retry?.let { SmallButton(it, onRetry) }
                }
            }
        }
    }
}

private val SourceSign.icon: Icon
    get() =
        when (this) {
            SourceSign.Fresh -> Icon.Check
            SourceSign.Waiting -> Icon.Clock
            SourceSign.Failed -> Icon.Refused
            SourceSign.Unsure -> Icon.Unsure
            SourceSign.Locked -> Icon.Lock
        }

private val SourceSign.colour: Color
    @Composable get() =
        when (this) {
            SourceSign.Fresh -> Look.colours.complete
            SourceSign.Waiting, SourceSign.Locked -> Look.colours.ink2
            SourceSign.Failed -> Look.colours.blocked
            SourceSign.Unsure -> Look.colours.stalled
        }
