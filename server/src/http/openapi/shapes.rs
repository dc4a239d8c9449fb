//! The words in which replies are described: small schemas, put together as the answers are.

use serde_json::{Map, Value, json};

/// A JSON schema.
pub(super) type Schema = Value;

/// What a tool answers as `data`.
pub(super) struct Data {
    pub(super) schema: Schema,
    /// It may say `success: false` instead, and then nothing was done.
    pub(super) may_refuse: bool,
}

/// The answer of a tool that may refuse.
pub(super) fn done(fields: &[(&str, Schema)]) -> Data {
    Data {
        schema: succeeded(fields),
        may_refuse: true,
    }
}

/// The answer of a tool that never refuses.
pub(super) fn always(fields: &[(&str, Schema)]) -> Data {
    Data {
        schema: succeeded(fields),
        may_refuse: false,
    }
}

/// The answer of a tool that does not speak of success.
pub(super) fn plain(fields: &[(&str, Schema)]) -> Data {
    Data {
        schema: object(fields),
        may_refuse: false,
    }
}

/// The same of one that may refuse.
pub(super) fn plain_or_refused(fields: &[(&str, Schema)]) -> Data {
    Data {
        may_refuse: true,
        ..plain(fields)
    }
}

fn succeeded(fields: &[(&str, Schema)]) -> Schema {
    let mut all = vec![("success", json!({ "type": "boolean", "const": true }))];
    all.extend_from_slice(fields);
    object(&all)
}

/// An object with these fields; one whose name ends in `?` may be absent.
pub(super) fn object(fields: &[(&str, Schema)]) -> Schema {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, schema) in fields {
        match name.strip_suffix('?') {
            Some(optional) => drop(properties.insert(optional.to_owned(), schema.clone())),
            None => {
                properties.insert((*name).to_owned(), schema.clone());
                required.push(Value::from(*name));
            }
        }
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// An object whose fields are data, each of this kind.
pub(super) fn each(schema: &Schema) -> Schema {
    json!({ "type": "object", "additionalProperties": schema })
}

/// An object of anything.
pub(super) fn free() -> Schema {
    json!({ "type": "object", "additionalProperties": true })
}

/// Anything at all.
pub(super) fn anything() -> Schema {
    json!({})
}

pub(super) fn text() -> Schema {
    json!({ "type": "string" })
}

/// One of these words.
pub(super) fn words(words: &[&str]) -> Schema {
    json!({ "type": "string", "enum": words })
}

/// UTC with three decimals.
pub(super) fn moment() -> Schema {
    json!({ "type": "string", "format": "date-time" })
}

pub(super) fn whole() -> Schema {
    json!({ "type": "integer" })
}

pub(super) fn number() -> Schema {
    json!({ "type": "number" })
}

pub(super) fn flag() -> Schema {
    json!({ "type": "boolean" })
}

pub(super) fn list(of: &Schema) -> Schema {
    json!({ "type": "array", "items": of })
}

/// One of the document's named schemas.
pub(super) fn named(name: &str) -> Schema {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The same, or null.
pub(super) fn or_null(mut schema: Schema) -> Schema {
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    match schema.get("type").cloned() {
        Some(kind) => {
            schema["type"] = json!([kind, "null"]);
            schema
        }
        None => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}
