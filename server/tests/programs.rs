//! Programs: who is listed, who may describe whom, and what a pause does.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{Person, TestServer};

async fn programs(who: &Person, query: &str) -> Vec<Value> {
    let got = who.get(&format!("/v1/programs?{query}")).await.done();
    assert_eq!(got["count"], got["programs"].as_array().unwrap().len());
    got["programs"].as_array().unwrap().clone()
}

fn ids(programs: &[Value]) -> Vec<&str> {
    programs
        .iter()
        .map(|program| program["programId"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_program_begins_with_what_its_name_says() {
    let home = TestServer::in_memory();
    home.agent("basher").await;
    home.agent("deployer").await;
    let listed = programs(&home.owner(), "").await;
    assert_eq!(ids(&listed), ["basher", "deployer", "legacy"]);
    assert_eq!(
        listed[0],
        json!({
            "programId": "basher", "displayName": "basher", "role": "Builder", "color": "#808080",
            "groups": ["builders", "all"], "tags": [], "active": true, "createdBy": "legacy",
            "createdAt": "2026-11-23T12:00:00.000Z",
        })
    );
    assert_eq!(listed[1]["role"], "custom");
    assert_eq!(listed[1]["groups"], json!(["all"]));
    assert_eq!(listed[2]["createdBy"], "system");
}

#[tokio::test]
async fn lists_are_narrowed_by_role_group_and_by_who_can_still_act() {
    let home = TestServer::in_memory();
    home.agent("basher").await;
    home.agent("scribe").await;
    let owner = home.owner();
    assert_eq!(ids(&programs(&owner, "role=bUILDER").await), ["basher"]);
    assert_eq!(ids(&programs(&owner, "group=intelligence").await), ["scribe"]);
    assert_eq!(
        ids(&programs(&owner, "group=all").await),
        ["basher", "legacy", "scribe"]
    );
    let keys = owner.get("/v1/keys").await.done();
    let key = keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["programId"] == "scribe")
        .unwrap()
        .clone();
    owner
        .delete(&format!("/v1/keys/{}", key["keyHash"].as_str().unwrap()))
        .await
        .done();
    assert_eq!(ids(&programs(&owner, "").await), ["basher", "legacy"]);
    let gone = programs(&owner, "active=false").await;
    assert_eq!(ids(&gone), ["scribe"]);
    assert_eq!(gone[0]["active"], false);
}

#[tokio::test]
async fn a_program_describes_itself_and_the_owner_anyone() {
    let home = TestServer::in_memory();
    let (builder, owner) = (home.agent("builder").await, home.owner());
    let said = builder
        .patch(
            "/v1/programs/builder",
            json!({"displayName": "Bauer – 日本語", "groups": ["night", "night", "all"], "tags": ["a"]}),
        )
        .await
        .done();
    assert_eq!(said["updated"], json!(["displayName", "groups", "tags"]));
    assert_eq!(said["message"], "Program \"builder\" updated.");
    owner
        .patch("/v1/programs/builder", json!({"role": "Smith", "color": "#123456"}))
        .await
        .done();
    let row = programs(&owner, "role=smith").await[0].clone();
    assert_eq!(row["displayName"], "Bauer – 日本語");
    assert_eq!(row["groups"], json!(["night", "all"]));
    assert_eq!(row["color"], "#123456");
    owner.patch("/v1/programs/builder", json!({"role": ""})).await.done();
    assert_eq!(programs(&owner, "group=night").await[0]["role"], "custom");
}

#[tokio::test]
async fn nobody_describes_or_pauses_another() {
    let home = TestServer::in_memory();
    let (builder, _) = (home.agent("builder").await, home.agent("reviewer").await);
    let refusal = builder
        .patch("/v1/programs/reviewer", json!({"color": "#123456"}))
        .await
        .refusal();
    assert_eq!(refusal, "Access denied: can only update your own program entry");
    let refusal = builder
        .post("/v1/programs/reviewer/pause", json!({"reason": "x"}))
        .await
        .refusal();
    assert_eq!(refusal, "Access denied: can only pause your own program");
    let refusal = home
        .owner()
        .patch("/v1/programs/nobody", json!({"color": "#123456"}))
        .await
        .refusal();
    assert_eq!(refusal, "Program not found: \"nobody\"");
    assert_eq!(ids(&programs(&home.owner(), "").await).len(), 3);
}

#[tokio::test]
async fn a_program_that_the_owner_paused_stays_so_until_the_owner_says_otherwise() {
    let home = TestServer::in_memory();
    let (builder, owner) = (home.agent("builder").await, home.owner());
    let refusal = owner.post("/v1/programs/builder/resume", json!({})).await.refusal();
    assert_eq!(refusal, "Program \"builder\" is not paused.");
    let paused = owner
        .post("/v1/programs/builder/pause", json!({"reason": "too dear"}))
        .await
        .done();
    assert_eq!(paused["message"], "Program \"builder\" paused. Task intake suspended.");
    let row = programs(&owner, "role=builder").await[0].clone();
    assert_eq!(
        row["paused"],
        json!({"reason": "too dear", "by": "legacy", "at": "2026-11-23T12:00:00.000Z"})
    );
    let refusal = builder.post("/v1/programs/builder/resume", json!({})).await.refusal();
    assert_eq!(refusal, "Access denied: \"builder\" was paused by \"legacy\"");
    assert!(programs(&owner, "role=builder").await[0]["paused"].is_object());
    owner.post("/v1/programs/builder/resume", json!({})).await.done();
    assert!(programs(&owner, "role=builder").await[0].get("paused").is_none());
    builder
        .post("/v1/programs/builder/pause", json!({"reason": "lunch"}))
        .await
        .done();
    builder.post("/v1/programs/builder/resume", json!({})).await.done();
}

#[tokio::test]
async fn a_group_that_no_target_could_spell_is_refused() {
    let home = TestServer::in_memory();
    let got = home
        .owner()
        .patch("/v1/programs/builder", json!({"groups": ["ok", "", "@builder", "a/b"]}))
        .await;
    let issues = got.issues();
    assert_eq!(
        issues,
        [
            ("groups.1", "invalid_format"),
            ("groups.2", "invalid_format"),
            ("groups.3", "invalid_format"),
        ]
    );
    let got = home
        .owner()
        .post("/v1/programs/builder/pause", json!({"reason": "x".repeat(501)}))
        .await;
    assert_eq!(got.issues(), [("reason", "too_big")]);
    assert_eq!(ids(&programs(&home.owner(), "").await), ["legacy"]);
}
