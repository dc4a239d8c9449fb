//! What each tool answers: the fields of its `data` and their kinds. Every reply that a test of this server gets is held
//! against these, and a field that is not described here fails it.

mod keys;
mod messages;
mod programs;
mod questions;
mod sessions;
mod sprints;
mod state;
mod tasks;

pub(super) use messages::followed as followed_message;
pub(super) use sprints::{fed_sprint, fed_story};

use super::shapes::{Data, Schema};

/// The data of a tool's reply; `None` where nobody has described it.
pub(super) fn data_of(tool: &str) -> Option<Data> {
    let rooms = [
        sessions::data,
        state::data,
        keys::data,
        tasks::data,
        messages::data,
        questions::data,
        sprints::data,
        programs::data,
    ];
    rooms.iter().find_map(|data| data(tool))
}

/// What the data speak of by name.
pub(super) fn rows() -> Vec<(&'static str, Schema)> {
    [
        sessions::rows(),
        state::rows(),
        keys::rows(),
        tasks::rows(),
        messages::rows(),
        questions::rows(),
        sprints::rows(),
        programs::rows(),
    ]
    .concat()
}
