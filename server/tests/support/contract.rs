//! Every reply that a test gets is held against `/v1/openapi.json`: a status that is not told, a field that is not described
//! and a value of another kind fail the test that met them.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use boon::{Compiler, Draft, SchemaIndex, Schemas};
use cachebash_server::{Server, ServerOptions};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

const PLACE: &str = "http://server/v1/openapi.json";

/// The document, and its schemas ready to judge.
pub struct Contract {
    pub document: Value,
    schemas: Schemas,
    /// By operation and status.
    answers: HashMap<(String, u16), SchemaIndex>,
    /// Answers that have no body.
    silent: HashSet<(String, u16)>,
    /// Of bodies, by operation.
    requests: HashMap<String, SchemaIndex>,
    failure: SchemaIndex,
}

/// The contract of the server under test.
pub async fn contract() -> &'static Contract {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    if let Some(known) = CONTRACT.get() {
        return known;
    }
    let server = Server::open(ServerOptions::default()).unwrap();
    let request = Request::get("/v1/openapi.json").body(Body::empty()).unwrap();
    let response = server.router().oneshot(request).await.unwrap();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let document = serde_json::from_slice(&bytes).unwrap();
    CONTRACT.get_or_init(|| Contract::of(document))
}

impl Contract {
    fn of(document: Value) -> Self {
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        let mut strict = document.clone();
        close(&mut strict);
        compiler.add_resource(PLACE, strict.clone()).unwrap();
        let mut schemas = Schemas::new();
        let mut compile = |pointer: &str| compiler.compile(&format!("{PLACE}#{pointer}"), &mut schemas).unwrap();
        let (mut answers, mut silent, mut requests) = (HashMap::new(), HashSet::new(), HashMap::new());
        for (place, operation) in operations(&strict) {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            if operation.contains_key("requestBody") {
                let pointer = format!("{place}/requestBody/content/application~1json/schema");
                requests.insert(id.clone(), compile(&pointer));
            }
            for (status, response) in operation["responses"].as_object().unwrap() {
                let own = format!("{place}/responses/{status}");
                let shared = response["$ref"]
                    .as_str()
                    .map(|it| it.trim_start_matches('#').to_owned());
                let pointer = format!("{}/content/application~1json/schema", shared.unwrap_or(own));
                if strict.pointer(&pointer).is_some() {
                    answers.insert((id.clone(), status.parse().unwrap()), compile(&pointer));
                } else {
                    silent.insert((id.clone(), status.parse().unwrap()));
                }
            }
        }
        let failure = compile("/components/schemas/Failure");
        Self {
            document,
            schemas,
            answers,
            silent,
            requests,
            failure,
        }
    }

    /// Fails unless this answer is one that the document tells.
    #[track_caller]
    pub fn hold(&self, method: &str, target: &str, status: StatusCode, body: &Value) {
        let path = target.split('?').next().unwrap_or_default();
        let operation = self.operation(method, path);
        let told = operation.as_ref().map(|id| (id.clone(), status.as_u16()));
        let schema = match told.as_ref().and_then(|told| self.answers.get(told)) {
            Some(schema) => *schema,
            // Told, and without a body that is JSON.
            None if told.is_some_and(|told| self.silent.contains(&told)) => {
                let text = body.is_null() || body.is_string();
                assert!(text, "{method} {target} ({status}) has a body: {body}");
                return;
            }
            // No such route: outside /v1, and where MCP is spoken, that is said in other shapes.
            None if matches!(status.as_u16(), 401 | 404 | 405) && !has_envelope(path) => return,
            None if matches!(status.as_u16(), 401 | 404 | 429 | 500) => self.failure,
            None => panic!("{method} {target} answered {status}, which /v1/openapi.json does not tell: {body}"),
        };
        if let Err(error) = self.schemas.validate(body, schema) {
            panic!(
                "{method} {target} ({status}) is not as /v1/openapi.json tells (http/openapi/replies): {error:#}\n{body}"
            );
        }
    }

    /// What is wrong with a body that an operation is sent, if anything.
    pub fn complaint(&self, operation: &str, body: &Value) -> Option<String> {
        let schema = self.requests.get(operation)?;
        let error = self.schemas.validate(body, *schema).err()?;
        Some(format!("{error:#}"))
    }

    /// The operation that answers there: of two paths that fit, the one with fewer arguments.
    pub fn operation(&self, method: &str, path: &str) -> Option<String> {
        let fits = |template: &str| {
            let (wanted, given): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
            let alike =
                |(wanted, given): (&&str, &&str)| wanted == given || (wanted.starts_with('{') && !given.is_empty());
            wanted.len() == given.len() && wanted.iter().zip(&given).all(alike)
        };
        let paths = self.document["paths"].as_object().unwrap();
        let (_, item) = paths
            .iter()
            .filter(|(template, item)| fits(template) && item.get(method.to_ascii_lowercase()).is_some())
            .min_by_key(|(template, _)| template.matches('{').count())?;
        Some(
            item[method.to_ascii_lowercase()]["operationId"]
                .as_str()
                .unwrap()
                .to_owned(),
        )
    }
}

fn has_envelope(path: &str) -> bool {
    (path.starts_with("/v1/") || path == "/v1") && !path.starts_with("/v1/mcp")
}

/// Every operation with the JSON pointer to it.
pub fn operations(document: &Value) -> Vec<(String, &Map<String, Value>)> {
    let paths = document["paths"].as_object().unwrap();
    let mut all = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("/paths/{}/{method}", path.replace('/', "~1"));
            all.push((place, operation.as_object().unwrap()));
        }
    }
    all
}

/// Forbids fields that are not described, and makes of "done or refused" a question with one answer, so that a complaint
/// names the field and not both shapes.
fn close(node: &mut Value) {
    match node {
        Value::Object(fields) => {
            // A body of a request may hold more than is known.
            fields
                .iter_mut()
                .filter(|(name, _)| *name != "requestBody")
                .for_each(|(_, inner)| close(inner));
            if fields.get("properties").is_some_and(Value::is_object) && fields.contains_key("type") {
                fields.entry("additionalProperties").or_insert(json!(false));
            }
            let refused = json!({ "$ref": "#/components/schemas/Refused" });
            if let Some(Value::Array(sides)) = fields.get("oneOf")
                && let [done, other] = sides.as_slice()
                && *other == refused
            {
                let done = done.clone();
                fields.remove("oneOf");
                let said_no = json!({ "properties": { "success": { "const": false } }, "required": ["success"] });
                fields.extend([("if".into(), said_no), ("then".into(), refused), ("else".into(), done)]);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
