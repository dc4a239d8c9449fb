//! Which part of a text is shown, and where it matches.

use super::found::Mark;
use super::query::counts;
use super::spacing::{MARK_BEGIN, MARK_END, is_spacer};

/// Letters of a piece at most: three lines of a phone.
const LETTERS: usize = 160;

/// How many of them stand before the first match, at least.
const BEFORE: usize = 40;

/// A match in a text: its first byte, and the one after its last.
type Span = (usize, usize);

/// What is shown of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Part of the text.
    pub(crate) text: String,
    /// Its matches.
    pub(crate) marks: Vec<Mark>,
    /// There is more before.
    pub(crate) cut_before: bool,
    /// There is more after.
    pub(crate) cut_after: bool,
}

/// The matches of a text that came back spaced and with signs around them.
pub(crate) fn marked(answer: &str) -> Vec<Span> {
    let (mut spans, mut begin, mut at) = (Vec::new(), 0, 0);
    for letter in answer.chars() {
        match letter {
            MARK_BEGIN => begin = at,
            MARK_END if at > begin => spans.push((begin, at)),
            letter if letter == MARK_END || is_spacer(letter) => {}
            letter => at += letter.len_utf8(),
        }
    }
    spans
}

/// Matches of a word of which only so many letters were typed, cut to those.
pub(crate) fn shortened(text: &str, spans: &[Span], letters: usize) -> Vec<Span> {
    let cut = |(start, end): &Span| {
        let mut seen = 0;
        let word = text.get(*start..*end).unwrap_or_default();
        // Signs and accents that follow the last typed letter stay with it.
        let next = word.char_indices().find(|(_, letter)| {
            seen += usize::from(counts(*letter));
            seen > letters
        });
        let until = next.map_or(*end, |(at, _)| start + at);
        let typed = text.get(*start..until).unwrap_or_default();
        (
            *start,
            start
                + typed
                    .trim_end_matches(|letter: char| !letter.is_alphanumeric() && letter.is_ascii())
                    .len(),
        )
    };
    spans.iter().map(cut).filter(|(start, end)| start < end).collect()
}

impl Piece {
    /// The piece around the first match; `None` where nothing matches.
    pub(crate) fn around(text: &str, mut spans: Vec<Span>) -> Option<Self> {
        spans.sort_unstable();
        let first = spans.first()?.0;
        let (start, end) = bounds(text, first);
        let shown = text.get(start..end)?.trim_end();
        let mut marks: Vec<Mark> = Vec::new();
        let unit = |at: usize| {
            let before = shown.get(..at.clamp(start, start + shown.len()) - start)?;
            u32::try_from(before.encode_utf16().count()).ok()
        };
        let mut last_end = start;
        for (begin, until) in joined(text, &spans) {
            let begin = begin.max(last_end);
            if begin < until.min(start + shown.len()) {
                marks.push(Mark {
                    start: unit(begin)?,
                    end: unit(until)?,
                });
                last_end = until;
            }
        }
        Some(Self {
            cut_before: start > 0,
            cut_after: start + shown.len() < text.trim_end().len(),
            text: shown.to_owned(),
            marks,
        })
    }
}

/// Matches with nothing but space between them are one.
fn joined(text: &str, spans: &[Span]) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for (start, end) in spans {
        let touches = |last: &Span| {
            last.1 >= *start
                || text
                    .get(last.1..*start)
                    .is_some_and(|between| between.trim().is_empty())
        };
        match joined.last_mut().filter(|last| touches(last)) {
            Some(last) => last.1 = last.1.max(*end),
            None => joined.push((*start, *end)),
        }
    }
    joined
}

/// First and last byte of the piece: whole where it fits, else words around the match.
fn bounds(text: &str, first: usize) -> Span {
    let letters: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    if letters.len() <= LETTERS {
        return (0, text.len());
    }
    let place = letters.partition_point(|at| *at < first);
    let start = place.saturating_sub(BEFORE).min(letters.len() - LETTERS);
    let byte = |letter: usize| letters.get(letter).copied().unwrap_or(text.len());
    let (from, until) = (byte(start), byte(start + LETTERS));
    // A word is not cut where one begins or ends nearby.
    let from = if from == 0 {
        0
    } else {
        let word = text.get(from..first).and_then(|before| before.find(' '));
        word.map_or(from, |at| from + at + 1)
    };
    let until = if until == text.len() {
        until
    } else {
        let word = text.get(first..until).and_then(|after| after.rfind(' '));
        word.filter(|at| *at > (until - first) / 2)
            .map_or(until, |at| first + at)
    };
    (from, until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_in_a_spaced_answer_and_told_in_bytes_of_the_text() {
        assert_eq!(marked("the \u{2}refresh\u{3} \u{2}token\u{3}"), [(4, 11), (12, 17)]);
        assert_eq!(marked("in\u{1f}\u{2}日\u{1f}\u{1f}本\u{3}\u{1f}"), [(2, 8)]);
    }

    #[test]
    fn what_was_typed_of_a_word_is_marked_with_its_accents() {
        assert_eq!(shortened("a token", &[(2, 7)], 3), [(2, 5)]);
        let composed = "Résumé";
        assert_eq!(shortened(composed, &[(0, composed.len())], 2), [(0, "Ré".len())]);
        let apart = "Re\u{301}sume\u{301}";
        assert_eq!(shortened(apart, &[(0, apart.len())], 2), [(0, "Re\u{301}".len())]);
        assert_eq!(shortened("refresh-token", &[(0, 13)], 7), [(0, 7)]);
    }

    #[test]
    fn neighbours_are_marked_together_and_counted_as_phones_count() {
        let piece = Piece::around("🚀 a refresh token", vec![(15, 18), (7, 14)]).unwrap();
        assert_eq!(piece.marks, [Mark { start: 5, end: 16 }]);
        assert!(!piece.cut_before && !piece.cut_after);
    }

    #[test]
    fn of_a_long_text_the_words_around_the_first_match_are_shown() {
        let text = format!("{}needle {}", "before ".repeat(50), "after ".repeat(50));
        let at = text.find("needle").unwrap();
        let piece = Piece::around(&text, vec![(at, at + 6)]).unwrap();
        assert!(piece.cut_before && piece.cut_after);
        assert!(
            piece.text.starts_with("before ") && piece.text.ends_with(" after"),
            "{}",
            piece.text
        );
        let mark = piece.marks[0];
        assert_eq!(&piece.text[mark.start as usize..mark.end as usize], "needle");
    }

    #[test]
    fn a_long_word_without_spaces_is_cut_between_letters() {
        let text = "字".repeat(500);
        let piece = Piece::around(&text, vec![(750, 753)]).unwrap();
        assert_eq!(piece.text.chars().count(), LETTERS);
        assert_eq!(piece.marks, [Mark { start: 40, end: 41 }]);
    }
}
