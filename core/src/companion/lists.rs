//! Windows over the lists beside programs and sessions: from the files alone, each with its own as-of and standing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reads::{Stand, count, window};
use super::records::asked_rows;
use super::{Companion, CompanionError, Inner, ListQuery, OpenAccount};
use crate::domain::{
    AccountId, Alert, Group, Message, ProgramId, SessionId, Sprint, Task, TaskId, Timestamp, program_of_session_id,
};
use crate::insight::{
    self, AlertRow, AskedRow, CostView, ListWindow, MessageRow, Source, SourceReport, SprintRow, SprintsView, Standing,
    TaskRow,
};
use crate::store::{Answer, Reader, StoreError, Subject};

impl Companion {
    /// The questions that wait, whoever asks, oldest first.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub fn questions(&self, query: &ListQuery) -> Result<ListWindow<AskedRow>, CompanionError> {
        let wanted = |row: &AskedRow| query.program.is_none() || row.asker == query.program;
        let mut list = self.inner.list(query, Source::Questions, |account, known, reader| {
            let rows = asked_rows(reader, &account.row.id, known.answerable)?;
            Ok(rows.into_iter().filter(&wanted).collect())
        })?;
        insight::oldest_first(&mut list.rows);
        Ok(cut_out(list, query))
    }

    /// Tasks that wait or are under way, newest first; of a program, those for it.
    ///
    /// # Errors
    /// As [`questions`](Companion::questions).
    pub fn tasks(&self, query: &ListQuery) -> Result<ListWindow<TaskRow>, CompanionError> {
        let wanted = |task: &Task| is_of(query, &[task.target.as_deref()]);
        let mut list = self.inner.list(query, Source::Tasks, |account, _, reader| {
            let row = |task| TaskRow {
                account: account.row.id.clone(),
                task,
            };
            Ok(reader.tasks()?.into_iter().filter(wanted).map(row).collect())
        })?;
        newest_first(&mut list.rows, |row| (row.task.created_at, row.task.id.as_str()));
        Ok(cut_out(list, query))
    }

    /// One task as it is known; its instructions only once it was read by [`read_task`](Companion::read_task).
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account or task, else as [`questions`](Companion::questions).
    pub fn task(&self, account: &AccountId, task: &TaskId) -> Result<Task, CompanionError> {
        let account = self.inner.account(account)?;
        let found = account.sync.store.read(|reader| reader.task(task))?;
        found.ok_or(CompanionError::NotFound)
    }

    /// Asks the server for one task with its instructions, and keeps them.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account or task, and any failure of the connection.
    pub async fn read_task(&self, account: &AccountId, task: &TaskId) -> Result<Task, CompanionError> {
        let account = self.inner.account(account)?;
        let (inner, task) = (Arc::clone(&self.inner), task.clone());
        self.on_runtime(async move {
            let client = inner.client_of(&account).await?;
            let reply = client.task(&task).await?;
            account.sync.take_in_task(&reply)?;
            Ok(reply.value)
        })
        .await
    }

    /// Messages that are known, newest first; of a program, those to and from it. They are read with its page. Those that were
    /// sent from here say what became of them, also when their server has forgotten them.
    ///
    /// # Errors
    /// As [`questions`](Companion::questions).
    pub fn messages(&self, query: &ListQuery) -> Result<ListWindow<MessageRow>, CompanionError> {
        let wanted = |message: &Message| is_of(query, &[message.source.as_deref(), message.target.as_deref()]);
        let mut list = self.inner.list(query, Source::Messages, |account, known, reader| {
            let now = known.now;
            let told = reader.messages()?;
            let mut from_here: BTreeMap<_, _> = reader
                .sent_from_here()?
                .into_iter()
                .map(|(message, fate)| (message.id.clone(), (message, fate)))
                .collect();
            let row = |message, receipt| MessageRow {
                account: account.row.id.clone(),
                message,
                receipt,
            };
            let mut rows = Vec::new();
            for message in told {
                let sent = from_here.remove(&message.id);
                let receipt = sent.map(|(_, fate)| insight::receipt(Some(&message), fate, now));
                rows.push(row(message, receipt));
            }
            let forgotten = from_here.into_values();
            rows.extend(forgotten.map(|(message, fate)| row(message, Some(insight::receipt(None, fate, now)))));
            rows.retain(|row| wanted(&row.message));
            Ok(rows)
        })?;
        newest_first(&mut list.rows, |row| (row.message.created_at, row.message.id.as_str()));
        Ok(cut_out(list, query))
    }

    /// Alerts that wait, newest first; of a program, those whose sender or session is its.
    ///
    /// # Errors
    /// As [`questions`](Companion::questions).
    pub fn alerts(&self, query: &ListQuery) -> Result<ListWindow<AlertRow>, CompanionError> {
        let wanted = |alert: &Alert| {
            let session = alert.session.as_deref().map(SessionId::from);
            let by_session = session.as_ref().map(program_of_session_id);
            let by_session = by_session.as_ref().map(ProgramId::as_str);
            is_of(query, &[alert.source.as_deref(), by_session])
        };
        let mut list = self.inner.list(query, Source::Alerts, |account, _, reader| {
            let row = |alert| AlertRow {
                account: account.row.id.clone(),
                alert,
            };
            Ok(reader.alerts()?.into_iter().filter(wanted).map(row).collect())
        })?;
        newest_first(&mut list.rows, |row| (row.alert.created_at, row.alert.id.as_str()));
        Ok(cut_out(list, query))
    }

    /// The sprints that are under way, newest first, as [`refresh_sprints`](Companion::refresh_sprints) last read them. They are of no
    /// one program.
    ///
    /// # Errors
    /// As [`questions`](Companion::questions).
    pub fn sprints(&self, query: &ListQuery) -> Result<SprintsView, CompanionError> {
        let mut list = self.inner.list(query, Source::Sprints, |account, _, reader| {
            let row = |sprint: Sprint| SprintRow {
                account: account.row.id.clone(),
                done: count(sprint.done()),
                sprint,
            };
            let known = reader.looked_up(&Subject::Sprints)?.map(|known| known.answer);
            Ok(match known {
                Some(Answer::Sprints(sprints)) => sprints.into_iter().map(row).collect(),
                _ => Vec::new(),
            })
        })?;
        newest_first(&mut list.rows, |row| (row.sprint.created_at, row.sprint.id.as_str()));
        let mut not_offered = Vec::new();
        for account in self.inner.chosen(query.account.as_ref())? {
            let known = account.sync.store.read(|reader| reader.looked_up(&Subject::Sprints))?;
            if known.is_some_and(|known| known.answer == Answer::NotOffered) {
                not_offered.push(account.row.id);
            }
        }
        Ok(SprintsView {
            list: cut_out(list, query),
            not_offered,
        })
    }

    /// The groups that can be written to, by name. They are read with a program's page.
    ///
    /// # Errors
    /// As [`questions`](Companion::questions).
    pub fn groups(&self, account: &AccountId) -> Result<Vec<Group>, CompanionError> {
        let account = self.inner.account(account)?;
        Ok(account.sync.store.read(|reader| reader.groups())?)
    }

    /// What completed tasks cost in a period, as [`refresh_cost`](Companion::refresh_cost) last read it.
    ///
    /// # Errors
    /// As [`questions`](Companion::questions).
    pub fn cost(&self, account: &AccountId, period: &str) -> Result<CostView, CompanionError> {
        let account = self.inner.account(account)?;
        let read = account.sync.store.read(|reader| reader.cost(period))?;
        Ok(CostView {
            as_of: read.as_ref().map(|read| read.at),
            summary: read.map(|read| read.summary),
        })
    }
}

/// Whether one of these is the program that is asked for, if one is.
fn is_of(query: &ListQuery, named: &[Option<&str>]) -> bool {
    let program = query.program.as_ref().map(ProgramId::as_str);
    program.is_none() || named.contains(&program)
}

/// By time, then by id, so that rows of several accounts stand in one order.
fn newest_first<T>(rows: &mut [T], key: impl Fn(&T) -> (Option<Timestamp>, &str)) {
    rows.sort_by(|a, b| {
        let ((at, id), (other_at, other_id)) = (key(a), key(b));
        other_at.cmp(&at).then_with(|| id.cmp(other_id))
    });
}

/// What rows are told by that is not in the files. Found out before these are read: a refresh holds what it remembers while
/// it waits for them.
#[derive(Clone, Copy)]
struct Known {
    /// Server time.
    now: Timestamp,
    /// Whether the server takes answers.
    answerable: bool,
}

impl Inner {
    /// All rows of a list, account after account, and how its source stands.
    fn list<T>(
        &self,
        query: &ListQuery,
        source: Source,
        rows_of: impl Fn(&OpenAccount, Known, &Reader<'_>) -> Result<Vec<T>, StoreError>,
    ) -> Result<ListWindow<T>, CompanionError> {
        let accounts = self.chosen(query.account.as_ref())?;
        let (mut rows, mut stands) = (Vec::new(), Vec::new());
        for account in &accounts {
            let mut stand = self.stand_of(account);
            if let Some(program) = &query.program {
                self.speak_of(program, account, &mut stand.reports);
            }
            let known = Known {
                now: stand.now,
                answerable: account.sync.offers().questions,
            };
            stands.push(stand);
            rows.extend(account.sync.store.read(|reader| rows_of(account, known, reader))?);
        }
        let reports: Vec<SourceReport> = stands.iter().flat_map(|stand: &Stand| stand.reports.clone()).collect();
        let of_list = || reports.iter().filter(|report| report.source == source);
        let is_fresh = of_list().count() == accounts.len() && of_list().all(|line| line.standing == Standing::Fresh);
        // One that was never read has no as-of, and then neither has the whole.
        let as_of = of_list().map(|line| line.as_of).min().flatten();
        Ok(ListWindow {
            offset: query.offset,
            total: count(rows.len()),
            rows,
            as_of,
            now: stands.first().map_or_else(|| self.clock.now(), |stand| stand.now),
            fresh: is_fresh && !accounts.is_empty(),
            notice: insight::notice(&reports, stands.iter().filter_map(|stand| stand.as_of).min()),
            sources: reports,
        })
    }
}

/// The window that was asked for.
fn cut_out<T>(list: ListWindow<T>, query: &ListQuery) -> ListWindow<T> {
    ListWindow {
        rows: window(list.rows, query.offset, query.limit),
        ..list
    }
}
