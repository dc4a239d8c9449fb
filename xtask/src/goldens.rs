//! `cargo xtask goldens --update`: the pictures and terminal snapshots that tests compare with, taken anew.

use anyhow::bail;
use clap::Args;

use crate::bindings::Bindings;
use crate::shell::{cargo, run, say};
use crate::{test, toolchains};

#[derive(Args)]
pub(crate) struct Goldens {
    /// Overwrite the golden files with what the tests draw now.
    #[arg(long)]
    update: bool,
}

impl Goldens {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        if !self.update {
            bail!("nothing to do: comparing is part of `cargo xtask test`; to overwrite the golden files add --update");
        }
        toolchains::kotlin()?;
        say("building the program that the pictures are filled from");
        run(&mut cargo(["build", "--quiet", "--package", "cachebash"]))?;
        Bindings::default().run()?;
        say("drawing the Compose pictures");
        let mut maven = test::kotlin::maven("verify");
        maven.args(["--projects", "ui", "--also-make", "-Dgoldens.update=true"]);
        run(&mut maven)?;
        say("drawing the terminal");
        let mut terminal = cargo(["test", "--quiet", "--package", "cachebash"]);
        run(terminal.env("INSTA_UPDATE", "always"))?;
        say("done; look at every changed picture before you commit it");
        Ok(())
    }
}
