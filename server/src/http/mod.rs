//! HTTP: what comes in is read with care, what goes out wears the contract's envelope, and in between stands one table of
//! routes, each of which is a tool's.

pub(crate) mod auth;
mod capabilities;
mod compress;
mod counts;
pub(crate) mod envelope;
pub(crate) mod events;
pub(crate) mod health;
mod journal;
pub(crate) mod listed;
mod mcp;
pub(crate) mod openapi;
mod request;
pub(crate) mod router;
mod sync;
