//! Licences we can ship, and where crates may come from. deny.toml says the same to cargo-deny, which knows more; this
//! check needs nothing but cargo.

use super::crates::Metadata;

const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];

/// Crates with another licence, or from elsewhere than a registry.
pub(super) fn check(metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let name = format!("{} {}", package.name, package.version);
        match &package.license {
            Some(licence) if allows(licence) => {}
            Some(licence) => findings.push(format!("{name}: {licence} is not on the list")),
            None => findings.push(format!("{name} names no licence")),
        }
        if package
            .source
            .as_ref()
            .is_some_and(|source| !source.starts_with("registry+"))
        {
            findings.push(format!("{name} does not come from a registry"));
        }
    }
    findings
}

/// Whether a licence expression can be met with allowed ones: one side of each OR, both sides of each AND.
fn allows(expression: &str) -> bool {
    // An old way to write OR.
    let expression = expression.replace('/', " OR ");
    match split(&expression, " OR ") {
        Some(sides) => sides.iter().any(|side| allows(side)),
        None => match split(&expression, " AND ") {
            Some(sides) => sides.iter().all(|side| allows(side)),
            None => match expression.trim().strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
                Some(inner) => allows(inner),
                None => ALLOWED.contains(&expression.trim()),
            },
        },
    }
}

/// The sides of a word that stands outside of parentheses; `None` when it does not.
fn split<'a>(expression: &'a str, word: &str) -> Option<Vec<&'a str>> {
    let (mut sides, mut begin, mut depth) = (Vec::new(), 0, 0);
    for (at, it) in expression.char_indices() {
        match it {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && expression[at..].starts_with(word) => {
                sides.push(&expression[begin..at]);
                begin = at + word.len();
            }
            _ => {}
        }
    }
    if sides.is_empty() {
        return None;
    }
    sides.push(&expression[begin..]);
    Some(sides)
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[test]
    fn expressions_are_read_as_they_are_meant() {
        for good in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
        ] {
            assert!(allows(good), "{good}");
        }
        for bad in [
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "(MIT OR Apache-2.0) AND GPL-3.0-only",
            "",
        ] {
            assert!(!allows(bad), "{bad}");
        }
    }
}
