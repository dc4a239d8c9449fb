//! The companion's part that acts: ask for something, see what became of it, decide what only a person can.

use std::sync::Arc;

use cachebash_core::domain::{self, AccountId, ActionId, QuestionId};

use crate::guard::{call, wait};
use crate::mirror::Cross;
use crate::{Action, Companion, CompanionError, Observation, OutboxListener, OutboxView};

/// What was answered to an asked question, as far as one may read it.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Response {
    /// Nobody answered yet.
    Waiting,
    /// This.
    Answered {
        /// What was answered.
        text: String,
    },
    /// Something that only the key that asked opens, and no ring here has it.
    Sealed,
}

impl Cross for domain::Response {
    type Out = Response;

    fn cross(self) -> Response {
        match self {
            domain::Response::Waiting => Response::Waiting,
            domain::Response::Answered(text) => Response::Answered { text },
            domain::Response::Sealed(_) => Response::Sealed,
        }
    }
}

#[uniffi::export]
impl Companion {
    /// Keeps an action and sends it as soon as that is possible. It is on this device's disk when this returns, and survives
    /// whatever happens next. Returns its id.
    pub async fn ask(&self, account: String, action: Action) -> Result<String, CompanionError> {
        wait(self.core.ask(&AccountId::new(account), action.into()))
            .await
            .map(ActionId::into_string)
    }

    /// Sends again what was refused or what a look did not find, or one's own text over one that changed meanwhile. What may
    /// have arrived is looked for first.
    pub async fn retry_action(&self, account: String, action: String) -> Result<(), CompanionError> {
        wait(self.core.retry_action(&AccountId::new(account), &ActionId::new(action))).await
    }

    /// Gives an action up.
    pub async fn discard_action(&self, account: String, action: String) -> Result<(), CompanionError> {
        wait(
            self.core
                .discard_action(&AccountId::new(account), &ActionId::new(action)),
        )
        .await
    }

    /// Replaces an action by another one, and returns that one's id.
    pub async fn edit_action(
        &self,
        account: String,
        action: String,
        instead: Action,
    ) -> Result<String, CompanionError> {
        wait(
            self.core
                .edit_action(&AccountId::new(account), &ActionId::new(action), instead.into()),
        )
        .await
        .map(ActionId::into_string)
    }

    /// What was answered to an asked question, read now. What was sealed for the key that asked is opened if that key is in the
    /// account's ring, or another account's on the same server.
    pub async fn read_response(&self, account: String, question: String) -> Result<Response, CompanionError> {
        wait(
            self.core
                .read_response(&AccountId::new(account), &QuestionId::new(question)),
        )
        .await
        .map(Cross::cross)
    }

    /// Sends all that may go and waits for it. A started companion does so by itself.
    pub async fn deliver(&self, account: String) -> Result<(), CompanionError> {
        wait(self.core.deliver(&AccountId::new(account))).await
    }

    /// What is not done yet, of one account or of all.
    #[uniffi::method(default(account = None))]
    pub fn outbox(&self, account: Option<String>) -> Result<OutboxView, CompanionError> {
        call(|| self.core.outbox(account.map(AccountId::new).as_ref())).map(Cross::cross)
    }

    /// Gives the outbox at once, then each time it changes, until the observation is cancelled or dropped.
    pub fn observe_outbox(
        &self,
        account: Option<String>,
        listener: Arc<dyn OutboxListener>,
    ) -> Result<Arc<Observation>, CompanionError> {
        call(|| {
            Observation::start(
                move |outbox| listener.on_outbox(outbox),
                |tell| self.core.observe_outbox(account.map(AccountId::new), tell),
            )
        })
    }
}
