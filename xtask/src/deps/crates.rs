//! Which crate of the workspace may use which, and where versions are written.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;

use crate::shell::{cargo, read};

/// Arrows of the workspace. Whoever is not named here may not be here.
const ARROWS: [(&str, &[&str]); 8] = [
    ("cachebash-core", &[]),
    ("cachebash-ffi", &["cachebash-core"]),
    ("cachebash-bindgen", &[]),
    ("cachebash-server", &["cachebash-core"]),
    ("cachebash", &["cachebash-core", "cachebash-server"]),
    (
        "cachebash-tests",
        &["cachebash-core", "cachebash-server", "cachebash-ffi"],
    ),
    (
        "cachebash-bench",
        &["cachebash-core", "cachebash-server", "cachebash-ffi"],
    ),
    ("xtask", &[]),
];

/// The server shares what travels and what it means, and none of the client.
const WIRE_AND_DOMAIN_ONLY: &str = "cachebash-server";

#[derive(Deserialize)]
pub(super) struct Metadata {
    pub(super) packages: Vec<Package>,
}

#[derive(Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) license: Option<String>,
    /// None: a crate of this workspace.
    pub(super) source: Option<String>,
    pub(super) manifest_path: PathBuf,
    pub(super) dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) path: Option<PathBuf>,
    pub(super) uses_default_features: bool,
    pub(super) features: Vec<String>,
}

pub(super) fn read_metadata() -> anyhow::Result<Metadata> {
    let text = read(&mut cargo(["metadata", "--format-version", "1", "--locked"]))?;
    serde_json::from_str(&text).context("cargo metadata gave something else than expected")
}

/// Arrows that are not in the table.
pub(super) fn directions(metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
    for package in metadata.packages.iter().filter(|package| package.source.is_none()) {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
            findings.push(format!(
                "{} is not in the table of crates (xtask/src/deps/crates.rs)",
                package.name
            ));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|it| it.path.is_some()) {
            if !allowed.contains(&dependency.name.as_str()) {
                findings.push(format!("{} may not depend on {}", package.name, dependency.name));
            }
            if package.name == WIRE_AND_DOMAIN_ONLY
                && (dependency.uses_default_features || !dependency.features.is_empty())
            {
                findings.push(format!(
                    "{} must take {} without features",
                    package.name, dependency.name
                ));
            }
        }
    }
    findings
}

/// Dependencies of members that name a version of their own.
pub(super) fn versions(metadata: &Metadata) -> anyhow::Result<Vec<String>> {
    let mut findings = Vec::new();
    for package in metadata.packages.iter().filter(|package| package.source.is_none()) {
        let path = &package.manifest_path;
        let manifest = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        findings.extend(
            own_versions(&manifest).map(|line| format!("{}: `{line}` should say workspace = true", package.name)),
        );
    }
    Ok(findings)
}

fn own_versions(manifest: &str) -> impl Iterator<Item = &str> {
    let mut dependencies = false;
    manifest.lines().map(str::trim).filter(move |line| {
        if line.starts_with('[') {
            dependencies = line
                .trim_matches(['[', ']'])
                .split('.')
                .any(|part| part.ends_with("dependencies"));
            return false;
        }
        dependencies && !line.is_empty() && !line.starts_with('#') && !line.contains("workspace = true")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_its_own_is_found() {
        let manifest = "[package]\nname = \"a\"\nversion = \"1\"\n\n[dependencies]\nb.workspace = true\nc = \"1\"\n\
                        d = { workspace = true, optional = true }\n\n[dev-dependencies]\n# why\ne = { path = \"../e\" }\n";
        assert_eq!(
            own_versions(manifest).collect::<Vec<_>>(),
            ["c = \"1\"", "e = { path = \"../e\" }"]
        );
    }

    #[test]
    fn an_arrow_the_wrong_way_is_found() {
        let package = |name: &str, on: &[(&str, bool)]| Package {
            name: name.into(),
            version: "0.1.0".into(),
            license: None,
            source: None,
            manifest_path: PathBuf::new(),
            dependencies: on
                .iter()
                .map(|(name, defaults)| Dependency {
                    name: (*name).into(),
                    path: Some(PathBuf::new()),
                    uses_default_features: *defaults,
                    features: Vec::new(),
                })
                .collect(),
        };
        let metadata = Metadata {
            packages: vec![
                package("cachebash-core", &[("cachebash-server", true)]),
                package("cachebash-server", &[("cachebash-core", true)]),
                package("stranger", &[]),
                package("cachebash", &[("cachebash-core", true), ("cachebash-server", true)]),
            ],
        };
        assert_eq!(
            directions(&metadata),
            [
                "cachebash-core may not depend on cachebash-server",
                "cachebash-server must take cachebash-core without features",
                "stranger is not in the table of crates (xtask/src/deps/crates.rs)",
            ]
        );
    }
}
