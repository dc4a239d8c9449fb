//! Three hundred played runs, the same on every machine: how often the true end lies in the range, and how wide that is.

use super::world::*;
use crate::domain::{Session, Span, Timestamp};
use crate::insight::{Estimate, Look, Trace, row};

const RUNS: usize = 300;

/// Somebody looks so often at each run, at any time of it.
const LOOKS: u32 = 8;

/// A small seeded source of numbers.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Any number between the two.
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / (1_u64 << 53) as f64)
    }

    /// As often between 10 and 20 as between 100 and 200.
    fn of_any_size(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    /// Around one, above nought.
    fn around_one(&mut self, spread: f64) -> f64 {
        let normal: f64 = (0..12).map(|_| self.between(0.0, 1.0)).sum::<f64>() - 6.0;
        (spread * normal - spread * spread / 2.0).exp()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Course {
    /// About as long for each step.
    Steady,
    /// A few steps at once, then nothing for a while.
    Bursty,
    /// At its end two to five times as slow as at its start.
    Slowing,
    /// Steady up to 90 %, then nothing for a third to twice the time it took to get there.
    StuckAt90,
}

impl Course {
    /// Five steady, four bursty, four slowing and two stuck of each fifteen: nobody can foresee that a run gets stuck, so
    /// its range is nearly always wrong, and the more of them are played the less the rest counts.
    fn of(run: usize) -> Self {
        match run % 15 {
            0..5 => Self::Steady,
            5..9 => Self::Bursty,
            9..13 => Self::Slowing,
            _ => Self::StuckAt90,
        }
    }
}

/// An agent that reports 10 to 120 steps within 15 minutes to 6 hours.
struct Run {
    course: Course,
    /// What it reported, and when.
    reports: Vec<(Timestamp, f64)>,
    /// This device began to watch: half of them from the start, the rest on the way.
    watched_from: Timestamp,
}

impl Run {
    fn play(course: Course, dice: &mut Dice) -> Self {
        let steps = dice.of_any_size(10.0, 120.0) as usize;
        let length = dice.of_any_size(15.0 * 60e3, 6.0 * 3600e3);
        let every = length / steps as f64;
        let slower = dice.between(2.0, 5.0);
        let mut stuck_for = Some(dice.of_any_size(0.3, 2.0) * length).filter(|_| course == Course::StuckAt90);
        let mut burst = 3.0;
        let shares: Vec<f64> = (0..steps).map(|_| dice.around_one(0.3)).collect();
        let whole: f64 = shares.iter().sum();

        let (mut at, mut value) = (0.0, 0.0);
        let mut reports = vec![(NOW, 0.0)];
        for share in shares {
            let next = value + share * 100.0 / whole;
            let mut took = every * dice.around_one(0.25);
            match course {
                Course::Steady | Course::StuckAt90 => {}
                Course::Slowing => took *= slower.powf(value / 100.0),
                Course::Bursty => {
                    took *= 0.5;
                    burst -= 1.0;
                    if burst <= 0.0 {
                        burst = dice.between(2.0, 8.0);
                        took += every * dice.between(1.0, 4.0);
                    }
                }
            }
            if next > 90.0 {
                took += stuck_for.take().unwrap_or_default();
            }
            at += took;
            value = next;
            reports.push((NOW.plus(Span::from_millis(at as i64)), value));
        }
        if let Some((_, last)) = reports.last_mut() {
            *last = 100.0;
        }
        let skipped = if dice.between(0.0, 1.0) < 0.5 {
            0.0
        } else {
            dice.between(0.0, 0.5)
        };
        Self {
            course,
            reports,
            watched_from: NOW.plus(Span::from_millis((skipped * at) as i64)),
        }
    }

    fn end(&self) -> Timestamp {
        self.reports.last().unwrap().0
    }

    /// What a companion that looks each sync period has folded of it by then; `None` before it began to watch.
    fn watched_until(&self, until: Timestamp) -> Option<(Session, Trace)> {
        let mut folded: Option<(Session, Trace)> = None;
        let mut at = self.watched_from;
        while at <= until {
            let (told, value) = *self.reports.iter().rfind(|(told, _)| *told <= at).unwrap();
            let minute = Span::from_millis(at.since(NOW).as_millis() / 60_000 * 60_000);
            let session = Session {
                last_heartbeat: Some(NOW.plus(minute).max(told)),
                ..with_progress(session("agent.1", "active", told), value)
            };
            let look = Look {
                continuous: folded.is_some() || at == NOW,
                ..look(at, &session)
            };
            let trace = match &folded {
                None => Trace::begin(&look),
                Some((_, trace)) => trace.advance(&look),
            };
            folded = Some((session, trace));
            at = at.plus(SYNC_PERIOD);
        }
        folded
    }

    fn estimated_at(&self, at: Timestamp) -> Option<Estimate> {
        let (session, trace) = self.watched_until(at)?;
        row(&record(session, Some(trace)), &moment_at(at)).row.estimate
    }
}

/// Somebody looked, and there was a range.
struct Case {
    course: Course,
    held: bool,
    /// How wide the range was, in parts of the time that really remained.
    width: f64,
}

fn cases(seed: u64) -> Vec<Case> {
    let mut dice = Dice(seed);
    let mut cases = Vec::new();
    for number in 0..RUNS {
        let run = Run::play(Course::of(number), &mut dice);
        let (end, length) = (run.end(), run.end().since(NOW).as_millis() as f64);
        for look in 0..LOOKS {
            let part = (f64::from(look) + dice.between(0.0, 1.0)) / f64::from(LOOKS);
            let at = NOW.plus(Span::from_millis((length * part) as i64));
            cases.extend(run.estimated_at(at).map(|estimate| {
                let (from, to) = (
                    estimate.judged_at.plus(estimate.from),
                    estimate.judged_at.plus(estimate.to),
                );
                Case {
                    course: run.course,
                    held: from <= end && end <= to,
                    width: to.since(from).as_millis() as f64 / end.since(at).as_millis() as f64,
                }
            }));
        }
    }
    cases
}

/// How often the range held the end, and its median width.
fn told<'a>(cases: impl Iterator<Item = &'a Case>) -> (f64, f64) {
    let cases: Vec<&Case> = cases.collect();
    let held = cases.iter().filter(|case| case.held).count();
    let mut widths: Vec<f64> = cases.iter().map(|case| case.width).collect();
    widths.sort_by(f64::total_cmp);
    (held as f64 / cases.len() as f64, widths[widths.len() / 2])
}

#[test]
fn over_three_hundred_runs_the_range_holds_the_end_mostly_and_is_no_wider_than_what_remains() {
    let cases = cases(300);
    let (held, width) = told(cases.iter());
    let asked = RUNS * LOOKS as usize;
    println!(
        "a range in {} of {asked} looks, held {held:.3}, median width {width:.3}",
        cases.len()
    );
    assert!((0.70..=0.95).contains(&held), "held in {held}");
    assert!(width <= 1.0, "median width {width}");
    assert!(
        cases.len() * 3 > asked,
        "only {} of {asked} looks had a range",
        cases.len()
    );

    for course in [Course::Steady, Course::Bursty, Course::Slowing, Course::StuckAt90] {
        let of_course = || cases.iter().filter(|case| case.course == course);
        let (held, width) = told(of_course());
        println!(
            "{course:?}: {} ranges, held {held:.3}, median width {width:.3}",
            of_course().count()
        );
        let least = match course {
            Course::Steady => 0.85,
            Course::Bursty => 0.75,
            Course::Slowing => 0.65,
            Course::StuckAt90 => 0.0,
        };
        assert!(held >= least, "{course:?} held in {held}");
    }
}

#[test]
fn that_is_no_luck_of_one_seed() {
    for seed in 1..=3 {
        let (held, width) = told(cases(seed).iter());
        println!("seed {seed}: held {held:.3}, median width {width:.3}");
        assert!(
            (0.70..=0.95).contains(&held) && width <= 1.0,
            "seed {seed}: {held}, {width}"
        );
    }
}
