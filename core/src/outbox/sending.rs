//! One attempt: from an action to the calls that carry it out.

use super::course::Remembers;
use super::sending::Sent::{Changed, Done};
use crate::api::{
    AnswerTo, ClaimTaskOf, Client, CompleteTaskOf, CreateTaskFor, Error, Keyed, Refusal, RevokeKeyOf, SendMessageTo,
    UpdateSessionOf, UpdateStateOf,
};
use crate::domain::{
    Action, ActionId, ContextEdit, ContextSummary, IssuedKey, KeyHash, NewKey, OutboxEntry, ProgramId, Progress,
    RejectedReason, SessionState, SessionUpdate, Timestamp,
};
use crate::wire::{self, Field};

/// Who completes a task over this device; the server wants to be told a model and its provider.
const MODEL: &str = "person";
const PROVIDER: &str = "companion";

/// What came of an attempt that was answered and not refused.
pub(super) enum Sent {
    /// It is done.
    Done {
        /// The server's id of what was made, where it says.
        made: Option<String>,
        /// Server time.
        at: Option<Timestamp>,
    },
    /// Nothing was sent, because this is what is there now.
    Changed(ContextEdit),
    /// A key was made. This is its only copy.
    Issued(IssuedKey),
}

/// Carries an action out.
pub(super) async fn send(
    client: &Client,
    entry: &OutboxEntry,
    own: Option<&ProgramId>,
    remembers: Remembers,
) -> Result<Sent, Error> {
    let key = &entry.id;
    match &entry.action {
        Action::SendMessage(message) => {
            let call = SendMessageTo(wire::SendMessage {
                source: Field::or_absent(own.map(|own| own.as_str().to_owned())),
                target: message.to.clone().into(),
                message: message.text.clone().into(),
                message_type: message.kind.as_str().to_owned().into(),
            });
            let reply = client.send(&Keyed { call, key }).await?;
            Ok(Done {
                made: reply.value.message_id.into_option(),
                at: reply.server_time,
            })
        }
        Action::AnswerQuestion { question, response } => {
            let body = wire::AnswerQuestion {
                response: response.clone().into(),
            };
            done(client, entry, AnswerTo(question.clone(), body)).await
        }
        Action::CreateTask(task) => {
            let call = CreateTaskFor(wire::CreateTask {
                title: task.title.clone().into(),
                target: task.to.clone().into(),
                instructions: Field::or_absent(Some(task.instructions.clone()).filter(|text| !text.is_empty())),
            });
            let reply = client.send(&Keyed { call, key }).await?;
            Ok(Done {
                made: reply.value.task_id.into_option(),
                at: reply.server_time,
            })
        }
        Action::ClaimTask { task } => done(client, entry, ClaimTaskOf(task.clone())).await,
        Action::CompleteTask {
            task,
            succeeded,
            result,
        } => {
            let word = if *succeeded { "SUCCESS" } else { "FAILED" };
            let body = wire::CompleteTask {
                completed_status: word.to_owned().into(),
                result: Field::or_absent(Some(result.clone()).filter(|text| !text.is_empty())),
                model: MODEL.to_owned().into(),
                provider: PROVIDER.to_owned().into(),
            };
            done(client, entry, CompleteTaskOf(task.clone(), body)).await
        }
        Action::EditContext { program, edit, seen } => {
            let there = part_there(client, program, edit).await?;
            if there == *edit {
                return Ok(Done { made: None, at: None });
            }
            if there != *seen {
                return Ok(Changed(there));
            }
            done(client, entry, UpdateStateOf(program.clone(), only(edit))).await
        }
        Action::UpdateSession(update) => {
            let call = UpdateSessionOf(update.session.clone(), with_what_was_last(update));
            done(client, entry, call).await
        }
        Action::RevokeKey { key } => {
            let reply = client.send(&RevokeKeyOf(key.clone())).await?;
            Ok(Done {
                made: None,
                at: reply.server_time,
            })
        }
        Action::CreateKey { key, instead_of } => create(client, entry, key, instead_of.as_ref(), remembers).await,
        Action::RotateKey { .. } => {
            let reply = match remembers {
                Remembers::Everything => client.rotate_key_once(key).await,
                Remembers::Messages => client.rotate_key().await,
            };
            Ok(Sent::Issued(reply?.value))
        }
    }
}

/// Makes a key; one that nobody has seen is revoked first, so that nothing opens with it.
async fn create(
    client: &Client,
    entry: &OutboxEntry,
    key: &NewKey,
    instead_of: Option<&KeyHash>,
    remembers: Remembers,
) -> Result<Sent, Error> {
    if let Some(unseen) = instead_of {
        let rows = client.keys(true).await?.value;
        // Whoever asked with it meanwhile has it.
        let is_used = rows.iter().any(|row| row.hash == *unseen && row.last_used_at.is_some());
        if is_used {
            return Err(Error::Refused(Refusal::Reason(RejectedReason::ChangedSince)));
        }
        match client.revoke_key(unseen).await {
            Ok(_) | Err(Error::Refused(Refusal::NotFound)) => {}
            Err(error) => return Err(error),
        }
    }
    let reply = match remembers {
        // The name of the first attempt is taken by the key that nobody has seen.
        Remembers::Everything => {
            let again = instead_of.map(|unseen| ActionId::new(format!("{}-{:.8}", entry.id.as_str(), unseen.as_str())));
            client.create_key_once(key, again.as_ref().unwrap_or(&entry.id)).await
        }
        Remembers::Messages => client.create_key(key).await,
    };
    Ok(Sent::Issued(reply?.value))
}

async fn done<C: crate::api::Call>(client: &Client, entry: &OutboxEntry, call: C) -> Result<Sent, Error> {
    let reply = client.send(&Keyed { call, key: &entry.id }).await?;
    Ok(Done {
        made: None,
        at: reply.server_time,
    })
}

/// The part of a program's context that an edit is about, as the server has it now.
pub(super) async fn part_there(client: &Client, program: &ProgramId, edit: &ContextEdit) -> Result<ContextEdit, Error> {
    let state = client.program_state(program).await?.value;
    let context = state.context.filter(|_| state.exists).unwrap_or_default();
    Ok(part_of(&context, edit))
}

/// The part of a context that an edit is about.
fn part_of(context: &ContextSummary, edit: &ContextEdit) -> ContextEdit {
    match edit {
        ContextEdit::HandOffNotes(_) => ContextEdit::HandOffNotes(context.hand_off_notes.clone()),
        ContextEdit::OpenQuestions(_) => ContextEdit::OpenQuestions(context.open_questions.clone()),
    }
}

/// Only the part that changed: the server merges one level deep, so the others stay as they are.
fn only(edit: &ContextEdit) -> wire::UpdateState {
    let context = match edit {
        ContextEdit::HandOffNotes(notes) => wire::StateContext {
            handoff_notes: notes.clone().into(),
            ..wire::StateContext::default()
        },
        ContextEdit::OpenQuestions(questions) => wire::StateContext {
            open_questions: questions.clone().into(),
            ..wire::StateContext::default()
        },
    };
    wire::UpdateState {
        context_summary: context.into(),
        ..wire::UpdateState::default()
    }
}

/// With the last real state and progress, since the hosted server resets both where they are left out (trap T10).
fn with_what_was_last(update: &SessionUpdate) -> wire::UpdateSession {
    let state = match &update.state {
        Some(SessionState::Blocked | SessionState::BlockedOrPinned) => "blocked",
        Some(SessionState::Pinned) => "pinned",
        Some(SessionState::Complete) => "complete",
        // The server takes no other word.
        Some(SessionState::Working | SessionState::Other(_)) | None => "working",
    };
    let progress = match update.progress {
        Progress::Reported(number) => serde_json::Number::from_f64(number),
        Progress::NotReported => None,
    };
    wire::UpdateSession {
        status: update.status.clone().into(),
        state: state.to_owned().into(),
        progress: Field::or_absent(progress),
        ..wire::UpdateSession::default()
    }
}
