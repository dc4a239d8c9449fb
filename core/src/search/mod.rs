//! Looking for words in everything that is kept here: what is asked for, what is found, which piece of it matches.
//!
//! Pure: files hold the index ([`crate::store`]), and what text, query and marks look like is decided here, so that both
//! sides of a match are prepared by the same rules. Those are written in docs/adr/0026-search.md.

mod found;
mod piece;
mod query;
mod spacing;

pub use found::{Hit, HitKind, KindCount, Mark, Opens, SearchPage, SearchQuery, SearchReach};
pub(crate) use piece::{Piece, marked, shortened};
pub(crate) use query::Terms;
pub(crate) use spacing::{MARK_BEGIN, MARK_END, one_line, spaced};
