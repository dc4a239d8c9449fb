//! The live screen: reads keys, looks at the companion's cache, draws. It never waits for the network: what a page shows
//! comes from the cache, and a look at the server goes on beside it.

mod acting;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use cachebash_core::companion::{Companion, CompanionError, ProgramQuery};
use cachebash_core::domain::{AccountId, SessionId};
use cachebash_core::insight::{OutboxLine, Overview, ProgramPage};
use cachebash_core::search::SearchPage;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{
    self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use ratatui::crossterm::execute;

use super::board::Board;
use super::theme::Theme;
use super::ui::{Key, Selected, Ui, Wish};
use crate::commands::home::{unasked, whole_overview};
use crate::demo::stage::Controls;
use crate::failure::{Done, Failure};
use crate::words::Labels;

/// How fast time passes on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As in the world.
    Real,
    /// Many times as fast: ages change faster than once a second.
    Fast,
}

/// A live screen over a companion.
pub(crate) struct Live {
    /// What it shows.
    pub(crate) companion: Arc<Companion>,
    /// One account, or all.
    pub(crate) account: Option<AccountId>,
    /// All words.
    pub(crate) labels: Labels,
    /// All looks.
    pub(crate) theme: Theme,
    /// How fast ages change.
    pub(crate) pace: Pace,
    /// Servers may be asked for what a page lacks.
    pub(crate) ask: bool,
    /// Where looks at a server go on.
    pub(crate) background: tokio::runtime::Handle,
    /// A demo's controls, and the program it shows first.
    pub(crate) stage: Option<(Arc<Controls>, Option<Selected>)>,
}

/// What wakes the screen.
enum Wake {
    Key(Key),
    /// A text at once; its line breaks are part of it.
    Paste(String),
    /// What was found of a text.
    Found(String, FoundPage),
    /// Leave at once.
    Interrupt,
    /// Another size.
    Resized,
    /// The companion knows something new.
    Changed,
    /// The keyboard is gone.
    Lost,
}

/// What a search gave.
type FoundPage = Result<Box<SearchPage>, CompanionError>;

/// A program in one of its sessions, live or ended: what an agent hands over is worth a look when these change.
type Asked = (Selected, Option<SessionId>, bool);

/// What is on the screen.
struct Shown {
    overview: Overview,
    page: Option<ProgramPage>,
    outbox: Vec<OutboxLine>,
    ui: Ui,
    /// What was asked for last, so that it is asked for once.
    asked: Option<Asked>,
    /// A search is under way.
    searching: bool,
    /// Where its answer goes.
    wake: Sender<Wake>,
}

impl Live {
    /// Shows until the person leaves. Blocks its thread; the terminal is restored whatever happens.
    pub(crate) fn run(&self) -> Done {
        let told = |error: CompanionError| crate::commands::failed(&error, &self.labels);
        let (wake, woken) = channel();
        let observer = wake.clone();
        let query = ProgramQuery {
            account: self.account.clone(),
            ..ProgramQuery::default()
        };
        let observation = self
            .companion
            .observe_overview(query, Arc::new(move |_| drop(observer.send(Wake::Changed))))
            .map_err(told)?;
        let mut shown = Shown {
            overview: whole_overview(&self.companion, self.account.as_ref()).map_err(told)?,
            page: None,
            outbox: Vec::new(),
            ui: Ui {
                selected: self.stage.as_ref().and_then(|(_, first)| first.clone()),
                ..Ui::default()
            },
            asked: None,
            searching: false,
            wake: wake.clone(),
        };
        // Also sets a panic hook that puts the terminal back before the message.
        let mut terminal = ratatui::try_init()?;
        // A terminal that does not know it sends what is pasted as keys.
        let _ = execute!(io::stdout(), EnableBracketedPaste);
        let leaving = Arc::new(AtomicBool::new(false));
        let signals = heed_signals(wake.clone(), &self.background);
        read_keys(wake, Arc::clone(&leaving));
        let outcome = self.show(&mut terminal, &mut shown, &woken);
        leaving.store(true, Ordering::Relaxed);
        // Where the window is gone there is nothing to put back, and nobody to tell.
        let _ = execute!(io::stdout(), DisableBracketedPaste);
        let _ = ratatui::try_restore();
        observation.cancel();
        signals.abort();
        outcome
    }

    fn show(&self, terminal: &mut DefaultTerminal, shown: &mut Shown, woken: &Receiver<Wake>) -> Done {
        loop {
            self.look(shown)?;
            self.draw(terminal, shown)?;
            match woken.recv_timeout(self.tick(shown)) {
                Ok(Wake::Key(key)) => match shown.ui.press(key, &shown.overview) {
                    Some(Wish::Quit) => return Ok(()),
                    Some(wish) => self.act(wish, shown)?,
                    None => {}
                },
                Ok(Wake::Paste(text)) => {
                    if let Some(wish) = shown.ui.paste(&text) {
                        self.act(wish, shown)?;
                    }
                }
                Ok(Wake::Found(text, found)) => self.found(&text, found, shown)?,
                Ok(Wake::Interrupt | Wake::Lost) => return Ok(()),
                Ok(Wake::Resized | Wake::Changed) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::new("the keyboard could not be read")),
            }
        }
    }

    /// Reads the cache again: what is on the screen is judged anew with each tick, so an agent falls silent on time.
    fn look(&self, shown: &mut Shown) -> Done {
        let told = |error: CompanionError| crate::commands::failed(&error, &self.labels);
        let overview = whole_overview(&self.companion, self.account.as_ref()).map_err(told)?;
        shown.overview = if self.ask { overview } else { unasked(overview) };
        shown.ui.settle(&shown.overview);
        shown.ui.demo = self.stage.as_ref().map(|(controls, _)| controls.demo());
        shown.page = match &shown.ui.selected {
            None => None,
            Some((account, program)) => match self.companion.program(account, program) {
                Ok(page) => Some(page),
                Err(CompanionError::NotFound) => None,
                Err(error) => return Err(told(error)),
            },
        };
        shown.outbox = self.companion.outbox(self.account.as_ref()).map_err(told)?.lines;
        shown.ui.entry = shown.ui.entry.min(shown.outbox.len().saturating_sub(1));
        self.ask_once(shown);
        Ok(())
    }

    /// Asks the server for the selected program's state, without waiting: when it is selected, and when it hands over.
    fn ask_once(&self, shown: &mut Shown) {
        let Some(page) = shown.page.as_ref().filter(|_| self.ask) else {
            return;
        };
        let program = (page.row.account.clone(), page.row.program.clone());
        let wanted = Some((program.clone(), page.row.session.clone(), page.row.live));
        if shown.asked == wanted {
            return;
        }
        shown.asked = wanted;
        let companion = Arc::clone(&self.companion);
        // A failure is in the sources' reports, which the screen shows.
        self.background
            .spawn(async move { drop(companion.refresh_program(&program.0, &program.1).await) });
    }

    fn draw(&self, terminal: &mut DefaultTerminal, shown: &mut Shown) -> io::Result<()> {
        let size = terminal.size()?;
        let most = self.board(shown).last_scroll(size.width, size.height);
        shown.ui.scroll = shown.ui.scroll.min(most);
        let board = self.board(shown);
        terminal
            .draw(|frame| board.draw(frame.area(), frame.buffer_mut()))
            .map(drop)
    }

    fn board<'a>(&'a self, shown: &'a Shown) -> Board<'a> {
        Board {
            overview: &shown.overview,
            page: shown.page.as_ref(),
            outbox: &shown.outbox,
            ui: &shown.ui,
            labels: &self.labels,
            theme: &self.theme,
        }
    }

    /// One tick for all ages: a second while an age below a minute is in sight, else fifteen.
    fn tick(&self, shown: &Shown) -> Duration {
        let young = shown
            .overview
            .rows
            .iter()
            .filter_map(|row| row.last_heard)
            .any(|heard| shown.overview.now.since(heard).as_millis() < 60_000);
        match (self.pace, young && shown.overview.fresh) {
            (Pace::Fast, _) => Duration::from_millis(250),
            (Pace::Real, true) => Duration::from_secs(1),
            (Pace::Real, false) => Duration::from_secs(15),
        }
    }
}

/// A closed window or a wish to stop ends the screen as `q` does: the terminal is put back and a demo's folder removed.
fn heed_signals(wake: Sender<Wake>, background: &tokio::runtime::Handle) -> tokio::task::JoinHandle<()> {
    background.spawn(async move {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (Ok(mut closed), Ok(mut stop)) = (signal(SignalKind::hangup()), signal(SignalKind::terminate())) else {
                return;
            };
            tokio::select! {
                _ = closed.recv() => {}
                _ = stop.recv() => {}
            }
            let _ = wake.send(Wake::Interrupt);
        }
        #[cfg(not(unix))]
        drop(wake);
    })
}

/// Reads the keyboard on a thread of its own until it is told to leave. Nobody waits for that thread: of a terminal that is
/// gone it reads without end, and the process ends it.
fn read_keys(wake: Sender<Wake>, leaving: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        while !leaving.load(Ordering::Relaxed) {
            let next = match event::poll(Duration::from_millis(100)) {
                Ok(false) => continue,
                Ok(true) => event::read().map_or(Some(Wake::Lost), meaning),
                Err(_) => Some(Wake::Lost),
            };
            let lost = matches!(next, Some(Wake::Lost));
            if next.is_some_and(|wake_up| wake.send(wake_up).is_err()) || lost {
                return;
            }
        }
    });
}

#[allow(clippy::needless_pass_by_value)] // it is the end of the event
fn meaning(event: Event) -> Option<Wake> {
    match event {
        Event::Resize(..) => Some(Wake::Resized),
        Event::Paste(text) => Some(Wake::Paste(text)),
        Event::Key(KeyEvent {
            code, modifiers, kind, ..
        }) if kind != KeyEventKind::Release => {
            if modifiers.contains(KeyModifiers::CONTROL) {
                return matches!(code, KeyCode::Char('c' | 'd')).then_some(Wake::Interrupt);
            }
            let key = match code {
                KeyCode::Up => Key::Up,
                KeyCode::Down => Key::Down,
                KeyCode::PageUp => Key::PageUp,
                KeyCode::PageDown => Key::PageDown,
                KeyCode::Home => Key::Home,
                KeyCode::End => Key::End,
                KeyCode::Enter => Key::Enter,
                KeyCode::Esc => Key::Escape,
                KeyCode::Backspace => Key::Backspace,
                KeyCode::Char(c) => Key::Char(c),
                _ => return None,
            };
            Some(Wake::Key(key))
        }
        _ => None,
    }
}
