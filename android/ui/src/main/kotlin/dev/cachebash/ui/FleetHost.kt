package dev.cachebash.ui

import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import dev.cachebash.presentation.DeviceClock
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.OverviewPresenter
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.ProgramPresenter
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.overview.OverviewScreen
import dev.cachebash.ui.program.ProgramScreen
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.job

/** Wires presenters to screens: the overview, and over it the page of the program that was tapped. */
@Composable
fun FleetHost(
    fleet: Fleet,
    labels: Labels,
    clock: DeviceClock,
    modifier: Modifier = Modifier,
) {
    val scope = rememberCoroutineScope()
    var open by remember { mutableStateOf<ProgramKey?>(null) }
    val presenter = remember(fleet, labels) { OverviewPresenter(fleet, labels, clock, scope, onOpen = { open = it }) }
    val overview by presenter.state.collectAsState()
    val key = open
    if (key == null) {
        OverviewScreen(overview, presenter::act, modifier)
    } else {
        ProgramHost(fleet, key, labels, clock, onBack = { open = null }, modifier)
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
