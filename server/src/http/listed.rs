//! What the server answers, as a list, so that whatever must hold of every route can be shown of every route.

use serde_json::Value;

use super::auth::OPEN;
use super::router::ROUTES;
use super::{mcp, openapi};
use crate::server::Server;

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
    /// The JSON schema of what it takes.
    pub arguments: Value,
}

/// Routes that are no tool's.
const OTHERS: &[(&str, &str, Option<&str>)] = &[
    ("GET", "/health", None),
    ("GET", "/v1/health", None),
    ("GET", openapi::PATH, None),
    ("POST", mcp::PATH, None),
    ("POST", "/v1/mcp/heartbeat", None),
];

impl Server {
    /// Every route that this server answers.
    pub fn routes(&self) -> Vec<ListedRoute> {
        let tools = &self.app().tools;
        let of_tools = ROUTES.iter().filter_map(|route| {
            let entry = tools.find(route.tool)?;
            Some(ListedRoute {
                method: route.method,
                path: route.path,
                needs: (!entry.tool.judges_callers).then_some(entry.tool.needs),
                admin: route.admin,
                open: false,
                arguments: entry.schema.clone(),
            })
        });
        let others = OTHERS.iter().map(|(method, path, needs)| ListedRoute {
            method,
            path,
            needs: *needs,
            admin: false,
            open: OPEN.contains(path),
            arguments: Value::Null,
        });
        of_tools.chain(others).collect()
    }
}
