package dev.cachebash.presentation

import dev.cachebash.ffi.Account
import java.net.URI
import java.net.URISyntaxException

// Servers by their addresses, as a person is told of them and as two of them are compared.

/** What a server is called: its host, with the port where it is no usual one; the whole address where it has no host. */
internal fun hostOf(server: String): String {
    val address = addressOf(server) ?: return server
    return if (address.port < 0) address.host else "${address.host}:${address.port}"
}

/** Whether both are one server, however they were typed. */
internal fun isSameServer(
    one: String,
    other: String,
): Boolean = one == other || (addressOf(one) ?: return false) == addressOf(other)

/** Whose account on which server, in a line. */
internal val Account.inALine: String
    get() = listOfNotNull(label, hostOf(server).takeIf { it != label }).joinToString(", ")

private data class Address(
    val scheme: String,
    val host: String,
    /** Below zero: the usual one. */
    val port: Int,
    val path: String,
)

private fun addressOf(server: String): Address? {
    val uri =
        try {
            URI(server)
        } catch (_: URISyntaxException) {
            return null
        }
    val scheme = uri.scheme?.lowercase() ?: return null
    val host = uri.host?.lowercase() ?: return null
    val usual = mapOf("https" to 443, "http" to 80)[scheme]
    return Address(scheme, host, uri.port.takeIf { it != usual } ?: -1, uri.path.orEmpty().trimEnd('/'))
}
