package dev.cachebash.ui.part

import androidx.compose.runtime.Composable
import androidx.compose.ui.graphics.Color
import dev.cachebash.presentation.FindingSign
import dev.cachebash.presentation.Tone
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Palette

/** The colour of a state word. */
internal val Tone.colour: Color
    @Composable get() = colourIn(Look.colours)

/** The same, for who draws. */
internal fun Tone.colourIn(colours: Palette): Color =
    when (this) {
        Tone.Working -> colours.working
        Tone.Blocked -> colours.blocked
        Tone.Pinned -> colours.pinned
        Tone.Complete -> colours.complete
        Tone.Other -> colours.ink3
    }

/** The colour of a finding, which is never that of the state beside it. */
internal val FindingSign.colour: Color
    @Composable get() = if (this == FindingSign.Silent) Look.colours.silent else Look.colours.stalled
