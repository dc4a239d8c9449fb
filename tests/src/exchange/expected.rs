//! What a failed call must come to, from a checked-in table keyed by status, code, outer and inner success.

use serde_json::Value;

use super::Reply;

/// The table; its first row that fits decides.
pub struct ErrorTable {
    rows: Vec<Value>,
}

/// The facts of a reply that decide what it means.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) status: u16,
    pub(super) code: Option<String>,
    pub(super) outer: Option<bool>,
    pub(super) inner: Option<bool>,
    pub(super) sentence: String,
    pub(super) is_empty: bool,
}

impl Facts {
    pub(super) fn of(reply: &Reply) -> Self {
        let body = &reply.body;
        let error = body.get("error");
        let code = error
            .map(|error| error.get("code").unwrap_or(error))
            .filter(|code| !code.is_object());
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Self {
            status: reply.status,
            code: code.map(text),
            outer: body.get("success").and_then(Value::as_bool),
            inner: body.pointer("/data/success").and_then(Value::as_bool),
            sentence: body
                .pointer("/error/message")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            is_empty: reply.bytes().is_empty() || body.is_null(),
        }
    }

    pub(super) fn is_2xx(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl ErrorTable {
    /// The table of this repository.
    pub fn checked_in() -> Self {
        let text = include_str!("../../fixtures/exchange-errors.json");
        let rows = serde_json::from_str(text).expect("exchange-errors.json is an array of rows");
        Self { rows }
    }

    /// The name of the error that these facts must come to.
    pub(super) fn name_for(&self, facts: &Facts) -> Option<&str> {
        let row = self.rows.iter().find(|row| {
            fits(&row["status"], &facts.status.into())
                && fits(&row["code"], &facts.code.clone().into())
                && fits(&row["outer"], &facts.outer.into())
                && fits(&row["inner"], &facts.inner.into())
                && row
                    .get("begins")
                    .and_then(Value::as_str)
                    .is_none_or(|start| facts.sentence.starts_with(start))
        })?;
        row["error"].as_str()
    }
}

/// `"*"` fits anything; a status like `"5xx"` fits its hundred.
fn fits(wanted: &Value, fact: &Value) -> bool {
    let hundred = wanted
        .as_str()
        .and_then(|text| text.strip_suffix("xx"))
        .and_then(|digit| digit.parse::<u64>().ok());
    wanted == fact
        || wanted == "*"
        || hundred.is_some_and(|hundred| fact.as_u64().map(|status| status / 100) == Some(hundred))
}
