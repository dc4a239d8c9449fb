package dev.cachebash.presentation.pairing

import dev.cachebash.ffi.NewAccount
import dev.cachebash.ffi.Pairing
import dev.cachebash.ffi.PairingException
import dev.cachebash.ffi.parsePairing
import dev.cachebash.presentation.Accounts
import dev.cachebash.presentation.LINGER
import dev.cachebash.presentation.asWord
import dev.cachebash.presentation.troubleOf
import dev.cachebash.presentation.words.Labels
import dev.cachebash.presentation.words.error
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** The device's camera, as far as a pairing needs it. */
fun interface PairingScanner {
    /** What a code says, in the person's sight; `null` when they gave up. */
    suspend fun scan(): String?
}

/**
 * The first run: a code, a link or a key is read, its server is named, and only then is anything sent. What was read is in this
 * object and nowhere else, until the companion has it. Lives as long as [scope]; the overview tells when there is an account.
 */
class PairingPresenter(
    private val accounts: Accounts,
    private val scanner: PairingScanner?,
    private val labels: Labels,
    private val scope: CoroutineScope,
) {
    private data class Reading(
        val pasting: Boolean = false,
        val text: String = "",
        val pairing: Pairing? = null,
        val connecting: Boolean = false,
        val trouble: String? = null,
    ) {
        override fun toString(): String = "Reading(…)"
    }

    private val reading = MutableStateFlow(Reading())

    /** What the screen shows. */
    val state: StateFlow<PairingState> =
        reading
            .map { labels.pairing(step(it), it.trouble) }
            .stateIn(scope, SharingStarted.WhileSubscribed(LINGER), labels.pairing(step(Reading()), trouble = null))

    /** What a person did. */
    fun act(action: PairingAction) {
        when (action) {
            PairingAction.Scan -> scope.launch { scanner?.scan()?.let(::read) }
            PairingAction.Paste -> reading.value = Reading(pasting = true)
            is PairingAction.Write -> reading.update { it.copy(text = action.text, trouble = null) }
            PairingAction.GoOn -> read(reading.value.text)
            PairingAction.Connect -> connect()
            PairingAction.Cancel -> reading.update { if (it.connecting) it else Reading() }
        }
    }

    private fun step(reading: Reading): PairingStep {
        val pairing = reading.pairing
        return when {
            pairing != null -> labels.confirming(pairing, reading.connecting)
            reading.pasting -> labels.pasting(reading.text.isNotBlank())
            else -> labels.choosing(scanner != null)
        }
    }

    /** Sends nothing. */
    private fun read(text: String) {
        if (text.isBlank()) return
        try {
            val pairing = parsePairing(text.trim())
            reading.value = Reading(pairing = pairing)
        } catch (trouble: PairingException) {
            reading.update { it.copy(trouble = labels.pairingTrouble(trouble)) }
        }
    }

    /** A failure leaves the server named: it may have been the network, and nothing has to be pasted again. */
    private fun connect() {
        val pairing = reading.value.takeIf { !it.connecting }?.pairing ?: return
        reading.update { it.copy(connecting = true, trouble = null) }
        scope.launch {
            val trouble = troubleOf { accounts.add(NewAccount(pairing.server, pairing.key)) }
            if (trouble == null) {
                reading.value = Reading()
            } else {
                reading.update { it.copy(connecting = false, trouble = labels.error(trouble.asWord)) }
            }
        }
    }
}
