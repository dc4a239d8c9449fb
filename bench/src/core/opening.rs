//! From a closed app to the first fifty rows in memory, with fifty sessions and with a hundred thousand.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::ensure;
use cachebash_core::companion::{Clock as _, Companion, ProgramQuery};
use serde_json::{Value, json};

use super::phone::{Fleet, PROGRAMS, Phone};
use super::standin::Standin;
use super::{Line, ROUNDS};
use crate::verdict::{Budget, Verdicts, median};

const FEW: usize = PROGRAMS;
const MANY: usize = 100_000;

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    println!("\nOpening: the first {PROGRAMS} rows in memory, {ROUNDS} alternating runs:");
    let folder = tempfile::tempdir_in(&line.data)?;
    let place = |name: &str| folder.path().join(name);
    let fleet = Fleet::start()?;
    let few = Phone::that_knows(&fleet, FEW, &place("few"))?;
    let many = Phone::that_knows(&fleet, MANY, &place("many"))?;
    let listed = fleet.listed()?;
    let few_file = kept_by_standin(&listed, FEW, place("few.json"))?;
    let many_file = kept_by_standin(&listed, MANY, place("many.json"))?;
    let mut standin = Standin::start(&line.standin)?;

    let mut runs = Runs::default();
    for round in 0..=ROUNDS {
        // The stand-in's large file first: it leaves the machine's caches cold, which the next two warm for themselves.
        let many_standin = standin.open(&many_file)? / 1e3;
        standin.open(&few_file)?;
        let few_standin = standin.open(&few_file)? / 1e3;
        painted(&few)?;
        let (few_painted, many_painted) = (painted(&few)?, painted(&many)?);
        opened(&few)?;
        let (few_opened, many_opened) = (opened(&few)?, opened(&many)?);
        // The first round warms both processes.
        if round > 0 {
            runs.0.push([
                few_painted,
                many_painted,
                few_opened,
                many_opened,
                few_standin,
                many_standin,
            ]);
        }
    }
    println!(
        "  µs: first window {:.0} of {FEW}, {:.0} of {MANY}; database {:.0}, {:.0}; stand-in {:.0}, {:.0}",
        runs.median(0),
        runs.median(1),
        runs.median(2),
        runs.median(3),
        runs.median(4),
        runs.median(5),
    );
    // What is kept or broken is when the rows are there; the database comes behind them.
    println!(
        "  the database alone, against the stand-in: {:.1} at {FEW}, {:.4} at {MANY}",
        median(runs.ratios(2, 4)),
        median(runs.ratios(3, 5)),
    );
    let figures: [(&'static str, usize, usize, f64); 4] = [
        ("first 50 rows of 100,000 sessions, against of 50", 1, 0, 1.3),
        ("first 50 rows of 100,000 sessions, against the stand-in", 1, 5, 0.01),
        ("first 50 rows of 50 sessions, against the stand-in", 0, 4, 0.6),
        (
            "the database behind them: open and 50 rows at 100,000, against at 50",
            3,
            2,
            1.3,
        ),
    ];
    for (what, ours, theirs, most) in figures {
        verdicts.add_rounds(what, runs.ratios(ours, theirs), Budget::AtMost(most), "×");
    }
    roll_up(&few, &many, verdicts)
}

/// Microseconds of each run, side by side.
#[derive(Default)]
struct Runs(Vec<[f64; 6]>);

impl Runs {
    fn median(&self, column: usize) -> f64 {
        median(self.0.iter().map(|run| run[column]).collect())
    }

    fn ratios(&self, ours: usize, theirs: usize) -> Vec<f64> {
        self.0.iter().map(|run| run[ours] / run[theirs]).collect()
    }
}

/// The rows that a start shows before anything is open.
fn painted(phone: &Phone) -> anyhow::Result<f64> {
    let began = Instant::now();
    let overview = Companion::last_overview(&phone.folder, phone.clock.now());
    let took = micros(began);
    ensure!(
        overview.is_some_and(|overview| overview.rows.len() == PROGRAMS),
        "no first window"
    );
    Ok(took)
}

/// The same rows from the database, with everything else that an open companion holds.
fn opened(phone: &Phone) -> anyhow::Result<f64> {
    let began = Instant::now();
    let companion = phone.open()?;
    let overview = companion.overview(&ProgramQuery::default())?;
    let took = micros(began);
    ensure!(overview.rows.len() == PROGRAMS, "not all rows");
    phone.wait(companion.suspend())?;
    Ok(took)
}

fn roll_up(few: &Phone, many: &Phone, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    let (few, many) = (few.open()?, many.open()?);
    let ask = |companion: &Companion| -> anyhow::Result<f64> {
        let began = Instant::now();
        companion.overview(&ProgramQuery::default())?;
        Ok(micros(began))
    };
    let mut ratios = Vec::new();
    for round in 0..=ROUNDS {
        let (few, many) = (ask(&few)?, ask(&many)?);
        if round > 0 {
            ratios.push(many / few);
        }
    }
    verdicts.add_rounds(
        "roll-up of all programs at 100,000 sessions, against at 50",
        ratios,
        Budget::AtMost(2.0),
        "×",
    );
    Ok(())
}

fn micros(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e6
}

/// What the stand-in would have written of so many sessions.
fn kept_by_standin(listed: &Value, sessions: usize, file: PathBuf) -> anyhow::Result<PathBuf> {
    let rows = listed["data"]["sessions"].as_array().map_or(&[][..], Vec::as_slice);
    ensure!(rows.len() == PROGRAMS, "the list is not whole");
    let all: Vec<Value> = (0..sessions)
        .map(|number| {
            let mut row = rows[number % PROGRAMS].clone();
            if number >= PROGRAMS {
                row["id"] = format!("agent.done-{number}").into();
            }
            row
        })
        .collect();
    let kept = json!({ "timestamp": 0, "sessions": { "success": true, "data": { "sessions": all } } });
    write(&file, &kept)?;
    Ok(file)
}

fn write(file: &Path, value: &Value) -> anyhow::Result<()> {
    Ok(std::fs::write(file, value.to_string())?)
}
