package dev.cachebash.ui.theme

import androidx.compose.runtime.Immutable
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.graphics.Color

/** The colours by what they are for. State and movement are coloured, actions are ink. */
@Immutable
data class Palette(
    val dark: Boolean,
    val canvas: Color,
    val surface: Color,
    val sunken: Color,
    val line: Color,
    val outline: Color,
    val ink: Color,
    val ink2: Color,
    val ink3: Color,
    val onInk: Color,
    val working: Color,
    val blocked: Color,
    val pinned: Color,
    val complete: Color,
    val stalled: Color,
    val silent: Color,
    /** The inner edge of a card where there is no shadow. */
    val edge: Color,
    /** Lies over the page while a sheet is open. */
    val scrim: Color,
)

internal val LightPalette =
    Palette(
        dark = false,
        canvas = Color(0xFFF6F7F9),
        surface = Color(0xFFFFFFFF),
        sunken = Color(0xFFEBEDF1),
        line = Color(0xFFDFE3E9),
        outline = Color(0xFF7F8792),
        ink = Color(0xFF14171C),
        ink2 = Color(0xFF434A54),
        ink3 = Color(0xFF5F6670),
        onInk = Color(0xFFFFFFFF),
        working = Color(0xFF0A66C2),
        blocked = Color(0xFFB3261E),
        pinned = Color(0xFF6A4FB3),
        complete = Color(0xFF197A38),
        stalled = Color(0xFF8A5A00),
        silent = Color(0xFF5F6670),
        edge = Color.Transparent,
        scrim = Color(0x7A0D1014),
    )

internal val DarkPalette =
    Palette(
        dark = true,
        canvas = Color(0xFF0D1014),
        surface = Color(0xFF171B21),
        sunken = Color(0xFF252B34),
        line = Color(0xFF2B323C),
        outline = Color(0xFF75808D),
        ink = Color(0xFFF0F2F5),
        ink2 = Color(0xFFC4CAD3),
        ink3 = Color(0xFFA4ACB6),
        onInk = Color(0xFF0D1014),
        working = Color(0xFF6CB6FF),
        blocked = Color(0xFFFF8A80),
        pinned = Color(0xFFC3ABFF),
        complete = Color(0xFF6FD58A),
        stalled = Color(0xFFFFC24D),
        silent = Color(0xFFA4ACB6),
        edge = Color(0xFF222831),
        scrim = Color(0x99000000),
    )

internal val LocalPalette = staticCompositionLocalOf { LightPalette }
