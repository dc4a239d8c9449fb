//! Where the data of a test is: as the test says, or, where the environment names a PostgreSQL server, in a database of
//! its own there. So every story is told over both.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

/// Names a PostgreSQL server that a test may make databases in; `cargo xtask test` sets it.
const POSTGRES: &str = "CACHEBASH_TEST_POSTGRES";

/// Databases that were used and are free again: to make one takes much longer than to empty it.
static FREE: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A database, free for another test when it is dropped.
pub struct Database {
    pub url: String,
    name: Option<String>,
}

impl Database {
    /// An empty database, or the one that stands for the folder. `None`: there is no server to have it.
    pub fn of(folder: Option<&Path>) -> Option<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var(POSTGRES).ok()?;
        let url = |name: &str| server.replacen("/postgres?", &format!("/{name}?"), 1);
        if let Some(folder) = folder {
            let path = folder.to_string_lossy();
            let hex: String = path.bytes().map(|byte| format!("{byte:02x}")).collect();
            // The end of a temporary folder's path is what tells it from others, and names are short here.
            let name = format!("f{}", &hex[hex.len().saturating_sub(60)..]);
            run(&server, &[&format!("CREATE DATABASE {name}")]);
            let url = url(&name);
            return Some(Self { url, name: None });
        }
        let free = FREE.lock().unwrap().pop();
        let name = if let Some(name) = free {
            let empty = [
                // Those of its last user, who may not have hung up yet.
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
                "DROP SCHEMA public CASCADE",
                "CREATE SCHEMA public",
            ];
            run(&url(&name), &empty);
            name
        } else {
            let name = format!("t{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
            run(&server, &[&format!("CREATE DATABASE {name}")]);
            name
        };
        let url = url(&name);
        let name = Some(name);
        Some(Self { url, name })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let (Some(name), Ok(mut free)) = (self.name.take(), FREE.lock()) {
            free.push(name);
        }
    }
}

/// Runs statements from a thread of its own, for the test's may be one that runs other tasks.
fn run(url: &str, statements: &[&str]) {
    std::thread::scope(|scope| {
        let ran = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
                tokio::spawn(connection);
                for statement in statements {
                    if let Err(error) = client.batch_execute(statement).await {
                        assert_eq!(error.code(), Some(&SqlState::DUPLICATE_DATABASE), "{error}");
                    }
                }
            });
        });
        ran.join().unwrap();
    });
}
