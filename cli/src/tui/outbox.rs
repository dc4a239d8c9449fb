//! The outbox on the screen: what was asked for and is not done yet, decisions first, each with its text and, where it
//! changed meanwhile, with the text it would replace.

use cachebash_core::domain::Delivery;
use cachebash_core::insight::OutboxLine;

use super::line::Line;
use super::said::Said;
use super::text::{cut, width, wrap};
use super::theme::{Theme, Tone};

/// Lines of a person's text that are shown; the rest is in `cachebash outbox`.
const TEXT: usize = 4;

/// All lines of the outbox, and for each entry where it begins.
pub(crate) fn lines(
    entries: &[OutboxLine],
    selected: usize,
    columns: usize,
    said: &Said<'_>,
    theme: &Theme,
) -> (Vec<Line>, Vec<usize>) {
    let (mut lines, mut begins) = (vec![Line::new()], Vec::new());
    if entries.is_empty() {
        lines.push(Line::of(1, theme.show(said.nothing_waits()), Tone::Soft));
    }
    for (place, entry) in entries.iter().enumerate() {
        begins.push(lines.len());
        let card = card(entry, TEXT, columns, said, theme);
        let bar = if place == selected { theme.pick("▌", ">") } else { " " };
        lines.extend(card.into_iter().map(|line| line.put(0, bar, Tone::Strong)));
        lines.push(Line::new());
    }
    (lines, begins)
}

/// All of it for printing: whole texts, and the ids by which a line is named.
pub(crate) fn printed(entries: &[OutboxLine], columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = Vec::new();
    for entry in entries {
        let card = card(entry, usize::MAX, columns, said, theme);
        lines.extend(card);
        let id = cut(
            &theme.show(entry.entry.id.as_str()),
            columns.saturating_sub(2),
            theme.ellipsis(),
        );
        lines.push(Line::of(2, id, Tone::Dim));
    }
    lines
}

fn card(line: &OutboxLine, most: usize, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let time = theme.show(&said.entry_at(line));
    let room = columns.saturating_sub(width(&time) + 4);
    let whose = said
        .account_of(&line.account)
        .map(|label| format!(" · {label}"))
        .unwrap_or_default();
    let what = said.action(&line.entry.action) + &whose;
    let what = cut(&theme.show(&what), room, theme.ellipsis());
    let mut lines = vec![Line::of(2, what, Tone::Strong).right(columns, time, Tone::Dim)];
    let tone = match line.entry.delivery {
        Delivery::Refused(_) | Delivery::KeyRefused => Tone::Blocked,
        Delivery::Unknown { .. } | Delivery::Changed { .. } | Delivery::Unseen { .. } => Tone::Stalled,
        Delivery::Issued { .. } => Tone::Ink,
        Delivery::Waiting { .. } | Delivery::Sending => Tone::Soft,
    };
    let paragraph = |text: &str, tone: Tone, most: usize| {
        let wrapped = wrap(&theme.show(text), columns.saturating_sub(3), most, theme.ellipsis());
        wrapped.into_iter().map(move |text| Line::of(2, text, tone))
    };
    lines.extend(paragraph(&said.delivery(line), tone, 2));
    let text = said.action_text(&line.entry.action);
    if !text.is_empty() {
        lines.extend(paragraph(&text, Tone::Ink, most));
    }
    if matches!(line.entry.delivery, Delivery::Issued { .. }) {
        lines.extend(paragraph(said.where_a_key_is_shown(), Tone::Dim, 2));
    }
    if let Delivery::Unseen { key } = &line.entry.delivery {
        lines.extend(paragraph(&said.lost_key(key), Tone::Dim, 2));
    }
    if line.renames {
        lines.extend(paragraph(said.renames(), Tone::Stalled, 2));
    }
    if let Delivery::Changed { theirs } = &line.entry.delivery {
        lines.extend(paragraph(said.on_the_server(), Tone::Dim, 1));
        lines.extend(paragraph(&said.edit_text(theirs), Tone::Soft, most));
    }
    lines
}
