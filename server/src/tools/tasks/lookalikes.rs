//! What stands in lists of tasks: tasks, and what the hosted server also keeps as tasks and we do not. A client of it finds
//! questions, alerts, results, sprints and their stories there, so they are shown as tasks, and only there.

use cachebash_core::domain::ProgramId;

use super::list::{Asked, Lane};
use crate::caller::Caller;
use crate::records::{
    Alert, Message, MessageType, MessageWord, Question, QuestionWord, Sprint, Story, Task, TaskType, TaskWord, USER,
    shortened,
};
use crate::store::{Listing, Record, Stored, View};

/// The source of questions and alerts, whoever sent them (contract section 8).
const SOURCE: &str = "program";
/// The titles of what the reader may not read.
const SOME_QUESTION: &str = "Question";
const SOME_ALERT: &str = "Alert";
/// Up to here messages that wait are looked through to count the results among them.
const MOST_COUNTED: u32 = 500;

/// Something that stands in a list of tasks.
pub(super) trait Lookalike: Record {
    /// As what a record of that tag counts; `None`: it stands in no list.
    fn stands_as(tag: &str) -> Option<TaskWord>;

    /// As a task, as the caller may see it; `None`: not at all.
    fn into_task(self, view: &mut View<'_>, caller: &Caller) -> Stored<Option<Task>>;

    /// How many there are; `None`: that cannot be told cheaply.
    fn candidates(view: &mut View<'_>, owner: Option<&str>, tags: &[&str]) -> Stored<Option<u64>> {
        view.count::<Self>(owner, tags).map(Some)
    }
}

/// The word of the contract that stands in a tag.
fn task_word(tag: &str) -> Option<TaskWord> {
    use TaskWord::{Active, Archived, Created, Done, Failed};
    let words = [Created, Active, Done, Failed, Archived];
    words.into_iter().find(|word| word.as_str() == tag)
}

impl Lookalike for Task {
    fn stands_as(tag: &str) -> Option<TaskWord> {
        task_word(tag)
    }

    fn into_task(self, _: &mut View<'_>, _: &Caller) -> Stored<Option<Task>> {
        Ok(Some(self))
    }
}

impl Lookalike for Sprint {
    fn stands_as(tag: &str) -> Option<TaskWord> {
        task_word(tag)
    }

    fn into_task(self, _: &mut View<'_>, _: &Caller) -> Stored<Option<Task>> {
        Ok(Some(self.as_task()))
    }
}

impl Lookalike for Story {
    fn stands_as(tag: &str) -> Option<TaskWord> {
        task_word(tag)
    }

    fn into_task(self, _: &mut View<'_>, _: &Caller) -> Stored<Option<Task>> {
        Ok(Some(self.as_task()))
    }
}

impl Lookalike for Question {
    fn stands_as(tag: &str) -> Option<TaskWord> {
        task_word(tag)
    }

    fn into_task(self, view: &mut View<'_>, caller: &Caller) -> Stored<Option<Task>> {
        let seal = &view.world.seal;
        let readable = self.may_be_read_by(caller);
        let title = if readable {
            self.title(seal)?
        } else {
            SOME_QUESTION.to_owned()
        };
        let mut task = Task {
            status: match self.status {
                QuestionWord::Created => TaskWord::Created,
                QuestionWord::Done => TaskWord::Done,
                QuestionWord::Archived => TaskWord::Archived,
            },
            priority: self.priority,
            source: SOURCE.to_owned(),
            target: Some(USER.to_owned()),
            project: self.project.clone(),
            reply_to: self.in_reply_to.clone(),
            thread: self.thread.clone(),
            ..Task::named(&self.id, TaskType::Question, title, self.created_at)
        };
        if readable {
            // Who may read it reads the whole of it.
            task.instructions = self.open(seal)?.question;
            task.members = vec![caller.program.clone()];
        }
        Ok(Some(task))
    }
}

impl Lookalike for Alert {
    fn stands_as(tag: &str) -> Option<TaskWord> {
        MessageWord::WORDS
            .iter()
            .find(|(word, _)| *word == tag)
            .map(|(_, word)| as_task_word(*word))
    }

    fn into_task(mut self, view: &mut View<'_>, caller: &Caller) -> Stored<Option<Task>> {
        self.message.settle(view.now);
        let message = self.message;
        let readable = caller.can("signal.read") || message.source == caller.program;
        let title = if readable {
            let kind = self.alert_type.as_str();
            format!("[Alert: {kind}] {}", shortened(&message.text))
        } else {
            SOME_ALERT.to_owned()
        };
        let mut task = Task {
            status: as_task_word(message.status),
            priority: message.priority,
            source: SOURCE.to_owned(),
            target: Some(message.target),
            ..Task::named(&message.id, TaskType::Task, title, message.created_at)
        };
        if readable {
            task.instructions = message.text;
            task.members = vec![caller.program.clone()];
        }
        Ok(Some(task))
    }
}

/// Results only, and in lists only as long as they wait for their target.
impl Lookalike for Message {
    fn stands_as(tag: &str) -> Option<TaskWord> {
        (tag == MessageWord::Pending.as_str()).then_some(TaskWord::Created)
    }

    fn into_task(mut self, view: &mut View<'_>, caller: &Caller) -> Stored<Option<Task>> {
        self.settle(view.now);
        let seen = self.message_type == MessageType::Result && self.may_be_seen_by(caller);
        if !seen {
            return Ok(None);
        }
        let title = format!("[{}\u{2192}{}] RESULT", self.source, self.target);
        let read = self.was_read_by(&caller.program);
        let status = if read {
            TaskWord::Done
        } else {
            as_task_word(self.status)
        };
        Ok(Some(Task {
            status,
            action: self.action,
            priority: self.priority,
            source: self.source.into_string(),
            target: Some(self.target),
            members: vec![caller.program.clone()],
            message_type: Some(self.message_type),
            reply_to: self.reply_to,
            thread: self.thread,
            ttl: Some(self.ttl_seconds),
            expires_at: Some(self.expires_at),
            instructions: self.text,
            ..Task::named(&self.id, TaskType::Task, title, self.created_at)
        }))
    }

    fn candidates(view: &mut View<'_>, owner: Option<&str>, tags: &[&str]) -> Stored<Option<u64>> {
        let waiting: Vec<Message> = view.list(&Listing {
            owner,
            tags,
            limit: MOST_COUNTED,
            ..Listing::default()
        })?;
        let results = waiting
            .iter()
            .filter(|message| message.message_type == MessageType::Result)
            .count();
        Ok((waiting.len() < MOST_COUNTED as usize).then_some(results as u64))
    }
}

/// What was handed out still waits to be read.
fn as_task_word(word: MessageWord) -> TaskWord {
    match word {
        MessageWord::Pending | MessageWord::Delivered => TaskWord::Created,
        MessageWord::Read => TaskWord::Done,
        MessageWord::Expired | MessageWord::DeadLettered => TaskWord::Archived,
    }
}

/// The lists of other kinds that what is asked for reaches into.
pub(super) fn lanes(asked: &Asked, everything: bool, owners: &[Option<String>]) -> Vec<Lane> {
    let mut lanes = Vec::new();
    let for_people = match asked.target.as_deref() {
        Some(target) => target == USER,
        None => everything,
    };
    if for_people && asked.wants(TaskType::Question) {
        lanes.extend(Lane::of::<Question>(None, asked.status));
    }
    if asked.wants(TaskType::Task) {
        if for_people {
            lanes.extend(Lane::of::<Alert>(None, asked.status));
        }
        let results = owners
            .iter()
            .filter_map(|owner| Lane::of::<Message>(owner.clone(), asked.status));
        lanes.extend(results);
    }
    // Sprints are the whole tenant's: whoever asks for them by name finds them.
    let by_name = |kind| asked.kind == Some(kind);
    let unaimed = asked.target.is_none() && everything;
    if by_name(TaskType::Sprint) || (unaimed && asked.wants(TaskType::Sprint)) {
        lanes.extend(Lane::of::<Sprint>(None, asked.status));
    }
    if by_name(TaskType::SprintStory) || (unaimed && asked.wants(TaskType::SprintStory)) {
        lanes.extend(Lane::of::<Story>(None, asked.status));
    }
    lanes
}

/// The one of that id, whatever its kind.
pub(super) fn find(view: &mut View<'_>, caller: &Caller, id: &str) -> Stored<Option<Task>> {
    let finders = [
        as_task::<Task>,
        as_task::<Question>,
        as_task::<Alert>,
        as_task::<Message>,
        as_task::<Sprint>,
        as_task::<Story>,
    ];
    for find in finders {
        if let Some(task) = find(view, caller, id)? {
            return Ok(Some(task));
        }
    }
    Ok(None)
}

fn as_task<R: Lookalike>(view: &mut View<'_>, caller: &Caller, id: &str) -> Stored<Option<Task>> {
    match view.get::<R>(id)? {
        Some(found) => found.into_task(view, caller),
        None => Ok(None),
    }
}

/// Whether a program that names no target is shown everything.
pub(super) fn sees_everything(program: &ProgramId) -> bool {
    ["legacy", "mobile", "dispatcher"].contains(&program.as_str())
}
