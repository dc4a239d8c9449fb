//! Searching everything that is kept here, whichever account it belongs to: one list, one page of it at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Companion, CompanionError, Inner, OpenAccount};
use crate::domain::{ProgramId, Timestamp};
use crate::search::{Hit, HitKind, KindCount, SearchPage, SearchQuery, SearchReach, Terms};
use crate::store::{FoundText, StoreError};

/// Hits of a page when none are asked for, and the most that are given.
const USUAL_PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;

/// One match of one account.
struct Place {
    account: usize,
    row: i64,
    kind: HitKind,
    at: Option<Timestamp>,
}

impl Companion {
    /// Looks for words in everything that is kept on this device; no network. The first search after a change takes in what
    /// changed, so it may wait for the disk.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`] for an unknown account, [`CompanionError::Suspended`], [`CompanionError::Storage`].
    pub async fn search(&self, query: &SearchQuery) -> Result<SearchPage, CompanionError> {
        let (inner, query) = (Arc::clone(&self.inner), query.clone());
        self.on_runtime(async move {
            let this = Arc::clone(&inner);
            inner.on_disk(move || this.search(&query)).await
        })
        .await
    }
}

impl Inner {
    fn search(&self, query: &SearchQuery) -> Result<SearchPage, CompanionError> {
        let accounts = self.chosen(query.account.as_ref())?;
        let mut page = SearchPage {
            hits: Vec::new(),
            offset: query.offset,
            total: 0,
            kinds: Vec::new(),
            now: accounts
                .first()
                .map_or_else(|| self.clock.now(), |account| self.stand_of(account).now),
            reach: reach(&accounts)?,
        };
        let Some(terms) = Terms::of(&query.text) else {
            return Ok(page);
        };
        let program = query.program.as_ref().map(ProgramId::as_str);
        let mut places = Vec::new();
        for (number, account) in accounts.iter().enumerate() {
            let found = account.sync.store.search(&terms, program)?;
            places.extend(found.matches.into_iter().map(|found| Place {
                account: number,
                row: found.row,
                kind: found.kind,
                at: found.at,
            }));
        }
        let mut kinds: BTreeMap<HitKind, u32> = BTreeMap::new();
        for place in &places {
            *kinds.entry(place.kind).or_default() += 1;
        }
        page.kinds = kinds
            .into_iter()
            .map(|(kind, count)| KindCount { kind, count })
            .collect();
        places.retain(|place| query.kind.is_none_or(|kind| place.kind == kind));
        page.total = u32::try_from(places.len()).unwrap_or(u32::MAX);
        places.sort_by_key(|place| {
            let is_name = place.kind == HitKind::Program;
            (!is_name, std::cmp::Reverse(place.at), place.account, place.row)
        });
        let limit = match query.limit {
            0 => USUAL_PAGE,
            limit => limit.min(LARGEST_PAGE),
        };
        let shown = places.iter().skip(index(query.offset)).take(index(limit));
        page.hits = hits(&accounts, &terms, shown)?;
        Ok(page)
    }
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The texts of these places. Neighbours of one account are read together.
fn hits<'a>(
    accounts: &[OpenAccount],
    terms: &Terms,
    places: impl Iterator<Item = &'a Place>,
) -> Result<Vec<Hit>, StoreError> {
    let mut runs: Vec<(usize, Vec<i64>)> = Vec::new();
    for place in places {
        match runs.last_mut().filter(|(account, _)| *account == place.account) {
            Some((_, rows)) => rows.push(place.row),
            None => runs.push((place.account, vec![place.row])),
        }
    }
    let mut hits = Vec::new();
    for (number, rows) in runs {
        let Some(account) = accounts.get(number) else { continue };
        let texts = account.sync.store.found_texts(terms, &rows)?;
        hits.extend(texts.into_iter().map(|text| hit(account, text)));
    }
    Ok(hits)
}

fn hit(account: &OpenAccount, text: FoundText) -> Hit {
    Hit {
        account: account.row.id.clone(),
        kind: text.kind,
        program: text.program,
        opens: text.opens,
        at: text.at,
        piece: text.piece.text,
        marks: text.piece.marks,
        cut_before: text.piece.cut_before,
        cut_after: text.piece.cut_after,
        kept_here: text.kept_here,
    }
}

/// What there is to search.
fn reach(accounts: &[OpenAccount]) -> Result<SearchReach, StoreError> {
    let mut reach = SearchReach {
        questions_whole: true,
        ..SearchReach::default()
    };
    for account in accounts {
        let theirs = account.sync.store.read(|reader| reader.reach())?;
        reach.programs += theirs.programs;
        reach.states_read += theirs.states_read;
        reach.tasks += theirs.tasks;
        reach.messages_since = match (reach.messages_since, theirs.messages_since) {
            // Not further back than all of them.
            (Some(one), Some(other)) => Some(one.max(other)),
            (one, other) => one.or(other),
        };
        reach.questions_whole &= account.sync.offers().questions;
    }
    Ok(reach)
}
