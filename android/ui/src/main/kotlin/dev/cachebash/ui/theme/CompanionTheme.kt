package dev.cachebash.ui.theme

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.remember
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.unit.dp

/**
 * Colours, type and motion for everything below. No dynamic colour: a colour means a state here.
 *
 * [family] and [mono] are the system's unless a test brings its own; [motion] is false with the reader's "reduce motion".
 */
@Composable
fun CompanionTheme(
    dark: Boolean = isSystemInDarkTheme(),
    family: FontFamily = FontFamily.Default,
    motion: Boolean = true,
    mono: FontFamily = FontFamily.Monospace,
    content: @Composable () -> Unit,
) {
    val type = remember(family, mono) { Type.of(family, mono) }
    CompositionLocalProvider(
        LocalPalette provides if (dark) DarkPalette else LightPalette,
        LocalType provides type,
        LocalMotion provides motion,
        content = content,
    )
}

/** Short ways to the theme's values. */
internal object Look {
    val colours: Palette
        @Composable @ReadOnlyComposable
        get() = LocalPalette.current

    val type: Type
        @Composable @ReadOnlyComposable
        get() = LocalType.current

    val motion: Boolean
        @Composable @ReadOnlyComposable
        get() = LocalMotion.current

    /** Text so large that lines are taken apart: from 1.3 times. */
    val large: Boolean
        @Composable @ReadOnlyComposable
        get() = LocalDensity.current.fontScale >= LARGE_TEXT
}

private const val LARGE_TEXT = 1.3f

internal val LocalMotion = staticCompositionLocalOf { true }

/** Distances, and the corners of what is drawn. */
internal object Space {
    val xs = 4.dp
    val s = 8.dp
    val m = 12.dp
    val l = 16.dp
    val xl = 24.dp
    val xxl = 32.dp

    /** Nothing one can tap is smaller. */
    val target = 48.dp
    val cardCorner = 20.dp
    val noteCorner = 12.dp
}
