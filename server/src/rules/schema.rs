//! The JSON schema of what a tool takes, recorded from the very reading that checks it: a reader of fields is run once on
//! nothing, and each field it asks for is noted. So the schema that MCP and OpenAPI show cannot differ from what is
//! accepted.

use serde_json::{Map, Value, json};

/// The fields that were asked for, while a reader is recorded.
#[derive(Default)]
pub(crate) struct Recorder {
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl Recorder {
    /// Notes a field; the first note of a name stays.
    pub(crate) fn field(&mut self, name: &str, schema: Value) {
        self.properties.entry(name).or_insert(schema);
    }

    /// Notes that a field must be there.
    pub(crate) fn require(&mut self, name: &str) {
        let name = Value::from(name);
        if !self.required.contains(&name) {
            self.required.push(name);
        }
    }

    /// Adds a word about a field that was noted; what is said of a list's texts is said of each.
    pub(crate) fn amend(&mut self, name: &str, keyword: &str, value: Value) {
        let Some(schema) = self.properties.get_mut(name) else {
            return;
        };
        let each = matches!(keyword, "pattern" | "enum") && schema.get("items").is_some();
        let schema = if each { &mut schema["items"] } else { schema };
        if let Some(schema) = schema.as_object_mut() {
            schema.insert(keyword.to_owned(), value);
        }
    }

    /// What was noted, as a schema.
    pub(crate) fn into_schema(self) -> Value {
        let mut schema = json!({ "type": "object", "properties": self.properties });
        if let (false, Some(fields)) = (self.required.is_empty(), schema.as_object_mut()) {
            fields.insert("required".to_owned(), self.required.into());
        }
        schema
    }
}

/// A text of at most so many UTF-16 units.
pub(crate) fn text(limit: usize) -> Value {
    bounded(json!({ "type": "string" }), "maxLength", limit)
}

/// A list of at most so many items.
pub(crate) fn list(of: Value, most: usize) -> Value {
    bounded(json!({ "type": "array", "items": of }), "maxItems", most)
}

/// A number between two ends; an end that no number reaches is not one.
pub(crate) fn number(kind: &str, least: f64, most: f64) -> Value {
    let mut schema = json!({ "type": kind });
    let whole = |end: f64| {
        if end.fract() == 0.0 {
            json!(end as i64)
        } else {
            json!(end)
        }
    };
    if let Some(fields) = schema.as_object_mut() {
        if least > f64::MIN {
            fields.insert("minimum".into(), whole(least));
        }
        if most < f64::MAX {
            fields.insert("maximum".into(), whole(most));
        }
    }
    schema
}

/// The same, or null.
pub(crate) fn nullable(mut schema: Value) -> Value {
    if let Some(kind) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
    }
    schema
}

fn bounded(mut schema: Value, keyword: &str, limit: usize) -> Value {
    if let (true, Some(fields)) = (limit < usize::MAX, schema.as_object_mut()) {
        fields.insert(keyword.to_owned(), limit.into());
    }
    schema
}
