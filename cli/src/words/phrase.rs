//! Phrases without a value in them.

use super::Labels;

/// A fixed phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phrase {
    /// Behind "Blocked", where it cannot be told.
    OrPinned,
    /// In place of a status.
    NeverCheckedIn,
    /// In place of a bar where there is little room.
    NoneReported,
    /// In place of a bar.
    NoProgress,
    /// Title of an empty fleet.
    Nobody,
    /// Under it.
    NoAgents,
    /// How it fills.
    LetOneIn,
    /// The act on a question.
    Answer,
    /// Card of the live session.
    Now,
    /// The same card with none live.
    LastSession,
    /// Before the gauge.
    Context,
    /// Card.
    HandOffNotes,
    /// Card.
    OpenQuestions,
    /// Section.
    AskedOfYou,
    /// In place of a name.
    AnAgentAsks,
    /// Behind it.
    HighPriority,
    /// Where this server takes no answer.
    AnswerElsewhere,
    /// Card.
    WorkItems,
    /// Card.
    LastTask,
    /// Card.
    Sessions,
    /// Card.
    Keys,
    /// The agent asks for a fresh session.
    HandOffRequired,
    /// After a missing right.
    UseAnotherKey,
    /// After a refused key.
    ReplaceKey,
    /// After a failure.
    Retry,
    /// An empty card.
    NoNotes,
    /// A part that was not read.
    NotReadYet,
    /// Program state that does not exist.
    NothingStored,
    /// What this server does not tell.
    NotOffered,
    /// Beside what the server cleared.
    AgentNoLongerSees,
}

impl Labels {
    /// The phrase in English.
    pub(crate) fn phrase(&self, phrase: Phrase) -> &'static str {
        match phrase {
            Phrase::OrPinned => "or pinned",
            Phrase::NeverCheckedIn => "Has never checked in",
            Phrase::NoneReported => "none reported",
            Phrase::NoProgress => "No progress reported",
            Phrase::Nobody => "Nobody here yet",
            Phrase::NoAgents => "No agents have checked in.",
            Phrase::LetOneIn => "An agent appears here with its first session. To let one in, give it a key.",
            Phrase::Answer => "Answer",
            Phrase::Now => "Now",
            Phrase::LastSession => "Last session",
            Phrase::Context => "Context",
            Phrase::HandOffNotes => "Hand-off notes",
            Phrase::OpenQuestions => "Open questions",
            Phrase::AskedOfYou => "Asked of you",
            Phrase::AnAgentAsks => "An agent asks",
            Phrase::HighPriority => "high priority",
            Phrase::AnswerElsewhere => "Answer in the CacheBash app",
            Phrase::WorkItems => "Work items",
            Phrase::LastTask => "Last task",
            Phrase::Sessions => "Sessions",
            Phrase::Keys => "Keys",
            Phrase::HandOffRequired => "Asks to be relieved",
            Phrase::UseAnotherKey => "Use another key",
            Phrase::ReplaceKey => "Replace key",
            Phrase::Retry => "Retry",
            Phrase::NoNotes => "No notes",
            Phrase::NotReadYet => "Not read yet",
            Phrase::NothingStored => "Nothing stored yet",
            Phrase::NotOffered => "Not offered here",
            Phrase::AgentNoLongerSees => "The agent no longer sees it.",
        }
    }
}
