//! What a page of the feed holds, for whom, and when a cursor is none.

use super::*;

#[tokio::test]
async fn nothing_changed_is_said_in_no_words() {
    let home = TestServer::in_memory();
    let mut follower = Follower::default();
    follower.read_all(&home.owner()).await;
    let cursor = follower.cursor.clone().unwrap();
    let got = home.owner().get(&format!("/v1/sync?cursor={cursor}")).await;
    assert_eq!((got.status, got.body), (StatusCode::NO_CONTENT, Value::Null));
    // Time alone changes nothing either.
    home.after(Span::from_mins(60));
    let got = home.owner().get(&format!("/v1/sync?cursor={cursor}")).await;
    assert_eq!(got.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_record_that_is_gone_leaves_a_tombstone_for_whoever_read_it() {
    let home = TestServer::in_memory();
    let (owner, builder) = (home.owner(), home.agent("builder").await);
    let note = async |text: usize| {
        let body = json!({ "contextSummary": { "handoffNotes": format!("Note {text}") } });
        builder.patch("/v1/program-state/builder", body).await.done();
    };
    for text in 0..50 {
        note(text).await;
    }
    let mut follower = Follower::default();
    follower.read_all(&owner).await;
    assert_eq!(follower.of("context").len(), 50);
    let first = follower
        .of("context")
        .keys()
        .copied()
        .min_by_key(|id| id.len())
        .unwrap()
        .to_owned();
    // The history holds fifty: the oldest goes.
    note(50).await;
    let cursor = follower.cursor.clone().unwrap();
    let page = owner.get(&format!("/v1/sync?cursor={cursor}")).await.done();
    let gone: Vec<&Value> = page["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change["deleted"] == true)
        .collect();
    assert_eq!(gone.len(), 1, "{page}");
    assert_eq!((&gone[0]["entity"], &gone[0]["id"]), (&json!("context"), &json!(first)));
    assert_eq!(gone[0].get("record"), None);
    follower.read_all(&owner).await;
    assert_eq!(follower.of("context").len(), 50);
    holds_what_the_lists_show(&follower, &owner, &["builder"]).await;
    // Somebody who begins now never hears of it.
    let whole = owner.get("/v1/sync?limit=1000").await.done();
    assert!(
        whole["changes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|change| change["deleted"] != true)
    );
}

#[tokio::test]
async fn everyone_sees_what_their_key_may_read_and_passes_over_the_rest() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    builder
        .post("/v1/sessions", json!({ "sessionId": "builder.t1", "name": "Work" }))
        .await
        .done();
    let notes = json!({ "contextSummary": { "handoffNotes": "Ours alone" } });
    builder.patch("/v1/program-state/builder", notes).await.done();
    builder
        .post("/v1/questions", json!({ "question": "Which?" }))
        .await
        .done();
    let kinds = async |person: &Person| -> Vec<String> {
        let mut follower = Follower::default();
        follower.read_all(person).await;
        assert!(!follower.cursor.clone().unwrap().is_empty());
        let mut kinds: Vec<String> = follower.records.into_keys().map(|(kind, _)| kind).collect();
        kinds.dedup();
        kinds
    };
    assert_eq!(
        kinds(&home.owner()).await,
        [
            "context",
            "key",
            "program",
            "program_state",
            "question",
            "session",
            "session_update"
        ]
    );
    assert_eq!(
        kinds(&builder).await,
        [
            "context",
            "program",
            "program_state",
            "question",
            "session",
            "session_update"
        ]
    );
    // Another program may not read this one's state.
    assert_eq!(
        kinds(&home.agent("reviewer").await).await,
        ["program", "question", "session", "session_update"]
    );
    assert_eq!(
        kinds(&home.agent_with("builder", &["state.read", "signal.write"]).await).await,
        ["context", "program_state", "question"]
    );
    assert_eq!(
        kinds(&home.agent_with("reviewer", &["signal.write"]).await).await,
        Vec::<String>::new()
    );
    let nobody = home.agent_with("reviewer", &["sprint.write"]).await;
    let page = nobody.get("/v1/sync").await.done();
    assert_eq!((&page["changes"], &page["hasMore"]), (&json!([]), &json!(false)));
    let cursor = page["cursor"].as_str().unwrap();
    assert_eq!(
        nobody.get(&format!("/v1/sync?cursor={cursor}")).await.status,
        StatusCode::NO_CONTENT
    );
    // What changed is nothing to this key, and yet it need not be looked through again.
    builder
        .patch("/v1/sessions/builder.t1", json!({ "status": "More" }))
        .await
        .done();
    let page = nobody.get(&format!("/v1/sync?cursor={cursor}")).await.done();
    assert_eq!(page["changes"], json!([]));
    assert_ne!(page["cursor"], cursor);
}

#[tokio::test]
async fn a_cursor_of_another_history_or_of_other_rights_has_expired() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let cursor_of = async |person: &Person| {
        person.get("/v1/sync").await.done()["cursor"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let cursor = cursor_of(&owner).await;
    let reviewer = home.agent("reviewer").await;
    let got = reviewer.get(&format!("/v1/sync?cursor={cursor}")).await;
    assert_eq!(
        got.failure(),
        (
            410,
            "CURSOR_EXPIRED",
            "The changes since this cursor are no longer known. Read in full."
        )
    );
    // A key after its rotation goes on.
    let keeper = home.agent_with("ops", &["keys.read", "keys.write"]).await;
    let kept = cursor_of(&keeper).await;
    let new = keeper.post("/v1/keys/rotate", json!({})).await.done();
    let keeper = home.with_key(new["key"].as_str().unwrap());
    let page = keeper.get(&format!("/v1/sync?cursor={kept}")).await.done();
    assert!(
        page["changes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|change| change["record"]["programId"] == "ops")
    );
    // A server of another name for its history, as a restored backup has.
    let elsewhere = cachebash_server::Server::open(cachebash_server::ServerOptions {
        clock: home.clock.clone(),
        seed: Some(8),
        limits: cachebash_server::Limits::Off,
        ..cachebash_server::ServerOptions::default()
    })
    .unwrap();
    let key = elsewhere.owner_key().unwrap();
    let request = Request::get(format!("/v1/sync?cursor={cursor}"))
        .header("authorization", format!("Bearer {}", key.reveal()))
        .body(Body::empty())
        .unwrap();
    let got = elsewhere.router().oneshot(request).await.unwrap();
    assert_eq!(got.status(), StatusCode::GONE);
}

#[tokio::test]
async fn what_is_no_cursor_and_what_is_no_page_is_said_to_be_none() {
    let owner = TestServer::in_memory().owner();
    for cursor in ["x", "MS4x", "%F0%9F%A6%80", &"A".repeat(201), "MS4tMS4wLjAwLmY"] {
        let got = owner.get(&format!("/v1/sync?cursor={cursor}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{cursor}");
        assert_eq!(got.issues()[0].0, "cursor");
    }
    for (limit, code) in [
        ("0", "too_small"),
        ("1001", "too_big"),
        ("2.5", "invalid_type"),
        ("many", "invalid_type"),
    ] {
        let got = owner.get(&format!("/v1/sync?limit={limit}")).await;
        assert_eq!(got.issues(), [("limit", code)]);
    }
}

#[tokio::test]
async fn pages_hold_what_was_asked_for_and_say_that_there_is_more() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    for number in 0..10 {
        owner
            .post(
                "/v1/sessions",
                json!({ "sessionId": format!("builder.{number}"), "name": "Work" }),
            )
            .await
            .done();
    }
    let mut follower = Follower::default();
    let mut pages = 1;
    while follower.read(&owner, 3).await {
        pages += 1;
    }
    // A key, a program, and ten sessions with an update each.
    assert_eq!((follower.records.len(), pages), (22, 8));
}

#[tokio::test]
async fn a_large_page_is_compressed_for_whoever_accepts_it() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    for number in 0..20 {
        owner
            .post(
                "/v1/sessions",
                json!({ "sessionId": format!("builder.{number}"), "name": "Work" }),
            )
            .await
            .done();
    }
    let ask = async |encoding: &str| {
        let request = Request::get("/v1/sync")
            .header("authorization", owner.authorization())
            .header("accept-encoding", encoding)
            .body(Body::empty())
            .unwrap();
        let got = home.server.router().oneshot(request).await.unwrap();
        let encoding = got
            .headers()
            .get("content-encoding")
            .map(|value| value.to_str().unwrap().to_owned());
        (encoding, to_bytes(got.into_body(), usize::MAX).await.unwrap())
    };
    let (plain, whole) = ask("identity").await;
    assert_eq!(plain, None);
    let (encoding, small) = ask("gzip").await;
    assert_eq!(encoding.as_deref(), Some("gzip"));
    assert!(small.len() * 4 < whole.len(), "{} of {}", small.len(), whole.len());
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&*small).read_to_end(&mut text).unwrap();
    assert_eq!(text, whole);
}

#[tokio::test]
async fn sync_needs_a_key_and_counts_as_a_call() {
    let home = TestServer::with_limits();
    assert_eq!(home.anonymous().get("/v1/sync").await.failure().0, 401);
    let owner = home.owner();
    for _ in 0..70 {
        owner.get("/v1/sync").await.done();
    }
    assert_eq!(owner.get("/v1/sync").await.failure().1, "RATE_LIMITED");
}

#[tokio::test]
async fn a_record_is_told_as_it_is_now_and_with_nothing_that_time_would_change() {
    let home = TestServer::in_memory();
    let builder = home.agent("builder").await;
    builder
        .post(
            "/v1/sessions",
            json!({ "sessionId": "builder.t1", "name": "Work", "state": "pinned" }),
        )
        .await
        .done();
    builder
        .patch("/v1/sessions/builder.t1", json!({ "status": "More", "progress": 40 }))
        .await
        .done();
    let page = builder.get("/v1/sync").await.done();
    let sessions: Vec<&Value> = page["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change["entity"] == "session")
        .collect();
    assert_eq!(sessions.len(), 1, "once, though it changed twice");
    let record = &sessions[0]["record"];
    assert_eq!(
        (&record["status"], &record["progress"], &record["state"]),
        (&json!("More"), &json!(40), &json!("pinned"))
    );
    home.after(Span::from_mins(45));
    let later = builder.get("/v1/sync").await.done();
    assert_eq!(later["changes"], page["changes"]);
    assert!(cachebash_server::Clock::now(&*home.clock) > NOON);
}
