//! The overview: who needs me, who is moving, how far along, and can I believe it.

use serde::{Deserialize, Serialize};

use super::{AskedRow, Notice, Shape, SourceReport};
use crate::domain::Account;
use crate::domain::{AccountId, Percent, ProgramId, SessionId, SessionState, Span, Timestamp};

/// The title, which is the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Headline {
    /// So many rows stand under "Needs you".
    NeedYou(u32),
    /// None does, and so many questions wait whose asker is not known.
    QuestionsForYou(u32),
    /// None does, and what is shown is fresh.
    NothingNeedsYou,
    /// None did when it was last known.
    NothingNeededYou,
    /// There is no program.
    Nobody,
}

/// Where a program stands in the list. Order of declaration is order on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Section {
    /// Blocked, or it asked a question that waits for its answer.
    NeedsYou,
    /// Live, and not heard or not moving.
    StalledOrSilent,
    /// Working, or a word we do not know.
    Working,
    /// Pinned.
    Pinned,
    /// Ended since local midnight.
    FinishedToday,
    /// Not heard for a day, never seen, or ended before today.
    Quiet,
}

/// A section's title line and its part of the strip. Sections without programs are absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionSummary {
    /// Which.
    pub section: Section,
    /// How many programs, in all pages.
    pub count: u32,
    /// Their shapes in list order.
    pub shapes: Vec<Shape>,
}

/// What we found beside what the agent says; the first that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// Live, and not heard for four of its usual beats.
    Silent {
        /// Last heard.
        since: Timestamp,
        /// Its usual beat; `None` when its rhythm is unknown.
        usual_every: Option<Span>,
    },
    /// Its progress went down and has not passed the old value again; at most for 30 minutes.
    Fell {
        /// From.
        from: Percent,
        /// To.
        to: Percent,
        /// When the fall was seen.
        at: Timestamp,
    },
    /// Working and heard, but its progress has not risen.
    NoChange {
        /// The last rise, or the first sample.
        since: Timestamp,
    },
}

/// When an agent will be done: a range, never a point. It stands from one rise to the next, so that the times it names do
/// not move while nothing was learnt, and so that it can be past its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// The last rise: what the range is counted from.
    pub judged_at: Timestamp,
    /// Earliest.
    pub from: Span,
    /// Latest.
    pub to: Span,
    /// How much of its past this rests on.
    pub basis: Span,
}

/// Since when an agent waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The first sample that showed it blocked; of an asker that is not blocked, when it asked.
    pub since: Timestamp,
    /// We saw the change itself; otherwise it waits for longer than `since` says ("over").
    pub change_seen: bool,
}

/// Progress as a row shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RowProgress {
    /// Never in this session.
    NotReported,
    /// Reported now.
    Percent(Percent),
    /// Reported once, then dropped.
    Last {
        /// The last value.
        percent: Percent,
        /// When it was last seen.
        at: Timestamp,
    },
}

/// One program in the list, judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRow {
    /// Whose program; identity is (account, program).
    pub account: AccountId,
    /// Its id, which is its name.
    pub program: ProgramId,
    /// No record named it: it was found from a session's id.
    pub derived: bool,
    /// Where it stands.
    pub section: Section,
    /// Its sign.
    pub shape: Shape,
    /// What its agent reports; `None` when never seen or never said.
    pub state: Option<SessionState>,
    /// The session this row speaks of: newest live one, else newest ended one.
    pub session: Option<SessionId>,
    /// Whether that session is live.
    pub live: bool,
    /// The agent's words: its status, else the session's name.
    pub status: Option<String>,
    /// How far along.
    pub progress: RowProgress,
    /// It rises: the bar may be in the colour of movement.
    pub moving: bool,
    /// Latest of the session's update, its heartbeat, and fleet health's heartbeat of that session.
    pub last_heard: Option<Timestamp>,
    /// When that session ended, for ended ones.
    pub ended_at: Option<Timestamp>,
    /// What we found.
    pub finding: Option<Finding>,
    /// When it will be done; only while it moves, so never beside a finding.
    pub estimate: Option<Estimate>,
    /// Since when it waits, under "Needs you".
    pub waiting: Option<Waiting>,
    /// The oldest question it asked and that waits: it takes the place of the status on its card.
    pub asked: Option<AskedRow>,
    /// The project.
    pub project: Option<String>,
    /// Open questions in its state.
    pub open_questions: u32,
    /// It asks to be replaced by a fresh session.
    pub hand_off_required: bool,
    /// What its server's register calls it, where that is another name than its id.
    pub name: Option<String>,
    /// Its role as its server's register has it, such as `Builder`; `None` where nobody gave it one, or nobody read it.
    pub role: Option<String>,
}

/// The list of programs, one window of it, with all that its frame needs: one foreign call per screen update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The title.
    pub headline: Headline,
    /// All sections that have programs, in order: titles and strip.
    pub sections: Vec<SectionSummary>,
    /// "Asked of you": questions whose asker is not known, oldest first, all of them in any window.
    pub asked: Vec<AskedRow>,
    /// The rows of this window, in list order.
    pub rows: Vec<ProgramRow>,
    /// Where the window begins.
    pub offset: u32,
    /// Programs in all.
    pub total: u32,
    /// The accounts shown. Labels are shown with two or more.
    pub accounts: Vec<Account>,
    /// When what is shown was true: the oldest account's sessions and fleet health. `None`: nothing was ever read.
    pub as_of: Option<Timestamp>,
    /// Server time at which this was judged: now while fresh, else the as-of.
    pub judged_at: Timestamp,
    /// Server time now.
    pub now: Timestamp,
    /// What to add to this device's clock to have the server's.
    pub server_offset: Span,
    /// All of it is fresh: ages may be relative. Otherwise clock times at once.
    pub fresh: bool,
    /// Some times lie ahead of the server's own clock by this much (over 5 s).
    pub server_ahead: Option<Span>,
    /// The bar, if any.
    pub notice: Option<Notice>,
    /// A line per account and source.
    pub sources: Vec<SourceReport>,
    /// When the next refresh is due, if refreshes are running.
    pub next_check: Option<Timestamp>,
}
