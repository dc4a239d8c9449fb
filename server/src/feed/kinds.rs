//! What each kind of record is in the feed: who may see one, and how it is spelled. A kind that is not in the table is
//! shown to nobody. Nothing here depends on the time: a record is told again when it was written, and at no other moment.

use cachebash_core::domain::ProgramId;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::records::{
    Alert, ContextEntry, Key, Message, Program, ProgramState, Question, Session, SessionWord, Spend, Sprint, Story,
    Task, Update, dollars,
};
use crate::rules::access::may_read_state;
use crate::store::{Change, Record, Stored, World};
use crate::wire_values::{iso, iso_or_null, number_or_null};

/// A record that clients may follow. What a caller may see depends on its program and capabilities alone.
pub(super) trait Fed: Record {
    /// Whether the caller hears of one that is gone, of which only its id is left.
    fn is_told_gone(caller: &Caller, id: &str) -> bool;

    /// Whether the caller may see this one.
    fn may_see(&self, caller: &Caller) -> bool;

    /// As the caller may read it, in the contract's spelling, without anything derived.
    fn fed(&self, world: &World, caller: &Caller) -> Stored<Value>;
}

struct Kind {
    name: &'static str,
    item: fn(&World, &Caller, &Change) -> Stored<Option<Value>>,
}

const fn kind<R: Fed>() -> Kind {
    Kind {
        name: R::KIND,
        item: item_of::<R>,
    }
}

const KINDS: &[Kind] = &[
    kind::<Alert>(),
    kind::<ContextEntry>(),
    kind::<Key>(),
    kind::<Message>(),
    kind::<Program>(),
    kind::<ProgramState>(),
    kind::<Question>(),
    kind::<Session>(),
    kind::<Update>(),
    kind::<Spend>(),
    kind::<Sprint>(),
    kind::<Story>(),
    kind::<Task>(),
];

/// The kinds there are.
pub(crate) fn entities() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.name).collect()
}

/// A change as the caller is told of it. `None`: it may not know.
pub(super) fn item(world: &World, caller: &Caller, change: &Change) -> Stored<Option<Value>> {
    match KINDS.iter().find(|kind| kind.name == change.kind) {
        Some(kind) => (kind.item)(world, caller, change),
        None => Ok(None),
    }
}

fn item_of<R: Fed>(world: &World, caller: &Caller, change: &Change) -> Stored<Option<Value>> {
    let Some(body) = &change.body else {
        let gone = json!({ "seq": change.seq, "entity": R::KIND, "id": change.id, "deleted": true });
        return Ok(R::is_told_gone(caller, &change.id).then_some(gone));
    };
    let record: R = serde_json::from_str(body)?;
    if !record.may_see(caller) {
        return Ok(None);
    }
    let fed = record.fed(world, caller)?;
    Ok(Some(
        json!({ "seq": change.seq, "entity": R::KIND, "id": change.id, "record": fed }),
    ))
}

impl Fed for Session {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("pulse.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        caller.can("pulse.read")
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        Ok(json!({
            "sessionId": self.id,
            "name": self.name,
            "programId": self.program,
            "status": self.status,
            "state": self.state.lifecycle(),
            "progress": number_or_null(self.progress),
            "projectName": self.project,
            "createdAt": iso(self.created_at),
            "completedAt": iso_or_null(self.completed_at),
            "lastUpdate": iso(self.last_update),
            "lastHeartbeat": iso_or_null(self.last_heartbeat),
            "heardAt": iso_or_null(self.heard_at),
            "archived": self.state == SessionWord::Complete,
            "handoffRequired": self.hand_off_required,
            "contextBytes": number_or_null(self.context_left),
            "contextUsedPct": number_or_null(self.context_used),
        }))
    }
}

impl Fed for Update {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("pulse.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        caller.can("pulse.read")
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        Ok(point(self))
    }
}

/// A point of a session's timeline.
pub(crate) fn point(update: &Update) -> Value {
    json!({
        "updateId": update.id,
        "sessionId": update.session,
        "programId": update.program,
        "timestamp": iso(update.at),
        "status": update.status,
        "state": update.state.lifecycle(),
        "progress": number_or_null(update.progress),
        "contextBytes": number_or_null(update.context_left),
        "contextUsedPct": number_or_null(update.context_used),
        "heartbeat": update.heartbeat,
    })
}

impl Fed for ProgramState {
    fn is_told_gone(caller: &Caller, id: &str) -> bool {
        may_read(caller, &ProgramId::new(id))
    }

    fn may_see(&self, caller: &Caller) -> bool {
        may_read(caller, &self.program)
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        Ok(Value::Object(self.document.clone()))
    }
}

impl Fed for ContextEntry {
    fn is_told_gone(caller: &Caller, id: &str) -> bool {
        // `<program>.<version>`
        let program = id.rsplit_once('.').map_or(id, |(program, _)| program);
        may_read(caller, &ProgramId::new(program))
    }

    fn may_see(&self, caller: &Caller) -> bool {
        may_read(caller, &self.program)
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        Ok(json!({
            "id": self.id(),
            "programId": self.program,
            "timestamp": iso(self.written_at),
            "contextSummary": self.context,
            "sessionId": self.session,
            "updatedBy": self.updated_by,
        }))
    }
}

fn may_read(caller: &Caller, program: &ProgramId) -> bool {
    caller.can("state.read") && may_read_state(&caller.program, program)
}

impl Fed for Key {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("keys.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        caller.can("keys.read")
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        Ok(json!({
            "keyHash": self.hash,
            "programId": self.program,
            "label": self.label,
            "capabilities": self.capabilities,
            "createdAt": iso(self.created_at),
            "expiresAt": iso_or_null(self.expires_at),
            "revokedAt": iso_or_null(self.revoked_at),
        }))
    }
}

impl Fed for Program {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("programs.read") || caller.can("fleet.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        Self::is_told_gone(caller, self.id.as_str())
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        Ok(self.shown())
    }
}

impl Fed for Message {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("relay.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        caller.can("relay.read") && self.may_be_seen_by(caller)
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        Ok(self.shown())
    }
}

impl Fed for Alert {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("signal.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        caller.can("signal.read")
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        Ok(self.shown())
    }
}

impl Fed for Question {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        // Whoever may ask may have asked it.
        Self::all_may_be_read_by(caller) || caller.can("signal.write")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        self.may_be_read_by(caller)
    }

    fn fed(&self, world: &World, _: &Caller) -> Stored<Value> {
        self.shown(&world.seal)
    }
}

impl Fed for Task {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("dispatch.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        caller.can("dispatch.read") && self.may_be_read_by(&caller.program)
    }

    fn fed(&self, _: &World, caller: &Caller) -> Stored<Value> {
        Ok(self.shown(&caller.program, true))
    }
}

impl Fed for Sprint {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("sprint.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        caller.can("sprint.read")
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        let mut sprint = self.shown();
        sprint["completedAt"] = iso_or_null(self.completed_at);
        sprint["summary"] = self.summary.clone().into();
        Ok(sprint)
    }
}

impl Fed for Story {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("sprint.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        caller.can("sprint.read")
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        let mut story = self.shown();
        story["sprintId"] = self.sprint.as_str().into();
        story["retry"] = self.retry();
        Ok(story)
    }
}

impl Fed for Spend {
    fn is_told_gone(caller: &Caller, _: &str) -> bool {
        caller.can("metrics.read")
    }

    fn may_see(&self, caller: &Caller) -> bool {
        caller.can("metrics.read")
    }

    fn fed(&self, _: &World, _: &Caller) -> Stored<Value> {
        Ok(json!({
            "day": iso(self.day),
            "programId": self.program,
            "type": self.kind,
            "task_count": self.tasks,
            "tokens_in": self.tokens_in,
            "tokens_out": self.tokens_out,
            "cost_usd": dollars(self.nano_usd),
        }))
    }
}

#[cfg(test)]
mod tests;
