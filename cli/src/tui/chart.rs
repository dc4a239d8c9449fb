//! Progress over time in four rows of eighths. What was not seen is hatched and never drawn over; a beat that was missed
//! is a tick that is missing.

use cachebash_core::domain::{Percent, Progress, Timestamp};
use cachebash_core::insight::ProgressHistory;

use super::line::Line;
use super::theme::{Theme, Tone};

/// Rows of the curve; a row of ticks follows.
pub(crate) const ROWS: usize = 4;

/// One column of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    /// Nobody watched.
    NotSeen,
    /// Watched, and nothing was reported.
    Nothing,
    /// The percent at that time.
    Percent(u8),
}

/// The curve and its ticks, `columns` wide, from the first sight of the session to `until`.
pub(crate) fn lines(
    history: &ProgressHistory,
    until: Timestamp,
    columns: usize,
    moving: bool,
    theme: &Theme,
) -> Vec<Line> {
    let Some(span) = Axis::of(history, until, columns) else {
        return Vec::new();
    };
    let shown: Vec<Column> = (0..columns).map(|column| span.column(history, column)).collect();
    let curve = if moving { Tone::Working } else { Tone::Dim };
    let mut lines = Vec::with_capacity(ROWS + 1);
    for row in 0..ROWS {
        let floor = (ROWS - 1 - row) * 100 / ROWS;
        let mut line = Line::new();
        for (x, column) in shown.iter().enumerate() {
            line = match column {
                Column::NotSeen => line.put(x, theme.pick("╱", "/"), Tone::Line),
                Column::Nothing => line,
                Column::Percent(percent) => line.put(x, block(usize::from(*percent), floor, theme), curve),
            };
        }
        lines.push(line);
    }
    let mut ticks = Line::new();
    for (x, column) in shown.iter().enumerate() {
        let (from, to) = span.bounds(x);
        if *column != Column::NotSeen && history.beats.iter().any(|beat| *beat >= from && *beat < to) {
            ticks = ticks.put(x, theme.pick("╵", "'"), Tone::Dim);
        }
    }
    lines.push(ticks);
    lines
}

/// One honest axis: whole milliseconds shared out evenly over the columns.
struct Axis {
    from: i64,
    length: i64,
    columns: i64,
}

impl Axis {
    fn of(history: &ProgressHistory, until: Timestamp, columns: usize) -> Option<Self> {
        let from = history.seen_since?.as_millis();
        let columns = i64::try_from(columns).ok().filter(|columns| *columns > 0)?;
        let length = until.as_millis().saturating_sub(from);
        // In its first minute a session has no course yet, and an axis of seconds would say it had.
        (length >= 60_000).then_some(Self { from, length, columns })
    }

    /// From (inclusive) and to (exclusive) of a column; the last one takes in the end itself.
    fn bounds(&self, column: usize) -> (Timestamp, Timestamp) {
        let edge = |n: i64| {
            self.from + i64::try_from(i128::from(self.length) * i128::from(n) / i128::from(self.columns)).unwrap_or(0)
        };
        let column = i64::try_from(column).unwrap_or(i64::MAX - 1);
        let last = i64::from(column + 1 == self.columns);
        (
            Timestamp::from_millis(edge(column)),
            Timestamp::from_millis(edge(column + 1) + last),
        )
    }

    fn column(&self, history: &ProgressHistory, column: usize) -> Column {
        let (from, to) = self.bounds(column);
        let middle = Timestamp::from_millis(from.as_millis() + (to.as_millis() - from.as_millis()) / 2);
        let hidden = history.gaps.iter().any(|gap| gap.from < middle && middle < gap.until);
        // A short gap between two middles must not vanish: it takes the column it began in.
        let begins_here = history.gaps.iter().any(|gap| gap.from >= from && gap.until < to);
        if hidden || begins_here || history.seen_until.is_some_and(|until| until < from) {
            return Column::NotSeen;
        }
        let last = history.samples.iter().rev().find(|sample| sample.at < to);
        match last.map(|sample| sample.progress) {
            Some(Progress::Reported(value)) => Column::Percent(Percent::of(value).value()),
            Some(Progress::NotReported) | None => Column::Nothing,
        }
    }
}

/// The part of a column that stands in the row whose floor is at `floor` percent.
fn block(percent: usize, floor: usize, theme: &Theme) -> &'static str {
    const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    const PLAIN: [&str; 9] = [" ", ".", ".", ".", ":", ":", ":", "#", "#"];
    let height = 100 / ROWS;
    let above = percent.saturating_sub(floor).min(height);
    let mut eighths = (above * 8 + height / 2) / height;
    if above > 0 && floor == 0 {
        eighths = eighths.max(1);
    }
    if theme.unicode {
        EIGHTHS[eighths]
    } else {
        PLAIN[eighths]
    }
}
