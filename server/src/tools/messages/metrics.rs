//! Which groups there are, and how much is said by whom.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::caller::Caller;
use crate::records::{self, Alert, Letter, Message, MessageWord, look_through};
use crate::rules::period::Period;
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Stored, View};
use crate::tools::{Nothing, Outcome};

pub(super) fn groups(view: &mut View<'_>, _: &Caller, _: Nothing) -> Outcome {
    let groups = records::groups(view)?;
    let count = groups.len();
    let groups: Map<String, Value> = groups
        .into_iter()
        .map(|(name, programs)| (name, json!(programs)))
        .collect();
    Ok(json!({
        "success": true, "groups": groups,
        "roleTargeting": "Use @role prefix (e.g., @builder) to target all programs with that role",
        "message": format!("{count} groups available"),
    }))
}

pub(super) fn comms(view: &mut View<'_>, _: &Caller, Asked(period): Asked) -> Outcome {
    let mut sums = Sums::default();
    count::<Message>(view, period, &mut sums)?;
    count::<Alert>(view, period, &mut sums)?;
    let mut programs: Vec<(String, (u64, u64))> = sums.programs.into_iter().collect();
    programs.sort_by_key(|(_, (sent, _))| std::cmp::Reverse(*sent));
    let programs: Vec<Value> = programs
        .into_iter()
        .map(|(program, (sent, delivered))| json!({ "program": program, "sent": sent, "delivered": delivered }))
        .collect();
    let statuses: Map<String, Value> = MessageWord::WORDS
        .iter()
        .map(|(word, _)| ((*word).to_owned(), sums.statuses.get(word).copied().unwrap_or(0).into()))
        .collect();
    let latency = (sums.fetched > 0).then(|| sums.latency_millis / sums.fetched);
    Ok(json!({
        "success": true, "period": period.map_or(EVER, Period::as_str), "totalMessages": sums.total,
        "statusCounts": statuses, "avgDeliveryLatencyMs": latency, "perProgram": programs,
    }))
}

#[derive(Default)]
struct Sums {
    total: u64,
    statuses: BTreeMap<&'static str, u64>,
    latency_millis: i64,
    fetched: i64,
    /// Sent, and of these fetched.
    programs: BTreeMap<String, (u64, u64)>,
}

fn count<L: Letter>(view: &mut View<'_>, period: Option<Period>, sums: &mut Sums) -> Stored<()> {
    let began = period.map(|period| period.began(view.now));
    let oldest = Listing {
        // Behind every id of the moment before.
        after: began.map(|began| (began.as_millis() - 1, "\u{10ffff}")),
        ascending: true,
        ..Listing::default()
    };
    look_through(view, &oldest, usize::MAX, |letter: &L| {
        let message = letter.message();
        sums.total += 1;
        *sums.statuses.entry(message.status.as_str()).or_default() += 1;
        let program = sums.programs.entry(message.source.to_string()).or_default();
        program.0 += 1;
        if let Some(at) = message.delivered_at {
            program.1 += 1;
            sums.fetched += 1;
            sums.latency_millis += at.as_millis() - message.created_at.as_millis();
        }
        false
    })?;
    Ok(())
}

const EVER: &str = "all";

/// `None`: all there is.
pub(super) struct Asked(Option<Period>);

impl FromFields for Asked {
    fn read(fields: &mut Fields<'_>) -> Self {
        let [today, week, month] = Period::WORDS;
        let some = |(word, period)| (word, Some(period));
        let words = [some(today), some(week), some(month), (EVER, None)];
        Self(fields.word("period", &words).flatten())
    }
}
