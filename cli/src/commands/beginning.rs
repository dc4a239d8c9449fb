//! Things named by the beginning of their id, as people name them: long enough to be meant, and only one begins so.

use crate::failure::{Done, Failure};

/// A shorter beginning is more likely a slip.
const SHORTEST: usize = 4;

/// The one of `rows` whose id begins so. `what` is what several of them are called, `none` what is said where none does.
pub(super) fn the_one<T>(
    rows: impl IntoIterator<Item = T>,
    id: impl Fn(&T) -> &str,
    typed: &str,
    what: &str,
    none: Failure,
) -> Done<T> {
    if typed.len() < SHORTEST {
        return Err(Failure::usage(format!(
            "that is too short to name one of the {what}: at least {SHORTEST} characters"
        )));
    }
    let mut like = rows.into_iter().filter(|row| id(row).starts_with(typed));
    match (like.next(), like.next()) {
        (Some(row), None) => Ok(row),
        (Some(_), Some(_)) => Err(Failure::usage(format!("several {what} begin so")).hint("type more of it")),
        (None, _) => Err(none),
    }
}
