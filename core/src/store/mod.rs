//! What this device keeps, so that it can be shown without a network and however old it is.
//!
//! Every account has a folder of its own: `cache.sqlite` holds what can be fetched again and is rebuilt
//! when damaged; `kept.sqlite` holds what no server can tell again (progress, beats, first names, last notes) and is
//! set aside when damaged, never deleted. `search.sqlite` is made from both when somebody searches. Beside them `accounts.sqlite` lists the accounts. No file ever holds a raw key.
//!
//! Each question has its query beside the function that asks it; rows become domain values here and nowhere else.

mod account;
mod changes;
mod columns;
mod error;
mod file;
mod kept;
mod looked_up;
mod messages;
mod outbox;
mod programs;
mod questions;
mod registry;
mod ring;
mod search;
mod sessions;
mod snapshot;
mod sources;
mod states;
mod tasks;
mod told;
mod unwritten;

pub use account::AccountStore;
pub use changes::{
    CacheChanges, Changes, CostRead, EndedRow, KeptChanges, KeptContextRow, ProgramEntry, Standings, TraceRow,
};
pub use error::StoreError;
pub use looked_up::{Answer, LookedUp, Subject};
pub use outbox::{ReplyRow, SentRow, Verdict};
pub use registry::{AccountRow, Registry};
pub use ring::RingRow;
pub use snapshot::{FileRows, Snapshot, TableRows};
pub use sources::SourceKey;

pub(crate) use account::{Reader, is_reading};
pub(crate) use search::FoundText;
