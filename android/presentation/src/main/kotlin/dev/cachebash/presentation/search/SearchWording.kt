package dev.cachebash.presentation.search

import dev.cachebash.ffi.HitKind
import dev.cachebash.ffi.HitOpens
import dev.cachebash.ffi.SearchHit
import dev.cachebash.ffi.SearchPage
import dev.cachebash.ffi.SearchReach
import dev.cachebash.presentation.ProgramKey
import dev.cachebash.presentation.words.Labels

/** Before anything was typed. */
internal fun Labels.nothingTyped(typed: String = "") =
    SearchState(
        field = text("search"),
        text = typed,
        clear = text("clear"),
        hint = text("how_to_search"),
        kinds = emptyList(),
        hits = emptyList(),
        more = null,
        reach = null,
        trouble = null,
    )

/** Words what was found; [accounts] are labels by id, where there are two or more. */
internal fun Labels.found(
    typed: String,
    page: SearchPage,
    chosen: HitKind?,
    accounts: Map<String, String>,
): SearchState {
    val all = page.kinds.sumOf { it.count.toLong() }
    val hidden = page.total.toLong() - page.offset.toLong() - page.hits.size
    val kinds =
        page.kinds.map {
            KindState(
                it.kind,
                counted(hitKinds(it.kind), it.count.toLong()),
                it.kind == chosen,
            )
        }
    return nothingTyped(typed).copy(
        hint = if (page.hits.isEmpty()) text("nothing_found") else null,
        kinds = if (all > 0) listOf(KindState(null, counted(text("hits.all"), all), chosen == null)) + kinds else kinds,
        hits = page.hits.mapIndexed { n, hit -> hit(hit, n, accounts[hit.account], page.now) },
        more = hidden.takeIf { it > 0 }?.let { count("more_hits", it) },
        reach = ReachState(text("not_everything"), reach(page.reach, page.now)),
    )
}

/** What a hit is, beside the name of its program. */
internal fun Labels.hitKind(kind: HitKind): String = text("hit.${kind.key}")

/** Several of them, before their number. */
internal fun Labels.hitKinds(kind: HitKind): String = text("hits.${kind.key}")

/** A heading and its number, which are set apart by type. */
private fun Labels.counted(
    label: String,
    count: Long,
): String = words.text("counted", label, number(count))

private fun Labels.hit(
    hit: SearchHit,
    place: Int,
    account: String?,
    now: Long,
) = HitState(
    place = place,
    program = hit.program,
    kind = hitKind(hit.kind),
    account = account,
    kept = if (hit.keptHere) text("kept_here") else null,
    time = hit.at?.let { dayClock(it, now) },
    pieces = hit.pieces(),
    opens = hit.page?.let { ProgramKey(hit.account, it) },
)

/** The text taken apart at its matches. */
private fun SearchHit.pieces(): List<PieceState> {
    val pieces = mutableListOf<PieceState>()
    var at = 0

    fun take(
        until: Int,
        found: Boolean,
    ) {
        if (until > at) pieces += PieceState(piece.substring(at, until), found)
        at = until
    }
    if (cutBefore) pieces += PieceState("… ", found = false)
    for (mark in marks) {
        take(mark.start.toInt(), found = false)
        take(mark.end.toInt(), found = true)
    }
    take(piece.length, found = false)
    if (cutAfter) pieces += PieceState("…", found = false)
    return pieces
}

/** The program whose page shows it, or that it is about. */
private val SearchHit.page: String?
    get() =
        when (val opens = opens) {
            is HitOpens.Program -> opens.program

            is HitOpens.Session -> opens.program

            is HitOpens.Question, is HitOpens.Task, is HitOpens.Message, is HitOpens.Alert, is HitOpens.Outbox,
            is HitOpens.Group, is HitOpens.Sprint, is HitOpens.Key,
            -> program
        }

/** What was searched, and what of it is not whole; a line each. */
internal fun Labels.reach(
    reach: SearchReach,
    now: Long,
): List<String> {
    val states =
        if (reach.statesRead < reach.programs) {
            words.text("reach.states", number(reach.statesRead.toLong()), number(reach.programs.toLong()))
        } else {
            text("reach.states_whole")
        }
    val tasks =
        if (reach.tasks ==
            0u
        ) {
            text("reach.no_tasks")
        } else {
            words.text("reach.tasks", number(reach.tasks.toLong()))
        }
    val messages =
        reach.messagesSince?.let { words.text("reach.messages", dayClock(it, now)) } ?: text("reach.no_messages")
    return listOfNotNull(states, "$tasks $messages", text("reach.questions").takeIf { !reach.questionsWhole })
}

private val HitKind.key: String
    get() =
        when (this) {
            HitKind.PROGRAM -> "program"
            HitKind.SESSION -> "session"
            HitKind.HAND_OFF_NOTES -> "notes"
            HitKind.OPEN_QUESTION -> "question"
            HitKind.REPLY -> "reply"
            HitKind.WORK_ITEM -> "work"
            HitKind.LAST_TASK -> "last_task"
            HitKind.ASKED_QUESTION -> "asked"
            HitKind.TASK -> "task"
            HitKind.MESSAGE -> "message"
            HitKind.ALERT -> "alert"
            HitKind.GROUP -> "group"
            HitKind.SPRINT -> "sprint"
            HitKind.KEY -> "key"
            HitKind.OUTBOX -> "outbox"
        }
