//! What is told of a time in which nobody looked.

use proptest::prelude::*;

use super::tracing::{any_life, fold};
use super::world::*;
use crate::domain::{Percent, ProgramId, Session, SessionState, Span, Timestamp};
use crate::insight::{AwayEvent, AwayFacts, Digest, Gap, SessionRecord, Stretch, digest, row};

/// A program with the session that speaks for it and those before.
fn facts(current: Session, updates: &[Session], before: Vec<Session>) -> AwayFacts {
    let known = record(current, (!updates.is_empty()).then(|| watched(updates)));
    let earlier = before.into_iter().filter_map(|session| record(session, None).current);
    AwayFacts {
        row: row(&known, &now()).row,
        sessions: known.current.into_iter().chain(earlier).collect(),
    }
}

fn since(minutes: i64, facts: &[AwayFacts]) -> Digest {
    digest(facts, &[], NOW.minus(mins(minutes)), NOW)
}

fn ago(minutes: i64) -> Timestamp {
    NOW.minus(mins(minutes))
}

#[test]
fn who_waits_who_finished_and_who_changed_course_each_have_a_line_oldest_first() {
    let blocked = [
        session("deployer.x", "active", ago(30)),
        session("deployer.x", "blocked", ago(4)),
    ];
    let fell = [
        with_progress(session("builder.x", "active", ago(40)), 18.0),
        with_progress(session("builder.x", "active", ago(10)), 10.0),
    ];
    let done = |id: &str, minutes: i64| Session {
        status: Some(format!("{id} is done")),
        ..ended(id, ago(minutes))
    };
    let all = [
        facts(blocked[1].clone(), &blocked, vec![]),
        facts(fell[1].clone(), &fell, vec![]),
        facts(done("linter.x", 20), &[], vec![]),
        facts(done("migrator.x", 50), &[], vec![]),
        facts(session("scribe.x", "active", ago(100)), &[], vec![]),
    ];
    let away = since(60, &all);
    let told = |lines: &[crate::insight::AwayLine]| -> Vec<_> {
        lines.iter().map(|line| (line.program.to_string(), line.at)).collect()
    };
    assert_eq!(told(&away.waiting), [("deployer".to_owned(), ago(4))]);
    assert_eq!(
        told(&away.finished),
        [("migrator".to_owned(), ago(50)), ("linter".to_owned(), ago(20))]
    );
    assert_eq!(
        told(&away.changed),
        [("builder".to_owned(), ago(10))],
        "the scribe was silent before"
    );
    let (from, to) = (Percent::of(18.0), Percent::of(10.0));
    assert_eq!(away.changed[0].event, AwayEvent::Fell { from, to });
}

#[test]
fn a_lane_shows_what_was_reported_and_where_it_fell_silent() {
    let beats = [50, 48, 46, 44, 42, 40];
    let pinned = beats.map(|minutes| session("deployer.x", "pinned", ago(minutes)));
    let away = since(45, &[facts(pinned[5].clone(), &pinned, vec![])]);
    let silent = away.changed[0].at;
    assert_eq!(away.changed[0].event, AwayEvent::WentSilent);
    let told = away.lanes[0].pieces.iter();
    let told: Vec<_> = told
        .map(|piece| (piece.from, piece.until, piece.what.clone()))
        .collect();
    let reported = (
        ago(45),
        silent,
        Stretch::Reported {
            state: SessionState::Pinned,
        },
    );
    assert_eq!(told, [reported, (silent, NOW, Stretch::Silent)]);
}

#[test]
fn a_session_that_took_over_is_a_hand_off_and_a_first_one_is_none() {
    let fresh = session("builder.b", "active", ago(10));
    let before = SessionRecord {
        created_at: Some(ago(90)),
        ..record(ended("builder.a", ago(11)), None).current.unwrap()
    };
    let mut builder = facts(fresh.clone(), &[fresh], vec![]);
    builder.sessions.push(before);
    let first = session("reviewer.a", "active", ago(5));
    let away = since(60, &[builder, facts(first.clone(), &[first], vec![])]);
    assert_eq!(away.lanes.iter().map(|lane| lane.hand_offs).collect::<Vec<_>>(), [1, 0]);
    assert!(away.lanes.iter().all(|lane| lane.eventful));
}

#[test]
fn a_program_to_which_nothing_happened_has_no_event() {
    let quiet = session("builder.b", "active", ago(3 * 24 * 60));
    let away = since(60, &[facts(quiet, &[], vec![])]);
    assert!(!away.lanes[0].eventful);
    assert!(away.waiting.is_empty() && away.finished.is_empty() && away.changed.is_empty());
}

proptest! {
    #[test]
    fn two_digests_that_touch_are_the_digest_of_both(
        lives in prop::collection::vec((any_life(), any::<bool>(), 0..20_000_000i64), 1..5),
        gaps in prop::collection::vec((0..40_000_000i64, 1..5_000_000i64), 0..4),
        cuts in prop::collection::vec(0..40_000_000i64, 3),
    ) {
        let begin = lives[0].0[0].0.last_update.unwrap();
        let at = |offset: i64| begin.plus(Span::from_millis(offset));
        let facts: Vec<AwayFacts> = lives.iter().enumerate().map(|(number, (life, archived, later))| {
            let (last, _) = life.last().unwrap();
            let session = Session { archived: *archived, ..last.clone() };
            let judged_at = last.last_update.unwrap().plus(Span::from_millis(*later));
            let mut known = record(session, Some(fold(life)));
            known.program = ProgramId::from(format!("p{number}"));
            AwayFacts {
                row: row(&known, &moment_at(judged_at)).row,
                sessions: known.current.into_iter().collect(),
            }
        }).collect();
        // Gaps of one device do not overlap.
        let mut end = 0;
        let gaps: Vec<Gap> = gaps.iter().map(|(after, long)| {
            let from = end + 1 + after / 4;
            end = from + long;
            Gap { from: at(from), until: at(end) }
        }).collect();
        let mut cuts = cuts;
        cuts.sort_unstable();
        let [a, b, c] = [at(cuts[0]), at(cuts[1]), at(cuts[2])];
        let whole = digest(&facts, &gaps, a, c);
        prop_assert_eq!(digest(&facts, &gaps, a, b).then(digest(&facts, &gaps, b, c)), whole);
    }
}
