package dev.cachebash.presentation

import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Overview
import dev.cachebash.presentation.account.OtherKey
import dev.cachebash.presentation.account.isRefused
import dev.cachebash.presentation.draft.Subject
import dev.cachebash.presentation.key.KeyWish
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.flatMapLatest
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * Turns the core's overviews into what the screen shows, and moves ages on while nothing else changes.
 *
 * Lives as long as [scope]. It observes only while somebody collects [state].
 */
class OverviewPresenter(
    private val fleet: Fleet,
    private val labels: Labels,
    private val clock: DeviceClock,
    private val scope: CoroutineScope,
    private val onOpen: (ProgramKey) -> Unit,
    private val onSay: (Subject) -> Unit,
    private val onNewKey: (KeyWish) -> Unit,
    private val onOtherKey: (OtherKey) -> Unit,
    private val onAccounts: () -> Unit,
) {
    private data class Asked(
        val limit: Int = FIRST_WINDOW,
        val sourcesOpen: Boolean = false,
        val refreshing: Boolean = false,
        val trouble: CompanionException? = null,
    )

    private val asked = MutableStateFlow(Asked())
    private val young = MutableStateFlow(false)
    private var latest: Overview? = null

    @OptIn(ExperimentalCoroutinesApi::class)
    private val overviews =
        asked
            .map { it.limit }
            .distinct()
            .flatMapLatest { fleet.overviews(it) }
            .onEach { overview ->
                latest = overview
                young.value =
                    overview.fresh && overview.rows.any { it.lastHeard.isYoung(overview.now) }
            }.orNothing { trouble -> asked.update { it.copy(trouble = trouble) } }

    /** What the screen shows. */
    val state: StateFlow<OverviewState> =
        combine(overviews, ticks(clock, young), asked) { overview, device, asked -> worded(overview, device, asked) }
            .stateIn(scope, SharingStarted.WhileSubscribed(LINGER), OverviewState.Blank)

    /** What a person did. */
    fun act(action: OverviewAction) {
        when (action) {
            is OverviewAction.OpenProgram -> onOpen(action.key)
            is OverviewAction.Answer -> answer(action.key)
            OverviewAction.CreateKey -> latest?.accounts?.firstOrNull()?.let { onNewKey(KeyWish(it.id)) }
            OverviewAction.Accounts -> onAccounts()
            OverviewAction.UseAnotherKey -> latest?.refused?.let { onOtherKey(OtherKey(it)) }
            OverviewAction.ToggleSources -> asked.update { it.copy(sourcesOpen = !it.sourcesOpen) }
            OverviewAction.ShowMore -> asked.update { it.copy(limit = LARGEST_WINDOW) }
            OverviewAction.Refresh -> refresh()
        }
    }

    private fun refresh() {
        scope.launch {
            asked.update { it.copy(refreshing = true, trouble = null) }
            val trouble = troubleOf { fleet.refresh() }
            asked.update { it.copy(refreshing = false, trouble = trouble) }
        }
    }

    private fun worded(
        overview: Overview?,
        device: Long,
        asked: Asked,
    ): OverviewState {
        val now = overview?.let { device + it.serverOffset } ?: device
        val content = overview?.let { labels.overview(it, now, asked.sourcesOpen) } ?: OverviewState.Blank
        return content.copy(refreshing = asked.refreshing, trouble = asked.trouble?.let { labels.error(it.asWord) })
    }

    /** The question is taken from the overview that showed it; one that was taken back meanwhile opens nothing. */
    private fun answer(key: AskedKey) {
        val shown = latest ?: return
        val asked = (shown.asked + shown.rows.mapNotNull { it.asked }).firstOrNull { it.key == key && it.answerable }
        asked?.let { onSay(Subject.Answer(it)) }
    }

    /** The first account whose own key is no longer accepted. */
    private val Overview.refused: String? get() = accounts.firstOrNull { isRefused(it.id) }?.id

    private companion object {
        const val FIRST_WINDOW = 50
    }
}
