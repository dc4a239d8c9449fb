package dev.cachebash.ui

import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.Account
import dev.cachebash.ffi.Action
import dev.cachebash.ffi.AwayDigest
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Headline
import dev.cachebash.ffi.IssuedKey
import dev.cachebash.ffi.KeyRequest
import dev.cachebash.ffi.NewAccount
import dev.cachebash.ffi.NewKey
import dev.cachebash.ffi.Notice
import dev.cachebash.ffi.OutboxView
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.ProgramRow
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.RelayGroup
import dev.cachebash.ffi.RingKey
import dev.cachebash.ffi.RowProgress
import dev.cachebash.ffi.SearchPage
import dev.cachebash.ffi.SearchQuery
import dev.cachebash.ffi.Section
import dev.cachebash.ffi.Shape
import dev.cachebash.ffi.SourceReport
import dev.cachebash.presentation.Accounts
import dev.cachebash.presentation.Acting
import dev.cachebash.presentation.ActionKey
import dev.cachebash.presentation.Fleet
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.key.KeyClipboard
import dev.cachebash.presentation.key.Secret
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import java.time.OffsetDateTime
import kotlin.time.Duration.Companion.seconds

// What the played fleet cannot show: refusals, lost connections, texts that part. Said as the core says it.

internal val HOME = Account("home", "https://fleet.example.org", "Home fleet", "hash", writesAllowed = true)

/** 14:02:10 in Berlin, when the servers were last heard. */
internal val AS_OF = moment("2026-11-23T13:02:10Z")

internal fun moment(text: String): Long = OffsetDateTime.parse(text).toInstant().toEpochMilli()

/** A fleet in which nothing happens; [offline] since [AS_OF]. */
internal class ScriptedFleet(
    private val now: Long,
    private val offline: Boolean = false,
    private val page: ProgramPage? = null,
    private val allowed: Boolean = true,
    private val found: SearchPage? = null,
    private val away: AwayDigest? = null,
    private val sources: List<SourceReport> = emptyList(),
    private val accounts: List<Account> = listOf(HOME.copy(writesAllowed = allowed)),
) : Fleet {
    override fun overviews(limit: Int): Flow<Overview> =
        MutableStateFlow(
            Overview(
                headline = Headline.NothingNeedsYou,
                sections = emptyList(),
                rows = listOf(quiet("builder"), quiet("deployer"), quiet("reviewer")),
                offset = 0u,
                total = 3u,
                accounts = accounts,
                asOf = AS_OF,
                judgedAt = AS_OF,
                now = now,
                serverOffset = 0,
                fresh = !offline,
                serverAhead = null,
                notice = if (offline) Notice.Offline(AS_OF) else null,
                sources = sources,
                nextCheck = null,
            ),
        )

    override fun programPages(key: ProgramKey): Flow<ProgramPage> = MutableStateFlow(page).filterNotNull()

    override suspend fun refresh() = Unit

    override suspend fun search(query: SearchQuery): SearchPage = checkNotNull(found)

    override suspend fun away(): AwayDigest = checkNotNull(away)

    override suspend fun abilities(account: String): List<Ability> = emptyList()

    override suspend fun refreshProgram(key: ProgramKey) = Unit
}

private fun quiet(program: String) =
    ProgramRow(
        account = "home",
        program = program,
        derived = false,
        section = Section.QUIET,
        shape = Shape.QUIET,
        state = null,
        session = null,
        live = false,
        status = null,
        progress = RowProgress.NotReported,
        moving = false,
        lastHeard = null,
        endedAt = null,
        finding = null,
        estimate = null,
        waiting = null,
        project = null,
        openQuestions = 0u,
        handOffRequired = false,
    )

/** An outbox with [outbox] in it. Nothing that is asked of it ends. */
internal class ScriptedActing(
    private val outbox: OutboxView? = null,
    private val refusal: CompanionException? = null,
    private val makesLater: Boolean = false,
) : Acting {
    override fun outboxes(): Flow<OutboxView> = MutableStateFlow(outbox).filterNotNull()

    override suspend fun allowWrites(account: String) = Unit

    override suspend fun groups(account: String) =
        listOf(RelayGroup("council", listOf("builder", "reviewer")), RelayGroup("all", listOf("builder")))

    override suspend fun createKey(
        account: String,
        key: NewKey,
    ): KeyRequest {
        refusal?.let { throw it }
        val issued = scriptedKey(key.program, key.label)
        return if (makesLater) KeyRequest.Waiting("k-1") else KeyRequest.Issued(issued, "k-1")
    }

    override suspend fun revokeKey(
        account: String,
        hash: String,
    ) = Unit

    override suspend fun showKey(key: ActionKey): IssuedKey = scriptedKey("builder", "builder agent")

    override suspend fun ask(
        account: String,
        action: Action,
    ) = Unit

    override suspend fun retry(key: ActionKey) = Unit

    override suspend fun discard(key: ActionKey) = Unit

    override suspend fun edit(
        key: ActionKey,
        instead: Action,
    ) = Unit
}

/** A home with [ring] in it. A key that is added is its first, or, where there is none, of another owner. */
internal class ScriptedAccounts(
    private val ring: List<RingKey> = emptyList(),
) : Accounts {
    override suspend fun add(account: NewAccount): Account = HOME

    override suspend fun ring(account: String): List<RingKey> = ring

    override suspend fun addToRing(
        account: String,
        key: String,
        label: String?,
    ): RingKey = ring.firstOrNull() ?: throw CompanionException.Rejected(RejectedReason.NotYours)

    override suspend fun removeFromRing(
        account: String,
        hash: String,
    ) = Unit

    override suspend fun stopActing(account: String) = Unit

    override suspend fun rotateKey(account: String): KeyRequest =
        KeyRequest.Issued(scriptedKey("owner", "Home fleet"), "k-2")

    override suspend fun replaceKey(
        account: String,
        key: String,
    ) = Unit

    override suspend fun signOut(account: String) = Unit
}

private fun scriptedKey(
    program: String,
    label: String,
) = IssuedKey(
    "cb_" + "0123456789abcdef".repeat(4),
    "1828ece3" + "0".repeat(48) + "3cf59f54",
    program,
    label,
    null,
    emptyList(),
)

/** Keeps nothing: for who copies no key. */
internal object NoClipboard : KeyClipboard {
    override fun put(key: Secret) = Unit

    override fun clear(key: Secret) = Unit
}

/** The first state that is [ready]. */
internal fun <T> StateFlow<T>.settled(ready: (T) -> Boolean): T =
    runBlocking { withTimeout(20.seconds) { first(ready) } }
