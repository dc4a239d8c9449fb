//! Lines of pieces: what a pane holds before it is known how much of it fits. A piece has a column, a text and a tone.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::text::width;
use super::theme::{Theme, Tone};

/// One line of a pane; pieces do not overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pieces: Vec<(usize, String, Tone)>,
}

impl Line {
    /// An empty line.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A line of one piece.
    pub(crate) fn of(column: usize, text: impl Into<String>, tone: Tone) -> Self {
        Self::new().put(column, text, tone)
    }

    /// Adds a piece that begins at `column`.
    #[must_use]
    pub(crate) fn put(mut self, column: usize, text: impl Into<String>, tone: Tone) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.pieces.push((column, text, tone));
        }
        self
    }

    /// Adds a piece that begins `gap` columns after the last one.
    #[must_use]
    pub(crate) fn then(self, gap: usize, text: impl Into<String>, tone: Tone) -> Self {
        let column = self.end() + gap;
        self.put(column, text, tone)
    }

    /// Adds a piece whose last column is just before `end`.
    #[must_use]
    pub(crate) fn right(self, end: usize, text: impl Into<String>, tone: Tone) -> Self {
        let text = text.into();
        let column = end.saturating_sub(width(&text));
        self.put(column, text, tone)
    }

    /// The column after its last piece.
    pub(crate) fn end(&self) -> usize {
        self.pieces
            .iter()
            .map(|(column, text, _)| column + width(text))
            .max()
            .unwrap_or(0)
    }

    /// Draws it on row `y` of `area`; what is beyond its right edge is left out.
    pub(crate) fn draw(&self, y: u16, area: Rect, buf: &mut Buffer, theme: &Theme) {
        if y >= area.height {
            return;
        }
        for (column, text, tone) in &self.pieces {
            let Ok(column) = u16::try_from(*column) else { continue };
            if column < area.width {
                let room = usize::from(area.width - column);
                buf.set_stringn(area.x + column, area.y + y, text, room, theme.style(*tone));
            }
        }
    }
}

/// A bar of `cells`: as many full ones as the percent says, rounded to the nearest cell, and at least one above 0.
/// Only 100 fills it.
pub(crate) fn bar(percent: u8, cells: usize, theme: &Theme) -> (String, String) {
    let mut full = (usize::from(percent) * cells + 50) / 100;
    if percent > 0 {
        full = full.max(1);
    }
    if percent < 100 {
        full = full.min(cells.saturating_sub(1));
    }
    (
        theme.pick("━", "=").repeat(full),
        theme.pick("─", "-").repeat(cells - full),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Ground, Palette};

    #[test]
    fn a_bar_is_empty_only_at_0_and_full_only_at_100() {
        let theme = Theme {
            ground: Ground::Dark,
            palette: Palette::None,
            unicode: false,
            paint_ground: false,
        };
        let full = |percent| bar(percent, 10, &theme).0.len();
        assert_eq!([0, 1, 45, 62, 80, 82, 99, 100].map(full), [0, 1, 5, 6, 8, 8, 9, 10]);
    }
}
