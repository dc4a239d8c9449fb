package dev.cachebash.testing

import java.io.File
import java.security.KeyStore
import java.util.Base64
import java.util.concurrent.TimeUnit

/** What a server shows of itself over https, as files. No public authority vouches for it. */
class PemFiles private constructor(
    val certificate: File,
    val privateKey: File,
) {
    companion object {
        private const val PASSWORD = "not-a-secret"
        private const val LINE = 64
        private const val TIMEOUT_SECONDS = 60L

        /** Makes a pair for this machine in [dir]. */
        fun make(dir: File): PemFiles {
            val store = dir.resolve("made.p12")
            val keytool = File(System.getProperty("java.home"), "bin/keytool").path
            val command =
                listOf(keytool, "-genkeypair", "-alias", "own", "-keyalg", "RSA", "-keysize", "2048") +
                    listOf("-dname", "CN=localhost", "-validity", "2", "-ext", "san=ip:127.0.0.1,dns:localhost") +
                    listOf("-storetype", "PKCS12", "-keystore", store.path, "-storepass", PASSWORD)
            val made =
                ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
            check(made.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) && made.exitValue() == 0) { "keytool failed" }
            val keys = KeyStore.getInstance(store, PASSWORD.toCharArray())
            return PemFiles(
                dir.resolve("cert.pem").apply { writeText(pem("CERTIFICATE", keys.getCertificate("own").encoded)) },
                dir.resolve("key.pem").apply {
                    writeText(pem("PRIVATE KEY", keys.getKey("own", PASSWORD.toCharArray()).encoded))
                },
            )
        }

        private fun pem(
            title: String,
            bytes: ByteArray,
        ): String {
            val lines = Base64.getMimeEncoder(LINE, "\n".toByteArray()).encodeToString(bytes)
            return "-----BEGIN $title-----\n$lines\n-----END $title-----\n"
        }
    }
}
