//! Whether something that was sent arrived, told from what the server shows now: for what it takes no idempotency key of,
//! or has forgotten the key (trap T5).

use std::ops::RangeInclusive;

use super::KeyCase;
use super::draining::LONGEST_REQUEST;
use crate::api::{Client, Error, QuestionOf, SessionsQuery, TasksQuery};
use crate::domain::{Action, ApiKey, KeyHash, Message, OutboxEntry, ProgramId, Span, Timestamp, program_of_session_id};
use crate::wire::Field;

/// How far two clocks, or a clock and its correction, may be apart.
const MARGIN: Span = Span::from_mins(2);

/// The same for two statements of the server's own clock, of which one may be in whole seconds. What is the same but older
/// is another one: taken for this, an action would be lost without a word.
const OWN_MARGIN: Span = Span::from_secs(2);

/// Copies of a message to a group are made within this.
const TOGETHER: Span = Span::from_secs(1);

/// The most rows that one of the server's lists has.
const PAGE: u32 = 50;

/// What a look found.
pub(super) enum Found {
    /// It did not arrive, as far as can be seen.
    Nothing,
    /// It is done.
    Effect,
    /// The key that was asked for, which is kept here.
    Issued(KeyHash),
    /// A key that was made for this, and whose answer was lost.
    Unseen(KeyHash),
}

/// Looks for the effect of an entry. `offset`: how far the server's clock is ahead.
pub(super) async fn look(
    client: &Client,
    entry: &OutboxEntry,
    own: Option<&ProgramId>,
    keys: &dyn KeyCase,
    offset: Span,
) -> Result<Found, Error> {
    let margin = if entry.heard_before.is_some() {
        OWN_MARGIN
    } else {
        MARGIN
    };
    let from = entry.sent_not_before(offset).minus(margin);
    let is_there = match &entry.action {
        Action::CreateKey { .. } | Action::RotateKey { .. } => {
            let until = entry.sent_at(offset).plus(LONGEST_REQUEST).plus(MARGIN);
            return look_for_key(client, entry, keys, from..=until).await;
        }
        action => look_for_effect(client, action, own, from).await?,
    };
    Ok(if is_there { Found::Effect } else { Found::Nothing })
}

async fn look_for_effect(
    client: &Client,
    action: &Action,
    own: Option<&ProgramId>,
    from: Timestamp,
) -> Result<bool, Error> {
    let since = |at: Option<Timestamp>| at.is_some_and(|at| at >= from);
    match action {
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
        // What is looked for there is the key.
        Action::CreateKey { .. } | Action::RotateKey { .. } => Ok(false),
    }
}

/// Whether a key was made, and whether it is here.
async fn look_for_key(
    client: &Client,
    entry: &OutboxEntry,
    keys: &dyn KeyCase,
    then: RangeInclusive<Timestamp>,
) -> Result<Found, Error> {
    let rows = client.keys(true).await?.value;
    let is_new = |row: &&ApiKey| row.active && row.created_at.is_some_and(|at| then.contains(&at));
    // Whoever asked with it has it.
    let is_unused = |row: &&ApiKey| row.last_used_at.is_none();
    match &entry.action {
        Action::CreateKey { key, instead_of } => {
            let like_it = |row: &&ApiKey| row.program == key.program && row.label == key.label;
            let made = rows
                .iter()
                .filter(is_new)
                .filter(like_it)
                .filter(|row| Some(&row.hash) != instead_of.as_ref());
            let came = |row: &ApiKey| tokio::task::block_in_place(|| keys.came_at(&row.hash));
            let mut found = Found::Nothing;
            for row in made {
                match came(row) {
                    None if !is_unused(&row) => {}
                    None => return Ok(Found::Unseen(row.hash.clone())),
                    // One that was here before is of an earlier wish.
                    Some(at) if entry.first_sent_at.is_some_and(|sent| at <= sent) => {}
                    Some(_) => found = Found::Issued(row.hash.clone()),
                }
            }
            Ok(found)
        }
        Action::RotateKey { key } => {
            // What it replaces is listed as if nothing had happened until its last 30 s are over.
            let old = rows.iter().find(|row| row.hash == *key);
            let made = rows.iter().filter(is_new).filter(|row| row.hash != *key);
            let made = made.filter(|row| old.is_some_and(|old| row.program == old.program && row.label == old.label));
            let made: Vec<_> = made.collect();
            // The account's own may be another by now that a person put there.
            let own = tokio::task::block_in_place(|| keys.own());
            if let Some(own) = made.iter().find(|row| Some(&row.hash) == own.as_ref()) {
                return Ok(Found::Issued(own.hash.clone()));
            }
            let newest = made.into_iter().filter(is_unused).max_by_key(|row| row.created_at);
            Ok(newest.map_or(Found::Nothing, |row| Found::Unseen(row.hash.clone())))
        }
        _ => Ok(Found::Nothing),
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
