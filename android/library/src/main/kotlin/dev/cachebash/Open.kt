package dev.cachebash

import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.Clock
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.IdSource
import dev.cachebash.ffi.OpenOptions
import dev.cachebash.ffi.SecretStore
import java.io.File
import java.time.ZoneId
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * Opens the companion's files in [dataDir] and makes them if absent. Reads nothing from the network. On Android give a folder
 * below `noBackupFilesDir`: it is shut until the first unlock, to every other app, and to backups.
 *
 * [secrets] keeps the raw keys; nothing else ever holds one. [zone] is where a day ends, the system's unless given.
 * [syncPeriod] is how often a started companion looks. Plain http is for this machine only, unless [allowPlainHttp].
 * [authorities] are certificates in PEM that may vouch for servers beside the public ones. [clock] and [ids] are for tests.
 *
 * Close it when the app ends; `suspend()` it when the app leaves the screen.
 *
 * @throws CompanionException.Storage if the files cannot be opened, and Rejected if [authorities] are no certificates.
 */
fun openCompanion(
    dataDir: File,
    secrets: SecretStore,
    zone: ZoneId? = null,
    syncPeriod: Duration = 30.seconds,
    allowPlainHttp: Boolean = false,
    authorities: String? = null,
    clock: Clock? = null,
    ids: IdSource? = null,
): CacheBashCompanion =
    CacheBashCompanion(
        OpenOptions(
            dataDir = dataDir.path,
            zone = zone?.id,
            syncPeriod = syncPeriod.inWholeMilliseconds,
            allowPlainHttp = allowPlainHttp,
            authorities = authorities,
        ),
        secrets,
        clock,
        ids,
    )
