package dev.cachebash.presentation.away

import dev.cachebash.ffi.AwayDigest
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Overview
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.LINGER
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.asWord
import dev.cachebash.presentation.labelsOfSeveral
import dev.cachebash.presentation.orNothing
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.onStart
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.transformLatest

/**
 * Tells what happened since a person last looked, and again whenever the overview says that something did. Lives as long as
 * [scope]. No network is asked; what cannot be read takes nothing away of what was shown.
 */
class AwayPresenter(
    private val fleet: Fleet,
    private val labels: Labels,
    scope: CoroutineScope,
    private val onOpen: (ProgramKey) -> Unit,
) {
    private data class Read(
        val digest: AwayDigest,
        val overview: Overview,
    )

    private val trouble = MutableStateFlow<CompanionException?>(null)

    @OptIn(ExperimentalCoroutinesApi::class)
    private val read =
        fleet
            .overviews(limit = 1)
            .transformLatest { overview -> digest()?.let { emit(Read(it, overview)) } }
            .orNothing { trouble.value = it }
            .filter { it != null }
            .onStart { emit(null) }

    /** What the screen shows. */
    val state: StateFlow<AwayState> =
        combine(read, trouble) { read, trouble ->
            val content =
                read?.let { (digest, overview) -> labels.away(digest, overview.accounts.labelsOfSeveral, overview.now) }
                    ?: labels.nothingRead()
            content.copy(trouble = trouble?.let { labels.error(it.asWord) })
        }.stateIn(scope, SharingStarted.WhileSubscribed(LINGER), labels.nothingRead())

    /** What a person did. */
    fun act(action: AwayAction) {
        when (action) {
            is AwayAction.Open -> onOpen(action.key)
        }
    }

    private suspend fun digest(): AwayDigest? =
        try {
            fleet.away().also { trouble.value = null }
        } catch (failed: CompanionException) {
            trouble.value = failed
            null
        }
}
