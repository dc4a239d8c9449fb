//! HTTP: what comes in is read with care, what goes out wears the contract's envelope, and in between stands one table of
//! routes, each of which is a tool's.

pub(crate) mod auth;
pub(crate) mod envelope;
mod health;
mod mcp;
pub(crate) mod openapi;
mod request;
pub(crate) mod router;
