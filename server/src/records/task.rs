//! Tasks: work that one program sends to another, to a group or to all, that one of them claims and completes.
//!
//! A task's life says how long it waits to be claimed. While somebody works on it it does not run out; given back it
//! waits for as long again, and once completed it is kept for as long, a day at least, so that its sender finds the result.

use std::borrow::Cow;

use cachebash_core::domain::{ProgramId, SessionId, Span, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Action, EVERYONE, MessageType, Priority};
use crate::rules::access::oversees;
use crate::store::{Listing, Record, Stored, Tx, View};
use crate::wire_values::{iso, iso_or_null};

/// How long a task lives whose sender says nothing.
const USUAL_LIFE: Span = Span::from_mins(24 * 60);

/// What sort of task it is; the words are the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TaskType {
    Task,
    Question,
    Dream,
    Sprint,
    SprintStory,
}

impl TaskType {
    pub(crate) const WORDS: [(&'static str, TaskType); 5] = [
        ("task", TaskType::Task),
        ("question", TaskType::Question),
        ("dream", TaskType::Dream),
        ("sprint", TaskType::Sprint),
        ("sprint-story", TaskType::SprintStory),
    ];

    /// The word as the contract has it.
    pub(crate) fn as_str(self) -> &'static str {
        let word = Self::WORDS.iter().find(|(_, kind)| *kind == self);
        word.map_or("task", |(word, _)| word)
    }
}

/// Where a task stands; the words are the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TaskWord {
    /// It waits for whoever claims it.
    Created,
    /// Somebody works on it.
    Active,
    Done,
    Failed,
    /// It was put away; only what merely looks like a task can be.
    Archived,
}

impl TaskWord {
    /// The word as the contract has it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            TaskWord::Created => "created",
            TaskWord::Active => "active",
            TaskWord::Done => "done",
            TaskWord::Failed => "failed",
            TaskWord::Archived => "archived",
        }
    }
}

/// How the work on it ended; the words are the contract's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Completed {
    #[default]
    Success,
    Failed,
    Skipped,
    Cancelled,
}

impl Completed {
    pub(crate) const WORDS: [(&'static str, Completed); 4] = [
        ("SUCCESS", Completed::Success),
        ("FAILED", Completed::Failed),
        ("SKIPPED", Completed::Skipped),
        ("CANCELLED", Completed::Cancelled),
    ];

    /// Where it leaves the task.
    pub(crate) const fn leaves(self) -> TaskWord {
        match self {
            Completed::Failed => TaskWord::Failed,
            _ => TaskWord::Done,
        }
    }
}

/// One task.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) kind: TaskType,
    pub(crate) title: String,
    /// What is to be done: for those alone who may read it.
    pub(crate) instructions: String,
    pub(crate) action: Action,
    pub(crate) priority: Priority,
    pub(crate) status: TaskWord,
    pub(crate) source: String,
    /// A program, a group, a role or `all`; `None`: the whole tenant's, as sprints are.
    pub(crate) target: Option<String>,
    /// Who belonged to the group or the role when the task was sent.
    #[serde(default)]
    pub(crate) members: Vec<ProgramId>,
    /// Who else might do it.
    #[serde(default)]
    pub(crate) fallback: Option<Vec<String>>,
    pub(crate) requires_action: bool,
    #[serde(default)]
    pub(crate) message_type: Option<MessageType>,
    #[serde(default)]
    pub(crate) project: Option<String>,
    #[serde(default)]
    pub(crate) board_item: Option<String>,
    #[serde(default)]
    pub(crate) reply_to: Option<String>,
    #[serde(default)]
    pub(crate) thread: Option<String>,
    #[serde(default)]
    pub(crate) provenance: Option<Value>,
    /// Its life in seconds, where its sender chose one; 0 has no end.
    #[serde(default)]
    pub(crate) ttl: Option<u32>,
    pub(crate) created_at: Timestamp,
    /// From here on it is not shown, and then taken away.
    #[serde(default)]
    pub(crate) expires_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) claim: Option<Claim>,
    /// How often it was given back.
    #[serde(default)]
    pub(crate) unclaimed: u32,
    #[serde(default)]
    pub(crate) completion: Option<Completion>,
}

/// Who works on a task, or did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) by: ProgramId,
    #[serde(default)]
    pub(crate) session: Option<SessionId>,
    pub(crate) at: Timestamp,
}

/// What came of a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Completion {
    pub(crate) status: Completed,
    pub(crate) by: ProgramId,
    pub(crate) at: Timestamp,
    #[serde(default)]
    pub(crate) result: Option<String>,
    #[serde(default)]
    pub(crate) tokens_in: u32,
    #[serde(default)]
    pub(crate) tokens_out: u32,
    #[serde(default)]
    pub(crate) cost_usd: f64,
    #[serde(default)]
    pub(crate) model: Option<String>,
    #[serde(default)]
    pub(crate) provider: Option<String>,
    #[serde(default)]
    pub(crate) error_code: Option<String>,
    #[serde(default)]
    pub(crate) error_class: Option<String>,
}

impl Task {
    /// A task with nothing but what every one has, for what is listed among tasks and is none.
    pub(crate) fn named(id: &str, kind: TaskType, title: String, created_at: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            kind,
            title,
            instructions: String::new(),
            action: Action::default(),
            priority: Priority::default(),
            status: TaskWord::Created,
            source: String::new(),
            target: None,
            members: Vec::new(),
            fallback: None,
            requires_action: true,
            message_type: None,
            project: None,
            board_item: None,
            reply_to: None,
            thread: None,
            provenance: None,
            ttl: None,
            created_at,
            expires_at: None,
            claim: None,
            unclaimed: 0,
            completion: None,
        }
    }

    /// Whether its life is over.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether it is meant for a program.
    pub(crate) fn is_for(&self, program: &ProgramId) -> bool {
        match self.target.as_deref() {
            None | Some(EVERYONE) => true,
            Some(target) => target == program.as_str() || self.members.contains(program),
        }
    }

    /// Whether its instructions and its result are open to a program: its sender's, those it is for, and those who
    /// claimed it or see all.
    pub(crate) fn may_be_read_by(&self, program: &ProgramId) -> bool {
        let fallback = self.fallback.iter().flatten();
        oversees(program)
            || self.source == program.as_str()
            || self.is_for(program)
            || self.claim.as_ref().is_some_and(|claim| claim.by == *program)
            || fallback.into_iter().any(|name| name == program.as_str())
    }

    /// Begins to wait for whoever claims it, from now on.
    pub(crate) fn wait(&mut self, now: Timestamp) {
        self.status = TaskWord::Created;
        self.claim = None;
        self.expires_at = self.life().map(|life| now.plus(life));
    }

    /// Gives it to a claimer.
    pub(crate) fn give_to(&mut self, claim: Claim) {
        self.status = TaskWord::Active;
        self.claim = Some(claim);
        self.expires_at = None;
    }

    /// Ends the work on it.
    pub(crate) fn complete(&mut self, completion: Completion) {
        self.status = completion.status.leaves();
        self.expires_at = self.life().map(|life| completion.at.plus(life.max(USUAL_LIFE)));
        self.completion = Some(completion);
    }

    /// As lists have it, in the contract's spelling. `body`: with its instructions, for those who may read them.
    pub(crate) fn shown(&self, reader: &ProgramId, body: bool) -> Value {
        let open = self.may_be_read_by(reader);
        let completion = self.completion.as_ref();
        let mut row = json!({
            "id": self.id,
            "type": self.kind,
            "title": self.title,
        });
        if body {
            row["instructions"] = open.then_some(self.instructions.as_str()).into();
        }
        let rest = json!({
            "action": self.action,
            "priority": self.priority,
            "status": self.status,
            "source": self.source,
            "target": self.target,
            "projectId": self.project,
            "requires_action": self.requires_action,
            // Reading archives nothing here.
            "auto_archived": false,
            "ttl": self.ttl,
            "replyTo": self.reply_to,
            "threadId": self.thread,
            "provenance": self.provenance,
            "fallback": self.fallback,
            "expiresAt": iso_or_null(self.expires_at),
            "createdAt": iso(self.created_at),
            "result": completion.filter(|_| open).and_then(|completion| completion.result.as_deref()),
            "completed_status": completion.map(|completion| completion.status),
            "completedAt": iso_or_null(completion.map(|completion| completion.at)),
            "claimedBy": self.claim.as_ref().map(|claim| &claim.by),
            "claimedAt": iso_or_null(self.claim.as_ref().map(|claim| claim.at)),
        });
        if let (Some(row), Value::Object(rest)) = (row.as_object_mut(), rest) {
            row.extend(rest);
        }
        row
    }

    fn life(&self) -> Option<Span> {
        match self.ttl {
            Some(0) => None,
            Some(seconds) => Some(Span::from_secs(seconds.into())),
            None => Some(USUAL_LIFE),
        }
    }
}

impl Record for Task {
    const KIND: &'static str = "task";
    const TAGS: &'static [&'static str] = &["created", "active", "done", "failed"];

    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn owner(&self) -> Option<&str> {
        self.target.as_deref()
    }

    fn tag(&self) -> &'static str {
        self.status.as_str()
    }

    fn rank(&self) -> i64 {
        self.created_at.as_millis()
    }
}

/// How many tasks wait for a program by name.
pub(crate) fn waiting_tasks(view: &mut View<'_>, program: &ProgramId) -> Stored<u64> {
    view.count::<Task>(Some(program.as_str()), &[TaskWord::Created.as_str()])
}

/// How many tasks are looked at in one question.
const AT_ONCE: u32 = 500;

/// The ids of tasks whose life is over.
pub(crate) fn overdue(view: &mut View<'_>) -> Stored<Vec<String>> {
    let now = view.now;
    let mut found = Vec::new();
    let mut last: Option<(i64, String)> = None;
    loop {
        let page: Vec<Task> = view.list(&Listing {
            after: last.as_ref().map(|(rank, id)| (*rank, id.as_str())),
            limit: AT_ONCE,
            ..Listing::default()
        })?;
        let over = page.iter().filter(|task| task.is_over(now));
        found.extend(over.map(|task| task.id().into_owned()));
        match page.last() {
            Some(task) if page.len() == AT_ONCE as usize => last = Some((task.rank(), task.id().into_owned())),
            _ => return Ok(found),
        }
    }
}

/// Drops those of the ids whose life is still over, and says how many were.
pub(crate) fn drop_overdue(tx: &mut Tx<'_>, ids: &[String]) -> Stored<u64> {
    let now = tx.now;
    let mut gone = 0;
    for id in ids {
        if tx.get::<Task>(id)?.is_some_and(|task| task.is_over(now)) {
            gone += u64::from(tx.remove::<Task>(id)?);
        }
    }
    Ok(gone)
}
