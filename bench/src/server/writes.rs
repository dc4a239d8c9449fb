//! A durable session update at 128 connections: each writes the session, its timeline, the change feed and the record of
//! its idempotency key. Beside it the same with one transaction a request, and the same over a store in memory.

use std::path::Path;
use std::time::Duration;

use axum::Router;

use super::Line;
use super::load::{Caller, Came, press, request};
use super::world::{Kind, Running};
use crate::verdict::{Budget, Verdicts, median};

const CALLERS: usize = 128;
const ROUNDS: usize = 5;
const LASTING: Duration = Duration::from_secs(3);

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    println!("\nA session update at {CALLERS} connections:");
    let (grouped_at, single_at) = (tempfile::tempdir_in(&line.data)?, tempfile::tempdir_in(&line.data)?);
    let grouped = start(Some(grouped_at.path()), 256)?;
    let single = start(Some(single_at.path()), 1)?;
    let memory = start(None, 256)?;
    let (mut against_single, mut against_memory, mut tails) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let together = update(&grouped, round)?;
        let alone = update(&single, round)?;
        let nowhere = update(&memory, round)?;
        println!(
            "  round {round}: durable {:.0}/s (median {:.1} ms, p99 {:.1} ms), one transaction each {:.0}/s, in memory {:.0}/s",
            together.per_second, together.median, together.p99, alone.per_second, nowhere.per_second
        );
        against_single.push(together.per_second / alone.per_second);
        against_memory.push(together.per_second / nowhere.per_second);
        tails.push(together.p99 / together.median);
    }
    let times = "×";
    verdicts.add(
        "durable update against one transaction a request",
        median(against_single),
        Budget::AtLeast(3.0),
        times,
    );
    verdicts.add(
        "durable update against a store in memory",
        median(against_memory),
        Budget::AtLeast(0.10),
        times,
    );
    verdicts.add(
        "its slowest hundredth against its median",
        median(tails),
        Budget::AtMost(5.0),
        times,
    );
    Ok(())
}

fn start(folder: Option<&Path>, writes_per_commit: usize) -> anyhow::Result<Running> {
    let running = Running::start(Kind {
        folder,
        writes_per_commit,
        more: Router::new(),
        ..Kind::default()
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut caller = Caller::connect(running.address).await?;
        for number in 0..CALLERS {
            let session =
                format!(r#"{{"sessionId":"builder.load{number}","name":"Load {number}","programId":"builder"}}"#);
            caller
                .ask(&request("POST", "/v1/sessions", &running.key, "", &session))
                .await?;
        }
        anyhow::Ok(())
    })?;
    Ok(running)
}

fn update(running: &Running, round: usize) -> anyhow::Result<Came> {
    let key: &'static str = running.key.clone().leak();
    press(running.address, CALLERS, LASTING, move |caller, turn| {
        let body = format!(
            r#"{{"status":"Step {turn} of a long way","state":"working","progress":{},"lastHeartbeat":true}}"#,
            turn % 101
        );
        let once = format!("idempotency-key: {round}-{caller}-{turn}\r\n");
        request(
            "PATCH",
            &format!("/v1/sessions/builder.load{caller}"),
            key,
            &once,
            &body,
        )
    })
}
