//! The feed where only the store can bring about what happens: forgotten tombstones, and two tenants side by side.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use axum::body::{Body, to_bytes};
use axum::http::Request;
use cachebash_core::domain::{Capability, KeyHash, ProgramId, RawKey, Timestamp};
use serde_json::Value;
use tower::ServiceExt;

use super::*;
use crate::app::App;
use crate::http::router::router;
use crate::records::{Program, owner_key};
use crate::store::{FIRST_TENANT, Store, StoreError, Tenant};

const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);
const LATER: Timestamp = Timestamp::from_millis(1_795_435_300_000);

struct Home {
    store: Store,
    tenant: Tenant,
    caller: Caller,
}

impl Home {
    /// An empty feed, and someone who may read everything.
    fn new() -> Self {
        let store = Store::in_memory();
        store.first_start(NOON, owner_key).unwrap().unwrap();
        let tenant = Tenant::from(FIRST_TENANT);
        let caller = Caller {
            tenant: tenant.clone(),
            program: ProgramId::from("legacy"),
            key: KeyHash::new("k"),
            capabilities: [Capability::new("*")].into(),
        };
        Self { store, tenant, caller }
    }

    async fn put(&self, id: &str) {
        let program = Program::new(ProgramId::from(id), NOON);
        let put = self.store.write(&self.tenant, NOON, move |tx| tx.put(&program));
        put.await.unwrap();
    }

    async fn remove(&self, id: &str) {
        let id = id.to_owned();
        let removed = self
            .store
            .write(&self.tenant, NOON, move |tx| tx.remove::<Program>(&id));
        assert!(removed.await.unwrap());
    }

    /// Forgets all tombstones there are.
    async fn forget(&self) {
        let forgotten = self
            .store
            .write(&self.tenant, LATER, |tx| tx.forget_tombstones(LATER, 1_000));
        assert!(forgotten.await.unwrap() > 0);
    }

    async fn page(&self, after: Option<Cursor>, limit: u32) -> Result<Option<Page>, Refusal> {
        let caller = self.caller.clone();
        let read = self
            .store
            .read(&self.tenant, NOON, move |view| page(view, &caller, after, limit));
        read.await
    }

    async fn some(&self, after: Option<Cursor>, limit: u32) -> Page {
        self.page(after, limit).await.unwrap().expect("something changed")
    }
}

fn ids(page: &Page) -> Vec<(&str, bool)> {
    let told = page.changes.iter().filter(|change| change["entity"] == "program");
    told.map(|change| (change["id"].as_str().unwrap(), change["deleted"] == true))
        .filter(|(id, _)| *id != "legacy")
        .collect()
}

#[tokio::test]
async fn what_goes_is_told_until_it_is_forgotten_and_then_the_cursor_has_expired() {
    let home = Home::new();
    home.put("a").await;
    home.put("b").await;
    let before = home.some(None, 100).await.cursor;
    home.remove("a").await;
    let told = home.some(Some(before.clone()), 100).await;
    assert_eq!(ids(&told), [("a", true)]);
    home.forget().await;
    assert!(matches!(
        home.page(Some(before), 100).await,
        Err(Refusal::CursorExpired)
    ));
    // Who knew of it already goes on.
    assert!(home.page(Some(told.cursor.clone()), 100).await.unwrap().is_none());
    home.put("c").await;
    assert_eq!(ids(&home.some(Some(told.cursor), 100).await), [("c", false)]);
    assert_eq!(ids(&home.some(None, 100).await), [("b", false), ("c", false)]);
}

#[tokio::test]
async fn a_full_reading_is_not_told_what_it_never_read_and_outlives_its_being_forgotten() {
    let home = Home::new();
    for id in ["a", "b", "c", "d"] {
        home.put(id).await;
    }
    home.remove("c").await;
    // The owner's key and program, and a.
    let first = home.some(None, 3).await;
    assert!(first.has_more);
    home.forget().await;
    let second = home.some(Some(first.cursor.to_string().parse().unwrap()), 100).await;
    assert_eq!(ids(&second), [("b", false), ("d", false)]);
    assert!(!second.has_more);
    // One that was read before it went is told, or the reading has expired.
    let first = home.some(None, 3).await;
    home.remove("a").await;
    let rest = home.some(Some(first.cursor.clone()), 100).await;
    assert_eq!(ids(&rest), [("b", false), ("d", false), ("a", true)]);
    home.forget().await;
    assert!(matches!(
        home.page(Some(first.cursor), 100).await,
        Err(Refusal::CursorExpired)
    ));
}

#[tokio::test]
async fn a_last_tombstone_that_is_forgotten_leaves_no_page_without_end() {
    let home = Home::new();
    home.put("a").await;
    home.remove("a").await;
    home.forget().await;
    let page = home.some(None, 100).await;
    assert!(!page.has_more);
    assert!(home.page(Some(page.cursor), 100).await.unwrap().is_none());
}

#[tokio::test]
async fn a_page_of_heavy_records_ends_early() {
    let home = Home::new();
    let put = home.store.write(&home.tenant, NOON, |tx| {
        for number in 0..40 {
            let mut heavy = Program::new(ProgramId::new(format!("heavy{number}")), NOON);
            heavy.tags = vec!["x".repeat(60_000)];
            tx.put(&heavy)?;
        }
        Ok::<_, StoreError>(())
    });
    put.await.unwrap();
    let mut after = None;
    let (mut seen, mut pages) = (0, 0);
    loop {
        let page = home.some(after, MOST_ON_A_PAGE).await;
        assert!(page.told().to_string().len() < 2 * PAGE_WEIGHT);
        seen += ids(&page).len();
        pages += 1;
        if !page.has_more {
            break;
        }
        after = Some(page.cursor);
    }
    assert_eq!((seen, pages), (40, 3));
}

async fn asked(app: &App, key: &RawKey, method: &str, target: &str, body: &str) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("authorization", format!("Bearer {}", key.reveal()))
        .body(Body::from(body.to_owned()))
        .unwrap();
    let got = router(app.clone(), axum::Router::new()).oneshot(request).await.unwrap();
    let status = got.status().as_u16();
    let bytes = to_bytes(got.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn two_tenants_never_hear_of_each_other() {
    let app = App::in_memory();
    let ours = app.store.first_start(NOON, owner_key).unwrap().unwrap();
    let adding = app.store.clone();
    let added = tokio::task::spawn_blocking(move || adding.add_tenant(&Tenant::from("next door"), NOON, owner_key));
    let theirs = added.await.unwrap().unwrap().unwrap();
    for (key, text) in [(&ours, "ours"), (&theirs, "theirs")] {
        let body = format!("{{\"sessionId\":\"builder.t1\",\"name\":\"{text}\"}}");
        assert_eq!(asked(&app, key, "POST", "/v1/sessions", &body).await.0, 201);
    }
    let mut cursors = Vec::new();
    for (key, text, other) in [(&ours, "ours", "theirs"), (&theirs, "theirs", "ours")] {
        // Asked twice each, in the same second: also what is ready is their own.
        for target in [
            "/v1/sync",
            "/v1/sessions",
            "/v1/sync",
            "/v1/sessions",
            "/v1/sessions/builder.t1/timeline",
        ] {
            let (status, body) = asked(&app, key, "GET", target, "").await;
            let body = (status == 200).then(|| body.to_string()).unwrap();
            assert!(body.contains(text) && !body.contains(other), "{target}: {body}");
        }
        let (_, page) = asked(&app, key, "GET", "/v1/sync", "").await;
        cursors.push(page["data"]["cursor"].as_str().unwrap().to_owned());
    }
    for (key, foreign) in [(&ours, &cursors[1]), (&theirs, &cursors[0])] {
        for route in ["sync", "events"] {
            let (status, body) = asked(&app, key, "GET", &format!("/v1/{route}?cursor={foreign}"), "").await;
            assert_eq!((status, &body["error"]["code"]), (410, &"CURSOR_EXPIRED".into()));
        }
    }
}
