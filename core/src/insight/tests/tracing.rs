//! What a trace remembers, and what it forgives: the same look twice, an older look, a look after a pause.

use proptest::prelude::*;

use super::world::*;
use crate::domain::{Progress, Session, SessionState, Span, Timestamp};
use crate::insight::{Look, Trace};

#[test]
fn rhythm_is_the_median_of_watched_beats_and_known_from_three() {
    let beat = |minute: i64| session("builder.1", "active", NOW.plus(mins(minute)));
    assert_eq!(watched(&[beat(0), beat(2), beat(4)]).usual_beat(), None);
    let trace = watched(&[beat(0), beat(2), beat(4), beat(60), beat(62)]);
    assert_eq!(trace.usual_beat(), Some(mins(2)));
    assert_eq!(trace.next_beat_by(), Some(NOW.plus(mins(64))));
}

#[test]
fn beats_that_nobody_watched_do_not_spoil_the_rhythm() {
    let beat = |minute: i64| session("builder.1", "active", NOW.plus(mins(minute)));
    let trace = watched(&[beat(0), beat(2), beat(4), beat(6)]);
    let late = beat(300);
    let after = trace.advance(&Look {
        continuous: false,
        ..look(NOW.plus(mins(300)), &late)
    });
    assert_eq!(after.beats, trace.beats);
    assert_eq!(after.last_heard, Some(NOW.plus(mins(300))));
    assert_eq!(
        after.resumed_at, None,
        "that nobody watched is no silence of the agent's"
    );
}

#[test]
fn progress_that_is_dropped_is_remembered_with_its_time() {
    let told = with_progress(session("builder.1", "active", NOW), 45.5);
    let silent = session("builder.1", "active", NOW.plus(mins(1)));
    let trace = watched(&[told, silent]);
    let last = trace.last_progress.unwrap();
    assert_eq!((last.value, last.at), (45.5, NOW));
}

#[test]
fn a_fall_lasts_until_it_is_made_good_and_grows_while_it_goes_on() {
    let at = |minute: i64, value: f64| with_progress(session("b.1", "active", NOW.plus(mins(minute))), value);
    let fallen = watched(&[at(0, 18.0), at(1, 10.0)]);
    let fall = fallen.fall.unwrap();
    assert_eq!((fall.from, fall.to, fall.at), (18.0, 10.0, NOW.plus(mins(1))));
    assert!(watched(&[at(0, 18.0), at(1, 10.0), at(2, 12.0)]).fall.is_some());
    assert_eq!(watched(&[at(0, 18.0), at(1, 10.0), at(2, 18.0)]).fall, None);
    let longer = watched(&[at(0, 18.0), at(1, 10.0), at(2, 12.0), at(3, 8.0)])
        .fall
        .unwrap();
    assert_eq!((longer.from, longer.to), (18.0, 8.0));
    let later = watched(&[at(0, 18.0), at(1, 10.0), at(2, 12.0), at(40, 8.0)])
        .fall
        .unwrap();
    assert_eq!((later.from, later.to), (12.0, 8.0));
}

#[test]
fn a_change_of_state_is_seen_only_when_the_look_before_was_recent() {
    let working = session("d.1", "active", NOW);
    let blocked = session("d.1", "blocked", NOW.plus(secs(20)));
    let before = Trace::begin(&Look {
        continuous: false,
        ..look(NOW, &working)
    });
    assert!(!before.change_seen);
    let seen = before.advance(&look(NOW.plus(secs(30)), &blocked));
    assert_eq!((seen.state_since, seen.change_seen), (NOW.plus(secs(20)), true));
    let missed = before.advance(&Look {
        continuous: false,
        ..look(NOW.plus(mins(30)), &blocked)
    });
    assert!(!missed.change_seen);
}

#[test]
fn learning_that_blocked_means_pinned_is_no_change_by_the_agent() {
    let blocked = session("s.1", "blocked", NOW);
    let trace = Trace::begin(&Look {
        continuous: false,
        ..look(NOW, &blocked)
    });
    let told = Look {
        fleet_word: Some("pinned"),
        ..look(NOW.plus(mins(4)), &blocked)
    };
    let after = trace.advance(&told);
    assert_eq!(after.state, Some(SessionState::Pinned));
    assert_eq!((after.state_since, after.change_seen), (trace.state_since, false));
}

#[test]
fn an_hour_of_being_blocked_is_not_an_hour_of_standing_still() {
    let at = |minute: i64, word: &str| with_progress(session("d.1", word, NOW.plus(mins(minute))), 80.0);
    let trace = watched(&[at(0, "active"), at(1, "blocked"), at(60, "active")]);
    assert_eq!(trace.still_since(), Some(NOW.plus(mins(60))));
}

/// One update of one session: minutes until it comes, state, progress, watched or not.
fn any_update() -> impl Strategy<Value = (i64, usize, Option<f64>, bool)> {
    (
        0..90_000i64,
        0..4usize,
        proptest::option::of(0.0..100.0f64),
        any::<bool>(),
    )
}

pub(super) fn any_life() -> impl Strategy<Value = Vec<(Session, bool)>> {
    prop::collection::vec(any_update(), 1..30).prop_map(|updates| {
        let mut at = NOW;
        updates
            .into_iter()
            .map(|(wait, word, progress, continuous)| {
                at = at.plus(Span::from_millis(wait));
                let base = session("p.1", ["active", "blocked", "pinned", "failed"][word], at);
                let progress = progress.map_or(Progress::NotReported, Progress::Reported);
                (Session { progress, ..base }, continuous)
            })
            .collect()
    })
}

pub(super) fn fold(life: &[(Session, bool)]) -> Trace {
    let seen = |(session, continuous): &(Session, bool)| (session.last_update.unwrap(), session.clone(), *continuous);
    let (at, first, continuous) = seen(&life[0]);
    life.iter().skip(1).fold(
        Trace::begin(&Look {
            continuous,
            ..look(at, &first)
        }),
        |trace, update| {
            let (at, session, continuous) = seen(update);
            trace.advance(&Look {
                continuous,
                ..look(at, &session)
            })
        },
    )
}

proptest! {
    #[test]
    fn the_same_look_twice_changes_nothing(life in any_life()) {
        let trace = fold(&life);
        let (last, continuous) = life.last().unwrap();
        let again = Look { continuous: *continuous, ..look(last.last_update.unwrap(), last) };
        prop_assert_eq!(trace.advance(&again), trace);
    }

    #[test]
    fn an_older_look_changes_nothing(life in any_life(), earlier in 1..1_000_000i64) {
        let trace = fold(&life);
        for (old, continuous) in &life {
            let at = trace.last_look.minus(Span::from_millis(earlier));
            prop_assert_eq!(&trace.advance(&Look { continuous: *continuous, ..look(at, old) }), &trace);
        }
    }

    #[test]
    fn a_trace_is_kept_as_text_without_losing_a_digit(life in any_life()) {
        let trace = fold(&life);
        let text = serde_json::to_string(&trace).unwrap();
        prop_assert_eq!(serde_json::from_str::<Trace>(&text).unwrap(), trace);
    }

    #[test]
    fn a_trace_stays_small_and_its_times_stay_in_order(life in any_life()) {
        let trace = fold(&life);
        prop_assert!(trace.beats.len() <= 15 && trace.steps.len() <= 15 && trace.climb.rises().len() <= 24);
        prop_assert!(trace.beats.iter().chain(&trace.steps).all(|span| *span > Span::default()));
        let known: Vec<Timestamp> = [trace.last_heard, trace.last_rise, trace.still_since(), Some(trace.state_since)]
            .into_iter().flatten().collect();
        prop_assert!(known.iter().all(|at| *at >= trace.first_seen && *at <= trace.last_look));
        if let (Some(fall), Some(last)) = (trace.fall, trace.last_progress) {
            prop_assert!(fall.to < fall.from && last.value < fall.from);
        }
    }
}
