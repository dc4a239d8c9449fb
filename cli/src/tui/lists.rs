//! Lists beside the fleet, for printing: a title with its as-of, then rows of a few lines.

use cachebash_core::domain::Task;
use cachebash_core::insight::{AlertRow, AskedRow, ListWindow, MessageRow, TaskRow};

use super::line::Line;
use super::overview::asked_lines;
use super::said::Said;
use super::text::{cut, width, wrap};
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
        // What it is answered by.
        let id = cut(&theme.show(asked.question.as_str()), room, theme.ellipsis());
        lines.push(Line::of(INDENT, id, Tone::Dim));
    }
    lines
}

/// What waits to be done or is under way: title, who gave it to whom.
pub(crate) fn tasks(window: &ListWindow<TaskRow>, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = vec![title(window, Counted::Tasks, columns, said, theme)];
    for row in &window.rows {
        lines.extend(head(&row.task, columns, said, theme));
    }
    lines
}

/// One task, whole.
pub(crate) fn task(task: &Task, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = head(task, columns, said, theme);
    for text in [&task.instructions, &task.result].into_iter().flatten() {
        lines.push(Line::new());
        lines.extend(whole(text, 0, columns, Tone::Ink, theme));
    }
    lines
}

/// What a program was told and what it said.
pub(crate) fn messages(window: &ListWindow<MessageRow>, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = vec![title(window, Counted::Messages, columns, said, theme)];
    for MessageRow { message, receipt, .. } in &window.rows {
        let ends = ends(message.source.as_deref(), message.target.as_deref(), theme);
        let words = [message.kind.as_deref(), message.status.as_deref()];
        let first = Line::of(0, cut(&ends, columns / 2, theme.ellipsis()), Tone::Strong);
        let became = receipt.and_then(|receipt| said.receipt(receipt));
        // What became of it is said in words; the server's own word would say it twice.
        let told = match &became {
            Some(became) => words_of(&[message.kind.as_deref(), Some(became)], theme),
            None => words_of(&words, theme),
        };
        let first = first.then(2, told, Tone::Dim);
        lines.push(first.right(columns, theme.show(&said.list_time(message.created_at)), Tone::Dim));
        lines.extend(whole(&message.text, INDENT, columns, Tone::Ink, theme));
    }
    lines
}

/// What agents want the person to know.
pub(crate) fn alerts(window: &ListWindow<AlertRow>, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = vec![title(window, Counted::Alerts, columns, said, theme)];
    for AlertRow { alert, .. } in &window.rows {
        // The hosted server says `program` of every sender, which is no name.
        let source = alert.source.as_deref().filter(|source| *source != "program");
        let from = alert.session.as_deref().or(source).unwrap_or_default();
        let first = Line::of(0, theme.show(alert.kind.as_deref().unwrap_or("?")), Tone::Strong);
        let first = first.then(2, cut(&theme.show(from), columns / 2, theme.ellipsis()), Tone::Dim);
        lines.push(first.right(columns, theme.show(&said.list_time(alert.created_at)), Tone::Dim));
        for text in std::iter::once(&alert.text).chain(&alert.context) {
            lines.extend(whole(text, INDENT, columns, Tone::Ink, theme));
        }
    }
    lines
}

fn head(task: &Task, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let at = theme.show(&said.list_time(task.created_at));
    let room = columns.saturating_sub(width(&at) + 2);
    let first = Line::of(0, cut(&theme.show(&task.title), room, theme.ellipsis()), Tone::Strong);
    let ends = ends(task.source.as_deref(), task.target.as_deref(), theme);
    let priority = task.priority.as_deref().filter(|word| *word != "normal");
    let words = words_of(&[task.status.as_deref(), priority, Some(task.id.as_str())], theme);
    let second = Line::of(INDENT, cut(&ends, columns / 2, theme.ellipsis()), Tone::Soft).then(2, words, Tone::Dim);
    vec![first.right(columns, at, Tone::Dim), second]
}

/// From whom to whom.
fn ends(source: Option<&str>, target: Option<&str>, theme: &Theme) -> String {
    let shown = |name: Option<&str>| theme.show(name.unwrap_or("?"));
    format!("{} {} {}", shown(source), theme.pick("→", "->"), shown(target))
}

/// Words as they came, one beside the other.
fn words_of(words: &[Option<&str>], theme: &Theme) -> String {
    let dot = theme.pick(" · ", " - ");
    let shown: Vec<String> = words.iter().flatten().map(|word| theme.show(word)).collect();
    shown.join(dot)
}

/// A text, all of it.
fn whole(text: &str, indent: usize, columns: usize, tone: Tone, theme: &Theme) -> Vec<Line> {
    let lines = wrap(
        &theme.show(text),
        columns.saturating_sub(indent),
        usize::MAX,
        theme.ellipsis(),
    );
    lines.into_iter().map(|text| Line::of(indent, text, tone)).collect()
}

/// How many, and when that was true; with a bar in its place when there is something to say.
pub(super) fn title<T>(
    window: &ListWindow<T>,
    counted: Counted,
    columns: usize,
    said: &Said<'_>,
    theme: &Theme,
) -> Line {
    let count = theme.show(&said.count(counted, window.total));
    match &window.notice {
        Some(notice) => Line::of(0, theme.show(&said.notice(notice)), Tone::Strong).then(3, count, Tone::Ink),
        None => Line::of(0, count, Tone::Strong).right(columns, theme.show(&said.list_as_of(window.as_of)), Tone::Dim),
    }
}
