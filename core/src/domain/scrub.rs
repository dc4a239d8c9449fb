//! Keys that slip into texts. An agent may paste its key into a status or a note; what is kept and shown here has none.

use std::borrow::Cow;

/// How an API key begins, and how many hex digits follow (contract section 1).
const BEGIN: &str = "cb_";
const DIGITS: usize = 64;

/// What stands in a key's place.
const INSTEAD: &str = "cb_…";

/// The text without any API key in it.
pub fn without_keys(text: &str) -> Cow<'_, str> {
    let mut clean = String::new();
    let mut rest = text;
    while let Some(at) = key_in(rest) {
        clean.push_str(&rest[..at]);
        clean.push_str(INSTEAD);
        rest = &rest[at + BEGIN.len() + DIGITS..];
    }
    if clean.is_empty() && rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

/// Whether there is an API key in the text.
pub fn has_key(text: &str) -> bool {
    key_in(text).is_some()
}

/// Where the first key begins.
fn key_in(text: &str) -> Option<usize> {
    text.match_indices(BEGIN).map(|(at, _)| at).find(|at| {
        let digits = text.as_bytes().get(at + BEGIN.len()..at + BEGIN.len() + DIGITS);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(digit: char) -> String {
        format!("cb_{}", digit.to_string().repeat(64))
    }

    #[test]
    fn a_key_in_a_text_is_left_out_and_the_rest_stays() {
        let text = format!("export KEY={} && run; old: {}", key('a'), key('7'));
        assert_eq!(without_keys(&text), "export KEY=cb_… && run; old: cb_…");
        assert!(has_key(&text));
        // As a person types it by mistake, too.
        assert_eq!(without_keys(&key('F')), "cb_…");
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        for text in ["cb_", "cb_123", "cb_cb_", "no key", "", "cb_…"] {
            assert_eq!(without_keys(text), text);
        }
        let short = format!("cb_{} é", "a".repeat(63));
        assert_eq!(without_keys(&short), short);
    }

    proptest! {
        #[test]
        fn no_text_has_a_key_afterwards(parts in prop::collection::vec("(cb_)?[0-9a-f]{0,70}|.{0,5}", 0..6)) {
            let text = parts.concat();
            let clean = without_keys(&text);
            prop_assert!(!has_key(&clean));
            prop_assert_eq!(without_keys(&clean), clean.as_ref());
        }
    }
}
