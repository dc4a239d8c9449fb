//! Servers to measure: the real one, in this process on threads of its own, with its owner's key.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use axum::Router;
use cachebash_server::{Clock, Limits, Server, ServerOptions, SystemClock, Tls};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

impl Default for Kind<'_> {
    /// In memory.
    fn default() -> Self {
        Self {
            tls: None,
            clock: None,
            folder: None,
            writes_per_commit: 256,
            more: Router::new(),
        }
    }
}

/// A server that is up, until it is dropped.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) key: String,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
}

/// What kind of server.
pub(crate) struct Kind<'a> {
    /// `None`: plain http.
    pub(crate) tls: Option<Tls>,
    /// `None`: the machine's.
    pub(crate) clock: Option<Arc<dyn Clock>>,
    /// `None`: in memory.
    pub(crate) folder: Option<&'a Path>,
    pub(crate) writes_per_commit: usize,
    /// Further routes, behind the server's own layers.
    pub(crate) more: Router,
}

impl Running {
    /// Starts one in a fresh folder.
    pub(crate) fn start(kind: Kind<'_>) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let server = Server::open(ServerOptions {
            data: kind.folder.map(Path::to_owned),
            limits: Limits::Off,
            tls: kind.tls,
            writes_per_commit: kind.writes_per_commit,
            clock: kind.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            ..ServerOptions::default()
        })?;
        let key = server
            .owner_key()
            .ok_or_else(|| anyhow!("the folder holds a server already"))?;
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .context("listening")?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        runtime.spawn(async move {
            let until = async move { drop(stopped.await) };
            server.serve_with(kind.more, listener, until).await
        });
        Ok(Self {
            address,
            key: key.reveal().to_owned(),
            stop: Some(stop),
            runtime: Some(runtime),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
