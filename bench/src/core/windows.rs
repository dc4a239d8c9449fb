//! A window of fifty sessions as an app gets it: asked of the exported object, turned into the bytes that cross to Kotlin or
//! Swift. Crossing itself costs the same whatever is known.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{anyhow, ensure};
use cachebash_ffi::{AppError, Companion, OpenOptions, SecretStore, SessionQuery, SessionWindow, UniFfiTag};

use super::phone::{Fleet, PROGRAMS, Phone};
use super::{Line, ROUNDS};
use crate::verdict::{Budget, Verdicts, median};

const MANY: usize = 10_000;
const WINDOW: usize = 50;

/// Nothing here asks for a key.
struct NoKeys;

impl SecretStore for NoKeys {
    fn put(&self, _account: String, _key: String) -> Result<(), AppError> {
        Ok(())
    }

    fn get(&self, _account: String) -> Result<Option<String>, AppError> {
        Ok(None)
    }

    fn remove(&self, _account: String) -> Result<(), AppError> {
        Ok(())
    }
}

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    println!("\nA window of {WINDOW} through the foreign interface, {ROUNDS} alternating runs:");
    let folder = tempfile::tempdir_in(&line.data)?;
    let fleet = Fleet::start()?;
    let open = |name: &str, sessions: usize| {
        let phone = Phone::that_knows(&fleet, sessions, &folder.path().join(name))?;
        let options = OpenOptions {
            data_dir: phone.folder.to_string_lossy().into_owned(),
            zone: Some("UTC".to_owned()),
            sync_period: 15_000,
            allow_plain_http: false,
            authorities: None,
        };
        Companion::open(options, Arc::new(NoKeys), None, None).map_err(|error| anyhow!("opening: {error:?}"))
    };
    let (few, many) = (open("few", PROGRAMS)?, open("many", MANY)?);
    let (mut ratios, mut fews, mut manys) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (few, many) = (ask(&few)?, ask(&many)?);
        if round > 0 {
            fews.push(few);
            manys.push(many);
            ratios.push(many / few);
        }
    }
    println!(
        "  µs: {:.0} at {PROGRAMS}, {:.0} at {MANY}",
        median(fews),
        median(manys)
    );
    verdicts.add_rounds(
        "a window of 50 through FFI at 10,000 sessions, against at 50",
        ratios,
        Budget::AtMost(1.2),
        "×",
    );
    Ok(())
}

/// Microseconds.
fn ask(companion: &Companion) -> anyhow::Result<f64> {
    let query = SessionQuery {
        account: None,
        program: None,
        include_ended: true,
        offset: 0,
        limit: 0,
    };
    let began = Instant::now();
    let window = companion
        .sessions(query)
        .map_err(|error| anyhow!("a window: {error:?}"))?;
    let rows = window.rows.len();
    let bytes = <SessionWindow as uniffi::Lower<UniFfiTag>>::lower_into_rust_buffer(window).destroy_into_vec();
    let took = began.elapsed().as_secs_f64() * 1e6;
    ensure!(rows == WINDOW && !bytes.is_empty(), "not a whole window");
    Ok(took)
}
