//! Several nodes on one PostgreSQL database.

use std::sync::mpsc;
use std::time::Duration;

use super::*;

/// A write that has put something, and commits when it is told to.
struct Open {
    go_on: mpsc::Sender<()>,
    done: tokio::task::JoinHandle<Stored<()>>,
}

impl Open {
    async fn begin(store: &Store, tenant: &Tenant, id: &'static str) -> Self {
        let (go_on, hears) = mpsc::channel();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (store, tenant) = (store.clone(), tenant.clone());
        let done = tokio::spawn(async move {
            let open = store.write(&tenant, NOON, move |tx| {
                tx.put(&program(id))?;
                begun.send(()).unwrap();
                hears.recv().map_err(|_| StoreError::Ended)
            });
            open.await
        });
        has_begun.await.unwrap();
        Self { go_on, done }
    }

    async fn commit(self) {
        self.go_on.send(()).unwrap();
        self.done.await.unwrap().unwrap();
    }
}

/// Waits until so many sessions of the database wait for a lock.
async fn until_waiting(watcher: &tokio_postgres::Client, many: i64) {
    let asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while watcher.query_one(asked, &[]).await.unwrap().get::<_, i64>(0) < many {
        tokio::task::yield_now().await;
    }
}

/// A reader who follows the cursor all along.
#[derive(Default)]
struct Follower {
    cursor: i64,
    seen: Vec<String>,
}

impl Follower {
    async fn look(&mut self, store: &Store, tenant: &Tenant) {
        let cursor = self.cursor;
        let changes = store.read(tenant, NOON, move |view| view.changes(cursor, 1_000));
        for change in changes.await.unwrap() {
            assert!(change.seq > self.cursor, "in order and once");
            self.cursor = change.seq;
            self.seen.push(change.id);
        }
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn two_that_would_commit_in_reverse_order_lose_no_change_to_a_follower() {
    let fresh = in_postgres().await;
    let (one, other, home) = (&fresh.store, &fresh.again(), &fresh.home);
    let database = connect(fresh.database.as_deref().unwrap()).await;
    let mut follower = Follower::default();
    follower.look(other, home).await;
    follower.seen.clear();
    for round in 0..10 {
        let first = Open::begin(one, home, ["a", "b"][round % 2]).await;
        let (store, tenant) = (other.clone(), home.clone());
        let second = tokio::spawn(async move { put(&store, &tenant, "second").await });
        // It has everything to commit with but the tenant's pen.
        until_waiting(&database, 1).await;
        follower.look(other, home).await;
        assert!(
            !second.is_finished(),
            "a higher number does not come before a lower one"
        );
        first.commit().await;
        follower.look(other, home).await;
        second.await.unwrap().unwrap();
        follower.look(one, home).await;
    }
    let expected: Vec<String> = (0..10)
        .flat_map(|round| [["a", "b"][round % 2].to_owned(), "second".to_owned()])
        .collect();
    assert_eq!(follower.seen, expected);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_tenant_whose_pen_another_node_holds_keeps_nobody_else_waiting() {
    let fresh = in_postgres().await;
    let (one, other, home) = (&fresh.store, &fresh.again(), &fresh.home);
    let (next_door, key) = add(one, "next door");
    let database = connect(fresh.database.as_deref().unwrap()).await;
    let held = Open::begin(one, home, "first").await;
    let (store, tenant) = (other.clone(), home.clone());
    let waiting = tokio::spawn(async move { put(&store, &tenant, "second").await });
    until_waiting(&database, 1).await;
    put(other, &next_door, "theirs").await.unwrap();
    other.note_use(key.hash(), NOON).await.unwrap();
    assert!(!waiting.is_finished());
    held.commit().await;
    waiting.await.unwrap().unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_node_that_stops_halfway_loses_the_pen_and_what_it_wrote_with_it() {
    let fresh = in_postgres().await;
    let (one, other, home) = (&fresh.store, &fresh.again(), &fresh.home);
    let stuck = Open::begin(one, home, "never").await;
    let writes = (0..30).map(|_| put(other, home, "patient"));
    let told = futures_util::future::join_all(writes).await;
    // Those who had waited too long are told so, and not one after the other.
    assert!(
        told.iter()
            .all(|told| matches!(told, Ok(()) | Err(StoreError::Unavailable))),
        "{told:?}"
    );
    while put(other, home, "patient").await.is_err() {}
    stuck.go_on.send(()).unwrap();
    let late = stuck.done.await.unwrap();
    assert!(matches!(late, Err(StoreError::Unavailable)), "{late:?}");
    assert!(!has(other, home, "never").await);
    assert!(has(one, home, "patient").await);
    put(one, home, "recovered").await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_tenant_removed_on_one_node_takes_along_what_another_is_writing() {
    let fresh = in_postgres().await;
    let (one, other) = (&fresh.store, &fresh.again());
    let (next_door, key) = add(one, "next door");
    let database = connect(fresh.database.as_deref().unwrap()).await;
    let mut follower = one.subscribe(&next_door);
    let writing = Open::begin(one, &next_door, "theirs").await;
    let (store, tenant) = (other.clone(), next_door.clone());
    let removing = tokio::task::spawn_blocking(move || store.remove_tenant(&tenant));
    until_waiting(&database, 1).await;
    writing.commit().await;
    assert!(removing.await.unwrap().unwrap());
    let left = database.query_one("SELECT count(*) FROM record WHERE tenant = 'next door'", &[]);
    assert_eq!(left.await.unwrap().get::<_, i64>(0), 0);
    assert!(matches!(put(one, &next_door, "late").await, Err(StoreError::NoTenant)));
    assert!(one.anybodys::<Key>(key.hash().to_string()).await.unwrap().is_none());
    // The other node's followers are told as well.
    while follower.changed().await.is_ok() {}
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn nodes_that_start_together_make_one_tenant_with_one_owner() {
    let url = empty_database().await;
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let database = Some(url.clone());
            tokio::task::spawn_blocking(move || {
                let store = open(&None, &database);
                store.first_start(NOON, owner_key).unwrap()
            })
        })
        .collect();
    let mut owners = 0;
    for start in starting {
        owners += u32::from(start.await.unwrap().is_some());
    }
    assert_eq!(owners, 1);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn when_every_connection_is_cut_the_next_call_finds_a_new_one_and_writes_are_heard_again() {
    let fresh = in_postgres().await;
    let (one, other, home) = (&fresh.store, &fresh.again(), &fresh.home);
    let database = connect(fresh.database.as_deref().unwrap()).await;
    for id in ["a", "b", "c"] {
        let reads = (0..20).map(|_| has(one, home, "a"));
        futures_util::future::join_all(reads).await;
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let cut: i64 = database.query_one(cut, &[]).await.unwrap().get(0);
        assert!(cut > 2, "{cut} connections");
        put(one, home, id).await.unwrap();
        assert!(has(one, home, id).await);
        let mut follower = other.subscribe(home);
        let listening = "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND query LIKE 'LISTEN%'";
        while database.query_one(listening, &[]).await.unwrap().get::<_, i64>(0) < 2 {
            tokio::task::yield_now().await;
        }
        put(one, home, "news").await.unwrap();
        let last = one.version(home).await.unwrap();
        let heard = follower.wait_for(|seq| *seq == last);
        tokio::time::timeout(Duration::from_secs(20), heard)
            .await
            .unwrap()
            .unwrap();
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_count_is_shared_and_those_who_no_longer_call_are_forgotten() {
    let fresh = in_postgres().await;
    let (one, other) = (&fresh.store, &fresh.again());
    let window = |caller: &str, most| Window {
        caller: caller.to_owned(),
        most,
        named: most,
    };
    let calls = (0..30).map(|number| {
        let store = if number % 2 == 0 { one } else { other };
        store.count_call(vec![window("key", 20), window("key tool", 25)], NOON)
    });
    let full = futures_util::future::join_all(calls).await;
    let full = full
        .into_iter()
        .filter(|full| *full.as_ref().unwrap() == Counted::Full { named: 20 });
    assert_eq!(full.count(), 10, "every node counts the calls of all");
    let later = NOON.plus(Span::from_secs(61));
    assert_eq!(
        one.count_call(vec![window("key", 20)], later).await.unwrap(),
        Counted::In { before: 0 }
    );
    let quiet = read_now(&*one.database, |sql| calls::quiet_callers(sql, later)).unwrap();
    assert_eq!(quiet, ["key tool"]);
    forget_quiet_callers(&*other.database, later).unwrap();
    let database = connect(fresh.database.as_deref().unwrap()).await;
    let left = database.query("SELECT DISTINCT caller FROM call", &[]).await.unwrap();
    assert_eq!(
        left.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>(),
        ["key"]
    );
}

/// Why a URL opens nothing.
fn refused(url: &str) -> StoreError {
    let place = Place {
        folder: None,
        database: Some(url.to_owned()),
        secret: None,
        most_writes: 1,
    };
    Store::open(place, Mint::System, Opener::Command).err().unwrap()
}

#[tokio::test]
async fn what_opens_no_database_says_why() {
    assert!(matches!(refused("mysql://somewhere"), StoreError::BadUrl));
    assert!(matches!(
        refused("postgres:///none?host=/nowhere&user=nobody"),
        StoreError::Unavailable
    ));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_database_that_cannot_be_used_says_why() {
    let url = empty_database().await;
    let (before, after) = url.split_once('?').unwrap();
    let missing = refused(&format!("{before}_missing?{after}"));
    assert!(
        matches!(&missing, StoreError::Postgres(state) if state == "3D000"),
        "{missing:?}"
    );
    let database = connect(&url).await;
    let narrow = "CREATE DATABASE narrow TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'";
    database.batch_execute(narrow).await.unwrap();
    let (server, _) = before.rsplit_once('/').unwrap();
    assert!(matches!(
        refused(&format!("{server}/narrow?{after}")),
        StoreError::NotUtf8
    ));
}
