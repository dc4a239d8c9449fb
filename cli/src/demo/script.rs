//! What a script is made of: who does what in which session, and when. `story` is the one that is played.

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

/// Steps being written down, in the order in which they are thought of.
#[derive(Default)]
pub(super) struct Book {
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

    /// A session begins.
    pub(super) fn begin(&mut self, who: Who, minute: i64, session: &str, name: &str, caption: &'static str) {
        self.put(
            who,
            minute,
            0,
            session,
            Act::Begin { name: name.to_owned() },
            Some(caption),
        );
    }

    /// A session goes on from what the last one wrote.
    pub(super) fn take_over(&mut self, who: Who, minute: i64, session: &str, caption: &'static str) {
        self.put(who, minute, 0, session, Act::TakeOver, Some(caption));
    }

    /// A session writes the program's state.
    pub(super) fn write(&mut self, who: Who, minute: i64, session: &str, notes: Notes, caption: &'static str) {
        self.put(who, minute, 1, session, Act::Write(notes), Some(caption));
    }

    /// A session ends.
    pub(super) fn end(&mut self, who: Who, minute: i64, session: &str, status: &'static str, caption: &'static str) {
        self.put(who, minute, 0, session, Act::End { status }, Some(caption));
    }

    /// A session reports once.
    #[allow(clippy::too_many_arguments)] // a line of the script reads as one
    pub(super) fn report(
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

    /// A session waits for a person, and reports so every minute.
    pub(super) fn block(
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
    pub(super) fn stretch(
        &mut self,
        who: Who,
        session: &str,
        minutes: std::ops::Range<i64>,
        status: &str,
        progress: std::ops::Range<u8>,
        context: Option<(u8, u8)>,
    ) {
        let length = minutes.end - minutes.start;
        for minute in minutes.start + 1..minutes.end {
            let passed = minute - minutes.start;
            let between = |from: u8, to: u8| {
                let (end, from, to) = (to, i64::from(from), i64::from(to));
                u8::try_from(from + (to - from) * passed / length).unwrap_or(end)
            };
            let report = Report {
                status: status.to_owned(),
                blocked: false,
                progress: between(progress.start, progress.end),
                context_left: context.map(|(from, to)| between(from, to)),
            };
            self.put(who, minute, 0, session, Act::Report(report), None);
        }
    }

    /// The network is cut or restored.
    pub(super) fn network(&mut self, minute: i64, cut: bool, caption: &'static str) {
        let at = Span::from_mins(minute);
        self.steps.push(Step {
            at,
            who: Who::Builder,
            session: String::new(),
            act: Act::Network { cut },
            caption: Some(caption),
        });
    }

    /// The steps in time order.
    pub(super) fn in_order(mut self) -> Vec<Step> {
        self.steps.sort_by_key(|step| step.at);
        self.steps
    }
}
