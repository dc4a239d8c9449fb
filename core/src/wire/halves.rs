//! Half a character in JSON. A program that cuts text by UTF-16 units, as most JavaScript does, may cut an emoji in two
//! and write the half as `\ud83d`. The server passes it on; Rust's text cannot hold it.

use std::borrow::Cow;

/// JSON in which every half of a character is `\ufffd`, the mark for what cannot be shown. One agent's cut text must
/// not take everyone's list with it.
pub fn mend_halves(json: &str) -> Cow<'_, str> {
    if !json.contains("\\u") {
        return Cow::Borrowed(json);
    }
    let mut mended = String::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(found) = json.get(at..).and_then(|rest| rest.find('\\')) {
        let escape = at + found;
        let halves = (unit(json, escape), unit(json, escape + 6));
        at = escape
            + match halves {
                (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
                (Some(0xD800..=0xDFFF), _) => {
                    mended.push_str(json.get(kept..escape).unwrap_or_default());
                    mended.push_str("\\ufffd");
                    kept = escape + 6;
                    6
                }
                // An escape of one byte; after `\u` the digits hold no further backslash.
                _ => 2,
            };
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(json.get(kept..).unwrap_or_default());
    Cow::Owned(mended)
}

/// The UTF-16 unit written at `at`, where one is.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    // `from_str_radix` would take a sign.
    digits
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn read(text: &str) -> Value {
        serde_json::from_str(&mend_halves(text)).unwrap()
    }

    #[test]
    fn a_half_becomes_the_mark_for_it() {
        assert_eq!(read(r#""ab\ud83d""#), json!("ab\u{fffd}"));
        assert_eq!(read(r#""\uDE00b""#), json!("\u{fffd}b"));
        assert_eq!(read(r#""\ud83d\ud83d\ude00""#), json!("\u{fffd}\u{1f600}"));
        assert_eq!(read(r#""\ud83d...\ude00\ude00""#), json!("\u{fffd}...\u{fffd}\u{fffd}"));
        assert_eq!(read(r#""\ud83d\n\u0041""#), json!("\u{fffd}\nA"));
    }

    #[test]
    fn what_is_whole_is_left_as_it_is() {
        for text in [
            r#"{"a":"plain"}"#,
            r#""\ud83d\ude00""#,
            r#""\\ud83d""#,
            r#""\\\\ud83d \u00fc\"""#,
            r#""\u+123 \u12"#,
            "\"\\",
            "\"\\u",
            "\"\\ü",
        ] {
            assert!(
                matches!(mend_halves(text), Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_mended_without_a_crash(text in "(\\\\|u|d8|3d|de|00|ü|\"){0,40}") {
            let _ = mend_halves(&text);
        }
    }
}
