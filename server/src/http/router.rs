//! All routes on one screen, and the layers every request passes: journal ← compression ← stamp ← panic ← who is asking
//! ← route.

use std::any::Any;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use tower_http::catch_panic::CatchPanicLayer;

use super::auth::authenticate;
use super::compress::compression;
use super::envelope::{Reply, stamp, whole, written};
use super::journal::{note, tell_route};
use super::listed::OTHERS;
use super::request::arguments;
use crate::app::{App, Manner};
use crate::caller::Caller;
use crate::refusal::{Issue, Refusal};
use crate::tools::IDEMPOTENCY_KEY;

/// A path, and the tool that answers there. `{name}` in the path is the tool's argument of that name.
pub(crate) struct Route {
    /// In capitals.
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) tool: &'static str,
    /// Only for keys of the admin programs, and those that may do everything (contract section 4).
    pub(crate) admin: bool,
    /// Not counted against the key's limits (contract section 9).
    unlimited: bool,
    /// The answer depends on tenant, arguments, data and time alone, so it may be given again (`ready`).
    repeats: bool,
    /// 201, as the contract has it for every POST that makes something, and also for one that refused to.
    pub(crate) makes: bool,
}

const fn route(method: &'static str, path: &'static str, tool: &'static str) -> Route {
    Route {
        method,
        path,
        tool,
        admin: false,
        unlimited: false,
        repeats: false,
        makes: false,
    }
}

impl Route {
    const fn admin(self) -> Self {
        Self { admin: true, ..self }
    }

    const fn unlimited(self) -> Self {
        Self {
            unlimited: true,
            ..self
        }
    }

    const fn repeats(self) -> Self {
        Self { repeats: true, ..self }
    }

    const fn makes(self) -> Self {
        Self { makes: true, ..self }
    }

    /// The names of arguments in the path, each with the place of its segment.
    pub(crate) fn in_path(&self) -> Vec<(&'static str, usize)> {
        let name = |segment: &'static str| segment.strip_prefix('{')?.strip_suffix('}');
        self.path
            .split('/')
            .enumerate()
            .filter_map(|(place, segment)| Some((name(segment)?, place)))
            .collect()
    }
}

/// Every route that is a tool's.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    route("GET", "/v1/sessions", "list_sessions").admin().repeats(),
    route("POST", "/v1/sessions", "create_session").makes(),
    route("GET", "/v1/sessions/history", "session_history").admin().unlimited(),
    route("PATCH", "/v1/sessions/{sessionId}", "update_session"),
    route("GET", "/v1/program-state/{programId}", "get_program_state"),
    route("PATCH", "/v1/program-state/{programId}", "update_program_state"),
    route("GET", "/v1/program-state/{programId}/context-history", "get_context_history"),
    route("GET", "/v1/keys", "list_keys"),
    route("POST", "/v1/keys", "create_key").makes(),
    route("POST", "/v1/keys/rotate", "rotate_key"),
    route("DELETE", "/v1/keys/{keyHash}", "revoke_key"),
    route("GET", "/v1/fleet/health", "get_fleet_health"),
    route("GET", "/v1/fleet/timeline", "get_fleet_timeline"),
    route("GET", "/v1/sessions/{sessionId}/timeline", "get_session_timeline"),
    route("GET", "/v1/metrics/context-utilization", "get_context_utilization"),
    route("GET", "/v1/metrics/cost-summary", "get_cost_summary"),
    route("GET", "/v1/metrics/comms", "get_comms_metrics"),
    route("GET", "/v1/tasks", "get_tasks"),
    route("POST", "/v1/tasks", "create_task").makes(),
    route("GET", "/v1/tasks/stats", "task_stats").admin().unlimited(),
    route("POST", "/v1/tasks/batch-claim", "batch_claim_tasks"),
    route("POST", "/v1/tasks/batch-complete", "batch_complete_tasks"),
    route("GET", "/v1/tasks/{taskId}", "get_task_by_id"),
    route("POST", "/v1/tasks/{taskId}/claim", "claim_task"),
    route("POST", "/v1/tasks/{taskId}/unclaim", "unclaim_task"),
    route("POST", "/v1/tasks/{taskId}/complete", "complete_task"),
    route("GET", "/v1/messages", "get_messages"),
    route("POST", "/v1/messages", "send_message").makes(),
    route("GET", "/v1/interrupts/peek", "peek_messages"),
    route("GET", "/v1/messages/unread", "unread_messages").unlimited(),
    route("POST", "/v1/messages/mark_read", "mark_messages_read").unlimited(),
    route("GET", "/v1/messages/sent", "get_sent_messages"),
    route("GET", "/v1/messages/history", "query_message_history"),
    route("GET", "/v1/dead-letters", "get_dead_letters"),
    route("GET", "/v1/relay/groups", "list_groups"),
    route("GET", "/v1/questions", "list_questions"),
    route("POST", "/v1/questions", "ask_question").makes(),
    route("GET", "/v1/questions/{questionId}", "get_question"),
    route("GET", "/v1/questions/{questionId}/response", "get_response"),
    route("POST", "/v1/questions/{questionId}/answer", "answer_question"),
    route("POST", "/v1/alerts", "send_alert").makes(),
    route("POST", "/v1/sprints", "create_sprint").makes(),
    route("GET", "/v1/sprints/active", "active_sprints").admin().unlimited(),
    route("GET", "/v1/sprints/{sprintId}", "get_sprint"),
    route("POST", "/v1/sprints/{sprintId}/stories", "add_story_to_sprint").makes(),
    route("PATCH", "/v1/sprints/{sprintId}/stories/{storyId}", "update_sprint_story"),
    route("POST", "/v1/sprints/{sprintId}/complete", "complete_sprint"),
    route("GET", "/v1/programs", "list_programs"),
    route("PATCH", "/v1/programs/{programId}", "update_program"),
    route("POST", "/v1/programs/{programId}/pause", "pause_program"),
    route("POST", "/v1/programs/{programId}/resume", "resume_program"),
];

/// The whole server as one service, with further routes behind its layers.
pub(crate) fn router(app: App, more: Router) -> Router {
    let mut routes = Router::new();
    for other in OTHERS {
        routes = routes.route(other.path, (other.answers)(&app));
    }
    for route in ROUTES {
        // A path whose tool is not built is no path.
        if app.tools.find(route.tool).is_none() {
            continue;
        }
        // A method that no filter knows could not be in the table either.
        let Some(filter) = Method::from_bytes(route.method.as_bytes())
            .ok()
            .and_then(|method| MethodFilter::try_from(method).ok())
        else {
            continue;
        };
        let handler =
            move |State(app): State<App>, caller: Caller, request: Request| answer(app, caller, request, route);
        routes = routes.route(route.path, on(filter, handler));
    }
    let routes = routes
        .with_state(app.clone())
        .merge(more)
        .route_layer(from_fn(tell_route))
        .fallback(no_route)
        .method_not_allowed_fallback(no_route);
    guarded(routes, app)
}

/// Answers one request by its route's tool.
async fn answer(app: App, caller: Caller, request: Request, route: &'static Route) -> Result<Response, Refusal> {
    if route.admin {
        caller.must_be_admin()?;
    }
    let entry = app.tools.find(route.tool).ok_or(Refusal::Internal)?;
    let idempotency_key = idempotency_key(&request)?;
    let arguments = arguments(request, &route.in_path()).await?;
    let manner = Manner {
        unlimited: route.unlimited,
        idempotency_key,
        allowance: None,
    };
    if route.repeats {
        return Ok(written(app.repeat(&caller, entry, arguments, manner, whole).await?));
    }
    let data = app.call(&caller, entry, arguments, manner).await?;
    let status = if route.makes {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(Reply { status, data }.into_response())
}

/// The idempotency key of the header, if there is one.
fn idempotency_key(request: &Request) -> Result<Option<String>, Refusal> {
    let Some(value) = request.headers().get("idempotency-key") else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(key) => Ok(Some(key.to_owned())),
        Err(_) => Err(Refusal::Invalid(vec![Issue {
            path: IDEMPOTENCY_KEY.to_owned(),
            message: "Invalid string: must be visible ASCII".to_owned(),
            code: "invalid_format",
        }])),
    }
}

/// Routes behind all layers.
fn guarded(routes: Router, app: App) -> Router {
    // Around the routes as a whole: axum adds an Allow header outside a route's own layers, and `stamp` takes it away.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn(no_head))
        .layer(from_fn_with_state(app.clone(), authenticate))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response_with_state(app.clone(), stamp))
        .layer(compression())
        .layer(from_fn_with_state(app, note))
}

/// A wrong path and a wrong method are the same 404 (contract section 1).
async fn no_route(request: Request) -> Refusal {
    not_found(&request)
}

/// axum answers HEAD wherever there is a GET; the contract has no such route.
async fn no_head(request: Request, next: Next) -> Response {
    if request.method() == Method::HEAD {
        not_found(&request).into_response()
    } else {
        next.run(request).await
    }
}

fn not_found(request: &Request) -> Refusal {
    Refusal::NoRoute {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
    }
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    // The panic's text may hold what was sent; the panic hook of the program has it, the log does not.
    tracing::error!("a handler panicked");
    Refusal::Internal.into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use serde_json::{Value, json};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_gets_the_contracts_error_and_tells_nothing() {
        let app = App::in_memory();
        let owner = app
            .store
            .first_start(app.now(), crate::records::owner_key)
            .unwrap()
            .unwrap();
        async fn boom() {
            panic!("a secret");
        }
        let routes = Router::new().route("/v1/boom", get(boom));
        let request = Request::get("/v1/boom").header("authorization", format!("Bearer {}", owner.reveal()));
        let got = guarded(routes, app)
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(got.status(), 500);
        let body: Value = serde_json::from_slice(&to_bytes(got.into_body(), 10_000).await.unwrap()).unwrap();
        assert_eq!(
            body,
            json!({
                "success": false, "error": {"code": "INTERNAL_ERROR", "message": "Internal error"},
                "meta": {"timestamp": "1970-01-01T00:00:00.000Z"},
            })
        );
    }
}
