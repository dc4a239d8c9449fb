//! Lists beside the fleet, for printing: a title with its as-of, then rows of a few lines.

use cachebash_core::insight::{AskedRow, ListWindow};

use super::line::Line;
use super::overview::asked_lines;
use super::said::Said;
use super::text::{cut, wrap};
use super::theme::{Theme, Tone};
use crate::words::Counted;

/// Where a row's words begin.
const INDENT: usize = 3;

/// The questions that wait, each with what may be answered.
pub(crate) fn questions(window: &ListWindow<AskedRow>, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = vec![title(window, Counted::Questions, columns, said, theme)];
    let room = columns.saturating_sub(INDENT);
    for asked in &window.rows {
        lines.extend(asked_lines(asked, INDENT, columns, said, theme));
        let context = theme.show(asked.context.as_deref().unwrap_or_default());
        let context = wrap(&context, room, 6, theme.ellipsis()).into_iter();
        lines.extend(context.map(|text| Line::of(INDENT, text, Tone::Soft)));
        let dot = theme.pick("·", "-");
        lines.extend(asked.options.iter().map(|option| {
            let option = cut(&theme.show(option), room.saturating_sub(2), theme.ellipsis());
            Line::of(INDENT, dot, Tone::Dim).put(INDENT + 2, option, Tone::Soft)
        }));
    }
    lines
}

/// How many, and when that was true; with a bar in its place when there is something to say.
fn title<T>(window: &ListWindow<T>, counted: Counted, columns: usize, said: &Said<'_>, theme: &Theme) -> Line {
    let count = theme.show(&said.count(counted, window.total));
    match &window.notice {
        Some(notice) => Line::of(0, theme.show(&said.notice(notice)), Tone::Strong).then(3, count, Tone::Ink),
        None => Line::of(0, count, Tone::Strong).right(columns, theme.show(&said.list_as_of(window.as_of)), Tone::Dim),
    }
}
