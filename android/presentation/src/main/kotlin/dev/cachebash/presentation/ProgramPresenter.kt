package dev.cachebash.presentation

import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.ContextSummary
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.Reading
import dev.cachebash.presentation.account.OtherKey
import dev.cachebash.presentation.draft.Subject
import dev.cachebash.presentation.key.KeyWish
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * Turns one program's pages into what its screen shows. Lives as long as [scope].
 *
 * What is kept is shown first; then the program is looked at once, because only its page reads its state and keys.
 */
class ProgramPresenter(
    private val fleet: Fleet,
    private val key: ProgramKey,
    private val labels: Labels,
    private val clock: DeviceClock,
    private val scope: CoroutineScope,
    private val onBack: () -> Unit,
    private val onSay: (Subject) -> Unit,
    private val onNewKey: (KeyWish) -> Unit,
    private val onOtherKey: (OtherKey) -> Unit,
) {
    private data class Asked(
        val sourcesOpen: Boolean = false,
        val trouble: CompanionException? = null,
    )

    private val asked = MutableStateFlow(Asked())
    private val young = MutableStateFlow(false)
    private var looked = false
    private var latest: ProgramPage? = null
    private val blank = ProgramState.blank(key.program, labels.text("back"))

    private data class Read(
        val page: ProgramPage,
        val abilities: List<Ability>,
    )

    private val pages =
        fleet
            .programPages(key)
            .onEach { page ->
                latest = page
                young.value = page.fresh && page.row.lastHeard.isYoung(page.now)
                lookOnce()
            }.map { page -> Read(page, abilities(page)) }
            .orNothing { trouble -> asked.update { it.copy(trouble = trouble) } }

    /** What the screen shows. */
    val state: StateFlow<ProgramState> =
        combine(pages, ticks(clock, young), asked) { read, device, asked -> worded(read, device, asked) }
            .stateIn(scope, SharingStarted.WhileSubscribed(LINGER), blank)

    /** What a person did. */
    fun act(action: ProgramAction) {
        when (action) {
            ProgramAction.Back -> onBack()
            is ProgramAction.Answer -> answer(action.key)
            is ProgramAction.Reply -> reply(action.place)
            ProgramAction.Message -> onSay(Subject.Message(key.account, key.program))
            ProgramAction.EditNotes -> edit { Subject.Notes(key.account, key.program, it.handOffNotes) }
            ProgramAction.EditQuestions -> edit { Subject.Questions(key.account, key.program, it.openQuestions) }
            ProgramAction.UseAnotherKey -> onOtherKey(OtherKey(key.account, key.program))
            ProgramAction.CreateKey -> onNewKey(KeyWish(key.account, key.program))
            ProgramAction.ToggleSources -> asked.update { it.copy(sourcesOpen = !it.sourcesOpen) }
            ProgramAction.Refresh -> refresh()
        }
    }

    /** Nobody asked for it, so nobody is told that it failed: the page's own bar says what could not be read. */
    private fun lookOnce() {
        if (looked) return
        looked = true
        scope.launch { troubleOf { fleet.refreshProgram(key) } }
    }

    /** Asked only where something may not be read; a page without them is a page all the same. */
    private suspend fun abilities(page: ProgramPage): List<Ability> =
        try {
            if (page.context.reading is Reading.NoPermission) fleet.abilities(key.account) else emptyList()
        } catch (_: CompanionException) {
            emptyList()
        }

    private fun answer(asked: AskedKey) {
        latest?.asked?.firstOrNull { it.key == asked && it.answerable }?.let { onSay(Subject.Answer(it)) }
    }

    private fun reply(place: Int) {
        val page = latest ?: return
        val time = page.context.questions.firstOrNull { it.question.toInt() == place }
        page.openQuestion(place)?.let { onSay(Subject.Reply(key.account, it, time)) }
    }

    /** What is shown is what the person saw when they began. */
    private fun edit(subject: (ContextSummary) -> Subject) {
        latest?.takeIf { it.context.cleared == null }?.let { onSay(subject(it.context.context)) }
    }

    private fun refresh() {
        scope.launch {
            asked.update { it.copy(trouble = null) }
            val trouble = troubleOf { fleet.refreshProgram(key) }
            asked.update { it.copy(trouble = trouble) }
        }
    }

    private fun worded(
        read: Read?,
        device: Long,
        asked: Asked,
    ): ProgramState {
        val now = read?.let { device + it.page.serverOffset } ?: device
        val content = read?.let { labels.program(it.page, it.abilities, now, asked.sourcesOpen) } ?: blank
        return content.copy(trouble = asked.trouble?.let { labels.error(it.asWord) })
    }
}
