//! What the end-to-end suites stand on: recorded exchanges of a real server, and a small server that misbehaves as told.

// A library of tests: a panic here is a failing test.
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod dice;
mod endpoint;
pub mod exchange;
pub mod faults;
pub mod files;
pub mod fuzz;
pub mod line;
pub mod mock_server;
mod test_clock;
pub mod vectors;

pub use test_clock::TestClock;
