//! A CacheBash server anyone can run: agents speak MCP to it, phones REST, sync and events; over SQLite or PostgreSQL.
//!
//! A request passes, from the outside in: `serving` (sockets, TLS, patience), the layers of `http` (envelope, a net for
//! panics, the key), `http::router` (all routes on one screen) or `http::mcp`, `app` (limits, capability, a reply
//! that is still true), then one of the `tools`, which works on `records` in one transaction of the `store`. Time comes
//! from a [`Clock`], keys from `mint`, and nothing else reaches outside. `ARCHITECTURE.md` has the whole map.
//!
//! ```no_run
//! # async fn run() -> Result<(), cachebash_server::ServerError> {
//! use cachebash_server::{Server, ServerOptions};
//!
//! let server = Server::open(ServerOptions::default())?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! server.serve(listener, std::future::pending::<()>()).await
//! # }
//! ```

mod app;
mod caller;
mod clock;
mod feed;
mod http;
mod key_cache;
mod limiter;
mod metrics;
mod mint;
mod operator;
mod options;
mod plant;
mod records;
mod refusal;
mod retention;
mod rules;
mod server;
mod serving;
mod store;
mod tls;
mod tools;
mod wire_values;

pub use clock::{Clock, SteppedClock, SystemClock};
pub use http::listed::ListedRoute;
pub use limiter::Limits;
pub use operator::{Operator, OperatorError};
pub use options::{Retention, ServerOptions};
pub use server::{Server, ServerError};
pub use store::{Backup, Restoring, TenantRow};
pub use tls::{Tls, TlsError};
