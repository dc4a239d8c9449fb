//! Pages of a list that is read newest first: how many there may be on one, and where the next one begins. A cursor names
//! the place in the order and not only a record, so it stays good when that record goes.

use super::validation::{Fields, FromFields};

/// The most a page may hold, and how many it holds where nobody says.
pub(crate) const MOST: u32 = 50;
pub(crate) const USUAL: u32 = 20;
/// What a cursor looks like, for those who are told beforehand.
const FORM: &str = "^-?[0-9]{1,18}_.*$";
/// The longest cursor.
const CURSOR: usize = 200;

/// Which page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) limit: u32,
    /// The rank and id behind which it begins.
    after: Option<(i64, String)>,
}

impl Page {
    /// The rank and id behind which it begins.
    pub(crate) fn after(&self) -> Option<(i64, &str)> {
        self.after.as_ref().map(|(rank, id)| (*rank, id.as_str()))
    }
}

impl FromFields for Page {
    fn read(fields: &mut Fields<'_>) -> Self {
        let limit = fields.whole("limit", 1, MOST).unwrap_or(USUAL);
        let cursor = fields.text("cursor", CURSOR);
        fields.of_form("cursor", FORM);
        let after = cursor.as_deref().and_then(place);
        if cursor.is_some() && after.is_none() {
            fields.complain("cursor", "Invalid cursor", "invalid_format");
        }
        Self { limit, after }
    }
}

/// The cursor of the page behind a record.
pub(crate) fn cursor(rank: i64, id: &str) -> String {
    format!("{rank}_{id}")
}

pub(crate) fn place(cursor: &str) -> Option<(i64, String)> {
    let (rank, id) = cursor.split_once('_')?;
    Some((rank.parse().ok()?, id.to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::{Value, json};

    use super::super::validation::checked;
    use super::*;

    fn page(asked: Value) -> Option<Page> {
        checked(asked.as_object().unwrap()).ok()
    }

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let next = page(json!({ "limit": 3, "cursor": cursor(-5, "a_b-c") })).unwrap();
        assert_eq!((next.limit, next.after()), (3, Some((-5, "a_b-c"))));
        assert_eq!(page(json!({})).unwrap().after(), None);
    }

    #[test]
    fn what_is_no_cursor_is_said_to_be_none() {
        for wrong in ["", "x", "x_y", "99999999999999999999_a"] {
            assert!(page(json!({ "cursor": wrong })).is_none(), "{wrong}");
        }
    }
}
