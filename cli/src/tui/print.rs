//! A drawn frame as text: for a pipe, a file, or a terminal that scrolls.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::line::Line;
use super::text::width;
use super::theme::{Palette, Theme};

/// The cells, line by line, without the blanks at the ends; with escape sequences only where there is a palette.
pub(crate) fn text(buffer: &Buffer, theme: &Theme) -> String {
    let mut out = String::new();
    for y in buffer.area.top()..buffer.area.bottom() {
        let cells: Vec<&Cell> = (buffer.area.left()..buffer.area.right())
            .filter_map(|x| buffer.cell((x, y)))
            .collect();
        let used = cells
            .iter()
            .rposition(|cell| cell.symbol() != " ")
            .map_or(0, |last| last + 1);
        let mut skip = 0;
        let mut look = String::new();
        for cell in &cells[..used] {
            // A wide character owns the cell after it.
            if skip > 0 {
                skip -= 1;
                continue;
            }
            skip = width(cell.symbol()).saturating_sub(1);
            if theme.palette != Palette::None {
                let next = sequence(cell);
                if next != look {
                    out.push_str(if next.is_empty() { "\u{1b}[0m" } else { &next });
                    look = next;
                }
            }
            out.push_str(cell.symbol());
        }
        if !look.is_empty() {
            out.push_str("\u{1b}[0m");
        }
        out.push('\n');
    }
    out
}

fn sequence(cell: &Cell) -> String {
    // A blank has no look: its colour cannot be seen.
    if cell.symbol() == " " {
        return String::new();
    }
    let mut out = String::new();
    if cell.modifier.contains(Modifier::BOLD) {
        out.push_str(";1");
    }
    if cell.modifier.contains(Modifier::UNDERLINED) {
        out.push_str(";4");
    }
    let _ = match cell.fg {
        Color::Rgb(r, g, b) => write!(out, ";38;2;{r};{g};{b}"),
        Color::Indexed(index) => write!(out, ";38;5;{index}"),
        _ => Ok(()),
    };
    if out.is_empty() { out } else { format!("\u{1b}[0{out}m") }
}

/// Lines as text.
pub(crate) fn lines(lines: &[Line], columns: usize, theme: &Theme) -> String {
    let size = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let area = Rect::new(0, 0, size(columns), size(lines.len()));
    let mut buffer = Buffer::empty(area);
    for (line, y) in lines.iter().zip(0..area.height) {
        line.draw(y, area, &mut buffer, theme);
    }
    text(&buffer, theme)
}
