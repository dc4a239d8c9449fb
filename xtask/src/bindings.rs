//! `cargo xtask bindings`: the built library, as Kotlin and Swift see it.
//!
//! The generated code is not committed (docs/adr/0040); the listing of what it exports is, so that a change to the API
//! is seen in review and by `--check`.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;

use crate::place;
use crate::shell::{cargo, program, read, run, say};

/// The checked-in listing.
const LISTING: &str = "bindings/api.txt";

#[derive(Args, Default)]
pub(crate) struct Bindings {
    /// Fail when bindings/api.txt is not what the library exports, instead of writing it.
    #[arg(long)]
    check: bool,
    /// Build with optimisations.
    #[arg(long)]
    release: bool,
}

impl Bindings {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        say("building the library and the generator");
        let mut build = cargo(["build", "--quiet", "--package", "cachebash-ffi"]);
        if self.release {
            build.arg("--release");
        }
        run(&mut build)?;
        run(&mut cargo(["build", "--quiet", "--package", "cachebash-bindgen"]))?;

        say("writing Kotlin and Swift");
        let root = place::root();
        let made = place::target().join("bindings");
        let (kotlin, swift, c) = (made.join("kotlin"), made.join("swift"), made.join("c"));
        for dir in [&kotlin, &swift, &c] {
            if dir.exists() {
                fs::remove_dir_all(dir).with_context(|| format!("emptying {}", dir.display()))?;
            }
            fs::create_dir_all(dir).with_context(|| format!("making {}", dir.display()))?;
        }
        let mut generator = program(place::built(false).join("cachebash-bindgen"), &root);
        generator
            .arg(place::built(self.release).join(place::library()))
            .arg(root.join("uniffi.toml"));
        generator.args([&kotlin, &swift, &c]);
        let listing = read(&mut generator)?;

        let package = root.join("ios/Sources");
        same_files(&swift, &package.join("CacheBash/Generated"))?;
        same_files(&c, &package.join("CacheBashFFI"))?;
        self.settle(&listing)
    }

    /// Writes the listing, or compares it.
    fn settle(&self, listing: &str) -> anyhow::Result<()> {
        let path = place::root().join(LISTING);
        let known = fs::read_to_string(&path).unwrap_or_default();
        if known == listing {
            say(&format!("{LISTING} is what the library exports"));
            return Ok(());
        }
        let changes = difference(&known, listing);
        if self.check {
            bail!(
                "the exported API is not the one in {LISTING}; if that is meant, run `cargo xtask bindings`\n{changes}"
            );
        }
        fs::write(&path, listing).with_context(|| format!("writing {LISTING}"))?;
        say(&format!("{LISTING} changed:\n{changes}"));
        Ok(())
    }
}

/// Makes `to` hold the files of `from`. A file that is the same already keeps its date, so that nobody builds it again.
fn same_files(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for entry in fs::read_dir(to)? {
        let old = entry?;
        if !from.join(old.file_name()).exists() {
            fs::remove_file(old.path()).with_context(|| format!("removing {}", old.path().display()))?;
        }
    }
    for entry in fs::read_dir(from)? {
        let new = entry?;
        let place = to.join(new.file_name());
        let text = fs::read(new.path())?;
        if fs::read(&place).ok().as_deref() != Some(&text) {
            fs::write(&place, text).with_context(|| format!("writing {}", place.display()))?;
        }
    }
    Ok(())
}

/// The lines that went and came, each under the title it belongs to.
fn difference(old: &str, new: &str) -> String {
    let entries = |text: &str| {
        let mut title = String::new();
        text.lines()
            .filter(|line| !line.is_empty())
            .map(|line| match line.strip_prefix("    ") {
                Some(member) => format!("{title}: {member}"),
                None => {
                    title = line.to_owned();
                    line.to_owned()
                }
            })
            .collect::<Vec<_>>()
    };
    let (old, new) = (entries(old), entries(new));
    let gone = old
        .iter()
        .filter(|line| !new.contains(line))
        .map(|line| format!("  - {line}"));
    let come = new
        .iter()
        .filter(|line| !old.contains(line))
        .map(|line| format!("  + {line}"));
    let changes: Vec<String> = gone.chain(come).collect();
    if changes.is_empty() {
        "  (the order changed)".to_owned()
    } else {
        changes.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_changed_member_is_named_with_its_type() {
        let old = "record A\n    x: u32\n    y: text\n";
        let new = "record A\n    x: i64\n    y: text\n\nrecord B\n    z: bool\n";
        assert_eq!(
            difference(old, new),
            "  - record A: x: u32\n  + record A: x: i64\n  + record B\n  + record B: z: bool"
        );
    }

    #[test]
    fn a_changed_order_is_a_difference_too() {
        assert_eq!(
            difference("enum A\n    X\n    Y\n", "enum A\n    Y\n    X\n"),
            "  (the order changed)"
        );
    }
}
