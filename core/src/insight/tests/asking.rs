//! A question that waits, on the card of whoever asked it.

use super::world::*;
use crate::domain::{AccountId, AskedQuestion, ProgramId, QuestionId, Timestamp};
use crate::insight::{AskedRow, ProgramRecord, Section, Shape, Waiting, asked_row, oldest_first, row};

fn asked(id: &str, at: Option<Timestamp>) -> AskedRow {
    let question = AskedQuestion {
        id: QuestionId::from(id),
        asker: Some(ProgramId::from("builder")),
        text: "Deploy?".to_owned(),
        cut: false,
        options: Vec::new(),
        context: None,
        priority: None,
        status: Some("created".to_owned()),
        asked_at: at,
        thread: None,
    };
    asked_row(&question, &AccountId::from("home"), true)
}

fn asking(word: &str, heard: Timestamp, at: Option<Timestamp>) -> ProgramRecord {
    ProgramRecord {
        asked: vec![asked("q", at)],
        ..record(session("builder.1", word, heard), None)
    }
}

#[test]
fn a_working_asker_needs_you_since_it_asked_and_keeps_its_own_shape() {
    let at = NOW.minus(mins(4));
    let judged = row(&asking("active", NOW, Some(at)), &now());
    assert_eq!(
        (judged.row.section, judged.row.shape),
        (Section::NeedsYou, Shape::Working)
    );
    let since_it_asked = Waiting {
        since: at,
        change_seen: true,
    };
    assert_eq!(judged.row.waiting, Some(since_it_asked));
    assert_eq!(judged.entered_at, at);
    assert_eq!(judged.row.asked, Some(asked("q", Some(at))));
}

#[test]
fn a_blocked_asker_waits_since_it_is_blocked() {
    let updates = [
        session("builder.1", "active", NOW.minus(mins(10))),
        session("builder.1", "blocked", NOW.minus(mins(9))),
    ];
    let blocked = judged(&updates, NOW);
    let mut record = record(updates[1].clone(), Some(watched(&updates)));
    for (asked_before, entered_at) in [(4, blocked.entered_at), (20, NOW.minus(mins(20)))] {
        record.asked = vec![asked("q", Some(NOW.minus(mins(asked_before))))];
        let asking = row(&record, &now());
        assert_eq!(asking.row.waiting, blocked.row.waiting);
        assert_eq!(
            asking.entered_at, entered_at,
            "the rule began to hold with the first of both"
        );
    }
}

#[test]
fn an_asker_that_fell_silent_for_a_day_or_was_never_seen_needs_you_all_the_same() {
    let at = Some(NOW.minus(mins(4)));
    let quiet = row(&asking("active", NOW.minus(DAY), at), &now()).row;
    assert_eq!((quiet.section, quiet.shape), (Section::NeedsYou, Shape::Quiet));
    let unseen = ProgramRecord {
        current: None,
        ..asking("active", NOW, at)
    };
    let judged = row(&unseen, &now());
    assert_eq!(
        (judged.row.section, judged.row.shape),
        (Section::NeedsYou, Shape::NeverSeen)
    );
    assert_eq!(Some(judged.entered_at), at);
}

#[test]
fn a_question_without_a_time_waits_for_longer_than_can_be_said() {
    let judged = row(&asking("active", NOW, None), &now());
    assert_eq!(
        judged.row.waiting,
        Some(Waiting {
            since: NOW.minus(DAY),
            change_seen: false
        })
    );
}

#[test]
fn the_oldest_question_comes_first_and_ties_are_settled() {
    let mut rows = [
        asked("c", Some(NOW)),
        asked("b", Some(NOW.minus(mins(1)))),
        asked("a", Some(NOW)),
    ];
    oldest_first(&mut rows);
    let order: Vec<&str> = rows.iter().map(|row| row.question.as_str()).collect();
    assert_eq!(order, ["b", "a", "c"]);
}
