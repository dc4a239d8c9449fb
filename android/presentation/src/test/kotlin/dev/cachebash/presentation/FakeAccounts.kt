package dev.cachebash.presentation

import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.Account
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.KeyRequest
import dev.cachebash.ffi.NewAccount
import dev.cachebash.ffi.RingKey
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred

/** Looks after the accounts it is given, or refuses, and remembers what it was asked. */
internal class FakeAccounts(
    vararg keys: RingKey,
) : Accounts {
    val added = mutableListOf<NewAccount>()
    val ring = keys.toMutableList()
    val asked = mutableListOf<String>()

    /** Everything takes until this is complete. */
    var answering = CompletableDeferred(Unit)
    var refusal: CompanionException? = null
    var givenUp = 0

    /** The server cannot be reached: keys are made later. */
    var makesLater = false

    override suspend fun add(account: NewAccount): Account {
        answer()
        added += account
        asked += "add"
        return account(id = "new", label = account.label ?: "new")
    }

    override suspend fun ring(account: String): List<RingKey> = ring.toList()

    override suspend fun addToRing(
        account: String,
        key: String,
        label: String?,
    ): RingKey {
        answer()
        asked += "add to ring of $account: $key as $label"
        return ring.firstOrNull { it.own && key == OWN_KEY } ?: ringKey("further", label.orEmpty()).also { ring += it }
    }

    override suspend fun removeFromRing(
        account: String,
        hash: String,
    ) {
        answer()
        asked += "remove $hash from $account"
        ring.removeAll { it.hash == hash }
    }

    override suspend fun stopActing(account: String) {
        answer()
        asked += "stop $account"
    }

    override suspend fun rotateKey(account: String): KeyRequest {
        answer()
        asked += "rotate $account"
        return if (makesLater) KeyRequest.Waiting("k-2") else KeyRequest.Issued(issued("owner", "owner"), "k-2")
    }

    override suspend fun replaceKey(
        account: String,
        key: String,
    ) {
        answer()
        asked += "replace the key of $account by $key"
    }

    override suspend fun signOut(account: String) {
        answer()
        asked += "sign out $account"
    }

    private suspend fun answer() {
        try {
            answering.await()
        } catch (cancelled: CancellationException) {
            givenUp++
            throw cancelled
        }
        refusal?.let { throw it }
    }
}

/** The key that the account has itself. */
internal val OWN_KEY = "cb_" + "fedcba9876543210".repeat(4)

internal fun ringKey(
    hash: String,
    label: String,
    own: Boolean = false,
    asks: Boolean = true,
    abilities: List<Ability> = emptyList(),
) = RingKey(hash, label, own, asks, if (own) null else NOW - 86_400_000, abilities)
