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
        crate::size::check(target, &library, false)?;
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
    let strip = ndk_strip()?;
    for abi in ABIS {
        let stripped = place::target().join("size").join(abi);
        fs::create_dir_all(place::target().join("size"))?;
        let library = out.join(abi).join("libcachebash_ffi.so");
        run(program(&strip, &place::root()).arg("-o").arg(&stripped).arg(library))?;
        crate::size::check(&format!("android-{abi}"), &stripped, false)?;
    }
    say(&format!("done: {}", out.display()));
    Ok(())
}

/// What an app's own build strips the library with.
fn ndk_strip() -> anyhow::Result<PathBuf> {
    let ndk = std::env::var_os("ANDROID_NDK_HOME").context("ANDROID_NDK_HOME names no NDK")?;
    let hosts = PathBuf::from(ndk).join("toolchains/llvm/prebuilt");
    let mut hosts = fs::read_dir(&hosts).with_context(|| format!("looking into {}", hosts.display()))?;
    let host = hosts.next().context("the NDK has no tools for this machine")??;
    Ok(host.path().join("bin/llvm-strip"))
}
