//! What of a reply is named, and where two replies differ in it.

use serde_json::Value;

/// What of a value is named.
#[derive(Clone, Copy)]
pub(super) enum Named {
    /// All of it.
    Whole,
    /// These fields of an object.
    Fields(&'static [(&'static str, Named)]),
    /// These fields of every object in an array.
    Rows(&'static [(&'static str, Named)]),
}

use Named::{Fields, Rows};

impl Named {
    /// Where `got` says something else than `recorded`, as lines. Absent, null and values are three things, and
    /// numbers are compared as they were written.
    pub(super) fn differences(self, recorded: Option<&Value>, got: Option<&Value>) -> Vec<String> {
        let mut lines = Vec::new();
        self.compare("data", recorded, got, &mut lines);
        lines
    }

    fn compare(self, at: &str, recorded: Option<&Value>, got: Option<&Value>, lines: &mut Vec<String>) {
        match (self, recorded, got) {
            (Fields(fields), Some(Value::Object(recorded)), Some(Value::Object(got))) => {
                for (name, named) in fields {
                    named.compare(&format!("{at}.{name}"), recorded.get(*name), got.get(*name), lines);
                }
            }
            (Rows(fields), Some(Value::Array(recorded)), Some(Value::Array(got))) if recorded.len() == got.len() => {
                for (index, (recorded, got)) in recorded.iter().zip(got).enumerate() {
                    Fields(fields).compare(&format!("{at}[{index}]"), Some(recorded), Some(got), lines);
                }
            }
            (_, recorded, got) if recorded == got => {}
            (_, recorded, got) => lines.push(format!("{at}: recorded {}, read {}", brief(recorded), brief(got))),
        }
    }

    /// The places of `value` that are named and there, as JSON pointers, objects and arrays included.
    pub(super) fn places(self, value: &Value) -> Vec<String> {
        let mut places = Vec::new();
        self.collect(String::new(), value, &mut places);
        places
    }

    fn collect(self, at: String, value: &Value, places: &mut Vec<String>) {
        match (self, value) {
            (Fields(fields), Value::Object(object)) => {
                for (name, named) in fields {
                    if let Some(value) = object.get(*name) {
                        places.push(format!("{at}/{name}"));
                        named.collect(format!("{at}/{name}"), value, places);
                    }
                }
            }
            (Rows(fields), Value::Array(rows)) => {
                for (index, row) in rows.iter().enumerate() {
                    Fields(fields).collect(format!("{at}/{index}"), row, places);
                }
            }
            _ => {}
        }
    }
}

fn brief(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    // Keys are fake in recordings; a habit is a habit.
    let text = if text.contains("cb_") { "a key".to_owned() } else { text };
    text.chars().take(120).collect()
}
