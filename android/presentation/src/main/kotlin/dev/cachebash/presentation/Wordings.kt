package dev.cachebash.presentation

import dev.cachebash.ffi.Cause
import dev.cachebash.ffi.CompanionException
import dev.cachebash.ffi.Estimate
import dev.cachebash.ffi.Finding
import dev.cachebash.ffi.RejectedReason
import dev.cachebash.ffi.RowProgress
import dev.cachebash.ffi.Section
import dev.cachebash.ffi.SessionState
import dev.cachebash.ffi.Source
import dev.cachebash.ffi.Standing
import dev.cachebash.presentation.words.CauseWord
import dev.cachebash.presentation.words.ErrorWord
import dev.cachebash.presentation.words.EtaWord
import dev.cachebash.presentation.words.FindingWord
import dev.cachebash.presentation.words.ProgressWord
import dev.cachebash.presentation.words.StandingWord
import dev.cachebash.presentation.words.StateWord

// The core's values as the formatter takes them. Every `when` is exhaustive: a new value of the core's fails to compile.

internal val SessionState.asWord: StateWord
    get() =
        when (this) {
            SessionState.Working -> StateWord.Known.Working
            SessionState.Blocked -> StateWord.Known.Blocked
            SessionState.BlockedOrPinned -> StateWord.Known.BlockedOrPinned
            SessionState.Pinned -> StateWord.Known.Pinned
            SessionState.Complete -> StateWord.Known.Complete
            is SessionState.Other -> StateWord.Other(word)
        }

internal val SessionState?.tone: Tone
    get() =
        when (this) {
            SessionState.Working -> Tone.Working
            SessionState.Blocked, SessionState.BlockedOrPinned -> Tone.Blocked
            SessionState.Pinned -> Tone.Pinned
            SessionState.Complete -> Tone.Complete
            is SessionState.Other, null -> Tone.Other
        }

internal val RowProgress.asWord: ProgressWord
    get() =
        when (this) {
            RowProgress.NotReported -> ProgressWord.NotReported
            is RowProgress.Percent -> ProgressWord.Percent(percent.toInt())
            is RowProgress.Last -> ProgressWord.Last(percent.toInt(), at)
        }

internal val Finding.asWord: FindingWord
    get() =
        when (this) {
            is Finding.Silent -> FindingWord.Silent(since, usualEvery)
            is Finding.Fell -> FindingWord.Fell(from.toInt(), to.toInt())
            is Finding.NoChange -> FindingWord.NoChange(since)
        }

internal val Estimate.asWord: EtaWord
    get() = EtaWord(from, to, judgedAt)

internal val Finding.sign: FindingSign
    get() =
        when (this) {
            is Finding.Silent -> FindingSign.Silent
            is Finding.Fell -> FindingSign.Fell
            is Finding.NoChange -> FindingSign.NoChange
        }

internal val Section.key: String
    get() =
        when (this) {
            Section.NEEDS_YOU -> "needs_you"
            Section.STALLED_OR_SILENT -> "stalled_or_silent"
            Section.WORKING -> "working"
            Section.PINNED -> "pinned"
            Section.FINISHED_TODAY -> "finished_today"
            Section.QUIET -> "quiet"
        }

internal val Source.key: String
    get() =
        when (this) {
            Source.SESSIONS -> "sessions"
            Source.FLEET_HEALTH -> "fleet_health"
            Source.SESSION_HISTORY -> "session_history"
            Source.PROGRAM_STATE -> "program_state"
            Source.KEYS -> "keys"
            Source.QUESTIONS -> "questions"
            Source.ALERTS -> "alerts"
            Source.TASKS -> "tasks"
            Source.MESSAGES -> "messages"
            Source.GROUPS -> "groups"
            Source.COST -> "cost"
            Source.SPRINTS -> "sprints"
        }

internal val Standing.asWord: StandingWord
    get() =
        when (this) {
            Standing.FRESH -> StandingWord.Fresh
            Standing.STALE -> StandingWord.Stale
            Standing.FAILED -> StandingWord.Failed
            Standing.NEVER_READ -> StandingWord.NeverRead
        }

/** Of [source]: a list is called by what it lists. */
internal fun Cause.asWord(source: Source): CauseWord =
    when (this) {
        Cause.Offline -> CauseWord.Plain.Offline
        Cause.Unauthorized -> CauseWord.Plain.Unauthorized
        is Cause.Forbidden -> CauseWord.Forbidden(capability)
        is Cause.RateLimited -> CauseWord.RateLimited(until, asked = null)
        Cause.ServerUnavailable -> CauseWord.Plain.ServerUnavailable
        Cause.Unreadable -> CauseWord.Plain.Unreadable
        is Cause.ShortList -> CauseWord.ShortList(source.key, limit.toLong())
        is Cause.RowsSkipped -> CauseWord.RowsSkipped(count.toLong())
    }

internal val CompanionException.asWord: ErrorWord
    get() =
        when (this) {
            is CompanionException.Offline -> ErrorWord.Plain.Offline
            is CompanionException.Unauthorized -> ErrorWord.Plain.Unauthorized
            is CompanionException.Forbidden -> ErrorWord.Forbidden(capability)
            is CompanionException.NotFound -> ErrorWord.Plain.NotFound
            is CompanionException.RateLimited -> ErrorWord.RateLimited(retryAt)
            is CompanionException.Rejected -> reason.asWord
            is CompanionException.ServerUnavailable -> ErrorWord.Plain.ServerUnavailable
            is CompanionException.Storage -> ErrorWord.Storage(reference)
            is CompanionException.Suspended -> ErrorWord.Plain.Suspended
            is CompanionException.ReadOnly -> ErrorWord.Plain.ReadOnly
            is CompanionException.Internal -> ErrorWord.Internal(reference)
        }

internal val RejectedReason.asWord: ErrorWord
    get() =
        when (this) {
            RejectedReason.UnknownTarget -> ErrorWord.Rejected.UnknownTarget
            RejectedReason.NotYours -> ErrorWord.Rejected.NotYours
            RejectedReason.AlreadyTaken -> ErrorWord.Rejected.AlreadyTaken
            is RejectedReason.TooLong -> ErrorWord.TooLong(field, limit.toLong())
            is RejectedReason.Invalid -> ErrorWord.Invalid(field)
            RejectedReason.PlanLimit -> ErrorWord.Rejected.PlanLimit
            RejectedReason.Paused -> ErrorWord.Rejected.Paused
            RejectedReason.ChangedSince -> ErrorWord.Rejected.ChangedSince
            is RejectedReason.Other -> ErrorWord.RejectedOther(reference)
        }
