//! What the server answers, as a list, so that whatever must hold of every route can be shown of every route.

use axum::routing::{MethodRouter, get};
use serde_json::{Value, json};

use super::auth::COUNTS;
use super::router::ROUTES;
use super::{capabilities, counts, events, health, mcp, openapi, sync};
use crate::app::App;

/// One route.
#[derive(Clone, Debug)]
pub struct ListedRoute {
    /// In capitals.
    pub method: &'static str,
    /// With arguments in braces.
    pub path: &'static str,
    /// The capability that a key needs. `None`: it depends on what is asked for.
    pub needs: Option<&'static str>,
    /// Only for keys of the admin programs, and those that may do everything.
    pub admin: bool,
    /// To anybody, without a key.
    pub open: bool,
    /// The answer has no end.
    pub streams: bool,
    /// The JSON schema of what it takes.
    pub arguments: Value,
}

/// A route that is no tool's. The router takes them from here, so that there is none that is not listed.
pub(super) struct Other {
    method: &'static str,
    pub(super) path: &'static str,
    /// To anybody, without a key.
    pub(super) open: bool,
    streams: bool,
    arguments: fn() -> Value,
    pub(super) answers: fn(&App) -> MethodRouter<App>,
}

const fn other(method: &'static str, path: &'static str, answers: fn(&App) -> MethodRouter<App>) -> Other {
    Other {
        method,
        path,
        open: false,
        streams: false,
        arguments: || json!({}),
        answers,
    }
}

impl Other {
    const fn open(self) -> Self {
        Self { open: true, ..self }
    }

    const fn streams(self) -> Self {
        Self { streams: true, ..self }
    }

    const fn takes(self, arguments: fn() -> Value) -> Self {
        Self { arguments, ..self }
    }
}

pub(super) const OTHERS: &[Other] = &[
    other("GET", "/health", |_| get(health::health)).open(),
    other("GET", "/v1/health", |_| get(health::health)).open(),
    other("GET", "/v1/capabilities", |_| get(capabilities::capabilities)).open(),
    other("GET", openapi::PATH, |_| get(openapi::openapi)).open(),
    other("GET", "/v1/sync", |_| get(sync::sync)).takes(sync::arguments_schema),
    other("GET", "/v1/events", |_| get(events::events)).streams(),
    other("GET", COUNTS, |_| get(counts::counts)),
    other("POST", mcp::PATH, mcp::entrance),
    other("POST", mcp::HEARTBEAT, |_| mcp::heartbeat()),
];

/// Whether a path needs no key.
pub(super) fn is_open(path: &str) -> bool {
    OTHERS.iter().any(|other| other.open && other.path == path)
}

impl App {
    /// Every route that this server answers.
    pub(crate) fn routes(&self) -> Vec<ListedRoute> {
        let tools = &self.tools;
        let of_tools = ROUTES.iter().filter_map(|route| {
            let entry = tools.find(route.tool)?;
            Some(ListedRoute {
                method: route.method,
                path: route.path,
                needs: (!entry.tool.judges_callers).then_some(entry.tool.needs),
                admin: route.admin,
                open: false,
                streams: false,
                arguments: entry.schema.clone(),
            })
        });
        let others = OTHERS.iter().map(|other| ListedRoute {
            method: other.method,
            path: other.path,
            needs: None,
            admin: false,
            open: other.open,
            streams: other.streams,
            arguments: (other.arguments)(),
        });
        of_tools.chain(others).collect()
    }
}
