//! Windows over programs and sessions, from the files alone: no read ever waits for the network.

use std::collections::BTreeMap;

use super::{Account, Companion, CompanionError, Inner, Listener, OpenAccount, ProgramQuery, SessionQuery};
use crate::domain::{AccountId, FleetProgram, ProgramId, SessionId, Span, Timestamp};
use crate::insight::{
    self, Moment, Notice, Overview, ProgramPage, ProgramRecord, ProgressHistory, SessionRecord, SessionWindow,
    SourceReport,
};
use crate::observe::{self, Observation};
use crate::store::{EndedRow, ProgramEntry, Reader, StoreError};

/// Rows of a window when none are asked for, and the most that are given.
const USUAL_WINDOW: u32 = 50;
const LARGEST_WINDOW: u32 = 100;

impl Companion {
    /// The programs of one account or of all, judged and in list order.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub fn overview(&self, query: &ProgramQuery) -> Result<Overview, CompanionError> {
        self.inner.overview(query)
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
        let looked_at = account.sync.standings().reading(&crate::store::SourceKey::of(insight::Source::Sessions)).as_of;
        let history = account.sync.store.read(|reader| history_of(reader, session, looked_at))?;
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
        self.inner.overview(&query)?;
        Ok(self.observe(move |inner| inner.overview(&query), listener))
    }

    /// Likewise, of one program.
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
        Ok(self.observe(move |inner| inner.program(&account, &program), listener))
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

    fn observe<T: Send + 'static>(
        &self,
        question: impl Fn(&Inner) -> Result<T, CompanionError> + Send + Sync + 'static,
        listener: Listener<T>,
    ) -> Observation {
        let inner = std::sync::Arc::clone(&self.inner);
        observe::observe(&self.inner.topics, &self.inner.runtime, move || question(&inner).ok(), listener)
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
    fn chosen(&self, account: Option<&AccountId>) -> Result<Vec<OpenAccount>, CompanionError> {
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
        let moment = Moment { judged_at, midnight: self.midnight_before(judged_at), sync_period: self.sync_period };
        Stand { reports, now, offset, fresh, as_of, moment }
    }

    fn overview(&self, query: &ProgramQuery) -> Result<Overview, CompanionError> {
        let accounts = self.chosen(query.account.as_ref())?;
        let mut stands = Vec::new();
        let mut judged = Vec::new();
        let mut ahead = None;
        for account in &accounts {
            let stand = self.stand_of(account);
            let records = account.sync.store.read(|reader| program_records(reader, &account.row.id))?;
            let rows: Vec<_> = records.iter().map(|record| insight::row(record, &stand.moment)).collect();
            let heard = rows.iter().filter_map(|judged| judged.row.last_heard);
            ahead = ahead.max(insight::server_ahead(heard, stand.now));
            judged.extend(rows);
            stands.push(stand);
        }
        let (rows, sections) = insight::arrange(judged);
        let reports: Vec<SourceReport> = stands.iter().flat_map(|stand| stand.reports.clone()).collect();
        let fresh = !stands.is_empty() && stands.iter().all(|stand| stand.fresh);
        let as_of = stands.iter().filter_map(|stand| stand.as_of).min();
        let offset = stands.first().map_or(Span::default(), |stand| stand.offset);
        let now = self.clock.now().plus(offset);
        Ok(Overview {
            headline: insight::headline(&sections, fresh),
            sections,
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
            rows: window(rows.into_iter().map(|(_, row)| row).collect(), query.offset, query.limit),
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

/// Every program with the session that speaks for it.
fn program_records(reader: &Reader<'_>, account: &AccountId) -> Result<Vec<ProgramRecord>, StoreError> {
    let live: BTreeMap<_, _> = reader.live_sessions()?.into_iter().map(|session| (session.id.clone(), session)).collect();
    let fleet: BTreeMap<_, _> = reader.fleet()?.into_iter().map(|row| (row.program.clone(), row)).collect();
    let listed = reader.listed()?;
    let questions: BTreeMap<_, _> = reader.open_questions()?.into_iter().collect();
    let known = |entry: ProgramEntry| -> Result<ProgramRecord, StoreError> {
        let fleet = fleet.get(&entry.program);
        let current = match &entry.current {
            None => None,
            Some(id) => match live.get(id) {
                Some(session) => Some(live_record(reader, session.clone(), fleet)?),
                None => reader.ended_session(id)?.map(|row| ended_record(reader, row)).transpose()?,
            },
        };
        Ok(ProgramRecord {
            account: account.clone(),
            listed_at: listed.get(&entry.program).copied().unwrap_or(Timestamp::from_millis(0)),
            open_questions: questions.get(&entry.program).copied().unwrap_or(0),
            fleet: fleet.cloned(),
            derived: entry.derived,
            program: entry.program,
            current,
        })
    };
    reader.programs()?.into_iter().map(known).collect()
}

/// One program with the session that speaks for it.
pub(super) fn program_record(
    reader: &Reader<'_>,
    account: &AccountId,
    program: &ProgramId,
) -> Result<Option<ProgramRecord>, StoreError> {
    // Two hundred flat rows at most: reading one alone would be no cheaper.
    Ok(program_records(reader, account)?.into_iter().find(|record| record.program == *program))
}

/// The newest sessions, at most `wanted` of each kind, and how many there are in all.
pub(super) fn session_records(
    reader: &Reader<'_>,
    program: Option<&ProgramId>,
    include_ended: bool,
    wanted: usize,
) -> Result<(Vec<SessionRecord>, usize), StoreError> {
    let fleet: BTreeMap<_, _> = reader.fleet()?.into_iter().map(|row| (row.program.clone(), row)).collect();
    let live = reader.live_sessions()?.into_iter().filter(|session| program.is_none_or(|id| session.program == *id));
    let mut records = Vec::new();
    for session in live {
        let fleet = fleet.get(&session.program);
        records.push(live_record(reader, session, fleet)?);
    }
    let mut total = records.len();
    if include_ended {
        total += reader.ended_count(program)?;
        for row in reader.ended_sessions(program, wanted)? {
            records.push(ended_record(reader, row)?);
        }
    }
    Ok((records, total))
}

fn live_record(
    reader: &Reader<'_>,
    session: crate::domain::Session,
    fleet: Option<&FleetProgram>,
) -> Result<SessionRecord, StoreError> {
    let fleet = fleet.filter(|fleet| fleet.speaks_of(&session.id));
    let trace = reader.trace(&session.id)?;
    Ok(SessionRecord {
        first_name: trace.as_ref().and_then(|trace| trace.first_name.clone()),
        fleet_word: fleet.and_then(|fleet| fleet.last_reported_state.clone()),
        fleet_heartbeat: fleet.and_then(|fleet| fleet.last_heartbeat),
        created_at: None,
        ended_at: None,
        trace: trace.map(|trace| trace.folded),
        session,
    })
}

fn ended_record(reader: &Reader<'_>, row: EndedRow) -> Result<SessionRecord, StoreError> {
    let trace = reader.trace(&row.session.id)?;
    Ok(SessionRecord {
        first_name: trace.as_ref().and_then(|trace| trace.first_name.clone()),
        fleet_word: None,
        fleet_heartbeat: None,
        created_at: row.created_at,
        ended_at: row.newest_at(),
        trace: trace.map(|trace| trace.folded),
        session: row.session,
    })
}

/// What this device saw of a session; `None` if it never saw it live.
pub(super) fn history_of(
    reader: &Reader<'_>,
    session: &SessionId,
    looked_at: Option<Timestamp>,
) -> Result<Option<ProgressHistory>, StoreError> {
    let Some(trace) = reader.trace(session)? else { return Ok(None) };
    let until = trace.seen_until.or(looked_at).unwrap_or(trace.first_seen).max(trace.first_seen);
    Ok(Some(ProgressHistory {
        session: session.clone(),
        samples: reader.samples(session)?,
        beats: reader.beats(session)?,
        gaps: reader.gaps(trace.first_seen, until)?,
        seen_since: Some(trace.first_seen),
        seen_until: Some(until),
    }))
}

/// What sessions are ordered by: the end of an ended one, the last update of a live one.
pub(super) fn newest_at(record: &SessionRecord) -> Option<Timestamp> {
    record.ended_at.or(record.session.last_update)
}

fn limit_of(limit: u32) -> u32 {
    if limit == 0 { USUAL_WINDOW } else { limit.min(LARGEST_WINDOW) }
}

fn reach(offset: u32, limit: u32) -> usize {
    usize::try_from(offset.saturating_add(limit_of(limit))).unwrap_or(usize::MAX)
}

fn window<T>(rows: Vec<T>, offset: u32, limit: u32) -> Vec<T> {
    let skip = usize::try_from(offset).unwrap_or(usize::MAX);
    rows.into_iter().skip(skip).take(usize::try_from(limit_of(limit)).unwrap_or(0)).collect()
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
