package dev.cachebash.presentation

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.flatMapLatest
import kotlinx.coroutines.flow.flow

/** This device's clock, in milliseconds since the epoch. */
fun interface DeviceClock {
    /** Now. */
    fun now(): Long
}

/**
 * Gives the present at once and then at every tick: each second while an age below a minute is on screen ([young]), else
 * every fifteen seconds.
 */
@OptIn(ExperimentalCoroutinesApi::class)
internal fun ticks(
    clock: DeviceClock,
    young: StateFlow<Boolean>,
): Flow<Long> =
    young.flatMapLatest { seconds ->
        flow {
            while (true) {
                emit(clock.now())
                delay(if (seconds) SHORT_TICK else LONG_TICK)
            }
        }
    }

internal const val SHORT_TICK = 1_000L
internal const val LONG_TICK = 15_000L
