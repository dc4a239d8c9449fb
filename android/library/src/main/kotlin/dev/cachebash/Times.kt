package dev.cachebash

import java.time.Instant
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/** A moment of the core's (milliseconds since the epoch, by the server's clock) as Kotlin has it. */
fun Long.asMoment(): Instant = Instant.ofEpochMilli(this)

/** A span of the core's (milliseconds) as Kotlin has it. */
fun Long.asSpan(): Duration = milliseconds

/** A moment as the core wants it. */
fun Instant.asMillis(): Long = toEpochMilli()
