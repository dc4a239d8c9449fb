//! `GET /v1/sync`: what changed since a cursor (docs/contract-extensions.md).

use serde_json::Value;

use super::field::object;
use super::{Salvage, SessionRow, salvage};
use crate::domain::{Change, ChangePage, ProgramId};

object! {
    /// `data` of `GET /v1/sync`.
    ChangesPage {
        /// Inner success.
        success: bool,
        /// What changed, in the order of commits.
        changes: Vec<ChangeRow>,
        /// Where to go on.
        cursor: String,
        /// There are more behind the cursor already.
        has_more: bool,
    }
}

object! {
    /// One thing that changed, as it is now.
    ChangeRow {
        /// What kind of thing.
        entity: String,
        /// Which.
        id: String,
        /// It is gone.
        deleted: bool,
        /// All of it, as lists spell it; absent where it is gone.
        record: Value,
    }
}

impl Salvage for ChangesPage {
    fn leave_out_the_odd(data: &mut Value) -> u32 {
        salvage::rows::<ChangeRow>(data, "changes")
    }
}

impl ChangesPage {
    /// What this client makes of it; `None` where it does not say where to go on.
    pub fn into_page(self) -> Option<ChangePage> {
        Some(ChangePage {
            changes: self
                .changes
                .into_option()
                .unwrap_or_default()
                .into_iter()
                .filter_map(ChangeRow::into_change)
                .collect(),
            cursor: self.cursor.into_option().filter(|cursor| !cursor.is_empty())?,
            has_more: self.has_more.into_option().unwrap_or(false),
        })
    }
}

impl ChangeRow {
    /// `None` for kinds that this client does not follow.
    fn into_change(self) -> Option<Change> {
        let record = self.record.into_option();
        let program = |record: Option<Value>| {
            let named = record.as_ref().and_then(|record| record.get("programId")?.as_str());
            named.map(ProgramId::from)
        };
        Some(match self.entity.into_option()?.as_str() {
            "session" => {
                let row: Option<SessionRow> = record.and_then(|record| serde_json::from_value(record).ok());
                row.and_then(SessionRow::into_session)
                    .map_or(Change::SessionGone, |session| Change::Session(Box::new(session)))
            }
            "program_state" => Change::State(ProgramId::new(self.id.into_option()?)),
            "context" => Change::State(program(record)?),
            "question" => Change::Questions,
            "alert" => Change::Alerts,
            "task" => Change::Tasks,
            "key" => Change::Keys,
            "message" | "program" => Change::Fleet,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::ChangesPage;
    use crate::domain::{Change, ProgramId};

    #[test]
    fn what_is_not_known_is_left_out_and_a_session_without_a_record_is_gone() {
        let page: ChangesPage =
            serde_json::from_value(json!({"success": true, "hasMore": true, "cursor": "c", "changes": [
                {"seq": 1, "entity": "session", "id": "a.1", "record": {"sessionId": "a.1", "programId": "a"}},
                {"seq": 2, "entity": "session", "id": "a.2", "deleted": true},
                {"seq": 3, "entity": "context", "id": "x", "record": {"programId": "a"}},
                {"seq": 4, "entity": "weather", "id": "rain", "record": {}}
            ]}))
            .unwrap();
        let page = page.into_page().unwrap();
        assert!(page.has_more);
        assert!(matches!(&page.changes[0], Change::Session(session) if session.id.as_str() == "a.1"));
        assert_eq!(
            page.changes[1..],
            [Change::SessionGone, Change::State(ProgramId::from("a"))]
        );
    }

    #[test]
    fn a_page_that_does_not_say_where_to_go_on_is_none() {
        let page: ChangesPage = serde_json::from_value(json!({"success": true, "changes": []})).unwrap();
        assert_eq!(page.into_page(), None);
    }
}
