//! Where something is typed: the words that are looked for with what was found, and a text for an agent.

use super::line::Line;
use super::said::Said;
use super::search;
use super::text::wrap;
use super::theme::{Theme, Tone};
use super::ui::Search;
use super::writing::{Purpose, Writing};

/// Lines of what an agent said, at most.
const ASKED: usize = 6;

/// The search page, and which of its lines must be in sight.
pub(crate) fn search(searched: &Search, columns: usize, said: &Said<'_>, theme: &Theme) -> (Vec<Line>, usize, usize) {
    let caret = theme.pick("▏", "_");
    let shown = last_part(&typed(&searched.text, theme), columns.saturating_sub(6));
    let field = Line::of(1, "/", Tone::Strong).put(3, &*shown, Tone::Ink).put(
        3 + super::text::width(&shown),
        caret,
        Tone::Working,
    );
    let mut lines = vec![Line::new(), field, Line::new()];
    if searched.leads_nowhere {
        lines.push(Line::of(1, theme.show(said.leads_nowhere()), Tone::Stalled));
    }
    let Some(page) = searched.page.as_ref().filter(|_| !searched.text.trim().is_empty()) else {
        lines.push(Line::of(1, theme.show(said.how_to_search()), Tone::Soft));
        return (lines, 0, 0);
    };
    let (found, begins) = search::lines(page, Some(searched.selected), columns, said, theme);
    let head = lines.len();
    let begin = begins.get(searched.selected).map_or(0, |at| head + at);
    let end = begins.get(searched.selected + 1).map_or(begin + 4, |at| head + at);
    lines.extend(found);
    (lines, begin, end)
}

/// The page on which a text is written.
pub(crate) fn writing(writing: &Writing, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = vec![
        Line::new(),
        Line::of(0, theme.show(&said.writes(writing)), Tone::Strong),
    ];
    let paragraph = |text: &str, indent: usize, most: usize, tone: Tone| -> Vec<Line> {
        let wrapped = wrap(
            &theme.show(text),
            columns.saturating_sub(indent),
            most,
            theme.ellipsis(),
        );
        wrapped.into_iter().map(|text| Line::of(indent, text, tone)).collect()
    };
    let bar = |chosen: bool| if chosen { theme.pick("▌", ">") } else { "" };
    match &writing.purpose {
        Purpose::Answer { asks, options, .. } => {
            lines.extend(paragraph(asks, 0, ASKED, Tone::Ink));
            for option in options {
                let chosen = *option == writing.text;
                let text = paragraph(option, 2, 2, Tone::Soft).into_iter();
                lines.extend(text.map(|line| line.put(0, bar(chosen), Tone::Strong)));
            }
        }
        Purpose::Reply { questions, chosen } => {
            for question in questions {
                let is_it = question == chosen;
                let tone = if is_it { Tone::Ink } else { Tone::Dim };
                let text = paragraph(&question.text, 2, ASKED, tone).into_iter();
                lines.extend(text.map(|line| line.put(0, bar(is_it), Tone::Strong)));
            }
        }
        Purpose::Edit { theirs, .. } => {
            if let Some(theirs) = theirs {
                lines.extend(paragraph(said.on_the_server(), 0, 1, Tone::Dim));
                lines.extend(paragraph(&said.edit_text(theirs), 0, ASKED, Tone::Soft));
            }
        }
    }
    lines.push(Line::new());
    let mut written: Vec<Line> = Vec::new();
    for part in writing.text.split('\n') {
        let shown = wrap(
            &typed(part, theme),
            columns.saturating_sub(3),
            usize::MAX,
            theme.ellipsis(),
        );
        if shown.is_empty() {
            written.push(Line::new());
        }
        written.extend(shown.into_iter().map(|text| Line::of(2, text, Tone::Ink)));
    }
    if let Some(last) = written.pop() {
        let gap = usize::from(writing.text.ends_with(' '));
        let column = last.end().max(2) + gap;
        written.push(last.put(column, theme.pick("▏", "_"), Tone::Working));
    }
    lines.extend(written);
    lines.push(Line::new());
    lines.push(Line::of(0, theme.show(&said.written(writing)), Tone::Dim));
    if let Some(trouble) = &writing.trouble {
        lines.extend(paragraph(trouble, 0, 3, Tone::Blocked));
    }
    lines
}

/// As much of the end as fits.
fn last_part(text: &str, columns: usize) -> String {
    let mut rest = text;
    while super::text::width(rest) > columns {
        let mut letters = rest.chars();
        letters.next();
        rest = letters.as_str();
    }
    rest.to_owned()
}

/// What was typed, with the space at its end that moves the caret.
fn typed(text: &str, theme: &Theme) -> String {
    let shown = theme.show(text);
    if text.ends_with(' ') { shown + " " } else { shown }
}
