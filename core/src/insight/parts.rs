//! When and by whom each part of a program's context was last written, and since when each open question stands there.
//!
//! A state tells one time for all of it, and a history only what came after it began. So both are followed read by read: a
//! part that is as it was keeps its time. Pure and idempotent: the same read again changes nothing.

use serde::{Deserialize, Serialize};

use super::identities;
use crate::domain::{ContextEntry, ContextSummary, OpenQuestion, ProgramId, SessionId, Timestamp};

/// One of the four parts that a session leaves for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ContextPart {
    /// What the next session must know.
    HandOffNotes,
    /// What the agent does not know.
    OpenQuestions,
    /// What is under way.
    WorkItems,
    /// The task worked on last.
    LastTask,
}

/// All four, in the order of a page.
pub const CONTEXT_PARTS: [ContextPart; 4] = [
    ContextPart::HandOffNotes,
    ContextPart::OpenQuestions,
    ContextPart::WorkItems,
    ContextPart::LastTask,
];

impl ContextPart {
    fn same(self, a: &ContextSummary, b: &ContextSummary) -> bool {
        match self {
            Self::HandOffNotes => a.hand_off_notes == b.hand_off_notes,
            Self::OpenQuestions => a.open_questions == b.open_questions,
            Self::WorkItems => a.active_work_items == b.active_work_items,
            Self::LastTask => a.last_task == b.last_task,
        }
    }
}

/// When something was written, and by whom. Server time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writing {
    /// When; at the latest then, where nobody saw it change.
    pub at: Option<Timestamp>,
    /// By which program.
    pub by: Option<String>,
    /// In which session.
    pub session: Option<SessionId>,
}

impl Writing {
    /// A past write.
    pub fn of(entry: &ContextEntry) -> Self {
        Self {
            at: entry.at,
            by: entry.updated_by.clone(),
            session: entry.session.clone(),
        }
    }
}

/// A part, and when it became what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartWritten {
    /// Which.
    pub part: ContextPart,
    /// When, and by whom.
    pub written: Writing,
}

/// An open question, and since when it stands in its program's state. Server time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionStands {
    /// What it says.
    pub text: String,
    /// The how-manieth of equal ones, from 0: text and occurrence are its identity, wherever it stands in the list.
    pub occurrence: u32,
    /// In its state since then; `None`: no time was told.
    pub since: Option<Timestamp>,
    /// First seen here.
    pub first_seen: Timestamp,
}

/// What is remembered beside a context.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartsKept {
    /// Each part, in the order of a page; empty: not known.
    pub parts: Vec<PartWritten>,
    /// Each open question, in the order of the list.
    pub questions: Vec<QuestionStands>,
}

impl PartsKept {
    fn part(&self, part: ContextPart) -> Option<&Writing> {
        self.parts
            .iter()
            .find(|known| known.part == part)
            .map(|known| &known.written)
    }

    /// What is known of a question, by its identity.
    pub fn question(&self, question: &OpenQuestion) -> Option<&QuestionStands> {
        self.questions
            .iter()
            .find(|known| known.text == question.text && known.occurrence == question.occurrence)
    }
}

/// One read of a context.
#[derive(Clone, Copy, Debug)]
pub struct ContextRead<'a> {
    /// What it says now.
    pub context: &'a ContextSummary,
    /// The last write of the whole state.
    pub written: &'a Writing,
    /// What past writes left, in any order; empty where they were not read.
    pub history: &'a [ContextEntry],
    /// When it was read.
    pub at: Timestamp,
}

/// What is to be remembered after a read. `before`: the context that was read last, and what was remembered of it.
pub fn follow(before: Option<(&ContextSummary, &PartsKept)>, read: &ContextRead<'_>) -> PartsKept {
    let mut past: Vec<_> = read.history.iter().filter(|entry| entry.at.is_some()).collect();
    past.sort_by_key(|entry| entry.at);
    let written = |part: ContextPart| {
        let known = before
            .filter(|(context, _)| part.same(context, read.context))
            .and_then(|(_, kept)| kept.part(part));
        let run = run(&past, |context| part.same(context, read.context));
        PartWritten {
            part,
            written: began(known, run, &past).unwrap_or_else(|| read.written.clone()),
        }
    };
    let stands = |question: OpenQuestion| {
        let known = before.and_then(|(_, kept)| kept.question(&question));
        let there = |context: &ContextSummary| {
            let equal = context.open_questions.iter().filter(|text| **text == question.text);
            equal.count() > usize::try_from(question.occurrence).unwrap_or(usize::MAX)
        };
        let since = known.filter(|known| known.since.is_some()).map(|known| Writing {
            at: known.since,
            ..Writing::default()
        });
        let began = began(since.as_ref(), run(&past, there), &past);
        QuestionStands {
            since: began.map_or(read.written.at, |writing| writing.at),
            first_seen: known.map_or(read.at, |known| known.first_seen),
            text: question.text,
            occurrence: question.occurrence,
        }
    };
    let questions = identities(&ProgramId::from(""), &read.context.open_questions);
    PartsKept {
        parts: CONTEXT_PARTS.map(written).into(),
        questions: questions.into_iter().map(stands).collect(),
    }
}

/// Where the unbroken run of past writes that ends with the newest begins.
fn run<'a>(past: &[&'a ContextEntry], holds: impl Fn(&ContextSummary) -> bool) -> Option<&'a ContextEntry> {
    past.iter()
        .rev()
        .take_while(|entry| holds(&entry.context))
        .last()
        .copied()
}

/// The better of what was known and what the past tells. A run that begins where the past does may have begun earlier.
fn began(known: Option<&Writing>, run: Option<&ContextEntry>, past: &[&ContextEntry]) -> Option<Writing> {
    let told = run.map(Writing::of);
    let is_whole = run.zip(past.first()).is_some_and(|(run, first)| run.at != first.at);
    match (known, told) {
        (Some(known), Some(told)) if !is_whole && known.at.is_some() && known.at <= told.at => Some(known.clone()),
        (_, Some(told)) => Some(told),
        (known, None) => known.cloned(),
    }
}
