package dev.cachebash.ui.account

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.offset
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.RightState
import dev.cachebash.presentation.account.AccountLineState
import dev.cachebash.presentation.account.AccountState
import dev.cachebash.presentation.account.AccountsAction
import dev.cachebash.presentation.account.AccountsState
import dev.cachebash.presentation.account.LosingState
import dev.cachebash.presentation.account.RingKeyState
import dev.cachebash.ui.part.Hairline
import dev.cachebash.ui.part.Name
import dev.cachebash.ui.part.Sheet
import dev.cachebash.ui.part.SmallButton
import dev.cachebash.ui.part.Trouble
import dev.cachebash.ui.part.WideButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** The accounts on this device, or one of them with its keys; over it what would be lost, before it is. */
@Composable
fun AccountsSheet(
    state: AccountsState,
    onAction: (AccountsAction) -> Unit,
) {
    Box(Modifier.fillMaxSize()) {
        Sheet(state.aside, state.title, state.close, { onAction(AccountsAction.Close) }) {
            state.trouble?.let { Trouble(it) }
            state.lines.forEachIndexed { n, line ->
                if (n > 0) Hairline()
                Line(line) { onAction(AccountsAction.Open(line.id)) }
            }
            state.account?.let { OneAccount(it, onAction) }
        }
        state.asking?.let { Losing(it, state.close, onAction) }
    }
}

@Composable
private fun Line(
    line: AccountLineState,
    onOpen: () -> Unit,
) {
    Column(
        Modifier
            .fillMaxWidth()
            .clickable(role = Role.Button, onClick = onOpen)
            .heightIn(min = Space.target)
            .padding(vertical = Space.m),
    ) {
        Name(line.label, Look.type.head)
        for (fact in line.facts) Words(fact, Look.type.support, colour = Look.colours.ink2)
    }
}

@Composable
private fun OneAccount(
    account: AccountState,
    onAction: (AccountsAction) -> Unit,
) {
    account.back?.let {
        SmallButton(it, { onAction(AccountsAction.Back) }, Modifier.offset(x = (-12).dp), ButtonWeight.Plain)
    }
    Words(account.acting, Look.type.body, Modifier.padding(top = Space.s), Look.colours.ink2)
    account.stop?.let { SmallButton(it, { onAction(AccountsAction.StopActing) }) }
    account.refused?.let {
        Words(it, Look.type.body, Modifier.padding(top = Space.s))
        WideButton(
            account.replace,
            { onAction(AccountsAction.ReplaceKey) },
            Modifier.padding(top = Space.s),
            ButtonWeight.Filled,
            icon = Icon.Key,
        )
    }
    Row(Modifier.padding(top = Space.l), Arrangement.spacedBy(Space.s), Alignment.CenterVertically) {
        Words(account.keysTitle, Look.type.head, Modifier.weight(1f).semantics { heading() })
        Words(account.keysCount, Look.type.label.tabular(), colour = Look.colours.ink3, atEnd = true)
    }
    account.keys.forEachIndexed { n, key ->
        if (n > 0) Hairline()
        RingKey(key) { onAction(AccountsAction.RemoveKey(key.hash)) }
    }
    Column(Modifier.padding(top = Space.m), Arrangement.spacedBy(Space.m)) {
        if (account.refused == null) {
            WideButton(account.another, { onAction(AccountsAction.UseAnotherKey) }, icon = Icon.Key)
            WideButton(account.replace, { onAction(AccountsAction.ReplaceKey) })
        }
        WideButton(account.signOut, { onAction(AccountsAction.SignOut) })
    }
}

/** One key by what is known of it: what this device does with it, and what it may read. */
@Composable
private fun RingKey(
    key: RingKeyState,
    onRemove: () -> Unit,
) {
    Column(Modifier.padding(vertical = Space.m)) {
        Name(key.label, Look.type.body.strong())
        for (fact in listOfNotNull(key.use, key.untold, key.fingerprint)) {
            Words(fact, Look.type.support.tabular(), colour = Look.colours.ink2)
        }
        if (key.rights.isNotEmpty()) {
            FlowRow(Modifier.padding(top = Space.xs), Arrangement.spacedBy(Space.m)) {
                for (right in key.rights) Right(right)
            }
        }
        key.remove?.let { SmallButton(it, onRemove) }
    }
}

@Composable
private fun Right(right: RightState) {
    Row(
        Modifier.semantics(mergeDescendants = true) {},
        Arrangement.spacedBy(Space.xs),
        Alignment.CenterVertically,
    ) {
        val colour = if (right.may) Look.colours.complete else Look.colours.ink3
        IconSign(if (right.may) Icon.Check else Icon.Lock, colour, 16.dp)
        Words(right.text, Look.type.support, colour = if (right.may) Look.colours.ink else Look.colours.ink2)
    }
}

@Composable
private fun Losing(
    losing: LosingState,
    close: String,
    onAction: (AccountsAction) -> Unit,
) {
    val keep = { onAction(AccountsAction.Keep) }
    Sheet(aside = null, losing.title, close, keep) {
        Words(losing.text, Look.type.body.tabular(), Modifier.padding(top = Space.s), Look.colours.ink2)
        losing.warning?.let { Words(it, Look.type.body.tabular(), Modifier.padding(top = Space.s)) }
        losing.trouble?.let { Trouble(it) }
        WideButton(
            losing.yes,
            { onAction(AccountsAction.Lose) },
            Modifier.padding(top = Space.l),
            ButtonWeight.Filled,
            !losing.busy,
        )
        WideButton(losing.no, keep, Modifier.padding(top = Space.m), enabled = !losing.busy)
    }
}
