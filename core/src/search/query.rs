//! What was typed, as a question the index understands. Whatever was typed: nothing in it is an operator.

use super::spacing::{one_line, spaced};

/// More than a person types; what follows is not looked at, so that no text costs more than another.
const LETTERS: usize = 256;
const WORDS: usize = 16;

/// Words that a text must have, each a phrase where it has several parts (`refresh-token`, `日本`).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Whole words.
    whole: Vec<String>,
    /// The last one, of which the beginning was typed.
    begun: String,
}

impl Terms {
    /// `None` where nothing was typed that could be found.
    pub(crate) fn of(typed: &str) -> Option<Self> {
        let typed: String = typed.chars().take(LETTERS).collect();
        let mut whole: Vec<String> = one_line(&typed)
            .split(|letter: char| letter.is_whitespace() || letter == '"')
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .take(WORDS)
            .map(str::to_owned)
            .collect();
        let begun = whole.pop()?;
        Some(Self { whole, begun })
    }

    /// All words: what a text must match.
    pub(crate) fn all(&self) -> String {
        let mut terms: Vec<String> = self.whole.iter().map(|word| phrase(word)).collect();
        terms.push(self.beginning());
        // Not AND: that would make a word of which the index keeps nothing match nothing.
        terms.join(" ")
    }

    /// Any of the whole words, to mark them; `None` where there is only one word.
    pub(crate) fn any_whole(&self) -> Option<String> {
        let terms: Vec<String> = self.whole.iter().map(|word| phrase(word)).collect();
        (!terms.is_empty()).then(|| terms.join(" OR "))
    }

    /// The last word alone, to mark it.
    pub(crate) fn beginning(&self) -> String {
        format!("{} *", phrase(&self.begun))
    }

    /// How many letters of the last word were typed, signs and accents that stand alone not counted.
    pub(crate) fn letters_begun(&self) -> usize {
        self.begun.chars().filter(|letter| counts(*letter)).count()
    }
}

/// Whether a letter counts when the beginning of a word is compared with the word.
pub(super) fn counts(letter: char) -> bool {
    letter.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&letter)
}

fn phrase(word: &str) -> String {
    format!("\"{}\"", spaced(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_a_beginning_and_the_others_are_whole() {
        let terms = Terms::of("  refresh   tok ").unwrap();
        assert_eq!(terms.all(), "\"refresh\" \"tok\" *");
        assert_eq!(terms.any_whole().as_deref(), Some("\"refresh\""));
        assert_eq!(terms.letters_begun(), 3);
    }

    #[test]
    fn what_would_be_an_operator_is_a_word() {
        assert_eq!(Terms::of("a\" OR b*").unwrap().all(), "\"a\" \"OR\" \"b*\" *");
        assert_eq!(Terms::of("NEAR(x").unwrap().all(), "\"NEAR(x\" *");
        assert_eq!(Terms::of("x\u{0}y").unwrap().all(), "\"x\" \"y\" *");
    }

    #[test]
    fn nothing_that_could_be_found_is_nothing_to_look_for() {
        for typed in ["", "  ", "\"\"", "!? -- *", "\u{0}"] {
            assert!(Terms::of(typed).is_none(), "{typed:?}");
        }
    }

    #[test]
    fn a_very_long_text_is_cut() {
        let typed = "word ".repeat(10_000);
        assert_eq!(Terms::of(&typed).unwrap().all().matches("word").count(), WORDS);
    }
}
