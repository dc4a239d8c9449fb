package dev.cachebash.presentation.outbox

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.OutboxView
import dev.cachebash.ffi.Overview
import dev.cachebash.presentation.Acting
import dev.cachebash.presentation.ActionKey
import dev.cachebash.presentation.DeviceClock
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.LINGER
import dev.cachebash.presentation.asWord
import dev.cachebash.presentation.key.KeyWish
import dev.cachebash.presentation.notice
import dev.cachebash.presentation.orNothing
import dev.cachebash.presentation.ticks
import dev.cachebash.presentation.troubleOf
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.onStart
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * Turns the outbox into what its screen shows, and carries out what a person decides about it. Lives as long as [scope].
 *
 * The bar above it is the overview's: whether a server answers is one truth for all screens.
 */
class OutboxPresenter(
    fleet: Fleet,
    private val acting: Acting,
    private val labels: Labels,
    clock: DeviceClock,
    private val scope: CoroutineScope,
    private val onShowKey: (KeyWish) -> Unit = {},
) {
    private data class Asked(
        val editing: Editing? = null,
        val trouble: CompanionException? = null,
    )

    private val asked = MutableStateFlow(Asked())
    private val outbox = MutableStateFlow<OutboxView?>(null)

    private val outboxes =
        acting
            .outboxes()
            .onEach { outbox.value = it }
            .orNothing { trouble -> asked.update { it.copy(trouble = trouble) } }

    private val bars = fleet.overviews(limit = 1).orNothing { }.onStart { emit(null) }

    /** What the screen shows. */
    val state: StateFlow<OutboxState> =
        combine(outboxes, bars, ticks(clock, MutableStateFlow(false)), asked, ::worded)
            .stateIn(scope, SharingStarted.WhileSubscribed(LINGER), OutboxState.Blank)

    /** What a person did. */
    fun act(action: OutboxAction) {
        when (action) {
            is OutboxAction.Press -> press(action.key, action.act)
            is OutboxAction.Write -> asked.update { it.copy(editing = it.editing?.write(action.field, action.text)) }
            OutboxAction.Save -> save()
            OutboxAction.CloseEditor -> asked.update { it.copy(editing = null) }
        }
    }

    private fun press(
        key: ActionKey,
        act: OutboxAct,
    ) {
        when (act) {
            OutboxAct.Edit -> open(key)
            OutboxAct.Retry -> decide { acting.retry(key) }
            OutboxAct.Discard -> decide { acting.discard(key) }
            OutboxAct.Show -> show(key)
        }
    }

    private fun show(key: ActionKey) {
        val line = outbox.value?.lines?.firstOrNull { it.key == key } ?: return
        onShowKey(KeyWish(key.account, replaces = line.action is Action.RotateKey, line = key.action))
    }

    private fun open(key: ActionKey) {
        val line = outbox.value?.lines?.firstOrNull { it.key == key } ?: return
        asked.update { it.copy(editing = Editing.of(line), trouble = null) }
    }

    private fun decide(act: suspend () -> Unit) {
        scope.launch {
            asked.update { it.copy(trouble = null) }
            val trouble = troubleOf(act)
            asked.update { it.copy(trouble = trouble) }
        }
    }

    /** What was written stays in the editor until it was taken. */
    private fun save() {
        val editing = asked.value.editing ?: return
        if (editing.saving || !labels.editor(editing).saveable) return
        asked.update { it.copy(editing = editing.copy(saving = true, trouble = null)) }
        scope.launch {
            val trouble = troubleOf { acting.edit(editing.key, editing.instead) }
            asked.update { now ->
                if (trouble == null) {
                    now.copy(editing = null)
                } else {
                    now.copy(editing = now.editing?.copy(saving = false, trouble = whyNotSaved(trouble)))
                }
            }
        }
    }

    private fun whyNotSaved(trouble: CompanionException): String =
        if (trouble is CompanionException.NotFound) labels.text("no_longer_there") else labels.error(trouble.asWord)

    private fun worded(
        outbox: OutboxView?,
        bar: Overview?,
        device: Long,
        asked: Asked,
    ): OutboxState {
        val now = bar?.let { device + it.serverOffset } ?: outbox?.now ?: device
        val content = outbox?.let { labels.outbox(it, now) } ?: OutboxState.Blank
        return content.copy(
            notice = bar?.notice?.let { labels.notice(it, bar.sources, now) },
            editor = asked.editing?.let { labels.editor(it) },
            trouble = asked.trouble?.let { labels.error(it.asWord) },
        )
    }
}
