//! When an agent will be done, read out of how it rose so far: a range, or nothing where a range would be a guess.
//!
//! Two things make an end uncertain. Rises come unevenly: how far the pace of single rises strays from their common pace
//! says by how much the rest may stray. And the pace changes: the later half of the way is set against the whole, and an
//! agent that slowed down between the two halves is taken to go on slowing for a while. The range spans what all of that
//! allows.
//!
//! Its constants are chosen on played runs: see the tests, which say how often the true end lies in the range.

use super::{Climb, Estimate, Rise};
use crate::domain::Span;

/// From so many rises on there is an estimate.
const RISES: usize = 3;

/// So many rises are left when older ones are let go.
const STILL_LEFT: usize = 5;

/// An end over so many times later than the start says nothing.
const WIDEST: f64 = 4.0;

/// No agent is steadier than this, whatever its rises say.
const NEVER_SURER_THAN: f64 = 0.15;

/// How many standard deviations of the rest the range takes in.
const DEVIATIONS: f64 = 1.3;

/// A standard deviation, in mean absolute ones of a bell curve.
const MEAN_TO_STANDARD: f64 = 1.25;

/// How much more where it rests on few rises, divided by their number less one.
const FEW: f64 = 1.1;

/// What nobody foresees makes an end later: the range reaches so much farther to that side.
const LATER: f64 = 1.5;

/// A slowing goes on for so many halves of the way behind at most.
const GOES_ON_FOR: f64 = 2.0;

/// From one half to the next it is taken to slow down so many times at most.
const MOST_SLOWING: f64 = 2.0;

/// When the end will be, by this climb; `None` while it is too short, is at its end, or could end at any time.
pub fn estimate(climb: &Climb) -> Option<Estimate> {
    let top = climb.top()?;
    let rest = 100.0 - top.value;
    let measured: Vec<Way> = climb.rises().iter().filter_map(Way::measured).collect();
    if climb.rises().len() < RISES || measured.len() < RISES - 1 || rest <= 0.0 {
        return None;
    }
    // An older part that does not go with the rest is let go: what was an hour ago may be over.
    let (from, to, way) = [0, 1, 2]
        .into_iter()
        .map(|quarters| &measured[measured.len() * quarters / 4..])
        .filter(|rises| rises.len() == measured.len() || rises.len() >= STILL_LEFT)
        .find_map(|rises| range(rises, rest))?;
    Some(Estimate {
        judged_at: top.at,
        from: Span::from_millis(from as i64),
        to: Span::from_millis(to.ceil() as i64),
        basis: Span::from_millis(way.took as i64),
    })
}

/// Start and end by these rises, and the way they are; `None` where that could be at any time.
fn range(rises: &[Way], rest: f64) -> Option<(f64, f64, Way)> {
    let way = Way::of(rises);
    let (fast, slow) = paces(rises, way, rest);
    let stray = stray(rises, way, rest).max(NEVER_SURER_THAN);
    let (from, to) = (rest * fast / (1.0 + stray), rest * slow * (1.0 + LATER * stray));
    (from > 0.0 && to.is_finite() && to <= from * WIDEST).then_some((from, to, way))
}

/// A part of the climb whose time is known: one rise, or several as one.
#[derive(Clone, Copy)]
struct Way {
    by: f64,
    took: f64,
}

impl Way {
    fn measured(rise: &Rise) -> Option<Self> {
        let took = rise.took?.as_millis() as f64;
        Some(Self { by: rise.by, took })
    }

    fn of(rises: &[Way]) -> Self {
        Self {
            by: rises.iter().map(|rise| rise.by).sum(),
            took: rises.iter().map(|rise| rise.took).sum(),
        }
    }

    /// Time for one percent.
    fn pace(self) -> f64 {
        self.took / self.by
    }
}

/// The fastest and the slowest pace at which the rest may go on the whole.
fn paces(rises: &[Way], way: Way, rest: f64) -> (f64, f64) {
    let all = way.pace();
    if rises.len() < 4 {
        return (all, all);
    }
    let (early, late) = halves(rises, way);
    // Who got faster may stay so; that it gets faster still is not to be counted on.
    let slowing = (late.pace() / early.pace()).clamp(1.0, MOST_SLOWING);
    // From the middle of the later half to the middle of the rest, in steps from half to half.
    let ahead = ((late.by + rest) / way.by).min(GOES_ON_FOR);
    let next = late.pace() * slowing.powf(ahead);
    (all.min(late.pace()), all.max(late.pace()).max(next))
}

/// The way in two, each of at least two rises and otherwise about as high as the other.
fn halves(rises: &[Way], way: Way) -> (Way, Way) {
    let mut height = 0.0;
    let middle = rises
        .iter()
        .take_while(|rise| {
            height += rise.by;
            height <= way.by / 2.0
        })
        .count()
        .clamp(2, rises.len() - 2);
    (Way::of(&rises[..middle]), Way::of(&rises[middle..]))
}

/// By which part of itself the rest may be longer or shorter, by how unevenly the rises came.
fn stray(rises: &[Way], way: Way, rest: f64) -> f64 {
    let pace = way.pace();
    let degrees = (rises.len() - 1) as f64;
    // Mean and not root mean square: one long pause is no reason to say nothing.
    let uneven = rises
        .iter()
        .map(|rise| (rise.took - pace * rise.by).abs() / rise.by.sqrt())
        .sum::<f64>()
        / degrees;
    // What the rest itself brings, and what is not known of the pace.
    let deviation = MEAN_TO_STANDARD * uneven * (rest + rest * rest / way.by).sqrt();
    DEVIATIONS * (1.0 + FEW / degrees) * deviation / (rest * pace)
}
