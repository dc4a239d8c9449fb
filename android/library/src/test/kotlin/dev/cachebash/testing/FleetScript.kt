package dev.cachebash.testing

import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.NewAccount
import dev.cachebash.openCompanion
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import java.io.File
import java.time.Instant
import java.time.ZoneId
import kotlin.time.Duration.Companion.milliseconds

/** The fleet that every face shows in its tests, as tests/fixtures/fleet.json tells it. */
class FleetScript private constructor(
    private val json: JsonObject,
) {
    /** Where the reader sits. */
    val zone: ZoneId = ZoneId.of(text("zone"))

    /** When the programs get their keys. */
    val start: Long = moment("start")

    /** When everything is as the pictures show it. */
    val end: Long = moment("end")

    private val seed = json.getValue("seed").jsonPrimitive.long
    private val period =
        json
            .getValue("syncPeriodMs")
            .jsonPrimitive.long.milliseconds
    private val label =
        json
            .getValue("account")
            .jsonObject
            .getValue("label")
            .jsonPrimitive.content
    private val programs = json.getValue("programs").jsonArray.map { it.jsonPrimitive.content }
    private val steps = json.getValue("steps").jsonArray.map { it.jsonObject }

    /** Plays the whole script in [dir]: a server, its agents, and a companion that looks when the script says so. */
    suspend fun play(dir: File): PlayedFleet {
        val server = ServerProcess.start(dir.resolve("server"), start, seed)
        val clock = StandingClock(start)
        val secrets = MemorySecrets()
        val companion = open(dir, clock, secrets)
        val owner = Agent(server.url, checkNotNull(server.ownerKey))
        val agents = programs.associateWith { owner.createKey(it, "$it agent") }
        val account = companion.addAccount(NewAccount(server.url, checkNotNull(server.ownerKey), label)).id
        for (step in steps) {
            val at = Instant.parse(step.text("at")).toEpochMilli()
            server.setClock(at)
            clock.now = at
            if ("refresh" in step) {
                companion.refresh()
            } else {
                agents.getValue(step.text("as")).call(step.text("method"), step.text("path"), step.getValue("body"))
            }
        }
        server.setClock(end)
        clock.now = end
        return PlayedFleet(this, server, companion, clock, account, secrets)
    }

    /** A companion in [dir]: with what was played there, or with nothing to show, because it never looked. */
    fun open(
        dir: File,
        clock: StandingClock,
        secrets: MemorySecrets = MemorySecrets(),
    ): CacheBashCompanion = openCompanion(files(dir), secrets, zone, period, clock = clock, ids = CountingIds())

    /** Where the companion of [dir] keeps its files. */
    fun files(dir: File): File = dir.resolve("companion")

    private fun text(key: String) = json.text(key)

    private fun moment(key: String) = Instant.parse(text(key)).toEpochMilli()

    companion object {
        /** Reads the script that this repository ships. */
        fun read(): FleetScript =
            FleetScript(
                Json.parseToJsonElement(File(System.getProperty("fixtures.dir"), "fleet.json").readText()).jsonObject,
            )

        private fun JsonObject.text(key: String) = getValue(key).jsonPrimitive.content
    }
}

/** A fleet at the end of its script. */
class PlayedFleet(
    val script: FleetScript,
    val server: ServerProcess,
    val companion: CacheBashCompanion,
    val clock: StandingClock,
    val account: String,
    val secrets: MemorySecrets = MemorySecrets(),
) : AutoCloseable {
    override fun close() {
        companion.close()
        server.close()
    }
}
