package dev.cachebash.presentation.search

import dev.cachebash.ffi.HitKind
import dev.cachebash.presentation.ProgramKey

/** What was looked for in all that is kept on this device, and found. */
data class SearchState(
    /** What the field is called. */
    val field: String,
    /** What is looked for; what the field begins with when it is shown again. */
    val text: String,
    val clear: String,
    /** How to search, or that nothing was found; in place of hits. */
    val hint: String?,
    /** All, and each kind that has hits. */
    val kinds: List<KindState>,
    val hits: List<HitState>,
    /** How many hits this list leaves out, as a sentence. */
    val more: String?,
    /** What is not on this device. */
    val reach: ReachState?,
    val trouble: String?,
)

/** A kind of text with its number of hits; all kinds where [kind] is `null`. */
data class KindState(
    val kind: HitKind?,
    val label: String,
    val chosen: Boolean,
)

/** One text that has all words. */
data class HitState(
    /** Its place, which tells it from the others. */
    val place: Int,
    /** Who said it, or whom it is about. */
    val program: String?,
    val kind: String,
    /** Whose server, where there are two or more. */
    val account: String?,
    /** The server has it no longer. */
    val kept: String?,
    val time: String?,
    val pieces: List<PieceState>,
    /** The page that a tap opens. */
    val opens: ProgramKey?,
)

/** A part of a hit's text. */
data class PieceState(
    val text: String,
    val found: Boolean,
)

/** What was searched, and what of it is not whole. */
data class ReachState(
    val title: String,
    val lines: List<String>,
)

/** What a person can do in the search. */
sealed interface SearchAction {
    /** Look for other words. */
    data class Write(
        val text: String,
    ) : SearchAction

    /** Show one kind only, or all. */
    data class Show(
        val kind: HitKind?,
    ) : SearchAction

    /** Show more hits. */
    data object ShowMore : SearchAction

    /** Open what a hit belongs to. */
    data class Open(
        val key: ProgramKey,
    ) : SearchAction
}
