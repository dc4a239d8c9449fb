//! `GET /v1/sync`: what changed since a cursor, a page at a time (docs/contract-extensions.md).

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::envelope::Reply;
use super::request::arguments;
use crate::app::App;
use crate::caller::Caller;
use crate::feed::{self, Cursor, LONGEST_CURSOR, MOST_ON_A_PAGE, ON_A_PAGE};
use crate::refusal::Refusal;
use crate::rules::validation::{Fields, FromFields, checked, schema_of};
use crate::tools::Tool;

/// As the limiter knows it. What one may see is asked record by record.
const SYNC: Tool = Tool::new("", "sync", "", "Read what changed since a cursor");

/// From where, and how much.
struct Asked {
    cursor: Option<Cursor>,
    limit: u32,
}

impl FromFields for Asked {
    fn read(fields: &mut Fields<'_>) -> Self {
        Asked {
            cursor: cursor(fields),
            limit: fields.whole("limit", 1, MOST_ON_A_PAGE).unwrap_or(ON_A_PAGE),
        }
    }
}

/// What may be asked.
pub(super) fn arguments_schema() -> Value {
    schema_of::<Asked>()
}

/// The cursor, if there is one; an empty one is none.
pub(super) fn cursor(fields: &mut Fields<'_>) -> Option<Cursor> {
    let text = fields.text("cursor", LONGEST_CURSOR).filter(|text| !text.is_empty())?;
    let cursor = text.parse().ok();
    if cursor.is_none() {
        fields.complain("cursor", "Invalid cursor", "invalid_format");
    }
    cursor
}

pub(super) async fn sync(State(app): State<App>, caller: Caller, request: Request) -> Result<Response, Refusal> {
    let now = app.now();
    app.limiter.admit(&app.store, &caller.key, &SYNC, now).await?;
    let asked: Asked = checked(&arguments(request, &[]).await?)?;
    let reader = caller.clone();
    let page = app
        .store
        .read(&caller.tenant, now, move |view| {
            feed::page(view, &reader, asked.cursor, asked.limit)
        })
        .await?;
    let Some(page) = page else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let mut data = page.told();
    data["success"] = json!(true);
    let status = StatusCode::OK;
    Ok(Reply { status, data }.into_response())
}
