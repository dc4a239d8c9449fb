package dev.cachebash.ui.part

import androidx.compose.runtime.Composable
import androidx.compose.ui.graphics.Color
import dev.cachebash.presentation.FindingSign
import dev.cachebash.presentation.Tone
import dev.cachebash.ui.theme.Look

/** The colour of a state word. */
internal val Tone.colour: Color
    @Composable get() =
        when (this) {
            Tone.Working -> Look.colours.working
            Tone.Blocked -> Look.colours.blocked
            Tone.Pinned -> Look.colours.pinned
            Tone.Complete -> Look.colours.complete
            Tone.Other -> Look.colours.ink3
        }

/** The colour of a finding, which is never that of the state beside it. */
internal val FindingSign.colour: Color
    @Composable get() = if (this == FindingSign.Silent) Look.colours.silent else Look.colours.stalled
