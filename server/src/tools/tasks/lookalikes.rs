//! What stands in lists of tasks: tasks, and what the hosted server also keeps as tasks and we do not. A client of it finds
//! questions, sprints and their stories there, so they are shown as tasks, and only there.

use cachebash_core::domain::ProgramId;

use super::list::{Asked, Lane};
use crate::caller::Caller;
use crate::records::{Question, QuestionWord, Sprint, Story, Task, TaskType, TaskWord};
use crate::store::{Record, Stored, View};

/// The target of what is meant for people.
const USER: &str = "user";
/// The source of questions, whoever asked (contract section 8).
const ASKER: &str = "program";
/// The title of a question that the reader may not read.
const SOME_QUESTION: &str = "Question";

/// Something that stands in a list of tasks.
pub(super) trait Lookalike: Record {
    /// As a task, as the caller may see it.
    fn into_task(self, view: &mut View<'_>, caller: &Caller) -> Stored<Task>;
}

impl Lookalike for Task {
    fn into_task(self, _: &mut View<'_>, _: &Caller) -> Stored<Task> {
        Ok(self)
    }
}

impl Lookalike for Question {
    fn into_task(self, view: &mut View<'_>, caller: &Caller) -> Stored<Task> {
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
            source: ASKER.to_owned(),
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
        Ok(task)
    }
}

impl Lookalike for Sprint {
    fn into_task(self, _: &mut View<'_>, _: &Caller) -> Stored<Task> {
        Ok(self.as_task())
    }
}

impl Lookalike for Story {
    fn into_task(self, _: &mut View<'_>, _: &Caller) -> Stored<Task> {
        Ok(self.as_task())
    }
}

/// The lists of other kinds that what is asked for reaches into.
pub(super) fn lanes(asked: &Asked, everything: bool) -> Vec<Lane> {
    let mut lanes = Vec::new();
    let for_people = match asked.target.as_deref() {
        Some(target) => target == USER,
        None => everything,
    };
    if for_people && asked.wants(TaskType::Question) {
        lanes.extend(Lane::of::<Question>(None, asked.status));
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
    let found: Option<R> = view.get(id)?;
    found.map(|found| found.into_task(view, caller)).transpose()
}

/// Whether a program that names no target is shown everything.
pub(super) fn sees_everything(program: &ProgramId) -> bool {
    ["legacy", "mobile", "dispatcher"].contains(&program.as_str())
}
