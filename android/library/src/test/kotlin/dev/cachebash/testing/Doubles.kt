package dev.cachebash.testing

import dev.cachebash.ffi.Clock
import dev.cachebash.ffi.IdSource
import dev.cachebash.ffi.SecretStore
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong

/** A clock that stands where it was put. */
class StandingClock(
    now: Long,
) : Clock {
    private val at = AtomicLong(now)

    /** Now, in milliseconds since the epoch. */
    var now: Long
        get() = at.get()
        set(value) = at.set(value)

    override fun nowMs(): Long = at.get()
}

/** Counts: id-1, id-2, … */
class CountingIds : IdSource {
    private val last = AtomicLong()

    override fun nextId(): String = "id-${last.incrementAndGet()}"
}

/** Keeps keys in memory. */
class MemorySecrets : SecretStore {
    private val keys = ConcurrentHashMap<String, String>()

    /** How many keys it holds. */
    val size: Int get() = keys.size

    override fun put(
        account: String,
        key: String,
    ) {
        keys[account] = key
    }

    override fun get(account: String): String? = keys[account]

    override fun remove(account: String) {
        keys.remove(account)
    }
}
