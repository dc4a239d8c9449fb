package dev.cachebash.testing

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.io.BufferedReader
import java.io.File
import java.util.concurrent.TimeUnit

/** The real server in a process of its own, on a free port. Its clock stands still if [clock] is given. */
class ServerProcess private constructor(
    private val process: Process,
    private val answers: BufferedReader,
    /** Its base URL. */
    val url: String,
    /** Made on the first start of a data folder only. */
    val ownerKey: String?,
) : AutoCloseable {
    /** Puts a standing clock elsewhere, and returns once the server has it. */
    fun setClock(millis: Long) {
        process.outputStream.run {
            write("$millis\n".toByteArray())
            flush()
        }
        val answer = checkNotNull(answers.readLine()) { "the server went away" }
        check(
            Json
                .parseToJsonElement(answer)
                .jsonObject
                .getValue("clock")
                .jsonPrimitive.content == millis.toString(),
        ) {
            answer
        }
    }

    /** Ends it at once: what a lost network looks like from here. */
    override fun close() {
        process.destroyForcibly()
        process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)
    }

    companion object {
        private const val TIMEOUT_SECONDS = 10L

        /** Starts it on [data], and returns once it answers; over https if it has something to show for it. */
        fun start(
            data: File,
            clock: Long? = null,
            seed: Long? = null,
            address: String = "127.0.0.1:0",
            tls: PemFiles? = null,
        ): ServerProcess {
            val program = System.getenv("CACHEBASH_BIN") ?: System.getProperty("cachebash.bin")
            check(File(program).canExecute()) { "no server at $program; build it with: cargo build -p cachebash" }
            val command =
                buildList {
                    addAll(listOf(program, "serve", "--listen", address, "--data", data.path, "--json"))
                    clock?.let { addAll(listOf("--clock", it.toString())) }
                    seed?.let { addAll(listOf("--seed", it.toString())) }
                    tls?.let { addAll(listOf("--tls-cert", it.certificate.path, "--tls-key", it.privateKey.path)) }
                }
            val process = ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start()
            val answers = process.inputReader()
            val line = answers.readLine()
            if (line == null) {
                process.destroyForcibly()
                error("the server ended at once: ${command.joinToString(" ")}")
            }
            val ready: JsonObject = Json.parseToJsonElement(line).jsonObject
            return ServerProcess(
                process,
                answers,
                ready.getValue("url").jsonPrimitive.content,
                ready["ownerKey"]?.jsonPrimitive?.content,
            )
        }
    }
}
