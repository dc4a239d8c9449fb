package dev.cachebash.ui

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import dev.cachebash.presentation.Acting
import dev.cachebash.presentation.DeviceClock
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.OverviewPresenter
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.ProgramPresenter
import dev.cachebash.presentation.outbox.OutboxPresenter
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.outbox.OutboxScreen
import dev.cachebash.ui.overview.OverviewScreen
import dev.cachebash.ui.part.Tab
import dev.cachebash.ui.part.TabBar
import dev.cachebash.ui.program.ProgramScreen
import dev.cachebash.ui.sign.Icon
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.job

/** The app's places. */
private enum class Place { Fleet, Outbox }

/**
 * Wires presenters to screens: the overview with the page of the program that was tapped over it, the outbox, and the bar that
 * leads from one to the other.
 */
@Composable
fun FleetHost(
    fleet: Fleet,
    acting: Acting,
    labels: Labels,
    clock: DeviceClock,
    modifier: Modifier = Modifier,
) {
    val scope = rememberCoroutineScope()
    var open by remember { mutableStateOf<ProgramKey?>(null) }
    var place by remember { mutableStateOf(Place.Fleet) }
    val overviews = remember(fleet, labels) { OverviewPresenter(fleet, labels, clock, scope, onOpen = { open = it }) }
    val overview by overviews.state.collectAsState()
    val outboxes = remember(fleet, acting, labels) { OutboxPresenter(fleet, acting, labels, clock, scope) }
    val outbox by outboxes.state.collectAsState()
    val key = open
    if (key != null) {
        ProgramHost(fleet, key, labels, clock, onBack = { open = null }, modifier)
        return
    }
    Column(modifier.fillMaxSize()) {
        when (place) {
            Place.Fleet -> OverviewScreen(overview, overviews::act, Modifier.weight(1f))
            Place.Outbox -> OutboxScreen(outbox, outboxes::act, Modifier.weight(1f))
        }
        TabBar(
            listOf(
                Tab(Icon.Fleet, labels.text("tab.fleet"), badge = null, place == Place.Fleet) { place = Place.Fleet },
                Tab(Icon.Outbox, labels.text("tab.outbox"), outbox.badge, place == Place.Outbox) {
                    place = Place.Outbox
                },
            ),
        )
    }
}

@Composable
private fun ProgramHost(
    fleet: Fleet,
    key: ProgramKey,
    labels: Labels,
    clock: DeviceClock,
    onBack: () -> Unit,
    modifier: Modifier,
) {
    val parent = rememberCoroutineScope()
    val scope = remember(key) { CoroutineScope(parent.coroutineContext + SupervisorJob(parent.coroutineContext.job)) }
    DisposableEffect(key) { onDispose { scope.cancel() } }
    val presenter = remember(key, labels) { ProgramPresenter(fleet, key, labels, clock, scope, onBack) }
    val state by presenter.state.collectAsState()
    ProgramScreen(state, presenter::act, modifier)
}
