//! What waits for someone: fetched, looked at, marked as read. Fetching takes, so nobody but those who oversee programs may
//! fetch what is for another one.

use cachebash_core::domain::{ProgramId, SessionId, Timestamp};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::records::{
    Alert, EVERYONE, Letter, Message, MessageType, MessageWord, Priority, Session, USER, knows_program, look_through,
};
use crate::refusal::{Refusal, refused};
use crate::rules::access::{oversees, programs_in_id};
use crate::rules::validation::{Fields, FromFields};
use crate::store::{Listing, Stored, Tx, View};
use crate::tools::Outcome;

const SESSION_ID: usize = 100;

/// How many are handed out at once.
const AT_ONCE: usize = 100;
/// Among how many of each target the most urgent are sought.
const SOUGHT: usize = 1_000;
/// How many unread ones are listed.
const UNREAD: usize = 100;

const DRAINED: [&str; 1] = [MessageWord::Pending.as_str()];
const WITH_DELIVERED: [&str; 2] = [MessageWord::Pending.as_str(), MessageWord::Delivered.as_str()];

/// Hands out what waits.
pub(super) fn get(tx: &mut Tx<'_>, caller: &Caller, asked: Asked) -> Outcome {
    let now = tx.now;
    let mut waiting = match waiting(tx, caller, &asked)? {
        Ok(waiting) => waiting,
        Err(sentence) => return Ok(refused(sentence)),
    };
    if asked.mark {
        for letter in &mut waiting.letters {
            match letter {
                Either::Message(message) => hand_out(tx, message, now)?,
                Either::Alert(alert) => hand_out(tx, alert, now)?,
            }
        }
    }
    Ok(waiting.told(asked.mark))
}

fn hand_out<L: Letter>(tx: &mut Tx<'_>, letter: &mut L, now: Timestamp) -> Stored<()> {
    if letter.message_mut().hand_out(now) {
        tx.put(letter)?;
    }
    Ok(())
}

/// Shows what waits.
pub(super) fn peek(view: &mut View<'_>, caller: &Caller, Peeked(asked): Peeked) -> Outcome {
    let asked = asked.of(caller);
    Ok(match waiting(view, caller, &asked)? {
        Ok(waiting) => waiting.told(false),
        Err(sentence) => refused(sentence),
    })
}

/// Lists what nobody fetched yet, as it is stored. It has never said whether it succeeded.
pub(super) fn unread(view: &mut View<'_>, caller: &Caller, Target(target): Target) -> Outcome {
    let target = target.unwrap_or_else(|| caller.program.to_string());
    if is_anothers(view, caller, &target)? {
        return Ok(refused(not_yours(caller, &target)));
    }
    let newest = Listing {
        owner: Some(&target),
        tags: &DRAINED,
        ..Listing::default()
    };
    let mut documents = Vec::new();
    if target == USER {
        documents.extend(unread_of::<Alert>(view, &newest)?);
    } else {
        documents.extend(unread_of::<Message>(view, &newest)?);
    }
    let more = documents.len() > UNREAD;
    documents.truncate(UNREAD);
    Ok(json!({ "count": documents.len(), "messages": documents, "hasMore": more }))
}

fn unread_of<L: Letter>(view: &mut View<'_>, newest: &Listing<'_>) -> Stored<Vec<Value>> {
    let waits = |letter: &L| letter.message().status == MessageWord::Pending;
    let letters = look_through(view, newest, UNREAD + 1, waits)?;
    Ok(letters.iter().map(|letter| letter.document(raw)).collect())
}

/// A moment as the hosted server stores it.
fn raw(at: Timestamp) -> Value {
    let millis = at.as_millis();
    json!({ "_seconds": millis.div_euclid(1_000), "_nanoseconds": millis.rem_euclid(1_000) * 1_000_000 })
}

/// Marks what there is of the ids. One that is gone, or is another's, is nobody's mistake and counts for nothing.
pub(super) fn mark_read(tx: &mut Tx<'_>, caller: &Caller, Ids(ids): Ids) -> Outcome {
    let ids = ids
        .filter(|ids| !ids.is_empty())
        .ok_or(Refusal::Unlisted("messageIds must be a non-empty array"))?;
    let mut updated = 0;
    let mut seen = std::collections::BTreeSet::new();
    for id in ids.iter().filter(|id| seen.insert(id.as_str())) {
        if let Some(message) = tx.get::<Message>(id)? {
            updated += u32::from(mark(tx, caller, message)?);
        } else if let Some(alert) = tx.get::<Alert>(id)? {
            updated += u32::from(mark(tx, caller, alert)?);
        }
    }
    Ok(json!({ "updated": updated }))
}

fn mark<L: Letter>(tx: &mut Tx<'_>, caller: &Caller, mut letter: L) -> Stored<bool> {
    let now = tx.now;
    letter.message_mut().settle(now);
    let message = letter.message();
    let over = matches!(message.status, MessageWord::Expired | MessageWord::DeadLettered);
    if over || is_anothers(tx, caller, &message.target.clone())? {
        return Ok(false);
    }
    if letter.message_mut().mark_read(&caller.program) {
        tx.put(&letter)?;
    }
    Ok(true)
}

/// What waits, and whether more does.
struct Waiting {
    letters: Vec<Either>,
    more: bool,
}

enum Either {
    Message(Message),
    Alert(Alert),
}

impl Either {
    fn message(&self) -> &Message {
        match self {
            Either::Message(message) => message,
            Either::Alert(alert) => &alert.message,
        }
    }

    fn as_interrupt(&self) -> Value {
        match self {
            Either::Message(message) => message.as_interrupt(),
            Either::Alert(alert) => Letter::as_interrupt(alert),
        }
    }
}

impl Waiting {
    fn told(&self, fetched: bool) -> Value {
        let count = self.letters.len();
        let message = match (count, fetched) {
            (0, _) => "No pending messages".to_owned(),
            (_, true) => format!("{count} interrupt(s) from user"),
            (_, false) => format!("{count} message(s)"),
        };
        let interrupts: Vec<Value> = self.letters.iter().map(Either::as_interrupt).collect();
        json!({
            "success": true, "hasInterrupts": count > 0, "interrupts": interrupts, "message": message,
            "hasMore": self.more,
        })
    }
}

/// The most urgent of what waits for any of the targets that are meant, or why they may not be asked for.
fn waiting(view: &mut View<'_>, caller: &Caller, asked: &Asked) -> Stored<Result<Waiting, String>> {
    let mut targets = vec![asked.session.clone()];
    targets.extend(asked.target.clone());
    for target in &targets {
        if is_anothers(view, caller, target)? {
            return Ok(Err(not_yours(caller, target)));
        }
    }
    // A session is asked for what its program gets.
    targets.extend(program_of(view, &asked.session)?.map(ProgramId::into_string));
    targets.push(EVERYONE.to_owned());
    targets.sort();
    targets.dedup();
    let tags: &[&str] = if asked.delivered { &WITH_DELIVERED } else { &DRAINED };
    let mut letters = Vec::new();
    for target in &targets {
        let oldest = Listing {
            owner: Some(target),
            tags,
            ascending: true,
            ..Listing::default()
        };
        if target == USER {
            let alerts = look_through(view, &oldest, SOUGHT, |alert: &Alert| {
                asked.wants(&alert.message, caller)
            })?;
            letters.extend(alerts.into_iter().map(Either::Alert));
        }
        let messages = look_through(view, &oldest, SOUGHT, |message| asked.wants(message, caller))?;
        letters.extend(messages.into_iter().map(Either::Message));
    }
    letters.sort_by_cached_key(|letter| letter.message().urgency());
    let more = letters.len() > AT_ONCE;
    letters.truncate(AT_ONCE);
    Ok(Ok(Waiting { letters, more }))
}

/// Whether what is for that target is another's to fetch. A name that nobody has is no one's.
fn is_anothers(view: &mut View<'_>, caller: &Caller, target: &str) -> Stored<bool> {
    let own = caller.program.as_str();
    if oversees(&caller.program) || target == own || target == EVERYONE {
        return Ok(false);
    }
    if target == USER {
        return Ok(true);
    }
    if let Some(session) = view.get::<Session>(target)? {
        return Ok(session.program != caller.program);
    }
    if let Some((whole, short)) = programs_in_id(&SessionId::new(target)) {
        return Ok(whole != caller.program && short != caller.program);
    }
    knows_program(view, &ProgramId::from(target))
}

/// Whose session it is.
fn program_of(view: &mut View<'_>, session: &str) -> Stored<Option<ProgramId>> {
    if let Some(session) = view.get::<Session>(session)? {
        return Ok(Some(session.program));
    }
    let Some((whole, short)) = programs_in_id(&SessionId::new(session)) else {
        return Ok(None);
    };
    let known = knows_program(view, &whole)?;
    Ok(Some(if known { whole } else { short }))
}

fn not_yours(caller: &Caller, target: &str) -> String {
    format!(
        "Access denied: \"{}\" cannot read messages for \"{target}\"",
        caller.program
    )
}

/// Whose messages, which of them, and whether to take them.
pub(super) struct Asked {
    session: String,
    target: Option<String>,
    mark: bool,
    delivered: bool,
    message_type: Option<MessageType>,
    priority: Option<Priority>,
}

impl Asked {
    fn wants(&self, message: &Message, caller: &Caller) -> bool {
        let waits =
            message.status == MessageWord::Pending || (self.delivered && message.status == MessageWord::Delivered);
        waits
            && !message.read_by.contains(&caller.program)
            && self.message_type.is_none_or(|wanted| wanted == message.message_type)
            && self.priority.is_none_or(|wanted| wanted == message.priority)
    }
}

impl FromFields for Asked {
    fn read(fields: &mut Fields<'_>) -> Self {
        let session = fields.required_id("sessionId", SESSION_ID);
        Self::with(session, fields)
    }
}

impl Asked {
    fn with(session: String, fields: &mut Fields<'_>) -> Self {
        Self {
            session,
            target: fields.id("target", SESSION_ID),
            mark: fields.flag("markAsRead").unwrap_or(true),
            delivered: fields.flag("includeDelivered").unwrap_or(false),
            message_type: fields.word("message_type", &MessageType::WORDS),
            priority: fields.word("priority", &Priority::WORDS),
        }
    }

    /// Where no session was named, the caller's program is meant.
    fn of(mut self, caller: &Caller) -> Self {
        if self.session.is_empty() {
            self.session = caller.program.to_string();
        }
        self
    }
}

/// The same, of a session that need not be named.
pub(super) struct Peeked(Asked);

impl FromFields for Peeked {
    fn read(fields: &mut Fields<'_>) -> Self {
        let session = fields.id("sessionId", SESSION_ID).unwrap_or_default();
        Self(Asked::with(session, fields))
    }
}

/// Whose unread messages.
pub(super) struct Target(Option<String>);

impl FromFields for Target {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self(fields.id("sessionId", SESSION_ID))
    }
}

/// Which messages were read. `None`: that was not a list of ids.
pub(super) struct Ids(Option<Vec<String>>);

impl FromFields for Ids {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self(fields.lenient_texts("messageIds"))
    }
}
