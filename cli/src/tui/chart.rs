//! Progress over time in four rows of eighths. What was not seen is hatched and never drawn over; a beat that was missed
//! is a tick that is missing. To its right, on the line of hundred, a band where the program will be done.

use cachebash_core::domain::{Percent, Progress, Span, Timestamp};
use cachebash_core::insight::{Estimate, ProgressHistory};

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

/// When the program will be done at the earliest, and at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    from: Timestamp,
    to: Timestamp,
}

/// The future takes so many times the room of the past at most.
const FARTHEST: i64 = 2;

impl Due {
    /// `None` once it is past, or so far off that what was seen would shrink to a corner.
    pub(crate) fn of(estimate: &Estimate, history: &ProgressHistory, until: Timestamp) -> Option<Self> {
        let (from, to) = (
            estimate.judged_at.plus(estimate.from),
            estimate.judged_at.plus(estimate.to),
        );
        let (ahead, behind) = (to.since(until), until.since(history.seen_since?));
        (ahead > Span::default() && ahead <= behind.times(FARTHEST) && ahead <= Span::from_mins(24 * 60)).then_some(
            Self {
                from: from.max(until),
                to,
            },
        )
    }
}

/// The curve and its ticks, `columns` wide, from the first sight of the session to `until`, or to where it is due; and in
/// which column `until` stands.
pub(crate) fn lines(
    history: &ProgressHistory,
    until: Timestamp,
    due: Option<Due>,
    columns: usize,
    moving: bool,
    theme: &Theme,
) -> (Vec<Line>, usize) {
    let end = due.map_or(until, |due| due.to.max(until));
    let Some(span) = Axis::of(history, end, columns) else {
        return (Vec::new(), 0);
    };
    let present = if end > until { span.at(until, columns) } else { columns };
    let shown: Vec<Column> = (0..columns)
        .map(|column| match column {
            _ if column >= present => Column::Nothing,
            _ => span.column(history, column),
        })
        .collect();
    let curve = if moving { Tone::Working } else { Tone::Dim };
    let mut lines = Vec::with_capacity(ROWS + 1);
    for row in 0..ROWS {
        let floor = (ROWS - 1 - row) * 100 / ROWS;
        let mut line = Line::new();
        for (x, column) in shown.iter().enumerate() {
            line = match column {
                _ if row == 0 && due.is_some_and(|due| x >= present && span.touches(x, due)) => {
                    line.put(x, theme.pick("━", "="), curve)
                }
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
    (lines, present)
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

    /// The column a time stands in.
    fn at(&self, time: Timestamp, columns: usize) -> usize {
        (0..columns)
            .find(|column| self.bounds(*column).1 > time)
            .map_or(columns, |column| column + 1)
    }

    /// Whether the band begins, ends or goes on in a column.
    fn touches(&self, column: usize, due: Due) -> bool {
        let (from, to) = self.bounds(column);
        due.from < to && due.to >= from
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
