package dev.cachebash.testing

import org.junit.jupiter.api.extension.AfterEachCallback
import org.junit.jupiter.api.extension.BeforeEachCallback
import org.junit.jupiter.api.extension.ExtensionContext
import java.io.File
import kotlin.io.path.createTempDirectory

/** A [Home] that each test begins anew, with [programs] at work in it; nothing of it is left behind. */
class AtHome(
    private vararg val programs: String = arrayOf("builder"),
) : BeforeEachCallback,
    AfterEachCallback {
    /** A folder of this test's own. */
    lateinit var dir: File
        private set

    /** This test's. */
    lateinit var home: Home
        private set

    override fun beforeEach(context: ExtensionContext) {
        dir = createTempDirectory("home").toFile()
        home = Home(dir)
        for (program in programs) {
            home.owner.createKey(program, "$program agent")
            home.begins(program)
        }
    }

    override fun afterEach(context: ExtensionContext) {
        home.close()
        dir.deleteRecursively()
    }
}
