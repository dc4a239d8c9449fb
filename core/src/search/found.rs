//! What a person asks for and what they get: values, without a file and without words for people.

use crate::domain::{AccountId, ActionId, KeyHash, MessageId, ProgramId, QuestionId, SessionId, TaskId, Timestamp};

/// What is looked for, and where.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// Words as they were typed; each must occur, the last one as a beginning. Any text will do.
    pub text: String,
    /// Of one account, or of all.
    pub account: Option<AccountId>,
    /// Of one program, or of all.
    pub program: Option<ProgramId>,
    /// Of one kind, or of all.
    pub kind: Option<HitKind>,
    /// First hit.
    pub offset: u32,
    /// Hits at most; 0 means 50, and 200 is the most.
    pub limit: u32,
}

/// What was typed is a person's and is not printed.
impl std::fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchQuery(…)")
    }
}

/// What kind of text a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitKind {
    /// A program's name.
    Program,
    /// A session: its names, status, project and id.
    Session,
    /// Hand-off notes of a program's state.
    HandOffNotes,
    /// An open question of a program's state.
    OpenQuestion,
    /// A message that replied to an open question.
    Reply,
    /// An item of what a program has under way.
    WorkItem,
    /// The task a program worked on last.
    LastTask,
    /// A question that an agent asked the person.
    AskedQuestion,
    /// A task.
    Task,
    /// A message.
    Message,
    /// An alert.
    Alert,
    /// A group: its name, and who is in it.
    Group,
    /// A sprint: its title, project, branch and stories.
    Sprint,
    /// A key that opens: what its creator called it, and whose it is.
    Key,
    /// Something that the person asked for and is not done.
    Outbox,
}

impl HitKind {
    /// All of them, in the order in which they are counted.
    pub const ALL: [HitKind; 15] = [
        HitKind::Program,
        HitKind::Session,
        HitKind::HandOffNotes,
        HitKind::OpenQuestion,
        HitKind::Reply,
        HitKind::WorkItem,
        HitKind::LastTask,
        HitKind::AskedQuestion,
        HitKind::Task,
        HitKind::Message,
        HitKind::Alert,
        HitKind::Group,
        HitKind::Sprint,
        HitKind::Key,
        HitKind::Outbox,
    ];

    /// A word for it, as the file keeps it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            HitKind::Program => "program",
            HitKind::Session => "session",
            HitKind::HandOffNotes => "hand_off_notes",
            HitKind::OpenQuestion => "open_question",
            HitKind::Reply => "reply",
            HitKind::WorkItem => "work_item",
            HitKind::LastTask => "last_task",
            HitKind::AskedQuestion => "asked_question",
            HitKind::Task => "task",
            HitKind::Message => "message",
            HitKind::Alert => "alert",
            HitKind::Group => "group",
            HitKind::Sprint => "sprint",
            HitKind::Key => "key",
            HitKind::Outbox => "outbox",
        }
    }

    /// The kind of that word.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What a hit leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// A program's page.
    Program {
        /// Whose.
        program: ProgramId,
    },
    /// A session on its program's page.
    Session {
        /// Whose page.
        program: ProgramId,
        /// Which session.
        session: SessionId,
    },
    /// An asked question.
    Question {
        /// Which.
        question: QuestionId,
    },
    /// A task.
    Task {
        /// Which.
        task: TaskId,
    },
    /// A message.
    Message {
        /// Which.
        id: MessageId,
    },
    /// An alert.
    Alert {
        /// Which.
        alert: MessageId,
    },
    /// A group that messages can go to.
    Group {
        /// Its name.
        group: String,
    },
    /// A sprint.
    Sprint {
        /// Its id.
        sprint: String,
    },
    /// A key.
    Key {
        /// Its fingerprint.
        key: KeyHash,
    },
    /// An entry of the outbox.
    Outbox {
        /// Which.
        action: ActionId,
    },
}

/// A part of a hit's text that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where it begins, in UTF-16 units.
    pub start: u32,
    /// Where it ends, likewise; after `start`.
    pub end: u32,
}

/// One text that has all words.
#[derive(Clone, PartialEq, Eq)]
pub struct Hit {
    /// Whose server.
    pub account: AccountId,
    /// What it is.
    pub kind: HitKind,
    /// Who said it, or whom it is about; `None` where nobody tells.
    pub program: Option<ProgramId>,
    /// What it leads to.
    pub opens: Opens,
    /// When it was said, as far as that is known: server time, of the outbox this device's.
    pub at: Option<Timestamp>,
    /// The text around the first match, on one line.
    pub piece: String,
    /// The matches in `piece`, in order, none over another, at least one.
    pub marks: Vec<Mark>,
    /// There is text before the piece.
    pub cut_before: bool,
    /// There is text after it.
    pub cut_after: bool,
    /// The server has it no longer; it is kept on this device.
    pub kept_here: bool,
}

impl Hit {
    /// The piece in parts, each with whether it matches.
    pub fn parts(&self) -> Vec<(&str, bool)> {
        let mut parts = Vec::new();
        let mut rest = (self.piece.as_str(), 0);
        for mark in &self.marks {
            for (until, matches) in [(mark.start, false), (mark.end, true)] {
                let at = byte_of(rest.0, until.saturating_sub(rest.1));
                let (part, after) = rest.0.split_at(at);
                if !part.is_empty() {
                    parts.push((part, matches));
                }
                rest = (after, until);
            }
        }
        if !rest.0.is_empty() {
            parts.push((rest.0, false));
        }
        parts
    }
}

/// What an agent or a person wrote is not printed.
impl std::fmt::Debug for Hit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hit({:?}, …)", self.kind)
    }
}

/// Where so many UTF-16 units of the text end.
fn byte_of(text: &str, units: u32) -> usize {
    let mut left = usize::try_from(units).unwrap_or(usize::MAX);
    for (at, letter) in text.char_indices() {
        if left < letter.len_utf16() {
            return at;
        }
        left -= letter.len_utf16();
    }
    text.len()
}

/// How many hits of a kind there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// Which.
    pub kind: HitKind,
    /// At least one.
    pub count: u32,
}

/// What was searched: the screen says what is not on this device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchReach {
    /// Programs that are known.
    pub programs: u32,
    /// Of those, how many have had their state read.
    pub states_read: u32,
    /// Tasks that are known: those that wait or are under way, the newest that the server lists.
    pub tasks: u32,
    /// The oldest message that is known; `None`: no messages were read.
    pub messages_since: Option<Timestamp>,
    /// Asked questions are known whole, not only by their first 50 characters, on every server searched.
    pub questions_whole: bool,
}

/// One page of hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPage {
    /// Programs first, then the newest; ties by account.
    pub hits: Vec<Hit>,
    /// The first one's place.
    pub offset: u32,
    /// Hits in all, of the kind that was asked for.
    pub total: u32,
    /// Hits in all, whatever was asked for, by kind; kinds without any are left out.
    pub kinds: Vec<KindCount>,
    /// The time now, by the server's clock.
    pub now: Timestamp,
    /// What was searched.
    pub reach: SearchReach,
}
