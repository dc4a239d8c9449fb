package dev.cachebash.presentation

import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.lastOverview
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.withContext
import java.io.File

/**
 * A companion that may still be opening. Until it is open, a screen has what its overview last showed: one small file, read in a
 * moment, while the database takes its time.
 */
class Opening private constructor(
    private val companion: Deferred<Result<CacheBashCompanion>>,
    private val last: () -> Overview?,
) {
    /** One that is open. */
    constructor(companion: CacheBashCompanion) : this(CompletableDeferred(Result.success(companion)), { null })

    /** Begins to [open] the companion of [dataDir] off the caller's thread. That it cannot be opened, each call then says. */
    constructor(dataDir: File, clock: DeviceClock, scope: CoroutineScope, open: () -> CacheBashCompanion) : this(
        scope.async(Dispatchers.IO) { opened(open) },
        { lastOverview(dataDir.path, clock.now()) },
    )

    /** The companion, as soon as it is open. */
    suspend fun companion(): CacheBashCompanion = companion.await().getOrThrow()

    /** What its overview last showed; `null` once it is open, and where it never showed any. */
    suspend fun painted(): Overview? {
        val isOpen = companion.isCompleted && companion.await().isSuccess
        return if (isOpen) null else withContext(Dispatchers.IO) { last() }
    }
}

private fun opened(open: () -> CacheBashCompanion): Result<CacheBashCompanion> =
    try {
        Result.success(open())
    } catch (trouble: CompanionException) {
        Result.failure(trouble)
    }
