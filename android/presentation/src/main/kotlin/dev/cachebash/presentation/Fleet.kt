package dev.cachebash.presentation

import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Overview
import dev.cachebash.ffi.ProgramPage
import dev.cachebash.ffi.ProgramQuery
import dev.cachebash.ffi.SearchPage
import dev.cachebash.ffi.SearchQuery
import dev.cachebash.overviews
import dev.cachebash.programPages
import kotlinx.coroutines.flow.Flow

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

    /** As [refresh], and reads this program's state and keys too. */
    @Throws(CompanionException::class)
    suspend fun refreshProgram(key: ProgramKey)
}

/** The fleet of a real companion. */
class CompanionFleet(
    private val companion: CacheBashCompanion,
) : Fleet {
    override fun overviews(limit: Int): Flow<Overview> = companion.overviews(ProgramQuery(limit = limit.toUInt()))

    override fun programPages(key: ProgramKey): Flow<ProgramPage> = companion.programPages(key.account, key.program)

    override suspend fun refresh() {
        companion.refresh()
    }

    override suspend fun search(query: SearchQuery): SearchPage = companion.search(query)

    override suspend fun refreshProgram(key: ProgramKey) {
        companion.refreshProgram(key.account, key.program)
    }
}
