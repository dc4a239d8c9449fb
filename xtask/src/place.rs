//! Where things are: every path a task uses, from the repository's root.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Where a profile's results lie.
pub(crate) fn built(release: bool) -> PathBuf {
    target().join(if release { "release" } else { "debug" })
}

/// The name of the built library here.
pub(crate) fn library() -> String {
    let (before, after) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    format!("{before}cachebash_ffi{after}")
}

/// The built program.
pub(crate) fn program() -> PathBuf {
    built(false).join(format!("cachebash{}", std::env::consts::EXE_SUFFIX))
}

/// Files below `dir` that end so, in a stable order; not what tools build or fetch.
pub(crate) fn files_below(dir: &Path, endings: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "target" && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if path
                .extension()
                .is_some_and(|it| endings.iter().any(|ending| it == *ending))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
