//! Asking a person: a secret without echo, a yes or no. Never where nobody sits.

use std::io::{BufRead, IsTerminal, Write};

use cachebash_core::companion::Account;
use ratatui::crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::home::Home;
use crate::failure::{Done, Failure};

/// Longest line taken; a pairing link with a long URL is far shorter.
const LONGEST: usize = 4_096;

/// A line that must not be seen: from the keyboard without echo, else the first line of standard input.
pub(crate) fn secret(prompt: &str) -> Done<String> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim().to_owned());
    }
    eprint!("{prompt} ");
    std::io::stderr().flush()?;
    let typed = without_echo();
    eprintln!();
    typed
}

/// Puts the terminal back whatever happens.
struct Raw;

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = disable_raw_mode();
    }
}

fn without_echo() -> Done<String> {
    enable_raw_mode()?;
    let _raw = Raw;
    let mut typed = String::new();
    loop {
        match read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => match key.code {
                KeyCode::Enter => return Ok(typed.trim().to_owned()),
                KeyCode::Esc => return Err(Failure::new("nothing was entered")),
                KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    return Err(Failure::new("nothing was entered"));
                }
                KeyCode::Backspace => {
                    typed.pop();
                }
                KeyCode::Char(c) if typed.len() < LONGEST => typed.push(c),
                _ => {}
            },
            Event::Paste(text) => typed.extend(text.chars().take(LONGEST.saturating_sub(typed.len()))),
            _ => {}
        }
    }
}

/// Yes or no; no where nobody sits.
pub(crate) fn yes(question: &str) -> Done<bool> {
    if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Ok(false);
    }
    eprint!("{question} [y/N] ");
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

/// An act that may wait in the outbox needs a person's permission alone, once per account.
pub(crate) fn leave(home: &Home, account: &Account, allowed: bool) -> Done {
    if account.writes_allowed {
        return Ok(());
    }
    if allowed || yes(&format!("Allow this terminal to act for you on {}?", account.label))? {
        home.companion
            .allow_writes(&account.id, true)
            .map_err(|error| home.failure(&error))?;
    }
    // Still not allowed: the companion itself refuses, and says so.
    Ok(())
}
