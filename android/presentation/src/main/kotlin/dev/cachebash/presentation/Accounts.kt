package dev.cachebash.presentation

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.KeyRequest
import dev.cachebash.ffi.NewAccount
import dev.cachebash.ffi.RingKey
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** What the presenters need of the companion to look after the accounts on this device and their rings of keys. */
interface Accounts {
    /** Asks the server whether it takes the key, and keeps both if it does. */
    @Throws(CompanionException::class)
    suspend fun add(account: NewAccount): Account

    /** The keys this device holds for [account], its own first. */
    @Throws(CompanionException::class)
    suspend fun ring(account: String): List<RingKey>

    /** Asks the server whether it takes the key, and keeps it beside [account]'s own. Given up with its caller. */
    @Throws(CompanionException::class)
    suspend fun addToRing(
        account: String,
        key: String,
        label: String?,
    ): RingKey

    /** Forgets a key of [account]'s ring, by its fingerprint. */
    @Throws(CompanionException::class)
    suspend fun removeFromRing(
        account: String,
        hash: String,
    )

    /** Lets this device act for [account]'s owner no longer. */
    @Throws(CompanionException::class)
    suspend fun stopActing(account: String)

    /** The server makes another key in place of [account]'s own, which this device uses from then on. */
    @Throws(CompanionException::class)
    suspend fun rotateKey(account: String): KeyRequest

    /** Puts a key that a person has in the place of [account]'s own; all that is kept of the account stays. */
    @Throws(CompanionException::class)
    suspend fun replaceKey(
        account: String,
        key: String,
    )

    /** Wipes all of [account] that is on this device. */
    @Throws(CompanionException::class)
    suspend fun signOut(account: String)
}

/** The accounts of a real companion, as soon as that is open. */
class CompanionAccounts(
    private val opening: Opening,
) : Accounts {
    constructor(companion: CacheBashCompanion) : this(Opening(companion))

    override suspend fun add(account: NewAccount): Account = opening.companion().addAccount(account)

    override suspend fun ring(account: String): List<RingKey> =
        withContext(Dispatchers.IO) { opening.companion().ring(account) }

    override suspend fun addToRing(
        account: String,
        key: String,
        label: String?,
    ): RingKey = opening.companion().addToRing(account, key, label)

    override suspend fun removeFromRing(
        account: String,
        hash: String,
    ) = opening.companion().removeFromRing(account, hash)

    override suspend fun stopActing(account: String) {
        withContext(Dispatchers.IO) { opening.companion().allowWrites(account, allowed = false) }
    }

    override suspend fun rotateKey(account: String): KeyRequest = opening.companion().rotateKey(account)

    override suspend fun replaceKey(
        account: String,
        key: String,
    ) = opening.companion().replaceKey(account, key)

    override suspend fun signOut(account: String) = opening.companion().removeAccount(account)
}
