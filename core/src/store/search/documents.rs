//! What is searched: every text of the cache and the kept file that a person may look for.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;

use super::indexing::number;
use crate::domain::{
    Action, ContextEdit, ContextSummary, LastTask, MessageId, OpenQuestion, ProgramId, RegisteredProgram, SessionId,
    Timestamp, program_of_session_id,
};
use crate::search::{HitKind, SearchReach, one_line};
use crate::store::columns::time;
use crate::store::{Answer, Reader, StoreError, Subject};

/// One text that can be found.
pub(super) struct Document {
    /// What it is.
    pub(super) kind: HitKind,
    /// Tells it from others of its kind, whatever it says.
    pub(super) key: String,
    /// Id of what it leads to.
    pub(super) about: String,
    /// Who said it, or whom it is about.
    pub(super) program: Option<String>,
    /// A second program that it belongs to.
    pub(super) other: Option<String>,
    /// When it was said, ms.
    pub(super) at: Option<i64>,
    /// The server has it no longer.
    pub(super) kept: bool,
    /// On one line, without control characters and keys.
    pub(super) text: String,
}

/// The group that every server has and everybody is in: it would be found with every program.
const EVERYONE: &str = "all";

type Take<'a> = &'a mut dyn FnMut(Document) -> Result<(), StoreError>;

impl Document {
    /// A number for all of it but the text.
    pub(super) fn facts(&self) -> i64 {
        number(&(&self.about, &self.program, &self.other, self.at, self.kept))
    }

    fn of(kind: HitKind, about: &str, program: Option<&str>, at: Option<Timestamp>, parts: &[Option<&str>]) -> Self {
        Self {
            kind,
            key: about.to_owned(),
            about: about.to_owned(),
            program: program.map(str::to_owned),
            other: None,
            at: at.map(Timestamp::as_millis),
            kept: false,
            text: joined(parts),
        }
    }
}

/// The parts that say something, each once.
fn joined(parts: &[Option<&str>]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in parts.iter().flatten().map(|part| one_line(part)) {
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join(" · ")
}

/// Hands over every text, one by one: there may be a hundred thousand.
pub(super) fn each(reader: &Reader<'_>, take: Take<'_>) -> Result<(), StoreError> {
    let take: Take<'_> = &mut |document: Document| {
        if document.text.is_empty() {
            Ok(())
        } else {
            take(document)
        }
    };
    programs(reader, take)?;
    sessions(reader, "session", "last_update", take)?;
    sessions(reader, "ended_session", "nullif(newest_at, 0)", take)?;
    states(reader, take)?;
    messages(reader, take)?;
    let (questions, alerts) = (reader.questions()?, reader.alerts()?);
    // What agents ask and tell the person is listed among the tasks, too.
    let spoken: BTreeSet<&str> = questions
        .iter()
        .map(|question| question.id.as_str())
        .chain(alerts.iter().map(|alert| alert.id.as_str()))
        .collect();
    for task in reader.tasks()? {
        if spoken.contains(task.id.as_str()) {
            continue;
        }
        let parts = [
            Some(task.title.as_str()),
            task.instructions.as_deref(),
            task.result.as_deref(),
        ];
        let (id, target) = (task.id.as_str(), task.target.as_deref());
        let mut document = Document::of(HitKind::Task, id, target, task.created_at, &parts);
        document.other = task.source;
        take(document)?;
    }
    for question in &questions {
        let mut parts = vec![Some(question.text.as_str()), question.context.as_deref()];
        parts.extend(question.options.iter().map(|option| Some(option.as_str())));
        let (id, asker) = (question.id.as_str(), question.asker.as_ref().map(ProgramId::as_str));
        take(Document::of(
            HitKind::AskedQuestion,
            id,
            asker,
            question.asked_at,
            &parts,
        ))?;
    }
    for alert in &alerts {
        let session = alert.session.as_deref().map(SessionId::from);
        let program = session.as_ref().map(program_of_session_id);
        let parts = [Some(alert.text.as_str()), alert.context.as_deref()];
        let (id, program) = (alert.id.as_str(), program.as_ref().map(ProgramId::as_str));
        let mut document = Document::of(HitKind::Alert, id, program, alert.created_at, &parts);
        document.other.clone_from(&alert.source);
        take(document)?;
    }
    planned(reader, take)?;
    keys(reader, take)?;
    for entry in reader.outbox()? {
        let program = entry.action.program();
        let texts = texts_of(&entry.action);
        let parts: Vec<Option<&str>> = texts.into_iter().map(Some).collect();
        let (id, program) = (entry.id.as_str(), program.as_ref().map(ProgramId::as_str));
        take(Document::of(HitKind::Outbox, id, program, Some(entry.asked_at), &parts))?;
    }
    Ok(())
}

fn programs(reader: &Reader<'_>, take: Take<'_>) -> Result<(), StoreError> {
    let (listed, registered) = (reader.listed()?, reader.registered()?);
    for entry in reader.programs()? {
        let (id, at) = (entry.program.as_str(), listed.get(&entry.program).copied());
        let told = registered.iter().find(|told| told.program == entry.program);
        let name = told.and_then(|told| told.name.as_deref());
        let parts = [Some(id), name, told.and_then(RegisteredProgram::told_role)];
        take(Document::of(HitKind::Program, id, Some(id), at, &parts))?;
    }
    Ok(())
}

/// Groups and sprints.
fn planned(reader: &Reader<'_>, take: Take<'_>) -> Result<(), StoreError> {
    for group in reader.groups()?.into_iter().filter(|group| group.name != EVERYONE) {
        let members = group.programs.join(", ");
        let parts = [Some(group.name.as_str()), Some(members.as_str())];
        take(Document::of(HitKind::Group, &group.name, None, None, &parts))?;
    }
    let sprints = match reader.looked_up(&Subject::Sprints)?.map(|row| row.answer) {
        Some(Answer::Sprints(sprints)) => sprints,
        _ => Vec::new(),
    };
    for sprint in &sprints {
        let mut parts = vec![
            sprint.title.as_deref(),
            sprint.project.as_deref(),
            sprint.branch.as_deref(),
        ];
        for story in &sprint.stories {
            parts.extend([story.title.as_deref(), story.current_action.as_deref()]);
        }
        let at = sprint.started_at.or(sprint.created_at);
        take(Document::of(HitKind::Sprint, &sprint.id, None, at, &parts))?;
    }
    Ok(())
}

/// Keys that open. Of a key itself nothing is known here but its fingerprint.
fn keys(reader: &Reader<'_>, take: Take<'_>) -> Result<(), StoreError> {
    for key in reader.keys(None)?.into_iter().filter(|key| key.active) {
        let program = key.program.as_str();
        let parts = [Some(key.label.as_str()), Some(program)];
        let hash = key.hash.as_str();
        take(Document::of(HitKind::Key, hash, Some(program), key.created_at, &parts))?;
    }
    Ok(())
}

fn sessions(reader: &Reader<'_>, table: &str, at: &str, take: Take<'_>) -> Result<(), StoreError> {
    // Read in the file's order and without making rows of it: this is the one table that grows for ever.
    let mut statement = reader.connection.prepare_cached(&format!(
        "SELECT s.id, s.program, t.first_name, s.name, s.status, s.project, {at}
         FROM {table} s LEFT JOIN kept.trace t ON t.session = s.id"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |column| match row.get_ref(column)? {
            ValueRef::Null => Ok(None),
            value => Ok::<_, rusqlite::Error>(Some(value.as_str()?)),
        };
        let (id, program) = (text(0)?.unwrap_or_default(), text(1)?);
        let parts = [text(2)?, text(3)?, text(4)?, text(5)?, Some(id)];
        let at = row.get::<_, Option<i64>>(6)?.map(Timestamp::from_millis);
        take(Document::of(HitKind::Session, id, program, at, &parts))?;
    }
    Ok(())
}

/// Each program's state; where the server's decay emptied it, what was kept of it.
fn states(reader: &Reader<'_>, take: Take<'_>) -> Result<(), StoreError> {
    let mut statement = reader
        .connection
        .prepare_cached("SELECT program FROM program_state UNION SELECT program FROM kept.context")?;
    let programs = statement.query_map([], |row| row.get::<_, String>(0))?;
    for program in programs.collect::<Result<Vec<_>, _>>()? {
        let program = ProgramId::new(program);
        let state = reader.program_state(&program)?.filter(|state| state.exists);
        let now = state.and_then(|state| Some((state.context?, state.last_updated_at)));
        if let Some((context, at)) = now.filter(|(context, _)| !context.is_empty()) {
            context_texts(&program, &context, at, false, take)?;
        } else if let Some(kept) = reader.kept_context(&program)?.filter(|kept| !kept.emptied) {
            context_texts(&program, &kept.context, kept.written_at, true, take)?;
        }
    }
    Ok(())
}

fn context_texts(
    program: &ProgramId,
    context: &ContextSummary,
    at: Option<Timestamp>,
    kept: bool,
    take: Take<'_>,
) -> Result<(), StoreError> {
    let id = program.as_str();
    let mut put = |kind, place: usize, parts: &[Option<&str>]| {
        let mut document = Document::of(kind, id, Some(id), at, parts);
        document.key = format!("{place} {id}");
        document.kept = kept;
        take(document)
    };
    put(HitKind::HandOffNotes, 0, &[Some(&context.hand_off_notes)])?;
    for (place, question) in context.open_questions.iter().enumerate() {
        put(HitKind::OpenQuestion, place, &[Some(question)])?;
    }
    for (place, item) in context.active_work_items.iter().enumerate() {
        put(HitKind::WorkItem, place, &[Some(item)])?;
    }
    if let Some(LastTask { title, notes, .. }) = &context.last_task {
        put(HitKind::LastTask, 0, &[title.as_deref(), notes.as_deref()])?;
    }
    Ok(())
}

/// Messages, also those sent from here that no list has; those that replied to an open question are replies,
/// and about the program that asked.
fn messages(reader: &Reader<'_>, take: Take<'_>) -> Result<(), StoreError> {
    let replies = reader.replies()?;
    let replied = |id: &MessageId| -> Option<&OpenQuestion> {
        let reply = replies
            .iter()
            .find(|reply| reply.message.as_deref() == Some(id.as_str()));
        reply.map(|reply| &reply.question)
    };
    let listed = reader.messages()?;
    let ids: BTreeSet<MessageId> = listed.iter().map(|message| message.id.clone()).collect();
    let sent = reader.sent_from_here()?.into_iter().map(|(message, _)| message);
    let unlisted = sent.filter(|message| !ids.contains(&message.id));
    for message in listed.into_iter().chain(unlisted) {
        let parts = [Some(message.text.as_str()), message.context.as_deref()];
        let id = message.id.as_str();
        let question = replied(&message.id);
        let (kind, program) = match question {
            Some(question) => (HitKind::Reply, Some(question.program.as_str())),
            None => (
                HitKind::Message,
                message.source.as_deref().or(message.target.as_deref()),
            ),
        };
        let mut document = Document::of(kind, id, program, message.created_at, &parts);
        document.other = message.target.clone();
        take(document)?;
    }
    Ok(())
}

/// What a person wrote.
fn texts_of(action: &Action) -> Vec<&str> {
    match action {
        Action::SendMessage(message) => vec![&message.text],
        Action::AnswerQuestion { response, .. } => vec![response],
        Action::CreateTask(task) => vec![&task.title, &task.instructions],
        Action::CompleteTask { result, .. } => vec![result],
        Action::EditContext { edit, .. } => match edit {
            ContextEdit::HandOffNotes(notes) => vec![notes],
            ContextEdit::OpenQuestions(questions) => questions.iter().map(String::as_str).collect(),
        },
        Action::UpdateSession(update) => vec![&update.status],
        Action::CreateKey { key, .. } => vec![&key.label],
        Action::ClaimTask { .. } | Action::RevokeKey { .. } | Action::RotateKey { .. } => Vec::new(),
    }
}

impl Reader<'_> {
    /// How far what is kept here reaches; whether questions are whole is the server's to say.
    pub(crate) fn reach(&self) -> Result<SearchReach, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT (SELECT count(*) FROM program),
                    (SELECT count(*) FROM program p JOIN program_state s ON s.program = p.id),
                    (SELECT count(*) FROM task WHERE id NOT IN (SELECT id FROM question UNION SELECT id FROM alert)),
                    (SELECT min(created_at) FROM message)",
        )?;
        Ok(statement.query_row([], |row| {
            Ok(SearchReach {
                programs: row.get(0)?,
                states_read: row.get(1)?,
                tasks: row.get(2)?,
                messages_since: time(row, 3)?,
                questions_whole: false,
            })
        })?)
    }
}
