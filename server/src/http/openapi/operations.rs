//! One operation: a route and the tool that answers there.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::examples;
use super::shapes::{Data, Schema, named};
use crate::http::request::survives_a_query;
use crate::http::router::{ROUTES, Route};
use crate::tools::{Entry, Tools};

/// What can stand in a path whoever writes it, since nothing there is decoded.
const IN_PATH: &str = "^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$";

/// The data of a reply: done or refused, and for a write that can be repeated, whether it was.
pub(super) fn data_schema(data: Data, repeatable: bool) -> Schema {
    let mut schema = data.schema;
    if repeatable {
        schema["properties"]["idempotent"] = json!({
            "type": "boolean", "const": true, "description": "There when the answer is that of an earlier request.",
        });
    }
    if data.may_refuse {
        json!({ "oneOf": [schema, named("Refused")] })
    } else {
        schema
    }
}

pub(super) fn operation(route: &Route, entry: &Entry, tools: &Tools) -> Value {
    let in_path: Vec<&str> = route.in_path().into_iter().map(|(name, _)| name).collect();
    let arguments = Arguments::of(entry, &in_path);
    let tool = &entry.tool;
    let mut parameters: Vec<Value> = in_path.iter().map(|name| arguments.in_path(name)).collect();
    let mut operation = json!({
        "operationId": tool.name,
        "summary": tool.about,
        "description": description(route, entry),
        "tags": [tag(route, entry, tools)],
        "responses": responses(route, entry, in_path.is_empty()),
    });
    if entry.acts {
        parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
    }
    if route.method == Method::GET.as_str() {
        parameters.extend(arguments.in_query());
    } else if route.method != Method::DELETE.as_str() {
        // A DELETE's body means nothing to much of what may stand between.
        operation["requestBody"] = arguments.in_body(tool.name);
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    operation
}

/// The tool's domain; where MCP does not show the tool, that of a tool which answers beside it.
fn tag<'a>(route: &'a Route, entry: &Entry, tools: &Tools) -> &'a str {
    let resource = |path: &'static str| path.split('/').nth(2).unwrap_or_default();
    if !entry.tool.domain.is_empty() {
        return entry.tool.domain;
    }
    ROUTES
        .iter()
        .filter(|other| resource(other.path) == resource(route.path))
        .filter_map(|other| tools.find(other.tool))
        .map(|other| other.tool.domain)
        .find(|domain| !domain.is_empty())
        .unwrap_or(resource(route.path))
}

fn description(route: &Route, entry: &Entry) -> String {
    let mut sentences = vec![format!("Needs the capability `{}`.", entry.tool.needs)];
    if route.admin {
        sentences.push("Only for keys of the administering programs, and those that may do everything.".to_owned());
    }
    if let Some(most) = entry.tool.per_minute {
        sentences.push(format!("At most {most} calls a minute and key."));
    }
    if entry.tool.issues_key {
        sentences.push("The answer holds a raw key, which is stored nowhere and never shown again.".to_owned());
    }
    sentences.join(" ")
}

fn responses(route: &Route, entry: &Entry, whole_path: bool) -> Value {
    let name = entry.tool.name;
    let data = named(name);
    let mut responses = Map::new();
    responses.insert(
        if route.makes { "201" } else { "200" }.to_owned(),
        json!({
            "description": "The tool's answer.",
            "content": { "application/json": { "schema": enveloped(&data) } },
        }),
    );
    let mut failures = vec![("400", "Invalid"), ("401", "Unauthorized"), ("403", "Forbidden")];
    if !whole_path {
        failures.push(("404", "NotFound"));
    }
    if entry.acts {
        failures.push(("409", "Conflict"));
    }
    failures.extend([("429", "TooMany"), ("503", "Unavailable")]);
    for (status, response) in failures {
        responses.insert(
            status.to_owned(),
            json!({ "$ref": format!("#/components/responses/{response}") }),
        );
    }
    Value::Object(responses)
}

/// A success around this.
pub(super) fn enveloped(data: &Schema) -> Schema {
    json!({
        "type": "object",
        "properties": { "success": { "type": "boolean", "const": true }, "data": data, "meta": named("Meta") },
        "required": ["success", "data", "meta"],
    })
}

/// The parameters of an operation that is no tool's.
pub(super) fn in_query(schema: &Schema) -> Vec<Value> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, schema)| in_one_query(name, schema, false))
        .collect()
}

fn in_one_query(name: &str, schema: &Schema, required: bool) -> Value {
    let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
    if required {
        parameter["required"] = true.into();
    }
    parameter
}

/// The arguments of a tool, sorted by where they travel.
struct Arguments<'a> {
    properties: Map<String, Value>,
    required: Vec<&'a str>,
    in_path: &'a [&'a str],
}

impl<'a> Arguments<'a> {
    fn of(entry: &'a Entry, in_path: &'a [&'a str]) -> Self {
        let properties = entry.schema["properties"].as_object().cloned().unwrap_or_default();
        let required = entry.schema["required"].as_array().into_iter().flatten();
        Self {
            properties,
            required: required.filter_map(Value::as_str).collect(),
            in_path,
        }
    }

    fn elsewhere(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.properties
            .iter()
            .filter(|(name, _)| !self.in_path.contains(&name.as_str()))
    }

    fn in_path(&self, name: &str) -> Value {
        let mut schema = self
            .properties
            .get(name)
            .cloned()
            .unwrap_or_else(|| json!({ "type": "string" }));
        schema["minLength"] = 1.into();
        schema["pattern"] = IN_PATH.into();
        let mut parameter = json!({ "name": name, "in": "path", "required": true, "schema": schema });
        if let Some(example) = examples::in_path(name) {
            parameter["example"] = example.into();
        }
        parameter
    }

    fn in_query(&self) -> Vec<Value> {
        self.elsewhere()
            .filter(|(name, schema)| survives_a_query(name, schema))
            .map(|(name, schema)| in_one_query(name, schema, self.required.contains(&name.as_str())))
            .collect()
    }

    fn in_body(&self, tool: &str) -> Value {
        let properties: Map<String, Value> = self
            .elsewhere()
            .map(|(name, schema)| (name.clone(), schema.clone()))
            .collect();
        let required: Vec<&str> = self
            .required
            .iter()
            .copied()
            .filter(|name| !self.in_path.contains(name))
            .collect();
        let mut schema = json!({ "type": "object", "properties": properties });
        let mut body = json!({ "required": !required.is_empty() });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        body["content"]["application/json"]["schema"] = schema;
        if let Some(example) = examples::body(tool) {
            body["content"]["application/json"]["examples"]["usual"] = json!({ "value": example });
        }
        body
    }
}
