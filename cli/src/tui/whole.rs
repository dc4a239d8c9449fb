//! The parts of an open program, whole: all of the notes, every question and work item, the last task, sessions, keys.

use cachebash_core::domain::{Capability, Outcome};
use cachebash_core::insight::{KeysView, ProgramPage, Reading};

use super::line::Line;
use super::program::{CHAIN, shown_context};
use super::said::Said;
use super::text::{cut, width, wrap};
use super::theme::{Theme, Tone};
use crate::words::Phrase;

/// Lines that a single text may take; agents may write 2,000 characters.
const MANY: usize = 200;

/// All parts below the chart.
pub(super) fn parts(page: &ProgramPage, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = Vec::new();
    match &page.context.reading {
        Reading::Read => context(page, columns, said, theme, &mut lines),
        Reading::Nothing => lines.extend([
            Line::new(),
            Line::of(0, theme.show(said.phrase(Phrase::NothingStored)), Tone::Dim),
        ]),
        Reading::NotRead => lines.extend([
            Line::new(),
            Line::of(0, theme.show(said.phrase(Phrase::NotReadYet)), Tone::Dim),
        ]),
        Reading::NoPermission { capability } => {
            lines.push(Line::new());
            lines.extend(no_permission(page, capability.as_ref(), columns, said, theme));
        }
    }
    sessions(page, columns, said, theme, &mut lines);
    keys(&page.keys, columns, said, theme, &mut lines);
    lines
}

/// What the key may not read, and who can mend it.
pub(super) fn no_permission(
    page: &ProgramPage,
    capability: Option<&Capability>,
    columns: usize,
    said: &Said<'_>,
    theme: &Theme,
) -> Vec<Line> {
    let mut lines = paragraph(&said.may_not_read(&page.row.program), 0, columns, Tone::Ink, theme);
    lines.extend(paragraph(
        &said.may_not_read_why(capability),
        0,
        columns,
        Tone::Dim,
        theme,
    ));
    lines
}

fn context(page: &ProgramPage, columns: usize, said: &Said<'_>, theme: &Theme, lines: &mut Vec<Line>) {
    let (context, cleared) = shown_context(page);
    if let Some(kept) = cleared {
        lines.push(Line::new());
        lines.extend(paragraph(&said.cleared(kept.cleared_at), 0, columns, Tone::Dim, theme));
    }
    let by = theme.show(&said.by_and_when(page));
    let written = theme.show(&said.written_by(page));
    let title = Line::of(0, theme.show(said.phrase(Phrase::HandOffNotes)), Tone::Head);
    let title = if title.end() + 2 + width(&by) <= columns {
        title.right(columns, by, Tone::Dim)
    } else {
        title
    };
    lines.extend([Line::new(), title]);
    if context.hand_off_notes.is_empty() {
        lines.push(Line::of(0, theme.show(said.phrase(Phrase::NoNotes)), Tone::Dim));
    } else {
        lines.extend(paragraph(&context.hand_off_notes, 0, columns, Tone::Ink, theme));
        lines.extend(paragraph(&written, 0, columns, Tone::Dim, theme));
    }
    list(
        said.phrase(Phrase::OpenQuestions),
        &context.open_questions,
        Some(&|question| {
            said.reply(page, question)
                .or_else(|| said.question_time(page, question))
        }),
        columns,
        theme,
        lines,
    );
    list(
        said.phrase(Phrase::WorkItems),
        &context.active_work_items,
        None,
        columns,
        theme,
        lines,
    );
    if let Some(task) = &context.last_task {
        lines.extend([
            Line::new(),
            Line::of(0, theme.show(said.phrase(Phrase::LastTask)), Tone::Head),
        ]);
        if let Some(title) = &task.title {
            lines.extend(paragraph(title, 0, columns, Tone::Ink, theme));
        }
        if let Some(outcome) = &task.outcome {
            let (sign, tone) = match outcome {
                Outcome::Completed => (theme.pick("✓", "v"), Tone::Complete),
                Outcome::InProgress => (theme.pick("◔", "o"), Tone::Working),
                Outcome::Blocked => (theme.pick("■", "#"), Tone::Blocked),
                Outcome::Deferred | Outcome::Other(_) => (theme.pick("·", "-"), Tone::Dim),
            };
            lines.push(Line::of(0, sign, tone).then(1, theme.show(&said.outcome(outcome)), tone));
        }
        if let Some(notes) = task.notes.as_deref().filter(|notes| !notes.is_empty()) {
            lines.extend(paragraph(notes, 0, columns, Tone::Soft, theme));
        }
    }
}

/// A titled list: numbered, each item with what stands below it, if anything; or with dots.
fn list(
    title: &str,
    items: &[String],
    below: Option<&dyn Fn(u32) -> Option<String>>,
    columns: usize,
    theme: &Theme,
    lines: &mut Vec<Line>,
) {
    if items.is_empty() {
        return;
    }
    let title = Line::of(0, theme.show(title), Tone::Head).then(1, items.len().to_string(), Tone::Dim);
    lines.extend([Line::new(), title]);
    for (number, item) in (1_u32..).zip(items) {
        let sign = if below.is_some() {
            number.to_string()
        } else {
            theme.pick("·", "-").to_owned()
        };
        let mut text = paragraph(item, 3, columns, Tone::Ink, theme);
        if let Some(first) = text.first_mut() {
            *first = std::mem::take(first).put(0, sign, Tone::Strong);
        }
        lines.extend(text);
        if let Some(below) = below.and_then(|below| below(number - 1)) {
            lines.extend(paragraph(&below, 3, columns, Tone::Dim, theme));
        }
    }
}

fn sessions(page: &ProgramPage, columns: usize, said: &Said<'_>, theme: &Theme, lines: &mut Vec<Line>) {
    if page.sessions.is_empty() {
        return;
    }
    let title =
        Line::of(0, theme.show(CHAIN), Tone::Head).then(1, theme.show(&said.sessions(page.session_total)), Tone::Dim);
    lines.extend([Line::new(), title]);
    for session in &page.sessions {
        let [(sign, tone), _] = theme.shape(session.shape);
        let times = theme.show(&said.session_span(session));
        let id = cut(
            &theme.show(session.session.as_str()),
            columns.saturating_sub(width(&times) + 4),
            theme.ellipsis(),
        );
        lines.push(
            Line::of(0, sign, tone)
                .put(2, id, Tone::Ink)
                .right(columns, times, Tone::Dim),
        );
        if let Some(status) = session.status.as_ref().filter(|status| !status.is_empty()) {
            lines.push(Line::of(
                2,
                cut(&theme.show(status), columns.saturating_sub(2), theme.ellipsis()),
                Tone::Soft,
            ));
        }
    }
}

fn keys(view: &KeysView, columns: usize, said: &Said<'_>, theme: &Theme, lines: &mut Vec<Line>) {
    if view.reading != Reading::Read || view.keys.is_empty() {
        return;
    }
    let title =
        Line::of(0, theme.show(said.phrase(Phrase::Keys)), Tone::Head).then(1, view.keys.len().to_string(), Tone::Dim);
    lines.extend([Line::new(), title]);
    for key in &view.keys {
        let used = theme.show(&said.key_standing(key));
        let label = cut(
            &theme.show(&key.label),
            columns.saturating_sub(width(&used) + 12),
            theme.ellipsis(),
        );
        let fingerprint: String = key.hash.as_str().chars().take(8).collect();
        lines.push(
            Line::of(0, fingerprint, Tone::Dim)
                .put(10, label, Tone::Ink)
                .right(columns, used, Tone::Dim),
        );
        for text in said.key_notes(key) {
            lines.extend(paragraph(&text, 10, columns, Tone::Dim, theme));
        }
    }
}

fn paragraph(text: &str, indent: usize, columns: usize, tone: Tone, theme: &Theme) -> Vec<Line> {
    // An agent's own line breaks stay.
    text.lines()
        .flat_map(|line| {
            wrap(
                &theme.show(line),
                columns.saturating_sub(indent),
                MANY,
                theme.ellipsis(),
            )
        })
        .map(|text| Line::of(indent, text, tone))
        .collect()
}
