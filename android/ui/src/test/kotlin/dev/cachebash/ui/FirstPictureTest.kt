package dev.cachebash.ui

import dev.cachebash.ffi.CacheBashCompanion
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.ProgramQuery
import dev.cachebash.presentation.CompanionFleet
import dev.cachebash.presentation.Opening
import dev.cachebash.presentation.OverviewAction
import dev.cachebash.presentation.OverviewPresenter
import dev.cachebash.presentation.OverviewState
import dev.cachebash.presentation.words.Labels
import dev.cachebash.testing.FleetScript
import dev.cachebash.testing.PlayedFleet
import dev.cachebash.ui.overview.OverviewScreen
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.util.Locale
import java.util.concurrent.CountDownLatch

/** What a start shows while the companion is being opened, and what takes its place. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FirstPictureTest {
    private val script = FleetScript.read()
    private val labels = Labels(script.zone, hours24 = true)
    private lateinit var dir: File
    private lateinit var played: PlayedFleet
    private lateinit var scope: CoroutineScope

    @BeforeAll
    fun play(
        @TempDir dir: File,
    ) = runBlocking {
        Locale.setDefault(Locale.ENGLISH)
        this@FirstPictureTest.dir = dir
        played = script.play(dir)
        played.companion.overview(ProgramQuery())
        played.companion.suspend()
        played.companion.close()
        val later = script.end + THIRTY_SEVEN_MINUTES
        played.server.setClock(later)
        played.clock.now = later
    }

    @BeforeEach
    fun begin() {
        scope = CoroutineScope(Dispatchers.Default + Job())
    }

    @AfterEach
    fun end() = scope.cancel()

    @AfterAll
    fun close() = played.server.close()

    private fun presenter(
        files: File,
        open: () -> CacheBashCompanion,
    ): OverviewPresenter {
        val opening = Opening(files, { played.clock.now }, scope, open)
        return OverviewPresenter(CompanionFleet(opening), labels, { played.clock.now }, scope, {}, {}, {}, {}, {})
    }

    /** As when no server answered, but that nobody has asked one yet. */
    private val picture = FLEET_OFFLINE.map { if (it.startsWith("Offline")) "As of 14:02:10" else it }

    @Test
    fun `the fleet stands there as of then before anything is open, and what is read now takes its place`() {
        val gate = CountDownLatch(1)
        val presenter =
            presenter(script.files(dir)) {
                gate.await()
                script.open(dir, played.clock, played.secrets)
            }
        val first = presenter.state.settled { it.headline != null }
        assertEquals(picture, first.said())
        Golden("overview-first").check { OverviewScreen(first, {}) }

        gate.countDown()
        presenter.act(OverviewAction.Refresh)
        val now = presenter.state.settled { it.asOf == "As of 14:39:10" }
        assertEquals(
            first.sections
                .flatMap { it.rows }
                .map { it.name }
                .sorted(),
            now.names().sorted(),
        )
        assertNull(now.trouble)
    }

    private fun OverviewState.names() = sections.flatMap { section -> section.rows.map { it.name } }

    @Test
    fun `a companion that cannot be opened says so, and takes nothing away of the picture`() {
        val gate = CountDownLatch(1)
        val presenter =
            presenter(script.files(dir)) {
                gate.await()
                throw CompanionException.Storage("s-1")
            }
        assertEquals(picture, presenter.state.settled { it.headline != null }.said())
        gate.countDown()
        val state = presenter.state.settled { it.trouble != null }
        assertEquals("This device’s storage failed (reference s-1).", state.trouble)
        assertEquals(picture, state.copy(trouble = null).said())
    }

    @Test
    fun `where there never was a picture nothing is shown until the companion is open`() {
        val gate = CountDownLatch(1)
        val presenter =
            presenter(dir.resolve("nobody")) {
                gate.await()
                script.open(dir.resolve("new"), played.clock)
            }
        val states = presenter.state
        assertEquals(OverviewState.Blank, states.value)
        gate.countDown()
        assertEquals(true, states.settled { it.headline != null }.firstRun)
    }

    private companion object {
        const val THIRTY_SEVEN_MINUTES = 37 * 60_000L
    }
}
