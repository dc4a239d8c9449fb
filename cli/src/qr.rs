//! A pairing link as a QR code for a terminal: black on white with a quiet zone of four, as scanners want it.

use qrcode::{Color, EcLevel, QrCode};

use crate::tui::theme::{Palette, Theme};

/// Modules left white around the code.
const QUIET: i32 = 4;

/// The code in lines; `None` where the text is too long for one.
pub(crate) fn code(text: &str, theme: &Theme) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = i32::try_from(code.width()).ok()?;
    let colors = code.to_colors();
    let dark = |x: i32, y: i32| {
        let inside = (0..width).contains(&x) && (0..width).contains(&y);
        inside && usize::try_from(y * width + x).ok().and_then(|at| colors.get(at)) == Some(&Color::Dark)
    };
    let mut lines = Vec::new();
    let step = if theme.unicode { 2 } else { 1 };
    for y in (-QUIET..width + QUIET).step_by(step) {
        let mut line = String::new();
        for x in -QUIET..width + QUIET {
            // Light modules are drawn, dark ones left: right on a dark terminal, and with colours right on any.
            line.push_str(match (theme.unicode, dark(x, y), dark(x, y + 1)) {
                (true, false, false) => "█",
                (true, false, true) => "▀",
                (true, true, false) => "▄",
                (true, true, true) => " ",
                (false, false, _) => "##",
                (false, true, _) => "  ",
            });
        }
        lines.push(match theme.palette {
            Palette::None => line,
            Palette::Indexed | Palette::True => format!("\u{1b}[38;5;231;48;5;16m{line}\u{1b}[0m"),
        });
    }
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::tui::theme::Ground;

    #[test]
    fn a_code_is_square_and_surrounded_by_white() {
        let theme = Theme {
            ground: Ground::Dark,
            palette: Palette::None,
            unicode: false,
            paint_ground: false,
        };
        let drawn = code("cachebash://pair?v=1", &theme).unwrap();
        let lines: Vec<&str> = drawn.lines().collect();
        assert!(lines.iter().all(|line| line.len() == 2 * lines.len()));
        assert!(
            lines[..4]
                .iter()
                .chain(&lines[lines.len() - 4..])
                .all(|line| line.chars().all(|c| c == '#'))
        );
        assert!(
            lines[4].starts_with("########  "),
            "a finder pattern begins after the quiet zone"
        );
    }
}
