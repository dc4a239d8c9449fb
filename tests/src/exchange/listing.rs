//! The lists beside programs and sessions, asked with a recorded request.

use cachebash_core::api::{
    self, AskCapabilities, CostOverview, ListTasks, MessageHistory, RelayGroups, ResponseTo, SentMessages, TaskOf,
    TasksQuery, UnreadOf, WaitingQuestions, Wrapping,
};
use cachebash_core::domain::{ProgramId, QuestionId, Response, TaskId};
use cachebash_core::wire;
use serde_json::Value;

use super::asking::{Asked, Heard, heard, pairs, rows};
use super::meaning::{Meaning, said_rows};

impl Asked<'_> {
    pub(super) async fn tasks(&self) -> Result<Heard, api::Error> {
        let query = self.formed(self.tasks_query().map(ListTasks));
        let page = self.send(query.clone(), Wrapping::Both).await?;
        let tasks = match query {
            Some(ListTasks(query)) => self.client.tasks(&query).await?.value.rows,
            None => rows(&page.value.tasks, wire::TaskRow::into_task),
        };
        heard(page, said_rows("tasks", &tasks))
    }

    pub(super) async fn task(&self) -> Result<Heard, api::Error> {
        let id = TaskId::new(self.step(3));
        let call = self.formed(Some(TaskOf(id.clone())));
        let answer = self.send(call.clone(), Wrapping::Both).await?;
        let said = match call {
            Some(_) => serde_json::json!({"task": self.client.task(&id).await?.value.said()}),
            None => Value::Null,
        };
        heard(answer, said)
    }

    pub(super) async fn response(&self) -> Result<Heard, api::Error> {
        let id = QuestionId::new(self.step(3));
        let call = self.formed(Some(ResponseTo(id.clone())));
        let is_formed = call.is_some();
        let answer = self.send(call, Wrapping::Both).await?;
        let told = if is_formed {
            self.client.response_to(&id).await?.value
        } else {
            answer.value.clone().into_response()
        };
        let said = match told {
            Response::Waiting => serde_json::json!({"answered": false}),
            Response::Answered(text) => serde_json::json!({"answered": true, "response": text}),
            Response::Sealed(text) => {
                serde_json::json!({"answered": true, "response": text, "decryptionFailed": true})
            }
        };
        heard(answer, said)
    }

    pub(super) async fn sent(&self) -> Result<Heard, api::Error> {
        let call = self.formed(self.limit_only().map(SentMessages));
        let page = self.send(call, Wrapping::Both).await?;
        let mut messages = match call {
            Some(SentMessages(limit)) => self.client.sent_messages(limit).await?.value,
            None => rows(&page.value.messages, |row: wire::MessageRow| row.into_message(None)),
        };
        // The sender is told once, for all of them.
        for message in &mut messages {
            if message.source.as_ref() == page.value.source.get() {
                message.source = None;
            }
        }
        heard(page, said_rows("messages", &messages))
    }

    pub(super) async fn messages(&self) -> Result<Heard, api::Error> {
        let query = self.formed(self.history_query());
        let page = self.send(query.clone(), Wrapping::Both).await?;
        let messages = match query {
            Some(query) => self.client.message_history(&query).await?.value.rows,
            None => rows(&page.value.messages, |row: wire::MessageRow| row.into_message(None)),
        };
        heard(page, said_rows("messages", &messages))
    }

    pub(super) async fn unread(&self) -> Result<Heard, api::Error> {
        let target = match pairs(&self.request.query).as_slice() {
            [("sessionId", target)] => Some((*target).to_owned()),
            _ => None,
        };
        let page = self.send(self.formed(target.map(UnreadOf)), Wrapping::Outer).await?;
        let alerts = rows(&page.value.messages, wire::UnreadRow::into_alert);
        heard(page, said_rows("messages", &alerts))
    }

    pub(super) async fn groups(&self) -> Result<Heard, api::Error> {
        let call = self.formed(Some(RelayGroups));
        let answer = self.send(call, Wrapping::Both).await?;
        let said = match call {
            Some(_) => {
                let groups = self.client.groups().await?.value;
                let by_name: serde_json::Map<_, _> = groups
                    .into_iter()
                    .map(|group| (group.name, Value::from(group.programs)))
                    .collect();
                serde_json::json!({"groups": by_name})
            }
            None => Value::Null,
        };
        heard(answer, said)
    }

    pub(super) async fn cost(&self) -> Result<Heard, api::Error> {
        let query = self.formed(self.cost_query());
        let answer = self.send(query.clone(), Wrapping::Both).await?;
        let said = match query {
            Some(query) => self.client.cost_summary(&query).await?.value.said(),
            None => Value::Null,
        };
        heard(answer, said)
    }

    pub(super) async fn capabilities(&self) -> Result<Heard, api::Error> {
        let call = self.formed(Some(AskCapabilities));
        let answer = self.send(call, Wrapping::Both).await?;
        let said = match call {
            Some(_) => {
                let limit = self.client.capabilities().await?.value.answer_limit;
                serde_json::json!({"limits": {"answerCharacters": limit}})
            }
            None => Value::Null,
        };
        heard(answer, said)
    }

    pub(super) async fn questions(&self) -> Result<Heard, api::Error> {
        let cursor = pairs(&self.request.query)
            .into_iter()
            .find_map(|(name, value)| (name == "cursor").then(|| value.to_owned()));
        let call = self.formed(Some(WaitingQuestions { cursor }));
        let page = self.send(call.clone(), Wrapping::Both).await?;
        let questions = match call {
            Some(WaitingQuestions { cursor }) => self.client.waiting_questions(cursor).await?.value.rows,
            None => rows(&page.value.questions, wire::QuestionRow::into_question),
        };
        heard(page, said_rows("questions", &questions))
    }

    fn tasks_query(&self) -> Option<TasksQuery> {
        let mut query = TasksQuery::default();
        for (name, value) in pairs(&self.request.query) {
            let text = Some(value.to_owned());
            match name {
                "status" => query.status = text,
                "type" => query.kind = text,
                "target" => query.target = text.map(ProgramId::new),
                "limit" => query.limit = Some(value.parse().ok()?),
                "cursor" => query.cursor = text,
                _ => return None,
            }
        }
        Some(query)
    }

    fn history_query(&self) -> Option<MessageHistory> {
        let mut query = MessageHistory::default();
        for (name, value) in pairs(&self.request.query) {
            let text = Some(value.to_owned());
            match name {
                "source" => query.source = text,
                "target" => query.target = text,
                "threadId" => query.thread = text,
                "limit" => query.limit = Some(value.parse().ok()?),
                _ => return None,
            }
        }
        Some(query)
    }

    fn cost_query(&self) -> Option<CostOverview> {
        let mut query = CostOverview::default();
        for (name, value) in pairs(&self.request.query) {
            let text = Some(value.to_owned());
            match name {
                "period" => query.period = text,
                "groupBy" => query.group_by = text,
                "programFilter" => query.program = text.map(ProgramId::new),
                _ => return None,
            }
        }
        Some(query)
    }
}
