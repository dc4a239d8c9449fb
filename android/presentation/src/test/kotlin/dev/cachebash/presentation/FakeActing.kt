package dev.cachebash.presentation

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.Action
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.IssuedKey
import dev.cachebash.ffi.KeyRequest
import dev.cachebash.ffi.MessageKind
import dev.cachebash.ffi.NewKey
import dev.cachebash.ffi.OutboxLine
import dev.cachebash.ffi.OutboxView
import dev.cachebash.ffi.RelayGroup
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.filterNotNull

/** Takes what it is given, or refuses it, and remembers both. */
internal class FakeActing(
    first: OutboxView? = null,
) : Acting {
    val outbox = MutableStateFlow(first)
    val asked = mutableListOf<Pair<String, Action>>()
    val retried = mutableListOf<ActionKey>()
    val discarded = mutableListOf<ActionKey>()
    val edited = mutableListOf<Pair<ActionKey, Action>>()

    /** Everything takes until this is complete. */
    var answering = CompletableDeferred(Unit)
    var refusal: CompanionException? = null

    override fun outboxes(): Flow<OutboxView> = outbox.filterNotNull()

    val allowed = mutableListOf<String>()
    var groups = emptyList<RelayGroup>()

    override suspend fun allowWrites(account: String) {
        answer()
        allowed += account
    }

    override suspend fun groups(account: String): List<RelayGroup> = groups

    val wanted = mutableListOf<NewKey>()
    val shown = mutableListOf<ActionKey>()

    /** The server cannot be reached: keys are made later. */
    var makesLater = false

    override suspend fun createKey(
        account: String,
        key: NewKey,
    ): KeyRequest {
        answer()
        wanted += key
        return if (makesLater) KeyRequest.Waiting("k-1") else KeyRequest.Issued(issued(key.program, key.label), "k-1")
    }

    /** Account and fingerprint. */
    val revoked = mutableListOf<Pair<String, String>>()

    override suspend fun revokeKey(
        account: String,
        hash: String,
    ) {
        answer()
        revoked += account to hash
    }

    override suspend fun showKey(key: ActionKey): IssuedKey {
        answer()
        shown += key
        return issued("scribe", "scribe agent")
    }

    override suspend fun ask(
        account: String,
        action: Action,
    ) {
        answer()
        asked += account to action
    }

    override suspend fun retry(key: ActionKey) {
        answer()
        retried += key
    }

    override suspend fun discard(key: ActionKey) {
        answer()
        discarded += key
    }

    override suspend fun edit(
        key: ActionKey,
        instead: Action,
    ) {
        answer()
        edited += key to instead
    }

    private suspend fun answer() {
        answering.await()
        refusal?.let { throw it }
    }
}

internal fun issued(
    program: String?,
    label: String,
) = IssuedKey(RAW_KEY, KEY_HASH, program, label, null, listOf("pulse.write"))

internal val RAW_KEY = "cb_" + "0123456789abcdef".repeat(4)
internal val KEY_HASH = "1828ece3" + "0".repeat(48) + "3cf59f54"

internal fun message(
    text: String = "Hold the release until the reviewer is done.",
    to: String = "deploy",
) = Action.SendMessage(to, text, MessageKind.DIRECTIVE, repliesTo = null)

internal fun outboxLine(
    id: String,
    delivery: Delivery,
    action: Action = message(),
    askedAt: Long = NOW - 660_000,
    account: String = "home",
    mayHaveArrived: Boolean = delivery is Delivery.Unknown,
    behind: String? = null,
) = OutboxLine(account, id, action, askedAt, delivery, mayHaveArrived, behind)

internal fun outbox(
    vararg lines: OutboxLine,
    decisions: Int = 0,
    accounts: List<Account> = listOf(account()),
    fresh: Boolean = true,
) = OutboxView(lines.toList(), decisions.toUInt(), accounts, fresh, NOW)
