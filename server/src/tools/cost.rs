//! What completed tasks cost, over the server's days in UTC (contract section 8).

use std::collections::BTreeMap;

use cachebash_core::domain::Timestamp;
use serde_json::{Value, json};

use super::{Entry, Outcome, Tool, look};
use crate::caller::Caller;
use crate::records::{Spend, dollars};
use crate::rules::period::Period;
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Record, Stored, View};

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

/// The periods that are summed; the last is all there was.
const PERIODS: [(&str, Option<Period>); 4] = {
    let [today, week, month] = Period::WORDS;
    [
        (today.0, Some(today.1)),
        (week.0, Some(week.1)),
        (month.0, Some(month.1)),
        (ALL_TIME, None),
    ]
};
const ALL_TIME: &str = "all";

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
        dollars(self.nano_usd)
    }
}

fn summary(view: &mut View<'_>, _: &Caller, asked: Asked) -> Outcome {
    let mut total = Sum::default();
    let mut groups: BTreeMap<String, Sum> = BTreeMap::new();
    let since = match asked.period {
        Some(period) => period.began(view.now),
        None => Timestamp::from_millis(i64::MIN),
    };
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
        "period": asked.period.map_or(ALL_TIME, Period::as_str),
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
    period: Option<Period>,
    grouping: Grouping,
    program: Option<String>,
}

impl FromFields for Asked {
    fn read(fields: &mut Fields<'_>) -> Self {
        Asked {
            period: fields.word("period", &PERIODS).unwrap_or(Some(Period::ThisMonth)),
            grouping: fields.word("groupBy", &Grouping::WORDS).unwrap_or(Grouping::None),
            program: fields.id("programFilter", PROGRAM),
        }
    }
}
