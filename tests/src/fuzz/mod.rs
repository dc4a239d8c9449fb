//! Hostile input for everything that reads what others wrote: both envelopes and the wire types behind them, pairing
//! links, the lines of a recording and recordings as a whole. Inputs are mutations of a corpus of real ones; a panic, on
//! whatever thread, is a finding.

mod corpus;
mod mutating;
mod targets;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, panic};

pub use targets::Target;

use crate::dice::Dice;
use corpus::Corpus;

/// What came of a run.
#[derive(Debug)]
pub enum Ended {
    /// So many inputs of each target were read without a panic.
    Well(Vec<(Target, u64)>),
    /// An input made something panic.
    Found {
        /// What read it.
        target: Target,
        /// What the panic said, and where.
        panic: String,
        /// Where the input is kept.
        input: PathBuf,
    },
}

/// Reads mutated inputs for so long. The n-th input follows from the seed alone.
///
/// # Errors
/// When the corpus cannot be read, or what was found cannot be kept.
pub fn run(seed: u64, lasts: Duration, kept_in: &Path) -> std::io::Result<Ended> {
    let panics = Panics::watched();
    let corpus = Corpus::checked_in()?;
    let until = Instant::now() + lasts;
    let mut counts: Vec<(Target, u64)> = Target::ALL.iter().map(|target| (*target, 0)).collect();
    for nth in 0.. {
        if Instant::now() >= until {
            break;
        }
        let mut dice = Dice::about(seed, "fuzz", nth);
        let target = targets::drawn(&mut dice);
        let (case, input) = corpus.input(target, &mut dice);
        if let Some(panic) = panics.of(|| target.read(&corpus, case, &input)) {
            fs::create_dir_all(kept_in)?;
            let file = kept_in.join(format!("{}-{case}-{seed}-{nth}", target.name()));
            fs::write(&file, &input)?;
            return Ok(Ended::Found {
                target,
                panic,
                input: file,
            });
        }
        if let Some((_, count)) = counts.iter_mut().find(|(counted, _)| *counted == target) {
            *count += 1;
        }
    }
    Ok(Ended::Well(counts))
}

/// Reads one kept input again; its name says what reads it. What it panics with, if it does.
///
/// # Errors
/// When there is no such file, or its name is none of [`run`]'s.
pub fn again(file: &Path) -> std::io::Result<Option<String>> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut parts = name.split('-');
    let target = parts.next().and_then(Target::of_name);
    let case = parts.next().and_then(|part| part.parse().ok());
    let (target, case) = target
        .zip(case)
        .ok_or_else(|| std::io::Error::other("the file's name is not one of a kept input"))?;
    let input = fs::read(file)?;
    let corpus = Corpus::checked_in()?;
    Ok(Panics::watched().of(|| target.read(&corpus, case, &input)))
}

/// What panicked in this process, on any thread.
struct Panics(Arc<Mutex<Option<String>>>);

impl Panics {
    fn watched() -> Self {
        let seen = Arc::<Mutex<Option<String>>>::default();
        let noted = Arc::clone(&seen);
        panic::set_hook(Box::new(move |panic| {
            noted.lock().unwrap().get_or_insert_with(|| panic.to_string());
        }));
        Self(seen)
    }

    fn of(&self, read: impl FnOnce()) -> Option<String> {
        // What was read is thrown away whole, so nothing half-changed is looked at afterwards.
        let _ = panic::catch_unwind(panic::AssertUnwindSafe(read));
        self.0.lock().unwrap().take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_on_another_thread_is_found_too() {
        let panics = Panics::watched();
        assert_eq!(panics.of(|| {}), None);
        let found = panics.of(|| {
            let _ = std::thread::spawn(|| panic!("over there")).join();
        });
        assert!(found.is_some_and(|text| text.contains("over there")));
        assert!(panics.of(|| panic!("here")).is_some_and(|text| text.contains("here")));
    }

    #[test]
    fn the_same_seed_makes_the_same_inputs_and_they_differ_from_the_corpus() {
        let corpus = Corpus::checked_in().unwrap();
        let inputs = || -> Vec<Vec<u8>> {
            let of = |nth| {
                let mut dice = Dice::about(9, "fuzz", nth);
                let target = targets::drawn(&mut dice);
                corpus.input(target, &mut dice).1
            };
            (0..200).map(of).collect()
        };
        let first = inputs();
        assert_eq!(first, inputs());
        let unchanged = first.iter().filter(|input| corpus.has(input)).count();
        assert!(unchanged < 20, "{unchanged} of 200");
    }
}
