//! The time in which nobody looked: one sentence, a lane per program to which something happened, and what did.

use cachebash_core::domain::{SessionState, Timestamp};
use cachebash_core::insight::{AwayEvent, AwayLine, Digest, Lane, Shape, Stretch};

use super::line::Line;
use super::text::{cut, width, wrap};
use super::theme::{Theme, Tone};
use crate::words::Labels;

/// Columns of a program's name before its lane.
const NAME: usize = 17;

/// Lines of an agent's words at most.
const WORDS: usize = 3;

/// The whole page. `now`: server time.
pub(crate) fn lines(digest: &Digest, now: Timestamp, columns: usize, labels: &Labels, theme: &Theme) -> Vec<Line> {
    let span = format!(
        "{}, {}",
        labels.span(digest.from, digest.until, now),
        labels.duration_long(digest.until.since(digest.from))
    );
    let mut lines = vec![
        Line::of(0, "While you were away", Tone::Head),
        Line::of(0, theme.show(&span), Tone::Dim),
    ];
    let sentence = wrap(&theme.show(&labels.away(digest)), columns, 3, theme.ellipsis());
    lines.extend(sentence.into_iter().map(|text| Line::of(0, text, Tone::Ink)));
    lines.extend(chart(digest, now, columns, labels, theme));
    for (title, told) in [
        ("Waiting for you", &digest.waiting),
        ("Finished", &digest.finished),
        ("Changed course", &digest.changed),
    ] {
        if told.is_empty() {
            continue;
        }
        lines.push(Line::new());
        let count = labels.number(told.len() as u64);
        lines.push(Line::of(0, title, Tone::Head).then(2, count, Tone::Dim));
        for line in told {
            lines.extend(event(line, now, columns, labels, theme));
        }
    }
    lines
}

fn event(line: &AwayLine, now: Timestamp, columns: usize, labels: &Labels, theme: &Theme) -> Vec<Line> {
    let [(sign, tone), _] = theme.shape(shape_of(&line.event));
    let time = theme.show(&labels.day_clock(line.at, now));
    let room = columns.saturating_sub(width(&time) + 4);
    let name = cut(&theme.show(line.program.as_str()), room, theme.ellipsis());
    let head = Line::of(0, sign, tone)
        .put(2, name, Tone::Strong)
        .right(columns, time, Tone::Dim);
    let words = theme.show(&labels.away_event(&line.event));
    let words = wrap(&words, columns.saturating_sub(2), WORDS, theme.ellipsis());
    let words = words.into_iter().map(|text| Line::of(2, text, Tone::Soft));
    std::iter::once(head).chain(words).collect()
}

fn shape_of(event: &AwayEvent) -> Shape {
    match event {
        AwayEvent::Waits { .. } => Shape::Blocked,
        AwayEvent::Finished { .. } => Shape::Complete,
        AwayEvent::WentSilent => Shape::WorkingSilent,
        AwayEvent::StoodStill | AwayEvent::Fell { .. } => Shape::WorkingStalled,
    }
}

/// A lane for each program to which something happened, the times below them, and what the signs mean.
fn chart(digest: &Digest, now: Timestamp, columns: usize, labels: &Labels, theme: &Theme) -> Vec<Line> {
    let cells = columns.saturating_sub(NAME + 2);
    let eventful: Vec<&Lane> = digest.lanes.iter().filter(|lane| lane.eventful).collect();
    if eventful.is_empty() || cells < 12 {
        return Vec::new();
    }
    let mut lines = vec![Line::new()];
    for lane in eventful {
        let name = cut(&theme.show(lane.program.as_str()), NAME - 2, theme.ellipsis());
        let mut line = Line::of(0, name, Tone::Soft);
        let mut drawn: Option<(String, Tone)> = None;
        let mut at = NAME;
        for cell in 0..cells {
            let (sign, tone) = cell_of(digest, lane, cell, cells, theme);
            match &mut drawn {
                Some((text, of)) if *of == tone => text.push_str(sign),
                _ => {
                    if let Some((text, of)) = drawn.replace((sign.to_owned(), tone)) {
                        let next = at + width(&text);
                        line = line.put(at, text, of);
                        at = next;
                    }
                }
            }
        }
        if let Some((text, of)) = drawn {
            line = line.put(at, text, of);
        }
        let is_its = |line: &&AwayLine| line.account == lane.account && line.program == lane.program;
        let ends = digest
            .finished
            .iter()
            .filter(is_its)
            .map(|line| (cell_at(digest, line.at, cells), Shape::Complete));
        let waits = digest.waiting.iter().find(is_its).map(|_| (cells, Shape::Blocked));
        for (cell, shape) in ends.chain(waits) {
            let [(sign, tone), _] = theme.shape(shape);
            line = line.put(NAME + cell, sign, tone);
        }
        lines.push(line);
    }
    let time = |at| theme.show(&labels.day_clock(at, now));
    let (first, last) = (time(digest.from), time(digest.until));
    let end = NAME + cells;
    lines.push(Line::of(NAME, first, Tone::Dim).right(end, last, Tone::Dim));
    let mut means = String::new();
    if !digest.unseen.is_empty() {
        let gaps = digest.unseen.iter().map(|gap| labels.span(gap.from, gap.until, now));
        let hatched = theme.pick("╱", "/");
        means = format!("{hatched} not seen here {}. ", gaps.collect::<Vec<_>>().join(", "));
    }
    if digest
        .lanes
        .iter()
        .any(|lane| lane.pieces.iter().any(|piece| piece.what == Stretch::Silent))
    {
        means.push_str(theme.pick("· silent.", ". silent."));
    }
    let means = wrap(&theme.show(&means), columns, 2, theme.ellipsis());
    lines.extend(means.into_iter().map(|text| Line::of(0, text, Tone::Dim)));
    lines
}

/// What a lane was in the middle of one cell's time.
fn cell_of(digest: &Digest, lane: &Lane, cell: usize, cells: usize, theme: &Theme) -> (&'static str, Tone) {
    let whole = digest.until.since(digest.from).as_millis().max(1);
    let part = |cells_in: usize| i64::try_from(cells_in).unwrap_or(i64::MAX);
    let middle = digest.from.as_millis() + whole.saturating_mul(part(2 * cell + 1)) / part(2 * cells).max(1);
    let middle = Timestamp::from_millis(middle);
    if digest.unseen.iter().any(|gap| gap.from <= middle && middle < gap.until) {
        return (theme.pick("╱", "/"), Tone::Line);
    }
    let piece = lane
        .pieces
        .iter()
        .rfind(|piece| piece.from <= middle && middle < piece.until);
    match piece.map(|piece| &piece.what) {
        None => (theme.pick("─", "-"), Tone::Line),
        Some(Stretch::Silent) => (theme.pick("·", "."), Tone::Silent),
        Some(Stretch::Live) => (theme.pick("━", "="), Tone::Working),
        Some(Stretch::Reported { state }) => (theme.pick("━", "="), tone_of(state)),
    }
}

fn tone_of(state: &SessionState) -> Tone {
    match state {
        SessionState::Blocked | SessionState::BlockedOrPinned => Tone::Blocked,
        SessionState::Pinned => Tone::Pinned,
        SessionState::Complete => Tone::Complete,
        SessionState::Working | SessionState::Other(_) => Tone::Working,
    }
}

/// In which cell a moment lies; the one behind the last is the end of the span.
fn cell_at(digest: &Digest, at: Timestamp, cells: usize) -> usize {
    let whole = digest.until.since(digest.from).as_millis().max(1);
    let gone = at.since(digest.from).as_millis().clamp(0, whole);
    let cells = i64::try_from(cells).unwrap_or(i64::MAX);
    usize::try_from(gone.saturating_mul(cells) / whole).unwrap_or(0)
}
