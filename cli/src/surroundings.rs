//! The machine around us: where files go, what the terminal can show, which zone a day ends in. Read once, by one door.

use std::env;
use std::io::IsTerminal;
use std::path::PathBuf;

use crate::args::GroundArg;
use crate::failure::{Done, Failure};
use crate::tui::theme::{Ground, Palette, Theme};

/// Environment variables that are heeded.
mod variable {
    /// Set and not empty: no colour.
    pub(super) const NO_COLOR: &str = "NO_COLOR";
    /// `truecolor` or `24bit`: exact colours.
    pub(super) const COLORTERM: &str = "COLORTERM";
    /// `dumb`: no colour.
    pub(super) const TERM: &str = "TERM";
    /// `foreground;background`, as some terminals say it.
    pub(super) const COLORFGBG: &str = "COLORFGBG";
    /// Where data goes.
    pub(super) const XDG_DATA_HOME: &str = "XDG_DATA_HOME";
    /// Home.
    pub(super) const HOME: &str = "HOME";
    /// The key that a server encrypts questions with.
    pub(super) const ENCRYPTION_KEY: &str = "CACHEBASH_ENCRYPTION_KEY";
    /// A file of certificates that may vouch for servers, in PEM.
    pub(super) const AUTHORITIES: &str = "CACHEBASH_AUTHORITIES";
    /// The locale, in the order in which the first that is set counts.
    pub(super) const LOCALE: [&str; 3] = ["LC_ALL", "LC_CTYPE", "LANG"];
}

/// Columns of what is printed where there is no terminal.
pub(crate) const PRINTED_COLUMNS: u16 = 100;

/// The folder of this program's data: what was given, else `$XDG_DATA_HOME/cachebash`, else `~/.local/share/cachebash`.
pub(crate) fn data_dir(given: Option<&PathBuf>) -> Done<PathBuf> {
    if let Some(dir) = given {
        return Ok(dir.clone());
    }
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set(variable::XDG_DATA_HOME)
        .filter(|dir| dir.is_absolute())
        .or_else(|| set(variable::HOME).map(|home| home.join(".local").join("share")));
    base.map(|base| base.join("cachebash")).ok_or_else(|| {
        Failure::new("there is no home folder to keep data in").hint("say where with --data DIR, or set XDG_DATA_HOME")
    })
}

/// The key that a server encrypts questions with, if it is in the environment.
pub(crate) fn encryption_key() -> Option<String> {
    env::var(variable::ENCRYPTION_KEY).ok().filter(|key| !key.is_empty())
}

/// The file of certificates that may vouch for servers beside the public authorities, if the environment names one.
pub(crate) fn authorities() -> Option<PathBuf> {
    env::var_os(variable::AUTHORITIES)
        .filter(|file| !file.is_empty())
        .map(PathBuf::from)
}

/// How to draw on a live screen.
pub(crate) fn live_theme(ground: GroundArg) -> Theme {
    Theme {
        ground: self::ground(ground),
        palette: palette(true),
        unicode: utf8(),
        paint_ground: true,
    }
}

/// How to print on standard output.
pub(crate) fn print_theme() -> Theme {
    let palette = palette(std::io::stdout().is_terminal());
    Theme {
        ground: ground(GroundArg::Auto),
        palette,
        unicode: utf8(),
        paint_ground: false,
    }
}

/// Both ends are a terminal, so that a live screen makes sense.
pub(crate) fn interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Columns to print in: the terminal's, within reason.
pub(crate) fn print_columns() -> u16 {
    if !std::io::stdout().is_terminal() {
        return PRINTED_COLUMNS;
    }
    ratatui::crossterm::terminal::size().map_or(PRINTED_COLUMNS, |(columns, _)| columns.clamp(40, 120))
}

fn palette(terminal: bool) -> Palette {
    let value = |name: &str| env::var(name).unwrap_or_default();
    if !terminal || !value(variable::NO_COLOR).is_empty() || value(variable::TERM) == "dumb" {
        Palette::None
    } else if matches!(value(variable::COLORTERM).as_str(), "truecolor" | "24bit") {
        Palette::True
    } else {
        Palette::Indexed
    }
}

fn utf8() -> bool {
    let locale = variable::LOCALE
        .iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty());
    locale.is_some_and(|locale| says_utf8(&locale))
}

fn says_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn ground(asked: GroundArg) -> Ground {
    match asked {
        GroundArg::Dark => Ground::Dark,
        GroundArg::Light => Ground::Light,
        GroundArg::Auto if says_light(&env::var(variable::COLORFGBG).unwrap_or_default()) => Ground::Light,
        GroundArg::Auto => Ground::Dark,
    }
}

/// `COLORFGBG` ends in the background's number: 7 and 15 are light.
fn says_light(fgbg: &str) -> bool {
    matches!(fgbg.rsplit(';').next(), Some("7" | "15"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_and_a_background_are_read_from_their_words() {
        assert!(says_utf8("de_DE.UTF-8") && says_utf8("C.utf8") && !says_utf8("C") && !says_utf8("de_DE@euro"));
        assert!(says_light("0;15") && says_light("12;default;7") && !says_light("15;0") && !says_light(""));
    }
}
