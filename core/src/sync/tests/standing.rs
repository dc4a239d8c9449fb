//! Late replies, and how long a scheduler pauses.

use super::lives::after;
use crate::domain::{AccountId, Span};
use crate::insight::{Cause, Source, SourceReport, Standing};
use crate::store::{SourceKey, Standings};
use crate::sync::{Outcome, Pace, Remote, SessionsRead};

fn heard(at: i64) -> Remote {
    Remote {
        sessions: Some(SessionsRead {
            at: after(at),
            rows: Vec::new(),
            whole: true,
        }),
        ..Remote::default()
    }
}

fn held(at: i64) -> Standings {
    let mut standings = Standings::default();
    let good = Outcome::Good {
        at: after(at),
        lacking: None,
    };
    standings.note(&[(SourceKey::of(Source::Sessions), good)], after(at));
    standings
}

#[test]
fn b08_an_older_reply_is_dropped_and_a_clock_set_back_is_believed() {
    let held = held(3_600);
    let is_taken = |at| {
        let mut remote = heard(at);
        held.leave_out_late(&mut remote);
        remote.sessions.is_some()
    };
    assert!(!is_taken(3_599));
    assert!(is_taken(3_600));
    assert!(is_taken(0), "an hour back is no late reply");
}

#[test]
fn a_small_difference_of_clocks_moves_nothing() {
    let mut standings = Standings::default();
    standings.follow_clock(after(1), after(0));
    assert_eq!(standings.offset, Span::default());
    standings.follow_clock(after(420), after(0));
    assert_eq!(standings.offset, Span::from_secs(420));
}

fn sessions(standing: Standing, cause: Option<Cause>) -> Vec<SourceReport> {
    let account = AccountId::from("account");
    vec![SourceReport {
        account,
        source: Source::Sessions,
        standing,
        as_of: None,
        since: None,
        in_bar: cause.is_some(),
        cause,
        can_retry: false,
    }]
}

#[test]
fn b07_pauses_grow_while_nothing_answers_and_not_without_end() {
    let period = Span::from_secs(15);
    let mut pace = Pace::new(period);
    let offline = sessions(Standing::Failed, Some(Cause::Offline));
    let pauses: Vec<i64> = (0..7)
        .map(|_| pace.after(&offline, after(0)).as_millis() / 1_000)
        .collect();
    assert_eq!(pauses, [30, 60, 120, 240, 300, 300, 300]);
    assert_eq!(pace.after(&sessions(Standing::Fresh, None), after(0)), period);
    assert_eq!(
        pace.after(&sessions(Standing::Stale, None), after(0)),
        period,
        "a short list is an answer"
    );
}

#[test]
fn b04_the_scheduler_gives_a_server_the_time_it_asked_for() {
    let mut pace = Pace::new(Span::from_secs(15));
    let until = after(90);
    let limited = sessions(Standing::Failed, Some(Cause::RateLimited { until }));
    assert_eq!(pace.after(&limited, after(0)), Span::from_secs(90));
}
