//! What a person does over the outbox, asked with a recorded request.

use cachebash_core::api::{
    self, Call, ClaimTaskOf, CompleteTaskOf, CreateTaskFor, Keyed, Reply, SendMessageTo, Wrapping,
};
use cachebash_core::domain::{ActionId, TaskId};
use serde_json::Value;

use super::asking::{Asked, Heard, heard};

impl Asked<'_> {
    pub(super) async fn send_message(&self) -> Result<Heard, api::Error> {
        heard(self.written(self.body().map(SendMessageTo)).await?, Value::Null)
    }

    pub(super) async fn create_task(&self) -> Result<Heard, api::Error> {
        heard(self.written(self.body().map(CreateTaskFor)).await?, Value::Null)
    }

    pub(super) async fn claim_task(&self) -> Result<Heard, api::Error> {
        let call = ClaimTaskOf(TaskId::new(self.step(3)));
        heard(self.written(Some(call)).await?, Value::Null)
    }

    pub(super) async fn complete_task(&self) -> Result<Heard, api::Error> {
        let id = TaskId::new(self.step(3));
        let call = self.body().map(|body| CompleteTaskOf(id, body));
        heard(self.written(call).await?, Value::Null)
    }

    /// As the outbox sends it, where a key was recorded; else the bare call, else word for word.
    async fn written<C: Call + Clone>(&self, call: Option<C>) -> Result<Reply<C::Data>, api::Error> {
        let recorded: Option<Value> = self.body();
        let key = recorded
            .as_ref()
            .and_then(|body| body.get("idempotency_key")?.as_str())
            .map(ActionId::from);
        if let (Some(key), Some(call)) = (&key, call.clone())
            && let Some(keyed) = self.formed(Some(Keyed { call, key }))
        {
            return self.client.send(&keyed).await;
        }
        self.send(self.formed(call), Wrapping::Both).await
    }
}
