package dev.cachebash.ui.theme

import androidx.compose.runtime.Immutable
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.LineHeightStyle
import androidx.compose.ui.unit.sp

/** The type scale. Sizes follow the reader's setting; nothing is smaller than [axis]. */
@Immutable
data class Type(
    val display: TextStyle,
    val number: TextStyle,
    val title: TextStyle,
    val head: TextStyle,
    val body: TextStyle,
    val support: TextStyle,
    val label: TextStyle,
    val axis: TextStyle,
    /** For keys. */
    val mono: TextStyle,
) {
    companion object {
        /** The scale in one family of type, keys in another. */
        fun of(
            family: FontFamily,
            mono: FontFamily,
        ): Type {
            fun style(
                size: Int,
                line: Int,
                weight: FontWeight,
            ) = TextStyle(
                fontFamily = family,
                fontSize = size.sp,
                lineHeight = line.sp,
                fontWeight = weight,
                lineHeightStyle = LineHeightStyle(LineHeightStyle.Alignment.Center, LineHeightStyle.Trim.None),
            )
            return Type(
                display = style(32, 40, Strong),
                number = style(44, 48, Strong),
                title = style(22, 28, Strong),
                head = style(17, 24, Strong),
                body = style(16, 24, Plain),
                support = style(14, 20, Plain),
                label = style(13, 16, Medium),
                axis = style(12, 16, Plain),
                mono = style(14, 22, Plain).copy(fontFamily = mono),
            )
        }
    }
}

internal val Plain = FontWeight.Normal
internal val Medium = FontWeight.Medium
internal val Strong = FontWeight.Bold

/** Digits of one width, for every number but those inside ids. */
internal fun TextStyle.tabular(): TextStyle = copy(fontFeatureSettings = "tnum")

internal fun TextStyle.strong(): TextStyle = copy(fontWeight = Strong)

internal fun TextStyle.medium(): TextStyle = copy(fontWeight = Medium)

internal val LocalType = staticCompositionLocalOf { Type.of(FontFamily.Default, FontFamily.Monospace) }
