//! One program in full, and lists of sessions.

use cachebash_core::insight;

use crate::mirror::mirror;
use crate::{
    AskedRow, ContextLeft, ContextView, KeysView, Notice, OutboxLine, ProgramRow, QuestionReply, SessionState, Shape,
    SourceReport,
};

mirror! {
    /// One sample of a session's progress, kept when it changed.
    #[derive(Copy)]
    pub struct ProgressSample mirrors insight::ProgressSample {
        /// Server time of the update that carried it, in milliseconds since the epoch.
        at: i64,
        /// 0 to 100; null when not reported.
        progress: Option<f64>,
    }
}

mirror! {
    /// A time in which nobody watched. Both ends in milliseconds since the epoch.
    #[derive(Copy, Eq)]
    pub struct Gap mirrors insight::Gap {
        /// Last look before.
        from: i64,
        /// First look after.
        until: i64,
    }
}

mirror! {
    /// A fall of progress that one can see.
    #[derive(Copy, Eq)]
    pub struct FallSeen mirrors insight::FallSeen {
        /// From, 0 to 100.
        from: u8,
        /// To, 0 to 100.
        to: u8,
        /// When, in milliseconds since the epoch.
        at: i64,
    }
}

mirror! {
    /// What this device saw of one session's progress, oldest first. Times in milliseconds since the epoch.
    pub struct ProgressHistory mirrors insight::ProgressHistory {
        /// The session.
        session: String,
        /// Each change of progress.
        samples: Vec<ProgressSample>,
        /// Each time it fell by at least one shown percent.
        falls: Vec<FallSeen>,
        /// Heartbeats seen.
        beats: Vec<i64>,
        /// When the next heartbeat is due by the agent's own rhythm; null while that is unknown, once it is overdue, and
        /// for ended sessions.
        next_beat_by: Option<i64>,
        /// When nobody watched.
        gaps: Vec<Gap>,
        /// First seen here.
        seen_since: Option<i64>,
        /// Last looked at.
        seen_until: Option<i64>,
    }
}

mirror! {
    /// One session in a list. Times in milliseconds since the epoch.
    pub struct SessionRow mirrors insight::SessionRow {
        /// Whose: an account's id.
        account: String,
        /// Its id.
        session: String,
        /// Its program.
        program: String,
        /// The record named no program.
        program_derived: bool,
        /// Its first known name; the hosted server overwrites the name with each status.
        name: Option<String>,
        /// The agent's words.
        status: Option<String>,
        /// What it reports.
        state: Option<SessionState>,
        /// The lifecycle word as it came.
        state_word: Option<String>,
        /// Its sign.
        shape: Shape,
        /// As reported, 0 to 100 with fractions.
        progress: Option<f64>,
        /// As shown, 0 to 100.
        percent: Option<u8>,
        /// Its project.
        project: Option<String>,
        /// Last heard.
        last_heard: Option<i64>,
        /// Not archived.
        live: bool,
        /// First seen by this device, or when it was created where the server says so.
        started_at: Option<i64>,
        /// `started_at` is the server's word, not our first sight.
        start_known: bool,
        /// When it ended.
        ended_at: Option<i64>,
        /// How full its context is.
        context_left: ContextLeft,
        /// It asks to be replaced.
        hand_off_required: bool,
        /// On a program's page: between the session before and this one there is no record.
        unrecorded_before: Option<Gap>,
        /// On a program's page: what the session before left for this one, as far as it still stands in the state.
        took_over: Option<TookOver>,
    }
}

mirror! {
    /// What one session found in its program's state when it began.
    #[derive(Eq)]
    pub struct TookOver mirrors insight::TookOver {
        /// The id of the session that wrote it.
        from: String,
        /// Work items.
        work_items: u32,
        /// Open questions.
        questions: u32,
    }
}

mirror! {
    /// A window over sessions, newest first. Times in milliseconds since the epoch.
    pub struct SessionWindow mirrors insight::SessionWindow {
        /// The rows of this window.
        rows: Vec<SessionRow>,
        /// Where it begins.
        offset: u32,
        /// Sessions in all.
        total: u32,
        /// When this was true.
        as_of: Option<i64>,
        /// Server time now.
        now: i64,
        /// Ages may be relative.
        fresh: bool,
        /// The bar, if any.
        notice: Option<Notice>,
        /// A line per account and source.
        sources: Vec<SourceReport>,
    }
}

mirror! {
    /// One program, whole: one foreign call. Times in milliseconds since the epoch.
    pub struct ProgramPage mirrors insight::ProgramPage {
        /// Its row as in the overview.
        row: ProgramRow,
        /// The session the page speaks of.
        session: Option<SessionRow>,
        /// More than one session is live; the newest is shown.
        live_sessions: u32,
        /// Progress of that session as this device saw it.
        history: Option<ProgressHistory>,
        /// The questions it asked and that wait, oldest first.
        #[uniffi(default = [])]
        asked: Vec<AskedRow>,
        /// What it hands to its next session.
        context: ContextView,
        /// What this device replied to its open questions.
        replies: Vec<QuestionReply>,
        /// What this device was asked to do here and has not done yet, in that order. Texts that wait to be written stand in
        /// `context` already.
        pending: Vec<OutboxLine>,
        /// An update of one of its sessions makes its status the session's name: say so before it is asked for.
        #[uniffi(default = false)]
        renames_sessions: bool,
        /// Its sessions, newest first, at most 50.
        sessions: Vec<SessionRow>,
        /// Sessions in all.
        session_total: u32,
        /// Its keys.
        keys: KeysView,
        /// What was left of its current session's context over the week, oldest first.
        #[uniffi(default = [])]
        context_measured: Vec<ContextMeasured>,
        /// Whether its server tells that; null while nobody asked.
        #[uniffi(default = None)]
        context_use_offered: Option<bool>,
        /// When the sessions shown were read.
        as_of: Option<i64>,
        /// Server time now.
        now: i64,
        /// What to add to this device's clock to have the server's, in milliseconds.
        server_offset: i64,
        /// Ages may be relative.
        fresh: bool,
        /// The bar, if any.
        notice: Option<Notice>,
        /// A line per source of this account.
        sources: Vec<SourceReport>,
    }
}

mirror! {
    /// How much of a context window was left at one moment, as the server measured it.
    pub struct ContextMeasured mirrors cachebash_core::domain::ContextMeasured {
        /// Server time, in milliseconds since the epoch.
        at: i64,
        /// Percent remaining, 0 to 100.
        left: f64,
    }
}
