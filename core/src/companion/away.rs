//! What happened since a person last looked, from the files alone.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use super::records::{program_records, program_sessions};
use super::{Companion, CompanionError, Inner};
use crate::domain::{AccountId, Span, Timestamp};
use crate::insight::{self, AwayFacts, Digest, ProgramRow};

/// Ended sessions that are looked at, newest first: more than a person reads about.
const ENDED: usize = 500;

/// Where nobody ever looked before.
const USUAL: Span = Span::from_mins(12 * 60);

impl Companion {
    /// What became of the programs of one account, or of all, since a moment (server time); without one, since the overview
    /// was last looked at before this start or resume. It ends now, or at the as-of where that is older.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub fn away(&self, account: Option<&AccountId>, since: Option<Timestamp>) -> Result<Digest, CompanionError> {
        self.inner.away(account, since)
    }
}

impl Inner {
    /// Notes when a person last looked.
    pub(super) fn looked_until(&self, at: Timestamp) {
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }

    fn away(&self, account: Option<&AccountId>, since: Option<Timestamp>) -> Result<Digest, CompanionError> {
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut judged, mut sessions, mut gaps, mut until) = (Vec::new(), BTreeMap::new(), Vec::new(), None);
        for account in self.chosen(account)? {
            let stand = self.stand_of(&account);
            let answerable = account.sync.offers().questions;
            until = until.max(Some(stand.moment.judged_at));
            let (records, of_programs, unseen) = account.sync.store.read(|reader| {
                let records = program_records(reader, &account.row.id, answerable)?;
                let unseen = reader.gaps(Timestamp::from_millis(0), stand.moment.judged_at)?;
                Ok((records, program_sessions(reader, ENDED)?, unseen))
            })?;
            judged.extend(records.iter().map(|record| insight::row(record, &stand.moment)));
            for (program, theirs) in of_programs {
                sessions.insert((account.row.id.clone(), program), theirs);
            }
            gaps.extend(unseen);
        }
        let until = after(until.unwrap_or_else(|| self.clock.now()));
        let from = since
            .or(looked.map(after))
            .unwrap_or_else(|| until.minus(USUAL))
            .min(until);
        let (rows, _) = insight::arrange(judged);
        let known = |row: ProgramRow| AwayFacts {
            sessions: sessions
                .remove(&(row.account.clone(), row.program.clone()))
                .unwrap_or_default(),
            row,
        };
        let facts: Vec<_> = rows.into_iter().map(known).collect();
        Ok(insight::digest(&facts, &gaps, from, until))
    }
}

/// A moment belongs to the span that ends with it: what was seen then is told once.
fn after(at: Timestamp) -> Timestamp {
    at.plus(Span::from_millis(1))
}
