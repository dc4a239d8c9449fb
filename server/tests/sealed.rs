//! No tenant sees or changes anything of another's, whatever it calls and with whatever ids; and nobody gets in without a
//! key, or anywhere with a key that is not for it. Told of every route that the server lists of itself, so that a new one
//! cannot be forgotten.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "sealed/asking.rs"]
mod asking;
#[path = "sealed/house.rs"]
mod house;
mod support;

use asking::{Agent, Asked, Dice};
use cachebash_core::domain::Span;
use cachebash_server::ListedRoute;
use futures_util::StreamExt;
use house::{House, TENANTS};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use support::{Got, TestServer};

/// No answer may show the other tenant's mark, and none may be our own fault.
#[track_caller]
fn judge(got: &Got, others_mark: &str, asked: &str) {
    assert!(got.status.as_u16() < 500, "{asked}: {got:?}");
    assert!(
        !got.body.to_string().contains(others_mark),
        "{asked} shows what is another's: {got:?}"
    );
    for (name, value) in &got.headers {
        assert!(
            !String::from_utf8_lossy(value.as_bytes()).contains(others_mark),
            "{asked}: {name}"
        );
    }
}

/// The routes whose answers end; the others have a test of their own.
fn ending(home: &TestServer) -> Vec<ListedRoute> {
    let routes = home.server.routes().into_iter();
    routes.filter(|route| !route.streams).collect()
}

#[tokio::test]
async fn every_route_shows_a_tenant_its_own_and_leaves_the_others_alone() {
    for (seed, route) in ending(&TestServer::in_memory()).into_iter().enumerate() {
        // Each route meets two tenants as they were: what an earlier one took away could not be shown by a later one.
        let house = House::furnished().await;
        let before = house.seen_by(1).await;
        let mut dice = Dice::new(seed as u64);
        for _ in 0..10 {
            let asked = Asked::of(&route, &house, &mut dice);
            let got = asked.ask(&house.owners[0]).await;
            judge(&got, house.marks[1], &asked.told());
        }
        assert_eq!(house.seen_by(1).await, before, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn the_houses_are_full() {
    let house = House::furnished().await;
    for tenant in 0..TENANTS.len() {
        let seen = house.seen_by(tenant).await;
        for (target, answer) in &seen {
            assert!(
                answer.contains(house.marks[tenant]),
                "{target} would show nothing: {answer}"
            );
        }
    }
}

#[test]
fn no_sequence_of_calls_crosses_from_one_tenant_to_the_other() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: 10,
        failure_persistence: None,
        ..Config::default()
    };
    let sequences = prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 1..40);
    let property = |sequence: Vec<(prop::sample::Index, u64)>| {
        runtime.block_on(async {
            let house = House::furnished().await;
            let before = house.seen_by(1).await;
            let routes = ending(&house.server);
            for (route, seed) in sequence {
                let asked = Asked::of(&routes[route.index(routes.len())], &house, &mut Dice::new(seed));
                judge(&asked.ask(&house.owners[0]).await, house.marks[1], &asked.told());
            }
            assert_eq!(house.seen_by(1).await, before);
        });
        Ok(())
    };
    TestRunner::new(config).run(&sequences, property).unwrap();
}

#[tokio::test]
async fn over_mcp_it_is_the_same() {
    let home = TestServer::in_memory();
    let tools = Agent::of(&home.owner()).await.tools().await;
    assert!(tools.len() > 20, "{}", tools.len());
    for (seed, (name, schema)) in tools.into_iter().enumerate() {
        let house = House::furnished().await;
        let before = house.seen_by(1).await;
        let agent = Agent::of(&house.owners[0]).await;
        let mut dice = Dice::new(seed as u64);
        for _ in 0..6 {
            let arguments = dice.arguments(&schema, &house);
            let got = agent.call(&name, &arguments).await;
            judge(&got, house.marks[1], &format!("{name} {arguments}"));
        }
        assert_eq!(house.seen_by(1).await, before, "{name}");
    }
}

#[tokio::test]
async fn a_stream_tells_of_its_own_tenant_alone() {
    let house = House::furnished().await;
    let [ours, theirs] = &house.owners;
    let cursor = |got: Got| got.done()["cursor"].as_str().unwrap().to_owned();
    let our_cursor = cursor(ours.get("/v1/sync?limit=1").await);
    let their_cursor = cursor(theirs.get("/v1/sync?limit=1").await);
    let streams = house.server.server.routes();
    let streams: Vec<_> = streams.iter().filter(|route| route.streams).collect();
    assert!(!streams.is_empty());
    for route in streams {
        let strange = ours.get(&format!("{}?cursor={their_cursor}", route.path)).await;
        assert!([400, 410].contains(&strange.status.as_u16()), "{strange:?}");
        let mut stream = ours.open(&format!("{}?cursor={our_cursor}", route.path)).await;
        let said = |mark: &str| json!({"status": format!("late words of {mark}"), "progress": 1});
        theirs
            .patch("/v1/sessions/builder.late", said(house.marks[1]))
            .await
            .done();
        ours.patch("/v1/sessions/builder.late", said(house.marks[0]))
            .await
            .done();
        let mut heard = String::new();
        while !heard.contains(&format!("late words of {}", house.marks[0])) {
            let frame = stream.next().await.expect("it goes on").unwrap();
            heard.push_str(&String::from_utf8_lossy(&frame));
        }
        assert!(heard.contains("question-shared"), "from the cursor on: {heard}");
        assert!(!heard.contains(house.marks[1]), "{heard}");
    }
}

#[tokio::test]
async fn without_a_key_nothing_opens_but_what_is_open_to_all() {
    let house = House::furnished().await;
    let mut open = Vec::new();
    for route in house.server.server.routes() {
        let asked = Asked::of(&route, &house, &mut Dice::new(1));
        // Whoever fails too often learns nothing for a minute.
        house.server.after(Span::from_mins(2));
        for nobody in [
            house.server.anonymous(),
            house.server.with_key(&format!("cb_{:064x}", 0xdead)),
            house.server.with_key("cb_short"),
        ] {
            let got = asked.ask(&nobody).await;
            if route.open {
                assert!(got.status.is_success(), "{}: {got:?}", asked.told());
                for mark in house.marks {
                    judge(&got, mark, &asked.told());
                }
            } else {
                assert_eq!(got.status, 401, "{}: {got:?}", asked.told());
            }
        }
        if route.open {
            open.push(route.path);
        }
    }
    // Whoever opens a route to all is to say so here as well.
    assert!(open.iter().all(|path| OPEN_TO_ALL.contains(path)), "{open:?}");
}

const OPEN_TO_ALL: [&str; 4] = ["/health", "/v1/health", "/v1/capabilities", "/v1/openapi.json"];

#[tokio::test]
async fn a_key_goes_where_its_capability_leads_and_nowhere_else() {
    let house = House::furnished().await;
    let home = &house.server;
    let narrow = home.agent_with("scribe", &["webhooks.read"]).await;
    for route in ending(home) {
        let asked = Asked::of(&route, &house, &mut Dice::new(1));
        let got = asked.ask(&narrow).await;
        judge(&got, house.marks[0], &asked.told());
        let Some(needs) = route.needs else { continue };
        let (status, code, message) = got.failure();
        assert_eq!((status, code), (403, "FORBIDDEN"), "{}", asked.told());
        if route.admin {
            assert_eq!(message, "Admin access required", "{}", asked.told());
            continue;
        }
        assert!(
            message.starts_with("Insufficient capability"),
            "{}: {message}",
            asked.told()
        );
        let fitting = home.agent_with("scribe", &[needs]).await;
        let got = asked.ask(&fitting).await.body.to_string();
        assert!(!got.contains("Insufficient capability"), "{}: {got}", asked.told());
    }
}

#[tokio::test]
async fn the_list_names_every_route_that_answers() {
    let home = TestServer::in_memory();
    let routes = ending(&home);
    assert!(routes.len() > 30);
    let owner = home.owner();
    for ListedRoute { method, path, .. } in &routes {
        let target = path.replace(['{', '}'], "");
        let got = owner.send(method, &target, "").await;
        // A path that is not there has a 404 of its own.
        let missing = json!(format!("{method} {target} not found"));
        assert_ne!(got.body["error"]["message"], missing, "{method} {path}");
    }
}
