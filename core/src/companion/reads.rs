//! Windows over programs and sessions, from the files alone: no read ever waits for the network.

use super::records::{asked_rows, history_of, newest_at, program_records, session_records};
use super::{Account, Companion, CompanionError, Inner, Listener, OpenAccount, ProgramQuery, SessionQuery};
use crate::domain::{AccountId, ProgramId, SessionId, Span, Timestamp};
use crate::insight::{self, Moment, Notice, Overview, ProgramPage, ProgressHistory, SessionWindow, SourceReport};
use crate::observe::{self, Observation};

/// Rows of a window when none are asked for, and the most that are given.
const USUAL_WINDOW: u32 = 50;
const LARGEST_WINDOW: u32 = 100;

impl Companion {
    /// The programs of one account or of all, judged and in list order.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub fn overview(&self, query: &ProgramQuery) -> Result<Overview, CompanionError> {
        let overview = self.inner.overview(query)?;
        self.inner.paint(query, &overview);
        Ok(overview)
    }

    /// Sessions, newest first.
    ///
    /// # Errors
    /// As [`overview`](Companion::overview).
    pub fn sessions(&self, query: &SessionQuery) -> Result<SessionWindow, CompanionError> {
        self.inner.sessions(query)
    }

    /// One program, whole.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account or program, else as [`overview`](Companion::overview).
    pub fn program(&self, account: &AccountId, program: &ProgramId) -> Result<ProgramPage, CompanionError> {
        self.inner.program(account, program)
    }

    /// What this device saw of one session's progress.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for a session it never saw live, else as [`overview`](Companion::overview).
    pub fn progress_history(
        &self,
        account: &AccountId,
        session: &SessionId,
    ) -> Result<ProgressHistory, CompanionError> {
        let account = self.inner.account(account)?;
        let looked_at = account
            .sync
            .standings()
            .reading(&crate::store::SourceKey::of(insight::Source::Sessions))
            .as_of;
        let history = account
            .sync
            .store
            .read(|reader| history_of(reader, session, looked_at))?;
        history.ok_or(CompanionError::NotFound)
    }

    /// Gives the present value at once, then each new one; dropping the observation ends it.
    ///
    /// # Errors
    /// As [`overview`](Companion::overview), if it cannot be read now.
    pub fn observe_overview(
        &self,
        query: ProgramQuery,
        listener: Listener<Overview>,
    ) -> Result<Observation, CompanionError> {
        let asked = query.clone();
        self.inner.overview(&query)?;
        let inner = std::sync::Arc::clone(&self.inner);
        let shown: Listener<Overview> = std::sync::Arc::new(move |overview: Overview| {
            inner.paint(&query, &overview);
            listener(overview);
        });
        Ok(self.observe(move |inner| inner.overview(&asked), shown))
    }

    /// Likewise, of one program. As long as it is observed its state is read before others, and again though nothing says
    /// that it changed.
    ///
    /// # Errors
    /// As [`program`](Companion::program), if it cannot be read now.
    pub fn observe_program(
        &self,
        account: AccountId,
        program: ProgramId,
        listener: Listener<ProgramPage>,
    ) -> Result<Observation, CompanionError> {
        self.inner.program(&account, &program)?;
        let page = self.inner.device.opens(account.clone(), program.clone());
        let observation = self.observe(move |inner| inner.program(&account, &program), listener);
        Ok(observation.holding(page))
    }

    /// Likewise, of sessions.
    ///
    /// # Errors
    /// As [`sessions`](Companion::sessions), if they cannot be read now.
    pub fn observe_sessions(
        &self,
        query: SessionQuery,
        listener: Listener<SessionWindow>,
    ) -> Result<Observation, CompanionError> {
        self.inner.sessions(&query)?;
        Ok(self.observe(move |inner| inner.sessions(&query), listener))
    }

    pub(super) fn observe<T: Send + 'static>(
        &self,
        question: impl Fn(&Inner) -> Result<T, CompanionError> + Send + Sync + 'static,
        listener: Listener<T>,
    ) -> Observation {
        let inner = std::sync::Arc::clone(&self.inner);
        observe::observe(
            &self.inner.topics,
            &self.inner.runtime,
            move || question(&inner).ok(),
            listener,
        )
    }
}

/// How one account stands at one moment.
pub(super) struct Stand {
    pub(super) reports: Vec<SourceReport>,
    pub(super) now: Timestamp,
    pub(super) offset: Span,
    pub(super) fresh: bool,
    pub(super) as_of: Option<Timestamp>,
    pub(super) moment: Moment,
}

impl Stand {
    pub(super) fn notice(&self) -> Option<Notice> {
        insight::notice(&self.reports, self.as_of)
    }
}

impl Inner {
    pub(super) fn chosen(&self, account: Option<&AccountId>) -> Result<Vec<OpenAccount>, CompanionError> {
        match account {
            Some(id) => Ok(vec![self.account(id)?]),
            None => self.accounts(),
        }
    }

    pub(super) fn stand_of(&self, account: &OpenAccount) -> Stand {
        let reports = account.sync.reports();
        let offset = account.sync.standings().offset;
        let now = self.clock.now().plus(offset);
        let fresh = insight::overall_fresh(&reports);
        let as_of = insight::overall_as_of(&reports);
        let judged_at = insight::judged_at(fresh, now, as_of);
        let moment = Moment {
            judged_at,
            midnight: self.midnight_before(judged_at),
            sync_period: account.sync.period(),
        };
        Stand {
            reports,
            now,
            offset,
            fresh,
            as_of,
            moment,
        }
    }

    pub(super) fn overview(&self, query: &ProgramQuery) -> Result<Overview, CompanionError> {
        let accounts = self.chosen(query.account.as_ref())?;
        let mut stands = Vec::new();
        let mut judged = Vec::new();
        let mut asked = Vec::new();
        let mut ahead = None;
        for account in &accounts {
            let stand = self.stand_of(account);
            let answerable = account.sync.offers().questions;
            let (records, questions) = account.sync.store.read(|reader| {
                let records = program_records(reader, &account.row.id, answerable)?;
                Ok((records, asked_rows(reader, &account.row.id, answerable)?))
            })?;
            asked.extend(questions.into_iter().filter(|row| row.asker.is_none()));
            let rows: Vec<_> = records
                .iter()
                .map(|record| insight::row(record, &stand.moment))
                .collect();
            let heard = rows.iter().filter_map(|judged| judged.row.last_heard);
            ahead = ahead.max(insight::server_ahead(heard, stand.now));
            judged.extend(rows);
            stands.push(stand);
        }
        let (rows, sections) = insight::arrange(judged);
        insight::oldest_first(&mut asked);
        let reports: Vec<SourceReport> = stands.iter().flat_map(|stand| stand.reports.clone()).collect();
        let fresh = !stands.is_empty() && stands.iter().all(|stand| stand.fresh);
        let as_of = stands.iter().filter_map(|stand| stand.as_of).min();
        let offset = stands.first().map_or(Span::default(), |stand| stand.offset);
        let now = self.clock.now().plus(offset);
        Ok(Overview {
            headline: insight::headline(&sections, asked.len(), fresh),
            sections,
            asked,
            offset: query.offset,
            total: count(rows.len()),
            rows: window(rows, query.offset, query.limit),
            accounts: accounts.iter().map(OpenAccount::facts).collect::<Vec<Account>>(),
            as_of,
            judged_at: insight::judged_at(fresh, now, as_of),
            now,
            server_offset: offset,
            fresh,
            server_ahead: ahead,
            notice: insight::notice(&reports, as_of),
            sources: reports,
            next_check: accounts.iter().filter_map(|account| account.sync.next_due()).min(),
        })
    }

    fn sessions(&self, query: &SessionQuery) -> Result<SessionWindow, CompanionError> {
        let accounts = self.chosen(query.account.as_ref())?;
        let (wanted, mut total, mut rows, mut stands) = (reach(query.offset, query.limit), 0, Vec::new(), Vec::new());
        for account in &accounts {
            let stand = self.stand_of(account);
            let program = query.program.as_ref();
            let (records, known) = account
                .sync
                .store
                .read(|reader| session_records(reader, program, query.include_ended, wanted))?;
            total += known;
            rows.extend(records.iter().map(|record| {
                let newest = newest_at(record);
                (newest, insight::session_row(record, &account.row.id, &stand.moment))
            }));
            stands.push(stand);
        }
        rows.sort_by(|(a, left), (b, right)| b.cmp(a).then_with(|| left.session.cmp(&right.session)));
        let reports: Vec<SourceReport> = stands.iter().flat_map(|stand| stand.reports.clone()).collect();
        let as_of = stands.iter().filter_map(|stand| stand.as_of).min();
        let offset = stands.first().map_or(Span::default(), |stand| stand.offset);
        Ok(SessionWindow {
            rows: window(
                rows.into_iter().map(|(_, row)| row).collect(),
                query.offset,
                query.limit,
            ),
            offset: query.offset,
            total: count(total),
            as_of,
            now: self.clock.now().plus(offset),
            fresh: !stands.is_empty() && stands.iter().all(|stand| stand.fresh),
            notice: insight::notice(&reports, as_of),
            sources: reports,
        })
    }

    /// The local midnight that began the day of this moment.
    fn midnight_before(&self, at: Timestamp) -> Timestamp {
        let start = jiff::Timestamp::from_millisecond(at.as_millis())
            .ok()
            .and_then(|moment| moment.to_zoned(self.zone.clone()).start_of_day().ok());
        start.map_or(at, |start| Timestamp::from_millis(start.timestamp().as_millisecond()))
    }
}

fn limit_of(limit: u32) -> u32 {
    if limit == 0 {
        USUAL_WINDOW
    } else {
        limit.min(LARGEST_WINDOW)
    }
}

fn reach(offset: u32, limit: u32) -> usize {
    usize::try_from(offset.saturating_add(limit_of(limit))).unwrap_or(usize::MAX)
}

pub(super) fn window<T>(rows: Vec<T>, offset: u32, limit: u32) -> Vec<T> {
    let skip = usize::try_from(offset).unwrap_or(usize::MAX);
    rows.into_iter()
        .skip(skip)
        .take(usize::try_from(limit_of(limit)).unwrap_or(0))
        .collect()
}

pub(super) fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
