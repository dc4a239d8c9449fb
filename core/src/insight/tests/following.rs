//! When each part of a context was written, and since when a question stands there, read by read.

use super::world::*;
use crate::domain::{ContextEntry, ContextSummary, OpenQuestion, ProgramId, SessionId, Timestamp};
use crate::insight::{ContextPart, ContextRead, PartsKept, Writing, follow};

fn context(notes: &str, questions: &[&str]) -> ContextSummary {
    ContextSummary {
        hand_off_notes: notes.to_owned(),
        open_questions: questions.iter().map(|&text| text.to_owned()).collect(),
        ..ContextSummary::default()
    }
}

fn ago(minutes: i64) -> Timestamp {
    NOW.minus(mins(minutes))
}

fn wrote(by: &str, minutes: i64) -> Writing {
    Writing {
        at: Some(ago(minutes)),
        by: Some(by.to_owned()),
        session: Some(SessionId::from("builder.x")),
    }
}

fn entry(context: &ContextSummary, by: &str, minutes: i64) -> ContextEntry {
    let writing = wrote(by, minutes);
    ContextEntry {
        id: minutes.to_string(),
        at: writing.at,
        context: context.clone(),
        session: writing.session,
        updated_by: writing.by,
    }
}

/// A device that reads one context after the other.
#[derive(Default)]
struct Device {
    last: Option<(ContextSummary, PartsKept)>,
}

impl Device {
    fn reads(&mut self, context: &ContextSummary, written: &Writing, history: &[ContextEntry], minutes: i64) {
        let read = |before: Option<&(ContextSummary, PartsKept)>| {
            let read = ContextRead {
                context,
                written,
                history,
                at: ago(minutes),
            };
            follow(before.map(|(context, kept)| (context, kept)), &read)
        };
        let kept = read(self.last.as_ref());
        let now = (context.clone(), kept);
        assert_eq!(read(Some(&now)), now.1, "the same again changes nothing");
        self.last = Some(now);
    }

    fn written(&self, part: ContextPart) -> Writing {
        let kept = &self.last.as_ref().unwrap().1;
        kept.parts
            .iter()
            .find(|known| known.part == part)
            .unwrap()
            .written
            .clone()
    }

    fn since(&self, text: &str, occurrence: u32) -> Option<Timestamp> {
        let question = OpenQuestion {
            program: ProgramId::from("builder"),
            text: text.to_owned(),
            occurrence,
        };
        self.last.as_ref().unwrap().1.question(&question).unwrap().since
    }
}

#[test]
fn a_part_that_a_later_write_left_alone_keeps_its_time_and_its_writer() {
    let mut device = Device::default();
    device.reads(
        &context("Mind the gap", &["Which port?"]),
        &wrote("builder", 60),
        &[],
        59,
    );
    device.reads(
        &context("Mind the gap", &["Which host?"]),
        &wrote("reviewer", 30),
        &[],
        29,
    );
    assert_eq!(device.written(ContextPart::HandOffNotes), wrote("builder", 60));
    assert_eq!(device.written(ContextPart::OpenQuestions), wrote("reviewer", 30));
}

#[test]
fn a_question_is_the_same_wherever_it_stands_and_a_second_equal_one_is_another() {
    let mut device = Device::default();
    device.reads(&context("", &["Port?", "Host?"]), &wrote("builder", 60), &[], 59);
    device.reads(
        &context("", &["Host?", "User?", "Port?", "Port?"]),
        &wrote("builder", 30),
        &[],
        29,
    );
    assert_eq!(device.since("Port?", 0), Some(ago(60)));
    assert_eq!(device.since("Host?", 0), Some(ago(60)));
    assert_eq!(device.since("User?", 0), Some(ago(30)));
    assert_eq!(device.since("Port?", 1), Some(ago(30)));
}

#[test]
fn a_question_that_was_taken_out_and_put_in_again_stands_since_the_second_time() {
    let mut device = Device::default();
    device.reads(&context("N", &["Port?"]), &wrote("builder", 60), &[], 59);
    device.reads(&context("N", &[]), &wrote("builder", 40), &[], 39);
    device.reads(&context("N", &["Port?"]), &wrote("builder", 20), &[], 19);
    assert_eq!(device.since("Port?", 0), Some(ago(20)));
}

#[test]
fn the_history_tells_when_a_part_became_what_it_is() {
    let mut device = Device::default();
    let history = [
        entry(&context("Old", &["Port?"]), "builder", 90),
        entry(&context("New", &["Port?"]), "reviewer", 60),
        entry(&context("New", &["Port?", "Host?"]), "builder", 30),
    ];
    let now = context("New", &["Port?", "Host?"]);
    device.reads(&now, &wrote("builder", 30), &history, 10);
    assert_eq!(device.written(ContextPart::HandOffNotes), wrote("reviewer", 60));
    assert_eq!(device.since("Host?", 0), Some(ago(30)));
    assert_eq!(device.since("Port?", 0), Some(ago(90)), "at the latest");
    // Later the history has lost its beginning; what was learnt stays.
    device.reads(&now, &wrote("builder", 30), &history[2..], 5);
    assert_eq!(device.written(ContextPart::HandOffNotes), wrote("reviewer", 60));
    assert_eq!(device.since("Port?", 0), Some(ago(90)));
}

#[test]
fn a_history_that_saw_a_part_change_and_change_back_knows_better_than_this_device() {
    let mut device = Device::default();
    device.reads(&context("A", &[]), &wrote("builder", 90), &[], 89);
    let history = [
        entry(&context("A", &[]), "builder", 90),
        entry(&context("B", &[]), "builder", 60),
        entry(&context("A", &[]), "reviewer", 30),
    ];
    device.reads(&context("A", &[]), &wrote("reviewer", 30), &history, 10);
    assert_eq!(device.written(ContextPart::HandOffNotes), wrote("reviewer", 30));
}
