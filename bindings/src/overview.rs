//! The overview: who needs me, who is moving, how far along, and can I believe it.

use std::path::PathBuf;

use cachebash_core::companion;
use cachebash_core::domain::Timestamp;
use cachebash_core::insight;

use crate::guard::call;
use crate::mirror::{Cross, mirror};
use crate::{Account, AskedRow, CompanionError, Notice, SessionState, SourceReport};

mirror! {
    /// The one sign a program has. Form says what the agent reports; dashes and bars say what we found.
    #[derive(Copy, Eq, Hash)]
    pub enum Shape mirrors insight::Shape {
        /// Working and heard.
        Working,
        /// Working, heard, and its progress has not risen.
        WorkingStalled,
        /// Said working, then fell silent.
        WorkingSilent,
        /// Blocked (or blocked or pinned) and heard.
        Blocked,
        /// Said blocked, then fell silent.
        BlockedSilent,
        /// Pinned and heard.
        Pinned,
        /// Said pinned, then fell silent.
        PinnedSilent,
        /// Finished; never dashed.
        Complete,
        /// A word we do not know.
        OtherWord,
        /// Not heard for a day, or ended before today.
        Quiet,
        /// Never checked in.
        NeverSeen,
    }
}

/// The title, which is the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Headline {
    /// Somebody needs you.
    NeedYou {
        /// How many rows stand under "Needs you".
        count: u32,
    },
    /// Nobody does, and questions wait whose asker is not known.
    QuestionsForYou {
        /// How many.
        count: u32,
    },
    /// Nobody does, and what is shown is fresh.
    NothingNeedsYou,
    /// Nobody did when it was last known.
    NothingNeededYou,
    /// There is no program.
    Nobody,
}

impl Cross for insight::Headline {
    type Out = Headline;

    fn cross(self) -> Headline {
        match self {
            Self::NeedYou(count) => Headline::NeedYou { count },
            Self::QuestionsForYou(count) => Headline::QuestionsForYou { count },
            Self::NothingNeedsYou => Headline::NothingNeedsYou,
            Self::NothingNeededYou => Headline::NothingNeededYou,
            Self::Nobody => Headline::Nobody,
        }
    }
}

mirror! {
    /// Where a program stands in the list. Order of declaration is order on screen.
    #[derive(Copy, Eq, Hash)]
    pub enum Section mirrors insight::Section {
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
}

mirror! {
    /// A section's title line and its part of the strip. Sections without programs are absent.
    #[derive(Eq)]
    pub struct SectionSummary mirrors insight::SectionSummary {
        /// Which.
        section: Section,
        /// How many programs, in all pages.
        count: u32,
        /// Their shapes in list order.
        shapes: Vec<Shape>,
    }
}

mirror! {
    /// What we found beside what the agent says; the first that holds.
    #[derive(Eq)]
    pub enum Finding mirrors insight::Finding {
        /// Live, and not heard for four of its usual beats.
        Silent {
            /// Last heard, in milliseconds since the epoch.
            since: i64,
            /// Its usual beat in milliseconds; null when its rhythm is unknown.
            usual_every: Option<i64>,
        },
        /// Its progress went down and has not passed the old value again; at most for 30 minutes.
        Fell {
            /// From, 0 to 100.
            from: u8,
            /// To, 0 to 100.
            to: u8,
            /// When the fall was seen, in milliseconds since the epoch.
            at: i64,
        },
        /// Working and heard, but its progress has not risen.
        NoChange {
            /// The last rise, or the first sample, in milliseconds since the epoch.
            since: i64,
        },
    }
}

mirror! {
    /// When an agent will be done: a range, never a point. It stands from one rise to the next, so it can be past its end.
    #[derive(Copy, Eq)]
    pub struct Estimate mirrors insight::Estimate {
        /// The last rise: what the range is counted from, in milliseconds since the epoch.
        judged_at: i64,
        /// Earliest, in milliseconds after that.
        from: i64,
        /// Latest, likewise.
        to: i64,
        /// How much of its past this rests on, in milliseconds.
        basis: i64,
    }
}

mirror! {
    /// Since when an agent waits for a person.
    #[derive(Copy, Eq)]
    pub struct Waiting mirrors insight::Waiting {
        /// The first sample that showed it blocked; of an asker that is not blocked, when it asked. In milliseconds since the
        /// epoch.
        since: i64,
        /// We saw the change itself; otherwise it waits for longer than `since` says ("over").
        change_seen: bool,
    }
}

/// Progress as a row shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum RowProgress {
    /// Never in this session.
    NotReported,
    /// Reported now.
    Percent {
        /// 0 to 100.
        percent: u8,
    },
    /// Reported once, then dropped.
    Last {
        /// The last value, 0 to 100.
        percent: u8,
        /// When it was last seen, in milliseconds since the epoch.
        at: i64,
    },
}

impl Cross for insight::RowProgress {
    type Out = RowProgress;

    fn cross(self) -> RowProgress {
        match self {
            Self::NotReported => RowProgress::NotReported,
            Self::Percent(percent) => RowProgress::Percent {
                percent: percent.cross(),
            },
            Self::Last { percent, at } => RowProgress::Last {
                percent: percent.cross(),
                at: at.cross(),
            },
        }
    }
}

mirror! {
    /// One program in the list, judged.
    #[derive(Eq)]
    pub struct ProgramRow mirrors insight::ProgramRow {
        /// Whose program: an account's id. Identity is (account, program).
        account: String,
        /// Its id, which is its name.
        program: String,
        /// No record named it: it was found from a session's id.
        derived: bool,
        /// Where it stands.
        section: Section,
        /// Its sign.
        shape: Shape,
        /// What its agent reports; null when never seen or never said.
        state: Option<SessionState>,
        /// The session this row speaks of: newest live one, else newest ended one.
        session: Option<String>,
        /// Whether that session is live.
        live: bool,
        /// The agent's words: its status, else the session's name.
        status: Option<String>,
        /// How far along.
        progress: RowProgress,
        /// It rises: the bar may be in the colour of movement.
        moving: bool,
        /// Latest of the session's update, its heartbeat, and fleet health's heartbeat of that session, in milliseconds
        /// since the epoch.
        last_heard: Option<i64>,
        /// When that session ended, for ended ones, in milliseconds since the epoch.
        ended_at: Option<i64>,
        /// What we found.
        finding: Option<Finding>,
        /// When it will be done; only while it moves, so never beside a finding.
        estimate: Option<Estimate>,
        /// Since when it waits, under "Needs you".
        waiting: Option<Waiting>,
        /// The oldest question it asked and that waits: it takes the place of the status on its card.
        #[uniffi(default = None)]
        asked: Option<AskedRow>,
        /// The project.
        project: Option<String>,
        /// Open questions in its state.
        open_questions: u32,
        /// It asks to be replaced by a fresh session.
        hand_off_required: bool,
        /// What its server's register calls it, where that is another name than its id.
        #[uniffi(default = None)]
        name: Option<String>,
        /// Its role as its server's register has it, such as `Builder`; null where nobody gave it one, or nobody read it.
        #[uniffi(default = None)]
        role: Option<String>,
    }
}

mirror! {
    /// The list of programs, one window of it, with all that its frame needs: one foreign call per screen update.
    #[derive(Eq)]
    pub struct Overview mirrors insight::Overview {
        /// The title.
        headline: Headline,
        /// All sections that have programs, in order: titles and strip.
        sections: Vec<SectionSummary>,
        /// "Asked of you": questions whose asker is not known, oldest first, all of them in any window.
        #[uniffi(default = [])]
        asked: Vec<AskedRow>,
        /// The rows of this window, in list order.
        rows: Vec<ProgramRow>,
        /// Where the window begins.
        offset: u32,
        /// Programs in all.
        total: u32,
        /// The accounts shown. Labels are shown with two or more.
        accounts: Vec<Account>,
        /// When what is shown was true: the oldest account's sessions and fleet health, in milliseconds since the epoch.
        /// Null: nothing was ever read.
        as_of: Option<i64>,
        /// Server time at which this was judged: now while fresh, else the as-of. In milliseconds since the epoch.
        judged_at: i64,
        /// Server time now, in milliseconds since the epoch.
        now: i64,
        /// What to add to this device's clock to have the server's, in milliseconds.
        server_offset: i64,
        /// All of it is fresh: ages may be relative. Otherwise clock times at once.
        fresh: bool,
        /// Some times lie ahead of the server's own clock by this many milliseconds (over 5 s).
        server_ahead: Option<i64>,
        /// The bar, if any.
        notice: Option<Notice>,
        /// A line per account and source.
        sources: Vec<SourceReport>,
        /// When the next refresh is due, if refreshes are running, in milliseconds since the epoch.
        next_check: Option<i64>,
    }
}

/// The first window of the overview as it was last seen in this folder, for the screen to show while a companion is being
/// opened: it reads one small file and nothing else. Null when it was never seen. `now`: this device's clock, in milliseconds
/// since the epoch. What it says was true at its as-of; nothing in it is fresh.
#[uniffi::export]
pub fn last_overview(data_dir: String, now: i64) -> Option<Overview> {
    let shown = call(|| {
        Ok::<_, CompanionError>(companion::Companion::last_overview(
            &PathBuf::from(data_dir),
            Timestamp::from_millis(now),
        ))
    });
    shown.ok().flatten().map(Cross::cross)
}
