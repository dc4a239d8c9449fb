//! One program: both clocks, its words, its progress over time, what it hands on. Beside the list it is cut to what fits;
//! alone it is whole.

use cachebash_core::domain::{ContextLeft, ContextSummary, Progress};
use cachebash_core::insight::{ProgramPage, Reading, RowProgress, SessionRow, SessionWindow};

use super::line::{Line, bar};
use super::overview::finding_tone;
use super::said::Said;
use super::text::{cut, width, wrap};
use super::theme::{Theme, Tone, state_tone};
use super::{chart, whole};
use crate::words::Phrase;

/// The sessions of a program, one handing over to the next.
pub(super) const CHAIN: &str = "Chain";

/// How much a page may take.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    /// Beside the list: each part a line or two.
    Tight,
    /// Alone: everything.
    Ample,
}

/// The page beside the list: every part, each cut so that all of it fits in `columns` × `rows`.
pub(crate) fn beside(page: &ProgramPage, columns: usize, rows: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = header(page, columns, said, theme);
    lines.push(Line::new());
    lines.extend(asked(page, columns, Room::Tight, said, theme));
    lines.extend(now(page, columns, Room::Tight, said, theme));
    let fixed = lines.len() + tail(page, columns, 0, said, theme).len();
    // Notes take two lines, and whatever nobody else needs.
    let notes = rows.saturating_sub(fixed).max(2);
    lines.extend(tail(page, columns, notes, said, theme));
    lines
}

/// The page alone: nothing is cut but a single line that is too wide.
pub(crate) fn whole(page: &ProgramPage, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = header(page, columns, said, theme);
    lines.push(Line::new());
    lines.extend(asked(page, columns, Room::Ample, said, theme));
    lines.extend(now(page, columns, Room::Ample, said, theme));
    lines.extend(whole::parts(page, columns, said, theme));
    lines
}

/// Name, shape, word, role; when last heard and when read.
fn header(page: &ProgramPage, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let row = &page.row;
    let [(sign, tone), (mark, mark_tone)] = theme.shape(row.shape);
    let mut first = Line::of(
        0,
        super::text::cut_middle(&theme.show(row.program.as_str()), columns / 2, theme.ellipsis()),
        Tone::Strong,
    )
    .then(2, sign, tone);
    if mark != " " {
        first = first.then(0, mark, mark_tone);
    }
    match &row.state {
        Some(state) => {
            let (word, or) = said.state_word(state);
            first = first.then(1, theme.show(&word), state_tone(state));
            if let Some(or) = or {
                first = first.then(1, theme.show(or), Tone::Dim);
            }
        }
        None => {
            first = first.then(
                1,
                cut(&theme.show(said.never_seen()), columns / 2, theme.ellipsis()),
                Tone::Dim,
            )
        }
    }
    let role: Vec<String> = [&row.name, &row.role]
        .into_iter()
        .flatten()
        .map(|word| theme.show(word))
        .collect();
    if !role.is_empty() {
        let room = columns.saturating_sub(first.end() + 2);
        first = first.then(
            2,
            cut(&role.join(theme.pick(" · ", " - ")), room, theme.ellipsis()),
            Tone::Dim,
        );
    }
    let (heard, read) = said.heard(page, columns);
    let (heard, read) = (theme.show(&heard), theme.show(&read));
    let clocks = Line::of(0, &*heard, Tone::Dim);
    let mut lines = vec![first];
    if width(&heard) + 2 + width(&read) <= columns {
        lines.push(clocks.right(columns, read, Tone::Dim));
    } else {
        lines.extend([clocks, Line::of(0, read, Tone::Dim)]);
    }
    if page.live_sessions > 1 {
        lines.push(Line::of(
            0,
            cut(
                &theme.show(&said.live_sessions(page.live_sessions)),
                columns,
                theme.ellipsis(),
            ),
            Tone::Dim,
        ));
    }
    lines
}

/// What it asked comes first: beside the list the oldest question, alone all of them with what may be answered.
fn asked(page: &ProgramPage, columns: usize, space: Room, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let most = match space {
        Room::Tight => 1,
        Room::Ample => page.asked.len(),
    };
    let room = columns.saturating_sub(2);
    let mut lines = Vec::new();
    for question in page.asked.iter().take(most) {
        let at = theme.show(&said.asked_at(question));
        let text = theme.show(&said.quoted(question));
        let wrapped = wrap(&text, room.saturating_sub(width(&at) + 2), 6, theme.ellipsis());
        for (number, text) in wrapped.into_iter().enumerate() {
            let line = Line::of(2, text, Tone::Ink);
            lines.push(if number == 0 {
                line.put(0, "?", Tone::Strong).right(columns, &*at, Tone::Dim)
            } else {
                line
            });
        }
        if space == Room::Ample {
            let context = theme.show(question.context.as_deref().unwrap_or_default());
            let context = wrap(&context, room, 6, theme.ellipsis()).into_iter();
            lines.extend(context.map(|text| Line::of(2, text, Tone::Soft)));
            let dot = theme.pick("·", "-");
            let options = question.options.iter().map(|option| {
                let option = cut(&theme.show(option), room.saturating_sub(2), theme.ellipsis());
                Line::of(2, dot, Tone::Dim).put(4, option, Tone::Soft)
            });
            lines.extend(options);
        }
        lines.push(Line::new());
    }
    lines
}

/// Status, number, chart, context left.
fn now(page: &ProgramPage, columns: usize, space: Room, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let row = &page.row;
    let mut lines = Vec::new();
    let project = cut(
        &theme.show(row.project.as_deref().unwrap_or_default()),
        columns / 3,
        theme.ellipsis(),
    );
    if let Some(status) = &row.status {
        let room = columns.saturating_sub(if project.is_empty() { 0 } else { width(&project) + 2 });
        // A question is read whole, wherever it stands.
        let most = match space {
            Room::Tight if row.waiting.is_none() => 1,
            Room::Tight | Room::Ample => 6,
        };
        for text in wrap(&theme.show(status), room, most, theme.ellipsis()) {
            lines.push(Line::of(0, text, Tone::Ink));
        }
    }
    if !project.is_empty() {
        let first = lines
            .first_mut()
            .map(std::mem::take)
            .unwrap_or_default()
            .right(columns, project, Tone::Dim);
        match lines.first_mut() {
            Some(line) => *line = first,
            None => lines.push(first),
        }
    }
    let number = theme.show(&said.page_progress(&row.progress));
    let tone = if matches!(row.progress, RowProgress::Percent(_)) {
        Tone::Strong
    } else {
        Tone::Dim
    };
    let mut line = Line::of(0, number, tone);
    if let Some(waiting) = &row.waiting {
        line = line.right(columns, theme.show(&said.waiting(row, waiting)), Tone::Dim);
    } else if let Some(finding) = &row.finding {
        let text = cut(
            &theme.show(&said.finding(finding)),
            columns.saturating_sub(line.end() + 2),
            theme.ellipsis(),
        );
        line = line.right(columns, text, finding_tone(finding));
    } else if let Some(estimate) = &row.estimate {
        let room = columns.saturating_sub(line.end() + 2);
        let whole = theme.show(&said.eta_and_basis(estimate));
        // A range cut short would be another range: what it rests on goes first.
        let text = if width(&whole) <= room {
            whole
        } else {
            theme.show(&said.eta(estimate))
        };
        line = line.right(columns, text, Tone::Ink);
    }
    lines.push(line);
    lines.extend(curve(page, columns, space, said, theme));
    lines.extend(context_left(page, columns, said, theme));
    if row.live && row.hand_off_required {
        lines.push(Line::of(
            0,
            theme.show(said.phrase(Phrase::HandOffRequired)),
            Tone::Strong,
        ));
    }
    lines
}

/// The chart with its axis, and a sentence that names falls and gaps.
fn curve(page: &ProgramPage, columns: usize, space: Room, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let Some(history) = &page.history else {
        return Vec::new();
    };
    let (Some(from), true) = (
        history.seen_since,
        history.samples.iter().any(|s| s.progress != Progress::NotReported),
    ) else {
        return Vec::new();
    };
    let until = said.axis_end(page);
    let cells = columns.saturating_sub(1).min(88);
    let estimate = page.row.estimate.as_ref();
    let due = estimate.and_then(|estimate| chart::Due::of(estimate, history, until));
    let (mut lines, present) = chart::lines(history, until, due, cells, page.row.moving, theme);
    if lines.is_empty() {
        return lines;
    }
    let axis = Line::of(0, theme.show(&said.clock(from)), Tone::Dim);
    let now = theme.show(&said.clock(until));
    lines.push(match estimate.filter(|_| due.is_some()) {
        None => axis.right(cells, now, Tone::Dim),
        Some(estimate) => {
            let done = theme.show(&said.due(estimate));
            // Under its column, or beside its neighbours where that is too narrow.
            let most = cells.saturating_sub(width(&done) + 1);
            let end = present.max(axis.end() + 1 + width(&now)).min(most);
            axis.right(end, now, Tone::Dim).right(cells, done, Tone::Dim)
        }
    });
    let (sentence, most) = match space {
        Room::Tight => (said.chart_line(history, theme), 1),
        Room::Ample => (said.chart_sentence(history), 6),
    };
    let sentence = wrap(&theme.show(&sentence), columns, most, theme.ellipsis());
    lines.extend(sentence.into_iter().map(|text| Line::of(0, text, Tone::Dim)));
    lines
}

fn context_left(page: &ProgramPage, columns: usize, said: &Said<'_>, theme: &Theme) -> Option<Line> {
    let left = page.session.as_ref()?.context_left;
    let not_offered = || (page.context_use_offered == Some(false)).then(|| said.phrase(Phrase::NotOffered).to_owned());
    let text = theme.show(&said.context_left(left).or_else(not_offered)?);
    let title = theme.show(said.phrase(Phrase::Context));
    let mut line = Line::of(0, &*title, Tone::Dim).right(columns, &*text, Tone::Soft);
    if let ContextLeft::Percent(percent) = left {
        let at = width(&title) + 1;
        let cells = columns.saturating_sub(at + width(&text) + 4).min(24);
        if cells > 3 {
            let (full, rest) = bar(cachebash_core::domain::Percent::of(percent).value(), cells, theme);
            line = line
                .put(at, &*full, Tone::Soft)
                .put(at + width(&full), rest, Tone::Line);
        }
    }
    Some(line)
}

/// Notes, work items, open questions, chain: a line or two each.
fn tail(page: &ProgramPage, columns: usize, notes: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = Vec::new();
    match &page.context.reading {
        Reading::Read => lines.extend(context(page, columns, notes, said, theme)),
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
            lines.extend(whole::no_permission(page, capability.as_ref(), columns, said, theme));
        }
    }
    if let Some(chain) = chain(&page.sessions, columns, theme) {
        lines.extend([Line::new(), chain]);
    }
    lines
}

fn context(page: &ProgramPage, columns: usize, notes: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let mut lines = Vec::new();
    let (context, cleared) = shown_context(page);
    if let Some(kept) = cleared {
        let text = cut(&theme.show(&said.cleared(kept.cleared_at)), columns, theme.ellipsis());
        lines.extend([Line::new(), Line::of(0, text, Tone::Dim)]);
    }
    if !context.hand_off_notes.is_empty() {
        let mut title = Line::of(0, theme.show(said.phrase(Phrase::HandOffNotes)), Tone::Head);
        let by = cut(
            &theme.show(&said.by_and_when(page)),
            columns.saturating_sub(title.end() + 2),
            theme.ellipsis(),
        );
        title = title.right(columns, by, Tone::Dim);
        lines.extend([Line::new(), title]);
        let wrapped = wrap(&theme.show(&context.hand_off_notes), columns, notes, theme.ellipsis());
        lines.extend(wrapped.into_iter().map(|text| Line::of(0, text, Tone::Ink)));
    }
    if !context.active_work_items.is_empty() {
        let title = Line::of(0, theme.show(said.phrase(Phrase::WorkItems)), Tone::Head).then(
            1,
            context.active_work_items.len().to_string(),
            Tone::Dim,
        );
        let room = columns.saturating_sub(title.end() + 2);
        let items = cut(
            &theme.show(&context.active_work_items.join(" · ")),
            room,
            theme.ellipsis(),
        );
        lines.extend([Line::new(), title.then(2, items, Tone::Ink)]);
    }
    if !context.open_questions.is_empty() {
        let title = Line::of(0, theme.show(said.phrase(Phrase::OpenQuestions)), Tone::Head).then(
            1,
            context.open_questions.len().to_string(),
            Tone::Dim,
        );
        lines.extend([Line::new(), title]);
        for (number, question) in (1_u32..).zip(&context.open_questions) {
            let text = cut(&theme.show(question), columns.saturating_sub(3), theme.ellipsis());
            lines.push(Line::of(0, number.to_string(), Tone::Strong).put(3, text, Tone::Ink));
            if let Some(reply) = said.reply(page, number - 1) {
                lines.push(Line::of(3, theme.show(&reply), Tone::Dim));
            }
        }
    }
    lines
}

/// What the program hands on: as it stands on the server, or, where the server's decay emptied it, the last one kept here.
pub(super) fn shown_context(page: &ProgramPage) -> (&ContextSummary, Option<&cachebash_core::insight::KeptContext>) {
    match &page.context.cleared {
        Some(kept) => (&kept.context, Some(kept)),
        None => (&page.context.context, None),
    }
}

/// Its sessions from the newest back, as many as fit; dashes where one did not come right after the other's known end.
fn chain(sessions: &[SessionRow], columns: usize, theme: &Theme) -> Option<Line> {
    let first = sessions.first()?;
    let mut line = Line::of(0, theme.show(CHAIN), Tone::Head);
    line = link(line, 3, first, columns, theme)?;
    for pair in sessions.windows(2) {
        let joined = pair[1].ended_at.is_some() && pair[0].unrecorded_before.is_none();
        let dash = if joined {
            theme.pick("──", "--")
        } else {
            theme.pick("╌╌", "..")
        };
        let next = line.clone().then(1, dash, Tone::Line);
        match link(next, 1, &pair[1], columns, theme) {
            Some(longer) => line = longer,
            None => break,
        }
    }
    Some(line)
}

fn link(line: Line, gap: usize, session: &SessionRow, columns: usize, theme: &Theme) -> Option<Line> {
    let [(sign, tone), _] = theme.shape(session.shape);
    let id = session.session.as_str();
    let short = id
        .strip_prefix(session.program.as_str())
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or(id);
    let room = columns.saturating_sub(line.end() + gap + 2);
    let short = theme.show(short);
    (width(&short) <= room || gap == 3).then(|| {
        line.then(gap, sign, tone)
            .then(1, cut(&short, room, theme.ellipsis()), Tone::Ink)
    })
}

/// A window over sessions, for printing.
pub(crate) fn session_list(window: &SessionWindow, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let title = match &window.notice {
        Some(notice) => Line::of(0, theme.show(&said.notice(notice)), Tone::Strong),
        None => Line::of(0, theme.show(&said.sessions(window.total)), Tone::Strong).right(
            columns,
            theme.show(&said.as_of()),
            Tone::Dim,
        ),
    };
    let mut lines = vec![title];
    for session in &window.rows {
        let [(sign, tone), _] = theme.shape(session.shape);
        let times = theme.show(&said.session_span(session));
        let percent = session.percent.map(|percent| said.percent(percent)).unwrap_or_default();
        let id = cut(&theme.show(session.session.as_str()), 30, theme.ellipsis());
        let line = Line::of(0, sign, tone).put(2, id, Tone::Strong);
        let word = session
            .state
            .as_ref()
            .map(|state| (said.state_word(state).0, state_tone(state)));
        let line = match word {
            Some((word, tone)) => line.put(34, cut(&theme.show(&word), 9, theme.ellipsis()), tone),
            None => line,
        };
        let line = line.right(51, percent, Tone::Strong).right(columns, &*times, Tone::Dim);
        let room = columns.saturating_sub(54 + width(&times));
        let status = cut(
            &theme.show(session.status.as_deref().unwrap_or_default()),
            room,
            theme.ellipsis(),
        );
        lines.push(line.put(53, status, Tone::Soft));
    }
    lines
}

/// The page with its bar, for printing.
pub(crate) fn printed(page: &ProgramPage, columns: usize, said: &Said<'_>, theme: &Theme) -> Vec<Line> {
    let notice = page
        .notice
        .as_ref()
        .map(|notice| Line::of(0, theme.show(&said.notice(notice)), Tone::Strong));
    notice.into_iter().chain(whole(page, columns, said, theme)).collect()
}
