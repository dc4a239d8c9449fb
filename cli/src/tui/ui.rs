//! What the person did to the screen: which row is selected, what is open, how far it is scrolled. State in, state out;
//! nothing here draws or reads.

use cachebash_core::domain::{AccountId, ProgramId};
use cachebash_core::insight::{Overview, Section};

/// A program's identity on screen.
pub(crate) type Selected = (AccountId, ProgramId);

/// What covers the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// The list, and beside it the selected program where there is room.
    #[default]
    List,
    /// The selected program alone, whole.
    Program,
    /// What was asked for and is not done yet.
    Outbox,
    /// The keys and the signs.
    Help,
}

/// State of the screen between two events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ui {
    /// The selected program; kept by identity, so that it stays selected wherever it moves.
    pub(crate) selected: Option<Selected>,
    /// What is shown.
    pub(crate) view: View,
    /// First line shown of an open program.
    pub(crate) scroll: u16,
    /// The selected entry of the outbox, by its place.
    pub(crate) entry: usize,
    /// What a demo says of itself.
    pub(crate) demo: Option<Demo>,
}

/// A demo's own words on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demo {
    /// How many times as fast its clock runs.
    pub(crate) speed: u32,
    /// What has just happened in its story.
    pub(crate) caption: String,
    /// Its network is cut.
    pub(crate) cut: bool,
}

/// What a key asks for beyond the screen itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Leave.
    Quit,
    /// Cut or restore the demo's network.
    ToggleNetwork,
    /// The selection changed: show another program.
    Look,
    /// Send the selected entry of the outbox again, or look for it.
    Retry,
    /// Give it up.
    Discard,
}

/// A key, as far as this screen knows keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// One up.
    Up,
    /// One down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first.
    Home,
    /// To the last.
    End,
    /// Open.
    Enter,
    /// Back.
    Escape,
    /// A character.
    Char(char),
}

impl Ui {
    /// Selects the first row when nothing that is still there is selected.
    pub(crate) fn settle(&mut self, overview: &Overview) {
        if self.position(overview).is_none() {
            self.selected = overview
                .rows
                .first()
                .map(|row| (row.account.clone(), row.program.clone()));
            if self.selected.is_none() && self.view == View::Program {
                self.view = View::List;
            }
        }
    }

    /// Which row is selected.
    pub(crate) fn position(&self, overview: &Overview) -> Option<usize> {
        let (account, program) = self.selected.as_ref()?;
        overview
            .rows
            .iter()
            .position(|row| row.account == *account && row.program == *program)
    }

    /// Whether the selected row is one of the quiet ones, which then are shown a line each.
    pub(crate) fn in_quiet(&self, overview: &Overview) -> bool {
        self.position(overview)
            .and_then(|at| overview.rows.get(at))
            .is_some_and(|row| row.section == Section::Quiet)
    }

    /// Takes a key.
    pub(crate) fn press(&mut self, key: Key, overview: &Overview) -> Option<Wish> {
        match (key, self.view) {
            (Key::Char('q'), _) => return Some(Wish::Quit),
            (Key::Char('n'), _) if self.demo.is_some() => return Some(Wish::ToggleNetwork),
            (Key::Char('?'), View::Help) | (Key::Escape, _) => self.view = View::List,
            (Key::Char('?'), _) => {
                self.view = View::Help;
                self.scroll = 0;
            }
            (Key::Char('o'), View::Outbox) => self.view = View::List,
            (Key::Char('o'), _) => {
                self.view = View::Outbox;
                (self.scroll, self.entry) = (0, 0);
            }
            (Key::Char('r'), View::Outbox) => return Some(Wish::Retry),
            (Key::Char('x'), View::Outbox) => return Some(Wish::Discard),
            (Key::Up | Key::Char('k'), View::Outbox) => self.entry = self.entry.saturating_sub(1),
            (Key::Down | Key::Char('j'), View::Outbox) => self.entry = self.entry.saturating_add(1),
            (Key::Enter, View::List) if self.selected.is_some() => {
                self.view = View::Program;
                self.scroll = 0;
            }
            (Key::Enter, _) => self.view = View::List,
            (key, View::Program) => self.scroll(key),
            (key, View::List) => return self.step(key, overview),
            (key, View::Outbox | View::Help) => self.scroll(key),
        }
        None
    }

    fn scroll(&mut self, key: Key) {
        self.scroll = match key {
            Key::Up | Key::Char('k') => self.scroll.saturating_sub(1),
            Key::Down | Key::Char('j') => self.scroll.saturating_add(1),
            Key::PageUp => self.scroll.saturating_sub(10),
            Key::PageDown | Key::Char(' ') => self.scroll.saturating_add(10),
            Key::Home => 0,
            Key::End => u16::MAX,
            Key::Enter | Key::Escape | Key::Char(_) => self.scroll,
        };
    }

    fn step(&mut self, key: Key, overview: &Overview) -> Option<Wish> {
        let last = overview.rows.len().checked_sub(1)?;
        let at = self.position(overview).unwrap_or(0);
        let to = match key {
            Key::Up | Key::Char('k') => at.saturating_sub(1),
            Key::Down | Key::Char('j') => (at + 1).min(last),
            Key::PageUp => at.saturating_sub(8),
            Key::PageDown => (at + 8).min(last),
            Key::Home => 0,
            Key::End => last,
            Key::Enter | Key::Escape | Key::Char(_) => return None,
        };
        let row = overview.rows.get(to)?;
        self.selected = Some((row.account.clone(), row.program.clone()));
        self.scroll = 0;
        (to != at).then_some(Wish::Look)
    }
}
