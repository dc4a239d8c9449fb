//! PostgreSQL, for more than one node. Statements are asked from blocking threads, as SQLite's are, so that every piece
//! of work is written once; the connections themselves live on a runtime of this module's own.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{
    Client, Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime as PoolRuntime, Timeouts,
};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::Notify;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{AsyncMessage, Config, NoTls, Row};

use super::StoreError;
use super::sql::{Batch, Cell, Cells, Database, Sql, Stored, Watched};

/// Each step once, in order; never edited once shipped.
const MIGRATIONS: &[&str] = &[include_str!("migrations/postgres/0001_records.sql")];

/// Held while a node brings the tables up to date, so that two that start together do not both.
const MIGRATION_LOCK: i64 = 0x6361_6368_6562_6173;

/// Connections a node opens at most.
const MOST_CONNECTIONS: usize = 16;

/// What a caller waits for a connection before it is told that the database cannot be reached.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long a watch blocks while nobody writes.
const LOOK_EVERY: Duration = Duration::from_secs(2);

const CHANNEL: &str = "cachebash";

pub(crate) struct Postgres {
    pool: Pool,
    woken: Arc<Notify>,
    handle: Handle,
    // The runtime must not be dropped where blocking is forbidden, so it is told to end instead.
    runtime: Mutex<Option<Runtime>>,
}

impl Postgres {
    /// Connects to the database of a `postgres://` URL and brings it up to date.
    pub(crate) fn open(url: &str) -> Stored<Self> {
        let mut config: Config = url.parse().map_err(|_| StoreError::BadUrl)?;
        config.connect_timeout(PATIENCE).application_name("cachebash");
        config
            .keepalives_idle(Duration::from_secs(10))
            .tcp_user_timeout(PATIENCE);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()?;
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_config(config.clone(), NoTls, recycling);
        let pool = Pool::builder(manager)
            .max_size(MOST_CONNECTIONS)
            .runtime(PoolRuntime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(PATIENCE),
                create: Some(PATIENCE),
                recycle: Some(PATIENCE),
            })
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(async move {
                    // A lock that another node holds is given up before a client gives up on us.
                    let settings = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s'";
                    client.batch_execute(settings).await.map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|_| StoreError::BadUrl)?;
        let woken = Arc::new(Notify::new());
        runtime.spawn(listen(config, Arc::clone(&woken)));
        let opened = Self {
            pool,
            woken,
            handle: runtime.handle().clone(),
            runtime: Mutex::new(Some(runtime)),
        };
        opened.migrate()?;
        Ok(opened)
    }

    fn migrate(&self) -> Stored<()> {
        self.within("BEGIN", &mut |open| {
            open.query("SELECT pg_advisory_xact_lock($1)", &[Cell::Int(MIGRATION_LOCK)])?;
            open.batch("CREATE TABLE IF NOT EXISTS schema_step (step BIGINT PRIMARY KEY)")?;
            let done = open.query("SELECT step FROM schema_step", &[])?.len();
            if done > MIGRATIONS.len() {
                return Err(StoreError::FromTheFuture);
            }
            for (step, script) in MIGRATIONS.iter().enumerate().skip(done) {
                open.batch(script)?;
                open.execute(
                    "INSERT INTO schema_step (step) VALUES ($1)",
                    &[Cell::Int(step as i64 + 1)],
                )?;
            }
            Ok(())
        })
    }

    /// A client whose transaction has begun. A connection that died unnoticed is replaced: nothing was asked on it yet.
    fn begin(&self, how: &str) -> Stored<Client> {
        let mut tries = 0;
        loop {
            let client = self
                .handle
                .block_on(self.pool.get())
                .map_err(|_| StoreError::Unavailable)?;
            match self.handle.block_on(client.batch_execute(how)) {
                Ok(()) => return Ok(client),
                Err(error) if tries < MOST_CONNECTIONS => {
                    tracing::debug!(code = code(&error), "a connection to the database had died");
                    tries += 1;
                    drop(deadpool_postgres::Object::take(client));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn within(&self, how: &str, work: &mut dyn FnMut(&mut Open<'_>) -> Stored<()>) -> Stored<()> {
        let client = self.begin(how)?;
        let mut open = Open {
            client: Some(client),
            handle: &self.handle,
        };
        work(&mut open)?;
        open.commit()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take() {
            runtime.shutdown_background();
        }
    }
}

impl Database for Postgres {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Batch) -> Stored<()>) -> Stored<()> {
        self.within("BEGIN", &mut |open| work(open))
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Sql) -> Stored<()>) -> Stored<()> {
        self.within("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &mut |open| {
            work(open)
        })
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn watch(&self) -> Watched {
        // After a silence too: a notification may be lost with its connection.
        let heard = async { tokio::time::timeout(LOOK_EVERY, self.woken.notified()).await };
        drop(self.handle.block_on(heard));
        Watched::Writes
    }
}

/// Keeps one connection that hears of other nodes' writes, for as long as the runtime lives.
async fn listen(config: Config, woken: Arc<Notify>) {
    loop {
        if let Ok((client, mut connection)) = config.connect(NoTls).await {
            let heard = async {
                while let Some(Ok(message)) = std::future::poll_fn(|context| connection.poll_message(context)).await {
                    if let AsyncMessage::Notification(_) = message {
                        woken.notify_one();
                    }
                }
            };
            let asked = async {
                let listening = client.batch_execute(&format!("LISTEN {CHANNEL}")).await;
                // What was written while nobody listened.
                woken.notify_one();
                if listening.is_ok() {
                    std::future::pending::<()>().await;
                }
            };
            let (heard, asked) = (pin!(heard), pin!(asked));
            futures_util::future::select(heard, asked).await;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// An open transaction; undone when dropped before its end.
struct Open<'d> {
    client: Option<Client>,
    handle: &'d Handle,
}

impl Open<'_> {
    fn client(&self) -> Stored<&Client> {
        self.client.as_ref().ok_or(StoreError::Ended)
    }

    fn batch(&self, statements: &str) -> Stored<()> {
        Ok(self.handle.block_on(self.client()?.batch_execute(statements))?)
    }

    fn commit(mut self) -> Stored<()> {
        self.batch("COMMIT")?;
        self.client = None;
        Ok(())
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if self.handle.block_on(client.batch_execute("ROLLBACK")).is_err() {
            drop(deadpool_postgres::Object::take(client));
        }
    }
}

impl Sql for Open<'_> {
    fn query(&mut self, statement: &str, cells: &[Cell]) -> Stored<Vec<Cells>> {
        let client = self.client()?;
        let rows = self.handle.block_on(async {
            let prepared = client.prepare_cached(statement).await?;
            client.query(&prepared, &references(cells)).await
        })?;
        rows.iter().map(cells_of).collect()
    }

    fn execute(&mut self, statement: &str, cells: &[Cell]) -> Stored<u64> {
        let client = self.client()?;
        Ok(self.handle.block_on(async {
            let prepared = client.prepare_cached(statement).await?;
            client.execute(&prepared, &references(cells)).await
        })?)
    }

    fn locking(&self) -> &'static str {
        " FOR UPDATE"
    }
}

impl Batch for Open<'_> {
    fn begin_piece(&mut self) -> Stored<()> {
        self.batch("SAVEPOINT piece")
    }

    fn keep_piece(&mut self) -> Stored<()> {
        self.batch("RELEASE piece")
    }

    fn undo_piece(&mut self) -> Stored<()> {
        self.batch("ROLLBACK TO piece; RELEASE piece")
    }

    fn sql(&mut self) -> &mut dyn Sql {
        self
    }

    fn announce(&mut self, tenant: &str, seq: i64) -> Stored<()> {
        let payload = format!("{seq} {tenant}");
        self.query("SELECT pg_notify($1, $2)", &[Cell::from(CHANNEL), Cell::from(payload)])
            .map(drop)
    }
}

fn references(cells: &[Cell]) -> Vec<&(dyn ToSql + Sync)> {
    cells.iter().map(|cell| cell as &(dyn ToSql + Sync)).collect()
}

fn cells_of(row: &Row) -> Stored<Cells> {
    row.columns()
        .iter()
        .enumerate()
        .map(|(place, column)| {
            Ok(match *column.type_() {
                Type::INT8 => row.try_get::<_, Option<i64>>(place)?.map_or(Cell::Null, Cell::Int),
                Type::INT4 => row
                    .try_get::<_, Option<i32>>(place)?
                    .map_or(Cell::Null, |int| Cell::Int(int.into())),
                Type::TEXT | Type::VARCHAR => row.try_get::<_, Option<String>>(place)?.map_or(Cell::Null, Cell::Text),
                Type::VOID => Cell::Null,
                _ => return Err(StoreError::Unexpected),
            })
        })
        .collect()
}

impl ToSql for Cell {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Cell::Null => Ok(IsNull::Yes),
            Cell::Int(int) if *kind == Type::INT4 => i32::try_from(*int)?.to_sql(kind, out),
            Cell::Int(int) => int.to_sql(kind, out),
            // PostgreSQL's text holds every character but this one.
            Cell::Text(text) if text.contains('\0') => text.replace('\0', "\u{fffd}").to_sql(kind, out),
            Cell::Text(text) => text.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::INT4 | Type::TEXT | Type::VARCHAR)
    }

    to_sql_checked!();
}

fn code(error: &tokio_postgres::Error) -> Option<String> {
    error.code().map(|state| state.code().to_owned())
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.code() {
            // 08: connection exception; 57P: the server is going down or coming up; 55P03: a lock was not to be had;
            // 40: another transaction was in the way; 53: it has no room for us.
            Some(state)
                if ["08", "57P", "55P03", "40", "53"]
                    .iter()
                    .any(|class| state.code().starts_with(class)) =>
            {
                StoreError::Unavailable
            }
            Some(state) => StoreError::Postgres(state.code().to_owned()),
            // Without a code the connection itself broke.
            None => StoreError::Unavailable,
        }
    }
}
