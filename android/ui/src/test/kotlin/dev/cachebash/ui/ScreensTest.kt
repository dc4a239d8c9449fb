package dev.cachebash.ui

import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.unit.LayoutDirection
import dev.cachebash.ffi.Section
import dev.cachebash.ffi.Shape
import dev.cachebash.presentation.AskedKey
import dev.cachebash.presentation.FindingSign
import dev.cachebash.presentation.FindingState
import dev.cachebash.presentation.NoticeKind
import dev.cachebash.presentation.NoticeState
import dev.cachebash.presentation.OverviewState
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.ProgressState
import dev.cachebash.presentation.RowState
import dev.cachebash.presentation.SectionState
import dev.cachebash.presentation.SourceSign
import dev.cachebash.presentation.SourceState
import dev.cachebash.presentation.StripState
import dev.cachebash.presentation.Tone
import dev.cachebash.ui.overview.OverviewScreen
import org.junit.jupiter.api.Test

/** What a healthy fleet does not show: a partial bar, names too long, two servers, from right to left. */
class ScreensTest {
    private val indexer =
        RowState(
            key = ProgramKey("home", "indexer"),
            name = "symbolindex-aktualisierung-hintergrund-eu-west-1",
            shape = Shape.WORKING_SILENT,
            turns = false,
            word = "Working",
            tone = Tone.Working,
            wordAside = null,
            age = "26\u202fmin",
            status = "Rebuilding the symbol index for packages/auth and all that depends on it, from the first commit",
            asks = null,
            answer = null,
            progress = ProgressState.Percent(62, "62\u202f%", moving = false),
            finding = FindingState(FindingSign.Silent, "silent · usually every 5\u202fmin", "silent"),
            eta = null,
            waiting = null,
            account = "hub.example.org",
            project = "user-authentication",
            questions = "2",
            spoken = "indexer",
        )

    private val sentinel =
        indexer.copy(
            key = ProgramKey("home", "sentinel"),
            name = "sentinel",
            shape = Shape.BLOCKED,
            word = "Blocked",
            age = "50\u202fs",
            tone = Tone.Blocked,
            wordAside = "or pinned",
            status = "Watching sign-in errors on staging",
            progress = ProgressState.Absent,
            finding = null,
            waiting = "for over 4\u202fmin",
            account = null,
            project = null,
            questions = null,
            spoken = "sentinel",
        )

    private val fell =
        indexer.copy(
            key = ProgramKey("home", "builder"),
            name = "builder",
            shape = Shape.WORKING,
            age = "12\u202fs",
            status = "Implementing JWT validation",
            progress = ProgressState.Percent(10, "10\u202f%", moving = false),
            finding = FindingState(FindingSign.Fell, "fell from 18 to 10\u202f%", "fell from 18 to 10\u202f%"),
            account = null,
            questions = null,
            spoken = "builder",
        )

    private val partial =
        OverviewState.Blank.copy(
            headline = "1 needs you",
            account = "2 servers",
            strip =
                StripState(
                    listOf(listOf(Shape.BLOCKED), listOf(Shape.WORKING_SILENT), listOf(Shape.WORKING)),
                    "+12",
                    "3 programs",
                ),
            sections =
                listOf(
                    SectionState(Section.NEEDS_YOU, "Needs you", "1", listOf(sentinel)),
                    SectionState(Section.STALLED_OR_SILENT, "Stalled or silent", "1", listOf(indexer)),
                    SectionState(Section.WORKING, "Working", "1", listOf(fell)),
                ),
            notice = NoticeState(NoticeKind.Partial, "Sessions 14:02 · State 13:40 · Keys failed"),
            sources =
                listOf(
                    SourceState(SourceSign.Fresh, "Sessions", null, "14:02:10", null, null),
                    SourceState(
                        SourceSign.Waiting,
                        "Program state",
                        null,
                        "as of 13:40:31",
                        "Server asked to wait; 18\u202fs left",
                        null,
                    ),
                    SourceState(
                        SourceSign.Failed,
                        "Keys",
                        null,
                        "failed since 13:52",
                        "The server cannot be reached.",
                        "Retry",
                    ),
                    SourceState(
                        SourceSign.Locked,
                        "Fleet health",
                        "hub.example.org",
                        "failed since 13:52",
                        "This key may not read it: metrics.read is missing.",
                        null,
                    ),
                    SourceState(
                        SourceSign.Unsure,
                        "Session history",
                        null,
                        "14:02:10",
                        "The server lists 50 ended sessions at most.",
                        null,
                    ),
                ),
            sourcesOpen = true,
        )

    private val asking =
        OverviewState.Blank.copy(
            headline = "1 needs you",
            account = "Home fleet",
            asOf = "As of 14:02:10",
            strip = StripState(listOf(listOf(Shape.BLOCKED)), null, "1 program: 1 needs you"),
            sections =
                listOf(
                    SectionState(
                        Section.NEEDS_YOU,
                        "Needs you",
                        "1",
                        listOf(
                            sentinel.copy(
                                key = ProgramKey("home", "deployer"),
                                name = "deployer",
                                wordAside = null,
                                age = "40\u202fs",
                                status = "The migration locks users for 40 s. Run it now or at 22:00?",
                                asks = AskedKey("home", "q-1"),
                                answer = "Answer",
                                progress = ProgressState.Percent(80, "80\u202f%", moving = false),
                                waiting = "waiting 4\u202fmin",
                            ),
                        ),
                    ),
                ),
        )

    @Test
    fun `who asks can be answered from its card`() = Golden("asking").check { OverviewScreen(asking, {}) }

    @Test
    fun `with large text the answer has a line of its own`() =
        Golden("asking-large", text = 1.5f).check { OverviewScreen(asking, {}) }

    @Test
    fun `a partial bar opens to a line a source, and narrow rows give way in order`() =
        Golden("partial").check { OverviewScreen(partial, {}) }

    @Test
    fun `from right to left all mirrors but names`() =
        Golden("rtl").check {
            CompositionLocalProvider(LocalLayoutDirection provides LayoutDirection.Rtl) { OverviewScreen(partial, {}) }
        }
}
