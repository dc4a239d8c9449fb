//! Planning under random lives: twice the same reply plans nothing, the order of rows does not matter, and a crash
//! between the two commits heals.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod lives;
mod planning;
mod standing;
