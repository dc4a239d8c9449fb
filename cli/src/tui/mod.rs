//! The terminal face: values in, cells out. `live` is the only part that reads or waits; `ui` is the only part that
//! changes; everything else draws.

mod away;
pub(crate) mod board;
mod chart;
mod help;
mod line;
pub(crate) mod lists;
pub(crate) mod live;
pub(crate) mod outbox;
mod overview;
mod paper;
pub(crate) mod print;
pub(crate) mod program;
pub(crate) mod said;
pub(crate) mod search;
mod sources;
pub(crate) mod sprints;
pub(crate) mod text;
pub(crate) mod theme;
pub(crate) mod ui;
mod whole;
pub(crate) mod writing;

#[cfg(test)]
mod tests;
