package dev.cachebash.presentation

import dev.cachebash.ffi.Section
import dev.cachebash.ffi.Shape

/**
 * The overview, whole. Content and trouble stand side by side: going offline adds a [notice] and takes nothing away.
 */
data class OverviewState(
    /** The answer; absent only until the cache was read for the first time. */
    val headline: String?,
    /** Whose fleet: the account's label, or how many servers. */
    val account: String?,
    /** "As of 14:02:10"; absent while a [notice] says it. */
    val asOf: String?,
    val strip: StripState,
    /** "Asked of you", under "Needs you"; absent when nobody asks. */
    val asked: AskedSectionState?,
    val sections: List<SectionState>,
    val notice: NoticeState?,
    /** What each source said, behind the as-of and behind a partial bar. */
    val sources: List<SourceState>,
    val sourcesOpen: Boolean,
    /** Instead of sections, when there is no program at all. */
    val nobody: List<String>,
    /** What letting the first one in is called, when there is nobody. */
    val createKey: String?,
    /** No server is known yet. */
    val firstRun: Boolean,
    /** One more line under the headline: the server's clock is ahead. */
    val aside: String?,
    /** How many programs this list leaves out, as a sentence. */
    val more: String?,
    /** A refresh that was asked for is under way. */
    val refreshing: Boolean,
    /** Why what was asked for could not be done. */
    val trouble: String?,
) {
    companion object {
        /** Before anything was read. */
        val Blank =
            OverviewState(
                headline = null,
                account = null,
                asOf = null,
                strip = StripState(emptyList(), null, ""),
                asked = null,
                sections = emptyList(),
                notice = null,
                sources = emptyList(),
                sourcesOpen = false,
                nobody = emptyList(),
                createKey = null,
                firstRun = false,
                aside = null,
                more = null,
                refreshing = false,
                trouble = null,
            )
    }
}

/** One shape per program, in list order; groups are sections. */
data class StripState(
    val groups: List<List<Shape>>,
    /** "+12" after forty shapes. */
    val more: String?,
    /** The strip as one sentence. */
    val spoken: String,
)

/** A section with its rows. */
data class SectionState(
    val section: Section,
    val title: String,
    val count: String,
    val rows: List<RowState>,
) {
    /** Rows of "Needs you" are raised cards. */
    val cards: Boolean get() = section == Section.NEEDS_YOU

    /** Finished and quiet programs take one line each. */
    val oneLine: Boolean get() = section == Section.FINISHED_TODAY || section == Section.QUIET
}

/** Identity of an asked question. */
data class AskedKey(
    val account: String,
    val question: String,
)

/** Questions whose asker is not known. */
data class AskedSectionState(
    val title: String,
    val count: String,
    val rows: List<AskedState>,
)

/** One such question: three lines, flat, in ink. */
data class AskedState(
    val key: AskedKey,
    val asker: String,
    /** Said where it is out of the ordinary. */
    val priority: String?,
    val time: String,
    /** In quotes, whole or its beginning. */
    val text: String,
    /** Where to answer, when not here. */
    val aside: String?,
    /** What answering it here is called, where that is possible. */
    val answer: String?,
    /** Whose server, where there are two or more. */
    val account: String?,
)

/** The bar above a page. */
data class NoticeState(
    val kind: NoticeKind,
    val text: String,
    /** What replacing a refused key is called, where that is what it is about. */
    val replace: String? = null,
)

/** What a bar is about; decides its sign, its height and whether it opens. */
enum class NoticeKind { Offline, KeyRefused, RateLimited, Partial }

/** One line of "what do I know, since when, and why not more". */
data class SourceState(
    val sign: SourceSign,
    val title: String,
    /** Whose source it is, where there are two or more accounts. */
    val account: String?,
    val time: String,
    val cause: String?,
    /** What trying again is called, where it may help. */
    val retry: String?,
)

/** The sign before a source. */
enum class SourceSign { Fresh, Waiting, Failed, Unsure, Locked }

/** What a person can do on the overview. */
sealed interface OverviewAction {
    /** Open one program's page. */
    data class OpenProgram(
        val key: ProgramKey,
    ) : OverviewAction

    /** Answer a question. */
    data class Answer(
        val key: AskedKey,
    ) : OverviewAction

    /** Let an agent in. */
    data object CreateKey : OverviewAction

    /** Look after the accounts on this device. */
    data object Accounts : OverviewAction

    /** Use another key for the account whose own is refused. */
    data object UseAnotherKey : OverviewAction

    /** Look now. */
    data object Refresh : OverviewAction

    /** Show or hide what each source said. */
    data object ToggleSources : OverviewAction

    /** Show more of a long list. */
    data object ShowMore : OverviewAction
}
