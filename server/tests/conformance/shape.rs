//! How two answers are compared: field names and types at every depth; a row of a list with its own of theirs, or where
//! ids are new with the one it is most like. Values are compared besides, where no clock and no chance makes them.

use std::fmt::{Display, Formatter};

use serde_json::Value;

use super::cases::millis;

/// Objects whose fields are data.
const FREE: [&str; 3] = [".toolPreferences", ".customSettings", ".byModelTier"];
/// What rows are known by.
const IDS: [&str; 6] = ["id", "sessionId", "keyHash", "programId", "name", "key"];
/// Two clocks that were read for the same request differ by less.
const SAME_MOMENT: i64 = 3_000;

/// One place where two answers differ.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) place: String,
    what: String,
}

impl Difference {
    pub(crate) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
        }
    }

    /// Ours is another than theirs.
    pub(crate) fn other(place: impl Into<String>, ours: impl Display, theirs: impl Display) -> Self {
        Self::new(place, format!("is {ours} where theirs is {theirs}"))
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.place, self.what)
    }
}

/// Where two answers differ.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    /// In names or types.
    pub(crate) shape: Vec<Difference>,
    /// In values only.
    pub(crate) values: Vec<Difference>,
}

/// Compares an answer with the recorded one.
pub(crate) fn compare(wanted: &Value, got: &Value) -> Differences {
    let mut found = Differences::default();
    walk(wanted, got, "", &mut found);
    found
}

fn walk(wanted: &Value, got: &Value, path: &str, found: &mut Differences) {
    if FREE.iter().any(|free| path.ends_with(free)) {
        return;
    }
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            for (name, value) in wanted {
                match got.get(name) {
                    Some(other) => walk(value, other, &format!("{path}.{name}"), found),
                    None => found
                        .shape
                        .push(Difference::new(format!("{path}.{name}"), "is missing")),
                }
            }
            let foreign = got.keys().filter(|name| !wanted.contains_key(*name));
            let foreign = foreign.map(|name| Difference::new(format!("{path}.{name}"), "is not theirs"));
            found.shape.extend(foreign);
        }
        (Value::Array(wanted), Value::Array(got)) => rows(wanted, got, path, found),
        // Whatever may be null may be null.
        (Value::Null, Value::Null) => {}
        (Value::Null, _) | (_, Value::Null) => found.values.push(Difference::other(path, got, wanted)),
        (wanted, got) => {
            if std::mem::discriminant(wanted) != std::mem::discriminant(got) {
                found.shape.push(Difference::other(path, got, wanted));
            } else if !is_same(wanted, got, path) {
                found.values.push(Difference::other(path, got, wanted));
            }
        }
    }
}

fn rows(wanted: &[Value], got: &[Value], path: &str, found: &mut Differences) {
    if got.is_empty() && !wanted.is_empty() {
        found.shape.push(Difference::new(path, "is empty"));
    } else if wanted.len() != got.len() {
        let (ours, theirs) = (got.len(), wanted.len());
        found.values.push(Difference::new(
            path,
            format!("has {ours} rows where theirs has {theirs}"),
        ));
    }
    for (place, row) in got.iter().enumerate() {
        let path = format!("{path}[{place}]");
        let own = id(row).and_then(|own| wanted.iter().find(|row| id(row) == Some(own)));
        if let Some(own) = own {
            walk(own, row, &path, found);
            continue;
        }
        let tries = wanted.iter().map(|wanted| {
            let mut found = Differences::default();
            walk(wanted, row, &path, &mut found);
            found
        });
        if let Some(best) = tries.min_by_key(|found| (found.shape.len(), found.values.len())) {
            found.shape.extend(best.shape);
            found.values.extend(best.values);
        }
    }
}

fn id(row: &Value) -> Option<&Value> {
    IDS.iter().find_map(|name| row.get(name))
}

fn is_same(wanted: &Value, got: &Value, path: &str) -> bool {
    if wanted == got {
        return true;
    }
    match (wanted, got) {
        (Value::String(wanted), Value::String(got)) => match (millis(wanted), millis(got)) {
            (Some(wanted), Some(got)) => (wanted - got).abs() < SAME_MOMENT,
            _ => false,
        },
        (Value::Number(wanted), Value::Number(got)) => {
            let apart = (wanted.as_f64().unwrap() - got.as_f64().unwrap()).abs();
            apart == 0.0 || (path.ends_with("AgeSeconds") && apart * 1_000.0 < SAME_MOMENT as f64)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(wanted: &Value, got: &Value) -> (usize, usize) {
        let found = compare(wanted, got);
        (found.shape.len(), found.values.len())
    }

    #[test]
    fn a_missing_a_foreign_and_a_changed_field_are_noticed() {
        assert_eq!(found(&json!({"a": 1, "b": null}), &json!({"a": 1, "b": null})), (0, 0));
        assert_eq!(found(&json!({"a": 1}), &json!({})), (1, 0));
        assert_eq!(found(&json!({"a": 1}), &json!({"a": 1, "b": 2})), (1, 0));
        assert_eq!(found(&json!({"a": 1}), &json!({"a": "1"})), (1, 0));
        assert_eq!(found(&json!({"a": 1}), &json!({"a": 2})), (0, 1));
        assert_eq!(
            found(&json!({"a": {"b": [{"c": 1}]}}), &json!({"a": {"b": [{"c": true}]}})),
            (1, 0)
        );
    }

    #[test]
    fn null_stands_for_any_type_and_is_another_value() {
        assert_eq!(found(&json!({"a": null}), &json!({"a": "x"})), (0, 1));
        assert_eq!(found(&json!({"a": "x"}), &json!({"a": null})), (0, 1));
    }

    #[test]
    fn a_row_is_compared_with_its_own_and_a_new_one_with_its_like() {
        let theirs = json!([{"id": "a", "x": 1}, {"id": "b", "y": 1}]);
        assert_eq!(
            found(&theirs, &json!([{"id": "b", "y": 1}, {"id": "a", "x": 1}])),
            (0, 0)
        );
        assert_eq!(
            found(&theirs, &json!([{"id": "a", "y": 1}, {"id": "b", "y": 1}])),
            (2, 0)
        );
        assert_eq!(
            found(&theirs, &json!([{"id": "a", "x": 1}, {"id": "c", "y": 1}])),
            (0, 1)
        );
        assert_eq!(found(&theirs, &json!([{"id": "c", "z": 1}])).0, 2);
    }

    #[test]
    fn an_empty_list_is_not_like_a_full_one() {
        assert_eq!(found(&json!([{"id": "a"}]), &json!([])), (1, 0));
        assert_eq!(found(&json!([]), &json!([])), (0, 0));
        assert_eq!(found(&json!([]), &json!([{"id": "a"}])), (0, 1));
    }

    #[test]
    fn a_moment_is_the_same_within_seconds_and_a_text_only_to_the_letter() {
        let at = |second: &str| json!({"at": format!("2026-11-22T16:34:{second}.000Z"), "lastUpdateAgeSeconds": 1});
        assert_eq!(found(&at("40"), &at("41")), (0, 0));
        assert_eq!(found(&at("40"), &at("49")), (0, 1));
        assert_eq!(
            found(&json!({"heartbeatAgeSeconds": 7}), &json!({"heartbeatAgeSeconds": 8})),
            (0, 0)
        );
        assert_eq!(found(&json!({"count": 7}), &json!({"count": 8})), (0, 1));
    }
}
