//! What to tell the person now, each thing once in the life of its account on this device.

use super::records::{asked_rows, program_records};
use super::{Companion, CompanionError, Inner, OpenAccount, RejectedReason, quiet::quiet_at};
use crate::insight::{
    self, AlertRow, AlertRules, Cause, DueAlerts, Episode, Quiet, QuietHours, Source, SourceReport, Telling,
    episode_of_alert, episode_of_key, episode_of_question, episodes_of_program,
};
use crate::store::{Reader, StoreError};

impl Companion {
    /// What the person wants to be told on this device; the usual where they never said.
    ///
    /// # Errors
    /// [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub fn alert_rules(&self) -> Result<AlertRules, CompanionError> {
        self.inner.opened(|opened| Ok(opened.registry.alert_rules()?))
    }

    /// Keeps what the person wants to be told.
    ///
    /// # Errors
    /// [`CompanionError::Rejected`] for quiet hours that are none, else as [`alert_rules`](Companion::alert_rules).
    pub fn set_alert_rules(&self, rules: &AlertRules) -> Result<(), CompanionError> {
        if !rules.quiet.is_none_or(QuietHours::is_sound) {
            let field = "quiet".to_owned();
            return Err(CompanionError::Rejected {
                reason: RejectedReason::Invalid { field },
            });
        }
        self.inner.opened(|opened| Ok(opened.registry.keep_alert_rules(rules)?))
    }

    /// Hands out what is to be told now. Each episode is handed out once: it is marked as told, on the disk, before this
    /// returns, so whoever is killed between this and the screen has lost an alert and never doubles one (it still stands in
    /// the overview). The first call for an account tells nothing. From the files alone; ask after each refresh or wake.
    ///
    /// # Errors
    /// [`CompanionError::Suspended`]; [`CompanionError::Storage`] where no account could be asked.
    pub fn take_due_alerts(&self) -> Result<DueAlerts, CompanionError> {
        self.inner.take_due_alerts()
    }
}

impl Inner {
    fn take_due_alerts(&self) -> Result<DueAlerts, CompanionError> {
        let rules = self.opened(|opened| Ok(opened.registry.alert_rules()?))?;
        let (mut due, mut failure) = (DueAlerts::default(), None);
        for account in self.accounts()? {
            let quiet = self.quiet_for(&account, &rules);
            due.quiet_until = due.quiet_until.max(quiet.until);
            match self.tell(&account, &rules, &quiet) {
                Ok(telling) => {
                    due.alerts.extend(telling.alerts);
                    due.held_back.extend(telling.held_back);
                }
                // What others were told is marked: it must not be lost with this one.
                Err(error) => failure = Some(error),
            }
        }
        due.in_order();
        match failure {
            Some(error) if due.alerts.is_empty() && due.held_back.is_empty() => Err(error.into()),
            _ => Ok(due),
        }
    }

    fn quiet_for(&self, account: &OpenAccount, rules: &AlertRules) -> Quiet {
        let offset = account.sync.standings().offset;
        rules.quiet.map_or_else(Quiet::default, |hours| {
            quiet_at(hours, &self.zone, self.clock.now(), offset)
        })
    }

    fn tell(&self, account: &OpenAccount, rules: &AlertRules, quiet: &Quiet) -> Result<Telling, StoreError> {
        let stand = self.stand_of(account);
        // Before anything was read there is nothing that could have been there before.
        if stand.as_of.is_none() {
            return Ok(Telling::default());
        }
        // And what was is told from what is new only when all of it was read once.
        let is_whole = !stand.reports.iter().any(is_yet_to_be_read);
        let judged_at = stand.moment.judged_at;
        let answerable = account.sync.offers().questions;
        let episodes = account.sync.store.read(|reader| {
            let mut episodes = episodes_in(reader, account, answerable)?;
            for record in program_records(reader, &account.row.id, answerable)? {
                let row = insight::row(&record, &stand.moment).row;
                episodes.extend(episodes_of_program(&record, &row, judged_at));
            }
            let keys = reader.keys(None)?;
            let ending = |key| episode_of_key(&account.row.id, &insight::key_facts(key), judged_at);
            episodes.extend(keys.iter().filter_map(ending));
            Ok(episodes)
        })?;
        let weigh = |told: &insight::Told| {
            if told.begun || is_whole {
                insight::weigh(&episodes, told, rules, quiet, judged_at)
            } else {
                Telling::default()
            }
        };
        account.sync.store.tell(weigh)
    }
}

/// Whether alerts come from there, it may be read, and was not read so far.
fn is_yet_to_be_read(line: &SourceReport) -> bool {
    let tells = matches!(line.source, Source::Sessions | Source::Questions | Source::Alerts);
    let is_refused = matches!(line.cause, Some(Cause::Forbidden { .. }));
    tells && line.as_of.is_none() && !is_refused
}

/// What stands on no program's row.
fn episodes_in(reader: &Reader<'_>, account: &OpenAccount, answerable: bool) -> Result<Vec<Episode>, StoreError> {
    let asked = asked_rows(reader, &account.row.id, answerable)?;
    let alerts = reader.alerts()?.into_iter().map(|alert| AlertRow {
        account: account.row.id.clone(),
        alert,
    });
    let nobody_known = asked.iter().filter(|row| row.asker.is_none()).map(episode_of_question);
    Ok(nobody_known.chain(alerts.map(|row| episode_of_alert(&row))).collect())
}
