package dev.cachebash.testing

import dev.cachebash.ffi.Account
import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.NewAccount
import dev.cachebash.openCompanion
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import java.io.File
import java.security.MessageDigest
import java.time.Instant
import java.time.ZoneId
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** A server with its agents and a phone beside it, in [dir]; both clocks stand at noon until they are set. */
class Home(
    private val dir: File,
) : AutoCloseable {
    /** The server; whoever closes it takes the network away. */
    var server = ServerProcess.start(dir.resolve("server"), NOON)
        private set

    /** May do everything. */
    val owner = Agent(server.url, checkNotNull(server.ownerKey))

    /** The server that was closed is there again, where it was and with all it knew. */
    fun returns() {
        server = ServerProcess.start(dir.resolve("server"), clock.now, address = server.url.substringAfter("//"))
    }

    /** Where the phone keeps its files. */
    val phone: File = dir.resolve("phone")

    private val clock = StandingClock(NOON)
    private val ids = CountingIds()

    /** Where the phone keeps its keys. */
    val secrets = MemorySecrets()

    /** This phone's clock now. */
    val now: Long get() = clock.now

    /** It is so long after noon, for everybody. */
    fun at(later: Duration) {
        server.setClock(NOON + later.inWholeMilliseconds)
        clock.now = NOON + later.inWholeMilliseconds
    }

    /** Opens the phone's companion, as an app does that starts. */
    fun open(): CacheBashCompanion =
        openCompanion(phone, secrets, ZoneId.of("UTC"), 15.seconds, clock = clock, ids = ids)

    /** Adds the server's account, with the owner's key unless another is given, and looks once. */
    suspend fun CacheBashCompanion.joins(
        key: String = owner.key,
        url: String = server.url,
    ): Account = addAccount(NewAccount(url, key, "Home fleet")).also { refresh() }

    /** [program] begins its session, at work. */
    fun begins(program: String) {
        val body =
            buildJsonObject {
                put("sessionId", "$program.auth")
                put("programId", program)
                put("name", "Auth")
                put("status", "At it")
                put("state", "working")
                put("progress", BEGINNING)
            }
        owner.call("POST", "/v1/sessions", body)
    }

    /** [program] says how it stands. */
    fun reports(
        program: String,
        state: String,
        status: String,
        progress: Int = BEGINNING,
    ) {
        val body =
            buildJsonObject {
                put("state", state)
                put("status", status)
                put("progress", progress)
                put("lastHeartbeat", JsonPrimitive(true))
            }
        owner.call("PATCH", "/v1/sessions/$program.auth", body)
    }

    /** [program] leaves [notes] for its next session. */
    fun leaves(
        program: String,
        notes: String,
    ) {
        val state = buildJsonObject { put("handoffNotes", notes) }
        val body =
            buildJsonObject {
                put("sessionId", "$program.auth")
                put("contextSummary", state)
            }
        owner.call("PATCH", "/v1/program-state/$program", body)
    }

    /** Somebody revokes [agent]'s key. */
    fun revokes(agent: Agent) {
        val digest = MessageDigest.getInstance("SHA-256").digest(agent.key.toByteArray())
        owner.call("DELETE", "/v1/keys/${digest.joinToString("") { "%02x".format(it) }}", JsonObject(emptyMap()))
    }

    override fun close() = server.close()

    companion object {
        /** 2026-11-23 12:00:00 UTC, a Monday. */
        val NOON: Long = Instant.parse("2026-11-23T12:00:00Z").toEpochMilli()

        private const val BEGINNING = 45
    }
}

/** Tells a story that waits for things, and not for ever. */
fun story(tell: suspend CoroutineScope.() -> Unit): Unit = runBlocking { withTimeout(PATIENCE, tell) }

private val PATIENCE = 60.seconds
