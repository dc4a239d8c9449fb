//! Questions, tasks, messages, alerts, groups and cost: the calls that only look. There is no type here, nor anywhere, for
//! the routes that hand messages out or mark them as read: what agents wait for is theirs (B27, trap T4).

use super::address::segment;
use super::calls::{Call, Request, Wrapping};
use super::client::{Client, Reply};
use super::error::Error;
use crate::domain::{Alert, AskedQuestion, CostSummary, Group, Message, Offers, ProgramId, Task, TaskId};
use crate::wire::{self, Field};

/// Rows on a page of questions, tasks or sent messages: the most that servers give.
const PAGE: u32 = 50;

/// Rows of a message history: the most that servers give.
const HISTORY: u32 = 100;

/// To whom alerts are addressed.
const PERSON: &str = "user";

/// One page of a list that has a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Where the next one begins; `None` on the last.
    pub next: Option<String>,
    /// Rows are missing that no cursor leads to.
    pub short: bool,
}

/// `GET /v1/capabilities`. Needs no key; ours goes along, because a hosted server says 401 to a path without one and
/// only then 404.
#[derive(Clone, Copy, Debug)]
pub struct AskCapabilities;

impl Call for AskCapabilities {
    type Data = wire::Capabilities;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get("/v1/capabilities", &[]))
    }
}

/// `GET /v1/questions`: those that wait, whole. Only where offered.
#[derive(Clone, Debug)]
pub struct WaitingQuestions {
    /// Where to go on.
    pub cursor: Option<String>,
}

impl Call for WaitingQuestions {
    type Data = wire::QuestionsPage;

    fn request(&self) -> Result<Request, Error> {
        let parts = [
            ("status", Some("created".to_owned())),
            ("limit", Some(PAGE.to_string())),
            ("cursor", self.cursor.clone()),
        ];
        Ok(Request::get("/v1/questions", &parts))
    }
}

/// Which tasks to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TasksQuery {
    /// `created`, `active` or `all`; `None`: the server's `created`.
    pub status: Option<String>,
    /// `task`, `question`, …; `None` for all.
    pub kind: Option<String>,
    /// For this program; `None` for all that the key may see.
    pub target: Option<ProgramId>,
    /// 1 to 50; `None`: the server's default.
    pub limit: Option<u32>,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// `GET /v1/tasks`. Over REST only tasks that ask for something are listed, and looking archives none.
#[derive(Clone, Debug)]
pub struct ListTasks(pub TasksQuery);

impl Call for ListTasks {
    type Data = wire::TasksPage;

    fn request(&self) -> Result<Request, Error> {
        let asked = &self.0;
        let parts = [
            ("status", asked.status.clone()),
            ("type", asked.kind.clone()),
            ("target", asked.target.as_ref().map(|target| target.as_str().to_owned())),
            ("limit", asked.limit.map(|limit| limit.to_string())),
            ("cursor", asked.cursor.clone()),
        ];
        Ok(Request::get("/v1/tasks", &parts))
    }
}

/// `GET /v1/tasks/:id`: with its instructions.
#[derive(Clone, Debug)]
pub struct TaskOf(pub TaskId);

impl Call for TaskOf {
    type Data = wire::TaskReply;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get(format!("/v1/tasks/{}", segment(self.0.as_str())?), &[]))
    }
}

/// `GET /v1/messages/sent`: what this key's program sent, with a limit of 1 to 50.
#[derive(Clone, Copy, Debug)]
pub struct SentMessages(pub Option<u32>);

impl Call for SentMessages {
    type Data = wire::MessagesPage;

    fn request(&self) -> Result<Request, Error> {
        let limit = self.0.map(|limit| limit.to_string());
        Ok(Request::get("/v1/messages/sent", &[("limit", limit)]))
    }
}

/// `GET /v1/messages/history`: looks, and takes nothing from anyone. Needs a thread, a source or a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageHistory {
    /// From this program.
    pub source: Option<String>,
    /// To this program.
    pub target: Option<String>,
    /// Of this thread.
    pub thread: Option<String>,
    /// 1 to 100; `None`: the server's default.
    pub limit: Option<u32>,
}

impl Call for MessageHistory {
    type Data = wire::MessagesPage;

    fn request(&self) -> Result<Request, Error> {
        let parts = [
            ("threadId", self.thread.clone()),
            ("source", self.source.clone()),
            ("target", self.target.clone()),
            ("limit", self.limit.map(|limit| limit.to_string())),
        ];
        Ok(Request::get("/v1/messages/history", &parts))
    }
}

/// `GET /v1/messages/unread`: what waits for someone, as it is stored. Looks only; no other route lists alerts whole.
#[derive(Clone, Debug)]
pub struct UnreadOf(pub String);

impl Call for UnreadOf {
    type Data = wire::UnreadPage;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get(
            "/v1/messages/unread",
            &[("sessionId", Some(self.0.clone()))],
        ))
    }

    fn wrapping(&self) -> Wrapping {
        Wrapping::Outer
    }
}

/// `GET /v1/relay/groups`
#[derive(Clone, Copy, Debug)]
pub struct RelayGroups;

impl Call for RelayGroups {
    type Data = wire::GroupsReply;

    fn request(&self) -> Result<Request, Error> {
        Ok(Request::get("/v1/relay/groups", &[]))
    }
}

/// `GET /v1/metrics/cost-summary`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostOverview {
    /// `today`, `this_week`, `this_month`, `all`; `None`: the server's default.
    pub period: Option<String>,
    /// `program`, `type`, `none`; `None`: the server's default.
    pub group_by: Option<String>,
    /// Of one program; `None` for all.
    pub program: Option<ProgramId>,
}

impl Call for CostOverview {
    type Data = wire::CostReply;

    fn request(&self) -> Result<Request, Error> {
        let parts = [
            ("period", self.period.clone()),
            ("groupBy", self.group_by.clone()),
            (
                "programFilter",
                self.program.as_ref().map(|program| program.as_str().to_owned()),
            ),
        ];
        Ok(Request::get("/v1/metrics/cost-summary", &parts))
    }
}

impl Client {
    /// What the server offers beyond the hosted contract.
    ///
    /// # Errors
    /// Any [`Error`]; [`Error::NoSuchRoute`] from a server that offers nothing.
    pub async fn capabilities(&self) -> Result<Reply<Offers>, Error> {
        Ok(self.send(&AskCapabilities).await?.map(wire::Capabilities::into_offers))
    }

    /// One page of the questions that wait, whole and with their askers.
    ///
    /// # Errors
    /// Any [`Error`]; [`Error::NoSuchRoute`] where they are not offered.
    pub async fn waiting_questions(&self, cursor: Option<String>) -> Result<Reply<Page<AskedQuestion>>, Error> {
        let reply = self.send(&WaitingQuestions { cursor }).await?;
        let next = next_of(&reply.value.has_more, &reply.value.cursor);
        let rows = reply.rows(|page| (page.questions, page.count), wire::QuestionRow::into_question)?;
        Ok(rows.map(|rows| Page {
            rows,
            next,
            short: false,
        }))
    }

    /// One page of the beginnings of the questions that wait: all that a hosted server tells of them.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn question_titles(&self, cursor: Option<String>) -> Result<Reply<Page<AskedQuestion>>, Error> {
        let query = TasksQuery {
            status: Some("created".to_owned()),
            kind: Some("question".to_owned()),
            target: None,
            limit: Some(PAGE),
            cursor,
        };
        self.task_rows(&query, wire::TaskRow::into_question).await
    }

    /// One page of tasks, without instructions.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn tasks(&self, query: &TasksQuery) -> Result<Reply<Page<Task>>, Error> {
        self.task_rows(query, wire::TaskRow::into_task).await
    }

    async fn task_rows<T>(
        &self,
        query: &TasksQuery,
        read: impl Fn(wire::TaskRow) -> Option<T>,
    ) -> Result<Reply<Page<T>>, Error> {
        let reply = self.send(&ListTasks(query.clone())).await?;
        let next = next_of(&reply.value.has_more, &reply.value.cursor);
        let short = reply.value.degraded.get() == Some(&true) && next.is_none();
        let rows = reply.rows(|page| (page.tasks, page.count), read)?;
        Ok(rows.map(|rows| Page { rows, next, short }))
    }

    /// One task with its instructions.
    ///
    /// # Errors
    /// Any [`Error`]; an unknown id is `Refused(NotFound)`.
    pub async fn task(&self, id: &TaskId) -> Result<Reply<Task>, Error> {
        let reply = self.send(&TaskOf(id.clone())).await?;
        let told = reply.value.task.get().cloned().and_then(wire::TaskRow::into_task);
        let task = told.ok_or(Error::Unreadable)?;
        Ok(reply.map(|_| task))
    }

    /// What this key's program sent, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn sent_messages(&self, limit: Option<u32>) -> Result<Reply<Vec<Message>>, Error> {
        let reply = self.send(&SentMessages(limit)).await?;
        let sender = reply.value.source.get().cloned();
        reply.rows(
            |page| (page.messages, page.count),
            |row| row.into_message(sender.as_deref()),
        )
    }

    /// The newest messages to or from a program, or of a thread.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn message_history(&self, query: &MessageHistory) -> Result<Reply<Page<Message>>, Error> {
        let reply = self.send(query).await?;
        let rows = reply.rows(|page| (page.messages, page.count), |row| row.into_message(None))?;
        let most = query.limit.unwrap_or(HISTORY).min(HISTORY);
        Ok(full_is_short(rows, most))
    }

    /// The alerts that wait for the person.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn alerts(&self) -> Result<Reply<Page<Alert>>, Error> {
        let reply = self.send(&UnreadOf(PERSON.to_owned())).await?;
        let more = reply.value.has_more.get() == Some(&true);
        let rows = reply.rows(|page| (page.messages, page.count), wire::UnreadRow::into_alert)?;
        Ok(rows.map(|rows| Page {
            rows,
            next: None,
            short: more,
        }))
    }

    /// The names under which several programs can be written to.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn groups(&self) -> Result<Reply<Vec<Group>>, Error> {
        let reply = self.send(&RelayGroups).await?;
        let groups = reply.value.clone().into_groups().ok_or(Error::Unreadable)?;
        Ok(reply.map(|_| groups))
    }

    /// What completed tasks cost.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn cost_summary(&self, query: &CostOverview) -> Result<Reply<CostSummary>, Error> {
        let reply = self.send(query).await?;
        let summary = reply.value.clone().into_summary().ok_or(Error::Unreadable)?;
        Ok(reply.map(|_| summary))
    }
}

/// Where the next page begins. A server that says "more" without saying where has told all it will.
fn next_of(has_more: &Field<bool>, cursor: &Field<String>) -> Option<String> {
    cursor.get().filter(|_| has_more.get() == Some(&true)).cloned()
}

/// A list without a cursor that fills its page may not be all there is.
fn full_is_short<T>(reply: Reply<Vec<T>>, most: u32) -> Reply<Page<T>> {
    let sent = reply.value.len() + usize::try_from(reply.skipped).unwrap_or(0);
    let short = u32::try_from(sent).is_ok_and(|sent| sent >= most);
    reply.map(|rows| Page {
        rows,
        next: None,
        short,
    })
}
