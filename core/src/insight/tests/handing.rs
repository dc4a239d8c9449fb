//! What one session took over from another, and what the server's decay took away in between.

use super::world::*;
use crate::domain::{ContextSummary, SessionId, Timestamp};
use crate::insight::{HandedOver, TookOver, took_over};

const DAY: i64 = 24 * 60;

fn at(minute: i64) -> Timestamp {
    NOW.plus(mins(minute))
}

/// Two work items and a question, written at noon.
fn left() -> HandedOver {
    let context = ContextSummary {
        active_work_items: vec!["Migrate".to_owned(), "Measure".to_owned()],
        open_questions: vec!["Which port?".to_owned()],
        ..ContextSummary::default()
    };
    HandedOver::of(&SessionId::from("builder.1"), Some(at(0)), &context).unwrap()
}

fn taken() -> TookOver {
    TookOver {
        from: SessionId::from("builder.1"),
        work_items: 2,
        questions: 1,
    }
}

#[test]
fn what_the_decay_cleared_before_a_session_began_was_not_taken_over() {
    let cleared = Some(at(DAY));
    assert_eq!(took_over(&left(), Some(at(DAY + 1)), cleared), None);
    assert_eq!(took_over(&left(), Some(at(DAY)), cleared), None, "at that very moment");
}

#[test]
fn what_the_decay_cleared_after_a_session_began_was_taken_over() {
    assert_eq!(took_over(&left(), Some(at(DAY - 1)), Some(at(DAY))), Some(taken()));
}

#[test]
fn a_decay_before_the_notes_were_written_took_nothing_of_them() {
    assert_eq!(took_over(&left(), Some(at(10)), Some(at(-1))), Some(taken()));
    assert_eq!(took_over(&left(), Some(at(10)), None), Some(taken()), "none at all");
}

#[test]
fn nobody_is_said_to_have_lost_what_it_may_have_read() {
    assert_eq!(
        took_over(&left(), None, Some(at(DAY))),
        Some(taken()),
        "nobody knows when it began"
    );
    let undated = HandedOver {
        written_at: None,
        ..left()
    };
    assert_eq!(
        took_over(&undated, Some(at(DAY + 1)), Some(at(DAY))),
        None,
        "whenever it was written"
    );
}

#[test]
fn an_empty_state_hands_nothing_over() {
    let nothing = ContextSummary::default();
    assert_eq!(
        HandedOver::of(&SessionId::from("builder.1"), Some(at(0)), &nothing),
        None
    );
}
