//! Random replies of a small fleet: few names, so that sessions come back, move and end.

use proptest::prelude::*;

use crate::domain::{
    Action, Alert, ApiKey, AskedQuestion, ContextEdit, ContextEntry, ContextLeft, ContextSummary, EndedSession,
    FleetProgram, KeyHash, Message, MessageKind, NewMessage, Offers, ProgramId, ProgramState, Progress, ReportedState,
    Session, SessionId, SessionUpdate, Span, Task, Timestamp,
};
use crate::sync::{EndedRead, FleetRead, KeysRead, ListRead, MessagesRead, Remote, SessionsRead, StateRead};

pub(super) const START: Timestamp = Timestamp::from_millis(1_795_435_200_000);

pub(super) fn after(seconds: i64) -> Timestamp {
    START.plus(Span::from_secs(seconds))
}

fn program() -> impl Strategy<Value = ProgramId> {
    prop::sample::select(vec!["builder", "reviewer", "s1"]).prop_map(ProgramId::from)
}

fn session_id() -> impl Strategy<Value = SessionId> {
    prop::sample::select(vec!["builder.a", "builder.b", "reviewer.a", "s1", "s2"]).prop_map(SessionId::from)
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    prop::option::weighted(0.8, (0_i64..120).prop_map(after))
}

fn word() -> impl Strategy<Value = ReportedState> {
    prop::sample::select(vec![None, Some("active"), Some("blocked"), Some("melting")])
        .prop_map(|word| ReportedState::new(word.map(str::to_owned)))
}

fn progress() -> impl Strategy<Value = Progress> {
    prop::sample::select(vec![
        Progress::NotReported,
        Progress::Reported(0.0),
        Progress::Reported(45.5),
        Progress::Reported(100.0),
    ])
}

prop_compose! {
    fn session()(
        id in session_id(), program in program(), program_derived in any::<bool>(), state in word(),
        progress in progress(), last_update in time(), last_heartbeat in time(), archived in prop::bool::weighted(0.1),
    ) -> Session {
        let program = if program_derived { crate::domain::program_of_session_id(&id) } else { program };
        Session {
            id, program, program_derived, name: Some("name".to_owned()), status: None, state, progress, project: None,
            last_update, last_heartbeat, archived, hand_off_required: false, context_left: ContextLeft::NotReported,
        }
    }
}

prop_compose! {
    fn ended()(id in session_id(), program in program(), progress in progress(), created_at in time(), completed_at in time())
        -> EndedSession {
        EndedSession {
            id, program, program_derived: false, name: None, status: None,
            state: ReportedState::new(Some("done".to_owned())), progress, project: None, created_at, completed_at,
        }
    }
}

prop_compose! {
    fn fleet_row()(
        program in program(), session in prop::option::of(session_id()), last_heartbeat in time(),
        word in prop::sample::select(vec![None, Some("working"), Some("pinned")]),
    ) -> FleetProgram {
        FleetProgram {
            program, state: None, last_reported_state: word.map(str::to_owned), session, last_heartbeat,
            pending_messages: 0, pending_tasks: 0, context_left: ContextLeft::NotReported, hand_off_required: false,
        }
    }
}

fn context() -> impl Strategy<Value = ContextSummary> {
    prop::sample::select(vec!["", "first", "second"]).prop_map(|notes| ContextSummary {
        hand_off_notes: notes.to_owned(),
        ..ContextSummary::default()
    })
}

fn entries() -> impl Strategy<Value = Vec<ContextEntry>> {
    prop::collection::vec(context(), 0..3).prop_map(|contexts| {
        let entry = |(number, context)| ContextEntry {
            id: format!("{number}"),
            at: Some(after(number)),
            context,
            session: None,
            updated_by: None,
        };
        (0_i64..).zip(contexts).map(entry).collect()
    })
}

prop_compose! {
    fn state(at: i64)(
        program in program(), exists in any::<bool>(), context in prop::option::of(context()), written in time(),
        history in prop::option::of(entries()), unread in prop::bool::weighted(0.1),
    ) -> StateRead {
        let state = ProgramState {
            program: program.clone(), exists, version: Some(1), last_updated_by: None, last_updated_at: written,
            session: None, context, learned_patterns: None, config: None, baselines: None, decay: None,
        };
        StateRead { program, at: after(at), history, state: (!unread).then_some(state) }
    }
}

prop_compose! {
    fn question()(
        id in prop::sample::select(vec!["q1", "q2", "q3"]), asker in prop::option::of(program()),
        text in prop::sample::select(vec!["Deploy?", "Colour?"]), waits in prop::bool::weighted(0.8), asked_at in time(),
    ) -> AskedQuestion {
        AskedQuestion {
            id: id.into(), asker, text: text.to_owned(), cut: false, options: Vec::new(), context: None, priority: None,
            status: Some(if waits { "created" } else { "done" }.to_owned()), asked_at, thread: None,
        }
    }
}

prop_compose! {
    fn task()(
        id in prop::sample::select(vec!["t1", "t2", "t3"]), kind in prop::sample::select(vec!["task", "question"]),
        instructions in prop::option::weighted(0.3, Just("Do it.".to_owned())),
        status in prop::sample::select(vec!["created", "active"]), created_at in time(),
    ) -> Task {
        Task {
            id: id.into(), kind: Some(kind.to_owned()), title: "title".to_owned(), instructions, action: None,
            priority: None, status: Some(status.to_owned()), source: None, target: None, project: None, thread: None,
            created_at, expires_at: None, claimed_by: None, claimed_at: None, completed_at: None, completed_status: None,
            result: None,
        }
    }
}

prop_compose! {
    fn alert()(
        id in prop::sample::select(vec!["a1", "a2"]), text in prop::sample::select(vec!["Disk full", "Done"]),
        created_at in time(),
    ) -> Alert {
        Alert {
            id: id.into(), kind: None, text: text.to_owned(), source: None, session: None, priority: None, context: None,
            created_at, expires_at: None,
        }
    }
}

prop_compose! {
    fn message()(
        id in prop::sample::select(vec!["m1", "m2", "m3"]), source in program(), target in program(),
        status in prop::sample::select(vec!["pending", "delivered"]), delivered_at in time(),
    ) -> Message {
        Message {
            id: id.into(), source: Some(source.into_string()), target: Some(target.into_string()), kind: None,
            text: "text".to_owned(), status: Some(status.to_owned()), priority: None, action: None, context: None,
            thread: None, reply_to: None, created_at: None, delivered_at, expires_at: None,
        }
    }
}

prop_compose! {
    fn messages(at: i64)(
        program in program(), rows in prop::collection::vec(message(), 0..4), whole in any::<bool>(),
    ) -> MessagesRead {
        MessagesRead { program, at: after(at), rows, whole }
    }
}

prop_compose! {
    fn key()(hash in prop::sample::select(vec!["k1", "k2"]), program in program(), active in any::<bool>()) -> ApiKey {
        ApiKey {
            hash: KeyHash::from(hash), program, label: "label".to_owned(), capabilities: Vec::new(), active,
            created_at: None, last_used_at: None, revoked_at: None,
        }
    }
}

/// Keys with distinct hashes: the list of them has no pages.
fn key_rows() -> impl Strategy<Value = Vec<ApiKey>> {
    prop::collection::vec(key(), 0..3).prop_map(|rows| {
        let unique: std::collections::BTreeMap<_, _> = rows.into_iter().map(|row| (row.hash.clone(), row)).collect();
        unique.into_values().collect()
    })
}

/// What a person asks for of a row of this fleet, known here or not.
pub(super) fn action() -> impl Strategy<Value = Action> {
    let one_of = |ids: [&'static str; 3]| prop::sample::select(ids.to_vec());
    let edit = |text: &str| ContextEdit::HandOffNotes(text.to_owned());
    prop_oneof![
        one_of(["q1", "q2", "q3"]).prop_map(|id| Action::AnswerQuestion {
            question: id.into(),
            response: "Yes.".to_owned()
        }),
        one_of(["t1", "t2", "t3"]).prop_map(|id| Action::ClaimTask { task: id.into() }),
        one_of(["t1", "t2", "t3"]).prop_map(|id| Action::CompleteTask {
            task: id.into(),
            succeeded: true,
            result: String::new(),
        }),
        one_of(["k1", "k2", "k3"]).prop_map(|hash| Action::RevokeKey {
            key: KeyHash::from(hash)
        }),
        session_id().prop_map(|session| Action::UpdateSession(SessionUpdate {
            session,
            status: "Go on".to_owned(),
            state: None,
            progress: Progress::NotReported,
        })),
        program().prop_map(move |program| Action::EditContext {
            program,
            edit: edit("new"),
            seen: edit("")
        }),
        program().prop_map(|program| Action::SendMessage(NewMessage {
            to: program.into_string(),
            text: "Go on".to_owned(),
            kind: MessageKind::Directive,
            replies_to: None,
        })),
    ]
}

/// Rows with distinct programs: fleet health has one of each.
fn fleet_rows() -> impl Strategy<Value = Vec<FleetProgram>> {
    prop::collection::vec(fleet_row(), 0..4).prop_map(|rows| {
        let unique: std::collections::BTreeMap<_, _> = rows.into_iter().map(|row| (row.program.clone(), row)).collect();
        unique.into_values().collect()
    })
}

/// One state of each program at most.
fn states(at: i64) -> impl Strategy<Value = Vec<StateRead>> {
    prop::collection::vec(state(at), 0..3).prop_map(|reads| {
        let unique: std::collections::BTreeMap<_, _> =
            reads.into_iter().map(|read| (read.program.clone(), read)).collect();
        unique.into_values().collect()
    })
}

/// History rows with distinct ids.
fn ended_rows() -> impl Strategy<Value = Vec<EndedSession>> {
    prop::collection::vec(ended(), 0..4).prop_map(|rows| {
        let unique: std::collections::BTreeMap<_, _> = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        unique.into_values().collect()
    })
}

prop_compose! {
    /// One refresh, heard so many seconds after the start.
    pub(super) fn remote(at: i64)(
        sessions in prop::option::weighted(0.9, (prop::collection::vec(session(), 0..8), any::<bool>())),
        fleet in prop::option::weighted(0.7, fleet_rows()),
        ended in prop::option::weighted(0.4, ended_rows()),
        states in states(at),
        keys in prop::option::weighted(0.4, (key_rows(), any::<bool>())),
        offers in prop::option::weighted(0.3, any::<bool>().prop_map(|questions| Offers { questions, ..Offers::default() })),
        questions in prop::option::weighted(0.6, (prop::collection::vec(question(), 0..5), any::<bool>())),
        tasks in prop::option::weighted(0.6, (prop::collection::vec(task(), 0..5), any::<bool>())),
        alerts in prop::option::weighted(0.6, (prop::collection::vec(alert(), 0..4), any::<bool>())),
        opened in prop::collection::vec(task(), 0..2),
        messages in prop::collection::vec(messages(at), 0..3),
        sent in prop::option::weighted(0.5, prop::collection::vec(message(), 0..3)),
    ) -> Remote {
        Remote {
            sessions: sessions.map(|(rows, whole)| SessionsRead { at: after(at), rows, whole }),
            fleet: fleet.map(|rows| FleetRead { at: after(at), rows, whole: true }),
            ended: ended.map(|rows| EndedRead { at: after(at), rows }),
            states,
            keys: keys.map(|(rows, whole)| KeysRead { at: after(at), rows, whole }),
            offers,
            questions: questions.map(|(rows, whole)| ListRead { at: after(at), rows, whole }),
            tasks: tasks.map(|(rows, whole)| ListRead { at: after(at), rows, whole }),
            alerts: alerts.map(|(rows, whole)| ListRead { at: after(at), rows, whole }),
            opened,
            messages,
            sent,
            groups: None,
            cost: None,
            looked_up: Vec::new(),
            transports: Vec::new(),
        }
    }
}
