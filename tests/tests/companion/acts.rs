//! What a person asks for in the stories, and a world in which they may.

use cachebash_core::domain::{Action, MessageKind, NewMessage, NewTask, OpenQuestion, ProgramId};
use serde_json::json;

use crate::world::{Fleet, World};

pub fn message(to: &str, text: &str) -> Action {
    Action::SendMessage(NewMessage {
        to: to.to_owned(),
        text: text.to_owned(),
        kind: MessageKind::Directive,
        replies_to: None,
    })
}

/// An answer to the first open question of these words.
pub fn reply(program: &ProgramId, question: &str, text: &str) -> Action {
    Action::SendMessage(NewMessage {
        to: program.as_str().to_owned(),
        text: format!("> {question}\n\n{text}"),
        kind: MessageKind::Directive,
        replies_to: Some(OpenQuestion {
            program: program.clone(),
            text: question.to_owned(),
            occurrence: 0,
        }),
    })
}

pub fn task(to: &str, title: &str) -> Action {
    Action::CreateTask(NewTask {
        to: to.to_owned(),
        title: title.to_owned(),
        instructions: String::new(),
    })
}

impl Fleet {
    /// The texts that it has from phones, the newest first.
    pub async fn sent(&self) -> Vec<String> {
        let owner = self.client(&self.owner);
        let rows = owner.sent_messages(Some(50)).await.unwrap().value;
        rows.into_iter().map(|row| row.text).collect()
    }
}

impl World {
    /// With a builder at work in it, whose owner lets this phone act.
    pub async fn with_a_builder_at_work(self) -> Self {
        let builder = json!({
            "sessionId": "builder.auth", "programId": "builder", "name": "Auth", "state": "blocked", "progress": 45
        });
        self.fleet.creates(builder).await;
        self.refresh().await;
        self.companion.allow_writes(&self.account.id, true).unwrap();
        self
    }
}
