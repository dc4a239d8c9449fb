//! What completed tasks cost, over the server's days in UTC (contract section 8).

use std::collections::BTreeMap;

use cachebash_core::domain::Timestamp;
use serde_json::{Value, json};

use super::{Entry, Outcome, Tool, look};
use crate::caller::Caller;
use crate::records::{DAY, Spend, day_of};
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Record, Stored, View};
use crate::wire_values::number;

const PROGRAM: usize = 100;
/// How many days of programs are read at a time.
const CHUNK: u32 = 1_000;

const SUMMARY: Tool = Tool::new(
    "metrics",
    "get_cost_summary",
    "metrics.read",
    "Sum tokens and dollars of completed tasks over a period, by program or by type",
);

pub(super) fn tools() -> [Entry; 1] {
    [look(SUMMARY, summary)]
}

#[derive(Clone, Copy)]
enum Period {
    Today,
    Week,
    Month,
    All,
}

impl Period {
    const WORDS: [(&'static str, Period); 4] = [
        ("today", Period::Today),
        ("this_week", Period::Week),
        ("this_month", Period::Month),
        ("all", Period::All),
    ];

    fn as_str(self) -> &'static str {
        match self {
            Period::Today => "today",
            Period::Week => "this_week",
            Period::Month => "this_month",
            Period::All => "all",
        }
    }

    /// Its first moment. Weeks begin on Monday.
    fn begins(self, now: Timestamp) -> Timestamp {
        let today = day_of(now);
        let days_ago = |days: i64| Timestamp::from_millis(today.as_millis().saturating_sub(days.saturating_mul(DAY)));
        // 1 January 1970 was a Thursday.
        let weekday = (today.as_millis().div_euclid(DAY) + 3).rem_euclid(7);
        match self {
            Period::Today => today,
            Period::Week => days_ago(weekday),
            Period::Month => match jiff::Timestamp::from_millisecond(today.as_millis()) {
                Ok(moment) => days_ago(i64::from(moment.to_zoned(jiff::tz::TimeZone::UTC).day()) - 1),
                Err(_) => today,
            },
            Period::All => Timestamp::from_millis(i64::MIN),
        }
    }
}

#[derive(Clone, Copy)]
enum Grouping {
    Program,
    Type,
    None,
}

impl Grouping {
    const WORDS: [(&'static str, Grouping); 3] = [
        ("program", Grouping::Program),
        ("type", Grouping::Type),
        ("none", Grouping::None),
    ];

    fn as_str(self) -> &'static str {
        match self {
            Grouping::Program => "program",
            Grouping::Type => "type",
            Grouping::None => "none",
        }
    }

    fn key(self, spend: &Spend) -> Option<String> {
        match self {
            Grouping::Program => Some(spend.program.to_string()),
            Grouping::Type => Some(spend.kind.as_str().to_owned()),
            Grouping::None => None,
        }
    }
}

/// A sum of what was spent.
#[derive(Clone, Copy, Default)]
struct Sum {
    nano_usd: u64,
    tasks: u64,
    tokens_in: u64,
    tokens_out: u64,
}

impl Sum {
    fn add(&mut self, spend: &Spend) {
        self.nano_usd = self.nano_usd.saturating_add(spend.nano_usd);
        self.tasks = self.tasks.saturating_add(spend.tasks);
        self.tokens_in = self.tokens_in.saturating_add(spend.tokens_in);
        self.tokens_out = self.tokens_out.saturating_add(spend.tokens_out);
    }

    fn usd(&self) -> Value {
        number(self.nano_usd as f64 / 1e9)
    }
}

fn summary(view: &mut View<'_>, _: &Caller, asked: Asked) -> Outcome {
    let mut total = Sum::default();
    let mut groups: BTreeMap<String, Sum> = BTreeMap::new();
    let since = asked.period.begins(view.now);
    each_since(view, since, asked.program.as_deref(), |spend| {
        total.add(spend);
        if let Some(key) = asked.grouping.key(spend) {
            groups.entry(key).or_default().add(spend);
        }
    })?;
    let mut groups: Vec<(String, Sum)> = groups.into_iter().collect();
    // The dearest first; of equals the busier one, and then by name.
    groups.sort_by_key(|(_, sum)| std::cmp::Reverse((sum.nano_usd, sum.tokens_in, sum.tokens_out, sum.tasks)));
    let breakdown: Vec<Value> = groups
        .into_iter()
        .map(|(key, sum)| {
            json!({
                "key": key,
                "tokens_in": sum.tokens_in,
                "tokens_out": sum.tokens_out,
                "cost_usd": sum.usd(),
                "task_count": sum.tasks,
            })
        })
        .collect();
    Ok(json!({
        "success": true,
        "total_tokens_in": total.tokens_in,
        "total_tokens_out": total.tokens_out,
        "total_cost_usd": total.usd(),
        "task_count": total.tasks,
        "period": asked.period.as_str(),
        "groupBy": asked.grouping.as_str(),
        "programFilter": asked.program,
        "breakdown": breakdown,
    }))
}

/// Tells every sum since a day, the last day first.
fn each_since(
    view: &mut View<'_>,
    since: Timestamp,
    program: Option<&str>,
    mut tell: impl FnMut(&Spend),
) -> Stored<()> {
    let mut place: Option<(i64, String)> = None;
    loop {
        let found: Vec<Spend> = view.list(&Listing {
            owner: program,
            after: place.as_ref().map(|(rank, id)| (*rank, id.as_str())),
            limit: CHUNK,
            ..Listing::default()
        })?;
        for spend in found.iter().filter(|spend| spend.day >= since) {
            tell(spend);
        }
        match found.last() {
            Some(last) if last.day >= since && found.len() == CHUNK as usize => {
                place = Some((last.rank(), last.id().into_owned()));
            }
            _ => return Ok(()),
        }
    }
}

struct Asked {
    period: Period,
    grouping: Grouping,
    program: Option<String>,
}

impl FromFields for Asked {
    fn read(fields: &mut Fields<'_>) -> Self {
        Asked {
            period: fields.word("period", &Period::WORDS).unwrap_or(Period::Month),
            grouping: fields.word("groupBy", &Grouping::WORDS).unwrap_or(Grouping::None),
            program: fields.id("programFilter", PROGRAM),
        }
    }
}
