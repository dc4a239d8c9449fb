//! A refresh that somebody asks for, and what it reads beside the usual.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::runtime::Handle;

use super::{Companion, CompanionError, OpenAccount, RefreshReport, WakeBudget, WakeReport};
use crate::domain::{AccountId, ProgramId, has_key};
use crate::outbox::Then;
use crate::sync::{Turn, Wanted};

impl Companion {
    /// Fetches what is due from every account (or one), writes what changed. One runs at a time: a second call joins the first.
    ///
    /// Failures of sources are in the report.
    ///
    /// # Errors
    /// Only what stops all of it: [`CompanionError::Storage`], [`CompanionError::Suspended`], [`CompanionError::NotFound`]
    /// for an unknown account.
    pub async fn refresh(&self, account: Option<AccountId>) -> Result<RefreshReport, CompanionError> {
        let accounts = match account {
            Some(id) => vec![self.inner.account(&id)?],
            None => self.inner.accounts()?,
        };
        self.refresh_all(accounts, Wanted::default()).await
    }

    /// As [`refresh`](Companion::refresh), but reads this program's state, keys, messages and context use
    /// too, whether they are due or not, and once a day the register of programs.
    ///
    /// # Errors
    /// As [`refresh`](Companion::refresh).
    pub async fn refresh_program(
        &self,
        account: &AccountId,
        program: &ProgramId,
    ) -> Result<RefreshReport, CompanionError> {
        is_no_key(program)?;
        let account = self.inner.account(account)?;
        let entries = account.sync.store.read(|reader| reader.programs())?;
        let entry = entries.into_iter().find(|entry| entry.program == *program);
        let current = entry.and_then(|entry| entry.current);
        let wanted = Wanted {
            programs: BTreeSet::from([program.clone()]),
            keys: true,
            messages: BTreeSet::from([program.clone()]),
            register: true,
            context_of: current.into_iter().collect(),
            ..Wanted::default()
        };
        let mut report = self.refresh_all(vec![account.clone()], wanted).await?;
        self.inner.speak_of(program, &account, &mut report.sources);
        Ok(report)
    }

    /// As [`refresh`](Companion::refresh), but reads the messages to and from this program too.
    ///
    /// # Errors
    /// As [`refresh`](Companion::refresh).
    pub async fn refresh_messages(
        &self,
        account: &AccountId,
        program: &ProgramId,
    ) -> Result<RefreshReport, CompanionError> {
        is_no_key(program)?;
        let account = self.inner.account(account)?;
        let wanted = Wanted {
            messages: BTreeSet::from([program.clone()]),
            ..Wanted::default()
        };
        let mut report = self.refresh_all(vec![account.clone()], wanted).await?;
        self.inner.speak_of(program, &account, &mut report.sources);
        Ok(report)
    }

    /// As [`refresh`](Companion::refresh), but reads these lists to their ends, whosever turn it is.
    ///
    /// # Errors
    /// As [`refresh`](Companion::refresh).
    pub async fn refresh_lists(
        &self,
        account: Option<AccountId>,
        lists: &[Turn],
    ) -> Result<RefreshReport, CompanionError> {
        let accounts = match account {
            Some(id) => vec![self.inner.account(&id)?],
            None => self.inner.accounts()?,
        };
        let wanted = Wanted {
            lists: lists.iter().copied().collect(),
            ..Wanted::default()
        };
        self.refresh_all(accounts, wanted).await
    }

    /// As [`refresh`](Companion::refresh), but reads what completed tasks cost in this period (`today`, `this_week`,
    /// `this_month`, `all`) too.
    ///
    /// # Errors
    /// As [`refresh`](Companion::refresh).
    pub async fn refresh_cost(&self, account: &AccountId, period: &str) -> Result<RefreshReport, CompanionError> {
        let account = self.inner.account(account)?;
        let wanted = Wanted {
            cost: Some(period.to_owned()),
            ..Wanted::default()
        };
        self.refresh_all(vec![account], wanted).await
    }

    /// As [`refresh`](Companion::refresh), but reads the sprints that are under way too, of one account or of all.
    ///
    /// # Errors
    /// As [`refresh`](Companion::refresh).
    pub async fn refresh_sprints(&self, account: Option<AccountId>) -> Result<RefreshReport, CompanionError> {
        let accounts = match account {
            Some(id) => vec![self.inner.account(&id)?],
            None => self.inner.accounts()?,
        };
        let wanted = Wanted {
            sprints: true,
            ..Wanted::default()
        };
        self.refresh_all(accounts, wanted).await
    }

    /// What a background wake may do: sends what waits in the outbox and reads what is due by the clock, of every account,
    /// within this budget, whether the companion was started or not. A system that grants seconds learns in time that they
    /// were enough; what was on its way then is looked for before anything is sent again.
    ///
    /// # Errors
    /// As [`refresh`](Companion::refresh).
    pub async fn wake(&self, budget: WakeBudget) -> Result<WakeReport, CompanionError> {
        let accounts = self.inner.accounts()?;
        let time = Duration::from_millis(budget.time.as_millis().max(0).unsigned_abs());
        let runtime = self.inner.runtime.clone();
        let work = async move {
            let woken = tokio::time::timeout(time, woken(accounts.clone(), budget.requests, runtime));
            if let Ok(report) = woken.await {
                let RefreshReport { sources, rows_changed } = report?;
                return Ok(WakeReport {
                    sources,
                    rows_changed,
                    in_time: true,
                });
            }
            for account in &accounts {
                account.sync.settle(Duration::ZERO).await;
            }
            Ok(WakeReport {
                sources: accounts.iter().flat_map(|account| account.sync.reports()).collect(),
                rows_changed: 0,
                in_time: false,
            })
        };
        self.on_runtime(work).await
    }

    async fn refresh_all(&self, accounts: Vec<OpenAccount>, wanted: Wanted) -> Result<RefreshReport, CompanionError> {
        let runtime = self.inner.runtime.clone();
        self.on_runtime(refreshed(accounts, move |_| wanted.clone(), runtime))
            .await
    }
}

/// A key that was typed for a name: it would be asked about, and kept as what could not be read.
fn is_no_key(program: &ProgramId) -> Result<(), CompanionError> {
    if has_key(program.as_str()) {
        return Err(CompanionError::NotFound);
    }
    Ok(())
}

async fn woken(accounts: Vec<OpenAccount>, requests: u32, runtime: Handle) -> Result<RefreshReport, CompanionError> {
    let wake = |account: &OpenAccount| (account.row.id.clone(), account.outbox.wake(Then::Leave, &runtime));
    let delivered: Vec<_> = accounts.iter().map(wake).collect();
    let mut stirred = BTreeMap::new();
    for (account, ended) in delivered {
        // One that was stopped tells nothing, and need not.
        stirred.insert(account, ended.await.unwrap_or_default());
    }
    let bounded = |account: &OpenAccount| {
        let by_clock = account.sync.by_clock();
        let changed = stirred.get(&account.row.id).cloned().unwrap_or_default();
        Wanted {
            most_requests: Some(requests),
            programs: by_clock.programs.union(&changed.programs).cloned().collect(),
            keys: by_clock.keys || changed.keys,
            ..by_clock
        }
    };
    refreshed(accounts, bounded, runtime).await
}

async fn refreshed(
    accounts: Vec<OpenAccount>,
    wanted: impl Fn(&OpenAccount) -> Wanted,
    runtime: Handle,
) -> Result<RefreshReport, CompanionError> {
    let mut tasks = tokio::task::JoinSet::new();
    for account in accounts {
        let (wanted, runtime) = (wanted(&account), runtime.clone());
        tasks.spawn(async move { account.sync.refresh(wanted, &runtime).await });
    }
    let mut report = RefreshReport {
        sources: Vec::new(),
        rows_changed: 0,
    };
    let mut failure = None;
    for refreshed in tasks.join_all().await {
        match refreshed {
            Ok(refreshed) => {
                report.sources.extend(refreshed.sources);
                report.rows_changed = report.rows_changed.saturating_add(refreshed.rows_changed);
            }
            Err(error) => failure = Some(error),
        }
    }
    report
        .sources
        .sort_by(|a, b| (&a.account, a.source).cmp(&(&b.account, b.source)));
    failure.map_or(Ok(report), |error| Err(error.into()))
}
