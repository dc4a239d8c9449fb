//! Text that others wrote, made fit for cells: control characters out, cut with "…", wrapped at words, never reworded.
//!
//! An agent's status may hold anything; a terminal obeys escape sequences, so nothing unprintable may pass.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// One line of printable text: line breaks and tabs become spaces, runs of spaces one, and what a terminal would obey
/// (control characters, direction overrides) goes.
pub(crate) fn tame(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            // A non-breaking space between a number and its unit stays one space wide, too.
            if !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_invisible(c) {
            out.push(c);
        }
    }
    out.trim().to_owned()
}

/// Characters without a shape that reorder or hide what stands beside them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// At most `columns` wide: what does not fit is cut at a character and ends in `ellipsis`.
pub(crate) fn cut(text: &str, columns: usize, ellipsis: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = width(grapheme);
        if used + wide > room {
            break;
        }
        used += wide;
        out.push_str(grapheme);
    }
    let kept = out.trim_end().len();
    out.truncate(kept);
    if columns >= width(ellipsis) {
        out.push_str(ellipsis);
    }
    out
}

/// As [`cut`], but the middle goes, so that names that differ at their ends stay apart.
pub(crate) fn cut_middle(text: &str, columns: usize, ellipsis: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(width(ellipsis));
    let graphemes: Vec<&str> = text.graphemes(true).collect();
    let take = |parts: &mut dyn Iterator<Item = &&str>, room: usize| {
        let mut used = 0;
        let mut count = 0;
        for part in parts {
            if used + width(part) > room {
                break;
            }
            used += width(part);
            count += 1;
        }
        count
    };
    let head = take(&mut graphemes.iter(), room.div_ceil(2));
    let tail = take(&mut graphemes[head..].iter().rev(), room / 2);
    format!(
        "{}{ellipsis}{}",
        graphemes[..head].concat(),
        graphemes[graphemes.len() - tail..].concat()
    )
}

/// Lines of at most `columns`, broken between words, and inside a word only where it alone is too long. The last of
/// `lines` is cut with `ellipsis` when more follows.
pub(crate) fn wrap(text: &str, columns: usize, lines: usize, ellipsis: &str) -> Vec<String> {
    if columns == 0 || lines == 0 {
        return Vec::new();
    }
    let mut out: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if out.len() + 1 == lines {
            out.push(cut(rest, columns, ellipsis));
            break;
        }
        let split = break_at(rest, columns);
        let (line, after) = rest.split_at(split);
        out.push(line.trim_end().to_owned());
        rest = after.trim_start();
    }
    out
}

/// The byte at which a line of `columns` ends: after the last word that fits, else inside the word. Never 0.
fn break_at(text: &str, columns: usize) -> usize {
    let mut used = 0;
    let mut last_space = None;
    for (at, grapheme) in text.grapheme_indices(true) {
        if grapheme == " " && at > 0 {
            last_space = Some(at);
        }
        used += width(grapheme);
        if used > columns && grapheme != " " {
            return last_space.unwrap_or(if at == 0 { grapheme.len() } else { at });
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_never_passes() {
        assert_eq!(
            tame("red \u{1b}[31malert\u{7}\r\nsecond\tline"),
            "red [31malert second line"
        );
        assert_eq!(tame("evil\u{202e}txt.exe"), "eviltxt.exe");
    }

    #[test]
    fn a_cut_counts_columns_and_never_splits_a_character() {
        assert_eq!(cut("日本語のテキスト", 7, "…"), "日本語…");
        assert_eq!(cut("family 👨‍👩‍👧 here", 9, "…"), "family…");
        assert_eq!(cut("short", 5, "…"), "short");
        assert_eq!(cut("sentence", 0, "…"), "");
        assert_eq!(width(&cut("e\u{301}e\u{301}e\u{301}e\u{301}", 3, "…")), 3);
    }

    #[test]
    fn a_name_loses_its_middle() {
        assert_eq!(cut_middle("symbolindexer-west-1", 13, "…"), "symbol…west-1");
        assert_eq!(cut_middle("builder", 13, "…"), "builder");
        assert_eq!(cut_middle("builder", 1, "…"), "…");
    }

    #[test]
    fn lines_break_between_words_and_only_the_last_is_cut() {
        let text = "The migration locks users for 40 s. Run it now or at 22:00?";
        assert_eq!(
            wrap(text, 45, 6, "…"),
            ["The migration locks users for 40 s. Run it", "now or at 22:00?"]
        );
        assert_eq!(wrap(text, 20, 2, "…"), ["The migration locks", "users for 40 s. Run…"]);
        assert_eq!(wrap("abcdefghij klm", 4, 9, "…"), ["abcd", "efgh", "ij", "klm"]);
        assert_eq!(wrap("日本", 1, 9, "…"), ["日", "本"]);
    }
}
