package dev.cachebash.presentation.draft

import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Overview
import dev.cachebash.presentation.Acting
import dev.cachebash.presentation.DeviceClock
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.LARGEST_WINDOW
import dev.cachebash.presentation.LINGER
import dev.cachebash.presentation.asWord
import dev.cachebash.presentation.orNothing
import dev.cachebash.presentation.troubleOf
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * One answer, reply, message or edit, from the first letter until the companion has it on the disk. [scope] outlives its sheet, so
 * that closing it stops nothing that was sent; [onClose] is called when the sheet is to go.
 *
 * What was written is in [drafts] at every moment until then: closing the sheet, asking for leave, and a refusal lose nothing.
 */
class DraftPresenter(
    fleet: Fleet,
    private val acting: Acting,
    private val subject: Subject,
    private val drafts: Drafts,
    private val labels: Labels,
    private val clock: DeviceClock,
    private val scope: CoroutineScope,
    private val onClose: () -> Unit,
) {
    private data class Writing(
        val draft: Draft,
        val leave: Leave = Leave(),
        val sending: Boolean = false,
        val trouble: CompanionException? = null,
    )

    private val writing = MutableStateFlow(Writing(drafts[subject]))
    private val overviews = fleet.overviews(LARGEST_WINDOW).orNothing { }

    private val groups =
        flow {
            emit(emptyList())
            if (subject is Subject.Message) troubleOf { emit(acting.groups(subject.account).map { it.name }) }
        }

    /** What the sheet shows; `null` until it is known whether this device may act. */
    val state: StateFlow<DraftState?> =
        combine(overviews, groups, writing, ::worded)
            .stateIn(scope, SharingStarted.WhileSubscribed(LINGER), null)

    /** What a person did. */
    fun act(action: DraftAction) {
        when (action) {
            is DraftAction.Write -> write { it.copy(text = action.text) }
            is DraftAction.Choose -> write { it.copy(option = action.option.takeIf { n -> n != it.option }) }
            is DraftAction.Address -> write { it.copy(to = action.to) }
            DraftAction.Allow -> allow()
            DraftAction.Send -> send()
            DraftAction.Close -> onClose()
        }
    }

    private fun write(change: (Draft) -> Draft) {
        if (writing.value.sending) return
        writing.update { it.copy(draft = change(it.draft), trouble = null) }
        drafts[subject] = writing.value.draft
    }

    private fun allow() {
        if (writing.value.leave.busy) return
        writing.update { it.copy(leave = Leave.Taking) }
        scope.launch {
            val leave = Leave.take(acting, subject.account)
            writing.update { it.copy(leave = leave) }
        }
    }

    private fun send() {
        val draft = writing.value.draft
        if (writing.value.sending || !draft.isWhole(subject)) return
        writing.update { it.copy(sending = true, trouble = null) }
        drafts.handOver(subject)
        scope.launch {
            val trouble = troubleOf { acting.ask(subject.account, draft.action(subject)) }
            if (trouble == null) {
                drafts.taken(subject)
                onClose()
                return@launch
            }
            drafts.refused(subject)
            val leave = if (trouble is CompanionException.ReadOnly) Leave(missed = true) else writing.value.leave
            writing.update {
                it.copy(
                    sending = false,
                    leave = leave,
                    trouble = trouble.takeIf { _ -> trouble !is CompanionException.ReadOnly },
                )
            }
        }
    }

    private fun worded(
        overview: Overview?,
        groups: List<String>,
        writing: Writing,
    ): DraftState {
        val account = overview?.accounts?.firstOrNull { it.id == subject.account }
        val ground =
            DraftGround(
                fresh = overview?.fresh ?: false,
                now = clock.now() + (overview?.serverOffset ?: 0),
                programs =
                    overview
                        ?.rows
                        .orEmpty()
                        .filter { it.account == subject.account }
                        .map { it.program }
                        .sorted(),
                groups = groups.sorted(),
            )
        val worded = labels.draft(subject, writing.draft, ground)
        return worded.copy(
            allow = writing.leave.asked(account, labels),
            sendable = worded.sendable && !writing.sending,
            trouble = writing.trouble?.let { labels.error(it.asWord) },
        )
    }
}
