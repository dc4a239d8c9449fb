//! Agents that this project did not write: the official MCP SDKs for TypeScript and Python against the real program. Their
//! stories are in tests/mcp; while one of them lives an agent's day, a companion and a follower of events look on.
//! `cargo xtask test` fetches the SDKs, and without them these tests are not run.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod onlookers;
mod picture;
mod program;
mod sdk;

use std::time::Duration;

use onlookers::Onlookers;
use program::Program;
use sdk::Sdk;
use serde_json::json;

/// Nothing here waits for a clock, so whatever takes longer is stuck.
const STUCK: Duration = Duration::from_secs(180);

async fn guide(sdk: Sdk) {
    let mut program = Program::start().await;
    sdk.plays("guide", &mut program, &[]).await;
}

async fn day(sdk: Sdk) {
    let mut program = Program::start().await;
    let phone = program
        .owner()
        .post(
            "/v1/keys",
            json!({ "programId": "mobile", "label": "Phone", "capabilities": ["signal.read", "signal.write"] }),
        )
        .await;
    let phone = phone["key"].as_str().unwrap().to_owned();
    let mut onlookers = Onlookers::of(&program).await;
    let more = [("CACHEBASH_PHONE_KEY", phone.as_str())];
    sdk.plays_watched("day", &mut program, &more, async |program, _| {
        onlookers.look(program).await
    })
    .await;
    onlookers.agree_with_the_lists().await;
}

async fn unless_stuck(story: impl Future<Output = ()>) {
    tokio::time::timeout(STUCK, story).await.expect("the story goes on");
}

#[tokio::test]
#[ignore = "needs the SDKs: cargo xtask test --only mcp"]
async fn the_guide_works_as_written_with_typescript() {
    unless_stuck(guide(Sdk::TypeScript)).await;
}

#[tokio::test]
#[ignore = "needs the SDKs: cargo xtask test --only mcp"]
async fn the_guide_works_as_written_with_python() {
    unless_stuck(guide(Sdk::Python)).await;
}

#[tokio::test]
#[ignore = "needs the SDKs: cargo xtask test --only mcp"]
async fn an_agents_day_looks_the_same_to_whoever_watches_with_typescript() {
    unless_stuck(day(Sdk::TypeScript)).await;
}

#[tokio::test]
#[ignore = "needs the SDKs: cargo xtask test --only mcp"]
async fn an_agents_day_looks_the_same_to_whoever_watches_with_python() {
    unless_stuck(day(Sdk::Python)).await;
}
