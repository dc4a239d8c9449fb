//! How a text is made ready to be found: on one line, and with its letters apart where words have no spaces.

use std::borrow::Cow;

use crate::domain::without_keys;

/// Stands between letters that are found one by one. No kept text has it, so it can be taken out again.
const SPACER: char = '\u{1f}';

/// Stand around what matches, until marks are made of them. No kept text has them.
pub(crate) const MARK_BEGIN: char = '\u{2}';
pub(crate) const MARK_END: char = '\u{3}';

/// Whether that is one of the three.
pub(super) fn is_spacer(letter: char) -> bool {
    letter == SPACER
}

/// The text on one line, without control characters and without any API key.
pub(crate) fn one_line(text: &str) -> String {
    let clean: Cow<'_, str> = without_keys(text);
    let mut line = String::with_capacity(clean.len());
    for letter in clean.chars() {
        if letter.is_whitespace() || letter.is_control() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else {
            line.push(letter);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The text with each letter apart that belongs to a script without spaces, so that every part of a word is found.
pub(crate) fn spaced(text: &str) -> Cow<'_, str> {
    if !text.chars().any(stands_alone) {
        return Cow::Borrowed(text);
    }
    let mut apart = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        if stands_alone(letter) {
            apart.push(SPACER);
            apart.push(letter);
            apart.push(SPACER);
        } else {
            apart.push(letter);
        }
    }
    Cow::Owned(apart)
}

/// Han, kana, bopomofo, Hangul; Thai, Lao, Khmer, Myanmar.
fn stands_alone(letter: char) -> bool {
    matches!(letter,
        '\u{0e01}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}'
        | '\u{3041}'..='\u{318f}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_on_one_line_without_what_steers_a_terminal_and_without_keys() {
        let text = format!(" Two\r\n\tlines \u{1b}[31m\u{0}red cb_{} ", "4".repeat(64));
        assert_eq!(one_line(&text), "Two lines [31m red cb_…");
        assert_eq!(one_line("\u{2}\u{3}\u{1f}\n"), "");
    }

    #[test]
    fn letters_of_scripts_without_spaces_stand_apart_and_others_stay() {
        assert_eq!(spaced("Über 9 words"), "Über 9 words");
        let apart: String = spaced("in日本語で")
            .chars()
            .filter(|letter| !is_spacer(*letter))
            .collect();
        assert_eq!(apart, "in日本語で");
        let apart = spaced("日本語");
        let letters: Vec<&str> = apart.split(is_spacer).filter(|part| !part.is_empty()).collect();
        assert_eq!(letters, ["日", "本", "語"]);
    }
}
