//! What a plan wants written, file by file: plain values, each idempotent by entity and server time.

use std::collections::BTreeMap;

use super::{LookedUp, SourceKey};
use crate::domain::{
    Alert, ApiKey, AskedQuestion, ContextSummary, CostSummary, EndedSession, FleetProgram, Group, KeyHash, Message,
    MessageId, Offers, ProgramId, ProgramState, QuestionId, Session, SessionId, Span, Task, TaskId, Timestamp,
};
use crate::insight::{Fate, Gap, HandedOver, PartsKept, ProgressSample, SourceReading, Trace};

/// All that one refresh found different. Empty: no transaction is opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// For the kept file, which commits first.
    pub kept: KeptChanges,
    /// For the cache.
    pub cache: CacheChanges,
}

impl Changes {
    /// Nothing to write.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.cache.is_empty()
    }

    /// Rows that will be written.
    pub fn rows(&self) -> usize {
        self.kept.rows() + self.cache.rows()
    }
}

/// What no server can tell again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeptChanges {
    /// Programs first listed now.
    pub programs: Vec<(ProgramId, Timestamp)>,
    /// Sessions first seen, or whose behaviour changed.
    pub traces: Vec<TraceRow>,
    /// Progress that changed.
    pub samples: Vec<(SessionId, ProgressSample)>,
    /// Heartbeats seen.
    pub beats: Vec<(SessionId, Timestamp)>,
    /// Times in which nobody watched.
    pub gaps: Vec<Gap>,
    /// Contexts that are not empty, newer than the one kept.
    pub contexts: Vec<KeptContextRow>,
    /// Transport sessions of our own, begun now.
    pub transports: Vec<String>,
    /// What sessions left for the next.
    pub handed_over: Vec<HandedOver>,
    /// What became of messages from here, where that is certain now.
    pub fates: Vec<(MessageId, Fate)>,
}

impl KeptChanges {
    /// Nothing to write.
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// Something was seen that no later look can show again: progress that the record has dropped, or a session's end. Or it must
    /// not be forgotten: a transport session of our own.
    pub(crate) fn cannot_wait(&self) -> bool {
        let dropped = |(_, sample): &(SessionId, ProgressSample)| sample.progress.reported().is_none();
        !self.transports.is_empty()
            || self.samples.iter().any(dropped)
            || self.traces.iter().any(|trace| trace.seen_until.is_some())
    }

    fn rows(&self) -> usize {
        self.programs.len()
            + self.traces.len()
            + self.samples.len()
            + self.beats.len()
            + self.gaps.len()
            + self.contexts.len()
            + self.transports.len()
            + self.fates.len()
            + self.handed_over.len()
    }
}

/// What can be fetched again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CacheChanges {
    /// Live sessions, new or changed.
    pub put_sessions: Vec<Session>,
    /// Sessions that are no longer live.
    pub drop_sessions: Vec<SessionId>,
    /// Ended sessions, new or better known.
    pub put_ended: Vec<EndedRow>,
    /// Ended sessions that live again.
    pub drop_ended: Vec<SessionId>,
    /// Fleet health, new or changed.
    pub put_fleet: Vec<FleetProgram>,
    /// Programs that fleet health no longer mentions.
    pub drop_fleet: Vec<ProgramId>,
    /// Flat program rows, new or changed.
    pub put_programs: Vec<ProgramEntry>,
    /// Derived programs that nothing speaks of any more.
    pub drop_programs: Vec<ProgramId>,
    /// Program states, new or changed.
    pub put_states: Vec<ProgramState>,
    /// Keys, new or changed.
    pub put_keys: Vec<ApiKey>,
    /// Keys that the whole list no longer has.
    pub drop_keys: Vec<KeyHash>,
    /// What the server offers, where it says something else than before.
    pub put_offers: Option<Offers>,
    /// Asked questions, new or changed.
    pub put_questions: Vec<AskedQuestion>,
    /// Questions that wait no longer.
    pub drop_questions: Vec<QuestionId>,
    /// Tasks, new or changed.
    pub put_tasks: Vec<Task>,
    /// Tasks that neither wait nor are under way.
    pub drop_tasks: Vec<TaskId>,
    /// Alerts, new or changed.
    pub put_alerts: Vec<Alert>,
    /// Alerts that wait no longer.
    pub drop_alerts: Vec<MessageId>,
    /// Messages, new or changed.
    pub put_messages: Vec<Message>,
    /// Messages that the server forgot.
    pub drop_messages: Vec<MessageId>,
    /// All groups, where they differ.
    pub put_groups: Option<Vec<Group>>,
    /// What a period cost, where it was read.
    pub put_cost: Option<CostRead>,
    /// What was looked up, where it differs or is old.
    pub put_looked_up: Vec<LookedUp>,
}

impl CacheChanges {
    /// Nothing to write.
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    fn rows(&self) -> usize {
        self.put_sessions.len()
            + self.drop_sessions.len()
            + self.put_ended.len()
            + self.drop_ended.len()
            + self.put_fleet.len()
            + self.drop_fleet.len()
            + self.put_programs.len()
            + self.drop_programs.len()
            + self.put_states.len()
            + self.put_keys.len()
            + self.drop_keys.len()
            + usize::from(self.put_offers.is_some())
            + self.put_questions.len()
            + self.drop_questions.len()
            + self.put_tasks.len()
            + self.drop_tasks.len()
            + self.put_alerts.len()
            + self.drop_alerts.len()
            + self.put_messages.len()
            + self.drop_messages.len()
            + self.put_groups.as_ref().map_or(0, |groups| groups.len().max(1))
            + usize::from(self.put_cost.is_some())
            + self.put_looked_up.len()
    }
}

/// What a period cost, and when that was told.
#[derive(Clone, Debug, PartialEq)]
pub struct CostRead {
    /// Server time of the reply.
    pub at: Timestamp,
    /// What it said.
    pub summary: CostSummary,
}

/// A session's row in the kept file.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceRow {
    /// Which session.
    pub session: SessionId,
    /// Its first name (trap T10).
    pub first_name: Option<String>,
    /// The first look.
    pub first_seen: Timestamp,
    /// The look that no longer found it; `None` while it is listed.
    pub seen_until: Option<Timestamp>,
    /// Its newest sample.
    pub sampled: ProgressSample,
    /// Its newest heartbeat.
    pub beat_at: Option<Timestamp>,
    /// What judgement remembers.
    pub folded: Trace,
}

/// An ended session as the cache has it: what the history says, and what was last known while it lived.
#[derive(Clone, Debug, PartialEq)]
pub struct EndedRow {
    /// As it last was. `archived` is true.
    pub session: Session,
    /// When it was created, where the history said so.
    pub created_at: Option<Timestamp>,
    /// When it ended, where the history said so.
    pub ended_at: Option<Timestamp>,
}

impl EndedRow {
    /// Of a history row alone.
    pub fn of(ended: &EndedSession) -> Self {
        Self {
            session: Session {
                id: ended.id.clone(),
                program: ended.program.clone(),
                program_derived: ended.program_derived,
                name: ended.name.clone(),
                status: ended.status.clone(),
                state: ended.state.clone(),
                progress: ended.progress,
                project: ended.project.clone(),
                last_update: None,
                last_heartbeat: None,
                archived: true,
                hand_off_required: false,
                context_left: crate::domain::ContextLeft::NotReported,
            },
            created_at: ended.created_at,
            ended_at: ended.completed_at,
        }
    }

    /// When it ended, as far as that is known; lists are ordered by it.
    pub fn newest_at(&self) -> Option<Timestamp> {
        self.ended_at.or(self.session.last_update)
    }
}

/// The flat row of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramEntry {
    /// Which.
    pub program: ProgramId,
    /// No record named it.
    pub derived: bool,
    /// The session that speaks for it.
    pub current: Option<SessionId>,
}

/// The last context of a program that was not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptContextRow {
    /// Whose.
    pub program: ProgramId,
    /// When it was written.
    pub written_at: Option<Timestamp>,
    /// By which program.
    pub written_by: Option<String>,
    /// In which session.
    pub written_in: Option<SessionId>,
    /// What it said.
    pub context: ContextSummary,
    /// The agent itself emptied it since.
    pub emptied: bool,
    /// When each part of it was written, and since when its questions stand there.
    pub parts: PartsKept,
}

/// What sources last said and how far the server's clock is ahead; rides along with a change or is flushed alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standings {
    /// By source and program.
    pub sources: BTreeMap<SourceKey, SourceReading>,
    /// How far the server's changes were followed, where it tells them: all before it is in the rows. Opaque.
    pub cursor: Option<String>,
    /// Server's clock minus this device's.
    pub offset: Span,
}
