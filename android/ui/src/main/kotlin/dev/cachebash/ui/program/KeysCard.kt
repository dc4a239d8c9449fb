package dev.cachebash.ui.program

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.semantics
import dev.cachebash.presentation.KeyState
import dev.cachebash.presentation.KeysState
import dev.cachebash.ui.part.AgentWords
import dev.cachebash.ui.part.SmallButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.tabular

/** What is known of a program's keys: whose, since when unused, and how long they will likely do. */
@Composable
internal fun KeysCard(
    keys: KeysState,
    modifier: Modifier = Modifier,
    onCreate: () -> Unit = {},
) {
    TitledPanel(keys.title, keys.count, modifier) {
        keys.note?.let { Words(it, Look.type.support, colour = Look.colours.ink2) }
        for (key in keys.keys) Key(key)
        SmallButton(keys.create, onCreate)
    }
}

@Composable
private fun Key(key: KeyState) {
    val small = Look.type.support
    Row(
        Modifier.fillMaxWidth().padding(vertical = Space.xs).semantics(mergeDescendants = true) {},
        Arrangement.spacedBy(Space.m),
    ) {
        IconSign(Icon.Key, Look.colours.ink2)
        Column {
            AgentWords(key.label, Look.type.body)
            Words(key.fingerprint, small, colour = Look.colours.ink3)
            for (fact in key.facts) Words(fact, small.tabular(), colour = Look.colours.ink2)
            for (missing in key.missing) Words(missing, small, colour = Look.colours.stalled)
        }
    }
}
