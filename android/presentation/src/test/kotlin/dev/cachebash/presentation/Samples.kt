package dev.cachebash.presentation

import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.Account
import dev.cachebash.ffi.AskedRow
import dev.cachebash.ffi.AwayDigest
import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.ContextLeft
import dev.cachebash.ffi.ContextSummary
import dev.cachebash.ffi.ContextView
import dev.cachebash.ffi.Headline
import dev.cachebash.ffi.KeysView
import dev.cachebash.ffi.KindCount
import dev.cachebash.ffi.Notice
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.ProgramRow
import dev.cachebash.ffi.Reading
import dev.cachebash.ffi.RowProgress
import dev.cachebash.ffi.SearchHit
import dev.cachebash.ffi.SearchPage
import dev.cachebash.ffi.SearchQuery
import dev.cachebash.ffi.SearchReach
import dev.cachebash.ffi.Section
import dev.cachebash.ffi.SectionSummary
import dev.cachebash.ffi.SessionRow
import dev.cachebash.ffi.SessionState
import dev.cachebash.ffi.Shape
import dev.cachebash.ffi.Source
import dev.cachebash.ffi.SourceReport
import dev.cachebash.ffi.Standing
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.filterNotNull
import java.time.Instant

/** 14:02:10 in Berlin. */
internal val NOW = Instant.parse("2026-11-23T13:02:10Z").toEpochMilli()

internal val BUILDER = ProgramKey("home", "builder")

/** A fleet that says what it is told, and remembers what it was asked. */
internal class FakeFleet(
    first: Overview? = null,
    firstPage: ProgramPage? = null,
) : Fleet {
    val overview = MutableStateFlow(first)
    val page = MutableStateFlow(firstPage)
    val limits = mutableListOf<Int>()
    var refreshes = 0
    var programRefreshes = 0

    /** A look at one program takes until this is complete. */
    var looking = CompletableDeferred(Unit)
    var refusal: CompanionException? = null

    override fun overviews(limit: Int): Flow<Overview> {
        limits += limit
        return overview.filterNotNull()
    }

    override fun programPages(key: ProgramKey): Flow<ProgramPage> = page.filterNotNull()

    override suspend fun refresh() {
        refreshes++
        refusal?.let { throw it }
    }

    val searches = mutableListOf<SearchQuery>()

    /** A search takes until this is complete. */
    var searching = CompletableDeferred(Unit)
    var found: (SearchQuery) -> SearchPage = { searched() }

    override suspend fun search(query: SearchQuery): SearchPage {
        searches += query
        searching.await()
        refusal?.let { throw it }
        return found(query)
    }

    var digest = digest()

    override suspend fun away(): AwayDigest {
        refusal?.let { throw it }
        return digest
    }

    var abilities = emptyList<Ability>()

    override suspend fun abilities(account: String): List<Ability> = abilities

    override suspend fun refreshProgram(key: ProgramKey) {
        programRefreshes++
        looking.await()
        refusal?.let { throw it }
    }
}

internal fun searched(vararg hits: SearchHit) =
    SearchPage(
        hits = hits.toList(),
        offset = 0u,
        total = hits.size.toUInt(),
        kinds = hits.groupBy { it.kind }.map { (kind, same) -> KindCount(kind, same.size.toUInt()) },
        now = NOW,
        reach = SearchReach(13u, 4u, 50u, NOW - 400_000_000, questionsWhole = false),
    )

/** A quarter of a day in which nothing happened. */
internal fun digest() =
    AwayDigest(NOW - 21_000_000, NOW, emptyList(), emptyList(), emptyList(), emptyList(), emptyList())

internal fun account(
    id: String = "home",
    label: String = "Home fleet",
    writesAllowed: Boolean = false,
) = Account(id, "https://fleet.example.org", label, "hash", writesAllowed)

internal fun asked(
    asker: String? = "deployer",
    text: String = "Run it now or at 22:00?",
    options: List<String> = listOf("Run it now", "Run it at 22:00"),
    answerable: Boolean = true,
) = AskedRow(
    account = "home",
    question = "q-1",
    asker = asker,
    text = text,
    cut = false,
    options = options,
    context = "Sessions stay valid.",
    priority = null,
    status = "pending",
    askedAt = NOW - 250_000,
    thread = null,
    answerable = answerable,
)

internal fun row(
    program: String = "builder",
    account: String = "home",
    section: Section = Section.WORKING,
    shape: Shape = Shape.WORKING,
    state: SessionState? = SessionState.Working,
    lastHeard: Long? = NOW - 12_000,
    progress: RowProgress = RowProgress.Percent(45u),
) = ProgramRow(
    account = account,
    program = program,
    derived = false,
    section = section,
    shape = shape,
    state = state,
    session = "$program.auth-1",
    live = true,
    status = "Implementing JWT validation",
    progress = progress,
    moving = true,
    lastHeard = lastHeard,
    endedAt = null,
    finding = null,
    estimate = null,
    waiting = null,
    project = "auth",
    openQuestions = 0u,
    handOffRequired = false,
)

internal fun overview(
    rows: List<ProgramRow> = listOf(row()),
    accounts: List<Account> = listOf(account()),
    fresh: Boolean = true,
    notice: Notice? = null,
    total: Int = rows.size,
    sources: List<SourceReport> = emptyList(),
) = Overview(
    headline = if (rows.isEmpty()) Headline.Nobody else Headline.NothingNeedsYou,
    sections =
        rows.groupBy { it.section }.toSortedMap().map { (section, part) ->
            SectionSummary(section, part.size.toUInt(), part.map { it.shape })
        },
    rows = rows,
    offset = 0u,
    total = total.toUInt(),
    accounts = accounts,
    asOf = NOW,
    judgedAt = NOW,
    now = NOW,
    serverOffset = 0,
    fresh = fresh,
    serverAhead = null,
    notice = notice,
    sources = sources,
    nextCheck = null,
)

internal fun source(
    source: Source,
    account: String = "home",
    standing: Standing = Standing.FRESH,
    cause: Cause? = null,
    inBar: Boolean = cause != null,
    canRetry: Boolean = false,
) = SourceReport(account, source, standing, NOW - 1_299_000, NOW - 600_000, cause, inBar, canRetry)

internal fun context(
    reading: Reading = Reading.Read,
    context: ContextSummary = ContextSummary(null, emptyList(), "", emptyList()),
) = ContextView(reading, context, null, 1, "builder", NOW - 5_000_000, "builder.auth-1", NOW, 0u)

internal fun page(
    row: ProgramRow = row(),
    context: ContextView = context(),
    fresh: Boolean = true,
    notice: Notice? = null,
) = ProgramPage(
    row = row,
    session = session(row),
    liveSessions = 1u,
    history = null,
    context = context,
    replies = emptyList(),
    pending = emptyList(),
    sessions = listOf(session(row)),
    sessionTotal = 1u,
    keys = KeysView(Reading.NotRead, emptyList(), null),
    asOf = NOW,
    now = NOW,
    serverOffset = 0,
    fresh = fresh,
    notice = notice,
    sources = emptyList(),
)

private fun session(row: ProgramRow) =
    SessionRow(
        account = row.account,
        session = "${row.program}.auth-1",
        program = row.program,
        programDerived = false,
        name = "Implementing JWT validation",
        status = row.status,
        state = row.state,
        stateWord = "active",
        shape = row.shape,
        progress = 45.0,
        percent = 45u,
        project = row.project,
        lastHeard = row.lastHeard,
        live = true,
        startedAt = NOW - 5_400_000,
        startKnown = false,
        endedAt = null,
        contextLeft = ContextLeft.Percent(38.9),
        handOffRequired = false,
        unrecordedBefore = null,
        tookOver = null,
    )
