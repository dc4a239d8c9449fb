//! Can I believe it: how a source stands, which bar is shown, when ages may be relative, and what a key list omits.

use super::world::*;
use crate::domain::{AccountId, ApiKey, Capability, KeyHash, Percent, ProgramId, Progress, Span, Timestamp};
use crate::insight::{
    Cause, FallSeen, Notice, ProgressSample, Source, SourceReading, SourceReport, Standing, Trouble, falls, judged_at,
    key_facts, notice, overall_as_of, overall_fresh, report, server_ahead, standing,
};

fn read_at(as_of: Timestamp) -> SourceReading {
    SourceReading {
        as_of: Some(as_of),
        ..SourceReading::default()
    }
}

fn failing(cause: Cause) -> SourceReading {
    let trouble = Some(Trouble {
        since: NOW.minus(mins(10)),
        cause,
    });
    SourceReading {
        trouble,
        ..read_at(NOW.minus(mins(11)))
    }
}

fn line(source: Source, reading: &SourceReading) -> SourceReport {
    report(&AccountId::from("home"), source, reading, NOW, SYNC_PERIOD)
}

#[test]
fn a_reply_is_fresh_for_three_periods_and_only_when_it_was_whole() {
    let at = |age: Span| standing(&read_at(NOW.minus(age)), NOW, SYNC_PERIOD);
    assert_eq!(at(secs(45)), Standing::Fresh);
    assert_eq!(at(Span::from_millis(45_001)), Standing::Stale);
    let short = SourceReading {
        lacking: Some(Cause::ShortList { limit: 50 }),
        ..read_at(NOW)
    };
    assert_eq!(standing(&short, NOW, SYNC_PERIOD), Standing::Stale);
    assert_eq!(standing(&failing(Cause::Offline), NOW, SYNC_PERIOD), Standing::Failed);
    assert_eq!(
        standing(&SourceReading::default(), NOW, SYNC_PERIOD),
        Standing::NeverRead
    );
}

#[test]
fn a_line_says_since_when_and_why() {
    let failed = line(Source::Keys, &failing(Cause::ServerUnavailable));
    assert_eq!(
        (failed.since, failed.cause),
        (Some(NOW.minus(mins(10))), Some(Cause::ServerUnavailable))
    );
    assert_eq!(failed.as_of, Some(NOW.minus(mins(11))));
    let stale = line(Source::Sessions, &read_at(NOW.minus(mins(5))));
    assert_eq!(
        (stale.since, stale.cause),
        (Some(NOW.minus(mins(5)).plus(secs(45))), None)
    );
    let fresh = line(Source::Sessions, &read_at(NOW));
    assert_eq!((fresh.since, fresh.cause), (None, None));
}

#[test]
fn the_gravest_trouble_makes_the_bar() {
    let bar = |readings: &[(Source, SourceReading)]| {
        let lines: Vec<_> = readings
            .iter()
            .map(|(source, reading)| line(*source, reading))
            .collect();
        notice(&lines, Some(NOW))
    };
    use Source::*;
    let fresh = || read_at(NOW);
    let offline = || failing(Cause::Offline);
    let limited = || {
        failing(Cause::RateLimited {
            until: NOW.plus(secs(18)),
        })
    };
    assert_eq!(bar(&[(Sessions, fresh()), (FleetHealth, fresh())]), None);
    assert_eq!(
        bar(&[(Sessions, read_at(NOW.minus(DAY)))]),
        None,
        "merely old: the as-of says it"
    );
    assert_eq!(
        bar(&[(Sessions, offline()), (Keys, offline())]),
        Some(Notice::Offline { as_of: Some(NOW) })
    );
    assert_eq!(
        bar(&[(Sessions, offline()), (Keys, SourceReading::default())]),
        Some(Notice::Offline { as_of: Some(NOW) }),
        "what was never asked did not answer"
    );
    assert_eq!(bar(&[(Sessions, fresh()), (Keys, offline())]), Some(Notice::Partial));
    assert_eq!(
        bar(&[(Sessions, fresh()), (ProgramState, limited())]),
        Some(Notice::Partial)
    );
    assert_eq!(
        bar(&[(Sessions, limited()), (FleetHealth, offline())]),
        Some(Notice::RateLimited {
            until: NOW.plus(secs(18))
        })
    );
    assert_eq!(
        bar(&[(Sessions, failing(Cause::Unauthorized)), (Keys, offline())]),
        Some(Notice::KeyRefused { as_of: Some(NOW) })
    );
    let short = SourceReading {
        lacking: Some(Cause::ShortList { limit: 50 }),
        ..fresh()
    };
    assert_eq!(bar(&[(Sessions, short)]), Some(Notice::Partial));
}

#[test]
fn a_source_that_is_asked_seldom_does_not_make_a_lost_network_partial() {
    // Keys were read a minute before the network went, and will not be asked again for a while.
    let bar_with_keys_read_at = |as_of: Timestamp| {
        let lost = failing(Cause::Offline);
        let lines = [
            line(Source::Sessions, &lost),
            line(Source::FleetHealth, &lost),
            line(Source::Keys, &read_at(as_of)),
        ];
        notice(&lines, None)
    };
    assert_eq!(
        bar_with_keys_read_at(NOW.minus(mins(11))),
        Some(Notice::Offline { as_of: None })
    );
    assert_eq!(bar_with_keys_read_at(NOW.minus(mins(9))), Some(Notice::Partial));
    // Opened again after a night: the list is old, the keys had failed then. Nothing says that the network is gone.
    let old = [
        line(Source::Sessions, &read_at(NOW.minus(DAY))),
        line(Source::Keys, &failing(Cause::ServerUnavailable)),
    ];
    assert_eq!(notice(&old, None), Some(Notice::Partial));
}

#[test]
fn a_missing_right_is_no_bar_and_does_not_turn_ages_into_clocks() {
    let forbidden = || {
        failing(Cause::Forbidden {
            capability: Some(Capability::new("fleet.read")),
        })
    };
    let lines = [
        line(Source::Sessions, &read_at(NOW)),
        line(Source::FleetHealth, &forbidden()),
    ];
    assert_eq!(notice(&lines, Some(NOW)), None);
    assert!(overall_fresh(&lines));
    assert_eq!(overall_as_of(&lines), Some(NOW));
    let without_sessions = [
        line(Source::Sessions, &forbidden()),
        line(Source::FleetHealth, &read_at(NOW)),
    ];
    assert!(!overall_fresh(&without_sessions));
    assert_eq!(notice(&without_sessions, Some(NOW)), Some(Notice::Partial));
}

#[test]
fn an_overview_is_as_old_as_its_oldest_account() {
    let lines = [
        line(Source::Sessions, &read_at(NOW)),
        line(Source::FleetHealth, &read_at(NOW.minus(secs(18)))),
        line(Source::Keys, &read_at(NOW.minus(DAY))),
    ];
    assert!(overall_fresh(&lines));
    assert_eq!(overall_as_of(&lines), Some(NOW.minus(secs(18))));
    assert!(!overall_fresh(&[]) && overall_as_of(&[]).is_none());
    assert!(!overall_fresh(&[
        line(Source::Sessions, &read_at(NOW)),
        line(Source::Sessions, &failing(Cause::Offline))
    ]));
}

#[test]
fn judgement_stands_still_while_nothing_new_is_read() {
    let as_of = NOW.minus(mins(37));
    assert_eq!(judged_at(true, NOW, Some(as_of)), NOW);
    assert_eq!(judged_at(false, NOW, Some(as_of)), as_of);
    assert_eq!(judged_at(false, NOW, None), NOW);
}

#[test]
fn times_ahead_of_the_server_are_told_beyond_five_seconds() {
    assert_eq!(server_ahead([NOW, NOW.plus(secs(5))], NOW), None);
    assert_eq!(server_ahead([NOW.plus(mins(7)), NOW.minus(DAY)], NOW), Some(mins(7)));
    assert_eq!(server_ahead([], NOW), None);
}

#[test]
fn t08_the_end_of_a_key_is_an_estimate_of_ninety_days_and_only_for_keys_that_live() {
    let key = ApiKey {
        hash: KeyHash::from("ab"),
        program: ProgramId::from("builder"),
        label: "Builder".to_owned(),
        capabilities: vec![Capability::new("pulse.read")],
        active: true,
        created_at: Some(NOW),
        last_used_at: None,
        revoked_at: None,
    };
    let facts = key_facts(&key);
    assert_eq!(facts.expires_estimate, Some(NOW.plus(DAY.times(90))));
    let missing: Vec<_> = facts.missing_for_job.iter().map(Capability::as_str).collect();
    assert_eq!(missing, ["pulse.write", "state.read", "state.write"]);
    let undated = ApiKey {
        created_at: None,
        ..key.clone()
    };
    assert_eq!(key_facts(&undated).expires_estimate, None);
    let revoked = ApiKey {
        active: false,
        revoked_at: Some(NOW),
        ..key
    };
    assert_eq!(key_facts(&revoked).expires_estimate, None);
}

#[test]
fn falls_of_a_history_are_those_one_can_see() {
    let sample = |minute: i64, value: Option<f64>| ProgressSample {
        at: NOW.plus(mins(minute)),
        progress: value.map_or(Progress::NotReported, Progress::Reported),
    };
    let samples = [
        sample(0, Some(18.0)),
        sample(1, None),
        sample(2, Some(10.0)),
        sample(3, Some(10.9)),
        sample(4, Some(10.1)),
    ];
    let fall = FallSeen {
        from: Percent::of(18.0),
        to: Percent::of(10.0),
        at: NOW.plus(mins(2)),
    };
    assert_eq!(falls(&samples), [fall]);
}
