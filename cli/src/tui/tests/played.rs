//! The fleet of the mock screens, played through the real server, client, store and judgement, and then drawn. Nothing
//! here is made by hand but the script, which the other faces play too.

use std::sync::Arc;

use cachebash_core::api::{Client, Endpoint};
use cachebash_core::companion::{Clock, Companion, NewAccount, NewKey, Options};
use cachebash_core::domain::{Capability, ProgramId, RawKey, SessionId, Span, Timestamp};
use cachebash_core::wire::{CreateSession, UpdateSession, UpdateState};
use cachebash_server::{Server, ServerOptions};
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{PAPER, print};
use crate::commands::home::whole_overview;
use crate::demo::clock::DemoClock;
use crate::secrets::FileSecretStore;
use crate::tui::board::Board;
use crate::tui::ui::Ui;
use crate::words::Labels;

const SCRIPT: &str = include_str!("../../../../tests/fixtures/fleet.json");

fn moment(value: &Value) -> Timestamp {
    let at: jiff::Timestamp = value.as_str().unwrap().parse().unwrap();
    Timestamp::from_millis(at.as_millisecond())
}

/// One call of the script, by the typed client.
async fn call(client: &Client, step: &Value) {
    let path: Vec<&str> = step["path"].as_str().unwrap().split('/').skip(2).collect();
    let body = step["body"].clone();
    let done = match (step["method"].as_str().unwrap(), path.as_slice()) {
        ("POST", ["sessions"]) => client
            .create_session(&serde_json::from_value::<CreateSession>(body).unwrap())
            .await
            .map(drop),
        ("PATCH", ["sessions", id]) => client
            .update_session(
                &SessionId::new(*id),
                &serde_json::from_value::<UpdateSession>(body).unwrap(),
            )
            .await
            .map(drop),
        ("PATCH", ["program-state", id]) => client
            .update_program_state(
                &ProgramId::new(*id),
                &serde_json::from_value::<UpdateState>(body).unwrap(),
            )
            .await
            .map(drop),
        other => panic!("the script knows no {other:?}"),
    };
    done.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_played_fleet_stands_as_the_mock_screen_shows_it() {
    let script: Value = serde_json::from_str(SCRIPT).unwrap();
    let clock = Arc::new(DemoClock::at(moment(&script["start"])));
    let as_core: Arc<dyn Clock> = clock.clone();
    let server = Server::open(ServerOptions {
        clock: clock.clone(),
        seed: Some(7),
        ..ServerOptions::default()
    })
    .unwrap();
    let owner_key = server.owner_key().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { server.serve(listener, std::future::pending()).await });

    let client = |key: RawKey| Client::new(Endpoint::parse(&url, false).unwrap(), key, as_core.clone()).unwrap();
    let owner = client(owner_key);
    let issue = async |program: &str, capabilities: Option<Vec<Capability>>| {
        let label = format!("{program} agent");
        let new = NewKey {
            program: ProgramId::new(program),
            label,
            capabilities,
            ttl_days: None,
        };
        owner.create_key(&new).await.unwrap().value.key
    };
    let mut agents = Vec::new();
    for program in script["programs"].as_array().unwrap() {
        let program = program.as_str().unwrap();
        agents.push((program, client(issue(program, None).await)));
    }
    let look = ["pulse.read", "fleet.read", "state.read", "keys.read"]
        .map(Capability::new)
        .to_vec();
    let key = issue("mobile", Some(look)).await;

    let folder = tempfile::tempdir().unwrap();
    let secrets = Arc::new(FileSecretStore::in_folder(folder.path().join("keys")));
    let zone = script["zone"].as_str().unwrap();
    let mut options = Options::new(folder.path().join("companion"), secrets);
    options.clock = as_core.clone();
    options.zone = Some(zone.to_owned());
    options.sync_period = Span::from_millis(script["syncPeriodMs"].as_i64().unwrap());
    let companion = Companion::open(options).unwrap();
    let account = NewAccount {
        server: Some(url.clone()),
        key,
        label: Some("Home fleet".to_owned()),
    };
    let account = companion.add_account(account).await.unwrap();

    for step in script["steps"].as_array().unwrap() {
        clock.step_to(moment(&step["at"]));
        match step["as"].as_str() {
            Some(program) => call(&agents.iter().find(|(name, _)| *name == program).unwrap().1, step).await,
            None => drop(companion.refresh(None).await.unwrap()),
        }
    }
    clock.step_to(moment(&script["end"]));
    let builder = ProgramId::new("builder");
    companion.refresh_program(&account.id, &builder).await.unwrap();

    let overview = whole_overview(&companion, None).unwrap();
    let page = companion.program(&account.id, &builder).unwrap();
    let ui = Ui {
        selected: Some((account.id, builder)),
        ..Ui::default()
    };
    let labels = Labels::terminal(TimeZone::get(zone).unwrap());
    let board = Board {
        overview: &overview,
        page: Some(&page),
        outbox: &[],
        ui: &ui,
        labels: &labels,
        theme: &PAPER,
    };
    let mut buffer = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 100, 30));
    board.draw(buffer.area, &mut buffer);
    assert_snapshot!("played", print::text(&buffer, &PAPER));
    companion.suspend().await.unwrap();
    serving.abort();
}
