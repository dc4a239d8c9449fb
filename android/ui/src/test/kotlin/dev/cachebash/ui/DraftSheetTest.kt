package dev.cachebash.ui

import androidx.compose.foundation.layout.Box
import androidx.compose.runtime.Composable
import dev.cachebash.ffi.AskedRow
import dev.cachebash.ffi.OpenQuestion
import dev.cachebash.ffi.QuestionTime
import dev.cachebash.presentation.NoticeKind
import dev.cachebash.presentation.NoticeState
import dev.cachebash.presentation.ProgramState
import dev.cachebash.presentation.draft.DraftAction
import dev.cachebash.presentation.draft.DraftPresenter
import dev.cachebash.presentation.draft.DraftState
import dev.cachebash.presentation.draft.Drafts
import dev.cachebash.presentation.draft.Subject
import dev.cachebash.presentation.words.Labels
import dev.cachebash.ui.draft.DraftSheet
import dev.cachebash.ui.program.ProgramScreen
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import java.time.ZoneId

/** The sheets in which a person answers, replies, writes and allows, over the page they were opened from. */
class DraftSheetTest {
    private val labels = Labels(ZoneId.of("Europe/Berlin"), hours24 = true)
    private val scope = CoroutineScope(Dispatchers.Default + Job())

    private val answer =
        Subject.Answer(
            AskedRow(
                account = "home",
                question = "q-1",
                asker = "deployer",
                text = "The migration locks users for 40 s. Run it now or at 22:00?",
                cut = false,
                options = listOf("Run it now", "Run it at 22:00"),
                context = "Sessions stay valid. On staging it took 38 s.",
                priority = null,
                status = "pending",
                askedAt = moment("2026-11-23T12:58:10Z"),
                thread = null,
                answerable = true,
            ),
        )
    private val reply =
        Subject.Reply(
            "home",
            OpenQuestion("builder", "May the audience list hold more than one service?", 0u),
            QuestionTime(0u, since = moment("2026-11-23T11:30:00Z"), firstSeen = AS_OF),
        )

    @AfterEach
    fun end() = scope.cancel()

    private fun draft(
        subject: Subject,
        allowed: Boolean = true,
        offline: Boolean = false,
        vararg acts: DraftAction,
    ): DraftState {
        val fleet = ScriptedFleet(AS_OF, offline, allowed = allowed)
        val presenter =
            DraftPresenter(fleet, ScriptedActing(), subject, Drafts(), labels, { AS_OF }, scope, onClose = {})
        for (act in acts) presenter.act(act)
        val groups = subject is Subject.Message
        return requireNotNull(
            presenter.state.settled { state ->
                state != null && (
                    !groups ||
                        state.targets
                            ?.targets
                            .orEmpty()
                            .any { it.group }
                )
            },
        )
    }

    @Composable
    private fun Over(
        program: String,
        state: DraftState,
        offline: Boolean = false,
    ) {
        val bar = NoticeState(NoticeKind.Offline, "Offline · as of 14:02 (37\u202fmin ago)")
        Box {
            ProgramScreen(ProgramState.blank(program, "Back").copy(notice = bar.takeIf { offline }), {})
            DraftSheet(state, {})
        }
    }

    private val answered =
        arrayOf(
            DraftAction.Choose(0),
            DraftAction.Write("Tell the person on call first, and stop if it takes a minute."),
        )

    @Test
    fun `answering what was asked, offline`() =
        Golden("answer", phone = true).check {
            Over("deployer", draft(answer, offline = true, acts = answered), offline = true)
        }

    @Test
    fun `answering by night`() =
        Golden("answer-dark", dark = true, phone = true).check {
            Over("deployer", draft(answer, offline = true, acts = answered), offline = true)
        }

    @Test
    fun `answering with text one and a half times as large`() =
        Golden("answer-large", text = 1.5f, phone = true).check { Over("deployer", draft(answer, acts = answered)) }

    @Test
    fun `replying to an open question`() =
        Golden("reply", phone = true).check {
            val said = DraftAction.Write("Yes, up to three. Refuse an empty list, and log the key id.")
            Over("builder", draft(reply, acts = arrayOf(said)))
        }

    @Test
    fun `nothing written yet, by night`() =
        Golden("reply-dark", dark = true, phone = true).check { Over("builder", draft(reply)) }

    @Test
    fun `a message may go to the programs and groups there are`() =
        Golden("message", phone = true).check {
            val said = DraftAction.Write("Hold the release until the reviewer is done.")
            Over("builder", draft(Subject.Message("home", "builder"), acts = arrayOf(said)))
        }

    private val notes =
        Subject.Notes(
            "home",
            "builder",
            "Signature and audience checks are in and tested. Left for the next session: a refresh token that " +
                "arrives in its last second.",
        )
    private val questions =
        Subject.Questions(
            "home",
            "builder",
            listOf("Should an expired refresh token answer 401 or 403?", "May the audience list hold more than one?"),
        )

    @Test
    fun `hand-off notes are written anew`() =
        Golden("edit-notes", phone = true).check {
            Over("builder", draft(notes, acts = arrayOf(DraftAction.Write(notes.seen + " Start there."))))
        }

    @Test
    fun `hand-off notes are written anew with text one and a half times as large, offline`() =
        Golden("edit-notes-large", text = 1.5f, phone = true).check {
            val written = DraftAction.Write("Start with the clock that runs ahead.")
            Over("builder", draft(notes, offline = true, acts = arrayOf(written)), offline = true)
        }

    @Test
    fun `open questions are written one a line, by night`() =
        Golden("edit-questions-dark", dark = true, phone = true).check { Over("builder", draft(questions)) }

    @Test
    fun `leave to act is asked for once`() =
        Golden("allow", phone = true).check { Over("builder", draft(reply, allowed = false)) }
}
