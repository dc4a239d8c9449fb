//! The four agents. Each has its own key, made through the API, and does its work through the API alone: nothing of the
//! demo reaches into the server.

use std::sync::Arc;

use cachebash_core::api::{Client, Endpoint, Error};
use cachebash_core::companion::{Clock, NewKey};
use cachebash_core::domain::{Capability, ProgramId, RawKey, SessionId};
use cachebash_core::wire::{CreateSession, Field, StateContext, StateLastTask, UpdateSession, UpdateState};
use serde_json::Number;

use super::script::{Act, Notes, Report, Step, Who};

/// What the companion may do: look.
const LOOK: [&str; 4] = ["pulse.read", "fleet.read", "state.read", "keys.read"];

/// The agents and their connections.
pub(crate) struct Agents {
    clients: Vec<(Who, Client)>,
    /// Progress that each agent reported last: an update without it would clear it.
    progress: Vec<(Who, u8)>,
}

impl Agents {
    /// Lets the owner make a key for each agent.
    pub(crate) async fn hire(server: &Endpoint, owner: &RawKey, clock: &Arc<dyn Clock>) -> Result<Self, Error> {
        let owner = Client::new(server.clone(), owner.clone(), Arc::clone(clock))?;
        let mut clients = Vec::new();
        for who in Who::ALL {
            let key = key_for(&owner, who.program(), "Demo agent", None).await?;
            clients.push((who, Client::new(server.clone(), key, Arc::clone(clock))?));
        }
        Ok(Self {
            clients,
            progress: Vec::new(),
        })
    }

    /// Does one step of the script. Steps of the network are not an agent's.
    pub(crate) async fn act(&mut self, step: &Step) -> Result<(), Error> {
        let id = session_id(step);
        let Some(client) = self
            .clients
            .iter()
            .find(|(who, _)| *who == step.who)
            .map(|(_, client)| client.clone())
        else {
            return Ok(());
        };
        match &step.act {
            Act::Begin { name } => self.begin(&client, step.who, id, name.clone()).await,
            Act::TakeOver => {
                // The new session knows nothing but what the last one wrote down.
                let state = client.program_state(&ProgramId::new(step.who.program())).await?.value;
                let items = state
                    .context
                    .map(|context| context.active_work_items)
                    .unwrap_or_default();
                let name = items
                    .into_iter()
                    .next()
                    .unwrap_or_else(|| "Looking for work".to_owned());
                self.begin(&client, step.who, id, name).await
            }
            Act::Report(report) => {
                self.remember(step.who, report.progress);
                client.update_session(&id, &told(report)).await.map(drop)
            }
            Act::Write(notes) => {
                let change = UpdateState {
                    session_id: id.into_string().into(),
                    context_summary: written(notes).into(),
                    ..UpdateState::default()
                };
                client
                    .update_program_state(&ProgramId::new(step.who.program()), &change)
                    .await
                    .map(drop)
            }
            Act::End { status } => {
                let progress = self
                    .progress
                    .iter()
                    .find(|(who, _)| *who == step.who)
                    .map_or(100, |(_, progress)| *progress);
                let change = UpdateSession {
                    status: (*status).to_owned().into(),
                    state: "complete".to_owned().into(),
                    progress: Number::from(if progress >= 90 { 100 } else { progress }).into(),
                    ..UpdateSession::default()
                };
                client.update_session(&id, &change).await.map(drop)
            }
            Act::Network { .. } => Ok(()),
        }
    }

    async fn begin(&mut self, client: &Client, who: Who, id: SessionId, name: String) -> Result<(), Error> {
        self.remember(who, 0);
        let session = CreateSession {
            name: name.clone().into(),
            session_id: id.into_string().into(),
            program_id: who.program().to_owned().into(),
            status: name.into(),
            state: "working".to_owned().into(),
            progress: Number::from(0).into(),
            project_name: "auth".to_owned().into(),
            ..CreateSession::default()
        };
        client.create_session(&session).await.map(drop)
    }

    fn remember(&mut self, who: Who, progress: u8) {
        self.progress.retain(|(other, _)| *other != who);
        self.progress.push((who, progress));
    }
}

/// The key with which the companion looks.
pub(crate) async fn companion_key(server: &Endpoint, owner: &RawKey, clock: &Arc<dyn Clock>) -> Result<RawKey, Error> {
    let owner = Client::new(server.clone(), owner.clone(), Arc::clone(clock))?;
    let capabilities = LOOK.iter().map(|word| Capability::new(*word)).collect();
    key_for(&owner, "mobile", "This terminal", Some(capabilities)).await
}

async fn key_for(
    owner: &Client,
    program: &str,
    label: &str,
    capabilities: Option<Vec<Capability>>,
) -> Result<RawKey, Error> {
    let new = NewKey {
        program: ProgramId::new(program),
        label: label.to_owned(),
        capabilities,
        ttl_days: None,
    };
    Ok(owner.create_key(&new).await?.value.key)
}

fn session_id(step: &Step) -> SessionId {
    SessionId::new(format!("{}.{}", step.who.program(), step.session))
}

/// State and progress go with every update: what is left out, the server clears.
fn told(report: &Report) -> UpdateSession {
    UpdateSession {
        status: report.status.clone().into(),
        state: if report.blocked { "blocked" } else { "working" }.to_owned().into(),
        progress: Number::from(report.progress).into(),
        last_heartbeat: true.into(),
        context_bytes: Field::or_absent(report.context_left.map(Number::from)),
        ..UpdateSession::default()
    }
}

fn written(notes: &Notes) -> StateContext {
    let texts = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let [task_id, title, outcome, about] = notes.task.map(|text| Field::Value(text.to_owned()));
    StateContext {
        last_task: StateLastTask {
            task_id,
            title,
            outcome,
            notes: about,
        }
        .into(),
        active_work_items: texts(&notes.items).into(),
        handoff_notes: notes.text.to_owned().into(),
        open_questions: texts(&notes.questions).into(),
    }
}
