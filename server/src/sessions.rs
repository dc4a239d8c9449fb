//! Sessions over HTTP: begin, report, list (contract section 5).

use axum::extract::State;
use cachebash_core::domain::{ProgramId, SessionId, Span, Timestamp};
use serde_json::{Map, Value, json};

use crate::access::{CREATE_SESSION, LIST_SESSIONS, SESSION_HISTORY, UPDATE_SESSION};
use crate::app::App;
use crate::auth::Caller;
use crate::envelope::{Answer, Reply, refused};
use crate::request::{PathId, Query, Sent};
use crate::store::{Began, HistoryRow, NewSession, Reported, SessionChange, SessionFilter, SessionRow, SessionWord};
use crate::validation::{Fields, FromFields, must_be_addressable};
use crate::wire_values::{iso, iso_or_null, number_or_null};

const NAME: usize = 200;
const STATUS: usize = 200;
const SESSION_ID: usize = 100;
const PROGRAM_ID: usize = 50;
const PROJECT: usize = 100;

/// From here on a session that has not ended counts as stale in the list.
pub(crate) const STALE_AFTER: Span = Span::from_mins(30);

const WORDS: [(&str, SessionWord); 4] = [
    ("working", SessionWord::Working),
    ("blocked", SessionWord::Blocked),
    ("complete", SessionWord::Complete),
    ("pinned", SessionWord::Pinned),
];

/// `GET /v1/sessions`
pub(crate) async fn list(State(app): State<App>, caller: Caller, query: Query) -> Answer {
    caller.must_be_admin()?;
    caller.may(&LIST_SESSIONS)?;
    let filter: SessionFilter = query.checked()?;
    let now = app.now();
    let sessions = app.store.sessions(&caller.tenant, filter).await?;
    let sessions: Vec<Value> = sessions.iter().map(|session| listed(session, now)).collect();
    Ok(Reply::ok(
        json!({ "success": true, "count": sessions.len(), "sessions": sessions }),
    ))
}

/// `GET /v1/sessions/history`: never complains about its limit, and is not counted against the key's.
pub(crate) async fn history(State(app): State<App>, caller: Caller, query: Query) -> Answer {
    caller.must_be_admin()?;
    caller.holds(&SESSION_HISTORY)?;
    let limit = match query.lenient_whole("limit") {
        None | Some(0) => 20,
        Some(asked) => asked.clamp(1, 100) as u32,
    };
    let sessions = app.store.session_history(&caller.tenant, limit).await?;
    let sessions: Vec<Value> = sessions.iter().map(remembered).collect();
    Ok(Reply::ok(json!({ "count": sessions.len(), "sessions": sessions })))
}

/// `POST /v1/sessions`
pub(crate) async fn create(State(app): State<App>, caller: Caller, sent: Sent) -> Answer {
    caller.may(&CREATE_SESSION)?;
    let new: NewSession = sent.checked()?;
    let name = new.name.clone();
    let began = app
        .store
        .create_session(&caller.tenant, &caller.program, new, app.now())
        .await?;
    Ok(Reply::created(match began {
        Began::Done(id) => json!({
            "success": true, "sessionId": id, "message": format!("Session created: \"{name}\""),
        }),
        Began::NotYours(id) => not_yours(&caller, &id),
    }))
}

/// `PATCH /v1/sessions/:id`
pub(crate) async fn update(State(app): State<App>, caller: Caller, path: PathId, sent: Sent) -> Answer {
    caller.may(&UPDATE_SESSION)?;
    let update = sent.checked_with("sessionId", path)?;
    let Update { id, change } = update;
    let status = change.status.clone();
    let reported = app
        .store
        .update_session(&caller.tenant, &caller.program, id.clone(), change, app.now())
        .await?;
    Ok(Reply::ok(match reported {
        Reported::Done => json!({
            "success": true, "sessionId": id, "message": format!("Status updated: \"{status}\""),
        }),
        Reported::NotYours => not_yours(&caller, &id),
    }))
}

struct Update {
    id: SessionId,
    change: SessionChange,
}

impl FromFields for SessionFilter {
    fn read(fields: &mut Fields<'_>) -> Self {
        // Whoever asks for blocked also gets pinned, as on the hosted server, where one cannot tell them apart.
        const FILTERS: [(&str, &[SessionWord]); 5] = [
            ("working", &[SessionWord::Working]),
            ("blocked", &[SessionWord::Blocked, SessionWord::Pinned]),
            ("pinned", &[SessionWord::Pinned]),
            ("complete", &[SessionWord::Complete]),
            ("all", &[]),
        ];
        SessionFilter {
            states: fields.word("state", &FILTERS).unwrap_or_default().to_vec(),
            program: fields.text("programId", PROGRAM_ID).map(ProgramId::new),
            limit: fields.whole("limit", 1, 50).unwrap_or(10),
            include_archived: fields.flag("includeArchived").unwrap_or_default(),
        }
    }
}

impl FromFields for NewSession {
    fn read(fields: &mut Fields<'_>) -> Self {
        let name = fields.required_text("name", NAME);
        let id = fields.text("sessionId", SESSION_ID).filter(|id| !id.is_empty());
        if let Some(id) = &id {
            must_be_addressable(fields, "sessionId", id);
        }
        let program = fields
            .text("programId", PROGRAM_ID)
            .filter(|program| !program.is_empty());
        if let Some(program) = &program {
            must_be_addressable(fields, "programId", program);
        }
        let status = fields.text("status", STATUS);
        let state = fields.word("state", &WORDS).unwrap_or(SessionWord::Working);
        let progress = fields.number("progress", 0.0, 100.0);
        let project = fields.text("projectName", PROJECT);
        fields.word("bootType", &[("orchestrator", ()), ("builder", ())]);
        let (id, program) = (id.map(SessionId::new), program.map(ProgramId::new));
        NewSession {
            id,
            program,
            name,
            status,
            state,
            progress,
            project,
        }
    }
}

impl FromFields for Update {
    fn read(fields: &mut Fields<'_>) -> Self {
        let status = fields.required_text("status", STATUS);
        let id = fields.required_text("sessionId", SESSION_ID);
        must_be_addressable(fields, "sessionId", &id);
        let state = fields.word("state", &WORDS);
        let progress = fields.number("progress", 0.0, 100.0);
        let project = fields.text("projectName", PROJECT);
        let heartbeat = fields.flag("lastHeartbeat").unwrap_or_default();
        let left = fields.number("contextBytes", 0.0, f64::MAX);
        let used = fields.number("contextUsedPct", 0.0, 100.0);
        let hand_off_required = fields.flag("handoffRequired");
        // Each of the two tells the other, unless the first is an old agent's byte count.
        let context_left = left.or(used.map(|used| 100.0 - used));
        let context_used = used.or(left.filter(|left| *left <= 100.0).map(|left| 100.0 - left));
        Update {
            id: SessionId::new(id),
            change: SessionChange {
                status,
                state,
                progress,
                project,
                heartbeat,
                context_left,
                context_used,
                hand_off_required,
            },
        }
    }
}

fn not_yours(caller: &Caller, id: &SessionId) -> Value {
    let mut refusal = refused(format!(
        "Cannot update another program's session. Caller \"{}\" cannot write to session \"{id}\".",
        caller.program
    ));
    refusal["sessionId"] = id.as_str().into();
    refusal
}

/// The lifecycle word that lists carry. The hosted server says `blocked` for pinned too (docs/adr/0050).
const fn lifecycle(state: SessionWord) -> &'static str {
    match state {
        SessionWord::Working => "active",
        SessionWord::Blocked => "blocked",
        SessionWord::Complete => "done",
        SessionWord::Pinned => "pinned",
    }
}

fn listed(session: &SessionRow, now: Timestamp) -> Value {
    let ended = session.state == SessionWord::Complete;
    let age = now.since(session.last_update);
    let stale = !ended && age > STALE_AFTER;
    let mut row = Map::new();
    row.insert("sessionId".into(), session.id.as_str().into());
    row.insert("name".into(), session.name.as_str().into());
    row.insert("programId".into(), session.program.as_str().into());
    row.insert("status".into(), session.status.as_str().into());
    row.insert("state".into(), lifecycle(session.state).into());
    row.insert(
        "effectiveState".into(),
        if stale { "stale" } else { lifecycle(session.state) }.into(),
    );
    row.insert("lastUpdateAgeSeconds".into(), age.as_millis().div_euclid(1_000).into());
    row.insert("progress".into(), number_or_null(session.progress));
    if session.project.is_some() || !session.born_from_update {
        row.insert("projectName".into(), session.project.as_deref().into());
    }
    row.insert("lastUpdate".into(), iso(session.last_update).into());
    row.insert("archived".into(), ended.into());
    row.insert("handoffRequired".into(), session.hand_off_required.into());
    row.insert("lastHeartbeat".into(), iso_or_null(session.last_heartbeat));
    row.insert("contextBytes".into(), number_or_null(session.context_left));
    Value::Object(row)
}

fn remembered(row: &HistoryRow) -> Value {
    let session = &row.session;
    let lasted = row.completed_at.map(|end| end.since(row.created_at).as_millis());
    json!({
        "sessionId": session.id,
        "name": session.name,
        "programId": session.program,
        "status": session.status,
        "state": lifecycle(session.state),
        "progress": number_or_null(session.progress),
        "projectName": session.project,
        "durationMs": lasted,
        // Rounded half up, as the hosted server rounds.
        "durationMinutes": lasted.map(|millis| (millis + 30_000).div_euclid(60_000)),
        "createdAt": iso(row.created_at),
        "completedAt": iso_or_null(row.completed_at),
    })
}
