package dev.cachebash.ui.part

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.sizeIn
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong

private val round = RoundedCornerShape(percent = 50)

private val ButtonWeight.ground: Color
    @Composable get() =
        when (this) {
            ButtonWeight.Filled -> Look.colours.ink
            ButtonWeight.Tonal -> Look.colours.sunken
            ButtonWeight.Plain -> Color.Transparent
        }

private val ButtonWeight.ink: Color
    @Composable get() = if (this == ButtonWeight.Filled) Look.colours.onInk else Look.colours.ink

/** A button inside a card: 40 high, and 48 to the finger. */
@Composable
internal fun SmallButton(
    text: String,
    onClick: () -> Unit,
    modifier: Modifier = Modifier,
    weight: ButtonWeight = ButtonWeight.Tonal,
) {
    Box(
        modifier
            .sizeIn(
                minWidth = Space.target,
                minHeight = Space.target,
            ).clickable(role = Role.Button, onClick = onClick),
        Alignment.Center,
    ) {
        Box(
            Modifier
                .clip(round)
                .background(weight.ground)
                .heightIn(min = 40.dp)
                .padding(horizontal = if (weight == ButtonWeight.Plain) Space.m else 18.dp),
            Alignment.Center,
        ) {
            Words(
                text,
                Look.type.body
                    .copy(fontSize = 15.sp, lineHeight = 20.sp)
                    .strong(),
                colour = weight.ink,
                lines = 1,
            )
        }
    }
}

/** A button as wide as its sheet, 48 high. While it is not [enabled] it is an outline that cannot be pressed. */
@Composable
internal fun WideButton(
    text: String,
    onClick: () -> Unit,
    modifier: Modifier = Modifier,
    weight: ButtonWeight = ButtonWeight.Tonal,
    enabled: Boolean = true,
    icon: Icon? = null,
) {
    val ink = if (enabled) weight.ink else Look.colours.ink3
    val frame = modifier.fillMaxWidth().clip(round).clickable(enabled, role = Role.Button, onClick = onClick)
    Row(
        (if (enabled) frame.background(weight.ground) else frame.border(1.5.dp, Look.colours.line, round))
            .heightIn(min = Space.target)
            .padding(horizontal = Space.xl, vertical = Space.s),
        Arrangement.spacedBy(Space.s, Alignment.CenterHorizontally),
        Alignment.CenterVertically,
    ) {
        icon?.let { IconSign(it, ink, 20.dp) }
        Words(text, Look.type.body.strong(), colour = ink)
    }
}

/** An icon with the room a finger needs. [says] is what it does. */
@Composable
internal fun IconButton(
    icon: Icon,
    says: String,
    onClick: () -> Unit,
    modifier: Modifier = Modifier,
) {
    Box(
        modifier
            .sizeIn(minWidth = Space.target, minHeight = Space.target)
            .clickable(role = Role.Button, onClick = onClick)
            .semantics { contentDescription = says },
        Alignment.Center,
    ) {
        IconSign(icon, Look.colours.ink)
    }
}
