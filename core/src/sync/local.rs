//! What is kept here, as far as a reply can change it: the other half of what planning compares.

use std::collections::{BTreeMap, BTreeSet};

use super::{Remote, states};
use crate::domain::{
    Alert, ApiKey, AskedQuestion, FleetProgram, Goal, Group, KeyHash, Message, MessageId, Offers, OwnWrite, ProgramId,
    ProgramState, QuestionId, Session, SessionId, Span, Task, TaskId, Timestamp,
};
use crate::insight::HandedOver;
use crate::store::{EndedRow, KeptContextRow, LookedUp, ProgramEntry, Reader, StoreError, TraceRow};

/// A view of the store for one plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// Live sessions.
    pub live: BTreeMap<SessionId, Session>,
    /// Ended sessions that the reply speaks of.
    pub ended: BTreeMap<SessionId, EndedRow>,
    /// Each program's newest ended session that the reply does not speak of.
    pub newest_ended: BTreeMap<ProgramId, EndedRow>,
    /// How the sessions of the list behaved.
    pub traces: BTreeMap<SessionId, TraceRow>,
    /// This device's own last writes to sessions.
    pub own_writes: BTreeMap<SessionId, OwnWrite>,
    /// Fleet health.
    pub fleet: BTreeMap<ProgramId, FleetProgram>,
    /// Every program.
    pub programs: BTreeMap<ProgramId, ProgramEntry>,
    /// When each was first listed.
    pub listed: BTreeMap<ProgramId, Timestamp>,
    /// States of the programs that the reply speaks of.
    pub states: BTreeMap<ProgramId, ProgramState>,
    /// Their last contexts that were not empty.
    pub contexts: BTreeMap<ProgramId, KeptContextRow>,
    /// What the sessions that wrote them left for the next.
    pub handed_over: BTreeMap<SessionId, HandedOver>,
    /// Keys, where the reply lists them.
    pub keys: BTreeMap<KeyHash, ApiKey>,
    /// What the server offers, as far as it was asked.
    pub offers: Option<Offers>,
    /// Asked questions, where the reply lists them.
    pub questions: BTreeMap<QuestionId, AskedQuestion>,
    /// Alerts, likewise.
    pub alerts: BTreeMap<MessageId, Alert>,
    /// Tasks, likewise.
    pub tasks: BTreeMap<TaskId, Task>,
    /// Messages, likewise.
    pub messages: BTreeMap<MessageId, Message>,
    /// Those of them that were sent from here and whose fate is not certain, likewise.
    pub from_here: BTreeSet<MessageId>,
    /// Groups, likewise.
    pub groups: Vec<Group>,
    /// What was looked up before, of what was now.
    pub looked_up: Vec<LookedUp>,
    /// Transport sessions of our own, of which a server may make rows.
    pub transports: BTreeSet<SessionId>,
    /// What actions that are not over act on: such a row stays, whatever a list no longer has.
    pub pending: BTreeSet<Goal>,
    /// The look before this one.
    pub looked_at: Option<Timestamp>,
    /// How often one looks; a change between two looks within two of these was seen.
    pub sync_period: Span,
}

impl Local {
    /// A device that knows nothing yet.
    pub fn nothing(sync_period: Span) -> Self {
        Self {
            live: BTreeMap::new(),
            ended: BTreeMap::new(),
            newest_ended: BTreeMap::new(),
            traces: BTreeMap::new(),
            own_writes: BTreeMap::new(),
            fleet: BTreeMap::new(),
            programs: BTreeMap::new(),
            listed: BTreeMap::new(),
            states: BTreeMap::new(),
            contexts: BTreeMap::new(),
            handed_over: BTreeMap::new(),
            keys: BTreeMap::new(),
            offers: None,
            questions: BTreeMap::new(),
            alerts: BTreeMap::new(),
            tasks: BTreeMap::new(),
            messages: BTreeMap::new(),
            from_here: BTreeSet::new(),
            groups: Vec::new(),
            looked_up: Vec::new(),
            transports: BTreeSet::new(),
            pending: BTreeSet::new(),
            looked_at: None,
            sync_period,
        }
    }

    /// Whether an action about this program is not over.
    pub(super) fn awaits(&self, program: &ProgramId) -> bool {
        self.pending.iter().any(|goal| match goal {
            Goal::Mail(to) | Goal::TasksFor(to) => to == program.as_str(),
            Goal::State(of) | Goal::KeysOf(of) => of == program,
            Goal::Question(_) | Goal::Task(_) | Goal::Session(_) | Goal::Key(_) => false,
        })
    }

    /// Reads what `remote` can change.
    pub(crate) fn load(
        reader: &Reader<'_>,
        remote: &Remote,
        looked_at: Option<Timestamp>,
        sync_period: Span,
    ) -> Result<Self, StoreError> {
        let mut local = Self {
            looked_at,
            ..Self::nothing(sync_period)
        };
        local.transports = reader.transports()?.into_iter().map(SessionId::new).collect();
        local.pending = reader.outbox()?.iter().map(|entry| entry.action.goal()).collect();
        local.live = reader
            .live_sessions()?
            .into_iter()
            .map(|session| (session.id.clone(), session))
            .collect();
        local.fleet = reader
            .fleet()?
            .into_iter()
            .map(|fleet| (fleet.program.clone(), fleet))
            .collect();
        local.programs = reader
            .programs()?
            .into_iter()
            .map(|entry| (entry.program.clone(), entry))
            .collect();
        local.listed = reader.listed()?;
        local.own_writes = reader.own_writes()?;
        let listed = remote
            .sessions
            .iter()
            .flat_map(|read| &read.rows)
            .map(|session| &session.id);
        for id in local.live.keys().chain(listed.clone()) {
            if let Some(trace) = reader.trace(id)? {
                local.traces.insert(id.clone(), trace);
            }
        }
        let ended = remote.ended.iter().flat_map(|read| &read.rows).map(|ended| &ended.id);
        let spoken_of: BTreeSet<&SessionId> = listed.chain(ended).collect();
        for id in &spoken_of {
            if let Some(row) = reader.ended_session(id)? {
                local.ended.insert((*id).clone(), row);
            }
        }
        for program in local.programs.keys() {
            if let Some(row) = newest_untouched(reader, program, &spoken_of)? {
                local.newest_ended.insert(program.clone(), row);
            }
        }
        for read in &remote.states {
            if let Some(state) = reader.program_state(&read.program)? {
                local.states.insert(read.program.clone(), state);
            }
            if let Some(kept) = reader.kept_context(&read.program)? {
                local.contexts.insert(read.program.clone(), kept);
            }
            let before = local.contexts.get(&read.program).map(|kept| kept.context.clone());
            for left in states::left_by_sessions(read, before.as_ref()) {
                if let Some(known) = reader.handed_over(&left.session)? {
                    local.handed_over.insert(left.session, known);
                }
            }
        }
        if remote.keys.is_some() {
            local.keys = reader
                .keys(None)?
                .into_iter()
                .map(|key| (key.hash.clone(), key))
                .collect();
        }
        local.load_lists(reader, remote)?;
        Ok(local)
    }

    fn load_lists(&mut self, reader: &Reader<'_>, remote: &Remote) -> Result<(), StoreError> {
        self.offers = reader.offers()?;
        if remote.questions.is_some() {
            self.questions = by_id(reader.questions()?, |question| &question.id);
        }
        if remote.alerts.is_some() {
            self.alerts = by_id(reader.alerts()?, |alert| &alert.id);
        }
        if remote.tasks.is_some() || !remote.opened.is_empty() {
            self.tasks = by_id(reader.tasks()?, |task| &task.id);
        }
        if remote.sent.is_some() || !remote.messages.is_empty() {
            self.messages = by_id(reader.messages()?, |message| &message.id);
            let replies = reader.replies()?.into_iter().filter(|reply| reply.fate.is_none());
            let sent = reader.sent_from_here()?.into_iter().filter(|(_, fate)| fate.is_none());
            let replies = replies.filter_map(|reply| reply.message.map(MessageId::new));
            self.from_here = sent.map(|(message, _)| message.id).chain(replies).collect();
        }
        if remote.groups.is_some() {
            self.groups = reader.groups()?;
        }
        for row in &remote.looked_up {
            self.looked_up.extend(reader.looked_up(&row.subject)?);
        }
        Ok(())
    }
}

fn by_id<K: Ord + Clone, V>(rows: Vec<V>, id: impl Fn(&V) -> &K) -> BTreeMap<K, V> {
    rows.into_iter().map(|row| (id(&row).clone(), row)).collect()
}

/// The newest ended session of a program that the reply does not speak of; what it speaks of may move or live again.
fn newest_untouched(
    reader: &Reader<'_>,
    program: &ProgramId,
    spoken_of: &BTreeSet<&SessionId>,
) -> Result<Option<EndedRow>, StoreError> {
    // Nearly always the first one will do.
    for limit in [1, spoken_of.len() + 1] {
        let rows = reader.ended_sessions(Some(program), None, limit)?;
        let found = rows.len();
        let newest = rows.into_iter().find(|row| !spoken_of.contains(&row.session.id));
        if newest.is_some() || found < limit {
            return Ok(newest);
        }
    }
    Ok(None)
}
