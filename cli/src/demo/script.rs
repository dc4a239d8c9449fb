//! What the four agents do, minute by minute: written once, played by the stepped clock and by the fast one alike.
//!
//! The first hour is played before anyone looks. Then, within half an hour of the demo's time: a hand-off (66), a block
//! (70), a stretch that nobody watches (77 to 84), an agent that falls silent (after 74); everything else rises.

use cachebash_core::domain::Span;

/// The agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// Hands out the work.
    Orchestrator,
    /// Writes code.
    Builder,
    /// Reads it.
    Reviewer,
    /// Brings it out.
    Deployer,
}

impl Who {
    /// All of them.
    pub(crate) const ALL: [Who; 4] = [Who::Orchestrator, Who::Builder, Who::Reviewer, Who::Deployer];

    /// The program's id.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Who::Orchestrator => "orchestrator",
            Who::Builder => "builder",
            Who::Reviewer => "reviewer",
            Who::Deployer => "deployer",
        }
    }

    /// The second of the minute at which it reports, so that they do not all speak at once.
    fn second(self) -> i64 {
        match self {
            Who::Orchestrator => 5,
            Who::Builder => 58,
            Who::Reviewer => 35,
            Who::Deployer => 30,
        }
    }
}

/// What a session says of itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Report {
    /// What it is doing.
    pub(crate) status: String,
    /// It waits for a person.
    pub(crate) blocked: bool,
    /// Whole percent.
    pub(crate) progress: u8,
    /// Percent of its context that is left, where it says so.
    pub(crate) context_left: Option<u8>,
}

/// What a session leaves for the next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Notes {
    /// The task it worked on: id, title, outcome, notes.
    pub(crate) task: [&'static str; 4],
    /// Work items.
    pub(crate) items: Vec<&'static str>,
    /// Hand-off notes.
    pub(crate) text: &'static str,
    /// Open questions.
    pub(crate) questions: Vec<&'static str>,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// A new session begins.
    Begin {
        /// What it is to do.
        name: String,
    },
    /// A new session reads the program's state and goes on with its first work item.
    TakeOver,
    /// The session reports, and with that checks in.
    Report(Report),
    /// The session writes the program's state.
    Write(Notes),
    /// The session ends.
    End {
        /// Its last words.
        status: &'static str,
    },
    /// The companion's network is cut or restored.
    Network {
        /// Cut.
        cut: bool,
    },
}

/// A step of the script.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// When, from the beginning.
    pub(crate) at: Span,
    /// Who; for [`Act::Network`] nobody in particular.
    pub(crate) who: Who,
    /// In which session: what follows the program's name and a dot.
    pub(crate) session: String,
    /// What.
    pub(crate) act: Act,
    /// What is said of it on screen.
    pub(crate) caption: Option<&'static str>,
}

/// When somebody begins to look.
pub(crate) const CURTAIN: Span = Span::from_mins(60);
/// When `--once` prints its board.
pub(crate) const BOARD: Span = Span::from_millis(93 * 60_000 + 10_000);
/// When the story is told and rounds of plain work begin.
const EPILOGUE: i64 = 134;
/// How long a round of plain work lasts, in minutes.
const ROUND: i64 = 60;

/// The story, in time order.
pub(crate) fn story() -> Vec<Step> {
    let mut book = Book::default();
    orchestrator(&mut book);
    builder(&mut book);
    reviewer(&mut book);
    deployer(&mut book);
    book.network(77, true, "the companion's network is cut; n does the same");
    book.network(84, false, "the network is back; what was not seen stays hatched");
    book.in_order()
}

/// What follows the story: round after round of plain work, so that a demo that is left running stays alive.
pub(crate) fn round(number: i64) -> Vec<Step> {
    let mut book = Book::default();
    let from = EPILOGUE + number * ROUND;
    for (place, who) in (0..).zip(Who::ALL) {
        let session = format!("round-{}", number + 1);
        let begin = from + place * 2;
        book.begin(who, begin, &session, "The next round", "another round of work begins");
        book.stretch(
            who,
            &session,
            begin..begin + 46,
            "Working through the next round",
            0..100,
            None,
        );
        book.end(
            who,
            begin + 46,
            &session,
            "The round is done",
            "a round of work is done",
        );
    }
    book.in_order()
}

fn orchestrator(book: &mut Book) {
    let who = Who::Orchestrator;
    book.begin(who, 0, "auth-2", "Lead the auth module", "orchestrator begins");
    book.stretch(who, "auth-2", 0..14, "Planning the auth module", 0..15, Some(96..90));
    book.write(
        who,
        14,
        "auth-2",
        Notes {
            task: [
                "auth",
                "Lead the auth module",
                "in_progress",
                "Six tasks, two of them can wait.",
            ],
            items: vec!["Token checks", "Login audit", "Session table migration"],
            text: "Builder and reviewer work side by side; deployer waits for both.",
            questions: vec!["May the login form change ship before the token work is done?"],
        },
        "orchestrator asks an open question",
    );
    book.stretch(
        who,
        "auth-2",
        14..132,
        "Handing out the six tasks of the auth module",
        15..100,
        Some(90..40),
    );
    book.end(who, 132, "auth-2", "The auth module is done", "orchestrator is done");
}

fn builder(book: &mut Book) {
    let who = Who::Builder;
    book.begin(who, 2, "auth-6", "Signature and audience checks", "builder begins");
    book.stretch(
        who,
        "auth-6",
        2..65,
        "Checking signatures and audiences",
        0..96,
        Some(92..9),
    );
    book.write(
        who,
        65,
        "auth-6",
        Notes {
            task: ["auth-checks", "Implement the auth module", "completed", "Token checks pass. Refresh tokens still need their odd cases."],
            items: vec!["Implementing JWT validation", "Refresh token edge cases", "Key rotation without downtime"],
            text: "Signature and audience checks are in and tested. Left for the next session: a refresh token that arrives \
                   in its last second. The failing case is in the token tests, named for the clock that runs ahead. \
                   Do not touch the key rotation job before the reviewer has read it.",
            questions: vec![
                "Should an expired refresh token answer 401 or 403?",
                "May the audience list hold more than one service?",
            ],
        },
        "builder's context is full: it writes down what the next session must know",
    );
    book.end(
        who,
        66,
        "auth-6",
        "Handed over to a fresh session",
        "builder hands off: auth-6 ends",
    );
    book.take_over(who, 67, "auth-7", "auth-7 read the notes and goes on");
    book.stretch(
        who,
        "auth-7",
        67..73,
        "Implementing JWT validation",
        3..21,
        Some(97..90),
    );
    book.report(
        who,
        73,
        "auth-7",
        "Implementing JWT validation",
        10,
        Some(89),
        "builder fell from 18 to 10 %",
    );
    book.stretch(
        who,
        "auth-7",
        73..93,
        "Implementing JWT validation",
        10..47,
        Some(88..38),
    );
    book.stretch(
        who,
        "auth-7",
        93..130,
        "Implementing JWT validation",
        47..100,
        Some(38..12),
    );
    book.end(who, 130, "auth-7", "JWT validation is in and tested", "builder is done");
}

fn reviewer(book: &mut Book) {
    let who = Who::Reviewer;
    book.begin(who, 10, "login-3", "Audit the login path", "reviewer begins");
    book.stretch(who, "login-3", 10..75, "Auditing the login path", 0..84, Some(95..55));
    // Nothing from 75 to 98: silent once four of its usual beats, and at least ten minutes, have passed.
    book.report(
        who,
        98,
        "login-3",
        "Auditing the login path",
        83,
        Some(54),
        "reviewer is heard again",
    );
    book.stretch(
        who,
        "login-3",
        98..116,
        "Auditing the login path",
        83..100,
        Some(54..48),
    );
    book.end(who, 116, "login-3", "The login path is clean", "reviewer is done");
}

fn deployer(book: &mut Book) {
    let who = Who::Deployer;
    book.begin(
        who,
        5,
        "release-1",
        "Deploy the token service to staging",
        "deployer begins",
    );
    book.stretch(
        who,
        "release-1",
        5..22,
        "Deploying the token service to staging",
        0..100,
        None,
    );
    book.end(
        who,
        22,
        "release-1",
        "The token service runs on staging",
        "deployer has one release out",
    );
    book.begin(
        who,
        24,
        "release-2",
        "Migrate the session table",
        "deployer begins the migration",
    );
    book.stretch(
        who,
        "release-2",
        24..70,
        "Preparing the session table migration",
        0..80,
        None,
    );
    let question = "The migration locks users for 40 s. Run it now or at 22:00?";
    book.block(
        who,
        70..100,
        "release-2",
        question,
        80,
        "deployer is blocked: it asks you",
    );
    book.report(
        who,
        100,
        "release-2",
        "Running the migration",
        81,
        None,
        "deployer got its answer elsewhere and goes on",
    );
    book.stretch(who, "release-2", 100..112, "Running the migration", 81..100, None);
    book.end(who, 112, "release-2", "Moved the session table", "deployer is done");
}

/// Steps being written down.
#[derive(Default)]
struct Book {
    steps: Vec<Step>,
}

impl Book {
    fn put(&mut self, who: Who, minute: i64, seconds: i64, session: &str, act: Act, caption: Option<&'static str>) {
        let at = Span::from_secs(minute * 60 + who.second() + seconds);
        self.steps.push(Step {
            at,
            who,
            session: session.to_owned(),
            act,
            caption,
        });
    }

    fn begin(&mut self, who: Who, minute: i64, session: &str, name: &str, caption: &'static str) {
        self.put(
            who,
            minute,
            0,
            session,
            Act::Begin { name: name.to_owned() },
            Some(caption),
        );
    }

    fn take_over(&mut self, who: Who, minute: i64, session: &str, caption: &'static str) {
        self.put(who, minute, 0, session, Act::TakeOver, Some(caption));
    }

    fn write(&mut self, who: Who, minute: i64, session: &str, notes: Notes, caption: &'static str) {
        self.put(who, minute, 1, session, Act::Write(notes), Some(caption));
    }

    fn end(&mut self, who: Who, minute: i64, session: &str, status: &'static str, caption: &'static str) {
        self.put(who, minute, 0, session, Act::End { status }, Some(caption));
    }

    #[allow(clippy::too_many_arguments)] // a line of the script reads as one
    fn report(
        &mut self,
        who: Who,
        minute: i64,
        session: &str,
        status: &str,
        progress: u8,
        context_left: Option<u8>,
        caption: &'static str,
    ) {
        let report = Report {
            status: status.to_owned(),
            blocked: false,
            progress,
            context_left,
        };
        self.put(who, minute, 0, session, Act::Report(report), Some(caption));
    }

    fn block(
        &mut self,
        who: Who,
        minutes: std::ops::Range<i64>,
        session: &str,
        question: &str,
        progress: u8,
        caption: &'static str,
    ) {
        for minute in minutes.clone() {
            let report = Report {
                status: question.to_owned(),
                blocked: true,
                progress,
                context_left: None,
            };
            self.put(
                who,
                minute,
                0,
                session,
                Act::Report(report),
                (minute == minutes.start).then_some(caption),
            );
        }
    }

    /// A report a minute, after the first, with progress and context going evenly from one end to the other.
    fn stretch(
        &mut self,
        who: Who,
        session: &str,
        minutes: std::ops::Range<i64>,
        status: &str,
        progress: std::ops::Range<u8>,
        context: Option<std::ops::Range<u8>>,
    ) {
        let length = minutes.end - minutes.start;
        for minute in minutes.start + 1..minutes.end {
            let passed = minute - minutes.start;
            let between = |ends: &std::ops::Range<u8>| {
                let (from, to) = (i64::from(ends.start), i64::from(ends.end));
                u8::try_from(from + (to - from) * passed / length).unwrap_or(ends.end)
            };
            let report = Report {
                status: status.to_owned(),
                blocked: false,
                progress: between(&progress),
                context_left: context.as_ref().map(between),
            };
            self.put(who, minute, 0, session, Act::Report(report), None);
        }
    }

    fn network(&mut self, minute: i64, cut: bool, caption: &'static str) {
        let at = Span::from_mins(minute);
        self.steps.push(Step {
            at,
            who: Who::Builder,
            session: String::new(),
            act: Act::Network { cut },
            caption: Some(caption),
        });
    }

    fn in_order(mut self) -> Vec<Step> {
        self.steps.sort_by_key(|step| step.at);
        self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_half_an_hour_there_are_rises_a_block_a_hand_off_and_a_gap() {
        let half_hour = |step: &&Step| step.at >= CURTAIN && step.at < Span::from_mins(90);
        let seen: Vec<Step> = story().iter().filter(half_hour).cloned().collect();
        let any = |holds: fn(&Act) -> bool| seen.iter().any(|step| holds(&step.act));
        assert!(any(|act| matches!(act, Act::Report(report) if report.blocked)));
        assert!(any(|act| matches!(act, Act::Write(_))) && any(|act| matches!(act, Act::TakeOver)));
        assert!(
            any(|act| matches!(act, Act::Network { cut: true }))
                && any(|act| matches!(act, Act::Network { cut: false }))
        );
        for who in [Who::Orchestrator, Who::Builder, Who::Reviewer] {
            let rises: Vec<u8> = seen
                .iter()
                .filter(|step| step.who == who)
                .filter_map(|step| match &step.act {
                    Act::Report(report) => Some(report.progress),
                    _ => None,
                })
                .collect();
            assert!(rises.windows(2).any(|pair| pair[0] < pair[1]), "{who:?} rises");
        }
    }

    #[test]
    fn every_session_begins_once_before_it_speaks_and_ends_once() {
        let steps: Vec<Step> = story().into_iter().chain(round(0)).chain(round(1)).collect();
        let mut open = std::collections::HashMap::new();
        for step in steps.iter().filter(|step| !step.session.is_empty()) {
            let name = (step.who.program(), step.session.as_str());
            match &step.act {
                Act::Begin { .. } | Act::TakeOver => assert_eq!(open.insert(name, true), None, "{name:?} begins twice"),
                Act::End { .. } => assert_eq!(open.insert(name, false), Some(true), "{name:?} ends unbegun"),
                _ => assert_eq!(open.get(&name), Some(&true), "{name:?} speaks at {:?}", step.at),
            }
        }
        assert!(open.values().all(|open| !open));
    }

    #[test]
    fn texts_are_within_the_servers_limits() {
        for step in story() {
            match step.act {
                Act::Report(report) => assert!(report.status.len() <= 200 && report.progress <= 100),
                Act::Write(notes) => {
                    assert!(notes.text.len() <= 2_000 && notes.questions.iter().all(|q| q.len() <= 500));
                }
                _ => {}
            }
        }
    }
}
