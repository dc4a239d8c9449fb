//! What the client has a form for and no call: requests that are an agent's, or that take something away. They are sent
//! word for word.

use cachebash_core::api::{self, Wrapping};
use cachebash_core::wire::{self, Salvage};
use serde::Serialize;
use serde_json::Value;

use super::asking::{Asked, Heard, Verbatim, heard};
use crate::mock_server::Endpoint;

impl Asked<'_> {
    /// As [`Endpoint::of`] names it; `None` for what has a call of its own, or no form at all.
    /// `wrapped`: how an answer is wrapped that REST wraps so.
    pub(super) async fn form_only(
        &self,
        endpoint: Endpoint,
        wrapped: impl Fn(Wrapping) -> Wrapping,
    ) -> Option<Result<Heard, api::Error>> {
        let (both, outer) = (wrapped(Wrapping::Both), wrapped(Wrapping::Outer));
        Some(match endpoint {
            Endpoint::Messages | Endpoint::PeekInterrupts => self.told::<wire::InterruptsPage>(both).await,
            Endpoint::MarkRead => self.told::<wire::MarkedRead>(outer).await,
            Endpoint::DeadLetters => self.told::<wire::DeadLettersPage>(both).await,
            Endpoint::AskQuestion => self.told::<wire::QuestionAck>(both).await,
            Endpoint::SendAlert => self.told::<wire::AlertAck>(both).await,
            Endpoint::UnclaimTask => self.told::<wire::UnclaimAck>(both).await,
            Endpoint::ClaimTasks | Endpoint::CompleteTasks => self.told::<wire::BatchAck>(both).await,
            Endpoint::TaskCounts => self.told::<wire::TaskCounts>(outer).await,
            Endpoint::ActiveSprints => self.told::<wire::ActiveSprints>(outer).await,
            Endpoint::ReadSprint => self.told::<wire::OneSprint>(both).await,
            Endpoint::CreateSprint | Endpoint::AddStory | Endpoint::UpdateStory | Endpoint::CompleteSprint => {
                self.told::<wire::SprintAck>(both).await
            }
            Endpoint::ContextUse => self.told::<wire::ContextUse>(both).await,
            Endpoint::FleetTimeline => self.told::<wire::FleetTimeline>(both).await,
            Endpoint::CommsMetrics => self.told::<wire::CommsMetrics>(both).await,
            Endpoint::BudgetSummary => self.told::<wire::BudgetSummary>(both).await,
            Endpoint::McpHeartbeat => self.told::<wire::McpAlive>(Wrapping::None).await,
            _ => return None,
        })
    }

    pub(super) async fn told<T: Salvage + Default + Send + Serialize>(
        &self,
        wrapping: Wrapping,
    ) -> Result<Heard, api::Error> {
        let reply = self.client.send(&Verbatim::<T>::new(self.request, wrapping)).await?;
        heard(reply, Value::Null)
    }
}
