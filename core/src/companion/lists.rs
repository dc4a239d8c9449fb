//! Windows over the lists beside programs and sessions: from the files alone, each with its own as-of and standing.

use super::reads::{Stand, count, window};
use super::records::asked_rows;
use super::{Companion, CompanionError, Inner, ListQuery, OpenAccount};
use crate::insight::{self, AskedRow, ListWindow, Source, SourceReport, Standing};
use crate::store::{Reader, StoreError};

impl Companion {
    /// The questions that wait, whoever asks, oldest first.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub fn questions(&self, query: &ListQuery) -> Result<ListWindow<AskedRow>, CompanionError> {
        let wanted = |row: &AskedRow| query.program.is_none() || row.asker == query.program;
        let mut list = self.inner.list(query, Source::Questions, |account, reader| {
            let rows = asked_rows(reader, &account.row.id, account.sync.offers().questions)?;
            Ok(rows.into_iter().filter(&wanted).collect())
        })?;
        insight::oldest_first(&mut list.rows);
        Ok(cut_out(list, query))
    }
}

impl Inner {
    /// All rows of a list, account after account, and how its source stands.
    fn list<T>(
        &self,
        query: &ListQuery,
        source: Source,
        rows_of: impl Fn(&OpenAccount, &Reader<'_>) -> Result<Vec<T>, StoreError>,
    ) -> Result<ListWindow<T>, CompanionError> {
        let accounts = self.chosen(query.account.as_ref())?;
        let (mut rows, mut stands) = (Vec::new(), Vec::new());
        for account in &accounts {
            stands.push(self.stand_of(account));
            rows.extend(account.sync.store.read(|reader| rows_of(account, reader))?);
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
