package dev.cachebash.presentation.key

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.IssuedKey
import dev.cachebash.ffi.KeyRequest
import dev.cachebash.ffi.NewKey
import dev.cachebash.ffi.Overview
import dev.cachebash.presentation.Accounts
import dev.cachebash.presentation.Acting
import dev.cachebash.presentation.ActionKey
import dev.cachebash.presentation.DeviceClock
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.LINGER
import dev.cachebash.presentation.asWord
import dev.cachebash.presentation.draft.Leave
import dev.cachebash.presentation.orNothing
import dev.cachebash.presentation.troubleOf
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * Which key is wanted: over whose account, and for which program, where that is known; or one in place of the account's own.
 * [line] is the outbox's of one that is made already and waits to be seen.
 */
data class KeyWish(
    val account: String,
    val program: String = "",
    val replaces: Boolean = false,
    val line: String? = null,
)

/** The device's clipboard, as far as a key needs it. */
interface KeyClipboard {
    /** Puts [key] there, marked sensitive where the device knows such a mark. */
    fun put(key: Secret)

    /** Takes [key] away, if it is still what is there. */
    fun clear(key: Secret)
}

/**
 * Makes a key and shows it until a person has it; also one in place of the account's own. [scope] outlives the sheet: a
 * rotated screen does not lose the key, and the clipboard is cleared though the sheet is gone. [onClose] is called when the
 * sheet is to go.
 *
 * The raw key is in this object, and in the secret store. The wish is kept in the outbox first: whoever closes the sheet
 * while the key is being made finds it there, as after the app was ended, and so is one that could not be made yet.
 */
class NewKeyPresenter(
    fleet: Fleet,
    private val acting: Acting,
    private val accounts: Accounts,
    private val clipboard: KeyClipboard,
    private val wish: KeyWish,
    private val labels: Labels,
    private val clock: DeviceClock,
    private val scope: CoroutineScope,
    private val onClose: () -> Unit,
) {
    private data class Made(
        val issued: IssuedKey,
        val at: Long,
        val line: ActionKey,
    ) {
        override fun toString(): String = "Made(…)"
    }

    private data class Making(
        val program: String,
        val replaces: Boolean,
        val label: String = "",
        val leave: Leave = Leave(),
        val busy: Boolean = false,
        val waits: Boolean = false,
        val made: Made? = null,
        val stored: Boolean = false,
        val asking: Boolean = false,
        val trouble: CompanionException? = null,
    ) {
        val creatable: Boolean get() =
            !busy &&
                (replaces || listOf(program, label).all { it.isNotBlank() && it.length <= LONGEST_NAME })
    }

    private val making = MutableStateFlow(Making(wish.program, wish.replaces))
    private val overview = MutableStateFlow<Overview?>(null)
    private var job: Job? = null
    private var clearing: Job? = null

    /** What the sheet shows; `null` until it is known whose account it is. */
    val state: StateFlow<NewKeyState?> =
        combine(fleet.overviews(limit = 1).orNothing { }, making) { overview, making ->
            this.overview.value = overview
            worded(overview?.accounts?.firstOrNull { it.id == wish.account }, making)
        }.stateIn(scope, SharingStarted.WhileSubscribed(LINGER), null)

    init {
        wish.line?.let { show(ActionKey(wish.account, it)) }
    }

    /** What a person did. */
    fun act(action: NewKeyAction) {
        when (action) {
            is NewKeyAction.Program -> making.update { it.copy(program = action.text, trouble = null) }
            is NewKeyAction.Label -> making.update { it.copy(label = action.text, trouble = null) }
            NewKeyAction.Allow -> allow()
            NewKeyAction.Create -> create()
            NewKeyAction.Copy -> copy()
            NewKeyAction.ToggleStored -> making.update { it.copy(stored = !it.stored) }
            NewKeyAction.Close -> close()
            NewKeyAction.Keep -> making.update { it.copy(asking = false) }
            NewKeyAction.Lose -> lose()
        }
    }

    private fun allow() {
        if (making.value.leave.busy) return
        making.update { it.copy(leave = Leave.Taking) }
        scope.launch {
            val leave = Leave.take(acting, wish.account)
            making.update { it.copy(leave = leave) }
        }
    }

    private fun create() {
        val wanted = making.value
        if (!wanted.creatable || wanted.made != null) return
        making.update { it.copy(busy = true, trouble = null) }
        job =
            scope.launch {
                try {
                    val request = make(wanted)
                    making.update { it.copy(busy = false).with(request) }
                } catch (trouble: CompanionException) {
                    val missed = trouble is CompanionException.ReadOnly
                    making.update {
                        it.copy(
                            busy = false,
                            leave = if (missed) Leave(missed = true) else it.leave,
                            trouble = if (missed) null else trouble,
                        )
                    }
                }
            }
    }

    private fun Making.with(request: KeyRequest): Making =
        when (request) {
            is KeyRequest.Issued -> {
                copy(made = Made(request.key, serverTime(), ActionKey(wish.account, request.action)))
            }

            is KeyRequest.Waiting -> {
                copy(waits = true)
            }
        }

    /** One that was made while nobody was there to see it. */
    private fun show(line: ActionKey) {
        job =
            scope.launch {
                try {
                    val issued = acting.showKey(line)
                    making.update { it.copy(made = Made(issued, serverTime(), line)) }
                } catch (trouble: CompanionException) {
                    making.update { it.copy(trouble = trouble) }
                }
            }
    }

    private suspend fun make(wanted: Making): KeyRequest =
        if (wish.replaces) {
            accounts.rotateKey(wish.account)
        } else {
            acting.createKey(wish.account, NewKey(wanted.program.trim(), wanted.label.trim()))
        }

    private fun serverTime() = clock.now() + (overview.value?.serverOffset ?: 0)

    private fun copy() {
        val key =
            Secret(
                making.value.made
                    ?.issued
                    ?.key ?: return,
            )
        clipboard.put(key)
        clearing?.cancel()
        clearing =
            scope.launch {
                delay(ON_CLIPBOARD)
                clipboard.clear(key)
            }
    }

    /** A key that nobody stored is not lost by a slip of the finger. */
    private fun close() {
        val now = making.value
        if (now.made != null && !now.stored) {
            making.update { it.copy(asking = true) }
        } else {
            now.made?.let { settle(it.line) }
            end()
        }
    }

    /** A key that nobody has opens nothing any more. This phone's own goes on, for this phone has it. */
    private fun lose() {
        making.value.made?.let { made ->
            settle(made.line) {
                if (!wish.replaces) acting.revokeKey(wish.account, made.issued.hash)
            }
        }
        end()
    }

    /** The outbox need not show it any longer. Where that fails it stays there, and nothing is lost. */
    private fun settle(
        line: ActionKey,
        first: suspend () -> Unit = {},
    ) {
        scope.launch {
            troubleOf {
                first()
                acting.discard(line)
            }
        }
    }

    private fun end() {
        job?.cancel()
        making.value = Making(wish.program, wish.replaces)
        onClose()
    }

    private fun worded(
        account: Account?,
        making: Making,
    ): NewKeyState? {
        if (account == null) return null
        val allow = making.leave.asked(account, labels)
        val made = making.made
        val trouble = making.trouble
        return when {
            made != null -> {
                NewKeyState(shown = shown(account, made, making))
            }

            making.waits -> {
                NewKeyState(kept = labels.kept(account, wish.replaces))
            }

            wish.line != null -> {
                trouble?.let { NewKeyState(kept = labels.notShown(account, wish.replaces, said(it))) }
            }

            allow != null -> {
                NewKeyState(allow = allow)
            }

            wish.replaces -> {
                NewKeyState(replace = labels.replacing(account, making.creatable, trouble?.let { said(it) }))
            }

            trouble is CompanionException.Forbidden -> {
                NewKeyState(refused = labels.keyRefused(account, trouble.capability))
            }

            else -> {
                NewKeyState(
                    form =
                        labels.keyForm(
                            account,
                            making.program,
                            making.label,
                            making.creatable,
                            trouble?.let { said(it) },
                        ),
                )
            }
        }
    }

    private fun shown(
        account: Account,
        made: Made,
        making: Making,
    ) = labels.shownKey(
        account,
        made.issued,
        made.issued.program ?: making.program.trim(),
        wish.replaces,
        made.at,
        making.stored,
        making.asking,
    )

    private fun said(trouble: CompanionException): String = labels.error(trouble.asWord)

    private companion object {
        const val ON_CLIPBOARD = 60_000L
    }
}
