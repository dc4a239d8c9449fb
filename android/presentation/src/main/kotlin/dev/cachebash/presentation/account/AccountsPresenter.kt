package dev.cachebash.presentation.account

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.RingKey
import dev.cachebash.presentation.Accounts
import dev.cachebash.presentation.Acting
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.LINGER
import dev.cachebash.presentation.asWord
import dev.cachebash.presentation.hostOf
import dev.cachebash.presentation.key.KeyWish
import dev.cachebash.presentation.orNothing
import dev.cachebash.presentation.troubleOf
import dev.cachebash.presentation.undelivered
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/**
 * The accounts on this device and the keys of each: what this device may do with them, and the ways out. What cannot be
 * taken back is asked about first. [scope] outlives the sheet, so that closing it stops nothing that was confirmed.
 */
class AccountsPresenter(
    fleet: Fleet,
    acting: Acting,
    private val accounts: Accounts,
    private val labels: Labels,
    private val scope: CoroutineScope,
    private val onOtherKey: (OtherKey) -> Unit,
    private val onNewKey: (KeyWish) -> Unit,
    private val onGone: (account: String) -> Unit,
    private val onClose: () -> Unit,
) {
    /** What was asked about and would be lost. */
    private sealed interface Losing {
        data class Key(
            val hash: String,
        ) : Losing

        data object All : Losing
    }

    private data class Asking(
        val open: String? = null,
        val losing: Losing? = null,
        val busy: Boolean = false,
        val trouble: CompanionException? = null,
        /** Rises with each change: a ring is read again then. */
        val round: Int = 0,
    )

    private data class Ground(
        val accounts: List<Account>,
        val open: Account?,
        val refused: Boolean,
        val ring: List<RingKey>,
    )

    private val asking = MutableStateFlow(Asking())
    private var latest: Ground? = null

    private val grounds: Flow<Ground?> =
        combine(
            fleet.overviews(limit = 1).orNothing { },
            asking.map { it.open to it.round }.distinctUntilChanged(),
        ) { overview, (open) -> overview?.let { ground(it, open) } }

    /** What the sheet shows; `null` until the accounts are known, and when there is none. */
    val state: StateFlow<AccountsState?> =
        combine(grounds, acting.undelivered(), asking) { ground, undelivered, asking ->
            latest = ground
            ground?.let { worded(it, undelivered[it.open?.id] ?: 0, asking) }
        }.stateIn(scope, SharingStarted.WhileSubscribed(LINGER), null)

    private suspend fun ground(
        overview: Overview,
        wanted: String?,
    ): Ground {
        val all = overview.accounts
        val open = all.singleOrNull() ?: all.firstOrNull { it.id == wanted }
        return Ground(all, open, open != null && overview.isRefused(open.id), open?.let { ring(it.id) }.orEmpty())
    }

    /** An account that goes at this moment has none. */
    private suspend fun ring(account: String): List<RingKey> =
        try {
            accounts.ring(account)
        } catch (_: CompanionException) {
            emptyList()
        }

    /** What a person did. */
    fun act(action: AccountsAction) {
        when (action) {
            is AccountsAction.Open -> asking.update { Asking(action.account, round = it.round) }
            AccountsAction.Back -> asking.update { Asking(round = it.round) }
            AccountsAction.StopActing -> withOpen { doing { accounts.stopActing(it.id) } }
            AccountsAction.UseAnotherKey -> withOpen { onOtherKey(OtherKey(it.id)) }
            AccountsAction.ReplaceKey -> withOpen { replace(it) }
            is AccountsAction.RemoveKey -> ask(Losing.Key(action.hash))
            AccountsAction.SignOut -> ask(Losing.All)
            AccountsAction.Lose -> withOpen { lose(it) }
            AccountsAction.Keep -> if (!asking.value.busy) ask(null)
            AccountsAction.Close -> close()
        }
    }

    private fun withOpen(act: (Account) -> Unit) {
        latest?.open?.let(act)
    }

    private fun ask(losing: Losing?) = asking.update { it.copy(losing = losing, trouble = null) }

    /** One that is refused cannot ask for its successor: a person has to bring that. */
    private fun replace(account: Account) {
        if (latest?.refused == true) {
            onOtherKey(OtherKey(account.id))
        } else {
            onNewKey(KeyWish(account.id, replaces = true))
        }
    }

    private fun lose(account: Account) {
        when (val losing = asking.value.losing) {
            is Losing.Key -> {
                doing { accounts.removeFromRing(account.id, losing.hash) }
            }

            Losing.All -> {
                doing {
                    accounts.signOut(account.id)
                    asking.update { it.copy(open = null) }
                    onGone(account.id)
                }
            }

            null -> {}
        }
    }

    /** One thing at a time. What goes wrong is said where it was asked for. */
    private fun doing(work: suspend () -> Unit) {
        if (asking.value.busy) return
        asking.update { it.copy(busy = true, trouble = null) }
        scope.launch {
            val trouble = troubleOf(work)
            asking.update {
                it.copy(
                    busy = false,
                    trouble = trouble,
                    losing = it.losing.takeIf { trouble != null },
                    round = it.round + 1,
                )
            }
        }
    }

    private fun close() {
        asking.update { Asking(busy = it.busy, round = it.round) }
        onClose()
    }

    private fun worded(
        ground: Ground,
        undelivered: Int,
        asking: Asking,
    ): AccountsState? {
        val open = ground.open
        val trouble = asking.trouble?.let { labels.error(it.asWord) }
        val losing =
            when (val losing = asking.losing) {
                is Losing.Key -> {
                    ground.ring
                        .firstOrNull { it.hash == losing.hash }
                        ?.let { labels.removing(it, asking.busy, trouble) }
                }

                Losing.All -> {
                    open?.let { labels.signingOut(it, ground.ring.size, undelivered, asking.busy, trouble) }
                }

                null -> {
                    null
                }
            }
        if (ground.accounts.isEmpty()) return null
        return AccountsState(
            title = open?.label ?: labels.text("accounts"),
            aside = open?.let { hostOf(it.server) }?.takeIf { it != open.label },
            close = labels.text("close"),
            lines = if (open == null) labels.accountLines(ground.accounts) else emptyList(),
            account = open?.let { labels.account(it, ground.ring, ground.refused, ground.accounts.size == 1) },
            asking = losing,
            trouble = trouble.takeIf { losing == null },
        )
    }
}
