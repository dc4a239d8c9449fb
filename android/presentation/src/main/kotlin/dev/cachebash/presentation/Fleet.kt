package dev.cachebash.presentation

import dev.cachebash.ffi.Ability
import dev.cachebash.ffi.AwayDigest
import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.ProgramQuery
import dev.cachebash.ffi.SearchPage
import dev.cachebash.ffi.SearchQuery
import dev.cachebash.overviews
import dev.cachebash.programPages
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withContext

/** What the presenters need of the companion. */
interface Fleet {
    /** The first [limit] programs, now and whenever they change. */
    fun overviews(limit: Int): Flow<Overview>

    /** One program, now and whenever it changes. */
    fun programPages(key: ProgramKey): Flow<ProgramPage>

    /** Looks at all that is due. */
    @Throws(CompanionException::class)
    suspend fun refresh()

    /** Looks for words in all that is kept on this device. */
    @Throws(CompanionException::class)
    suspend fun search(query: SearchQuery): SearchPage

    /** What happened since a person last looked, of all accounts. */
    @Throws(CompanionException::class)
    suspend fun away(): AwayDigest

    /** What [account]'s key may read, as its server's replies told. */
    @Throws(CompanionException::class)
    suspend fun abilities(account: String): List<Ability>

    /** As [refresh], and reads this program's state and keys too. */
    @Throws(CompanionException::class)
    suspend fun refreshProgram(key: ProgramKey)
}

/** The fleet of a real companion; while that is being opened, its overview is the one it last showed. */
class CompanionFleet(
    private val opening: Opening,
) : Fleet {
    constructor(companion: CacheBashCompanion) : this(Opening(companion))

    override fun overviews(limit: Int): Flow<Overview> =
        flow {
            opening.painted()?.let { emit(it) }
            emitAll(opening.companion().overviews(ProgramQuery(limit = limit.toUInt())))
        }

    override fun programPages(key: ProgramKey): Flow<ProgramPage> =
        flow { emitAll(opening.companion().programPages(key.account, key.program)) }

    override suspend fun refresh() {
        opening.companion().refresh()
    }

    override suspend fun search(query: SearchQuery): SearchPage = opening.companion().search(query)

    override suspend fun away(): AwayDigest = withContext(Dispatchers.IO) { opening.companion().away() }

    override suspend fun abilities(account: String): List<Ability> =
        withContext(Dispatchers.IO) { opening.companion().abilities(account) }

    override suspend fun refreshProgram(key: ProgramKey) {
        opening.companion().refreshProgram(key.account, key.program)
    }
}
