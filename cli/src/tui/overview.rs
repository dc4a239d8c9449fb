//! The list of programs: sections, rows of two lines, a question whole. Takes values, gives lines; decides nothing.

use cachebash_core::insight::{AskedRow, Finding, Overview, ProgramRow, RowProgress, Section, Shape};

use super::line::{Line, bar};
use super::said::Said;
use super::text::{cut, cut_middle, width, wrap};
use super::theme::{Theme, Tone, state_tone};

/// Lines that belong together: a section's title, or a row that can be selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Which row of the overview, if it is one.
    pub(crate) row: Option<usize>,
    /// Its lines.
    pub(crate) lines: Vec<Line>,
}

/// How the quiet ones are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// Their names on one line.
    Names,
    /// A line each.
    Rows,
}

/// Where things stand in a row, for a list of `width` columns.
#[derive(Clone, Copy)]
struct Columns {
    name: usize,
    name_width: usize,
    word: usize,
    bar: Option<usize>,
    percent_end: usize,
    end: usize,
}

/// Columns of the bar.
const BAR: usize = 10;

impl Columns {
    /// For a list of `width` columns whose longest name has `longest`.
    fn of(width: usize, longest: usize) -> Self {
        let end = width.saturating_sub(1);
        if width >= 52 {
            // Where there is room a long name gets it, up to twelve columns; the rest goes to the status.
            let word = 19 + longest.saturating_sub(13).min(width - 52).min(12);
            Self {
                name: 5,
                name_width: word - 6,
                word,
                bar: Some(word + 9),
                percent_end: word + 25,
                end,
            }
        } else {
            // Too narrow for the bar: the percent alone says as much.
            let word = 19.min(width.saturating_sub(26)).max(12);
            Self {
                name: 5,
                name_width: word - 6,
                word,
                bar: None,
                percent_end: end.saturating_sub(7),
                end,
            }
        }
    }
}

/// The whole list, in blocks, for a pane of `columns`.
pub(crate) fn list(overview: &Overview, columns: usize, quiet: Quiet, said: &Said<'_>, theme: &Theme) -> Vec<Block> {
    let longest = overview
        .rows
        .iter()
        .map(|row| width(row.program.as_str()))
        .max()
        .unwrap_or(0);
    let at = Columns::of(columns, longest);
    let mut blocks = Vec::new();
    let mut asked = asked_of_you(overview, at, said, theme);
    for summary in &overview.sections {
        if summary.section != Section::NeedsYou {
            blocks.append(&mut asked);
        }
        let rows = overview
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.section == summary.section);
        let title = Line::of(1, theme.show(said.section_title(summary.section)), Tone::Head).then(
            1,
            summary.count.to_string(),
            Tone::Dim,
        );
        if summary.section == Section::Quiet && quiet == Quiet::Names {
            let names: Vec<String> = rows.map(|(_, row)| theme.show(row.program.as_str())).collect();
            let room = at.end.saturating_sub(title.end() + 2);
            let names = cut(&names.join(", "), room, theme.ellipsis());
            blocks.push(Block {
                row: None,
                lines: vec![title.then(2, names, Tone::Dim)],
            });
            continue;
        }
        blocks.push(Block {
            row: None,
            lines: vec![title],
        });
        for (index, row) in rows {
            blocks.push(Block {
                row: Some(index),
                lines: row_lines(row, overview, at, said, theme),
            });
        }
    }
    blocks.append(&mut asked);
    blocks
}

/// The questions whose asker nobody knows, under "Needs you": they belong to no program and cannot be selected.
fn asked_of_you(overview: &Overview, at: Columns, said: &Said<'_>, theme: &Theme) -> Vec<Block> {
    if overview.asked.is_empty() {
        return Vec::new();
    }
    let title =
        Line::of(1, theme.show(said.asked_title()), Tone::Head).then(1, overview.asked.len().to_string(), Tone::Dim);
    let rows = overview
        .asked
        .iter()
        .map(|asked| asked_lines(asked, at.name, at.end, said, theme));
    std::iter::once(vec![title])
        .chain(rows)
        .map(|lines| Block { row: None, lines })
        .collect()
}

/// One question: who asks and when, its words whole up to six lines, and where to answer when not here.
pub(crate) fn asked_lines(asked: &AskedRow, indent: usize, end: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let at = theme.show(&said.asked_at(asked));
    let mut first = Line::of(indent.saturating_sub(3), "?", Tone::Strong).put(
        indent,
        cut(
            &theme.show(said.asker(asked)),
            end.saturating_sub(indent + width(&at) + 2),
            theme.ellipsis(),
        ),
        Tone::Strong,
    );
    if let Some(priority) = said.high_priority(asked) {
        first = first.then(2, theme.show(priority), Tone::Soft);
    }
    let mut lines = vec![first.right(end, at, Tone::Dim)];
    let text = theme.show(&said.quoted(asked));
    lines.extend(
        wrap(&text, end.saturating_sub(indent), 6, theme.ellipsis())
            .into_iter()
            .map(|line| Line::of(indent, line, Tone::Ink)),
    );
    if !asked.answerable {
        lines.push(Line::of(indent, theme.show(said.answer_elsewhere()), Tone::Dim));
    }
    lines
}

fn row_lines(row: &ProgramRow, overview: &Overview, at: Columns, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    match row.section {
        Section::NeedsYou => asking(row, overview, at, said, theme),
        Section::StalledOrSilent | Section::Working => moving(row, overview, at, said, theme),
        Section::Pinned if row.finding.is_none() && row.open_questions == 0 && !shows_progress(row) => {
            vec![pinned(row, overview, at, said, theme)]
        }
        Section::Pinned => moving(row, overview, at, said, theme),
        Section::FinishedToday | Section::Quiet => vec![ended(row, overview, at, said, theme)],
    }
}

/// Needs you: what it asks, whole up to six lines, and since when it waits.
fn asking(row: &ProgramRow, overview: &Overview, at: Columns, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = vec![first_line(row, at, said, theme)];
    let question = row.asked.as_ref().map(|asked| &asked.text);
    if let Some(status) = question.or(row.status.as_ref()) {
        let room = at.end.saturating_sub(at.name);
        lines.extend(
            wrap(&theme.show(status), room, 6, theme.ellipsis())
                .into_iter()
                .map(|l| Line::of(at.name, l, Tone::Ink)),
        );
    }
    let mut last = Line::new();
    if let Some(waiting) = &row.waiting {
        last = last.put(at.name, theme.show(&said.waiting(row, waiting)), Tone::Dim);
    }
    if let Some(finding) = &row.finding {
        let text = theme.show(&said.finding(finding));
        let gap = if last == Line::new() { at.name } else { 3 };
        last = last.then(gap, text, finding_tone(finding));
    }
    let tail = marks(row, overview, theme);
    last = last.right(at.end, tail, Tone::Soft);
    if last != Line::new() {
        lines.push(last);
    }
    lines
}

/// Stalled, silent, working: the status and beside it what we found, else when it will be done.
fn moving(row: &ProgramRow, overview: &Overview, at: Columns, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let status = row
        .status
        .as_deref()
        .map(|status| theme.show(status))
        .unwrap_or_default();
    let marks = marks(row, overview, theme);
    let room = at.end.saturating_sub(at.name);
    let mut line = Line::new();
    let mut end = at.end;
    if !marks.is_empty() {
        line = line.right(end, &*marks, Tone::Soft);
        end -= (width(&marks) + 2).min(end);
    }
    if let Some(finding) = &row.finding {
        let mut text = theme.show(&said.finding(finding));
        // Where it is tight the finding loses what follows its dot, before the status loses half of itself.
        if width(&status) + 2 + width(&text) + width(&marks) + 2 > room {
            text = theme.show(&said.finding_short(finding));
        }
        line = line.right(end, &*text, finding_tone(finding));
        end = end.saturating_sub(width(&text) + 2);
    } else if let Some(estimate) = &row.estimate {
        let text = theme.show(&said.eta(estimate));
        line = line.right(end, &*text, Tone::Soft);
        end = end.saturating_sub(width(&text) + 2);
    }
    let status = cut(&status, end.saturating_sub(at.name), theme.ellipsis());
    vec![first_line(row, at, said, theme), line.put(at.name, status, Tone::Soft)]
}

/// Pinned and nothing more to say: one line.
fn pinned(row: &ProgramRow, overview: &Overview, at: Columns, said: &Said<'_>, theme: &Theme) -> Line {
    let line = head(row, at, theme);
    let (line, age) = with_age(line, row, at, said, theme);
    let line = state_word(line, row, at, said, theme);
    let marks = marks(row, overview, theme);
    let column = at.bar.unwrap_or(at.word + 9).max(line_end_of_word(row, at, said) + 1);
    let room = at
        .end
        .saturating_sub(width(&age) + 2 + column + if marks.is_empty() { 0 } else { width(&marks) + 1 });
    let status = cut(
        &theme.show(row.status.as_deref().unwrap_or_default()),
        room,
        theme.ellipsis(),
    );
    line.put(column, status, Tone::Soft)
        .right(at.end.saturating_sub(width(&age) + 2), marks, Tone::Dim)
}

/// Finished and quiet: name, last words, when.
fn ended(row: &ProgramRow, overview: &Overview, at: Columns, said: &Said<'_>, theme: &Theme) -> Line {
    let (line, age) = with_age(head(row, at, theme), row, at, said, theme);
    let label = account_label(row, overview, theme);
    let end = at.end.saturating_sub(width(&age) + 2);
    let line = line.right(end, &*label, Tone::Dim);
    let end = if label.is_empty() {
        end
    } else {
        end.saturating_sub(width(&label) + 2)
    };
    let status = match (&row.status, row.shape) {
        (_, Shape::NeverSeen) => theme.show(said.never_seen()),
        (Some(status), _) => theme.show(status),
        (None, _) => String::new(),
    };
    line.put(
        at.word,
        cut(&status, end.saturating_sub(at.word), theme.ellipsis()),
        Tone::Soft,
    )
}

/// Sign, name, state word, bar, percent, age.
fn first_line(row: &ProgramRow, at: Columns, said: &Said<'_>, theme: &Theme) -> Line {
    let (line, age) = with_age(head(row, at, theme), row, at, said, theme);
    let line = state_word(line, row, at, said, theme);
    let word_end = line_end_of_word(row, at, said);
    let bar_fits = at.bar.filter(|column| word_end < *column);
    match row.progress {
        RowProgress::Percent(percent) => {
            let line = match bar_fits {
                Some(column) => {
                    let (full, rest) = bar(percent.value(), BAR, theme);
                    let tone = if row.moving { Tone::Working } else { Tone::Dim };
                    line.put(column, &*full, tone)
                        .put(column + width(&full), rest, Tone::Line)
                }
                None => line,
            };
            line.right(
                at.percent_end.min(at.end.saturating_sub(width(&age) + 1)),
                said.percent(percent),
                Tone::Strong,
            )
        }
        RowProgress::NotReported | RowProgress::Last { .. } => {
            let column = at.bar.unwrap_or(at.word + 9).max(word_end + 1);
            let text = theme.show(&said.row_progress(&row.progress));
            // Never shortened to something that reads as a number; left out where it does not fit.
            if column + width(&text) + 2 + width(&age) <= at.end {
                line.put(column, text, Tone::Dim)
            } else {
                line
            }
        }
    }
}

fn head(row: &ProgramRow, at: Columns, theme: &Theme) -> Line {
    let [(sign, tone), (mark, mark_tone)] = theme.shape(row.shape);
    let name = cut_middle(&theme.show(row.program.as_str()), at.name_width, theme.ellipsis());
    let line = Line::of(2, sign, tone).put(at.name, name, Tone::Strong);
    if mark == " " {
        line
    } else {
        line.put(3, mark, mark_tone)
    }
}

fn with_age(line: Line, row: &ProgramRow, at: Columns, said: &Said<'_>, theme: &Theme) -> (Line, String) {
    let age = theme.show(&said.age(row));
    (line.right(at.end, &*age, Tone::Dim), age)
}

fn state_word(line: Line, row: &ProgramRow, at: Columns, said: &Said<'_>, theme: &Theme) -> Line {
    let Some(state) = &row.state else { return line };
    let (word, or) = said.state_word(state);
    let line = line.put(at.word, theme.show(&word), state_tone(state));
    match or {
        Some(or) => line.put(at.word + width(&word) + 1, theme.show(or), Tone::Dim),
        None => line,
    }
}

/// The column after the state word.
fn line_end_of_word(row: &ProgramRow, at: Columns, said: &Said<'_>) -> usize {
    let Some(state) = &row.state else { return at.word };
    let (word, or) = said.state_word(state);
    at.word + width(&word) + or.map_or(0, |or| width(or) + 1)
}

/// What stands at the end of the second line: whose it is, where there are several accounts, and how many questions.
fn marks(row: &ProgramRow, overview: &Overview, theme: &Theme) -> String {
    let label = account_label(row, overview, theme);
    let questions = if row.open_questions == 0 {
        String::new()
    } else {
        format!("?{}", row.open_questions)
    };
    match (label.is_empty(), questions.is_empty()) {
        (false, false) => format!("{label}  {questions}"),
        _ => label + &questions,
    }
}

fn account_label(row: &ProgramRow, overview: &Overview, theme: &Theme) -> String {
    if overview.accounts.len() < 2 {
        return String::new();
    }
    let account = overview.accounts.iter().find(|account| account.id == row.account);
    account
        .map(|account| cut(&theme.show(&account.label), 16, theme.ellipsis()))
        .unwrap_or_default()
}

fn shows_progress(row: &ProgramRow) -> bool {
    row.progress != RowProgress::NotReported
}

pub(crate) fn finding_tone(finding: &Finding) -> Tone {
    match finding {
        Finding::Silent { .. } => Tone::Silent,
        Finding::Fell { .. } | Finding::NoChange { .. } => Tone::Stalled,
    }
}
