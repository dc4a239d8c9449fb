//! What completed tasks cost, summed by day, program and type of task, so that the sum outlives the tasks and a summary
//! never reads more than its days.

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Completion, Task, TaskType};
use crate::store::{Record, Stored, Tx};
use crate::wire_values::number;

/// The milliseconds of a day.
const DAY: i64 = 86_400_000;

/// What one program's tasks of one type cost on one day.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spend {
    /// Its first moment, in UTC.
    pub(crate) day: Timestamp,
    /// Who did the work.
    pub(crate) program: ProgramId,
    pub(crate) kind: TaskType,
    pub(crate) tasks: u64,
    pub(crate) tokens_in: u64,
    pub(crate) tokens_out: u64,
    /// Whole billionths of a dollar, since sums of fractions drift.
    pub(crate) nano_usd: u64,
}

impl Record for Spend {
    const KIND: &'static str = "spend";

    fn id(&self) -> Cow<'_, str> {
        id(self.day, &self.program, self.kind).into()
    }

    fn owner(&self) -> Option<&str> {
        Some(self.program.as_str())
    }

    fn rank(&self) -> i64 {
        self.day.as_millis()
    }
}

fn id(day: Timestamp, program: &ProgramId, kind: TaskType) -> String {
    format!("{}.{}.{program}", day.as_millis(), kind.as_str())
}

/// Billionths of a dollar as dollars.
pub(crate) fn dollars(nano_usd: u64) -> Value {
    number(nano_usd as f64 / 1e9)
}

/// The first moment of a moment's day.
fn day_of(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis().div_euclid(DAY).saturating_mul(DAY))
}

/// Adds what a task cost, in the transaction that completes it.
pub(crate) fn add_spend(tx: &mut Tx<'_>, task: &Task, completion: &Completion) -> Stored<()> {
    let day = day_of(completion.at);
    let stored: Option<Spend> = tx.get(&id(day, &completion.by, task.kind))?;
    let mut spend = stored.unwrap_or_else(|| Spend {
        day,
        program: completion.by.clone(),
        kind: task.kind,
        tasks: 0,
        tokens_in: 0,
        tokens_out: 0,
        nano_usd: 0,
    });
    spend.tasks = spend.tasks.saturating_add(1);
    spend.tokens_in = spend.tokens_in.saturating_add(completion.tokens_in.into());
    spend.tokens_out = spend.tokens_out.saturating_add(completion.tokens_out.into());
    // Never negative and never huge: it was validated.
    let nano_usd = (completion.cost_usd * 1e9).round() as u64;
    spend.nano_usd = spend.nano_usd.saturating_add(nano_usd);
    tx.put(&spend)
}
