package dev.cachebash.presentation

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.IssuedKey
import dev.cachebash.ffi.KeyRequest
import dev.cachebash.ffi.NewKey
import dev.cachebash.ffi.OutboxView
import dev.cachebash.ffi.RelayGroup
import dev.cachebash.outboxes
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withContext

/** Identity of something a person asked for. */
data class ActionKey(
    val account: String,
    val action: String,
)

/** What the presenters need of the companion to act for a person. Every call that returns has kept what it was given. */
interface Acting {
    /** What was asked for and is not done yet, of all accounts, now and whenever it changes. */
    fun outboxes(): Flow<OutboxView>

    /** Lets this device act for [account]'s owner. */
    @Throws(CompanionException::class)
    suspend fun allowWrites(account: String)

    /** The groups one may write to. */
    @Throws(CompanionException::class)
    suspend fun groups(account: String): List<RelayGroup>

    /** Makes a key; the wish is kept first. The key stands in the outbox until [discard] says that a person has it. */
    @Throws(CompanionException::class)
    suspend fun createKey(
        account: String,
        key: NewKey,
    ): KeyRequest

    /** Revokes the key of this fingerprint; the wish is kept first, so that it is enough to have asked where no server answers. */
    @Throws(CompanionException::class)
    suspend fun revokeKey(
        account: String,
        hash: String,
    )

    /** A key that stands in the outbox. */
    @Throws(CompanionException::class)
    suspend fun showKey(key: ActionKey): IssuedKey

    /** Keeps [action] and sends it when that is possible. */
    @Throws(CompanionException::class)
    suspend fun ask(
        account: String,
        action: Action,
    )

    /** Tries again; what may have arrived is only looked for. */
    @Throws(CompanionException::class)
    suspend fun retry(key: ActionKey)

    /** Gives it up. */
    @Throws(CompanionException::class)
    suspend fun discard(key: ActionKey)

    /** Puts [instead] in its place. */
    @Throws(CompanionException::class)
    suspend fun edit(
        key: ActionKey,
        instead: Action,
    )
}

/** Acts through a real companion, as soon as that is open. */
class CompanionActing(
    private val opening: Opening,
) : Acting {
    constructor(companion: CacheBashCompanion) : this(Opening(companion))

    override fun outboxes(): Flow<OutboxView> = flow { emitAll(opening.companion().outboxes()) }

    override suspend fun allowWrites(account: String) {
        withContext(Dispatchers.IO) { opening.companion().allowWrites(account, allowed = true) }
    }

    override suspend fun groups(account: String): List<RelayGroup> =
        withContext(Dispatchers.IO) { opening.companion().groups(account) }

    override suspend fun createKey(
        account: String,
        key: NewKey,
    ): KeyRequest = opening.companion().createKey(account, key)

    override suspend fun revokeKey(
        account: String,
        hash: String,
    ) {
        opening.companion().revokeKey(account, hash)
    }

    override suspend fun showKey(key: ActionKey): IssuedKey = opening.companion().showKey(key.account, key.action)

    override suspend fun ask(
        account: String,
        action: Action,
    ) {
        opening.companion().ask(account, action)
    }

    override suspend fun retry(key: ActionKey) = opening.companion().retryAction(key.account, key.action)

    override suspend fun discard(key: ActionKey) = opening.companion().discardAction(key.account, key.action)

    override suspend fun edit(
        key: ActionKey,
        instead: Action,
    ) {
        opening.companion().editAction(key.account, key.action, instead)
    }
}
