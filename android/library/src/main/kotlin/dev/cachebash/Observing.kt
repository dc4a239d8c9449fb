package dev.cachebash

import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.Observation
import dev.cachebash.ffi.OutboxListener
import dev.cachebash.ffi.OutboxView
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.OverviewListener
import dev.cachebash.ffi.ProgramListener
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.ProgramQuery
import dev.cachebash.ffi.SessionQuery
import dev.cachebash.ffi.SessionWindow
import dev.cachebash.ffi.SessionsListener
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flowOn

/**
 * The overview as it is now, then each new one, for as long as somebody collects.
 *
 * A slow collector misses values that were overtaken, never the newest.
 */
fun CacheBashCompanion.overviews(query: ProgramQuery = ProgramQuery()): Flow<Overview> =
    observed { values ->
        observeOverview(
            query,
            object : OverviewListener {
                override fun onOverview(overview: Overview) {
                    values.trySend(overview)
                }
            },
        )
    }

/** One program's page as it is now, then each new one. */
fun CacheBashCompanion.programPages(
    account: String,
    program: String,
): Flow<ProgramPage> =
    observed { values ->
        observeProgram(
            account,
            program,
            object : ProgramListener {
                override fun onProgram(program: ProgramPage) {
                    values.trySend(program)
                }
            },
        )
    }

/** A window over sessions as it is now, then each new one. */
fun CacheBashCompanion.sessionWindows(query: SessionQuery = SessionQuery()): Flow<SessionWindow> =
    observed { values ->
        observeSessions(
            query,
            object : SessionsListener {
                override fun onSessions(sessions: SessionWindow) {
                    values.trySend(sessions)
                }
            },
        )
    }

/** What was asked for and is not done yet, of one account or of all, as it is now, then each time it changes. */
fun CacheBashCompanion.outboxes(account: String? = null): Flow<OutboxView> =
    observed { values ->
        observeOutbox(
            account,
            object : OutboxListener {
                override fun onOutbox(outbox: OutboxView) {
                    values.trySend(outbox)
                }
            },
        )
    }

/** Observes while collected. The first value is read from the cache, so it is begun off the collector's thread. */
private fun <T> observed(begin: (SendChannel<T>) -> Observation): Flow<T> =
    callbackFlow {
        val observation = begin(this)
        awaitClose {
            observation.cancel()
            observation.close()
        }
    }.conflate().flowOn(Dispatchers.IO)
