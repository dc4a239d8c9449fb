//! What CacheBash's agents are doing, known on a phone: online, offline, and honestly labelled.
//!
//! `wire` reads what the API sends, `domain` says what it is, `store` keeps it, `sync` brings it up to date,
//! `insight` says what it means, and `companion` is the one façade that the faces use. The map is ARCHITECTURE.md.

pub mod domain;
pub mod pairing;
pub mod wire;

#[cfg(feature = "client")]
pub mod api;
#[cfg(feature = "client")]
pub mod companion;
#[cfg(feature = "client")]
pub mod error;
#[cfg(feature = "client")]
pub mod flight;
#[cfg(feature = "client")]
pub mod insight;
#[cfg(feature = "client")]
pub mod observe;
#[cfg(feature = "client")]
pub mod outbox;
#[cfg(feature = "client")]
pub mod sealed;
#[cfg(feature = "client")]
pub mod search;
#[cfg(feature = "client")]
pub mod store;
#[cfg(feature = "client")]
pub mod sync;
#[cfg(feature = "client")]
pub mod world;
