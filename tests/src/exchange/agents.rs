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
    pub(super) async fn form_only(&self, endpoint: Endpoint) -> Option<Result<Heard, api::Error>> {
        use Wrapping::{Both, Outer};
        Some(match endpoint {
            Endpoint::Messages | Endpoint::PeekInterrupts => self.told::<wire::InterruptsPage>(Both).await,
            Endpoint::MarkRead => self.told::<wire::MarkedRead>(Outer).await,
            Endpoint::DeadLetters => self.told::<wire::DeadLettersPage>(Both).await,
            Endpoint::AskQuestion => self.told::<wire::QuestionAck>(Both).await,
            Endpoint::SendAlert => self.told::<wire::AlertAck>(Both).await,
            Endpoint::UnclaimTask => self.told::<wire::UnclaimAck>(Both).await,
            Endpoint::ClaimTasks | Endpoint::CompleteTasks => self.told::<wire::BatchAck>(Both).await,
            Endpoint::TaskCounts => self.told::<wire::TaskCounts>(Outer).await,
            Endpoint::ActiveSprints => self.told::<wire::ActiveSprints>(Outer).await,
            Endpoint::ReadSprint => self.told::<wire::OneSprint>(Both).await,
            Endpoint::CreateSprint | Endpoint::AddStory | Endpoint::UpdateStory | Endpoint::CompleteSprint => {
                self.told::<wire::SprintAck>(Both).await
            }
            Endpoint::ContextUse => self.told::<wire::ContextUse>(Both).await,
            Endpoint::FleetTimeline => self.told::<wire::FleetTimeline>(Both).await,
            Endpoint::CommsMetrics => self.told::<wire::CommsMetrics>(Both).await,
            Endpoint::BudgetSummary => self.told::<wire::BudgetSummary>(Both).await,
            _ => return None,
        })
    }

    async fn told<T: Salvage + Default + Send + Serialize>(&self, wrapping: Wrapping) -> Result<Heard, api::Error> {
        let reply = self.client.send(&Verbatim::<T>::new(self.request, wrapping)).await?;
        heard(reply, Value::Null)
    }
}
