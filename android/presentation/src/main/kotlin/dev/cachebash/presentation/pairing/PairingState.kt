package dev.cachebash.presentation.pairing

import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.FieldState

/** The first screen, while no server is known. No state of it holds a key. */
data class PairingState(
    /** What this is for, in one sentence. */
    val title: String,
    /** The shapes and what they say. */
    val legend: List<LegendState>,
    /** That nothing is sent before a person allows it. */
    val promise: String,
    val step: PairingStep,
    val trouble: String?,
)

/** A shape, its word, and what that means. */
data class LegendState(
    val shape: Shape,
    val word: String,
    val meaning: String,
)

/** How far the pairing is. */
sealed interface PairingStep {
    /** The ways in. */
    data class Choosing(
        /** Absent where the device cannot scan. */
        val scan: String?,
        val paste: String,
        val aside: String,
    ) : PairingStep

    /** A link or a key is pasted. */
    data class Pasting(
        val field: FieldState,
        val goOn: String,
        val cancel: String,
        /** There is something to go on with. */
        val ready: Boolean,
    ) : PairingStep

    /** The server is named, and nothing was sent to it so far. */
    data class Confirming(
        val question: String,
        val connect: String,
        val cancel: String,
        /** The server is being asked. */
        val connecting: Boolean,
    ) : PairingStep
}

/** What a person can do on the first screen. */
sealed interface PairingAction {
    /** Look at a code with the camera. */
    data object Scan : PairingAction

    /** Paste instead. */
    data object Paste : PairingAction

    /** What was pasted. It may be a key, so it does not print itself. */
    class Write(
        val text: String,
    ) : PairingAction

    /** Go on with what was pasted. */
    data object GoOn : PairingAction

    /** Send the key to the server that was named. */
    data object Connect : PairingAction

    /** Back to the ways in; what was read is forgotten. */
    data object Cancel : PairingAction
}
