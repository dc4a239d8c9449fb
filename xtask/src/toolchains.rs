//! What the tests need besides Rust: installed where we know how, otherwise named exactly.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use crate::place;
use crate::shell::{answers, program, read, run, say};

/// The oldest Java that all the libraries in use run on.
const JAVA: u32 = 17;

/// The oldest Node that the TypeScript SDK runs on.
const NODE: u32 = 18;

/// A JDK and Maven, and the system libraries that drawing without a display needs.
pub(crate) fn kotlin() -> anyhow::Result<()> {
    let mut missing = Vec::new();
    if java_version().is_none_or(|version| version < JAVA) {
        missing.push(("a JDK 17 or newer", "openjdk-17-jdk-headless"));
    }
    if !answers("mvn", &["--version"]) {
        missing.push(("Maven 3.8 or newer", "maven"));
    }
    if cfg!(target_os = "linux") {
        for (library, package) in [
            ("libGL.so.1", "libgl1"),
            ("libX11.so.6", "libx11-6"),
            ("libfontconfig.so.1", "libfontconfig1"),
        ] {
            if !has_library(library) {
                missing.push((library, package));
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let (names, packages): (Vec<&str>, Vec<&str>) = missing.into_iter().unzip();
    if !debian_as_root() {
        bail!(
            "the Kotlin tests need {} (on Debian: apt-get install {}); install it, or leave them out with --skip kotlin",
            names.join(", "),
            packages.join(" ")
        );
    }
    say(&format!("installing for Kotlin: {}", packages.join(" ")));
    install(&packages)?;
    if java_version().is_none_or(|version| version < JAVA) {
        bail!("an older Java comes first on the PATH; put a JDK 17 or newer before it, or set JAVA_HOME");
    }
    Ok(())
}

/// Swift 6 with its package manager, its tests and its formatter.
pub(crate) fn swift() -> anyhow::Result<()> {
    if has_swift() {
        return Ok(());
    }
    if !debian_as_root() {
        bail!(
            "the Swift tests need Swift 6 (on a Mac: Xcode 16 or newer; elsewhere the toolchain of \
             swift.org); install it, or leave them out with --skip swift"
        );
    }
    say("installing Swift into /opt/swift-root (about 2 minutes and 2 GB)");
    run(&mut program(
        place::root().join("xtask/scripts/install-swift"),
        &place::root(),
    ))?;
    if !has_swift() {
        bail!("Swift was installed into /usr/local/bin, which is not on the PATH");
    }
    Ok(())
}

/// A PostgreSQL server, to be started by whoever needs one.
pub(crate) fn postgres() -> anyhow::Result<()> {
    if has_postgres() {
        return Ok(());
    }
    if !debian_as_root() {
        bail!(
            "the server's tests over PostgreSQL need its programs initdb and postgres (on Debian: apt-get install \
             postgresql); install them, or leave these tests out with --skip postgres"
        );
    }
    say("installing PostgreSQL");
    install(&["postgresql"])?;
    if !has_postgres() {
        bail!("PostgreSQL was installed, and its programs are not where Debian keeps them");
    }
    Ok(())
}

/// As `scripts/with-postgres` looks for it.
fn has_postgres() -> bool {
    answers("initdb", &["--version"])
        || fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| {
            versions.any(|version| version.is_ok_and(|version| version.path().join("bin/initdb").is_file()))
        })
}

fn has_swift() -> bool {
    answers("swift", &["--version"]) && answers("swift", &["format", "--version"])
}

/// Node with npm, and a Python that makes environments.
pub(crate) fn mcp() -> anyhow::Result<()> {
    let missing = || {
        let mut packages = Vec::new();
        if node_version().is_none_or(|version| version < NODE) {
            packages.push("nodejs");
        }
        if !answers("npm", &["--version"]) {
            packages.push("npm");
        }
        if !answers(
            "python3",
            &[
                "-c",
                "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))",
            ],
        ) {
            packages.extend(["python3", "python3-venv"]);
        }
        packages
    };
    let packages = missing();
    if packages.is_empty() {
        return Ok(());
    }
    let needed = format!(
        "the tests with the SDKs for MCP need Node {NODE} or newer with npm, and Python 3.10 or newer with venv"
    );
    if !debian_as_root() {
        bail!(
            "{needed} (on Debian: apt-get install {}); install it, or leave them out with --skip mcp",
            packages.join(" ")
        );
    }
    say(&format!("installing for MCP: {}", packages.join(" ")));
    install(&packages)?;
    if !missing().is_empty() {
        bail!("{needed}; older ones come first on the PATH");
    }
    Ok(())
}

/// The major version of the `node` on the PATH.
fn node_version() -> Option<u32> {
    // Asked first, so that nothing is said where there is none.
    if !answers("node", &["--version"]) {
        return None;
    }
    let text = read(Command::new("node").arg("--version")).ok()?;
    text.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The major version of the `java` that Maven would use.
fn java_version() -> Option<u32> {
    let home = std::env::var_os("JAVA_HOME").map(|home| Path::new(&home).join("bin/javac"));
    let compiler = home.unwrap_or_else(|| "javac".into());
    let text = read(Command::new(compiler).arg("-version")).ok()?;
    text.trim().strip_prefix("javac ")?.split('.').next()?.parse().ok()
}

fn has_library(name: &str) -> bool {
    ["/sbin/ldconfig", "ldconfig"]
        .iter()
        .find_map(|ldconfig| read(Command::new(ldconfig).arg("-p")).ok())
        // Where the cache cannot be asked, the tests themselves will tell.
        .is_none_or(|cache| cache.contains(name))
}

fn debian_as_root() -> bool {
    let debian = fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=debian" || line == "ID=\"debian\""));
    let root = read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    debian && root
}

fn install(packages: &[&str]) -> anyhow::Result<()> {
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

fn apt(arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = program("apt-get", &place::root());
    command
        .args(["-qq", "-o", "DPkg::Lock::Timeout=600"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run(&mut command).context("apt-get did not install what the tests need")
}
