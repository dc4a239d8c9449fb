package dev.cachebash.ui.key

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.key.KeptState
import dev.cachebash.presentation.key.KeyFormState
import dev.cachebash.presentation.key.LoseItState
import dev.cachebash.presentation.key.NewKeyAction
import dev.cachebash.presentation.key.NewKeyState
import dev.cachebash.presentation.key.RefusedState
import dev.cachebash.presentation.key.ReplaceState
import dev.cachebash.presentation.key.ShownKeyState
import dev.cachebash.ui.draft.AllowSheet
import dev.cachebash.ui.part.Field
import dev.cachebash.ui.part.Hairline
import dev.cachebash.ui.part.Sheet
import dev.cachebash.ui.part.Trouble
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.sign.QrCode
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.tabular

/** Where a key is made, and where it is seen for the only time. */
@Composable
fun NewKeySheet(
    state: NewKeyState,
    onAction: (NewKeyAction) -> Unit,
) {
    val close = { onAction(NewKeyAction.Close) }
    Box(Modifier.fillMaxSize()) {
        state.allow?.let { AllowSheet(it, { onAction(NewKeyAction.Allow) }, close) }
        state.form?.let { Form(it, close, onAction) }
        state.replace?.let { Replace(it, close) { onAction(NewKeyAction.Create) } }
        state.refused?.let { Refused(it, close) }
        state.kept?.let { Kept(it, close) }
        state.shown?.let { shown ->
            Shown(shown, close, onAction)
            shown.asking?.let { LoseIt(it, shown.close, onAction) }
        }
    }
}

@Composable
private fun Form(
    form: KeyFormState,
    onClose: () -> Unit,
    onAction: (NewKeyAction) -> Unit,
) {
    Sheet(form.aside, form.title, form.close, onClose) {
        Words(form.lead, Look.type.support, Modifier.padding(top = Space.xs), Look.colours.ink2)
        Field(form.program, { onAction(NewKeyAction.Program(it)) }, lines = 1)
        Field(form.label, { onAction(NewKeyAction.Label(it)) }, lines = 1)
        form.trouble?.let { Trouble(it) }
        WideButton(
            form.create,
            { onAction(NewKeyAction.Create) },
            Modifier.padding(top = Space.m),
            ButtonWeight.Filled,
            form.creatable,
            Icon.Key,
        )
    }
}

@Composable
private fun Replace(
    replace: ReplaceState,
    onClose: () -> Unit,
    onReplace: () -> Unit,
) {
    Sheet(replace.aside, replace.title, replace.close, onClose) {
        Words(replace.lead, Look.type.body, Modifier.padding(top = Space.s), Look.colours.ink2)
        replace.trouble?.let { Trouble(it) }
        WideButton(
            replace.replace,
            onReplace,
            Modifier.padding(top = Space.l),
            ButtonWeight.Filled,
            replace.replaceable,
            Icon.Key,
        )
    }
}

/** An ordinary state, never red: somebody else can make the key. */
@Composable
private fun Refused(
    refused: RefusedState,
    onClose: () -> Unit,
) {
    Sheet(refused.aside, refused.title, refused.close, onClose) {
        Row(Modifier.padding(vertical = Space.l), Arrangement.spacedBy(Space.m)) {
            IconSign(Icon.Lock, Look.colours.ink2)
            Column {
                Words(refused.locked.title, Look.type.head)
                Words(refused.locked.cause, Look.type.support, Modifier.padding(top = Space.xs), Look.colours.ink2)
            }
        }
        WideButton(refused.close, onClose)
    }
}

@Composable
private fun Kept(
    kept: KeptState,
    onClose: () -> Unit,
) {
    Sheet(kept.aside, kept.title, kept.close, onClose) {
        Words(kept.text, Look.type.body, Modifier.padding(vertical = Space.l))
        WideButton(kept.close, onClose)
    }
}

@Composable
private fun Shown(
    shown: ShownKeyState,
    onClose: () -> Unit,
    onAction: (NewKeyAction) -> Unit,
) {
    Sheet(shown.aside, shown.title, shown.close, onClose) {
        Words(shown.lead, Look.type.support, Modifier.padding(top = Space.xs), Look.colours.ink2)
        QrCode(
            shown.link.reveal,
            shown.code,
            Modifier.padding(vertical = Space.l).align(Alignment.CenterHorizontally),
        )
        Key(shown.key.reveal)
        WideButton(
            shown.copy,
            { onAction(NewKeyAction.Copy) },
            Modifier.padding(top = Space.s),
            // One filled button a sheet: the next thing to do.
            if (shown.isStored) ButtonWeight.Tonal else ButtonWeight.Filled,
            icon = Icon.Copy,
        )
        Column(Modifier.padding(top = Space.m)) {
            for (fact in listOf(shown.fingerprint) + shown.facts) {
                Words(fact, Look.type.support.tabular(), colour = Look.colours.ink2)
            }
        }
        Hairline(Modifier.padding(vertical = Space.m))
        Stored(shown.stored, shown.isStored) { onAction(NewKeyAction.ToggleStored) }
        WideButton(
            shown.done,
            onClose,
            Modifier.padding(top = Space.xs),
            ButtonWeight.Filled,
            enabled = shown.isStored,
        )
        shown.hint?.let {
            Words(
                it,
                Look.type.axis.copy(textAlign = TextAlign.Center),
                Modifier.align(Alignment.CenterHorizontally).padding(top = Space.s),
                Look.colours.ink3,
            )
        }
    }
}

/** The key whole, in type that tells 0 from O; it can be selected, for whoever cannot copy. */
@Composable
private fun Key(key: String) {
    val corner = RoundedCornerShape(Space.noteCorner)
    Box(
        Modifier
            .fillMaxWidth()
            .background(Look.colours.canvas, corner)
            .border(1.5.dp, Look.colours.line, corner)
            .padding(horizontal = 14.dp, vertical = Space.m),
    ) { SelectionContainer { Words(key, Look.type.mono) } }
}

@Composable
private fun Stored(
    text: String,
    stored: Boolean,
    onToggle: () -> Unit,
) {
    val corner = RoundedCornerShape(7.dp)
    Row(
        Modifier
            .fillMaxWidth()
            .toggleable(stored, role = Role.Checkbox, onValueChange = { onToggle() })
            .heightIn(min = Space.target),
        Arrangement.spacedBy(Space.m),
        Alignment.CenterVertically,
    ) {
        val box = Modifier.size(24.dp)
        Box(
            if (stored) box.background(Look.colours.ink, corner) else box.border(2.dp, Look.colours.outline, corner),
            Alignment.Center,
        ) { if (stored) IconSign(Icon.Check, Look.colours.onInk, 18.dp) }
        Words(text, Look.type.body)
    }
}

@Composable
private fun LoseIt(
    asking: LoseItState,
    close: String,
    onAction: (NewKeyAction) -> Unit,
) {
    val keep = { onAction(NewKeyAction.Keep) }
    Sheet(aside = null, asking.title, close, keep) {
        Words(asking.text, Look.type.body, Modifier.padding(top = Space.s), Look.colours.ink2)
        WideButton(asking.keep, keep, Modifier.padding(top = Space.l), ButtonWeight.Filled)
        WideButton(asking.lose, { onAction(NewKeyAction.Lose) }, Modifier.padding(top = Space.m))
    }
}
