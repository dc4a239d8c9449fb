//! Which module of core, and of the server, may use which. The compiler allows all of it; the house does not.

use std::fs;

use anyhow::Context;

use crate::place;

/// A crate whose modules lie one above the other.
struct Layers {
    /// Its sources, and what findings call it.
    folder: &'static str,
    /// The modules that each may use.
    arrows: &'static [(&'static str, &'static [&'static str])],
    /// What may use everything.
    facade: Option<&'static str>,
}

const HOUSE: [Layers; 2] = [
    Layers {
        folder: "core/src",
        arrows: &[
            ("domain", &[]),
            ("wire", &["domain"]),
            ("pairing", &["domain"]),
            ("world", &["domain"]),
            ("sealed", &["domain"]),
            ("insight", &["domain"]),
            ("search", &["domain"]),
            ("api", &["domain", "wire", "world"]),
            ("store", &["domain", "insight", "search"]),
            ("observe", &["domain", "insight"]),
            // What a person learns of an error is decided in one place; a source's report says the same.
            ("error", &["domain", "world", "api", "store"]),
            ("flight", &["domain", "wire", "api", "store", "world"]),
            (
                "sync",
                &[
                    "domain", "wire", "api", "store", "insight", "observe", "world", "error", "flight",
                ],
            ),
            (
                "outbox",
                &["domain", "wire", "api", "store", "sync", "world", "error", "flight"],
            ),
        ],
        facade: Some("companion"),
    },
    Layers {
        folder: "server/src",
        arrows: &[
            ("clock", &[]),
            ("mint", &[]),
            ("refusal", &[]),
            ("wire_values", &[]),
            ("tls", &[]),
            ("rules", &["refusal", "wire_values"]),
            ("store", &["mint", "refusal"]),
            ("caller", &["refusal", "rules", "store"]),
            ("records", &["caller", "rules", "store", "wire_values"]),
            ("limiter", &["refusal", "rules", "store"]),
            ("metrics", &["limiter", "store"]),
            ("key_cache", &["caller", "records", "store"]),
            (
                "feed",
                &["caller", "records", "refusal", "rules", "store", "wire_values"],
            ),
            (
                "tools",
                &["caller", "feed", "records", "refusal", "rules", "store", "wire_values"],
            ),
            ("options", &["clock", "limiter", "mint", "store", "tls"]),
            (
                "app",
                &[
                    "caller",
                    "clock",
                    "key_cache",
                    "limiter",
                    "metrics",
                    "options",
                    "refusal",
                    "store",
                    "tools",
                ],
            ),
            ("retention", &["app", "records", "store", "tools"]),
            (
                "http",
                &[
                    "app",
                    "caller",
                    "feed",
                    "limiter",
                    "metrics",
                    "records",
                    "refusal",
                    "rules",
                    "store",
                    "tools",
                    "wire_values",
                ],
            ),
            ("serving", &["tls"]),
            (
                "server",
                &[
                    "app",
                    "http",
                    "options",
                    "records",
                    "retention",
                    "serving",
                    "store",
                    "tls",
                ],
            ),
            (
                "operator",
                &[
                    "app", "caller", "options", "records", "refusal", "rules", "server", "store",
                ],
            ),
            ("plant", &["records", "server", "store"]),
        ],
        facade: None,
    },
];

/// Arrows that are not in the tables.
pub(super) fn directions() -> anyhow::Result<Vec<String>> {
    let mut findings = Vec::new();
    for layers in &HOUSE {
        findings.extend(layers.findings()?);
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

impl Layers {
    fn findings(&self) -> anyhow::Result<Vec<String>> {
        let folder = self.folder;
        let source = place::root().join(folder);
        let mut findings = Vec::new();
        for path in place::files_below(&source, &["rs"])? {
            let within = path.strip_prefix(&source).unwrap_or(&path);
            let first = within.iter().next().unwrap_or_default().to_string_lossy();
            let module = first.trim_end_matches(".rs");
            let is_test = within.iter().any(|part| part == "tests" || part == "tests.rs");
            if module == "lib" || Some(module) == self.facade || is_test {
                continue;
            }
            let Some((_, allowed)) = self.arrows.iter().find(|(name, _)| *name == module) else {
                findings.push(format!(
                    "{folder}: {module} is not in the table of modules (xtask/src/deps/modules.rs)"
                ));
                continue;
            };
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            for used in uses(&text) {
                let may = |arrow: &&str| used == **arrow || used.starts_with(&format!("{arrow}::"));
                if !may(&module) && !allowed.iter().any(may) {
                    findings.push(format!("{module} may not use {used} ({folder}/{})", within.display()));
                }
            }
        }
        Ok(findings)
    }
}

/// Every path of this crate that code, but not its tests, names.
fn uses(text: &str) -> Vec<String> {
    let code: String = text
        .split("#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut paths = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        // `$crate::` in a macro is this crate too; `some_crate::` is not.
        if before.is_none_or(|it| !it.is_alphanumeric() && it != '_') {
            read_tree(&code[at + found.len()..], String::new(), &mut paths);
        }
    }
    paths
}

/// Reads one use tree (`a::{b, c::D}`) and returns what follows it.
fn read_tree<'a>(text: &'a str, prefix: String, paths: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            if rest.is_empty() {
                return rest;
            }
            rest = read_tree(rest, prefix.clone(), paths);
            rest = rest
                .trim_start_matches(|it| it != ',' && it != '}')
                .trim_start_matches(',');
        }
    }
    let end = text
        .find(|it: char| !it.is_alphanumeric() && it != '_')
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = match (prefix.as_str(), name) {
        (_, "self" | "") => prefix,
        ("", _) => name.to_owned(),
        _ => format!("{prefix}::{name}"),
    };
    match rest.strip_prefix("::") {
        Some(rest) => read_tree(rest, path, paths),
        None => {
            paths.push(path);
            rest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HOUSE, uses};

    #[test]
    fn each_module_stands_on_those_above_it_in_its_table() {
        for layers in &HOUSE {
            for (place, (module, allowed)) in layers.arrows.iter().enumerate() {
                for used in *allowed {
                    let below = layers.arrows[..place].iter().any(|(name, _)| name == used);
                    assert!(
                        below,
                        "{}: {module} may use {used}, which is not below it",
                        layers.folder
                    );
                }
            }
        }
    }

    #[test]
    fn every_way_to_name_a_path_is_seen() {
        let text = "//! crate::not_this\nuse crate::domain::{Span, time::{self, Zone}};\nuse crate::wire;\n\
                    fn f(x: crate::api::Error) { other_crate::x(); }\n#[cfg(test)]\nmod tests { use crate::sync; }";
        assert_eq!(
            uses(text),
            [
                "domain::Span",
                "domain::time",
                "domain::time::Zone",
                "wire",
                "api::Error"
            ]
        );
    }

    #[test]
    fn a_tree_over_several_lines_is_seen() {
        assert_eq!(
            uses("use crate::companion::{\n    Clock, NewKey as Key,\n};\n"),
            ["companion::Clock", "companion::NewKey"]
        );
    }
}
