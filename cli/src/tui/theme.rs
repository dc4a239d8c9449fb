//! Colours and signs. Colour is only for state and movement, and carries no meaning alone: without it, and without
//! UTF-8, the same board is still the same board.

use ratatui::style::{Color, Modifier, Style};

use cachebash_core::domain::SessionState;
use cachebash_core::insight::Shape;

/// What a piece of text is, as far as its looks go. Tokens of the visual language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Names, numbers, what an agent asks.
    Ink,
    /// The same, strong.
    Strong,
    /// What matches a search.
    Match,
    /// Section and part titles.
    Head,
    /// Support.
    Soft,
    /// Ages, hints.
    Dim,
    /// Rules, tracks, what was not seen.
    Line,
    /// State working, a moving bar.
    Working,
    /// State blocked.
    Blocked,
    /// State pinned.
    Pinned,
    /// State complete.
    Complete,
    /// Findings: no change, fell.
    Stalled,
    /// Finding: silent.
    Silent,
}

/// Which of the two grounds the colours are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Light text on a dark ground.
    Dark,
    /// Dark text on a light ground.
    Light,
}

/// How many colours the terminal knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Palette {
    /// None: `NO_COLOR`, or not a terminal.
    None,
    /// The 256 of xterm; the nearest is taken.
    Indexed,
    /// The exact ones.
    True,
}

/// How everything is drawn: ground, palette and the set of signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Theme {
    /// Dark or light.
    pub(crate) ground: Ground,
    /// How much colour.
    pub(crate) palette: Palette,
    /// Signs beyond ASCII may be drawn.
    pub(crate) unicode: bool,
    /// The ground itself is painted, so that contrast does not depend on the terminal's own colours.
    pub(crate) paint_ground: bool,
}

impl Theme {
    /// The style of a tone.
    pub(crate) fn style(&self, tone: Tone) -> Style {
        let style = match self.color(rgb(self.ground, tone)) {
            // Plain ink on an unpainted ground is the terminal's own ink.
            Some(_) if !self.paint_ground && matches!(tone, Tone::Ink | Tone::Strong | Tone::Match) => Style::new(),
            Some(color) => Style::new().fg(color),
            None => Style::new(),
        };
        match tone {
            Tone::Strong | Tone::Head => style.add_modifier(Modifier::BOLD),
            Tone::Match => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            _ => style,
        }
    }

    /// The style of the empty ground.
    pub(crate) fn canvas(&self) -> Style {
        let rgb = match self.ground {
            Ground::Dark => 0x0D1014,
            Ground::Light => 0xF6F7F9,
        };
        match self.color(rgb) {
            Some(color) if self.paint_ground => Style::new().bg(color),
            _ => Style::new(),
        }
    }

    fn color(&self, rgb: u32) -> Option<Color> {
        let [_, r, g, b] = rgb.to_be_bytes();
        match self.palette {
            Palette::None => None,
            Palette::True => Some(Color::Rgb(r, g, b)),
            Palette::Indexed => Some(Color::Indexed(nearest(r, g, b))),
        }
    }

    /// The sign of a shape: always two cells, the shape and its mark.
    pub(crate) fn shape(&self, shape: Shape) -> [(&'static str, Tone); 2] {
        let (fancy, plain, tone) = match shape {
            Shape::Working | Shape::WorkingStalled => ("◔", "o", Tone::Working),
            Shape::WorkingSilent => ("◌", ".", Tone::Working),
            Shape::Blocked => ("■", "#", Tone::Blocked),
            Shape::BlockedSilent => ("□", "%", Tone::Blocked),
            Shape::Pinned => ("◆", "^", Tone::Pinned),
            Shape::PinnedSilent => ("◇", "p", Tone::Pinned),
            Shape::Complete => ("✓", "v", Tone::Complete),
            Shape::OtherWord => ("?", "?", Tone::Dim),
            Shape::Quiet => ("·", "-", Tone::Dim),
            Shape::NeverSeen => ("◦", "_", Tone::Dim),
        };
        let mark = if shape == Shape::WorkingStalled { "=" } else { " " };
        [(if self.unicode { fancy } else { plain }, tone), (mark, Tone::Stalled)]
    }

    /// Cells of a sign set that is drawn with: fancy where UTF-8 may be written, else plain.
    pub(crate) fn pick<'a>(&self, fancy: &'a str, plain: &'a str) -> &'a str {
        if self.unicode { fancy } else { plain }
    }

    /// What a cut text ends in.
    pub(crate) fn ellipsis(&self) -> &'static str {
        self.pick("…", "...")
    }

    /// A text of ours or of an agent's with nothing in it that this terminal cannot show.
    pub(crate) fn show(&self, text: &str) -> String {
        let tame = super::text::tame(text);
        if self.unicode { tame } else { plain(&tame) }
    }
}

/// The tone of the word an agent reports.
pub(crate) fn state_tone(state: &SessionState) -> Tone {
    match state {
        SessionState::Working => Tone::Working,
        SessionState::Blocked | SessionState::BlockedOrPinned => Tone::Blocked,
        SessionState::Pinned => Tone::Pinned,
        SessionState::Complete => Tone::Complete,
        SessionState::Other(_) => Tone::Dim,
    }
}

/// Without UTF-8: our own signs in words of ASCII, everything else as `?`.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' => out.push(c),
            '…' => out.push_str("..."),
            '·' => out.push('-'),
            '–' | '—' | '−' => out.push('-'),
            '≈' => out.push('~'),
            '→' => out.push_str("->"),
            '“' | '”' => out.push('"'),
            '‘' | '’' => out.push('\''),
            '×' => out.push('x'),
            _ => out.push('?'),
        }
    }
    out
}

fn rgb(ground: Ground, tone: Tone) -> u32 {
    let (light, dark) = match tone {
        Tone::Ink | Tone::Strong | Tone::Match => (0x14171C, 0xF0F2F5),
        Tone::Head | Tone::Soft => (0x434A54, 0xC4CAD3),
        Tone::Dim | Tone::Silent => (0x5F6670, 0xA4ACB6),
        Tone::Line => (0x7F8792, 0x75808D),
        Tone::Working => (0x0A66C2, 0x6CB6FF),
        Tone::Blocked => (0xB3261E, 0xFF8A80),
        Tone::Pinned => (0x6A4FB3, 0xC3ABFF),
        Tone::Complete => (0x197A38, 0x6FD58A),
        Tone::Stalled => (0x8A5A00, 0xFFC24D),
    };
    match ground {
        Ground::Light => light,
        Ground::Dark => dark,
    }
}

/// The nearest of xterm's 6 × 6 × 6 cube and its 24 greys.
fn nearest(r: u8, g: u8, b: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let far = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    let distance = |(x, y, z): (u8, u8, u8)| far(x, r) + far(y, g) + far(z, b);
    let cube = (0..216u8).map(|i| {
        let [x, y, z] = [i / 36, i / 6 % 6, i % 6].map(|step| STEPS[usize::from(step)]);
        (16 + i, distance((x, y, z)))
    });
    let greys = (0..24u8).map(|i| (232 + i, distance((8 + 10 * i, 8 + 10 * i, 8 + 10 * i))));
    cube.chain(greys)
        .min_by_key(|(_, distance)| *distance)
        .map_or(7, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_take_the_nearest_and_none_keeps_the_weight() {
        let mut theme = Theme {
            ground: Ground::Dark,
            palette: Palette::Indexed,
            unicode: true,
            paint_ground: true,
        };
        assert_eq!(theme.style(Tone::Working).fg, Some(Color::Indexed(75)));
        theme.palette = Palette::None;
        assert_eq!(theme.style(Tone::Strong), Style::new().add_modifier(Modifier::BOLD));
        assert_eq!(theme.canvas(), Style::new());
    }

    #[test]
    fn every_shape_differs_from_every_other_in_both_sets() {
        use Shape::{
            Blocked, BlockedSilent, Complete, NeverSeen, OtherWord, Pinned, PinnedSilent, Quiet, Working,
            WorkingSilent, WorkingStalled,
        };
        let all = [
            Working,
            WorkingStalled,
            WorkingSilent,
            Blocked,
            BlockedSilent,
            Pinned,
            PinnedSilent,
            Complete,
            OtherWord,
            Quiet,
            NeverSeen,
        ];
        for unicode in [true, false] {
            let theme = Theme {
                ground: Ground::Dark,
                palette: Palette::None,
                unicode,
                paint_ground: false,
            };
            let signs: std::collections::HashSet<String> = all
                .iter()
                .map(|shape| theme.shape(*shape).map(|(sign, _)| sign).concat())
                .collect();
            assert_eq!(signs.len(), all.len());
            assert!(unicode || signs.iter().all(|sign| sign.is_ascii()));
        }
    }

    #[test]
    fn without_utf8_nothing_else_is_written() {
        let theme = Theme {
            ground: Ground::Dark,
            palette: Palette::None,
            unicode: false,
            paint_ground: false,
        };
        assert_eq!(theme.show("≈ 50–80 min · naïve…"), "~ 50-80 min - na?ve...");
    }
}
