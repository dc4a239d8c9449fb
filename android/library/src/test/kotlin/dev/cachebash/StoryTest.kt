package dev.cachebash

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.KeyRequest
import dev.cachebash.ffi.MessageKind
import dev.cachebash.ffi.NewAccount
import dev.cachebash.ffi.NewKey
import dev.cachebash.ffi.Notice
import dev.cachebash.ffi.OutboxLine
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.OverviewListener
import dev.cachebash.ffi.ProgramQuery
import dev.cachebash.ffi.ProgramRow
import dev.cachebash.ffi.Reading
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.RowProgress
import dev.cachebash.ffi.SessionState
import dev.cachebash.ffi.Setback
import dev.cachebash.testing.Agent
import dev.cachebash.testing.Gate
import dev.cachebash.testing.MemorySecrets
import dev.cachebash.testing.ServerProcess
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.Json
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertInstanceOf
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds

/** What a phone does with a server, told in Kotlin over the real library and a running server. */
class StoryTest {
    @TempDir
    lateinit var dir: File

    private lateinit var server: ServerProcess
    private lateinit var owner: Agent
    private lateinit var builder: Agent
    private val secrets = MemorySecrets()

    @BeforeEach
    fun serve() {
        server = ServerProcess.start(dir.resolve("server"))
        owner = Agent(server.url, checkNotNull(server.ownerKey))
        builder = owner.createKey("builder", "builder agent")
        builder.begins()
    }

    @AfterEach
    fun end() = server.close()

    @Test
    fun `a phone sees the fleet, follows it, and keeps what it saw when the network goes`() =
        story {
            val companion = open()
            val account = companion.addAccount(NewAccount(server.url, checkNotNull(server.ownerKey), "Home fleet"))
            assertEquals("Home fleet", account.label)
            assertFalse(account.writesAllowed)
            assertEquals(1, secrets.size)

            companion.refresh()
            val row = companion.builder()
            assertEquals(SessionState.Working, row.state)
            assertEquals(RowProgress.Percent(20u), row.progress)
            assertEquals("Implementing JWT validation", row.status)

            observesWhatTheAgentDoes(companion)
            readsWhatIsHandedOver(companion, account.id)
            sleepsAndWakes(companion)

            server.close()
            val offline = afterFailedRefresh(companion)
            companion.suspend()
            companion.close()

            open().use { reopened ->
                val again = reopened.overview(ProgramQuery())
                assertEquals(offline.rows.map { it.atRest() }, again.rows.map { it.atRest() })
                assertEquals(offline.asOf, again.asOf)
                assertFalse(again.fresh)
                assertEquals("Home fleet", again.accounts.single().label)
            }
        }

    private suspend fun observesWhatTheAgentDoes(companion: CacheBashCompanion) =
        coroutineScope {
            val first = companion.overviews().first()
            assertEquals(RowProgress.Percent(20u), first.rows.single { it.program == "builder" }.progress)
            val risen =
                async {
                    companion.overviews().first {
                        it.rows.any { row ->
                            row.progress == RowProgress.Percent(45u)
                        }
                    }
                }
            builder.reports(progress = 45)
            companion.refresh()
            assertEquals(
                "Implementing JWT validation",
                risen
                    .await()
                    .rows
                    .single { it.program == "builder" }
                    .status,
            )
        }

    private suspend fun readsWhatIsHandedOver(
        companion: CacheBashCompanion,
        account: String,
    ) {
        builder.handsOver()
        companion.refreshProgram(account, "builder")
        val page = companion.program(account, "builder")
        assertEquals(Reading.Read, page.context.reading)
        assertEquals("One edge case remains in token refresh.", page.context.context.handOffNotes)
        assertEquals(listOf("Answer 401 or 403?"), page.context.context.openQuestions)
        assertEquals("builder", page.context.writtenBy)
        assertNotNull(page.context.writtenAt)
        assertEquals(1u, page.row.openQuestions)
        val history = companion.progressHistory(account, "builder.auth-1")
        assertEquals(listOf(20.0, 45.0), history.samples.map { it.progress })
    }

    /** The app leaves the screen and comes back: what was read is still there, and looking goes on. */
    private suspend fun sleepsAndWakes(companion: CacheBashCompanion) {
        val before = companion.overview(ProgramQuery())
        companion.suspend()
        assertThrows<CompanionException.Suspended> { companion.overview(ProgramQuery()) }
        companion.resume()
        val after = companion.overview(ProgramQuery())
        assertEquals(before.rows.map { it.atRest() }, after.rows.map { it.atRest() })
        companion.refresh()
        assertTrue(companion.overview(ProgramQuery()).fresh)
    }

    private suspend fun afterFailedRefresh(companion: CacheBashCompanion): Overview {
        val before = companion.overview(ProgramQuery())
        companion.refresh()
        val offline = companion.overview(ProgramQuery())
        assertTrue(offline.notice is Notice.Offline) { "${offline.notice}" }
        assertNotNull(offline.asOf)
        assertEquals(before.rows.map { it.program to it.progress }, offline.rows.map { it.program to it.progress })
        return offline
    }

    @Test
    fun `a wrong key is not accepted, and nothing is kept of it`() =
        story {
            open().use { companion ->
                val wrong = "cb_" + "9".padStart(KEY_DIGITS, '0')
                assertThrows<CompanionException.Unauthorized> {
                    runBlocking { companion.addAccount(NewAccount(server.url, wrong)) }
                }
                assertEquals(emptyList<Any>(), companion.accounts())
                assertEquals(0, secrets.size)
            }
        }

    @Test
    fun `an account whose adding was cancelled leaves nothing behind, and the others work on`() =
        story {
            Gate(server.url).use { gate ->
                open().use { companion ->
                    val ownerKey = checkNotNull(server.ownerKey)
                    val home = companion.addAccount(NewAccount(server.url, ownerKey, "Home fleet"))
                    gate.shut()
                    val adding = launch(Dispatchers.IO) { companion.addAccount(NewAccount(gate.url, ownerKey)) }
                    gate.awaitHeld()
                    adding.cancelAndJoin()

                    gate.open()
                    // The request reaches the server after all. A caller that still waited for the answer would take it,
                    // and would keep the connection for the next request.
                    gate.awaitHungUp()
                    adding.join()
                    assertEquals(listOf(home), companion.accounts())
                    assertEquals(1, secrets.size)

                    builder.reports(progress = 60)
                    companion.refresh()
                    assertEquals(RowProgress.Percent(60u), companion.builder().progress)
                }
            }
        }

    @Test
    fun `a cancelled refresh frees its caller at once, and ends whole without it`() =
        story {
            Gate(server.url).use { gate ->
                open().use { companion ->
                    companion.addAccount(NewAccount(gate.url, checkNotNull(server.ownerKey)))
                    companion.refresh()
                    val told = Told()
                    companion.observeOverview(ProgramQuery(), told).use {
                        val before = told.sinceFirst()
                        gate.shut()
                        builder.reports(progress = 60, status = "Checking the audience")
                        val refresh = launch(Dispatchers.IO) { companion.refresh() }
                        gate.awaitHeld()
                        refresh.cancelAndJoin()
                        assertTrue(refresh.isCancelled)
                        assertEquals(before, told.count)
                        assertEquals(RowProgress.Percent(20u), companion.builder().progress)

                        val risen = async { companion.overviews().first { it.builder().progress == SIXTY } }
                        gate.open()
                        // Nobody asked again: what was begun is done to its end, and is told whole.
                        assertEquals("Checking the audience", risen.await().builder().status)
                        assertEquals(risen.await().builder().atRest(), companion.builder().atRest())
                        told.awaitMoreThan(before)
                        companion.refresh()
                        assertEquals(SIXTY, companion.builder().progress)
                    }
                }
            }
        }

    @Test
    fun `an observation that was let go hears no more`() =
        story {
            open().use { companion ->
                companion.addAccount(NewAccount(server.url, checkNotNull(server.ownerKey)))
                companion.refresh()
                val told = Told()
                val observation = companion.observeOverview(ProgramQuery(), told)
                val before = told.sinceFirst()
                observation.cancel()
                observation.close()

                // Two events, one after the other: by the second, the first would have been told to everybody.
                for (progress in listOf(70u, 80u)) {
                    val other =
                        async {
                            companion.overviews().first {
                                it.builder().progress ==
                                    RowProgress.Percent(progress.toUByte())
                            }
                        }
                    builder.reports(progress.toInt())
                    companion.refresh()
                    other.await()
                }
                assertEquals(before, told.count)
            }
        }

    @Test
    fun `a key is handed out once, and says what it can do`() =
        story {
            open().use { companion ->
                val account = companion.addAccount(NewAccount(server.url, checkNotNull(server.ownerKey))).id
                assertThrows<CompanionException.ReadOnly> {
                    runBlocking { companion.createKey(account, NewKey("reviewer", "reviewer agent")) }
                }
                companion.allowWrites(account, true)
                val request = companion.createKey(account, NewKey("reviewer", "reviewer agent"))
                val (issued, line) = assertInstanceOf(KeyRequest.Issued::class.java, request)
                assertEquals(issued, companion.showKey(account, line), "until somebody has it")
                companion.discardAction(account, line)
                assertThrows<CompanionException.NotFound> { runBlocking { companion.showKey(account, line) } }
                assertEquals("reviewer", issued.program)
                assertEquals(emptyList<String>(), issued.missingForJob)
                val facts = companion.listKeys(account).single { it.hash == issued.hash }
                assertEquals("reviewer agent", facts.label)
                assertNull(facts.revokedAt)
            }
        }

    @Test
    fun `what is asked for is kept until it is done, and a refusal says why`() =
        story {
            open().use { companion ->
                val account = companion.addAccount(NewAccount(server.url, checkNotNull(server.ownerKey))).id
                companion.refresh()
                val goOn = Action.SendMessage("builder", "Please go on", MessageKind.DIRECTIVE, null)
                assertThrows<CompanionException.ReadOnly> { runBlocking { companion.ask(account, goOn) } }
                companion.allowWrites(account, true)

                companion.ask(account, goOn)
                companion.deliver(account)
                assertEquals(emptyList<OutboxLine>(), companion.outboxes(account).first().lines)

                val asked = companion.ask(account, goOn.copy(to = "nobody-here"))
                companion.deliver(account)
                val line = companion.outbox(account).lines.single()
                assertEquals(asked, line.id)
                assertEquals(Delivery.Refused(Setback.Rejected(RejectedReason.UnknownTarget)), line.delivery)
                companion.discardAction(account, asked)
                assertEquals(0, companion.outbox(account).lines.size)
            }
        }

    private fun open(): CacheBashCompanion = openCompanion(dir.resolve("companion"), secrets)

    private fun story(tell: suspend CoroutineScope.() -> Unit) = runBlocking { withTimeout(PATIENCE, tell) }

    /** Counts what it is told. */
    private class Told : OverviewListener {
        private val first = CountDownLatch(1)
        private val times = MutableStateFlow(0)

        val count: Int get() = times.value

        /** Waits for the first value, and counts from there. */
        fun sinceFirst(): Int {
            check(first.await(PATIENCE.inWholeSeconds, TimeUnit.SECONDS)) { "no first value came" }
            return count
        }

        /** Waits until it was told more often than [before]. */
        suspend fun awaitMoreThan(before: Int) = times.first { it > before }

        override fun onOverview(overview: Overview) {
            times.update { it + 1 }
            first.countDown()
        }
    }

    private fun CacheBashCompanion.builder(): ProgramRow = overview(ProgramQuery()).builder()

    private fun Overview.builder(): ProgramRow = rows.single { it.program == "builder" }

    /** What a row says of its program, without what depends on whether it is being watched. */
    private fun ProgramRow.atRest() = listOf(program, state, status, progress, lastHeard, section, shape, openQuestions)

    private fun Agent.begins() =
        call(
            "POST",
            "/v1/sessions",
            Json.parseToJsonElement(
                """{"sessionId":"builder.auth-1","programId":"builder","name":"Implementing JWT validation",
                   "status":"Implementing JWT validation","state":"working","progress":20}""",
            ),
        )

    private fun Agent.reports(
        progress: Int,
        status: String = "Implementing JWT validation",
    ) = call(
        "PATCH",
        "/v1/sessions/builder.auth-1",
        Json.parseToJsonElement(
            """{"status":"$status","state":"working","progress":$progress,"lastHeartbeat":true}""",
        ),
    )

    private fun Agent.handsOver() =
        call(
            "PATCH",
            "/v1/program-state/builder",
            Json.parseToJsonElement(
                """{"sessionId":"builder.auth-1","contextSummary":{"handoffNotes":"One edge case remains in token refresh.",
                   "openQuestions":["Answer 401 or 403?"],"activeWorkItems":["Refresh token edge cases"]}}""",
            ),
        )

    private companion object {
        const val KEY_DIGITS = 64
        val SIXTY = RowProgress.Percent(60u)
        val PATIENCE = 60.seconds
    }
}
