//! What the person did to the screen: which row is selected, what is open, how far it is scrolled. State in, state out;
//! nothing here draws or reads.

use cachebash_core::domain::{AccountId, ProgramId};
use cachebash_core::insight::{Digest, Overview, Section};
use cachebash_core::search::SearchPage;

use super::writing::Writing;

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
    /// Words, and where they stand.
    Search,
    /// What happened while nobody looked.
    Away,
    /// A text that is being written.
    Write,
    /// The keys and the signs.
    Help,
}

/// What is looked for, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    /// As it was typed.
    pub(crate) text: String,
    /// What was found of it, or of what was typed just before.
    pub(crate) page: Option<SearchPage>,
    /// The selected hit, by its place.
    pub(crate) selected: usize,
    /// The selected hit leads nowhere on this screen.
    pub(crate) leads_nowhere: bool,
}

/// State of the screen between two events.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ui {
    /// The selected program; kept by identity, so that it stays selected wherever it moves.
    pub(crate) selected: Option<Selected>,
    /// What is shown.
    pub(crate) view: View,
    /// First line shown of an open program.
    pub(crate) scroll: u16,
    /// The selected entry of the outbox, by its place.
    pub(crate) entry: usize,
    /// What is looked for.
    pub(crate) search: Search,
    /// What happened while nobody looked, when that was asked last.
    pub(crate) away: Option<Digest>,
    /// What is being written, or was left and can be taken up again.
    pub(crate) writing: Option<Writing>,
    /// What a text covers while it is written.
    pub(crate) behind: View,
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
    /// Give it another text.
    Edit,
    /// Answer what the selected program asks.
    Answer,
    /// Reply to an open question of the selected program.
    Reply,
    /// Keep what was written, and send it.
    Send,
    /// Let this terminal act, then the same.
    Allow,
    /// Look for what was typed.
    Search,
    /// Tell what happened while nobody looked.
    Away,
    /// Show what the selected hit leads to.
    Open,
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
    /// Take the last character away.
    Backspace,
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
        match self.view {
            View::Search => return self.search(key),
            View::Write => return self.write(key),
            View::List | View::Program | View::Outbox | View::Away | View::Help => {}
        }
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
            (Key::Char('w'), View::Away) => self.view = View::List,
            (Key::Char('w'), _) => {
                self.view = View::Away;
                self.scroll = 0;
                return Some(Wish::Away);
            }
            (Key::Char('/'), _) => {
                self.view = View::Search;
                // What was found may have changed meanwhile.
                return (!self.search.text.is_empty()).then_some(Wish::Search);
            }
            (Key::Char('a'), View::List | View::Program) => return Some(Wish::Answer),
            (Key::Char('r'), View::List | View::Program) => return Some(Wish::Reply),
            (Key::Char('e'), View::Outbox) => return Some(Wish::Edit),
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
            (key, View::Outbox | View::Away | View::Help | View::Search | View::Write) => self.scroll(key),
        }
        None
    }

    /// Begins to write, or goes on where the same was left.
    pub(crate) fn begin(&mut self, writing: Writing) {
        let left = self.writing.take().filter(|left| left.is_about_the_same_as(&writing));
        self.writing = Some(left.unwrap_or(writing));
        if self.view != View::Write {
            self.behind = self.view;
        }
        self.view = View::Write;
    }

    /// What was written is kept, and no longer a draft.
    pub(crate) fn sent(&mut self) {
        self.writing = None;
        self.view = self.behind;
    }

    /// Takes what was pasted, where something is being typed.
    pub(crate) fn paste(&mut self, text: &str) -> Option<Wish> {
        match (self.view, &mut self.writing) {
            (View::Search, _) => {
                self.search.text.push_str(&super::text::tame(text));
                self.search_anew()
            }
            (View::Write, Some(writing)) if !writing.asks_leave => {
                writing.add(&text.replace("\r\n", "\n").replace('\r', "\n"));
                None
            }
            _ => None,
        }
    }

    fn search(&mut self, key: Key) -> Option<Wish> {
        let last = self
            .search
            .page
            .as_ref()
            .map_or(0, |page| page.hits.len().saturating_sub(1));
        let at = self.search.selected.min(last);
        match key {
            Key::Escape => self.view = View::List,
            Key::Enter => return (!self.search.text.is_empty()).then_some(Wish::Open),
            Key::Char(letter) => {
                self.search.text.push(letter);
                return self.search_anew();
            }
            Key::Backspace => {
                self.search.text.pop();
                return self.search_anew();
            }
            key => {
                self.search.leads_nowhere = false;
                self.search.selected = match key {
                    Key::Up => at.saturating_sub(1),
                    Key::Down => (at + 1).min(last),
                    Key::PageUp => at.saturating_sub(5),
                    Key::PageDown => (at + 5).min(last),
                    Key::Home => 0,
                    _ => last,
                };
            }
        }
        None
    }

    fn search_anew(&mut self) -> Option<Wish> {
        (self.search.selected, self.search.leads_nowhere) = (0, false);
        if self.search.text.is_empty() {
            self.search.page = None;
        }
        Some(Wish::Search)
    }

    fn write(&mut self, key: Key) -> Option<Wish> {
        let Some(writing) = &mut self.writing else {
            self.view = self.behind;
            return None;
        };
        if writing.asks_leave {
            match key {
                Key::Char('y') => return Some(Wish::Allow),
                Key::Char('n') | Key::Escape => writing.asks_leave = false,
                _ => {}
            }
            return None;
        }
        match key {
            // What was written stays, for when the same is opened again.
            Key::Escape => self.view = self.behind,
            Key::Enter => return (!writing.text.trim().is_empty()).then_some(Wish::Send),
            Key::Char(letter) => writing.add(letter.encode_utf8(&mut [0; 4])),
            Key::Backspace => writing.take_back(),
            Key::Up => writing.step(false),
            Key::Down => writing.step(true),
            Key::PageUp | Key::PageDown | Key::Home | Key::End => {}
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
            Key::Enter | Key::Escape | Key::Backspace | Key::Char(_) => self.scroll,
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
            Key::Enter | Key::Escape | Key::Backspace | Key::Char(_) => return None,
        };
        let row = overview.rows.get(to)?;
        self.selected = Some((row.account.clone(), row.program.clone()));
        self.scroll = 0;
        (to != at).then_some(Wish::Look)
    }
}
