//! The one entrance: open a server, take its owner key on the first start, serve.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;

use axum::Router;
use cachebash_core::domain::RawKey;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::http::listed::ListedRoute;
use crate::http::router::router;
use crate::options::ServerOptions;
use crate::records::owner_key;
use crate::serving::{self, Patience};
use crate::store::{Opener, StoreError};
use crate::tls::Tls;

/// Why a server could not be opened or could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The data could not be opened or brought up to date.
    #[error("the server's data could not be opened")]
    Data(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A folder has one server at a time, and this one has one already.
    #[error("another server uses this folder")]
    InUse,
    /// The data is sealed with another encryption key.
    #[error("the data is sealed with another encryption key than this server's")]
    OtherKey,
    /// The data is sealed, and there is no encryption key. None was made: it would open nothing.
    #[error("the encryption key {} is missing, and the data is sealed with it", .0.display())]
    NoKey(PathBuf),
    /// The encryption key is none.
    #[error("the encryption key is not 64 hexadecimal digits")]
    BadKey,
    /// The file is no database any more.
    #[error("the file of the data is damaged")]
    Damaged,
    /// The data is of another version than this program.
    #[error(transparent)]
    OtherVersion(Box<dyn std::error::Error + Send + Sync>),
    /// What was given is no URL of a database.
    #[error("that is no postgres:// URL")]
    BadUrl,
    /// The URL asks for TLS.
    #[error("this server speaks to PostgreSQL without TLS")]
    DatabaseTls,
    /// PostgreSQL has no database of that name.
    #[error("there is no such database")]
    NoDatabase,
    /// PostgreSQL does not let this user in.
    #[error("the login to the database was refused")]
    Login,
    /// The network failed.
    #[error("the server could not use the network")]
    Network(#[from] std::io::Error),
}

impl From<StoreError> for ServerError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::InUse => Self::InUse,
            StoreError::OtherSeal => Self::OtherKey,
            StoreError::NoSecret(file) => Self::NoKey(file),
            StoreError::BadSecret => Self::BadKey,
            StoreError::BadUrl => Self::BadUrl,
            StoreError::DatabaseTls => Self::DatabaseTls,
            StoreError::Postgres(state) if state == "3D000" => Self::NoDatabase,
            StoreError::Postgres(state) if state == "28000" || state == "28P01" => Self::Login,
            other if other.is_damage() => Self::Damaged,
            other @ (StoreError::FromTheFuture | StoreError::OtherVersion) => Self::OtherVersion(Box::new(other)),
            other => Self::Data(Box::new(other)),
        }
    }
}

/// An open server. Cheap to clone; the clones share everything, so one may be served, stopped and served again.
#[derive(Clone)]
pub struct Server {
    app: App,
    tls: Option<Tls>,
    owner_key: Option<RawKey>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

impl Server {
    /// Opens the data, and on the first start makes the tenant and its owner key. Blocks while it does.
    ///
    /// # Errors
    /// [`ServerError::Data`] when the folder or its file cannot be read, written or brought up to date;
    /// [`ServerError::InUse`] while another server has the folder open; the others say what is wrong with what was given.
    pub fn open(options: ServerOptions) -> Result<Self, ServerError> {
        let store = options.open(Opener::Server)?;
        let owner_key = store.first_start(options.clock.now(), owner_key)?;
        let app = App::new(store, &options);
        Ok(Self {
            app,
            tls: options.tls,
            owner_key,
        })
    }

    /// The owner key, if this was the first start. It is stored nowhere, so show it or lose it.
    pub fn owner_key(&self) -> Option<RawKey> {
        self.owner_key.clone()
    }

    /// Every route that this server answers.
    pub fn routes(&self) -> Vec<ListedRoute> {
        self.app.routes()
    }

    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    /// Lets go of what is past its time, as a running server does by itself every minute, and says how many records went.
    ///
    /// # Errors
    /// [`ServerError::Data`] when the data cannot be read or written.
    pub async fn forget(&self) -> Result<u64, ServerError> {
        Ok(self.app.forget().await?)
    }

    /// The server as a service, for whoever brings a listener of another kind, and for tests.
    pub fn router(&self) -> Router {
        self.router_with(Router::new())
    }

    /// The same with further routes, which then stand behind the same layers: the key, the time limits, the log.
    pub fn router_with(&self, more: Router) -> Router {
        router(self.app.clone(), more)
    }

    /// Answers on `listener` until `shutdown` is over, then finishes what has begun, for ten seconds at most.
    ///
    /// # Errors
    /// [`ServerError::Network`] when the listener fails for good.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServerError> {
        self.serve_with(Router::new(), listener, shutdown).await
    }

    /// The same with further routes, as [`Server::router_with`] has them.
    ///
    /// # Errors
    /// [`ServerError::Network`] when the listener fails for good.
    pub async fn serve_with(
        &self,
        more: Router,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServerError> {
        // A server may be served again, so each serving has an end of its own.
        let ending = CancellationToken::new();
        let app = App {
            ending: ending.clone(),
            ..self.app.clone()
        };
        // Whatever becomes of this future, what it started ends with it.
        let _ends = ending.clone().drop_guard();
        tokio::spawn(app.clone().forget_until_the_end());
        let told = ending.clone();
        let stopping = async move {
            shutdown.await;
            told.cancel();
        };
        let serving = serving::serve(
            listener,
            self.tls.clone(),
            router(app, more),
            ending,
            Patience::default(),
        );
        tokio::join!(stopping, serving);
        Ok(())
    }
}
