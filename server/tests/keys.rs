//! Keys: made once, stored as a hash, rotated with a grace, revoked at once.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use cachebash_core::domain::{RawKey, Span};
use serde_json::{Value, json};
use support::TestServer;

const DAY: Span = Span::from_mins(24 * 60);

#[tokio::test]
async fn a_new_key_works_and_gets_what_an_agents_job_needs() {
    let home = TestServer::in_memory();
    let made = home
        .owner()
        .post("/v1/keys", json!({"programId": "deployer", "label": "Deploys"}))
        .await;
    assert_eq!(made.status, 201);
    let made = made.done();
    let key = RawKey::new(made["key"].as_str().unwrap());
    assert!(key.is_well_formed());
    assert_eq!(made["keyHash"], key.hash().as_str());
    assert_eq!(made["registered"], true);
    let granted: Vec<&str> = made["capabilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c.as_str().unwrap())
        .collect();
    for needed in ["pulse.read", "pulse.write", "state.read", "state.write"] {
        assert!(granted.contains(&needed), "{needed}");
    }
    home.with_key(key.reveal())
        .get("/v1/program-state/deployer")
        .await
        .done();
    let again = home
        .owner()
        .post("/v1/keys", json!({"programId": "deployer", "label": "Second"}))
        .await
        .done();
    assert_eq!(again["registered"], false);
    assert_ne!(again["key"], made["key"]);
}

#[tokio::test]
async fn nobody_grants_what_they_do_not_hold() {
    let home = TestServer::in_memory();
    let body = || json!({"programId": "builder", "label": "x", "capabilities": ["pulse.read"]});
    let admin = home.agent_with("legacy", &["*"]).await;
    let got = admin.post("/v1/keys", body()).await;
    assert_eq!(got.status, 201);
    assert_eq!(
        got.refusal(),
        "Forbidden: creating API keys requires an explicit keys.provision grant"
    );
    let provisioner = home
        .agent_with("ops", &["keys.provision", "keys.write", "keys.read", "pulse.read"])
        .await;
    provisioner.post("/v1/keys", body()).await.done();
    for beyond in ["*", "pulse.write"] {
        let body = json!({"programId": "ops", "label": "x", "capabilities": ["pulse.read", beyond]});
        let sentence = provisioner.post("/v1/keys", body).await.refusal();
        assert_eq!(
            sentence,
            format!("Forbidden: cannot grant capabilities you do not hold: {beyond}")
        );
    }
    let sentence = provisioner
        .post("/v1/keys", json!({"programId": "ops", "label": "defaults"}))
        .await
        .refusal();
    assert!(sentence.contains("dispatch.read"), "{sentence}");
    assert_eq!(home.owner().get("/v1/keys").await.done()["count"], 4);
}

#[tokio::test]
async fn a_rotated_key_lives_thirty_seconds_more_and_cannot_rotate_again() {
    let home = TestServer::in_memory();
    let old = home
        .agent_with("builder", &["pulse.read", "pulse.write", "keys.read", "keys.write"])
        .await;
    let update = || json!({"status": "still here"});
    let rotated = old.send("POST", "/v1/keys/rotate", "").await.done();
    assert_eq!(rotated["graceWindowSeconds"], 30);
    assert_eq!(rotated["label"], "builder");
    let new = home.with_key(rotated["key"].as_str().unwrap());
    home.after(Span::from_millis(29_999));
    old.patch("/v1/sessions/builder.t", update()).await.done();
    let sentence = old.send("POST", "/v1/keys/rotate", "").await.refusal();
    assert!(sentence.contains("grace period"), "{sentence}");
    assert_eq!(active(&new.get("/v1/keys").await.done()), 3);
    home.after(Span::from_millis(1));
    let got = old.patch("/v1/sessions/builder.t", update()).await;
    assert_eq!(got.failure(), (401, "UNAUTHORIZED", "Invalid API key"));
    new.patch("/v1/sessions/builder.t", update()).await.done();
    let keys = new.get("/v1/keys").await.done();
    assert_eq!(keys["count"], 2);
    let all = new.get("/v1/keys?includeRevoked=true").await.done();
    let gone = all["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["active"] == false)
        .unwrap();
    assert_eq!(gone["revokedAt"], "2026-11-23T12:00:30.000Z");
}

fn active(list: &Value) -> usize {
    list["keys"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| key["active"] == true)
        .count()
}

#[tokio::test]
async fn a_revoked_key_is_out_at_once_and_revoking_again_does_no_harm() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let made = owner
        .post("/v1/keys", json!({"programId": "builder", "label": "b"}))
        .await
        .done();
    let builder = home.with_key(made["key"].as_str().unwrap());
    builder.get("/v1/program-state/builder").await.done();
    let target = format!("/v1/keys/{}", made["keyHash"].as_str().unwrap());
    owner.delete(&target).await.done();
    home.after(Span::from_secs(5));
    owner.delete(&target).await.done();
    assert_eq!(builder.get("/v1/program-state/builder").await.failure().0, 401);
    let all = owner.get("/v1/keys?includeRevoked=1").await.done();
    let revoked = all["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["keyHash"] == made["keyHash"])
        .unwrap();
    assert_eq!(revoked["active"], false);
    assert_eq!(revoked["revokedAt"], "2026-11-23T12:00:00.000Z");
    let nobody = format!("/v1/keys/{:064}", 0);
    assert_eq!(owner.delete(&nobody).await.refusal(), "Key not found");
}

#[tokio::test]
async fn a_key_expires_after_ninety_days_unless_told_otherwise_and_rotation_does_not_prolong_it() {
    let home = TestServer::in_memory();
    let capabilities = ["keys.write", "keys.read"];
    let agent = async |ttl: Option<u32>| {
        let mut asked = json!({"programId": "builder", "label": "b", "capabilities": capabilities});
        if let Some(days) = ttl {
            asked["ttlDays"] = days.into();
        }
        home.agent_who(asked).await
    };
    let (usual, forever, short) = (agent(None).await, agent(Some(0)).await, agent(Some(1)).await);
    let rotated = short.send("POST", "/v1/keys/rotate", "").await.done();
    let successor = home.with_key(rotated["key"].as_str().unwrap());
    home.after(Span::from_millis(DAY.as_millis() - 1));
    successor.get("/v1/keys").await.done();
    home.after(Span::from_millis(1));
    assert_eq!(successor.get("/v1/keys").await.failure().0, 401);
    home.after(DAY.times(88));
    usual.get("/v1/keys").await.done();
    home.after(DAY);
    assert_eq!(usual.get("/v1/keys").await.failure().0, 401);
    forever.get("/v1/keys").await.done();
}

#[tokio::test]
async fn last_use_is_noted_within_a_minute() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let last_used = async || owner.get("/v1/keys").await.done()["keys"][0]["lastUsedAt"].clone();
    owner.get("/v1/keys").await.done();
    assert_eq!(last_used().await, "2026-11-23T12:00:00.000Z");
    home.after(Span::from_mins(1));
    assert_eq!(last_used().await, "2026-11-23T12:01:00.000Z");
}

#[tokio::test]
async fn missing_fields_of_a_new_key_are_refused_inside_and_wrong_ones_outside() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    assert_eq!(
        owner.post("/v1/keys", json!({"programId": "b"})).await.refusal(),
        "label is required"
    );
    assert_eq!(
        owner.post("/v1/keys", json!({"label": "b"})).await.refusal(),
        "programId is required"
    );
    let wrong = json!({"programId": "a/b", "label": "l".repeat(201), "capabilities": ["x", 1], "ttlDays": -1});
    let got = owner.post("/v1/keys", wrong).await;
    assert_eq!(
        got.issues(),
        [
            ("programId", "invalid_format"),
            ("label", "too_big"),
            ("capabilities.1", "invalid_type"),
            ("capabilities.0", "invalid_value"),
            ("ttlDays", "too_small")
        ]
    );
    assert_eq!(owner.get("/v1/keys").await.done()["count"], 1);
}

#[tokio::test]
async fn a_capability_that_opens_nothing_is_refused_with_those_there_are() {
    let home = TestServer::in_memory();
    let owner = home.owner();
    let asked = json!({"programId": "b", "label": "b", "capabilities": ["pulse.write", "puls.read", "pulse.read "]});
    let got = owner.post("/v1/keys", asked).await;
    assert_eq!(
        got.issues(),
        [("capabilities.1", "invalid_value"), ("capabilities.2", "invalid_value")]
    );
    let said = got.body["error"]["issues"][0]["message"].as_str().unwrap();
    assert!(said.contains("\"pulse.read\"") && !said.contains("puls.read"), "{said}");
    assert_eq!(owner.get("/v1/keys").await.done()["count"], 1);
    // Also those of the hosted server for what is not built here.
    let all = json!([
        "*",
        "gsp.read",
        "webhooks.write",
        "audit.read",
        "metrics.read",
        "keys.provision"
    ]);
    let asked = json!({"programId": "b", "label": "b", "capabilities": all});
    assert_eq!(owner.post("/v1/keys", asked).await.done()["capabilities"], all);
}

#[tokio::test]
async fn a_missing_capability_is_forbidden_and_says_which() {
    let home = TestServer::in_memory();
    let reader = home.agent_with("mobile", &["pulse.read", "fleet.read"]).await;
    let got = reader.patch("/v1/sessions/builder.t", json!({"status": "x"})).await;
    let sentence =
        "Insufficient capability: update_session requires \"pulse.write\" but key has [pulse.read, fleet.read]";
    assert_eq!(got.failure(), (403, "FORBIDDEN", sentence));
    assert!(home.owner().sessions("").await.is_empty());
    for target in [
        "/v1/keys",
        "/v1/program-state/mobile",
        "/v1/program-state/mobile/context-history",
    ] {
        assert_eq!(reader.get(target).await.failure().0, 403, "{target}");
    }
    // Even a wrong request learns first that it may not ask.
    assert_eq!(reader.post("/v1/sessions", json!({})).await.failure().0, 403);
}
