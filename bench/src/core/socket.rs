//! Bytes that a poll costs on the socket, both ways, on an open connection: of the core, and of the stand-in, which fetches
//! everything each time.

use anyhow::ensure;
use cachebash_core::companion::{ProgramQuery, WakeBudget};
use cachebash_core::domain::Span;
use cachebash_core::insight::ProgramRow;

use super::phone::{Fleet, NOON, PROGRAMS, Phone};
use super::standin::Standin;
use super::{Line, ROUNDS};
use crate::verdict::{Budget, Verdicts, median};

/// As much as a look by the clock may cost; what is not due is not asked.
const BUDGET: WakeBudget = WakeBudget {
    time: Span::from_secs(30),
    requests: 28,
};

/// What happens between two polls.
const KINDS: [(&str, usize, f64); 2] = [
    (
        "bytes on the socket of an idle poll, against the stand-in's exchange",
        0,
        0.015,
    ),
    (
        "bytes on the socket where 3 rows changed, against the stand-in's exchange",
        3,
        0.06,
    ),
];

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    println!("\nBytes on the socket, TLS excluded, {ROUNDS} alternating polls:");
    let folder = tempfile::tempdir_in(&line.data)?;
    let (fleet, counter) = Fleet::counted(folder.path())?;
    let phone = Phone::that_knows(&fleet, PROGRAMS, &folder.path().join("phone"))?;
    let mut standin = Standin::start_trusting(&line.standin, &folder.path().join("cert.pem"))?;
    let (companion, file) = (phone.open()?, folder.path().join("standin.json"));
    let mut now = NOON;
    for (what, changing, most) in KINDS {
        let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        // The first ones open the connections and read what is read once an hour.
        for round in 0..ROUNDS + 12 {
            now = now.plus(Span::from_secs(15));
            fleet.at(now);
            phone.at(now);
            let step = fleet.report(changing)?;
            let before = counter.bytes();
            phone.wait(companion.wake(BUDGET))?;
            let core = counter.bytes() - before;
            let rows = companion.overview(&ProgramQuery::default())?.rows;
            let said = |row: &&ProgramRow| row.status.as_ref().is_some_and(|status| status.starts_with(&step));
            ensure!(
                rows.iter().filter(said).count() == changing,
                "what changed did not arrive"
            );
            let before = counter.bytes();
            standin.poll(&fleet.url, &fleet.running.key, &file)?;
            let all = counter.bytes() - before;
            if round >= 12 {
                ours.push(core as f64);
                theirs.push(all as f64);
                ratios.push(core as f64 / all as f64);
            }
        }
        println!(
            "  {changing} changing: {:.0} bytes, the stand-in {:.0}",
            median(ours),
            median(theirs)
        );
        verdicts.add_rounds(what, ratios, Budget::AtMost(most), "×");
    }
    Ok(())
}
