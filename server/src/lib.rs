//! A CacheBash server anyone can run: the phone's part of the hosted API, over one SQLite file.
//!
//! A request passes, from the outside in: `envelope` (stamps the reply), a net for panics, `auth` (who is asking),
//! `router` (all routes on one screen), then one handler of its resource (`sessions`, `program_state`, `keys`, `fleet`,
//! `health`), which asks `access` whether the caller may, `validation` whether the request is sound, and the `store`
//! for one transaction. Time comes from a [`Clock`], keys from `mint`, and nothing else reaches outside.
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
pub use retention::Retention;
pub use server::{Server, ServerError, ServerOptions};
pub use store::{Backup, Restoring, TenantRow};
pub use tls::{Tls, TlsError};
