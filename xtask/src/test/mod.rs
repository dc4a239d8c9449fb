//! `cargo xtask test`: every test there is.
//!
//! A part whose tools are missing is a failure that says what to do, never a silent pass: leaving it out has to be
//! asked for. One part's failure does not keep the others from running.

pub(crate) mod kotlin;
mod mcp;
mod openapi;
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
    /// Leave a part out.
    #[arg(long, value_enum)]
    skip: Vec<Part>,
    /// Run this part only.
    #[arg(long, value_enum, conflicts_with = "skip")]
    only: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Rust,
    Postgres,
    Kotlin,
    Swift,
    /// The official SDKs for MCP, in TypeScript and Python.
    Mcp,
    /// The server against its own OpenAPI document.
    Openapi,
}

/// How many tests ran, and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Count {
    fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

/// What came of one part's tests; `trouble` says what is wrong, if anything is.
struct Tried {
    count: Count,
    trouble: Option<String>,
}

/// How one part went.
enum Ended {
    LeftOut,
    Ran { tried: Tried, took: Duration },
}

impl Test {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let wanted = |part| {
            if self.only.is_empty() {
                !self.skip.contains(&part)
            } else {
                self.only.contains(&part)
            }
        };
        if wanted(Part::Postgres) {
            toolchains::postgres()?;
        }
        if wanted(Part::Kotlin) {
            toolchains::kotlin()?;
        }
        if wanted(Part::Swift) {
            toolchains::swift()?;
        }
        if wanted(Part::Mcp) || wanted(Part::Openapi) {
            toolchains::mcp()?;
        }
        let apps = wanted(Part::Kotlin) || wanted(Part::Swift);
        if apps || wanted(Part::Mcp) || wanted(Part::Openapi) {
            say("building the program, and the library that the Kotlin and Swift tests load");
            let began = Instant::now();
            run(&mut cargo(["build", "--package", "cachebash"]))?;
            if apps {
                Bindings::default().run()?;
            }
            say(&format!("built in {} s", began.elapsed().as_secs()));
        }
        let parts = [
            Part::Rust,
            Part::Postgres,
            Part::Kotlin,
            Part::Swift,
            Part::Mcp,
            Part::Openapi,
        ];
        let results = parts.map(|part| {
            let ended = if wanted(part) { measure(part) } else { Ended::LeftOut };
            (part, ended)
        });
        sum_up(&results)
    }
}

impl Part {
    /// What its tests are, as a person would say it.
    fn tests(self) -> &'static str {
        match self {
            Self::Rust => "cargo test --workspace",
            Self::Postgres => "the server's tests once more, over PostgreSQL",
            Self::Kotlin => "mvn verify in android/ (the first time it fetches about 1 GB)",
            Self::Swift => "swift test, swift-format and the views' type check in ios/",
            Self::Openapi => "schemathesis tries every operation of /v1/openapi.json",
            Self::Mcp => "the official SDKs for MCP against the program (the first time it fetches about 60 MB)",
        }
    }

    fn run(self) -> anyhow::Result<Tried> {
        match self {
            Self::Rust => rust::run(),
            Self::Postgres => rust::run_over_postgres(),
            Self::Kotlin => kotlin::run(),
            Self::Swift => swift::run(),
            Self::Mcp => mcp::run(),
            Self::Openapi => openapi::run(),
        }
    }
}

fn measure(part: Part) -> Ended {
    say(&format!("{part:?}: {}", part.tests()));
    let began = Instant::now();
    let mut tried = part.run().unwrap_or_else(|error| Tried {
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

fn sum_up(results: &[(Part, Ended)]) -> anyhow::Result<()> {
    println!("\ntests");
    let (mut passed, mut failing) = (0, Vec::new());
    for (part, ended) in results {
        let name = format!("{part:?}");
        match ended {
            Ended::LeftOut => println!("  {name:<8} left out, as asked"),
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
                    "  {name:<8} {word}  {good:>4} passed, {failed} failed, {skipped} skipped  {:>4} s",
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
