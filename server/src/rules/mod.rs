//! Rules that need no data but their arguments: who may do what, what is sound, what a document becomes.

pub(crate) mod access;
pub(crate) mod page;
pub(crate) mod period;
pub(crate) mod program_state_document;
pub(crate) mod schema;
pub(crate) mod standing;
pub(crate) mod tool;
pub(crate) mod validation;
