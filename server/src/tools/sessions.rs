//! Sessions: begun, reported, listed (contract section 5). What an update leaves out is kept: a heartbeat is no news
//! about progress. Each report is also a point of the session's timeline.

use cachebash_core::domain::{ProgramId, SessionId, Span, Timestamp};
use serde_json::{Map, Value, json};

use super::{Entry, Outcome, Tool, act, look};
use crate::caller::Caller;
use crate::records::{Program, Session, SessionWord, Update, has_sessions};
use crate::refusal::refused;
use crate::rules::access::{may_write_any_session, programs_in_id};
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Stored, Tx, View};
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

const LIST: Tool = Tool::new(
    "pulse",
    "list_sessions",
    "pulse.read",
    "List sessions, the last updated first",
);
const HISTORY: Tool = Tool::new(
    "",
    "session_history",
    "pulse.read",
    "List ended sessions, the last ended first",
);
const CREATE: Tool = Tool::new(
    "pulse",
    "create_session",
    "pulse.write",
    "Begin a session; one of the same id is replaced",
);
const UPDATE: Tool = Tool::new(
    "pulse",
    "update_session",
    "pulse.write",
    "Report what a session does; what is left out stays as it was",
);

pub(super) fn tools() -> [Entry; 4] {
    [
        look(LIST, list),
        look(HISTORY, history),
        act(CREATE, create),
        act(UPDATE, update),
    ]
}

fn list(view: &mut View<'_>, _: &Caller, filter: SessionFilter) -> Outcome {
    let now = view.now;
    let tags: Vec<&str> = match filter.states.as_slice() {
        [] => WORDS.iter().map(|(_, word)| *word).map(SessionWord::as_str).collect(),
        states => states.iter().map(|word| word.as_str()).collect(),
    };
    let ended = SessionWord::Complete.as_str();
    let tags: Vec<&str> = tags
        .into_iter()
        .filter(|tag| filter.include_archived || *tag != ended)
        .collect();
    let mut sessions: Vec<Session> = Vec::new();
    // Of no part at all the list is empty, where a listing without tags would be the whole.
    if !tags.is_empty() {
        sessions = view.list(&Listing {
            owner: filter.program.as_ref().map(ProgramId::as_str),
            tags: &tags,
            limit: filter.limit + 1,
            ..Listing::default()
        })?;
    }
    let more = sessions.len() > filter.limit as usize;
    sessions.truncate(filter.limit as usize);
    let sessions: Vec<Value> = sessions.iter().map(|session| listed(session, now)).collect();
    Ok(json!({ "success": true, "count": sessions.len(), "sessions": sessions, "hasMore": more }))
}

/// Never complains about its limit.
fn history(view: &mut View<'_>, _: &Caller, HistoryLimit(limit): HistoryLimit) -> Outcome {
    let ended = [SessionWord::Complete.as_str()];
    let mut sessions: Vec<Session> = view.list(&Listing {
        tags: &ended,
        limit: limit + 1,
        ..Listing::default()
    })?;
    let more = sessions.len() > limit as usize;
    sessions.truncate(limit as usize);
    let sessions: Vec<Value> = sessions.iter().map(remembered).collect();
    Ok(json!({ "count": sessions.len(), "sessions": sessions, "hasMore": more }))
}

fn create(tx: &mut Tx<'_>, caller: &Caller, new: NewSession) -> Outcome {
    let id = match new.id {
        Some(id) => id,
        None => free_id(tx)?,
    };
    let existing: Option<Session> = tx.get(id.as_str())?;
    let owner = existing.map(|session| session.program);
    // Anyone may begin a session for anyone, but not replace one that is not theirs to write.
    if owner.is_some() && !may_write(tx, &caller.program, &id, owner.as_ref())? {
        return Ok(not_yours(caller, &id));
    }
    let program = match new.program {
        Some(program) => program,
        None => program_of_new(tx, &caller.program, &id)?,
    };
    let now = tx.now;
    let session = Session {
        id: id.clone(),
        name: new.name.clone(),
        status: new.status.unwrap_or_else(|| new.name.clone()),
        state: new.state,
        progress: new.progress,
        project: new.project,
        born_from_update: false,
        created_at: now,
        last_update: now,
        last_heartbeat: Some(now),
        heard_at: (program == caller.program).then_some(now),
        completed_at: (new.state == SessionWord::Complete).then_some(now),
        context_left: None,
        context_used: None,
        hand_off_required: false,
        program,
    };
    write(tx, &session, None, None, true)?;
    Ok(json!({ "success": true, "sessionId": id, "message": format!("Session created: \"{}\"", new.name) }))
}

fn update(tx: &mut Tx<'_>, caller: &Caller, report: Report) -> Outcome {
    let id = match report.id {
        Some(id) => id,
        None => match latest(tx, &caller.program)? {
            Some(session) => session.id,
            None => {
                return Ok(refused(
                    "No session to update: name one with sessionId, or create it first",
                ));
            }
        },
    };
    let existing: Option<Session> = tx.get(id.as_str())?;
    let owner = existing.as_ref().map(|session| session.program.clone());
    if !may_write(tx, &caller.program, &id, owner.as_ref())? {
        return Ok(not_yours(caller, &id));
    }
    let now = tx.now;
    let mut session = match existing {
        Some(session) => session,
        None => born(tx, caller, &id, &report.status)?,
    };
    session.status.clone_from(&report.status);
    session.state = report.state.unwrap_or(session.state);
    // The moment of its end is the first one, until the session goes on.
    session.completed_at = (session.state == SessionWord::Complete).then(|| session.completed_at.unwrap_or(now));
    session.progress = report.progress.or(session.progress);
    session.project = report.project.or(session.project);
    session.last_update = now;
    if report.heartbeat {
        session.last_heartbeat = Some(now);
    }
    if session.program == caller.program {
        session.heard_at = Some(now);
    }
    session.context_left = report.context_left.or(session.context_left);
    if report.context_left.is_some() || report.context_used.is_some() {
        session.context_used = report.context_used;
    }
    session.hand_off_required = report.hand_off_required.unwrap_or(session.hand_off_required);
    write(tx, &session, report.context_left, report.context_used, report.heartbeat)?;
    let message = format!("Status updated: \"{}\"", report.status);
    Ok(json!({ "success": true, "sessionId": id, "message": message }))
}

/// Writes the session and the point of its timeline.
fn write(tx: &mut Tx<'_>, session: &Session, left: Option<f64>, used: Option<f64>, heartbeat: bool) -> Stored<()> {
    tx.put(session)?;
    let point = Update {
        id: tx.new_id()?,
        session: session.id.clone(),
        program: session.program.clone(),
        at: session.last_update,
        status: session.status.clone(),
        state: session.state,
        progress: session.progress,
        context_left: left,
        context_used: used,
        heartbeat,
    };
    tx.put(&point)
}

/// A session that nobody created.
fn born(tx: &mut Tx<'_>, caller: &Caller, id: &SessionId, status: &str) -> Stored<Session> {
    let now = tx.now;
    Ok(Session {
        id: id.clone(),
        program: program_of_new(tx, &caller.program, id)?,
        name: status.to_owned(),
        status: status.to_owned(),
        state: SessionWord::Working,
        progress: None,
        project: None,
        born_from_update: true,
        created_at: now,
        last_update: now,
        last_heartbeat: None,
        heard_at: None,
        completed_at: None,
        context_left: None,
        context_used: None,
        hand_off_required: false,
    })
}

/// The live session that a program wrote last.
fn latest(view: &mut View<'_>, program: &ProgramId) -> Stored<Option<Session>> {
    let live = ["working", "blocked", "pinned"];
    let newest = Listing {
        owner: Some(program.as_str()),
        tags: &live,
        limit: 1,
        ..Listing::default()
    };
    Ok(view.list(&newest)?.pop())
}

/// An ordinary program writes its own sessions: those recorded as its own, and those whose id speaks of it.
fn may_write(view: &mut View<'_>, caller: &ProgramId, id: &SessionId, owner: Option<&ProgramId>) -> Stored<bool> {
    if may_write_any_session(caller) || owner == Some(caller) {
        return Ok(true);
    }
    // An id that speaks of nobody, and nobody's session yet: whoever reports it begins it as their own.
    Ok(spoken_of(view, id)?.map_or(owner.is_none(), |program| program == *caller))
}

/// The program that an id speaks of: `builder-prod.t1` means `builder-prod` if there is such a program, else `builder`.
fn spoken_of(view: &mut View<'_>, id: &SessionId) -> Stored<Option<ProgramId>> {
    let Some((whole, short)) = programs_in_id(id) else {
        return Ok(None);
    };
    let known = view.has::<Program>(whole.as_str())? || has_sessions(view, &whole)?;
    Ok(Some(if known { whole } else { short }))
}

/// The program of a session whose creator named none.
fn program_of_new(view: &mut View<'_>, caller: &ProgramId, id: &SessionId) -> Stored<ProgramId> {
    let spoken_of = spoken_of(view, id)?.filter(|program| !program.as_str().is_empty());
    Ok(spoken_of.unwrap_or_else(|| caller.clone()))
}

/// `session_<milliseconds>`, of the first millisecond from now on that no session has taken.
fn free_id(view: &mut View<'_>) -> Stored<SessionId> {
    let mut millis = view.now.as_millis();
    loop {
        let id = format!("session_{millis}");
        if !view.has::<Session>(&id)? {
            return Ok(SessionId::new(id));
        }
        millis += 1;
    }
}

/// Which sessions to list.
struct SessionFilter {
    /// Empty: all.
    states: Vec<SessionWord>,
    program: Option<ProgramId>,
    include_archived: bool,
    limit: u32,
}

/// A session to begin.
struct NewSession {
    /// `None`: the server makes one from the time.
    id: Option<SessionId>,
    program: Option<ProgramId>,
    name: String,
    status: Option<String>,
    state: SessionWord,
    progress: Option<f64>,
    project: Option<String>,
}

/// What an agent reports of a session; `None` says nothing about it.
struct Report {
    /// `None`: the one that the caller wrote last.
    id: Option<SessionId>,
    status: String,
    state: Option<SessionWord>,
    progress: Option<f64>,
    project: Option<String>,
    heartbeat: bool,
    context_left: Option<f64>,
    context_used: Option<f64>,
    hand_off_required: Option<bool>,
}

struct HistoryLimit(u32);

impl FromFields for HistoryLimit {
    fn read(fields: &mut Fields<'_>) -> Self {
        HistoryLimit(match fields.lenient_whole("limit") {
            None | Some(0) => 20,
            Some(asked) => asked.clamp(1, 100) as u32,
        })
    }
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
        let id = fields.id("sessionId", SESSION_ID);
        let program = fields.id("programId", PROGRAM_ID);
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

impl FromFields for Report {
    fn read(fields: &mut Fields<'_>) -> Self {
        let status = fields.required_text("status", STATUS);
        let id = fields.id("sessionId", SESSION_ID).map(SessionId::new);
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
        Report {
            id,
            status,
            state,
            progress,
            project,
            heartbeat,
            context_left,
            context_used,
            hand_off_required,
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

pub(crate) fn listed(session: &Session, now: Timestamp) -> Value {
    let ended = session.state == SessionWord::Complete;
    let age = now.since(session.last_update);
    let stale = !ended && age > STALE_AFTER;
    let mut row = Map::new();
    row.insert("sessionId".into(), session.id.as_str().into());
    row.insert("name".into(), session.name.as_str().into());
    row.insert("programId".into(), session.program.as_str().into());
    row.insert("status".into(), session.status.as_str().into());
    row.insert("state".into(), session.state.lifecycle().into());
    row.insert(
        "effectiveState".into(),
        if stale { "stale" } else { session.state.lifecycle() }.into(),
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

fn remembered(session: &Session) -> Value {
    let lasted = session
        .completed_at
        .map(|end| end.since(session.created_at).as_millis());
    json!({
        "sessionId": session.id,
        "name": session.name,
        "programId": session.program,
        "status": session.status,
        "state": session.state.lifecycle(),
        "progress": number_or_null(session.progress),
        "projectName": session.project,
        "durationMs": lasted,
        // Rounded half up, as the hosted server rounds.
        "durationMinutes": lasted.map(|millis| (millis + 30_000).div_euclid(60_000)),
        "createdAt": iso(session.created_at),
        "completedAt": iso_or_null(session.completed_at),
    })
}
