//! What the table cannot hold: times at the ends of the world, and the terminal's own style.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use cachebash_core::domain::{Percent, Span, Timestamp};
use cachebash_core::insight::{Estimate, FallSeen, Finding, Gap, Notice, RowProgress, Waiting};
use jiff::tz::TimeZone;

use super::Labels;

const NOW: Timestamp = Timestamp::from_millis(1_795_438_930_000);

fn labels() -> Labels {
    Labels::terminal(TimeZone::get("Europe/Berlin").unwrap())
}

#[test]
fn b13_an_unknown_time_is_a_dash_and_never_a_number() {
    let labels = labels();
    for fresh in [true, false] {
        assert_eq!(labels.age(None, NOW, fresh), "–");
    }
    assert_eq!(labels.ended(None, NOW), "–");
    assert_eq!(labels.heard(None, None, NOW, true), "Never heard · not read yet");
    assert_eq!(
        labels.bar(&Notice::Offline { as_of: None }, &[], NOW),
        "Offline · nothing read yet"
    );
}

#[test]
fn b13_a_time_in_the_future_is_its_clock_and_a_clock_a_little_ahead_is_now() {
    let ahead = |seconds: i64| labels().age(Some(NOW.plus(Span::from_secs(seconds))), NOW, true);
    assert_eq!((ahead(0), ahead(5)), ("now".to_owned(), "now".to_owned()));
    assert_eq!((ahead(6), ahead(420)), ("14:02".to_owned(), "14:09".to_owned()));
}

#[test]
fn b13_no_time_however_wrong_makes_a_label_panic_or_say_nan() {
    let labels = labels();
    let ends = [
        i64::MIN,
        i64::MIN / 2,
        -62_135_596_800_001,
        -1,
        0,
        253_402_300_800_000,
        i64::MAX / 2,
        i64::MAX,
    ];
    for at in ends.map(Timestamp::from_millis) {
        for now in ends.map(Timestamp::from_millis).into_iter().chain([NOW]) {
            for fresh in [true, false] {
                let estimate = Estimate {
                    judged_at: at,
                    from: now.since(at),
                    to: at.since(now),
                    basis: now.since(at),
                };
                let said = [
                    labels.age(Some(at), now, fresh),
                    labels.span(at, now, NOW),
                    labels.duration_long(now.since(at)),
                    labels.usual_every(now.since(at)),
                    labels.heard(Some(at), Some(now), NOW, fresh),
                    labels.as_of(Some(at), now),
                    labels.bar(&Notice::Offline { as_of: Some(at) }, &[], now),
                    labels.rate_limited(Some(now.since(at)), at, now),
                    labels.expiry_estimate(Some(at), now),
                    labels.eta(&estimate, now, fresh),
                    labels.finding(&Finding::NoChange { since: at }, now, fresh),
                    labels.waiting(
                        &Waiting {
                            since: at,
                            change_seen: false,
                        },
                        false,
                        now,
                        fresh,
                    ),
                    labels.row_progress(
                        &RowProgress::Last {
                            percent: Percent::of(45.0),
                            at,
                        },
                        now,
                    ),
                ];
                for text in said {
                    assert!(
                        !text.is_empty() && !text.contains("NaN") && !text.contains("--"),
                        "{text:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_terminal_reads_24_hours_and_parts_units_with_an_ordinary_space() {
    assert_eq!(labels().clock_seconds(NOW), "14:02:10");
    assert_eq!(labels().percent(Percent::of(45.0)), "45 %");
    assert!(
        !labels()
            .heard(Some(NOW.minus(Span::from_secs(12))), Some(NOW), NOW, true)
            .contains('\u{202f}')
    );
}

#[test]
fn a_short_line_says_the_last_fall_and_the_last_gap() {
    let labels = labels();
    let ago = |mins: i64| NOW.minus(Span::from_mins(mins));
    let fall = FallSeen {
        from: Percent::of(18.0),
        to: Percent::of(10.0),
        at: ago(49),
    };
    let gap = Gap {
        from: ago(29),
        until: ago(18),
    };
    assert_eq!(
        labels.chart_line(&[fall], &[gap], NOW, "→", "╱"),
        "Fell 18 → 10 % at 13:13 · ╱ not seen 13:33"
    );
    assert_eq!(labels.chart_line(&[], &[gap], NOW, "→", "╱"), "╱ not seen 13:33");
    assert_eq!(labels.chart_line(&[], &[], NOW, "→", "╱"), "");
}
