//! `cargo xtask deps`: the shape of the house, checked where a compiler does not look.
//!
//! Each check gives findings, one line each; none stops the others.

mod crates;
mod files;
mod licences;
mod modules;

use anyhow::bail;
use clap::Args;

use crate::shell::say;

#[derive(Args)]
pub(crate) struct Deps {}

impl Deps {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let metadata = crates::read_metadata()?;
        let checks = [
            ("crates depend one way", crates::directions(&metadata)),
            ("versions stand in one place", crates::versions(&metadata)?),
            ("modules depend one way", modules::directions()?),
            ("licences and sources are allowed", licences::check(&metadata)),
            ("modules say why they exist", files::headers()?),
            ("files hold one meaning", files::lengths()?),
        ];
        let mut findings = 0;
        for (name, found) in &checks {
            say(&format!("{name}: {}", if found.is_empty() { "yes" } else { "NO" }));
            for line in found {
                println!("  {line}");
            }
            findings += found.len();
        }
        if findings > 0 {
            bail!("{findings} findings");
        }
        Ok(())
    }
}
