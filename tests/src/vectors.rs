//! Encryption vectors, as they were made with the hosted server's own module: does the client derive and open the same?

use cachebash_core::domain::RawKey;
use cachebash_core::sealed::{AnswerKey, salt_of};
use serde::Deserialize;

/// A file of them.
#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

/// One of them. What a field does not say is not checked; without a plain text the sealed one must not open.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    api_key: String,
    key_hash: Option<String>,
    salt: Option<String>,
    derived_key_hex: Option<String>,
    plaintext: Option<String>,
    ciphertext_base64: Option<String>,
}

/// What came of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// So many hold.
    pub passed: usize,
    /// The others by their place, from 1, with what is wrong.
    pub failures: Vec<(usize, &'static str)>,
}

/// Checks the vectors in a text.
///
/// # Errors
/// When it is no file of vectors.
pub fn check(text: &str) -> Result<Report, String> {
    let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut report = Report::default();
    for (place, vector) in (1..).zip(&file.vectors) {
        match wrong(vector) {
            Some(reason) => report.failures.push((place, reason)),
            None => report.passed += 1,
        }
    }
    Ok(report)
}

fn wrong(vector: &Vector) -> Option<&'static str> {
    let key = RawKey::new(vector.api_key.as_str());
    let differs = |told: &Option<String>, ours: &str| told.as_ref().is_some_and(|told| told != ours);
    if differs(&vector.key_hash, key.hash().as_str()) {
        return Some("another fingerprint");
    }
    if differs(&vector.salt, &salt_of(&key)) {
        return Some("another salt");
    }
    let derived = AnswerKey::of(&key);
    let hex: String = derived.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    if differs(&vector.derived_key_hex, &hex) {
        return Some("another derived key");
    }
    let opened = derived.open(vector.ciphertext_base64.as_ref()?);
    (opened != vector.plaintext).then_some("it opens to another text")
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTOR: &str = r#"{"vectors": [{
        "apiKey": "cb_0000000000000000000000000000000000000000000000000000000000000002",
        "keyHash": "632b68bfef08184ef08b6bea1ea15d3c00d7215026293adacf1e84266e74b659",
        "salt": "cachebash_e2e_v1_632b68bfef08184e",
        "derivedKeyHex": "61a9968b67585c2baff449cfe0830007d1da75606d9d5a5887e389d8ea4a3ec2",
        "plaintext": "Deploy now?",
        "ciphertextBase64": "AQEBAQEBAQEBAQEBAQEBAZdQssFTMXkjrNPhgJBoKFg="
    }]}"#;

    #[test]
    fn a_vector_holds_and_each_change_of_it_is_noticed() {
        assert_eq!(check(VECTOR).unwrap().passed, 1);
        for (from, to, reason) in [
            ("632b68bfef08184ef", "632b68bfef08184ee", "another fingerprint"),
            ("e2e_v1_6", "e2e_v1_7", "another salt"),
            ("61a9968b", "61a9968c", "another derived key"),
            ("Deploy now?", "Deploy now!", "it opens to another text"),
        ] {
            let changed = VECTOR.replace(from, to);
            assert_eq!(check(&changed).unwrap().failures, [(1, reason)], "{from}");
        }
        assert!(check("{}").is_err());
    }
}
