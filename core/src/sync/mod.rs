//! How what is known here is brought up to date: fetch, plan, write.
//!
//! `fetch` asks the server and never writes; [`plan()`] compares what it said with what is kept and is a pure
//! function; the store writes the plan in one transaction per file, or none when nothing changed. [`AccountSync`] ties
//! the three together for one account, one refresh at a time, and `schedule` calls it by the clock.

mod account;
mod archive;
mod asking;
mod beside;
mod derive;
mod device;
mod fallback;
mod fetch;
mod following;
mod held;
mod joining;
mod listening;
mod lists;
mod local;
mod memory;
mod messages;
mod opened;
mod paging;
mod periods;
mod plan;
mod programs;
mod remote;
mod schedule;
mod splitting;
mod standings;
mod states;
mod traces;
mod turns;

#[cfg(test)]
mod tests;

pub use account::{AccountSync, Connect, Connected, Refreshed};
pub use device::{Conditions, Device, OpenPage};
pub use joining::Wanted;
pub(crate) use listening::keep_listening;
pub use local::Local;
pub(crate) use memory::HISTORY_EVERY;
pub use plan::plan;
pub use remote::{EndedRead, FleetRead, KeysRead, ListRead, MessagesRead, Remote, SessionsRead, StateRead};
pub use schedule::Pace;
pub(crate) use schedule::keep_fresh;
pub use standings::{Outcome, Reported};
pub(crate) use states::cleared_at;
pub use turns::Turn;
