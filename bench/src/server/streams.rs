//! Ten thousand event streams on which nothing happens: what one costs the server's memory. The server is a process of
//! its own, so nothing of the callers is counted.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Line;
use super::start::Process;
use crate::verdict::{Budget, Verdicts};

const STREAMS: usize = 10_000;
/// Opened at once: more than a listener's queue holds would only wait.
const AT_ONCE: usize = 100;

pub(crate) fn measure(line: &Line, verdicts: &mut Verdicts) -> anyhow::Result<()> {
    println!("\n{STREAMS} idle event streams:");
    let files = rlimit::increase_nofile_limit(u64::MAX)?;
    if files < STREAMS as u64 + 100 {
        bail!(
            "this process may open only {files} files: raise `ulimit -n` to {}",
            STREAMS + 100
        );
    }
    let folder = tempfile::tempdir_in(&line.data)?;
    let mut server = Process::start(&line.program, folder.path(), Stdio::piped())?;
    let output = server.child.stdout.take().context("the server's output")?;
    let mut ready = String::new();
    BufReader::new(output).read_line(&mut ready)?;
    let ready: serde_json::Value = serde_json::from_str(&ready)?;
    let key = ready["ownerKey"]
        .as_str()
        .ok_or_else(|| anyhow!("no owner key at the first start"))?
        .to_owned();
    server.answers()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (before, after) = runtime.block_on(async {
        // What the first callers cost is the server's own furniture, not theirs.
        let warm = open(&server, &key, AT_ONCE).await?;
        let before = resident(server.child.id())?;
        let streams = open(&server, &key, STREAMS).await?;
        // All are open: each was answered. Whatever is still being freed has a moment.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let after = resident(server.child.id())?;
        drop((warm, streams));
        anyhow::Ok((before, after))
    })?;
    println!("  resident {before} KiB before, {after} KiB with them");
    let each = after.saturating_sub(before) as f64 / STREAMS as f64;
    verdicts.add(
        "resident memory of an idle event stream",
        each,
        Budget::AtMost(24.0),
        " KiB",
    );
    Ok(())
}

async fn open(server: &Process, key: &str, count: usize) -> anyhow::Result<Vec<TcpStream>> {
    let request = format!(
        "GET /v1/events HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nauthorization: Bearer {key}\r\n\r\n"
    );
    let mut open = Vec::with_capacity(count);
    while open.len() < count {
        let batch = (0..AT_ONCE.min(count - open.len())).map(|_| {
            let (address, request) = (server.address, request.clone());
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await?;
                stream.write_all(request.as_bytes()).await?;
                let mut head = [0; 512];
                let read = stream.read(&mut head).await?;
                if !head[..read].starts_with(b"HTTP/1.1 200") {
                    bail!(
                        "a stream was refused: {}",
                        String::from_utf8_lossy(&head[..read.min(60)])
                    );
                }
                Ok(stream)
            })
        });
        for one in batch.collect::<Vec<_>>() {
            open.push(one.await??);
        }
    }
    Ok(open)
}

/// KiB of a process that are in memory.
fn resident(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).context("this is measured on Linux")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
