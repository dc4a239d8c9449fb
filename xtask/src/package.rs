//! `cargo xtask package`: the library as phones load it.
//!
//! Needs the makers' own tools, so it runs on a Mac (Xcode) or beside an Android NDK, and in the hosted workflows.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use crate::bindings::Bindings;
use crate::place;
use crate::shell::{answers, cargo, program, run, say};

#[derive(Args)]
pub(crate) struct Package {
    /// For which phones.
    #[arg(value_enum)]
    platform: Platform,
}

#[derive(Clone, Copy, ValueEnum)]
enum Platform {
    /// An xcframework for iPhones, the simulator and Macs, into ios/.
    Apple,
    /// A shared library per ABI, into target/android/jniLibs.
    Android,
}

/// Where the Swift package looks for it.
const XCFRAMEWORK: &str = "ios/CacheBashFFI.xcframework";

/// iPhone, its simulator, Mac: one architecture each, since all of them run on Apple's own chips.
const APPLE: [&str; 3] = ["aarch64-apple-ios", "aarch64-apple-ios-sim", "aarch64-apple-darwin"];

/// Phones, old phones, emulators.
const ABIS: [&str; 3] = ["arm64-v8a", "armeabi-v7a", "x86_64"];

/// The oldest Android it runs on: 8.0.
const ANDROID_API: &str = "26";

impl Package {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        match self.platform {
            Platform::Apple => apple(),
            Platform::Android => android(),
        }
    }
}

/// Makes the xcframework that the Swift package links on a Mac.
pub(crate) fn apple() -> anyhow::Result<()> {
    if !answers("xcodebuild", &["-version"]) {
        bail!("an xcframework needs Xcode, which only Macs have; the workflow .github/workflows/apple.yml builds one");
    }
    Bindings::default().run()?;
    let root = place::root();
    let mut framework = program("xcodebuild", &root);
    framework.arg("-create-xcframework");
    for target in APPLE {
        say(&format!("building for {target}"));
        run(program("rustup", &root).args(["target", "add", target]))?;
        let mut build = cargo(["rustc", "--release", "--package", "cachebash-ffi", "--lib"]);
        run(build.args(["--crate-type", "staticlib", "--target", target]))?;
        let library = place::target().join(target).join("release/libcachebash_ffi.a");
        // Only now: the bindings are made from the names that this takes away.
        run(program("xcrun", &root).args(["strip", "-S", "-x"]).arg(&library))?;
        framework.arg("-library").arg(library).arg("-headers").arg(headers());
    }
    let made = root.join(XCFRAMEWORK);
    if made.exists() {
        fs::remove_dir_all(&made).with_context(|| format!("removing the old {XCFRAMEWORK}"))?;
    }
    say(&format!("making {XCFRAMEWORK}"));
    run(framework.arg("-output").arg(made))
}

/// The C header and its module map.
fn headers() -> PathBuf {
    place::target().join("bindings/c")
}

fn android() -> anyhow::Result<()> {
    if !answers("cargo-ndk", &["--version"]) {
        bail!("this needs cargo-ndk (cargo install cargo-ndk --locked) and an NDK in ANDROID_NDK_HOME");
    }
    Bindings::default().run()?;
    let out = place::target().join("android/jniLibs");
    say("building a shared library per ABI");
    let mut build = cargo(["ndk", "--platform", ANDROID_API, "--output-dir"]);
    build.arg(&out);
    for abi in ABIS {
        build.args(["--target", abi]);
    }
    run(build.args(["build", "--release", "--package", "cachebash-ffi"]))?;
    say(&format!("done: {}", out.display()));
    Ok(())
}
