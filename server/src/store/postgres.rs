//! PostgreSQL, for more than one node. Statements are asked from threads that may block, as SQLite's are, so that every
//! piece of work is written once; the connections themselves live on a runtime of this module's own.

mod errors;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{
    Client, Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime as PoolRuntime, Timeouts,
};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::oneshot;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Config, NoTls, Row};

use self::errors::of_pool;
use super::StoreError;
use super::listening::{CHANNEL, Ear, Listener, SERVING_LOCK};
use super::sql::{Batch, Cell, Cells, Database, News, Sql, Stored, Watcher};

/// Each step once, in order; never edited once shipped.
const MIGRATIONS: &[&str] = &[include_str!("migrations/postgres/0001_records.sql")];

/// Held while a node brings the tables up to date, so that two that start together do not both.
const MIGRATION_LOCK: i64 = 0x6361_6368_6562_6173;

/// Connections for the writers, one each, so that no crowd of readers can keep a write waiting.
const WRITERS: usize = 4;

/// Connections for everything else.
const READERS: usize = 12;

/// What a caller waits for a connection before it is told that the database cannot be reached.
const PATIENCE: Duration = Duration::from_secs(4);

/// Within this a database that is alive answers, whatever it is asked.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);

/// Between the looks whether the last node is gone: PostgreSQL may notice a moment later than whoever stopped it.
const LEAVING: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(400),
    Duration::from_millis(1_500),
];

/// For every connection. A pen that another node holds is given up before a client gives up on us, and taken from a node
/// that stopped halfway.
const SETTINGS: &str = "SET lock_timeout = '4s'; SET idle_in_transaction_session_timeout = '5s'";

const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// PostgreSQL answers COMMIT as if all were well where the transaction had failed before, and keeps nothing. A question
/// before it fails there.
const COMMIT: &str = "SELECT 1; COMMIT";

pub(crate) struct Postgres {
    writers: Pool,
    readers: Pool,
    ear: Arc<Ear>,
    handle: Handle,
    // The runtime must not be dropped where blocking is forbidden, so it is told to end instead.
    runtime: Mutex<Option<Runtime>>,
}

impl Postgres {
    /// Connects to the database of a `postgres://` URL and brings it up to date; `serves`: for as long as it is open, nobody
    /// may replace all data under it.
    pub(crate) fn open(url: &str, serves: bool) -> Stored<Self> {
        let mut config: Config = url.parse().map_err(|_| {
            // What only certificates can promise is not even understood.
            if url.contains("sslmode=verify-") {
                StoreError::DatabaseTls
            } else {
                StoreError::BadUrl
            }
        })?;
        if config.get_ssl_mode() == SslMode::Require {
            return Err(StoreError::DatabaseTls);
        }
        config.connect_timeout(PATIENCE).application_name("cachebash");
        config
            .keepalives_idle(Duration::from_secs(10))
            .tcp_user_timeout(PATIENCE);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()?;
        let ear = Arc::new(Ear::default());
        let opened = Self {
            writers: pool(&config, WRITERS)?,
            readers: pool(&config, READERS)?,
            ear: Arc::clone(&ear),
            handle: runtime.handle().clone(),
            runtime: Mutex::new(Some(runtime)),
        };
        opened.migrate()?;
        opened.look_at_settings()?;
        let listener = Listener { config, ear, serves };
        let (told, hears) = oneshot::channel();
        opened.handle.spawn(listener.listen(told));
        if serves {
            let begun = opened.wait(async { tokio::time::timeout(ANSWERS_WITHIN, hears).await });
            match begun {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Err(StoreError::InUse),
                _ => return Err(StoreError::Unavailable),
            }
        }
        Ok(opened)
    }

    fn migrate(&self) -> Stored<()> {
        self.within(&self.writers, WRITE, &mut |open| {
            // However long another node takes for it.
            open.batch("SET LOCAL lock_timeout = 0")?;
            open.patience = None;
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

    /// Refuses a database that cannot hold every text, and says where one may forget what was acknowledged.
    fn look_at_settings(&self) -> Stored<()> {
        self.within(&self.readers, READ, &mut |open| {
            let mut setting = |name: &str| {
                let row = open.one("SELECT current_setting($1)", &[Cell::from(name)])?;
                row.and_then(|row| row.into_iter().next())
                    .ok_or(StoreError::Unexpected)?
                    .text()
            };
            if setting("server_encoding")? != "UTF8" {
                return Err(StoreError::NotUtf8);
            }
            for name in ["fsync", "synchronous_commit"] {
                if setting(name)? == "off" {
                    tracing::warn!(
                        setting = name,
                        "it is off: a crash of the database may lose what was acknowledged"
                    );
                }
            }
            Ok(())
        })
    }

    /// Waits for an answer, on any thread: also on one that runs other tasks, as when a server is opened there.
    fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        wait(&self.handle, answer)
    }

    /// A client whose transaction has begun. A connection that died unnoticed is replaced: nothing was asked on it yet.
    fn begin(&self, pool: &Pool, how: &str) -> Stored<Client> {
        let mut tries = 0;
        loop {
            let client = self.wait(pool.get()).map_err(of_pool)?;
            let begun = self.wait(async { tokio::time::timeout(PATIENCE, client.batch_execute(how)).await });
            if let Ok(Ok(())) = begun {
                return Ok(client);
            }
            drop(deadpool_postgres::Object::take(client));
            match begun {
                Ok(Err(error)) if tries == pool.status().max_size => return Err(error.into()),
                Ok(_) => {}
                // It is there and does not answer: another connection would not get one either.
                Err(_) => return Err(StoreError::Unavailable),
            }
            tracing::debug!("a connection to the database had died");
            tries += 1;
        }
    }

    fn within(&self, pool: &Pool, how: &str, work: &mut dyn FnMut(&mut Open<'_>) -> Stored<()>) -> Stored<()> {
        let mut open = Open {
            client: Some(self.begin(pool, how)?),
            handle: &self.handle,
            patience: Some(ANSWERS_WITHIN),
        };
        work(&mut open)?;
        open.commit()
    }
}

fn pool(config: &Config, size: usize) -> Stored<Pool> {
    let recycling_method = RecyclingMethod::Fast;
    let manager = Manager::from_config(config.clone(), NoTls, ManagerConfig { recycling_method });
    let prepare = Hook::async_fn(|client: &mut deadpool_postgres::ClientWrapper, _| {
        Box::pin(async move { client.batch_execute(SETTINGS).await.map_err(HookError::Backend) })
    });
    let pool = Pool::builder(manager)
        .max_size(size)
        .runtime(PoolRuntime::Tokio1)
        .timeouts(Timeouts {
            wait: Some(PATIENCE),
            create: Some(PATIENCE),
            recycle: Some(PATIENCE),
        })
        .post_create(prepare);
    pool.build().map_err(|_| StoreError::BadUrl)
}

fn wait<T>(handle: &Handle, answer: impl Future<Output = T>) -> T {
    let _entered = handle.enter();
    futures_executor::block_on(answer)
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.ear.close();
        if let Some(runtime) = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take() {
            runtime.shutdown_background();
        }
    }
}

impl Database for Postgres {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Batch) -> Stored<()>) -> Stored<()> {
        self.within(&self.writers, WRITE, &mut |open| work(open))
    }

    fn write_aside(&self, work: &mut dyn FnMut(&mut dyn Sql) -> Stored<()>) -> Stored<()> {
        self.within(&self.readers, WRITE, &mut |open| work(open))
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn Sql) -> Stored<()>) -> Stored<()> {
        self.within(&self.readers, READ, &mut |open| work(open))
    }

    fn writers(&self) -> usize {
        WRITERS
    }

    fn watcher(&self) -> Stored<Option<Box<dyn Watcher>>> {
        Ok(Some(Box::new(Arc::clone(&self.ear))))
    }
}

/// An open transaction; undone when dropped before its end.
struct Open<'d> {
    client: Option<Client>,
    handle: &'d Handle,
    /// How long an answer may take.
    patience: Option<Duration>,
}

impl Open<'_> {
    fn ask<T>(&self, answer: impl AsyncFnOnce(&Client) -> Result<T, tokio_postgres::Error>) -> Stored<T> {
        let client = self.client.as_ref().ok_or(StoreError::Ended)?;
        let Some(patience) = self.patience else {
            return Ok(wait(self.handle, answer(client))?);
        };
        let answered = wait(self.handle, async {
            tokio::time::timeout(patience, answer(client)).await
        });
        Ok(answered.map_err(|_| StoreError::Unavailable)??)
    }

    fn batch(&self, statements: &str) -> Stored<()> {
        self.ask(async |client| client.batch_execute(statements).await)
    }

    fn commit(mut self) -> Stored<()> {
        self.batch(COMMIT)?;
        self.client = None;
        Ok(())
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        // One that does not even answer this is not asked again.
        if self.client.is_some()
            && self.batch("ROLLBACK").is_err()
            && let Some(client) = self.client.take()
        {
            drop(deadpool_postgres::Object::take(client));
        }
    }
}

impl Sql for Open<'_> {
    fn query(&mut self, statement: &str, cells: &[Cell]) -> Stored<Vec<Cells>> {
        let rows = self.ask(async |client| {
            let prepared = client.prepare_cached(statement).await?;
            client.query(&prepared, &references(cells)).await
        })?;
        rows.iter().map(cells_of).collect()
    }

    fn execute(&mut self, statement: &str, cells: &[Cell]) -> Stored<u64> {
        self.ask(async |client| {
            let prepared = client.prepare_cached(statement).await?;
            client.execute(&prepared, &references(cells)).await
        })
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

    fn is_alone(&mut self) -> Stored<bool> {
        let asked = "SELECT CASE WHEN pg_try_advisory_xact_lock($1) THEN 1 ELSE 0 END";
        for pause in LEAVING {
            std::thread::sleep(pause);
            let row = self.one(asked, &[Cell::Int(SERVING_LOCK)])?;
            let got = row
                .and_then(|row| row.into_iter().next())
                .ok_or(StoreError::Unexpected)?;
            if got.int()? == 1 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn announce(&mut self, news: &News) -> Stored<()> {
        let payload = serde_json::to_string(news)?;
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
