//! Writes the Kotlin and Swift sides of the built library, and prints the listing of what it exports.
//!
//! `cachebash-bindgen LIBRARY CONFIG KOTLIN_DIR SWIFT_DIR C_DIR`, called by `cargo xtask bindings`: `LIBRARY` is the
//! built cdylib, not stripped, `CONFIG` is uniffi.toml; `SWIFT_DIR` gets the Swift file, `C_DIR` the header and the
//! module map it imports.

mod listing;

use anyhow::{Context, bail};
use camino::Utf8PathBuf;
use uniffi_bindgen::bindings::{
    GenerateOptions, SwiftBindingsOptions, TargetLanguage, generate, generate_swift_bindings,
};
use uniffi_bindgen::macro_metadata::extract_from_library;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<Utf8PathBuf> = std::env::args().skip(1).map(Utf8PathBuf::from).collect();
    let [library, config, kotlin, swift, c] = arguments.as_slice() else {
        bail!("usage: cachebash-bindgen LIBRARY CONFIG KOTLIN_DIR SWIFT_DIR C_DIR");
    };
    generate(GenerateOptions {
        languages: vec![TargetLanguage::Kotlin],
        source: library.clone(),
        out_dir: kotlin.clone(),
        config_override: Some(config.clone()),
        format: false,
        crate_filter: Some("cachebash_ffi".to_owned()),
        metadata_no_deps: true,
    })
    .context("writing the Kotlin side")?;
    let swift_files = |dir: &Utf8PathBuf, sources: bool| SwiftBindingsOptions {
        generate_swift_sources: sources,
        generate_headers: !sources,
        generate_modulemap: !sources,
        source: library.clone(),
        out_dir: dir.clone(),
        xcframework: false,
        module_name: Some("CacheBashFFI".to_owned()),
        modulemap_filename: Some("module.modulemap".to_owned()),
        metadata_no_deps: true,
        link_frameworks: Vec::new(),
        config: Some(config.clone()),
    };
    generate_swift_bindings(swift_files(swift, true)).context("writing the Swift side")?;
    generate_swift_bindings(swift_files(c, false)).context("writing the C module that Swift imports")?;
    print!("{}", listing::of(&extract_from_library(library)?));
    Ok(())
}
