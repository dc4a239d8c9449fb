package dev.cachebash.presentation.outbox

import dev.cachebash.ffi.Action
import dev.cachebash.ffi.Delivery
import dev.cachebash.ffi.OutboxLine
import dev.cachebash.presentation.ActionKey
import dev.cachebash.presentation.FieldState
import dev.cachebash.presentation.LONGEST_MESSAGE
import dev.cachebash.presentation.field
import dev.cachebash.presentation.questionLines
import dev.cachebash.presentation.questionsField
import dev.cachebash.presentation.questionsFit
import dev.cachebash.presentation.quoting
import dev.cachebash.presentation.withoutQuote
import dev.cachebash.presentation.words.Labels

/** A text of an action that a person may write anew: what it is called, and how many UTF-16 units it may have. */
internal data class EditableText(
    val name: String,
    val text: String,
    /** Absent where it is open questions, which have a limit each. */
    val limit: Int?,
    /** It may be left empty. */
    val optional: Boolean = false,
)

/** The texts of an action; none where there is nothing to write. Limits are those of contract sections 5, 6 and 8. */
internal val Action.texts: List<EditableText>
    get() =
        when (this) {
            is Action.SendMessage -> {
                val replied = repliesTo?.let { withoutQuote(it, text) } ?: text
                listOf(EditableText("message", replied, LONGEST_MESSAGE - (text.length - replied.length)))
            }

            is Action.AnswerQuestion -> {
                listOf(EditableText("answer", response, LONGEST_MESSAGE))
            }

            is Action.CreateTask -> {
                listOf(
                    EditableText("title", title, LINE),
                    EditableText("instructions", instructions, INSTRUCTIONS, optional = true),
                )
            }

            is Action.CompleteTask -> {
                listOf(EditableText("result", result, INSTRUCTIONS, optional = true))
            }

            is Action.EditHandOffNotes -> {
                listOf(EditableText("notes", notes, LONGEST_MESSAGE, optional = true))
            }

            is Action.EditOpenQuestions -> {
                listOf(EditableText("questions", questions.joinToString("\n"), limit = null, optional = true))
            }

            is Action.UpdateSession -> {
                listOf(EditableText("status", status, LINE))
            }

            is Action.ClaimTask, is Action.RevokeKey, is Action.CreateKey, is Action.RotateKey -> {
                emptyList()
            }
        }

private const val LINE = 200
private const val INSTRUCTIONS = 32_000

/**
 * The same action with other [texts]. Where both texts of an edit were shown, the one on the server is now what the person
 * saw: otherwise it would be refused for the same difference again.
 */
internal fun Action.written(
    texts: List<String>,
    shown: Delivery,
): Action =
    when (this) {
        is Action.SendMessage -> {
            copy(text = repliesTo?.takeIf { text != withoutQuote(it, text) }?.let { quoting(it, texts[0]) } ?: texts[0])
        }

        is Action.AnswerQuestion -> {
            copy(response = texts[0])
        }

        is Action.CreateTask -> {
            copy(title = texts[0], instructions = texts[1])
        }

        is Action.CompleteTask -> {
            copy(result = texts[0])
        }

        is Action.EditHandOffNotes -> {
            copy(notes = texts[0], seen = (shown as? Delivery.NotesChanged)?.theirs ?: seen)
        }

        is Action.EditOpenQuestions -> {
            copy(
                questions = questionLines(texts[0]),
                seen = (shown as? Delivery.QuestionsChanged)?.theirs ?: seen,
            )
        }

        is Action.UpdateSession -> {
            copy(status = texts[0])
        }

        is Action.ClaimTask, is Action.RevokeKey, is Action.CreateKey, is Action.RotateKey -> {
            this
        }
    }

/** A line that is being written anew. What was written is kept until it was taken or the person leaves. */
internal data class Editing(
    val key: ActionKey,
    val action: Action,
    /** As it stood when the editor opened: what the person saw then. */
    val shown: Delivery,
    val texts: List<String>,
    val saving: Boolean = false,
    val trouble: String? = null,
) {
    companion object {
        fun of(line: OutboxLine) = Editing(line.key, line.action, line.delivery, line.action.texts.map { it.text })
    }

    /** What is to be sent instead. */
    val instead: Action get() = action.written(texts, shown)

    fun write(
        field: Int,
        text: String,
    ) = copy(texts = texts.mapIndexed { n, old -> if (n == field) text else old }, trouble = null)
}

/** Words the editor. */
internal fun Labels.editor(editing: Editing): EditorState {
    val fields = editing.action.texts.zip(editing.texts)
    return EditorState(
        key = editing.key,
        title = action(editing.action),
        close = text("close"),
        theirs = theirs(editing.shown),
        fields = fields.map { (field, text) -> field(field, text) },
        save = text("save"),
        saveable = !editing.saving && fields.all { (field, text) -> field.takes(text) },
        trouble = editing.trouble,
    )
}

private fun Labels.field(
    of: EditableText,
    text: String,
): FieldState {
    val label = text("field.${of.name}")
    return if (of.limit == null) questionsField(label, text) else field(label, text, of.limit)
}

private fun EditableText.takes(text: String): Boolean {
    val fits = if (limit == null) questionsFit(questionLines(text)) else text.length <= limit
    return fits && (optional || text.isNotBlank())
}
