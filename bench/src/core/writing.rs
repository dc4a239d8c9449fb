//! Bytes that an hour of watching writes: a poll every 5 s for ten minutes, then every 30 s, as the phone is first looked at
//! and then left lying. The stand-in polls the same server at the same times.

use anyhow::ensure;
use cachebash_core::companion::ProgramQuery;
use cachebash_core::domain::{Span, Timestamp};

use super::Line;
use super::file_bytes::FileBytes;
use super::phone::{Fleet, NOON, PROGRAMS, Phone};
use super::standin::Standin;
use crate::verdict::{Budget, Verdicts};

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    println!("\nBytes written to files in a simulated hour:");
    let hours: [(&'static str, usize, f64); 3] = [
        (
            "3 of 50 rows changing at each poll, against the stand-in's bytes",
            3,
            0.25,
        ),
        (
            "all 50 rows changing at each poll, against the stand-in's bytes",
            PROGRAMS,
            0.5,
        ),
        ("bytes written while nothing changes", 0, 0.0),
    ];
    for (what, changing, most) in hours {
        let (ours, theirs) = hour(line, changing)?;
        println!("  {changing} changing: {ours} bytes, the stand-in {theirs}");
        let figure = if changing == 0 {
            ours as f64
        } else {
            ours as f64 / theirs as f64
        };
        verdicts.add(what, figure, Budget::AtMost(most), if changing == 0 { "" } else { "×" });
    }
    Ok(())
}

fn hour(line: &Line, changing: usize) -> anyhow::Result<(u64, u64)> {
    let folder = tempfile::tempdir_in(&line.data)?;
    let fleet = Fleet::start()?;
    let phone = Phone::that_knows(&fleet, PROGRAMS, &folder.path().join("phone"))?;
    let mut standin = Standin::start(&line.standin)?;
    let file = folder.path().join("standin.json");
    let (companion, mut bytes) = FileBytes::of(|| phone.open())?;
    let (mut theirs, url, key) = (0, fleet.url.clone(), &fleet.running.key);
    // A day later the server has nothing left to say of agents that do not move, and each list has had its turn.
    let begin = NOON.plus(Span::from_mins(26 * 60));
    for poll in (0..90).rev() {
        at(&fleet, &phone, begin.minus(Span::from_secs(30 * poll)));
        phone.wait(companion.refresh(None))?;
        companion.overview(&ProgramQuery::default())?;
    }
    let before = bytes.so_far()?;
    for now in polls(begin) {
        at(&fleet, &phone, now);
        fleet.report(changing)?;
        let report = phone.wait(companion.refresh(None))?;
        let overview = companion.overview(&ProgramQuery::default())?;
        ensure!(overview.as_of == Some(now), "a refresh failed");
        ensure!(changing == 0 || report.rows_changed > 0, "nothing changed");
        bytes.so_far()?;
        theirs += standin.poll(&url, key, &file)?;
    }
    if changing > 0 {
        // What is still in the logs goes into the files: that is written too.
        phone.wait(companion.suspend())?;
    }
    Ok((bytes.so_far()? - before, theirs))
}

fn at(fleet: &Fleet, phone: &Phone, now: Timestamp) {
    fleet.at(now);
    phone.at(now);
}

fn polls(from: Timestamp) -> impl Iterator<Item = Timestamp> {
    let quick = (1..=120).map(|poll| Span::from_secs(5 * poll));
    let slow = (1..=100).map(|poll| Span::from_secs(600 + 30 * poll));
    quick.chain(slow).map(move |span| from.plus(span))
}
