//! `cargo xtask test`: every test there is.
//!
//! A language whose tools are missing is a failure that says what to do, never a silent pass: leaving it out has to be
//! asked for. One language's failure does not keep the others from running.

pub(crate) mod kotlin;
mod mcp;
mod rust;
mod swift;

use std::time::{Duration, Instant};

use anyhow::bail;
use clap::{Args, ValueEnum};

use crate::bindings::Bindings;
use crate::shell::{cargo, run, say};
use crate::toolchains;

#[derive(Args)]
pub(crate) struct Test {
    /// Leave a language out.
    #[arg(long, value_enum)]
    skip: Vec<Language>,
    /// Run this language only.
    #[arg(long, value_enum, conflicts_with = "skip")]
    only: Vec<Language>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    Rust,
    Kotlin,
    Swift,
    /// The official SDKs for MCP, in TypeScript and Python.
    Mcp,
}

/// How many tests ran, and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

/// What came of one language's tests; `trouble` says what is wrong, if anything is.
struct Tried {
    count: Count,
    trouble: Option<String>,
}

/// How one language went.
enum Ended {
    LeftOut,
    Ran { tried: Tried, took: Duration },
}

impl Test {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let wanted = |language| {
            if self.only.is_empty() {
                !self.skip.contains(&language)
            } else {
                self.only.contains(&language)
            }
        };
        if wanted(Language::Kotlin) {
            toolchains::kotlin()?;
        }
        if wanted(Language::Swift) {
            toolchains::swift()?;
        }
        if wanted(Language::Mcp) {
            toolchains::mcp()?;
        }
        let apps = wanted(Language::Kotlin) || wanted(Language::Swift);
        if apps || wanted(Language::Mcp) {
            say("building the program, and the library that the Kotlin and Swift tests load");
            let began = Instant::now();
            run(&mut cargo(["build", "--package", "cachebash"]))?;
            if apps {
                Bindings::default().run()?;
            }
            say(&format!("built in {} s", began.elapsed().as_secs()));
        }
        let results = [Language::Rust, Language::Kotlin, Language::Swift, Language::Mcp].map(|language| {
            let ended = if wanted(language) {
                measure(language)
            } else {
                Ended::LeftOut
            };
            (language, ended)
        });
        sum_up(&results)
    }
}

impl Language {
    /// What its tests are, as a person would say it.
    fn tests(self) -> &'static str {
        match self {
            Self::Rust => "cargo test --workspace",
            Self::Kotlin => "mvn verify in android/ (the first time it fetches about 1 GB)",
            Self::Swift => "swift test, swift-format and the views' type check in ios/",
            Self::Mcp => "the official SDKs for MCP against the program (the first time it fetches about 60 MB)",
        }
    }

    fn run(self) -> anyhow::Result<Tried> {
        match self {
            Self::Rust => rust::run(),
            Self::Kotlin => kotlin::run(),
            Self::Swift => swift::run(),
            Self::Mcp => mcp::run(),
        }
    }
}

fn measure(language: Language) -> Ended {
    say(&format!("{language:?}: {}", language.tests()));
    let began = Instant::now();
    let mut tried = language.run().unwrap_or_else(|error| Tried {
        count: Count::default(),
        trouble: Some(format!("{error:#}")),
    });
    if tried.trouble.is_none() && tried.count.passed == 0 {
        tried.trouble = Some("no test ran".to_owned());
    }
    Ended::Ran {
        tried,
        took: began.elapsed(),
    }
}

fn sum_up(results: &[(Language, Ended)]) -> anyhow::Result<()> {
    println!("\ntests");
    let (mut passed, mut failing) = (0, Vec::new());
    for (language, ended) in results {
        let name = format!("{language:?}");
        match ended {
            Ended::LeftOut => println!("  {name:<7} left out, as asked"),
            Ended::Ran {
                tried: Tried { count, trouble },
                took,
            } => {
                let word = if trouble.is_some() { "FAILED" } else { "passed" };
                let Count {
                    passed: good,
                    failed,
                    skipped,
                } = count;
                println!(
                    "  {name:<7} {word}  {good:>4} passed, {failed} failed, {skipped} skipped  {:>4} s",
                    took.as_secs()
                );
                passed += good;
                if let Some(trouble) = trouble {
                    println!("          {trouble}");
                    failing.push(name);
                }
            }
        }
    }
    println!("  {passed} tests passed in all");
    if !failing.is_empty() {
        bail!("{} failed", failing.join(", "));
    }
    Ok(())
}
