//! The list of fifty sessions, beside a body of the same size that is always the same, through the same router,
//! authentication and layers. The list is asked while nothing is written: what a board that is watched costs.

use std::time::Duration;

use anyhow::ensure;
use axum::Router;
use axum::http::header;
use axum::routing::get;

use super::Line;
use super::load::{Caller, press, request};
use super::world::{Kind, Running};
use crate::verdict::{Budget, Verdicts, median};

const SESSIONS: usize = 50;
const CALLERS: usize = 16;
const ROUNDS: usize = 7;
const LASTING: Duration = Duration::from_millis(1_500);

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    println!("\nThe list of {SESSIONS} sessions against a static body, {CALLERS} connections:");
    let folder = tempfile::tempdir_in(&line.data)?;
    let body = std::sync::Arc::new(std::sync::OnceLock::<Vec<u8>>::new());
    let shown = std::sync::Arc::clone(&body);
    let still = move || {
        let shown = shown.get().cloned().unwrap_or_default();
        async move { ([(header::CONTENT_TYPE, "application/json")], shown) }
    };
    let more = Router::new().route("/v1/static", get(still));
    let running = Running::start(Kind {
        folder: Some(folder.path()),
        writes_per_commit: 256,
        more,
        ..Kind::default()
    })?;
    let list = request("GET", "/v1/sessions?limit=50", &running.key, "", "");
    let size = fill(&running, &list, &body)?;
    println!("  {size} bytes each");
    let still = request("GET", "/v1/static", &running.key, "", "");
    let (list, still): (&'static [u8], &'static [u8]) = (list.leak(), still.leak());
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let listed = press(running.address, CALLERS, LASTING, |_, _| list.to_vec())?;
        let same = press(running.address, CALLERS, LASTING, |_, _| still.to_vec())?;
        println!(
            "  round {round}: list {:.0}/s, static {:.0}/s",
            listed.per_second, same.per_second
        );
        ratios.push(listed.per_second / same.per_second);
    }
    verdicts.add(
        "list of 50 sessions, as a part of a static body's speed",
        median(ratios),
        Budget::AtLeast(0.75),
        "",
    );
    Ok(())
}

/// Makes the sessions and keeps the list's bytes as the static body. Returns their number.
fn fill(running: &Running, list: &[u8], body: &std::sync::OnceLock<Vec<u8>>) -> anyhow::Result<usize> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut caller = Caller::connect(running.address).await?;
        for number in 0..SESSIONS {
            let session = format!(
                r#"{{"sessionId":"builder.task{number}","name":"Building part {number}","programId":"builder","state":"working","progress":{number},"projectName":"demo-app"}}"#
            );
            caller.ask(&request("POST", "/v1/sessions", &running.key, "", &session)).await?;
        }
        let size = caller.ask(list).await?;
        let listed: serde_json::Value = serde_json::from_slice(caller.body())?;
        ensure!(listed["data"]["count"] == SESSIONS, "the list does not hold {SESSIONS} sessions");
        ensure!(body.set(caller.body().to_vec()).is_ok(), "the static body was set before");
        Ok(size)
    })
}
