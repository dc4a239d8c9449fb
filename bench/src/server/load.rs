//! Callers: connections that stay open and ask one thing after the other, written by hand so that they cost the machine
//! as little as can be.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::verdict::quantile;

/// What a load came to.
pub(crate) struct Came {
    pub(crate) per_second: f64,
    /// Milliseconds.
    pub(crate) median: f64,
    /// Milliseconds.
    pub(crate) p99: f64,
}

/// One request, ready to send.
pub(crate) fn request(method: &str, path: &str, key: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// An open connection.
pub(crate) struct Caller {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Caller {
    pub(crate) async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("connecting")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Asks and waits for the whole answer. Returns its body's length; anything but a success is an error.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<usize> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection");
            }
            let Some(head) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let text = std::str::from_utf8(&self.buffer[..head])?.to_ascii_lowercase();
            if !text.starts_with("http/1.1 2") {
                bail!("the server answered {}", text.lines().next().unwrap_or_default());
            }
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .context("no length")?;
            let length: usize = length.trim().parse()?;
            while self.buffer.len() < head + 4 + length {
                if self.stream.read_buf(&mut self.buffer).await? == 0 {
                    bail!("the server closed the connection");
                }
            }
            return Ok(length);
        }
    }

    /// The body of the last answer.
    pub(crate) fn body(&self) -> &[u8] {
        let head = self
            .buffer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .map_or(0, |head| head + 4);
        &self.buffer[head..]
    }
}

/// Lets `callers` ask for a while, each what `next(caller, turn)` gives it.
pub(crate) fn press<F>(address: SocketAddr, callers: usize, lasting: Duration, next: F) -> anyhow::Result<Came>
where
    F: Fn(usize, u64) -> Vec<u8> + Send + Sync + Copy + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        let mut open = Vec::new();
        for _ in 0..callers {
            open.push(Caller::connect(address).await?);
        }
        let began = Instant::now();
        let asking: Vec<_> = open
            .into_iter()
            .enumerate()
            .map(|(number, mut caller)| {
                tokio::spawn(async move {
                    let mut waits = Vec::new();
                    for turn in 0.. {
                        let request = next(number, turn);
                        let asked = Instant::now();
                        caller.ask(&request).await?;
                        waits.push(asked.elapsed().as_secs_f64() * 1e3);
                        if began.elapsed() >= lasting {
                            break;
                        }
                    }
                    anyhow::Ok(waits)
                })
            })
            .collect();
        let mut waits = Vec::new();
        for one in asking {
            waits.extend(one.await??);
        }
        let took = began.elapsed().as_secs_f64();
        waits.sort_by(f64::total_cmp);
        Ok(Came {
            per_second: waits.len() as f64 / took,
            median: quantile(&waits, 0.5),
            p99: quantile(&waits, 0.99),
        })
    })
}
