//! What the person does beyond looking: search, write, decide. Nothing here waits for a server; what is kept is on this
//! machine's disk before the screen goes on.

use std::sync::Arc;
use std::sync::mpsc::channel;

use cachebash_core::companion::CompanionError;
use cachebash_core::search::{Hit, Opens, SearchQuery};

use super::{Live, Shown, Wake};
use crate::failure::Done;
use crate::tui::ui::{View, Wish};
use crate::tui::writing::{Purpose, Writing};

impl Live {
    /// Does what a key asked for.
    pub(super) fn act(&self, wish: Wish, shown: &mut Shown) -> Done {
        match wish {
            Wish::ToggleNetwork => {
                if let Some((controls, _)) = &self.stage {
                    controls.toggle_network();
                }
            }
            Wish::Retry | Wish::Discard => self.decide(wish, shown),
            Wish::Edit => write(shown, |shown| Writing::edit(shown.outbox.get(shown.ui.entry)?)),
            Wish::Answer => write(shown, |shown| {
                let row = shown.overview.rows.get(shown.ui.position(&shown.overview)?)?;
                Writing::answer(row.asked.as_ref()?)
            }),
            Wish::Reply => write(shown, |shown| Writing::reply(shown.page.as_ref()?)),
            Wish::Send => self.send(shown),
            Wish::Allow => self.allow_and_send(shown),
            Wish::Search => self.search(shown),
            Wish::Away => {
                let told = self.companion.away(self.account.as_ref(), None);
                shown.ui.away = Some(told.map_err(|error| crate::commands::failed(&error, &self.labels))?);
            }
            Wish::Open => open(shown),
            Wish::Quit | Wish::Look => {}
        }
        Ok(())
    }

    /// Keeps what was written; what keeps it from being kept is told where it is written.
    fn send(&self, shown: &mut Shown) {
        let Some(writing) = shown.ui.writing.clone() else {
            return;
        };
        let accounts = &shown.overview.accounts;
        let allowed = accounts
            .iter()
            .any(|account| account.id == writing.account && account.writes_allowed);
        if !allowed {
            if let Some(writing) = &mut shown.ui.writing {
                writing.asks_leave = true;
            }
            return;
        }
        let too_late = shown.page.as_ref().is_some_and(|page| writing.came_too_late(page));
        if too_late && writing.trouble.is_none() {
            if let Some(writing) = &mut shown.ui.writing {
                writing.trouble = Some(self.labels.taken_out().to_owned());
            }
            return;
        }
        let (companion, action) = (Arc::clone(&self.companion), writing.action());
        let (tell, told) = channel();
        self.background.spawn(async move {
            let account = &writing.account;
            let kept = match &writing.purpose {
                Purpose::Edit { entry, .. } => companion.edit_action(account, entry, action).await,
                Purpose::Answer { .. } | Purpose::Reply { .. } => companion.ask(account, action).await,
            };
            drop(tell.send(kept.map(drop)));
        });
        match told.recv() {
            Ok(Ok(())) => shown.ui.sent(),
            Ok(Err(error)) => self.trouble(&error, shown),
            Err(_) => {}
        }
    }

    fn allow_and_send(&self, shown: &mut Shown) {
        let Some(writing) = &mut shown.ui.writing else { return };
        writing.asks_leave = false;
        let account = writing.account.clone();
        match self.companion.allow_writes(&account, true) {
            Ok(allowed) => {
                let known = shown.overview.accounts.iter_mut().find(|known| known.id == account);
                if let Some(known) = known {
                    *known = allowed;
                }
                self.send(shown);
            }
            Err(error) => self.trouble(&error, shown),
        }
    }

    fn trouble(&self, error: &CompanionError, shown: &mut Shown) {
        if let Some(writing) = &mut shown.ui.writing {
            writing.trouble = Some(self.labels.error(error));
        }
    }

    /// Looks for what is typed now, one search at a time: typing is faster than a first look.
    fn search(&self, shown: &mut Shown) {
        if shown.searching || shown.ui.search.text.trim().is_empty() {
            return;
        }
        shown.searching = true;
        let query = SearchQuery {
            text: shown.ui.search.text.clone(),
            account: self.account.clone(),
            ..SearchQuery::default()
        };
        let (companion, wake) = (Arc::clone(&self.companion), shown.wake.clone());
        self.background.spawn(async move {
            let found = companion.search(&query).await;
            drop(wake.send(Wake::Found(query.text, found.map(Box::new))));
        });
    }

    /// Takes in what was found; if more was typed meanwhile, looks again.
    pub(super) fn found(&self, text: &str, found: super::FoundPage, shown: &mut Shown) -> Done {
        shown.searching = false;
        let page = found.map_err(|error| crate::commands::failed(&error, &self.labels))?;
        if !shown.ui.search.text.is_empty() {
            shown.ui.search.page = Some(*page);
        }
        if shown.ui.search.text != text {
            self.search(shown);
        }
        Ok(())
    }

    /// Does with the selected entry of the outbox what was decided, without waiting: what comes of it is shown when it is
    /// known.
    fn decide(&self, wish: Wish, shown: &Shown) {
        let Some(line) = shown.outbox.get(shown.ui.entry) else {
            return;
        };
        let (companion, account, id) = (Arc::clone(&self.companion), line.account.clone(), line.entry.id.clone());
        self.background.spawn(async move {
            let decided = match wish {
                Wish::Discard => companion.discard_action(&account, &id).await,
                _ => companion.retry_action(&account, &id).await,
            };
            if let Err(error) = decided {
                tracing::debug!(%error, "a decision about the outbox came too late");
            }
        });
    }
}

fn write(shown: &mut Shown, writing: impl FnOnce(&Shown) -> Option<Writing>) {
    if let Some(writing) = writing(shown) {
        shown.ui.begin(writing);
    }
}

/// Shows what the selected hit leads to: its program's page, the outbox, or the question to be answered.
fn open(shown: &mut Shown) {
    let search = &shown.ui.search;
    let Some(hit) = search
        .page
        .as_ref()
        .and_then(|page| page.hits.get(search.selected))
        .cloned()
    else {
        return;
    };
    match &hit.opens {
        Opens::Outbox { action } => match shown.outbox.iter().position(|line| line.entry.id == *action) {
            Some(entry) => (shown.ui.view, shown.ui.entry) = (View::Outbox, entry),
            None => shown.ui.search.leads_nowhere = true,
        },
        Opens::Question { question } => {
            let mut rows = shown.overview.rows.iter().filter_map(|row| row.asked.as_ref());
            let asked = rows.find(|asked| asked.account == hit.account && asked.question == *question);
            match asked.and_then(Writing::answer) {
                Some(writing) => shown.ui.begin(writing),
                None => open_program(&hit, shown),
            }
        }
        _ => open_program(&hit, shown),
    }
}

fn open_program(hit: &Hit, shown: &mut Shown) {
    let of_hit = hit.program.as_ref().filter(|program| {
        let mut rows = shown.overview.rows.iter();
        rows.any(|row| row.account == hit.account && row.program == **program)
    });
    match of_hit {
        Some(program) => {
            shown.ui.selected = Some((hit.account.clone(), program.clone()));
            (shown.ui.view, shown.ui.scroll) = (View::Program, 0);
        }
        None => shown.ui.search.leads_nowhere = true,
    }
}
