//! Recorded exchanges of a real server, replayed to the real client.
//!
//! A loopback server gives one case's reply, byte for byte as far as it was recorded; the client's own call is made
//! from the recorded request. A case of an endpoint that the client calls is *typed*: the decoded value, written again,
//! must equal the recorded `data` in every field the contract names ([`named`]), what it means must be what was said
//! ([`meaning`]), and a failure must be the one that a checked-in table expects ([`expected`]). A case of any other
//! endpoint is *envelope only*: the same path through the client, without a type for its `data`. Either way the reply
//! must keep what the contract promises ([`promised`]), and what rides along must arrive ([`details`]).

mod acting;
mod asking;
mod case;
mod details;
mod expected;
mod listing;
mod meaning;
mod meaning_of_lists;
mod named;
mod promised;
mod replay;

pub use case::{Case, Recorded, Reply, cases_in};
pub use expected::ErrorTable;
pub use replay::{Outcome, Report, call, named_places, replay, replay_all, replay_changed};
