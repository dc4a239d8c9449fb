package dev.cachebash

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.ListQuery
import dev.cachebash.ffi.MessageKind
import dev.cachebash.ffi.NewAccount
import dev.cachebash.ffi.ProgramQuery
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.RowProgress
import dev.cachebash.ffi.Source
import dev.cachebash.testing.Agent
import dev.cachebash.testing.AtHome
import dev.cachebash.testing.Gate
import dev.cachebash.testing.MemorySecrets
import dev.cachebash.testing.PemFiles
import dev.cachebash.testing.ServerProcess
import dev.cachebash.testing.story
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.Json
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.extension.RegisterExtension
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** What a phone grants and what its key may: a wake within a budget, a dear network, rights learnt, authorities of one's own. */
class SparingTest {
    @JvmField
    @RegisterExtension
    val atHome = AtHome()

    private val home get() = atHome.home

    private fun CacheBashCompanion.builder() = overview(ProgramQuery()).rows.single { it.program == "builder" }

    @Test
    fun `a wake reads and sends what waited, and one that nobody answers ends in time and loses nothing`() =
        story {
            Gate(home.server.url).use { gate ->
                home.open().use { companion ->
                    val account = with(home) { companion.joins(url = gate.url) }.id
                    companion.allowWrites(account, true)
                    gate.shut()
                    companion.ask(account, Action.SendMessage("builder", "Go on", MessageKind.DIRECTIVE, null))
                    home.at(30.seconds)
                    home.reports("builder", "working", "Testing", progress = 60)
                    val late = companion.wake(300, 20u)
                    assertFalse(late.inTime)
                    assertEquals(1, companion.outbox().lines.size)
                    assertEquals(RowProgress.Percent(45u), companion.builder().progress)

                    gate.open()
                    home.at(60.seconds)
                    assertTrue(companion.wake(20_000, 40u).inTime)
                    assertEquals("Testing" to RowProgress.Percent(60u), companion.builder().run { status to progress })
                    assertEquals(emptyList<Delivery>(), companion.outbox().lines.map { it.delivery })
                    companion.refreshMessages(account, "builder")
                    val sent = companion.messages(ListQuery(program = "builder")).rows.map { it.message.text }
                    assertEquals(listOf("Go on"), sent)

                    home.at(90.seconds)
                    home.reports("builder", "working", "Testing on", progress = 70)
                    assertTrue(companion.wake(20_000, 40u).rowsChanged > 0u)
                    assertEquals("Testing on", companion.builder().status)
                }
            }
        }

    @Test
    fun `on a metered network nobody listens, and what changed is seen all the same`() =
        story {
            ServerProcess.start(atHome.dir.resolve("awake")).use { server ->
                val owner = Agent(server.url, checkNotNull(server.ownerKey))
                owner.createKey("builder", "builder agent")
                val begin =
                    """{"sessionId":"builder.auth","programId":"builder","name":"Auth","state":"working","progress":20}"""
                owner.call("POST", "/v1/sessions", Json.parseToJsonElement(begin))
                Gate(server.url).use { gate ->
                    openCompanion(atHome.dir.resolve("started"), MemorySecrets(), syncPeriod = PERIOD).use {
                        it.addAccount(NewAccount(gate.url, owner.key))
                        it.start()
                        gate.listened(times = 1)
                        it.setConditions(metered = true, lowPower = false)
                        gate.awaitHungUp()
                        val before = gate.count(EVENTS)
                        val more = """{"status":"Testing","state":"working","progress":60,"lastHeartbeat":true}"""
                        owner.call("PATCH", "/v1/sessions/builder.auth", Json.parseToJsonElement(more))
                        withTimeout(PATIENCE) {
                            it.overviews().first { seen ->
                                seen.rows.any { row -> row.progress == RowProgress.Percent(60u) }
                            }
                        }
                        assertEquals(before, gate.count(EVENTS))

                        it.setConditions(metered = false, lowPower = false)
                        gate.listened(times = before + 1)
                    }
                }
            }
        }

    @Test
    fun `on a low battery nobody listens either, and the clock asks a quarter as often`() =
        story {
            ServerProcess.start(atHome.dir.resolve("awake")).use { server ->
                Gate(server.url).use { gate ->
                    openCompanion(atHome.dir.resolve("started"), MemorySecrets(), syncPeriod = PERIOD).use {
                        it.addAccount(NewAccount(gate.url, checkNotNull(server.ownerKey)))
                        it.start()
                        gate.listened(times = 1)
                        it.setConditions(metered = false, lowPower = true)
                        gate.awaitHungUp()
                        val listened = gate.count(EVENTS)
                        gate.looked(times = gate.count(LOOKS) + 1)
                        val began = TimeSource.Monotonic.markNow()
                        gate.looked(times = gate.count(LOOKS) + 3)
                        // Three of them lie at least two whole waits apart, each of four periods.
                        val atLeast = PERIOD * 4 * 2
                        assertTrue(began.elapsedNow() >= atLeast) { "${began.elapsedNow()} is less than $atLeast" }
                        assertEquals(listened, gate.count(EVENTS))

                        it.setConditions(metered = false, lowPower = false)
                        gate.listened(times = listened + 1)
                    }
                }
            }
        }

    private suspend fun Gate.looked(times: Int) =
        withTimeout(PATIENCE) { while (count(LOOKS) < times) delay(20.milliseconds) }

    private suspend fun Gate.listened(times: Int) =
        withTimeout(PATIENCE) { while (count(EVENTS) < times) delay(20.milliseconds) }

    @Test
    fun `what a key may read is learnt from the replies it gets, and what is missing has a name`() =
        story {
            val watcher = home.owner.createKey("watcher", "watcher", listOf("pulse.read"))
            home.open().use { companion ->
                val owners = with(home) { companion.joins() }.id
                companion.refreshProgram(owners, "builder")
                assertTrue(companion.abilities(owners).isNotEmpty())
                assertEquals(emptyList<Source>(), companion.abilities(owners).filter { !it.allowed }.map { it.source })

                val watchers = with(home) { companion.joins(watcher.key) }.id
                companion.refreshProgram(watchers, "builder")
                val learnt = companion.abilities(watchers).associateBy { it.source }
                assertEquals(true to null, learnt[Source.SESSIONS]?.run { allowed to missing })
                assertEquals(false to "state.read", learnt[Source.PROGRAM_STATE]?.run { allowed to missing })
                assertEquals(home.now, learnt[Source.PROGRAM_STATE]?.learntAt)
                assertThrows<CompanionException.NotFound> { companion.abilities("nobody") }
            }
        }

    @Test
    fun `a server of one's own is trusted where its authority is named and nowhere else`() =
        story {
            val own = PemFiles.make(atHome.dir)
            ServerProcess.start(atHome.dir.resolve("own"), tls = own).use { server ->
                assertTrue(server.url.startsWith("https://"))
                val account = NewAccount(server.url, checkNotNull(server.ownerKey), "Own")
                openCompanion(atHome.dir.resolve("stranger"), MemorySecrets()).use { stranger ->
                    assertThrows<CompanionException.Offline> { runBlocking { stranger.addAccount(account) } }
                    assertEquals(emptyList<Any>(), stranger.accounts())
                }
                val vouches = own.certificate.readText()
                openCompanion(atHome.dir.resolve("friend"), MemorySecrets(), authorities = vouches).use { friend ->
                    friend.addAccount(account)
                    assertEquals(null, friend.refresh().sources.firstNotNullOfOrNull { it.cause })
                }
                val refused =
                    assertThrows<CompanionException.Rejected> {
                        openCompanion(atHome.dir.resolve("wrong"), MemorySecrets(), authorities = "no certificate")
                    }
                assertEquals(RejectedReason.Invalid("authorities"), refused.reason)
            }
        }

    private companion object {
        const val EVENTS = "GET /v1/events"
        const val LOOKS = "GET /v1/sync"
        val PERIOD = 200.milliseconds
        val PATIENCE = 30.seconds
    }
}
