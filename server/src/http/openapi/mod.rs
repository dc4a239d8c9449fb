//! The contract as an OpenAPI 3.1 document, made from what answers: the table of routes, the tools with the schemas that
//! were recorded from their own reading, and the described replies. It needs no key, because it holds no secret.

mod examples;
mod feed;
mod operations;
mod others;
mod replies;
mod shapes;
mod shared;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::router::ROUTES;
use crate::app::App;
use crate::tools::Tools;

/// Where it is.
pub(crate) const PATH: &str = "/v1/openapi.json";

/// `GET /v1/openapi.json`.
pub(crate) async fn openapi(State(app): State<App>) -> impl IntoResponse {
    // Not at the start: most servers are never asked.
    let document = app
        .openapi
        .get_or_init(|| Bytes::from(document(&app.tools).to_string()))
        .clone();
    ([(header::CONTENT_TYPE, "application/json")], document)
}

fn document(tools: &Tools) -> Value {
    let mut paths = Map::new();
    let mut schemas = shared::schemas();
    for route in ROUTES {
        let Some(entry) = tools.find(route.tool) else { continue };
        let data = match replies::data_of(entry.tool.name) {
            Some(data) => operations::data_schema(data, entry.acts && !entry.tool.issues_key),
            None => shapes::free(),
        };
        schemas.insert(entry.tool.name.to_owned(), data);
        put(
            &mut paths,
            route.method,
            route.path,
            operations::operation(route, entry, tools),
        );
    }
    for (method, path, operation) in others::operations().into_iter().chain(feed::operations()) {
        put(&mut paths, method, path, operation);
    }
    for (name, schema) in replies::rows().into_iter().chain(feed::rows()) {
        schemas.insert(name.to_owned(), schema);
    }
    json!({
        "openapi": "3.1.1",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "CacheBash server",
            "version": env!("CARGO_PKG_VERSION"),
            "description": shared::DESCRIPTION,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        // Wherever this was read.
        "servers": [{ "url": "/" }],
        "security": [{ "key": [] }],
        "tags": shared::tags(&paths),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": shared::responses(),
            "headers": shared::headers(),
            "parameters": shared::parameters(),
            "securitySchemes": {
                "key": {
                    "type": "http", "scheme": "bearer",
                    "description": "An API key: `cb_` and 64 hexadecimal digits.",
                },
            },
        },
    })
}

fn put(paths: &mut Map<String, Value>, method: &str, path: &str, operation: Value) {
    paths.entry(path).or_insert_with(|| json!({}))[method.to_ascii_lowercase()] = operation;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_route_whose_tool_is_built_is_told() {
        let tools = Tools::all();
        let document = document(&tools);
        for route in ROUTES.iter().filter(|route| tools.find(route.tool).is_some()) {
            let operation = &document["paths"][route.path][route.method.to_ascii_lowercase()];
            assert_eq!(operation["operationId"], route.tool, "{} {}", route.method, route.path);
        }
    }

    #[test]
    fn every_tool_of_a_route_describes_its_reply() {
        let tools = Tools::all();
        let silent: Vec<&str> = ROUTES
            .iter()
            .filter(|route| tools.find(route.tool).is_some() && replies::data_of(route.tool).is_none())
            .map(|route| route.tool)
            .collect();
        assert!(silent.is_empty(), "describe in http/openapi/replies: {silent:?}");
    }

    #[test]
    fn every_write_with_a_body_shows_one() {
        let tools = Tools::all();
        let document = document(&tools);
        for route in ROUTES.iter().filter(|route| tools.find(route.tool).is_some()) {
            let body = &document["paths"][route.path][route.method.to_ascii_lowercase()]["requestBody"];
            if body["required"] == true {
                let shown = &body["content"]["application/json"]["examples"];
                assert!(
                    shown.is_object(),
                    "show one in http/openapi/examples.rs: {}",
                    route.tool
                );
            }
        }
    }
}
