//! What only the store itself can show, on either database: undone pieces, sealed tenants, the order of changes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::atomic::{AtomicU32, Ordering};

use cachebash_core::domain::{ProgramId, Timestamp};
use rusqlite_migration::Migrations;

use super::*;
use crate::records::Program;

const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);

/// Names a PostgreSQL server where every test makes a database of its own; `cargo xtask test` sets it.
const POSTGRES: &str = "CACHEBASH_TEST_POSTGRES";

/// Expands a suite over both databases.
macro_rules! store_suite {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $test() { super::$test(super::in_a_file()).await; })*
        }
        mod postgres {
            $(#[tokio::test] async fn $test() {
                if let Some(fresh) = super::in_postgres().await { super::$test(fresh).await; }
            })*
        }
    };
}

store_suite!(
    a_piece_that_fails_or_panics_leaves_nothing_and_hurts_nobody,
    tenants_are_sealed_from_each_other
);

/// An empty database, and what must live as long as it is used.
struct Fresh {
    store: Store,
    home: Tenant,
    _folder: Option<tempfile::TempDir>,
}

fn opened(folder: Option<tempfile::TempDir>, database: Option<String>) -> Fresh {
    let place = Place {
        folder: folder.as_ref().map(|folder| folder.path().to_path_buf()),
        database,
        secret: Some("07".repeat(32)),
        most_writes: 64,
    };
    let store = Store::open(place, Mint::seeded(7), Opener::Server).unwrap();
    store.first_start(NOON).unwrap().expect("the first start");
    Fresh {
        store,
        home: Tenant::from(FIRST_TENANT),
        _folder: folder,
    }
}

fn in_a_file() -> Fresh {
    opened(Some(tempfile::tempdir().unwrap()), None)
}

async fn in_postgres() -> Option<Fresh> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var(POSTGRES) else {
        eprintln!("not run: {POSTGRES} names no server");
        return None;
    };
    let name = format!("t{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let url = server.replacen("/postgres?", &format!("/{name}?"), 1);
    Some(
        tokio::task::spawn_blocking(move || opened(None, Some(url)))
            .await
            .unwrap(),
    )
}

fn program(id: &str) -> Program {
    Program::new(ProgramId::from(id), NOON)
}

async fn put(store: &Store, tenant: &Tenant, id: &'static str) {
    let put = store.write(tenant, NOON, move |tx| tx.put(&program(id)));
    put.await.unwrap();
}

async fn has(store: &Store, tenant: &Tenant, id: &'static str) -> bool {
    let has = store.read(tenant, NOON, move |view| view.has::<Program>(id));
    has.await.unwrap()
}

async fn a_piece_that_fails_or_panics_leaves_nothing_and_hurts_nobody(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    let failed = store.write(home, NOON, |tx| {
        tx.put(&program("half"))?;
        Err::<(), _>(StoreError::Unexpected)
    });
    let panicked = store.write(home, NOON, |tx| -> Stored<()> {
        tx.put(&program("half"))?;
        panic!("halfway");
    });
    let (failed, panicked, ()) = tokio::join!(failed, panicked, put(store, home, "whole"));
    assert!(matches!(failed, Err(StoreError::Unexpected)), "{failed:?}");
    assert!(matches!(panicked, Err(StoreError::Ended)), "{panicked:?}");
    assert!(!has(store, home, "half").await);
    assert!(has(store, home, "whole").await);
}

async fn tenants_are_sealed_from_each_other(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    let next_door = Tenant::from("next door");
    let adding = (store.clone(), next_door.clone());
    let added = tokio::task::spawn_blocking(move || adding.0.add_tenant(&adding.1, NOON))
        .await
        .unwrap();
    assert!(added.unwrap().is_some());
    put(store, home, "ours").await;
    assert!(has(store, home, "ours").await);
    assert!(!has(store, &next_door, "ours").await);
}

#[test]
fn the_migrations_are_sound() {
    Migrations::from_slice(super::sqlite::MIGRATIONS).validate().unwrap();
}
