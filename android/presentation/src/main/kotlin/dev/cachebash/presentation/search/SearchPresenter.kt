package dev.cachebash.presentation.search

import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.HitKind
import dev.cachebash.ffi.SearchQuery
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
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.mapLatest
import kotlinx.coroutines.flow.onStart
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update

/**
 * Looks for words in all that is kept on this device while they are typed; of two searches the later one is shown. Lives as
 * long as [scope]. No network is asked.
 */
class SearchPresenter(
    fleet: Fleet,
    private val labels: Labels,
    scope: CoroutineScope,
    private val onOpen: (ProgramKey) -> Unit,
) {
    private data class Wanted(
        val text: String = "",
        val kind: HitKind? = null,
        val limit: UInt = FIRST,
    )

    private val wanted = MutableStateFlow(Wanted())

    private val accounts =
        fleet
            .overviews(limit = 1)
            .map { it.accounts.labelsOfSeveral }
            .orNothing { }
            .onStart { emit(null) }
            .distinctUntilChanged()

    @OptIn(ExperimentalCoroutinesApi::class)
    private val found =
        wanted.mapLatest { wanted ->
            if (wanted.text.isBlank()) return@mapLatest null
            val query = SearchQuery(wanted.text, kind = wanted.kind, limit = wanted.limit)
            try {
                Result.success(fleet.search(query) to wanted)
            } catch (trouble: CompanionException) {
                Result.failure(trouble)
            }
        }

    /** What the screen shows. */
    val state: StateFlow<SearchState> =
        combine(found, accounts) { found, accounts ->
            val nothing = labels.nothingTyped(wanted.value.text)
            found?.fold(
                { (page, wanted) -> labels.found(wanted.text, page, wanted.kind, accounts.orEmpty()) },
                { nothing.copy(hint = null, trouble = labels.error((it as CompanionException).asWord)) },
            ) ?: nothing
        }.stateIn(scope, SharingStarted.WhileSubscribed(LINGER), labels.nothingTyped())

    /** What a person did. */
    fun act(action: SearchAction) {
        when (action) {
            is SearchAction.Write -> wanted.update { Wanted(action.text) }
            is SearchAction.Show -> wanted.update { it.copy(kind = action.kind, limit = FIRST) }
            SearchAction.ShowMore -> wanted.update { it.copy(limit = MOST) }
            is SearchAction.Open -> onOpen(action.key)
        }
    }

    private companion object {
        const val FIRST = 50u
        const val MOST = 200u
    }
}
