//! A tenant's changes as its clients follow them: in the order of commits, page by page, each caller seeing only what its
//! key may read (docs/contract-extensions.md). Sync and the event stream are two ways to ask for the same pages.

mod cursor;
mod kinds;

use serde_json::{Value, json};

pub(crate) use cursor::{Cursor, LONGEST as LONGEST_CURSOR};
pub(crate) use kinds::{entities, point};

use crate::caller::Caller;
use crate::refusal::Refusal;
use crate::store::{Feed, View};

/// How many changes a page may hold.
pub(crate) const MOST_ON_A_PAGE: u32 = 1_000;
/// How many it holds where the caller does not say.
pub(crate) const ON_A_PAGE: u32 = 500;
/// What the records of a page may weigh before it ends, in bytes of their stored form.
const PAGE_WEIGHT: usize = 1 << 20;
/// How many changes are looked through for one page: whoever may read little does not cost much.
const MOST_LOOKED_AT: usize = 5_000;
/// How many changes are fetched at once, so that large ones do not pile up.
const AT_ONCE: u32 = 100;

/// Some of what changed.
pub(crate) struct Page {
    pub(crate) changes: Vec<Value>,
    /// Where the next page begins.
    pub(crate) cursor: Cursor,
    pub(crate) has_more: bool,
}

impl Page {
    /// As it is told.
    pub(crate) fn told(&self) -> Value {
        json!({ "changes": self.changes, "cursor": self.cursor.to_string(), "hasMore": self.has_more })
    }
}

/// The place at which the feed stands now.
pub(crate) fn present(view: &mut View<'_>, caller: &Caller) -> Result<Cursor, Refusal> {
    Ok(Cursor::at_the_end(&view.feed()?, caller))
}

/// Whether the feed still knows what changed after a place.
pub(crate) fn check(feed: &Feed, caller: &Caller, cursor: &Cursor) -> Result<(), Refusal> {
    if cursor.is_good(feed, caller) {
        Ok(())
    } else {
        Err(Refusal::CursorExpired)
    }
}

/// What changed after a place, or everything there is. `None`: nothing changed, whoever asks.
pub(crate) fn page(
    view: &mut View<'_>,
    caller: &Caller,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Option<Page>, Refusal> {
    let feed = view.feed()?;
    let from_nothing = after.is_none();
    let mut cursor = after.unwrap_or_else(|| Cursor::at_the_beginning(&feed, caller));
    check(&feed, caller, &cursor)?;
    if cursor.seq == feed.seq && !from_nothing {
        return Ok(None);
    }
    let mut changes = Vec::new();
    let (mut looked_at, mut weight) = (0, 0);
    'page: loop {
        let found = view.changes(cursor.seq, AT_ONCE)?;
        let last = found.len() < AT_ONCE as usize;
        for change in found {
            cursor.seq = change.seq;
            looked_at += 1;
            // What was gone before a full reading began was never read.
            if change.body.is_none() && cursor.began_after(change.seq) {
                continue;
            }
            if let Some(item) = kinds::item(view.world, caller, &change)? {
                weight += change.body.as_ref().map_or(0, String::len);
                changes.push(item);
            }
            if changes.len() >= limit as usize || weight >= PAGE_WEIGHT || looked_at >= MOST_LOOKED_AT {
                break 'page;
            }
        }
        if last {
            // Of the last changes the tombstones may be forgotten.
            cursor.seq = feed.seq;
            break;
        }
    }
    let has_more = cursor.seq < feed.seq;
    Ok(Some(Page {
        changes,
        cursor,
        has_more,
    }))
}

#[cfg(test)]
mod tests;
