package dev.cachebash.presentation.pairing

import dev.cachebash.ffi.Pairing
import dev.cachebash.ffi.PairingException
import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.FieldState
import dev.cachebash.presentation.hostOf
import dev.cachebash.presentation.words.Labels

/** The first screen at [step]. */
internal fun Labels.pairing(
    step: PairingStep,
    trouble: String?,
) = PairingState(
    title = text("first_run"),
    legend = LEGEND.map { (shape, key) -> LegendState(shape, text("legend.$key"), text("legend.$key.means")) },
    promise = text("only_reads"),
    step = step,
    trouble = trouble,
)

private val LEGEND =
    listOf(
        Shape.BLOCKED to "blocked",
        Shape.WORKING to "working",
        Shape.WORKING_STALLED to "stalled",
        Shape.WORKING_SILENT to "silent",
        Shape.PINNED to "pinned",
        Shape.COMPLETE to "complete",
    )

internal fun Labels.choosing(scans: Boolean) =
    PairingStep.Choosing(if (scans) text("scan") else null, text("paste"), text("bare_key"))

/** The field begins empty and keeps what is written to itself: it may be a key. */
internal fun Labels.pasting(ready: Boolean) =
    PairingStep.Pasting(
        FieldState(text("paste"), text = "", count = "", tooLong = false),
        text("go_on"),
        text("cancel"),
        ready,
    )

internal fun Labels.confirming(
    pairing: Pairing,
    connecting: Boolean,
) = PairingStep.Confirming(
    words.text("connect_to", hostOf(pairing.server)),
    text("connect"),
    text("cancel"),
    connecting,
)

internal fun Labels.pairingTrouble(trouble: PairingException): String =
    when (trouble) {
        is PairingException.NotAPairing -> text("pairing.not_a_pairing")

        is PairingException.NewerVersion -> text("pairing.newer")

        is PairingException.Address -> text("pairing.address")

        is PairingException.Key -> text("pairing.key")

        is PairingException.Missing, is PairingException.Repeated, is PairingException.Damaged,
        is PairingException.TooLong,
        -> text("pairing.damaged")
    }
