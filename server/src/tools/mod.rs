//! What can be asked of the server, one tool per question, whoever asks: REST routes and MCP calls both end here.
//!
//! A tool names what it needs, reads its arguments, and is one piece of work on the caller's tenant: a look, or an act in
//! one transaction. [`Tools::call`] does for all of them what none may forget: limits, capability, validation, and
//! answering a repeated write as the first time.

mod alerts;
mod cost;
mod fleet;
mod fleet_timeline;
mod idempotency;
mod keys;
mod messages;
mod program_state;
mod programs;
mod questions;
mod sessions;
mod sprints;
mod tasks;
mod timeline;

use std::collections::HashMap;

use serde_json::{Map, Value};

pub(crate) use idempotency::{
    IDEMPOTENCY_KEY, LONGEST as IDEMPOTENCY_KEY_LIMIT, REMEMBERED as IDEMPOTENCY_REMEMBERED, Repeatable,
};

pub(crate) use crate::rules::tool::Tool;

use crate::caller::Caller;
use crate::refusal::Refusal;
use crate::rules::validation::{FromFields, checked, schema_of};
use crate::store::{Tx, View};

/// A tool's own answer; it may say `success: false`, and then nothing was done.
pub(crate) type Outcome = Result<Value, Refusal>;

/// The arguments of a call.
pub(crate) type Arguments = Map<String, Value>;

/// A call that was found sound, as work for the store.
pub(crate) enum Work {
    Look(Box<dyn FnOnce(&mut View<'_>) -> Outcome + Send>),
    Act(Box<dyn FnOnce(&mut Tx<'_>) -> Outcome + Send>),
}

/// Finds a call sound, or says what is wrong with it.
type Prepare = Box<dyn Fn(&Caller, &Arguments) -> Result<Work, Refusal> + Send + Sync>;

/// A tool and what it does.
pub(crate) struct Entry {
    pub(crate) tool: Tool,
    /// Whether it changes anything.
    pub(crate) acts: bool,
    /// The schema of its arguments.
    pub(crate) schema: Value,
    prepare: Prepare,
}

impl Entry {
    /// Finds a call sound and says what there is to do, or says what is wrong with it.
    pub(crate) fn prepare(&self, caller: &Caller, arguments: &Arguments) -> Result<Work, Refusal> {
        (self.prepare)(caller, arguments)
    }
}

/// A tool that only looks.
fn look<I>(tool: Tool, run: fn(&mut View<'_>, &Caller, I) -> Outcome) -> Entry
where
    I: FromFields + Send + 'static,
{
    let prepare = move |caller: &Caller, arguments: &Arguments| {
        let (input, caller) = (checked::<I>(arguments)?, caller.clone());
        Ok(Work::Look(Box::new(move |view: &mut View<'_>| {
            run(view, &caller, input)
        })))
    };
    Entry {
        tool,
        acts: false,
        schema: schema_of::<I>(),
        prepare: Box::new(prepare),
    }
}

/// A tool that changes something.
fn act<I>(tool: Tool, run: fn(&mut Tx<'_>, &Caller, I) -> Outcome) -> Entry
where
    I: FromFields + Send + 'static,
{
    let prepare = move |caller: &Caller, arguments: &Arguments| {
        let (input, caller) = (checked::<I>(arguments)?, caller.clone());
        Ok(Work::Act(Box::new(move |tx: &mut Tx<'_>| run(tx, &caller, input))))
    };
    let mut schema = schema_of::<I>();
    schema["properties"][IDEMPOTENCY_KEY] = idempotency::schema();
    Entry {
        tool,
        acts: true,
        schema,
        prepare: Box::new(prepare),
    }
}

/// No arguments.
pub(crate) struct Nothing;

impl FromFields for Nothing {
    fn read(_: &mut crate::rules::validation::Fields<'_>) -> Self {
        Nothing
    }
}

/// All tools, by either of their names.
pub(crate) struct Tools {
    entries: Vec<Entry>,
    names: HashMap<String, usize>,
}

impl Tools {
    pub(crate) fn all() -> Self {
        let mut entries = Vec::new();
        entries.extend(sessions::tools());
        entries.extend(program_state::tools());
        entries.extend(keys::tools());
        entries.extend(fleet::tools());
        entries.extend(fleet_timeline::tools());
        entries.extend(timeline::tools());
        entries.extend(tasks::tools());
        entries.extend(messages::tools());
        entries.extend(questions::tools());
        entries.extend(alerts::tools());
        entries.extend(sprints::tools());
        entries.extend(cost::tools());
        entries.extend(programs::tools());
        let mut names = HashMap::new();
        for (place, entry) in entries.iter().enumerate() {
            names.insert(entry.tool.name.to_owned(), place);
            if !entry.tool.domain.is_empty() {
                names.insert(entry.tool.prefixed(), place);
            }
        }
        Self { entries, names }
    }

    /// In the order in which they are listed.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// By its flat or its prefixed name.
    pub(crate) fn find(&self, name: &str) -> Option<&Entry> {
        self.names.get(name).and_then(|place| self.entries.get(*place))
    }
}

#[cfg(test)]
mod tests {
    use super::Tools;
    use crate::rules::access::{CAPABILITIES, DEFAULTS};

    #[test]
    fn a_key_may_hold_whatever_a_tool_needs() {
        let tools = Tools::all();
        let needed = tools.iter().map(|entry| entry.tool.needs).chain(DEFAULTS);
        for word in needed.filter(|word| !word.is_empty()) {
            assert!(CAPABILITIES.contains(&word), "{word}");
        }
    }
}
