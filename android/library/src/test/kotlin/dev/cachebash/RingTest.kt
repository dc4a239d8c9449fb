package dev.cachebash

import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Reading
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.Source
import dev.cachebash.testing.AtHome
import dev.cachebash.testing.ServerProcess
import dev.cachebash.testing.story
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.extension.RegisterExtension

/** An account's ring of keys: what one may not read is read with another, and each is gone when it was removed. */
class RingTest {
    @JvmField
    @RegisterExtension
    val atHome = AtHome()

    private val home get() = atHome.home

    @Test
    fun `what the account's own key may not read is read with another of its ring, until that is removed`() =
        story {
            home.leaves("builder", "One edge case remains.")
            val narrow = home.owner.createKey("watcher", "watcher", listOf("pulse.read"))
            val builder = home.owner.createKey("builder", "second key")
            home.open().use { companion ->
                val account = with(home) { companion.joins(narrow.key) }.id
                companion.refreshProgram(account, "builder")
                val before = companion.program(account, "builder").context
                assertEquals(
                    "state.read",
                    assertInstanceOf(Reading.NoPermission::class.java, before.reading).capability,
                )

                val added = companion.addToRing(account, builder.key, "builder")
                assertEquals(Triple("builder", false, true), Triple(added.label, added.own, added.asks))
                companion.refreshProgram(account, "builder")
                val after = companion.program(account, "builder").context
                assertEquals(Reading.Read to "One edge case remains.", after.reading to after.context.handOffNotes)
                val told =
                    companion.ring(account).map { key ->
                        key.abilities.single { it.source == Source.PROGRAM_STATE }
                    }
                assertEquals(listOf(false, true), told.map { it.allowed })

                assertEquals(2, home.secrets.size)
                companion.removeFromRing(account, added.hash)
                assertEquals(1, home.secrets.size)
                assertThrows<CompanionException.NotFound> {
                    runBlocking { companion.removeFromRing(account, companion.ring(account).single().hash) }
                }
            }
        }

    @Test
    fun `a key that the server does not know, and one that is cut, join no ring`() =
        story {
            ServerProcess.start(atHome.dir.resolve("other")).use { other ->
                home.open().use { companion ->
                    val account = with(home) { companion.joins() }.id
                    assertThrows<CompanionException.Unauthorized> {
                        runBlocking { companion.addToRing(account, checkNotNull(other.ownerKey)) }
                    }
                    val cut =
                        assertThrows<CompanionException.Rejected> {
                            runBlocking {
                                companion.addToRing(
                                    account,
                                    "cb_1",
                                )
                            }
                        }
                    assertEquals(RejectedReason.Invalid("key"), cut.reason)
                    assertEquals(1, companion.ring(account).size)
                }
            }
        }
}
