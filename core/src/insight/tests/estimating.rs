//! When an agent will be done: what gives a range, what takes it away, and what holds of every range.

use proptest::prelude::*;

use super::tracing::{any_life, fold};
use super::world::*;
use crate::domain::{Session, Span};
use crate::insight::{Estimate, Finding, Look, Trace, estimate, row};

fn at(minute: i64, word: &str, value: f64) -> Session {
    with_progress(session("b.1", word, NOW.plus(mins(minute))), value)
}

/// Rises by 5 % each 5 minutes, from 0, so many times.
fn climbing(rises: i64) -> Vec<Session> {
    (0..=rises)
        .map(|n| at(5 * n, "active", 5.0 * f64::from(i32::try_from(n).unwrap())))
        .collect()
}

/// Judged right after the last update.
fn estimated(updates: &[Session]) -> Option<Estimate> {
    judged(updates, updates.last().unwrap().last_update.unwrap())
        .row
        .estimate
}

#[test]
fn a_steady_agent_has_a_range_around_its_end_and_says_what_it_rests_on() {
    let estimate = estimated(&climbing(9)).unwrap();
    // 55 % at one percent a minute.
    assert!(estimate.from < mins(55) && estimate.to > mins(55), "{estimate:?}");
    assert!(estimate.from > mins(40) && estimate.to < mins(75), "{estimate:?}");
    assert_eq!(estimate.judged_at, NOW.plus(mins(45)));
    // The first look came on the way, so what led to the first rise is not known.
    assert_eq!(estimate.basis, mins(40));
}

#[test]
fn three_rises_are_the_least() {
    assert_eq!(estimated(&climbing(2)), None);
    assert!(estimated(&climbing(3)).is_some());
}

#[test]
fn nothing_that_is_flat_done_blocked_pinned_or_unknown_has_an_end() {
    let climbed = climbing(8);
    let then = |last: Session| estimated(&[climbed.clone(), vec![last]].concat());
    assert!(then(at(45, "active", 45.0)).is_some());
    assert_eq!(then(at(45, "active", 100.0)), None);
    assert_eq!(then(at(45, "blocked", 45.0)), None);
    assert_eq!(then(at(45, "pinned", 45.0)), None);
    assert_eq!(then(at(45, "failed", 45.0)), None);
    assert_eq!(then(at(45, "done", 45.0)), None);
    assert_eq!(
        then(session("b.1", "active", NOW.plus(mins(45)))),
        None,
        "progress was dropped"
    );
    let flat: Vec<Session> = (0..9).map(|n| at(n, "active", 40.0)).collect();
    assert_eq!(estimated(&flat), None);
}

#[test]
fn a_finding_takes_its_place() {
    let climbed = climbing(8);
    let fallen = [climbed.clone(), vec![at(45, "active", 20.0)]].concat();
    let fallen = judged(&fallen, NOW.plus(mins(45))).row;
    assert!(matches!(fallen.finding, Some(Finding::Fell { .. })) && fallen.estimate.is_none());

    let after = |minutes: i64| judged(&climbed, NOW.plus(mins(40 + minutes))).row;
    assert!(after(14).estimate.is_some());
    let silent = after(20);
    assert!(silent.finding.is_some() && silent.estimate.is_none());
}

#[test]
fn what_was_before_a_fall_says_nothing_of_the_way_after_it() {
    let mut updates = climbing(8);
    updates.push(at(41, "active", 10.0));
    assert_eq!(estimated(&updates), None);
    // Four times as fast as before, and past the old height, so that nothing is said of the fall any more.
    for n in 1..=8 {
        updates.push(at(41 + n, "active", 10.0 + 4.0 * f64::from(i32::try_from(n).unwrap())));
    }
    let estimate = estimated(&updates).unwrap();
    assert_eq!(estimate.basis, mins(8));
    assert!(estimate.to < mins(25), "58 % at four percent a minute: {estimate:?}");
}

#[test]
fn time_that_was_not_work_is_not_counted() {
    let worked = climbing(8);
    let mut paused = worked.clone();
    paused.push(at(41, "blocked", 40.0));
    paused.push(at(141, "active", 40.0));
    let after = estimated(&paused).unwrap();
    let before = estimated(&worked).unwrap();
    assert_eq!((after.from, after.to), (before.from, before.to));
    assert_eq!(after.judged_at, NOW.plus(mins(141)), "the way goes on from there");
}

#[test]
fn a_time_in_which_nobody_watched_counts_as_one_long_rise() {
    let climbed = climbing(6);
    let trace = watched(&climbed);
    let late = at(60, "active", 60.0);
    let after = trace.advance(&Look {
        continuous: false,
        ..look(NOW.plus(mins(60)), &late)
    });
    let estimate = row(&record(late, Some(after)), &moment_at(NOW.plus(mins(60))))
        .row
        .estimate
        .unwrap();
    assert_eq!(estimate.basis, mins(55));
    assert!(estimate.from < mins(40) && estimate.to > mins(40), "{estimate:?}");
}

#[test]
fn what_could_end_at_any_time_has_no_range() {
    let values = [0.0, 1.0, 30.0, 31.0, 32.0];
    let minutes = [0, 30, 31, 90, 91];
    let updates: Vec<Session> = minutes
        .into_iter()
        .zip(values)
        .map(|(m, v)| at(m, "active", v))
        .collect();
    assert_eq!(estimated(&updates), None);
}

#[test]
fn a_range_stands_until_the_next_rise_and_can_be_past_its_end() {
    // Four minutes to go, and then nothing for ten.
    let updates: Vec<Session> = (0..=24)
        .map(|n| at(n, "active", 4.0 * f64::from(i32::try_from(n).unwrap())))
        .collect();
    let row = |minute: i64| judged(&updates, NOW.plus(mins(minute))).row;
    let first = row(24).estimate.unwrap();
    let later = row(33).estimate.unwrap();
    assert_eq!(first, later);
    assert!(
        NOW.plus(mins(33)) > later.judged_at.plus(later.to),
        "it was due by then"
    );
    assert_eq!(row(45).estimate, None, "no change takes its place");
}

#[test]
fn a_trace_from_before_there_were_estimates_learns_from_here_on() {
    let trace = watched(&climbing(8));
    let mut kept: serde_json::Value = serde_json::to_value(&trace).unwrap();
    kept.as_object_mut().unwrap().remove("climb");
    let mut old: Trace = serde_json::from_value(kept).unwrap();
    assert_eq!(estimate(&old.climb), None);
    for n in 9..=13 {
        let next = at(5 * n, "active", 5.0 * f64::from(i32::try_from(n).unwrap()));
        old = old.advance(&look(NOW.plus(mins(5 * n)), &next));
    }
    // The height it was read at came at a time nobody noted.
    assert_eq!(estimate(&old.climb).unwrap().basis, mins(15));
}

#[test]
fn a_long_way_is_kept_in_few_numbers_and_stays_whole() {
    let updates: Vec<Session> = (0..=900)
        .map(|n| at(n, "active", 0.1 * f64::from(i32::try_from(n).unwrap())))
        .collect();
    let trace = watched(&updates);
    assert!(trace.climb.rises().len() <= 24);
    let estimate = estimated(&updates).unwrap();
    assert!(estimate.basis >= mins(890), "{estimate:?}");
    assert!(estimate.from < mins(100) && estimate.to > mins(100), "{estimate:?}");
}

#[test]
fn an_older_part_that_does_not_go_with_the_rest_is_let_go() {
    // Two percent in eleven minutes, and then thirty-three in thirty-eight.
    let samples = [
        (41, 10.0),
        (52, 12.0),
        (58, 16.0),
        (72, 24.0),
        (76, 31.0),
        (82, 37.0),
        (87, 42.0),
        (90, 45.0),
    ];
    let updates: Vec<Session> = samples
        .into_iter()
        .map(|(minute, value)| at(minute, "active", value))
        .collect();
    let estimate = estimated(&updates).unwrap();
    assert_eq!(estimate.basis, mins(38));
    assert!(estimate.from < mins(48) && estimate.to > mins(63), "{estimate:?}");
}

/// Updates of one working agent: how long each came after the one before, and by how much it rose.
fn any_climb() -> impl Strategy<Value = Vec<(i64, f64)>> {
    prop::collection::vec((1_000..600_000_i64, 0.1..6.0_f64), 1..40)
}

fn climb(steps: &[(i64, f64)], factor: i64, later: Span) -> Vec<Session> {
    let (mut at, mut value) = (NOW.plus(later), 0.0_f64);
    let mut updates = vec![with_progress(session("b.1", "active", at), value)];
    for (took, by) in steps {
        at = at.plus(Span::from_millis(*took).times(factor));
        value = (value + by).min(100.0);
        updates.push(with_progress(session("b.1", "active", at), value));
    }
    updates
}

proptest! {
    #[test]
    fn a_range_lies_ahead_and_is_never_wider_than_four_times_its_start(life in any_life(), later in 0..2_000_000_i64) {
        let (last, _) = life.last().unwrap();
        let at = last.last_update.unwrap().plus(Span::from_millis(later));
        let row = row(&record(last.clone(), Some(fold(&life))), &moment_at(at)).row;
        if let Some(estimate) = row.estimate {
            prop_assert!(row.moving && row.finding.is_none());
            prop_assert!(estimate.judged_at <= at);
            prop_assert!(estimate.basis > Span::default());
        }
    }

    #[test]
    fn a_start_is_not_in_the_past_and_an_end_not_before_it(steps in any_climb()) {
        if let Some(estimate) = estimate(&watched(&climb(&steps, 1, Span::default())).climb) {
            prop_assert!(estimate.from >= Span::default() && estimate.from <= estimate.to);
            prop_assert!(estimate.to.as_millis() <= 4 * (estimate.from.as_millis() + 1) + 1);
        }
    }

    #[test]
    fn an_agent_so_many_times_slower_ends_so_many_times_later(steps in any_climb(), factor in 2..50_i64) {
        let once = estimate(&watched(&climb(&steps, 1, Span::default())).climb);
        let slow = estimate(&watched(&climb(&steps, factor, Span::default())).climb);
        prop_assert_eq!(once.is_some(), slow.is_some());
        if let (Some(once), Some(slow)) = (once, slow) {
            let near = |once: Span, slow: Span| (once.times(factor).as_millis() - slow.as_millis()).abs() <= factor;
            prop_assert!(near(once.from, slow.from) && near(once.to, slow.to));
            prop_assert_eq!(once.basis.times(factor), slow.basis);
        }
    }

    #[test]
    fn when_it_happened_moves_only_when_it_was_judged(steps in any_climb(), later in 0..86_400_000_i64) {
        let later = Span::from_millis(later);
        let now = estimate(&watched(&climb(&steps, 1, Span::default())).climb);
        let then = estimate(&watched(&climb(&steps, 1, later)).climb);
        prop_assert_eq!(now.map(|e| Estimate { judged_at: e.judged_at.plus(later), ..e }), then);
    }

    #[test]
    fn updates_that_bring_no_rise_change_nothing(steps in any_climb(), repeated in 0..40_usize) {
        let once = climb(&steps, 1, Span::default());
        let mut twice = once.clone();
        let repeated = repeated.min(once.len() - 1);
        let again = Session {
            last_update: Some(once[repeated].last_update.unwrap().plus(Span::from_millis(500))),
            ..once[repeated].clone()
        };
        twice.insert(repeated + 1, again);
        prop_assert_eq!(watched(&once).climb, watched(&twice).climb);
    }
}
