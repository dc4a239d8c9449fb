//! Whether something that was sent arrived, told from what the server shows now: for what it takes no idempotency key of,
//! or has forgotten the key (trap T5).

use crate::api::{Client, Error, QuestionOf, SessionsQuery, TasksQuery};
use crate::domain::{Action, Message, OutboxEntry, ProgramId, Span, Timestamp, program_of_session_id};
use crate::wire::Field;

/// How far two clocks, or a clock and its correction, may be apart.
const MARGIN: Span = Span::from_mins(2);

/// Copies of a message to a group are made within this.
const TOGETHER: Span = Span::from_secs(1);

/// The most rows that one of the server's lists has.
const PAGE: u32 = 50;

/// Looks for the effect of an entry that was sent no earlier than a moment of the server's clock.
pub(super) async fn look(
    client: &Client,
    entry: &OutboxEntry,
    own: Option<&ProgramId>,
    sent_at: Timestamp,
) -> Result<bool, Error> {
    let since = |at: Option<Timestamp>| at.is_some_and(|at| at >= sent_at.minus(MARGIN));
    match &entry.action {
        Action::SendMessage(message) => {
            let rows = client.sent_messages(Some(PAGE)).await?.value;
            Ok(rows.iter().any(|row| {
                let is_theirs = row.target.as_deref() == Some(message.to.as_str());
                row.text == message.text && since(row.created_at) && (is_theirs || is_copy(row, &rows))
            }))
        }
        Action::AnswerQuestion { question, response } => {
            let found = client.send(&QuestionOf(question.clone())).await?.value.question;
            Ok(found
                .get()
                .is_some_and(|found| found.answered == Field::Value(true) && found.response.get() == Some(response)))
        }
        Action::CreateTask(task) => {
            let query = TasksQuery {
                status: Some("all".to_owned()),
                target: Some(ProgramId::from(task.to.as_str())),
                limit: Some(PAGE),
                ..TasksQuery::default()
            };
            let rows = client.tasks(&query).await?.value.rows;
            Ok(rows.iter().any(|row| row.title == task.title && since(row.created_at)))
        }
        Action::ClaimTask { task } => {
            let found = client.task(task).await?.value;
            let is_ours = found
                .claimed_by
                .zip(own)
                .is_some_and(|(by, own)| by == own.as_str() || by.starts_with(&format!("{own}.")));
            Ok(found.status.as_deref() == Some("active") && is_ours)
        }
        Action::CompleteTask { task, .. } => Ok(client.task(task).await?.value.status.as_deref() == Some("done")),
        Action::EditContext { program, edit, .. } => {
            Ok(super::sending::part_there(client, program, edit).await? == *edit)
        }
        Action::UpdateSession(update) => {
            let query = SessionsQuery {
                program: Some(program_of_session_id(&update.session)),
                limit: Some(PAGE),
                include_archived: true,
                ..SessionsQuery::default()
            };
            let rows = client.sessions(&query).await?.value;
            Ok(rows
                .iter()
                .any(|row| row.id == update.session && row.status.as_deref() == Some(update.status.as_str())))
        }
        Action::RevokeKey { key } => {
            let keys = client.keys(true).await?.value;
            Ok(keys
                .iter()
                .any(|row| row.hash == *key && (!row.active || row.revoked_at.is_some())))
        }
    }
}

/// A message to a group is listed once for each of its members, under their names: the same text at the same moment to
/// several.
fn is_copy(row: &Message, rows: &[Message]) -> bool {
    rows.iter()
        .filter(|other| other.text == row.text && other.target != row.target)
        .filter_map(|other| other.created_at.zip(row.created_at))
        .any(|(a, b)| a.since(b).max(b.since(a)) < TOGETHER)
}
