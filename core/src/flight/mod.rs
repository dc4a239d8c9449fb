//! The flight recorder: what was asked, what was told, what a person did and what the clock said, so that a bug report
//! reproduces. Off until a person turns it on.
//!
//! A recording is of one account. It lies beside the account's files, goes when the account goes, and is a ring of
//! segments: each begins with the rows that were kept at that moment, so the oldest can be dropped. No key is in it, and
//! texts only if the person said so; else each text is replaced by made-up letters of the same length, the same ones
//! for the same text. [`Replay`](crate::companion::Replay) plays it to the real core.

mod entry;
mod recorder;
mod redaction;
mod ring;
mod tape;

pub use entry::{Act, Beginning, Called, Entry, FORMAT, Told, Trouble};
pub use recorder::{Facts, Recorder};
pub use redaction::Redaction;
pub use tape::{Lead, Tape, current_call, during, going_on};
