//! Searching what is kept on this device: one call gives a whole page of hits.

use cachebash_core::domain::{AccountId, ProgramId};
use cachebash_core::search;

use crate::guard::wait;
use crate::mirror::{Cross, mirror};
use crate::{Companion, CompanionError};

/// What is looked for, and where.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct SearchQuery {
    /// Words as they were typed; each must occur, the last one as a beginning. Any text will do.
    pub text: String,
    /// Of one account, or of all.
    #[uniffi(default = None)]
    pub account: Option<String>,
    /// Of one program, or of all.
    #[uniffi(default = None)]
    pub program: Option<String>,
    /// Of one kind, or of all.
    #[uniffi(default = None)]
    pub kind: Option<HitKind>,
    /// First hit.
    #[uniffi(default = 0)]
    pub offset: u32,
    /// Hits at most; 0 means 50, and 200 is the most.
    #[uniffi(default = 0)]
    pub limit: u32,
}

impl From<SearchQuery> for search::SearchQuery {
    fn from(query: SearchQuery) -> Self {
        let SearchQuery {
            text,
            account,
            program,
            kind,
            offset,
            limit,
        } = query;
        Self {
            text,
            account: account.map(AccountId::new),
            program: program.map(ProgramId::new),
            kind: kind.map(Into::into),
            offset,
            limit,
        }
    }
}

mirror! {
    /// What kind of text a hit is.
    #[derive(Copy, Eq, Hash)]
    pub enum HitKind mirrors search::HitKind {
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
}

impl From<HitKind> for search::HitKind {
    fn from(kind: HitKind) -> Self {
        match kind {
            HitKind::Program => Self::Program,
            HitKind::Session => Self::Session,
            HitKind::HandOffNotes => Self::HandOffNotes,
            HitKind::OpenQuestion => Self::OpenQuestion,
            HitKind::Reply => Self::Reply,
            HitKind::WorkItem => Self::WorkItem,
            HitKind::LastTask => Self::LastTask,
            HitKind::AskedQuestion => Self::AskedQuestion,
            HitKind::Task => Self::Task,
            HitKind::Message => Self::Message,
            HitKind::Alert => Self::Alert,
            HitKind::Group => Self::Group,
            HitKind::Sprint => Self::Sprint,
            HitKind::Key => Self::Key,
            HitKind::Outbox => Self::Outbox,
        }
    }
}

mirror! {
    /// What a hit leads to.
    #[derive(Eq)]
    pub enum HitOpens mirrors search::Opens {
        /// A program's page.
        Program {
            /// Whose.
            program: String,
        },
        /// A session on its program's page.
        Session {
            /// Whose page.
            program: String,
            /// Which session.
            session: String,
        },
        /// An asked question.
        Question {
            /// Which.
            question: String,
        },
        /// A task.
        Task {
            /// Which.
            task: String,
        },
        /// A message.
        Message {
            /// Which.
            id: String,
        },
        /// An alert.
        Alert {
            /// Which.
            alert: String,
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
            key: String,
        },
        /// An entry of the outbox.
        Outbox {
            /// Which.
            action: String,
        },
    }
}

mirror! {
    /// A part of a hit's text that matches.
    #[derive(Copy, Eq)]
    pub struct HitMark mirrors search::Mark {
        /// Where it begins, in UTF-16 units.
        start: u32,
        /// Where it ends, likewise; after `start`.
        end: u32,
    }
}

mirror! {
    /// One text that has all words.
    #[derive(Eq)]
    pub struct SearchHit mirrors search::Hit {
        /// Whose server.
        account: String,
        /// What it is.
        kind: HitKind,
        /// Who said it, or whom it is about; null where nobody tells.
        program: Option<String>,
        /// What it leads to.
        opens: HitOpens,
        /// When it was said, as far as that is known: server time, of the outbox this device's.
        at: Option<i64>,
        /// The text around the first match, on one line.
        piece: String,
        /// The matches in `piece`, in order, none over another, at least one.
        marks: Vec<HitMark>,
        /// There is text before the piece.
        cut_before: bool,
        /// There is text after it.
        cut_after: bool,
        /// The server has it no longer; it is kept on this device.
        kept_here: bool,
    }
}

mirror! {
    /// How many hits of a kind there are.
    #[derive(Copy, Eq)]
    pub struct KindCount mirrors search::KindCount {
        /// Which.
        kind: HitKind,
        /// At least one.
        count: u32,
    }
}

mirror! {
    /// What was searched: the screen says what is not on this device.
    #[derive(Eq)]
    pub struct SearchReach mirrors search::SearchReach {
        /// Programs that are known.
        programs: u32,
        /// Of those, how many have had their state read.
        states_read: u32,
        /// Tasks that are known: those that wait or are under way, the newest that the server lists.
        tasks: u32,
        /// The oldest message that is known; null: no messages were read.
        messages_since: Option<i64>,
        /// Asked questions are known whole, not only by their first 50 characters, on every server searched.
        questions_whole: bool,
    }
}

mirror! {
    /// One page of hits.
    #[derive(Eq)]
    pub struct SearchPage mirrors search::SearchPage {
        /// Programs first, then the newest; ties by account.
        hits: Vec<SearchHit>,
        /// The first one's place.
        offset: u32,
        /// Hits in all, of the kind that was asked for.
        total: u32,
        /// Hits in all, whatever was asked for, by kind; kinds without any are left out.
        kinds: Vec<KindCount>,
        /// The time now, by the server's clock.
        now: i64,
        /// What was searched.
        reach: SearchReach,
    }
}

#[uniffi::export]
impl Companion {
    /// Looks for words in everything that is kept on this device; no network. The first search after a change takes in what
    /// changed, so it may wait for the disk.
    pub async fn search(&self, query: SearchQuery) -> Result<SearchPage, CompanionError> {
        wait(self.core.search(&query.into())).await.map(Cross::cross)
    }
}
