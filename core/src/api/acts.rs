//! What a person does over this device, one call type each, and the looks that tell whether it arrived.
//!
//! Each of these is sent with its action's id as idempotency key. The hosted server honours it for messages and drops it
//! elsewhere; a server of this project honours it everywhere (contract section 8, docs/contract-extensions.md).

use serde_json::Value;

use super::address::segment;
use super::calls::{Call, Method, Request, Wrapping};
use super::client::{Client, Reply};
use super::error::Error;
use super::lists::SentMessages;
use crate::domain::{ActionId, ProgramId, QuestionId, Response, TaskId};
use crate::wire::{self, Field};

/// A write together with the key under which a repeat of it is known.
#[derive(Clone, Debug)]
pub struct Keyed<'a, C> {
    /// What is written.
    pub call: C,
    /// The key.
    pub key: &'a ActionId,
}

impl<C: Call> Call for Keyed<'_, C> {
    type Data = C::Data;

    fn request(&self) -> Result<Request, Error> {
        let mut request = self.call.request()?;
        let body = request.body.as_deref().unwrap_or("{}");
        let mut body: Value = serde_json::from_str(body).map_err(|_| Error::Invalid { issues: Vec::new() })?;
        body["idempotency_key"] = self.key.as_str().into();
        request.body = Some(body.to_string());
        Ok(request)
    }

    fn wrapping(&self) -> Wrapping {
        self.call.wrapping()
    }
}

/// `POST /v1/messages`
#[derive(Clone, Debug)]
pub struct SendMessageTo(pub wire::SendMessage);

impl Call for SendMessageTo {
    type Data = wire::MessageAck;

    fn request(&self) -> Result<Request, Error> {
        Request::write(Method::Post, "/v1/messages").with_body(&self.0)
    }
}

/// `POST /v1/tasks`
#[derive(Clone, Debug)]
pub struct CreateTaskFor(pub wire::CreateTask);

impl Call for CreateTaskFor {
    type Data = wire::TaskAck;

    fn request(&self) -> Result<Request, Error> {
        Request::write(Method::Post, "/v1/tasks").with_body(&self.0)
    }
}

/// `POST /v1/tasks/:id/claim`
#[derive(Clone, Debug)]
pub struct ClaimTaskOf(pub TaskId);

impl Call for ClaimTaskOf {
    type Data = wire::TaskAck;

    fn request(&self) -> Result<Request, Error> {
        let path = format!("/v1/tasks/{}/claim", segment(self.0.as_str())?);
        Ok(Request::write(Method::Post, path))
    }
}

/// `POST /v1/tasks/:id/complete`
#[derive(Clone, Debug)]
pub struct CompleteTaskOf(pub TaskId, pub wire::CompleteTask);

impl Call for CompleteTaskOf {
    type Data = wire::TaskAck;

    fn request(&self) -> Result<Request, Error> {
        let path = format!("/v1/tasks/{}/complete", segment(self.0.as_str())?);
        Request::write(Method::Post, path).with_body(&self.1)
    }
}

/// `POST /v1/questions/:id/answer` (extension)
#[derive(Clone, Debug)]
pub struct AnswerTo(pub QuestionId, pub wire::AnswerQuestion);

impl Call for AnswerTo {
    type Data = wire::AnswerAck;

    fn request(&self) -> Result<Request, Error> {
        let path = format!("/v1/questions/{}/answer", segment(self.0.as_str())?);
        Request::write(Method::Post, path).with_body(&self.1)
    }
}

/// `GET /v1/questions/:id` (extension)
#[derive(Clone, Debug)]
pub struct QuestionOf(pub QuestionId);

impl Call for QuestionOf {
    type Data = wire::OneQuestion;

    fn request(&self) -> Result<Request, Error> {
        let path = format!("/v1/questions/{}", segment(self.0.as_str())?);
        Ok(Request::get(path, &[]))
    }
}

/// `GET /v1/questions/:id/response`
#[derive(Clone, Debug)]
pub struct ResponseTo(pub QuestionId);

impl Call for ResponseTo {
    type Data = wire::QuestionResponse;

    fn request(&self) -> Result<Request, Error> {
        let path = format!("/v1/questions/{}/response", segment(self.0.as_str())?);
        Ok(Request::get(path, &[]))
    }
}

impl Client {
    /// What was answered to a question, as this key may read it.
    ///
    /// # Errors
    /// Any [`Error`]; an unknown question is `Refused(NotFound)`.
    pub async fn response_to(&self, question: &QuestionId) -> Result<Reply<Response>, Error> {
        Ok(self
            .send(&ResponseTo(question.clone()))
            .await?
            .map(wire::QuestionResponse::into_response))
    }

    /// Whose key this is: a message must name its sender, and a key is not told whose it is in any other way.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn own_program(&self) -> Result<Reply<ProgramId>, Error> {
        let reply = self.send(&SentMessages(Some(1))).await?;
        let Field::Value(source) = &reply.value.source else {
            return Err(Error::Unreadable);
        };
        let source = ProgramId::from(source.as_str());
        Ok(reply.map(|_| source))
    }
}
