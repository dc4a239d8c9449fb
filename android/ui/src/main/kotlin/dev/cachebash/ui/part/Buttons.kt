package dev.cachebash.ui.part

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.sizeIn
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong

/** A tonal button inside a card: 40 high, and 48 to the finger. */
@Composable
internal fun SmallButton(
    text: String,
    onClick: () -> Unit,
    modifier: Modifier = Modifier,
) {
    val corner = RoundedCornerShape(percent = 50)
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
                .clip(corner)
                .background(Look.colours.sunken)
                .heightIn(min = 40.dp)
                .padding(horizontal = 18.dp),
            Alignment.Center,
        ) {
            Words(
                text,
                Look.type.body
                    .copy(fontSize = 15.sp, lineHeight = 20.sp)
                    .strong(),
                lines = 1,
            )
        }
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
