//! Recorded exchanges of a real server, replayed to the real client.
//!
//! A loopback server gives one case's reply, byte for byte as far as it was recorded; the client's own call is made
//! from the recorded request, or, where it has none, the request word for word. A case is *typed*: the decoded value, written again,
//! must equal the recorded `data` in every field the contract names ([`fields`]), what it means must be what was said
//! ([`meaning`]), and a failure, which has no `data`, must be the one that a checked-in table expects ([`expected`]). A case of
//! what the contract leaves out is *envelope only*: the same path through the client, without a type for its `data`; so is a
//! success of a route that the contract does not know. Either way the reply
//! must keep what the contract promises ([`promised`]), and what rides along must arrive ([`details`]).

mod acting;
mod agents;
mod asking;
mod case;
mod details;
mod expected;
mod fields;
mod listing;
mod meaning;
mod meaning_of_lists;
mod named;
mod over_mcp;
mod promised;
mod replay;

pub use case::{Case, Recorded, Reply, cases_in};
pub use expected::ErrorTable;
pub use replay::{Outcome, Report, call, named_places, replay, replay_all, replay_changed};
