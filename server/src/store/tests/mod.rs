//! What only the store itself can show, on either database, and what only several nodes on one database can.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod forgetting;
mod lists;
mod nodes;
mod writing;

use std::borrow::Cow;
use std::sync::atomic::AtomicU32;

use cachebash_core::domain::{ProgramId, Span};
use rusqlite_migration::Migrations;
use serde::{Deserialize, Serialize};

use cachebash_core::domain::RawKey;

use super::*;
use crate::records::{Key, Program, owner_key};

const NOON: Timestamp = Timestamp::from_millis(1_795_435_200_000);

/// Names a PostgreSQL server where every test makes a database of its own; `cargo xtask test` sets it.
const POSTGRES: &str = "CACHEBASH_TEST_POSTGRES";

/// Expands a suite over both databases.
macro_rules! store_suite {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $test() { super::$test($crate::store::tests::in_a_file()).await; })*
        }
        mod postgres {
            $(#[tokio::test]
            #[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
            async fn $test() { super::$test($crate::store::tests::in_postgres().await).await; })*
        }
    };
}
use store_suite;

/// Where an empty database is, with a store that made its first tenant.
struct Fresh {
    store: Store,
    home: Tenant,
    /// The key of the first start.
    owner: RawKey,
    folder: Option<tempfile::TempDir>,
    database: Option<String>,
}

impl Fresh {
    fn new(folder: Option<tempfile::TempDir>, database: Option<String>) -> Self {
        let store = open(&folder, &database);
        let owner = store.first_start(NOON, owner_key).unwrap().expect("the first start");
        Self {
            store,
            home: Tenant::from(FIRST_TENANT),
            owner,
            folder,
            database,
        }
    }

    /// Another store on the same data: a second node, or the first one after a restart.
    fn again(&self) -> Store {
        open(&self.folder, &self.database)
    }
}

fn open(folder: &Option<tempfile::TempDir>, database: &Option<String>) -> Store {
    let place = Place {
        folder: folder.as_ref().map(|folder| folder.path().to_path_buf()),
        database: database.clone(),
        secret: Some("07".repeat(32)),
        most_writes: 64,
    };
    Store::open(place, Mint::seeded(7), Opener::Server).unwrap()
}

fn in_a_file() -> Fresh {
    Fresh::new(Some(tempfile::tempdir().unwrap()), None)
}

/// Opened right where other tasks run, as a program may do that has only just begun.
async fn in_postgres() -> Fresh {
    Fresh::new(None, Some(empty_database().await))
}

async fn empty_database() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var(POSTGRES).expect("the name of a PostgreSQL server");
    let name = format!("s{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
    let client = connect(&server).await;
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    server.replacen("/postgres?", &format!("/{name}?"), 1)
}

/// Somebody who looks at the database itself.
async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn program(id: &str) -> Program {
    Program::new(ProgramId::from(id), NOON)
}

async fn put(store: &Store, tenant: &Tenant, id: &str) -> Stored<()> {
    let program = program(id);
    store.write(tenant, NOON, move |tx| tx.put(&program)).await
}

async fn has(store: &Store, tenant: &Tenant, id: &str) -> bool {
    let id = id.to_owned();
    let has = store.read(tenant, NOON, move |view| view.has::<Program>(&id));
    has.await.unwrap()
}

/// Adds a tenant and returns it with its owner key.
fn add(store: &Store, name: &str) -> (Tenant, RawKey) {
    let tenant = Tenant::from(name);
    let key = store.add_tenant(&tenant, NOON, owner_key).unwrap().expect("a new name");
    (tenant, key)
}

/// Something with every freedom that a record has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Leaf {
    id: String,
    owner: Option<String>,
    colour: u8,
    rank: i64,
}

const COLOURS: [&str; 3] = ["green", "red", "yellow"];

impl Record for Leaf {
    const KIND: &'static str = "leaf";
    const TAGS: &'static [&'static str] = &COLOURS;

    fn id(&self) -> Cow<'_, str> {
        self.id.as_str().into()
    }

    fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    fn tag(&self) -> &'static str {
        COLOURS[usize::from(self.colour)]
    }

    fn rank(&self) -> i64 {
        self.rank
    }
}

fn leaf(id: &str, rank: i64) -> Leaf {
    Leaf {
        id: id.to_owned(),
        owner: None,
        colour: 0,
        rank,
    }
}

store_suite!(
    a_restart_keeps_everything,
    tenants_are_sealed_from_each_other,
    a_removed_tenant_leaves_nothing_and_its_name_begins_anew,
    the_use_of_a_key_is_known,
    an_answer_is_remembered_for_as_long_as_asked,
);

async fn a_restart_keeps_everything(fresh: Fresh) {
    let name = "a quiet agent \u{0} \u{1f98a} with a zero byte";
    put(&fresh.store, &fresh.home, name).await.unwrap();
    let hash = fresh.owner.hash();
    fresh.store.note_use(hash.clone(), NOON).await.unwrap();
    let feed = |store: Store| async move { store.read(&Tenant::from(FIRST_TENANT), NOON, |view| view.feed()).await };
    let before = feed(fresh.store.clone()).await.unwrap();
    let Fresh {
        store,
        folder,
        database,
        home,
        ..
    } = fresh;
    drop(store);
    let again = open(&folder, &database);
    assert_eq!(again.first_start(NOON, owner_key).unwrap(), None);
    assert_eq!(feed(again.clone()).await.unwrap(), before);
    assert_eq!(again.version(&home).await.unwrap(), before.seq);
    let id = name.to_owned();
    let found = again.read(&home, NOON, move |view| view.get::<Program>(&id));
    assert_eq!(found.await.unwrap().unwrap().id.as_str(), name);
    assert_eq!(again.anybodys::<Key>(hash.to_string()).await.unwrap().unwrap().0, home);
    put(&again, &home, "later").await.unwrap();
    assert_eq!(feed(again).await.unwrap().seq, before.seq + 1);
}

async fn tenants_are_sealed_from_each_other(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    let (next_door, key) = add(store, "next door");
    assert!(store.add_tenant(&next_door, NOON, owner_key).unwrap().is_none());
    put(store, home, "ours").await.unwrap();
    assert!(has(store, home, "ours").await);
    assert!(!has(store, &next_door, "ours").await);
    put(store, &next_door, "ours").await.unwrap();
    let removed = store.write(&next_door, NOON, |tx| tx.remove::<Program>("ours"));
    assert!(removed.await.unwrap());
    assert!(has(store, home, "ours").await);
    assert_eq!(
        store.anybodys::<Key>(key.hash().to_string()).await.unwrap().unwrap().0,
        next_door
    );
}

async fn a_removed_tenant_leaves_nothing_and_its_name_begins_anew(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    let (next_door, key) = add(store, "next door");
    put(store, &next_door, "theirs").await.unwrap();
    put(store, home, "ours").await.unwrap();
    store.note_use(key.hash(), NOON).await.unwrap();
    let follower = store.subscribe(&next_door);
    assert!(store.remove_tenant(&next_door).unwrap());
    assert!(!store.remove_tenant(&next_door).unwrap());
    assert!(
        follower.has_changed().is_err(),
        "its followers are told by the end of the stream"
    );
    assert!(store.anybodys::<Key>(key.hash().to_string()).await.unwrap().is_none());
    assert!(matches!(
        put(store, &next_door, "late").await,
        Err(StoreError::NoTenant)
    ));
    assert!(has(store, home, "ours").await);
    let names: Vec<String> = store.tenants_now().unwrap().into_iter().map(|row| row.name).collect();
    assert_eq!(names, [FIRST_TENANT]);
    let (next_door, _) = add(store, "next door");
    assert!(!has(store, &next_door, "theirs").await);
}

async fn the_use_of_a_key_is_known(fresh: Fresh) {
    let Fresh { store, home, owner, .. } = &fresh;
    let used = || async {
        let hash = owner.hash();
        let used = store.read(home, NOON, move |view| view.key_used_at(hash.as_str()));
        used.await.unwrap()
    };
    assert_eq!(used().await, None);
    store.note_use(owner.hash(), NOON).await.unwrap();
    assert_eq!(used().await, Some(NOON));
    let later = NOON.plus(Span::from_secs(61));
    store.note_use(owner.hash(), later).await.unwrap();
    assert_eq!(used().await, Some(later));
}

async fn an_answer_is_remembered_for_as_long_as_asked(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    let remember = |key: &'static str, answer: Option<serde_json::Value>| {
        store.write(home, NOON, move |tx| {
            let request = "digest".to_owned();
            tx.remember(key, "route", "once", &Answered { request, answer })
        })
    };
    remember("key", Some(serde_json::json!({"text": "a\u{0}b"})))
        .await
        .unwrap();
    remember("issuing", None).await.unwrap();
    let ask = |key: &'static str, route: &'static str, since: Timestamp| {
        let asked = store.write(home, NOON, move |tx| tx.answered(key, route, "once", since));
        async { asked.await.unwrap().map(|answered| (answered.request, answered.answer)) }
    };
    let before = NOON.minus(Span::from_secs(1));
    let answer = Some(serde_json::json!({"text": "a\u{0}b"}));
    assert_eq!(ask("key", "route", before).await, Some(("digest".to_owned(), answer)));
    assert_eq!(ask("issuing", "route", before).await, Some(("digest".to_owned(), None)));
    assert_eq!(ask("other", "route", before).await, None);
    assert_eq!(ask("key", "other", before).await, None);
    assert_eq!(ask("key", "route", NOON).await, None);
    let (next_door, _) = add(store, "next door");
    let theirs = store.write(&next_door, NOON, move |tx| tx.answered("key", "route", "once", before));
    assert!(theirs.await.unwrap().is_none());
}

#[test]
fn the_migrations_are_sound() {
    Migrations::from_slice(super::sqlite::MIGRATIONS).validate().unwrap();
}
