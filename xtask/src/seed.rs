//! `cargo xtask seed DIR`: what was on the hosted server before the first recorded request, as far as its replies show it.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;

use crate::shell::{cargo, run, say};

#[derive(Args)]
pub(crate) struct Seed {
    /// The folder of recorded exchanges, one JSON file each.
    dir: PathBuf,
}

impl Seed {
    /// The derivation stands beside the replay that uses it; the test that compares the seed also writes it.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        ensure!(self.dir.is_dir(), "{} is no folder", self.dir.display());
        let test = "the_seed_is_what_the_replies_show";
        let line = [
            "test",
            "--quiet",
            "--package",
            "cachebash-server",
            "--test",
            "conformance",
            test,
        ];
        run(cargo(line).env("CACHEBASH_SEED_FROM", std::path::absolute(&self.dir)?))?;
        say("written: tests/fixtures/seed.json");
        Ok(())
    }
}
