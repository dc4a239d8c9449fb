package dev.cachebash.testing

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** Stands between a companion and its server; while shut, connections are taken and nothing goes through. */
class Gate(
    server: String,
) : AutoCloseable {
    private val target = URI(server)
    private val socket = ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())
    private val held = Semaphore(0)
    private val hungUp = Semaphore(0)

    private val lines = ConcurrentLinkedQueue<String>()

    @Volatile private var opened = CountDownLatch(0)

    /** Where the companion is to connect. */
    val url = "http://127.0.0.1:${socket.localPort}"

    init {
        thread(isDaemon = true, name = "gate") {
            try {
                while (true) {
                    val caller = socket.accept()
                    thread(isDaemon = true) { passOn(caller) }
                }
            } catch (_: IOException) {
                // Closed: the test is over.
            }
        }
    }

    /** How often somebody asked for what begins with [start], as "GET /v1/sessions". */
    fun count(start: String): Int = lines.count { it.startsWith(start) }

    /** Nothing goes through from now on. */
    fun shut() {
        opened = CountDownLatch(1)
    }

    /** Everything goes through again, what was held first. */
    fun open() = opened.countDown()

    /** Returns once somebody called and was held. */
    fun awaitHeld() = check(held.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) { "nobody called" }

    /** Returns once a caller ended its connection, or had done so while it was held. */
    fun awaitHungUp() = check(hungUp.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) { "nobody hung up" }

    override fun close() {
        open()
        socket.close()
    }

    private fun passOn(caller: Socket) =
        try {
            caller.use { near ->
                Socket(target.host, target.port).use { far ->
                    thread(isDaemon = true) { pump(far, near) }
                    pump(near, far, gated = true)
                    hungUp.release()
                }
            }
        } catch (_: IOException) {
            // One side went away, so the other may.
        }

    private fun pump(
        from: Socket,
        to: Socket,
        gated: Boolean = false,
    ) = try {
        val bytes = ByteArray(BUFFER)
        while (true) {
            val count = from.inputStream.read(bytes)
            if (count < 0) break
            if (gated) lines += String(bytes, 0, count, Charsets.ISO_8859_1).substringBefore('\r')
            val gate = opened
            if (gated && gate.count > 0) {
                held.release()
                gate.await()
            }
            to.outputStream.run {
                write(bytes, 0, count)
                flush()
            }
        }
        to.close()
    } catch (_: IOException) {
        to.close()
    }

    private companion object {
        const val BACKLOG = 16
        const val BUFFER = 16_384
        const val PATIENCE_SECONDS = 20L
    }
}
