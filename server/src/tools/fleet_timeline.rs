//! The fleet over time, worked out from the reports themselves when it is asked for: a sampler would write when nothing
//! happens, and know less (docs/contract-extensions.md).

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use cachebash_core::domain::Timestamp;
use serde_json::{Value, json};

use super::fleet::STALE_PROGRAM_AFTER;
use super::sessions::STALE_AFTER;
use super::{Entry, Outcome, Tool, look};
use crate::caller::Caller;
use crate::records::{MESSAGE_KEPT, Message, SessionWord, Task, Update};
use crate::rules::period::Period;
use crate::rules::standing::Standing;
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Stored, View};
use crate::wire_values::iso;

/// How many buckets one answer holds, the newest.
const MOST_BUCKETS: i64 = 3_000;
/// How many reports are looked at, the newest.
const MOST_REPORTS: usize = 50_000;
/// How many tasks, and how many messages, are looked at, the newest.
const MOST_WAITING: u32 = 10_000;
/// How many are fetched at once.
const AT_ONCE: u32 = 2_000;

/// Words of a bucket's length, with its milliseconds.
const RESOLUTIONS: [(&str, (&str, i64)); 4] = [
    ("30s", ("30s", 30_000)),
    ("1m", ("1m", 60_000)),
    ("5m", ("5m", 300_000)),
    ("1h", ("1h", 3_600_000)),
];

const TIMELINE: Tool = Tool::new(
    "pulse",
    "get_fleet_timeline",
    "fleet.read",
    "See how many sessions were active over time",
);

pub(super) fn tools() -> [Entry; 1] {
    [look(TIMELINE, timeline)]
}

/// What a report says of its session, and nothing else of it.
struct Report {
    at: i64,
    session: String,
    program: String,
    ended: bool,
}

fn timeline(view: &mut View<'_>, _: &Caller, asked: Asked) -> Outcome {
    let (word, length) = asked.resolution;
    let now = view.now.as_millis();
    let began = asked.period.began(view.now).as_millis();
    let last = now.div_euclid(length);
    let mut first = began.div_euclid(length).max(last - MOST_BUCKETS + 1);
    let mut cut = first > began.div_euclid(length) && reported_between(view, began, first * length)?;
    // A session that is silent for less than this is still active.
    let memory = STALE_AFTER.as_millis();
    let (reports, whole) = reports(view, first * length - memory)?;
    if let (false, Some(oldest)) = (whole, reports.first()) {
        first = (oldest.at + memory).div_euclid(length) + 1;
        cut = true;
    }
    let waiting = Waiting::of(view)?;
    let timeline = buckets(&reports, &waiting, first..=last, length, now);
    let count = timeline.len();
    let message = match count {
        0 => "No fleet snapshots found for the requested period.".to_owned(),
        count => format!("{count} buckets of {word}."),
    };
    Ok(json!({
        "success": true,
        "period": asked.period.as_str(),
        "resolution": word,
        "count": count,
        "timeline": timeline,
        "hasMore": cut,
        "message": message,
    }))
}

/// Whether anything was reported from one moment on and before another.
fn reported_between(view: &mut View<'_>, from: i64, to: i64) -> Stored<bool> {
    let first: Vec<Update> = view.list(&Listing {
        after: Some((from, "")),
        ascending: true,
        limit: 1,
        ..Listing::default()
    })?;
    Ok(first.first().is_some_and(|update| update.at.as_millis() < to))
}

/// The reports since a moment, ascending, and whether these are all.
fn reports(view: &mut View<'_>, since: i64) -> Stored<(Vec<Report>, bool)> {
    let mut reports = Vec::new();
    let mut after: Option<(i64, String)> = None;
    let mut whole = true;
    'all: loop {
        let found: Vec<Update> = view.list(&Listing {
            after: after.as_ref().map(|(at, id)| (*at, id.as_str())),
            limit: AT_ONCE,
            ..Listing::default()
        })?;
        for update in &found {
            if update.at.as_millis() < since {
                break 'all;
            }
            if reports.len() == MOST_REPORTS {
                whole = false;
                break 'all;
            }
            reports.push(Report {
                at: update.at.as_millis(),
                session: update.session.to_string(),
                program: update.program.to_string(),
                ended: update.state == SessionWord::Complete,
            });
        }
        match found.last() {
            Some(last) if found.len() == AT_ONCE as usize => after = Some((last.at.as_millis(), last.id.clone())),
            _ => break,
        }
    }
    reports.reverse();
    Ok((reports, whole))
}

/// What else was going on, as far as it is still known.
struct Waiting {
    tasks: Standing,
    messages: Standing,
    /// Of the time before, too much is gone.
    known_since: i64,
}

impl Waiting {
    fn of(view: &mut View<'_>) -> Stored<Self> {
        let newest = Listing {
            limit: MOST_WAITING,
            ..Listing::default()
        };
        let claimed = Listing {
            tags: &["active", "done", "failed"],
            ..newest.clone()
        };
        let tasks: Vec<Task> = view.list(&claimed)?;
        let messages: Vec<Message> = view.list(&newest)?;
        let at_work = |task: &Task| {
            let ended = task.completion.as_ref().map(|completion| completion.at.as_millis());
            Some((task.claim.as_ref()?.at.as_millis(), ended))
        };
        Ok(Self {
            tasks: tasks.iter().filter_map(at_work).collect(),
            messages: messages.iter().filter_map(Message::waited).collect(),
            known_since: view.now.minus(MESSAGE_KEPT).as_millis(),
        })
    }

    fn at(&self, standing: &Standing, moment: i64) -> Option<usize> {
        (moment >= self.known_since).then(|| standing.at(moment))
    }
}

fn buckets(reports: &[Report], waiting: &Waiting, places: RangeInclusive<i64>, length: i64, now: i64) -> Vec<Value> {
    let mut to_come = reports.iter().peekable();
    // The last report of each session that may still be active.
    let mut heard: HashMap<&str, &Report> = HashMap::new();
    let mut buckets = Vec::new();
    for place in places {
        let (start, end) = (place * length, ((place + 1) * length).min(now + 1));
        let mut samples = 0;
        while let Some(report) = to_come.next_if(|report| report.at < end) {
            samples += i32::from(report.at >= start);
            if report.ended {
                heard.remove(report.session.as_str());
            } else {
                heard.insert(&report.session, report);
            }
        }
        let stands_at = end - 1;
        heard.retain(|_, report| stands_at - report.at <= STALE_AFTER.as_millis());
        if samples == 0 && heard.is_empty() {
            continue;
        }
        let mut by_program: BTreeMap<&str, u32> = BTreeMap::new();
        let mut fresh = 0;
        for report in heard.values() {
            *by_program.entry(&report.program).or_default() += 1;
            fresh += usize::from(stands_at - report.at <= STALE_PROGRAM_AFTER.as_millis());
        }
        let total = heard.len();
        buckets.push(json!({
            "bucketStart": iso(Timestamp::from_millis(start)),
            "samplesInBucket": samples,
            "activeSessions": { "total": total, "byTier": {}, "byProgram": by_program },
            "tasksInFlight": waiting.at(&waiting.tasks, stands_at),
            "messagesPending": waiting.at(&waiting.messages, stands_at),
            "heartbeatHealth": (total > 0).then(|| (fresh * 100).div_euclid(total)),
        }));
    }
    buckets
}

struct Asked {
    period: Period,
    resolution: (&'static str, i64),
}

impl FromFields for Asked {
    fn read(fields: &mut Fields<'_>) -> Self {
        Asked {
            period: fields.word("period", &Period::WORDS).unwrap_or(Period::Today),
            resolution: fields.word("resolution", &RESOLUTIONS).unwrap_or(("5m", 300_000)),
        }
    }
}
