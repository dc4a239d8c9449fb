package dev.cachebash.presentation.account

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.NewAccount
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.PairingException
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.parsePairing
import dev.cachebash.presentation.Accounts
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.LINGER
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.asWord
import dev.cachebash.presentation.isSameServer
import dev.cachebash.presentation.key.Secret
import dev.cachebash.presentation.orNothing
import dev.cachebash.presentation.pairing.PairingScanner
import dev.cachebash.presentation.pairing.pairingTrouble
import dev.cachebash.presentation.troubleOf
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * Another key for an account: into its ring, where it reads what the account's own may not. A key that cannot go there is
 * asked about before anything is sent for it: a link to another server is another account, and so is another owner's key.
 * While the account's own key is refused, the one that was pasted takes its place, and all of the account stays.
 *
 * What was pasted is in this object and nowhere else. [scope] outlives the sheet, [onClose] is called when that is to go.
 */
class OtherKeyPresenter(
    private val fleet: Fleet,
    private val accounts: Accounts,
    private val wanted: OtherKey,
    private val scanner: PairingScanner?,
    private val labels: Labels,
    private val scope: CoroutineScope,
    private val onClose: () -> Unit,
) {
    /** A key that goes into no ring, and whose it is. */
    private class Stray(
        val instead: Instead,
        val server: String,
        val key: String,
    )

    private data class Asking(
        val text: String = "",
        val stray: Stray? = null,
        val busy: Boolean = false,
        val trouble: String? = null,
        /** It is in the ring. */
        val kept: Boolean = false,
        /** How many codes were scanned. */
        val scans: Int = 0,
    ) {
        override fun toString(): String = "Asking(…)"
    }

    private data class Ground(
        val account: Account,
        val refused: Boolean,
    )

    private val asking = MutableStateFlow(Asking())
    private var job: Job? = null
    private var ground: Ground? = null

    /** What the sheet shows; `null` until the account is known. */
    val state: StateFlow<OtherKeyState?> =
        combine(fleet.overviews(limit = 1).orNothing { }, asking, ::told)
            .stateIn(scope, SharingStarted.WhileSubscribed(LINGER), null)

    /** What a person did. */
    fun act(action: OtherKeyAction) {
        when (action) {
            is OtherKeyAction.Write -> if (!asking.value.busy) asking.update { Asking(action.text, scans = it.scans) }
            OtherKeyAction.Scan -> scan()
            OtherKeyAction.Use -> use()
            OtherKeyAction.Confirm -> confirm()
            OtherKeyAction.Back -> if (!asking.value.busy) asking.update { it.copy(stray = null, trouble = null) }
            OtherKeyAction.Close -> end()
        }
    }

    private fun scan() {
        scope.launch {
            val scanned = scanner?.scan() ?: return@launch
            asking.update { Asking(scanned, scans = it.scans + 1) }
            use()
        }
    }

    /** Sends nothing but to the server of the account. */
    private fun use() {
        val known = ground ?: return
        val text = asking.value.text.trim()
        if (asking.value.busy || text.isEmpty()) return
        val pairing =
            try {
                parsePairing(text)
            } catch (trouble: PairingException) {
                asking.update { it.copy(trouble = labels.pairingTrouble(trouble)) }
                return
            }
        val server = known.account.server
        // A bare key names no server: the sheet does, and it is the account's.
        val isHere = text.startsWith(BARE) || isSameServer(pairing.server, server)
        when {
            !isHere -> ask(Stray(Instead.Elsewhere, pairing.server, pairing.key))
            known.refused -> replace(known.account, pairing.key)
            else -> addToRing(known.account, pairing.key, pairing.program)
        }
    }

    private fun ask(stray: Stray) = asking.update { it.copy(stray = stray, busy = false, trouble = null) }

    /** In the place of one that is no longer accepted: the account keeps all it has. */
    private fun replace(
        account: Account,
        key: String,
    ) = doing {
        unlessOfAnother(account, key) {
            accounts.replaceKey(account.id, key)
            end()
            look(program = null)
        }
    }

    /** A key of another owner is an account of its own, and that is asked about. */
    private suspend fun unlessOfAnother(
        account: Account,
        key: String,
        work: suspend () -> Unit,
    ) {
        try {
            work()
        } catch (refused: CompanionException.Rejected) {
            if (refused.reason != RejectedReason.NotYours) throw refused
            ask(Stray(Instead.OtherOwner, account.server, key))
        }
    }

    private fun addToRing(
        account: Account,
        key: String,
        program: String?,
    ) = doing {
        unlessOfAnother(account, key) {
            val added = accounts.addToRing(account.id, key, program)
            if (added.own) {
                fail(labels.words.text("other_key.own", account.label))
            } else {
                asking.value = Asking(kept = true)
                look(wanted.program)
            }
        }
    }

    private fun confirm() {
        val stray = asking.value.takeIf { !it.busy }?.stray ?: return
        doing {
            accounts.add(NewAccount(stray.server, stray.key))
            end()
            look(program = null)
        }
    }

    /** One thing at a time; what goes wrong is said, and what was pasted stays. */
    private fun doing(work: suspend () -> Unit) {
        asking.update { it.copy(busy = true, trouble = null) }
        job = scope.launch { troubleOf(work)?.let { fail(labels.error(it.asWord)) } }
    }

    private fun fail(why: String) = asking.update { it.copy(busy = false, trouble = why) }

    /** What may be read now is read at once. Nobody asked for that, so nobody is told that it failed. */
    private fun look(program: String?) {
        scope.launch {
            troubleOf {
                if (program == null) fleet.refresh() else fleet.refreshProgram(ProgramKey(wanted.account, program))
            }
        }
    }

    private fun end() {
        val underWay = job
        job = null
        asking.value = Asking()
        onClose()
        underWay?.cancel()
    }

    private fun told(
        overview: Overview?,
        asking: Asking,
    ): OtherKeyState? {
        overview?.accounts?.firstOrNull { it.id == wanted.account }?.let {
            ground = Ground(it, overview.isRefused(it.id))
        }
        // What is under way is spoken of to its end.
        return ground?.let { worded(it, asking) }
    }

    private fun worded(
        ground: Ground,
        asking: Asking,
    ): OtherKeyState {
        val stray = asking.stray
        return if (asking.kept) {
            labels.kept(ground.account)
        } else if (stray == null) {
            val ready = asking.text.isNotBlank() && !asking.busy
            labels.pasting(
                ground.account,
                ground.refused,
                Secret(asking.text),
                asking.scans,
                scanner != null,
                ready,
                asking.trouble,
            )
        } else {
            labels.deciding(ground.account, stray.instead, stray.server, asking.busy, asking.trouble)
        }
    }

    private companion object {
        /** How a key begins that is in no link. */
        const val BARE = "cb_"
    }
}
