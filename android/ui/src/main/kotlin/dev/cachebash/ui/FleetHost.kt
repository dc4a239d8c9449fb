package dev.cachebash.ui

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.listSaver
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import dev.cachebash.presentation.Accounts
import dev.cachebash.presentation.Acting
import dev.cachebash.presentation.DeviceClock
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.OverviewPresenter
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.ProgramPresenter
import dev.cachebash.presentation.account.AccountsPresenter
import dev.cachebash.presentation.account.OtherKey
import dev.cachebash.presentation.account.OtherKeyPresenter
import dev.cachebash.presentation.away.AwayPresenter
import dev.cachebash.presentation.draft.Draft
import dev.cachebash.presentation.draft.DraftPresenter
import dev.cachebash.presentation.draft.Drafts
import dev.cachebash.presentation.draft.Subject
import dev.cachebash.presentation.key.KeyClipboard
import dev.cachebash.presentation.key.KeyWish
import dev.cachebash.presentation.key.NewKeyPresenter
import dev.cachebash.presentation.outbox.OutboxPresenter
import dev.cachebash.presentation.pairing.PairingPresenter
import dev.cachebash.presentation.pairing.PairingScanner
import dev.cachebash.presentation.search.SearchPresenter
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.account.AccountsSheet
import dev.cachebash.ui.account.OtherKeySheet
import dev.cachebash.ui.away.AwayScreen
import dev.cachebash.ui.draft.DraftSheet
import dev.cachebash.ui.key.NewKeySheet
import dev.cachebash.ui.outbox.OutboxScreen
import dev.cachebash.ui.overview.OverviewScreen
import dev.cachebash.ui.pairing.FirstRunScreen
import dev.cachebash.ui.part.Tab
import dev.cachebash.ui.part.TabBar
import dev.cachebash.ui.program.ProgramScreen
import dev.cachebash.ui.search.SearchScreen
import dev.cachebash.ui.sign.Icon
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.job

/** The app's places. */
private enum class Place { Fleet, Away, Search, Outbox }

/**
 * Wires presenters to screens: the overview, what happened meanwhile, the search and the outbox, the bar that leads from one to the
 * other, and over them the page of the program that was tapped and the sheets. Where no server is known yet, the
 * first run stands in their place. [scanner] is the device's camera.
 */
@Composable
fun FleetHost(
    fleet: Fleet,
    acting: Acting,
    accounts: Accounts,
    clipboard: KeyClipboard,
    labels: Labels,
    clock: DeviceClock,
    modifier: Modifier = Modifier,
    scanner: PairingScanner? = null,
) {
    val scope = rememberCoroutineScope()
    val drafts = rememberSaveable(saver = draftsSaver) { Drafts() }
    var say by remember { mutableStateOf<Subject?>(null) }
    var wish by remember { mutableStateOf<KeyWish?>(null) }
    var other by remember { mutableStateOf<OtherKey?>(null) }
    var open by remember { mutableStateOf<ProgramKey?>(null) }
    var accountsOpen by remember { mutableStateOf(false) }
    val gone = { account: String ->
        drafts.forget(account)
        if (open?.account == account) open = null
        if (say?.account == account) say = null
    }
    var place by remember { mutableStateOf(Place.Fleet) }
    val overviews =
        remember(fleet, labels) {
            OverviewPresenter(
                fleet,
                labels,
                clock,
                scope,
                onOpen = { open = it },
                onSay = { say = it },
                onNewKey = { wish = it },
                onOtherKey = { other = it },
                onAccounts = { accountsOpen = true },
            )
        }
    val overview by overviews.state.collectAsState()
    val outboxes =
        remember(fleet, acting, labels) {
            OutboxPresenter(fleet, acting, labels, clock, scope, onShowKey = { wish = it })
        }
    val outbox by outboxes.state.collectAsState()
    val aways = remember(fleet, labels) { AwayPresenter(fleet, labels, scope, onOpen = { open = it }) }
    val away by aways.state.collectAsState()
    val searches = remember(fleet, labels) { SearchPresenter(fleet, labels, scope, onOpen = { open = it }) }
    val found by searches.state.collectAsState()
    val program = open
    Box(modifier.fillMaxSize()) {
        if (overview.firstRun) {
            PairingHost(accounts, scanner, labels)
        } else if (program != null) {
            ProgramHost(
                fleet,
                program,
                labels,
                clock,
                onBack = { open = null },
                onSay = { say = it },
                onNewKey = { wish = it },
                onOtherKey = { other = it },
            )
        } else {
            Column(Modifier.fillMaxSize()) {
                when (place) {
                    Place.Fleet -> OverviewScreen(overview, overviews::act, Modifier.weight(1f))
                    Place.Away -> AwayScreen(away, aways::act, Modifier.weight(1f))
                    Place.Search -> SearchScreen(found, searches::act, Modifier.weight(1f))
                    Place.Outbox -> OutboxScreen(outbox, outboxes::act, Modifier.weight(1f))
                }
                val places =
                    listOf(
                        Tab(Icon.Fleet, labels.text("tab.fleet"), badge = null, place == Place.Fleet) {
                            place = Place.Fleet
                        },
                        Tab(Icon.Away, labels.text("tab.away"), away.badge, place == Place.Away) {
                            place = Place.Away
                        },
                        Tab(Icon.Search, labels.text("tab.search"), badge = null, place == Place.Search) {
                            place = Place.Search
                        },
                        Tab(Icon.Outbox, labels.text("tab.outbox"), outbox.badge, place == Place.Outbox) {
                            place = Place.Outbox
                        },
                    )
                TabBar(places)
            }
        }
        if (accountsOpen) {
            AccountsHost(
                fleet,
                acting,
                accounts,
                labels,
                scope,
                onOtherKey = { other = it },
                onNewKey = { wish = it },
                onGone = gone,
                onClose = { accountsOpen = false },
            )
        }
        wish?.let { wanted ->
            key(
                wanted,
            ) {
                NewKeyHost(
                    fleet,
                    acting,
                    accounts,
                    clipboard,
                    wanted,
                    labels,
                    clock,
                    scope,
                    onClose = { wish = null },
                )
            }
        }
        other?.let { wanted ->
            key(wanted) {
                OtherKeyHost(fleet, accounts, wanted, scanner, labels, scope, onClose = { other = null })
            }
        }
        say?.let { subject ->
            key(subject.key) {
                DraftHost(fleet, acting, subject, drafts, labels, clock, scope, onClose = {
                    if (say ==
                        subject
                    ) {
                        say = null
                    }
                })
            }
        }
    }
}

/** What was begun outlives the app's being put away by the system. */
private val draftsSaver =
    listSaver<Drafts, List<Any?>>(
        save = { drafts ->
            drafts.all.map { (key, draft) -> listOf(key, draft.text, draft.option, draft.to, draft.seen) }
        },
        restore = { kept ->
            Drafts(
                kept.associate { (key, text, option, to, seen) ->
                    key as String to
                        Draft(text as String, option as Int?, to as String?, (seen as List<*>).map { it as String })
                },
            )
        },
    )

@Composable
private fun PairingHost(
    accounts: Accounts,
    scanner: PairingScanner?,
    labels: Labels,
) {
    val scope = rememberCoroutineScope()
    val presenter = remember(accounts, scanner, labels) { PairingPresenter(accounts, scanner, labels, scope) }
    val state by presenter.state.collectAsState()
    FirstRunScreen(state, presenter::act)
}

@Composable
private fun NewKeyHost(
    fleet: Fleet,
    acting: Acting,
    accounts: Accounts,
    clipboard: KeyClipboard,
    wish: KeyWish,
    labels: Labels,
    clock: DeviceClock,
    scope: CoroutineScope,
    onClose: () -> Unit,
) {
    val presenter =
        remember { NewKeyPresenter(fleet, acting, accounts, clipboard, wish, labels, clock, scope, onClose) }
    val state by presenter.state.collectAsState()
    state?.let { NewKeySheet(it, presenter::act) }
}

@Composable
private fun AccountsHost(
    fleet: Fleet,
    acting: Acting,
    accounts: Accounts,
    labels: Labels,
    scope: CoroutineScope,
    onOtherKey: (OtherKey) -> Unit,
    onNewKey: (KeyWish) -> Unit,
    onGone: (account: String) -> Unit,
    onClose: () -> Unit,
) {
    val presenter =
        remember {
            AccountsPresenter(fleet, acting, accounts, labels, scope, onOtherKey, onNewKey, onGone, onClose)
        }
    val state by presenter.state.collectAsState()
    state?.let { AccountsSheet(it, presenter::act) }
}

@Composable
private fun OtherKeyHost(
    fleet: Fleet,
    accounts: Accounts,
    wanted: OtherKey,
    scanner: PairingScanner?,
    labels: Labels,
    scope: CoroutineScope,
    onClose: () -> Unit,
) {
    val presenter =
        remember { OtherKeyPresenter(fleet, accounts, wanted, scanner, labels, scope, onClose) }
    val state by presenter.state.collectAsState()
    state?.let { OtherKeySheet(it, presenter::act) }
}

@Composable
private fun DraftHost(
    fleet: Fleet,
    acting: Acting,
    subject: Subject,
    drafts: Drafts,
    labels: Labels,
    clock: DeviceClock,
    scope: CoroutineScope,
    onClose: () -> Unit,
) {
    val presenter =
        remember(subject.key) { DraftPresenter(fleet, acting, subject, drafts, labels, clock, scope, onClose) }
    val state by presenter.state.collectAsState()
    state?.let { DraftSheet(it, presenter::act) }
}

@Composable
private fun ProgramHost(
    fleet: Fleet,
    key: ProgramKey,
    labels: Labels,
    clock: DeviceClock,
    onBack: () -> Unit,
    onSay: (Subject) -> Unit,
    onNewKey: (KeyWish) -> Unit,
    onOtherKey: (OtherKey) -> Unit,
) {
    val parent = rememberCoroutineScope()
    val scope = remember(key) { CoroutineScope(parent.coroutineContext + SupervisorJob(parent.coroutineContext.job)) }
    DisposableEffect(key) { onDispose { scope.cancel() } }
    val presenter =
        remember(
            key,
            labels,
        ) { ProgramPresenter(fleet, key, labels, clock, scope, onBack, onSay, onNewKey, onOtherKey) }
    val state by presenter.state.collectAsState()
    ProgramScreen(state, presenter::act)
}
