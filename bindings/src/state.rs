//! What agents say of themselves: their sessions' state, and the notes one session leaves for the next.

use cachebash_core::{domain, insight};

use crate::mirror::{Cross, mirror};

/// What a session's agent reports, read from either of the server's vocabularies.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SessionState {
    /// It works.
    Working,
    /// It waits for a person.
    Blocked,
    /// Blocked or pinned: nothing tells them apart.
    BlockedOrPinned,
    /// It stays, on purpose.
    Pinned,
    /// It is done.
    Complete,
    /// Any other word, kept as it came.
    Other {
        /// The word.
        word: String,
    },
}

impl Cross for domain::SessionState {
    type Out = SessionState;

    fn cross(self) -> SessionState {
        match self {
            Self::Working => SessionState::Working,
            Self::Blocked => SessionState::Blocked,
            Self::BlockedOrPinned => SessionState::BlockedOrPinned,
            Self::Pinned => SessionState::Pinned,
            Self::Complete => SessionState::Complete,
            Self::Other(word) => SessionState::Other { word },
        }
    }
}

impl From<SessionState> for domain::SessionState {
    fn from(state: SessionState) -> Self {
        match state {
            SessionState::Working => Self::Working,
            SessionState::Blocked => Self::Blocked,
            SessionState::BlockedOrPinned => Self::BlockedOrPinned,
            SessionState::Pinned => Self::Pinned,
            SessionState::Complete => Self::Complete,
            SessionState::Other { word } => Self::Other(word),
        }
    }
}

/// How much of its context window an agent has left.
#[derive(Clone, Copy, Debug, PartialEq, uniffi::Enum)]
pub enum ContextLeft {
    /// Nothing was said.
    NotReported,
    /// A share of it.
    Percent {
        /// 0 to 100, remaining.
        percent: f64,
    },
    /// A raw byte count from an old agent, of which no percentage is known.
    RawBytes {
        /// As reported.
        bytes: f64,
    },
}

impl Cross for domain::ContextLeft {
    type Out = ContextLeft;

    fn cross(self) -> ContextLeft {
        match self {
            Self::NotReported => ContextLeft::NotReported,
            Self::Percent(percent) => ContextLeft::Percent { percent },
            Self::RawBytes(bytes) => ContextLeft::RawBytes { bytes },
        }
    }
}

/// How a task ended, or the word as it came.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Outcome {
    /// Done.
    Completed,
    /// Not yet done.
    InProgress,
    /// Something is in the way.
    Blocked,
    /// Left for later.
    Deferred,
    /// A word of a later server.
    Other {
        /// The word.
        word: String,
    },
}

impl Cross for domain::Outcome {
    type Out = Outcome;

    fn cross(self) -> Outcome {
        match self {
            Self::Completed => Outcome::Completed,
            Self::InProgress => Outcome::InProgress,
            Self::Blocked => Outcome::Blocked,
            Self::Deferred => Outcome::Deferred,
            Self::Other(word) => Outcome::Other { word },
        }
    }
}

mirror! {
    /// The task a session worked on last.
    #[derive(Eq)]
    pub struct LastTask mirrors domain::LastTask {
        /// The task's id.
        task_id: Option<String>,
        /// Its title.
        title: Option<String>,
        /// How it stands.
        outcome: Option<Outcome>,
        /// What the agent noted.
        notes: Option<String>,
    }
}

mirror! {
    /// The part of program state that the next session reads first. The server forgets all four parts together.
    #[derive(Eq)]
    pub struct ContextSummary mirrors domain::ContextSummary {
        /// The task worked on last.
        last_task: Option<LastTask>,
        /// What is under way, at most 20 items.
        active_work_items: Vec<String>,
        /// What the next session must know, at most 2,000 UTF-16 units; empty when there is nothing.
        hand_off_notes: String,
        /// What the agent does not know, at most 10 questions.
        open_questions: Vec<String>,
    }
}

mirror! {
    /// Whether a part could be read.
    #[derive(Eq)]
    pub enum Reading mirrors insight::Reading {
        /// Not yet.
        NotRead,
        /// Read; there is nothing stored.
        Nothing,
        /// Read.
        Read,
        /// The key may not read it.
        NoPermission {
            /// The missing right, such as `state.read`; null where the server does not say which.
            capability: Option<String>,
        },
    }
}

mirror! {
    /// A context that the server forgot and this device did not.
    #[derive(Eq)]
    pub struct KeptContext mirrors insight::KeptContext {
        /// The last one that was not empty.
        context: ContextSummary,
        /// When it was written, in milliseconds since the epoch.
        written_at: Option<i64>,
        /// When the server cleared it, from its own log, in milliseconds since the epoch.
        cleared_at: Option<i64>,
    }
}

mirror! {
    /// What a program's state says, and since when.
    #[derive(Eq)]
    pub struct ContextView mirrors insight::ContextView {
        /// Whether it could be read.
        reading: Reading,
        /// Hand-off notes, questions, work items, last task.
        context: ContextSummary,
        /// The last non-empty context, where the server forgot it.
        cleared: Option<KeptContext>,
        /// Writes so far.
        version: Option<i64>,
        /// By which program.
        written_by: Option<String>,
        /// When, in milliseconds since the epoch; null while nothing is stored.
        written_at: Option<i64>,
        /// By which session.
        written_in: Option<String>,
        /// When this was read, in milliseconds since the epoch.
        as_of: Option<i64>,
        /// Patterns learnt.
        learned_patterns: u32,
        /// When each part of the context was written and by whom; empty where that is not known.
        #[uniffi(default = [])]
        parts: Vec<PartWritten>,
        /// Each open question's time, in the order of the list; those that were only asked for here have none.
        #[uniffi(default = [])]
        questions: Vec<QuestionTime>,
    }
}

mirror! {
    /// One of the four parts that a session leaves for the next.
    #[derive(Copy, Eq)]
    pub enum ContextPart mirrors insight::ContextPart {
        /// What the next session must know.
        HandOffNotes,
        /// What the agent does not know.
        OpenQuestions,
        /// What is under way.
        WorkItems,
        /// The task worked on last.
        LastTask,
    }
}

mirror! {
    /// When something was written, and by whom.
    #[derive(Eq)]
    pub struct Writing mirrors insight::Writing {
        /// When, in milliseconds since the epoch, server time; at the latest then, where nobody saw it change.
        at: Option<i64>,
        /// By which program.
        by: Option<String>,
        /// In which session.
        session: Option<String>,
    }
}

mirror! {
    /// A part of a context, and when it became what it is.
    #[derive(Eq)]
    pub struct PartWritten mirrors insight::PartWritten {
        /// Which.
        part: ContextPart,
        /// When, and by whom.
        written: Writing,
    }
}

mirror! {
    /// Since when an open question stands in its program's state, in milliseconds since the epoch, server time.
    #[derive(Eq)]
    pub struct QuestionTime mirrors insight::QuestionTime {
        /// The question's place in the list, from 0.
        question: u32,
        /// In its state since then; null: no time was told.
        since: Option<i64>,
        /// First seen here.
        first_seen: i64,
    }
}
