package dev.cachebash.ui.program

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import dev.cachebash.presentation.AskedState
import dev.cachebash.presentation.ButtonWeight
import dev.cachebash.presentation.ItemsState
import dev.cachebash.presentation.LastTaskState
import dev.cachebash.presentation.LockedState
import dev.cachebash.presentation.NotesState
import dev.cachebash.presentation.QuestionsState
import dev.cachebash.presentation.RightsState
import dev.cachebash.presentation.StandInState
import dev.cachebash.ui.part.AgentWords
import dev.cachebash.ui.part.Panel
import dev.cachebash.ui.part.SmallButton
import dev.cachebash.ui.part.Words
import dev.cachebash.ui.part.colour
import dev.cachebash.ui.sign.Icon
import dev.cachebash.ui.sign.IconSign
import dev.cachebash.ui.sign.ShapeSign
import dev.cachebash.ui.theme.Look
import dev.cachebash.ui.theme.Space
import dev.cachebash.ui.theme.medium
import dev.cachebash.ui.theme.strong
import dev.cachebash.ui.theme.tabular

/** A card with its title, and at the end of that line a count or a time. */
@Composable
internal fun TitledPanel(
    title: String,
    tail: String?,
    modifier: Modifier = Modifier,
    content: @Composable ColumnScope.() -> Unit,
) {
    Panel(modifier) {
        Column(Modifier.padding(Space.l)) {
            Row(
                Modifier.fillMaxWidth().padding(bottom = Space.s),
                Arrangement.spacedBy(Space.s),
                Alignment.CenterVertically,
            ) {
                Words(title, Look.type.head, Modifier.weight(1f).semantics { heading() })
                tail?.let { Words(it, Look.type.label.tabular(), colour = Look.colours.ink3, atEnd = true) }
            }
            content()
        }
    }
}

/** Says that the server has cleared what stands below. */
@Composable
private fun Kept(text: String?) {
    if (text == null) return
    Row(Modifier.padding(bottom = Space.s), Arrangement.spacedBy(6.dp), Alignment.CenterVertically) {
        IconSign(Icon.Kept, Look.colours.ink2, 16.dp)
        Words(text, Look.type.support.tabular(), colour = Look.colours.ink2)
    }
}

/** Who wrote what stands above. */
@Composable
private fun By(text: String?) {
    text?.let { Words(it, Look.type.support.tabular(), Modifier.padding(top = Space.s), Look.colours.ink3) }
}

/** What the program asks: whole, with Answer where the server takes one. */
@Composable
internal fun AskedCard(
    asked: AskedState,
    modifier: Modifier = Modifier,
    onAnswer: () -> Unit = {},
) {
    TitledPanel(asked.asker, asked.time.ifEmpty { null }, modifier) {
        AgentWords(asked.text, Look.type.head.medium())
        listOfNotNull(asked.priority, asked.aside).forEach {
            Words(it, Look.type.support, Modifier.padding(top = Space.xs), Look.colours.ink2)
        }
        asked.answer?.let { SmallButton(it, onAnswer, weight = ButtonWeight.Filled) }
    }
}

/** What one session left for the next: selectable, ten lines at first when it is long. */
@Composable
internal fun NotesCard(
    notes: NotesState,
    modifier: Modifier = Modifier,
    onEdit: () -> Unit = {},
) {
    var whole by rememberSaveable(notes.text) { mutableStateOf(false) }
    var cut by rememberSaveable(notes.text) { mutableStateOf(false) }
    TitledPanel(notes.title, notes.time, modifier) {
        Kept(notes.kept)
        SelectionContainer {
            AgentWords(
                notes.text,
                Look.type.body,
                lines = if (whole) Int.MAX_VALUE else FEW_LINES,
                onCut = { cut = it },
            )
        }
        if (cut && !whole) {
            Box(
                Modifier.heightIn(min = Space.target).clickable(role = Role.Button) { whole = true },
                Alignment.CenterStart,
            ) {
                Words(
                    notes.showAll,
                    Look.type.support
                        .strong()
                        .tabular(),
                )
            }
        }
        By(notes.by)
        Edit(notes.pending, notes.edit, onEdit)
    }
}

private const val FEW_LINES = 10

/** How far an edit has come, and the way to another. */
@Composable
private fun Edit(
    pending: String?,
    edit: String?,
    onEdit: () -> Unit,
) {
    By(pending)
    edit?.let { SmallButton(it, onEdit, Modifier.padding(top = Space.xs)) }
}

/** What the agent does not know: a number, the question, and since when. */
@Composable
internal fun QuestionsCard(
    questions: QuestionsState,
    modifier: Modifier = Modifier,
    onReply: (Int) -> Unit = {},
    onEdit: () -> Unit = {},
) {
    TitledPanel(questions.title, questions.count, modifier) {
        Kept(questions.kept)
        questions.questions.forEachIndexed { place, question ->
            Row(Modifier.padding(vertical = 6.dp), Arrangement.spacedBy(Space.s)) {
                Words(
                    question.number,
                    Look.type.body
                        .strong()
                        .tabular(),
                    Modifier.width(20.dp),
                )
                Column {
                    AgentWords(question.text, Look.type.body)
                    question.since?.let {
                        Words(it, Look.type.support.tabular(), Modifier.padding(top = Space.xs), Look.colours.ink3)
                    }
                    question.replied?.let {
                        Words(it, Look.type.support.tabular(), Modifier.padding(top = Space.xs), Look.colours.ink2)
                    }
                    question.reply?.let {
                        val weight = if (question.first) ButtonWeight.Filled else ButtonWeight.Tonal
                        SmallButton(it, { onReply(place) }, weight = weight)
                    }
                }
            }
        }
        Edit(questions.pending, questions.edit, onEdit)
    }
}

/** What is under way. */
@Composable
internal fun WorkItemsCard(
    items: ItemsState,
    modifier: Modifier = Modifier,
) {
    TitledPanel(items.title, items.count, modifier) {
        Kept(items.kept)
        for (item in items.items) {
            Row(Modifier.padding(vertical = 6.dp), Arrangement.spacedBy(Space.s)) {
                val middle = with(LocalDensity.current) { (24.sp.toDp() - 6.dp) / 2 }
                Box(
                    Modifier
                        .padding(
                            start = 5.dp,
                            end = 9.dp,
                            top = middle,
                        ).size(6.dp)
                        .background(Look.colours.ink3, CircleShape),
                )
                AgentWords(item, Look.type.body)
            }
        }
        By(items.by)
    }
}

/** The task worked on last, and how it ended. */
@Composable
internal fun LastTaskCard(
    task: LastTaskState,
    modifier: Modifier = Modifier,
) {
    TitledPanel(task.heading, null, modifier) {
        Kept(task.kept)
        task.title?.let { AgentWords(it, Look.type.body) }
        task.outcome?.let {
            Row(Modifier.padding(top = Space.xs), Arrangement.spacedBy(Space.s), Alignment.CenterVertically) {
                task.shape?.let { shape -> ShapeSign(shape, size = 16.dp, ground = Look.colours.surface) }
                AgentWords(it, Look.type.support.strong(), colour = task.tone.colour)
            }
        }
        task.notes?.let { AgentWords(it, Look.type.body, Modifier.padding(top = Space.s), Look.colours.ink2) }
        By(task.by)
    }
}

/** Nothing to show of the state, and why. */
@Composable
internal fun StandInCard(
    standIn: StandInState,
    modifier: Modifier = Modifier,
) {
    TitledPanel(standIn.title, null, modifier) { Words(standIn.text, Look.type.body, colour = Look.colours.ink2) }
}

/** This key may not read the program's state: an ordinary state, never red. */
@Composable
internal fun LockedCard(
    locked: LockedState,
    modifier: Modifier = Modifier,
    onOtherKey: () -> Unit = {},
) {
    Panel(modifier) {
        Row(Modifier.padding(Space.l), Arrangement.spacedBy(Space.m)) {
            IconSign(Icon.Lock, Look.colours.ink2)
            Column {
                Words(locked.title, Look.type.head, Modifier.semantics { heading() })
                Words(locked.cause, Look.type.support, Modifier.padding(top = Space.xs), Look.colours.ink2)
                locked.another?.let { SmallButton(it, onOtherKey, Modifier.padding(top = Space.xs)) }
            }
        }
    }
}

/** What a key may do and may not, as far as its server told. */
@Composable
internal fun RightsCard(
    rights: RightsState,
    modifier: Modifier = Modifier,
) {
    TitledPanel(rights.title, null, modifier) {
        for (right in rights.rights) {
            Row(
                Modifier.padding(vertical = 6.dp).semantics(mergeDescendants = true) {},
                Arrangement.spacedBy(Space.s),
                Alignment.CenterVertically,
            ) {
                val colour = if (right.may) Look.colours.complete else Look.colours.ink3
                IconSign(if (right.may) Icon.Check else Icon.Lock, colour, 20.dp)
                Words(right.text, Look.type.body, colour = if (right.may) Look.colours.ink else Look.colours.ink2)
            }
        }
    }
}
