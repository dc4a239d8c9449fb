//! A backup holds all there is at one moment, comes back from either database into either, and spoils nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cachebash_server::{Limits, Operator, OperatorError, Restoring, Server, ServerError, ServerOptions, SteppedClock};
use serde_json::{Value, json};
use support::{NOON, TestServer};

const POSTGRES: &str = "CACHEBASH_TEST_POSTGRES";
const KEEP: Restoring = Restoring {
    replace: false,
    without_questions: false,
};

fn options(folder: &Path, database: Option<&str>) -> ServerOptions {
    ServerOptions {
        data: Some(folder.to_owned()),
        database: database.map(str::to_owned),
        clock: Arc::new(SteppedClock::new(NOON)),
        limits: Limits::Off,
        ..ServerOptions::default()
    }
}

/// Opens from where blocking is allowed, as opening may wait for a database.
async fn open(options: ServerOptions) -> TestServer {
    let server = tokio::task::spawn_blocking(move || Server::open(options).unwrap());
    TestServer::over(server.await.unwrap(), Arc::new(SteppedClock::new(NOON)))
}

/// An empty database on the server that tests may use.
async fn database() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var(POSTGRES).expect("the name of a PostgreSQL server");
    let name = format!("b{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    server.replacen("/postgres?", &format!("/{name}?"), 1)
}

/// Something of many kinds, more than one page of it, and one question that is sealed.
async fn lived_in(home: &TestServer) -> (String, String) {
    let owner = home.owner();
    let asked = json!({"programId": "builder", "label": "b"});
    let key = owner.post("/v1/keys", asked).await.done()["key"]
        .as_str()
        .unwrap()
        .to_owned();
    let builder = home.with_key(&key);
    let tell = async |n: u32| {
        let told = json!({"status": format!("step {n}"), "idempotency_key": format!("k{n}")});
        builder.patch(&format!("/v1/sessions/builder.{n}"), told).await.done();
    };
    // At once, so that they share their commits.
    futures_util::future::join_all((0..600).map(tell)).await;
    let notes = json!({"contextSummary": {"handoffNotes": "«日本語»"}});
    builder.patch("/v1/program-state/builder", notes).await.done();
    let question = json!({"question": "Which region?", "options": ["eu", "us"]});
    builder.post("/v1/questions", question).await.done();
    (home.server.owner_key().unwrap().reveal().to_owned(), key)
}

/// What an owner sees of it.
async fn seen(home: &TestServer, owner: &str) -> Value {
    let owner = home.with_key(owner);
    let mut all = Vec::new();
    for path in [
        "/v1/sessions?limit=50&includeArchived=true",
        "/v1/program-state/builder",
        "/v1/questions",
        "/v1/keys",
        "/v1/programs",
    ] {
        all.push(owner.get(path).await.done());
    }
    json!(all)
}

fn secret(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::copy(from.join("server.secret"), to.join("server.secret")).unwrap();
}

async fn comes_back(from: Option<String>, to: Option<String>) {
    let place = tempfile::tempdir().unwrap();
    let (old, new, file) = (
        place.path().join("old"),
        place.path().join("new"),
        place.path().join("backup"),
    );
    let home = open(options(&old, from.as_deref())).await;
    let (owner, builder) = lived_in(&home).await;
    let before = seen(&home, &owner).await;
    // The server goes on running.
    let operator = Operator::open(options(&old, from.as_deref())).await.unwrap();
    let written = operator.back_up(&file).await.unwrap();
    assert_eq!(written.tenants, 1);
    assert!(written.records > 1_200, "{written:?}");
    home.with_key(&builder)
        .patch("/v1/sessions/builder.late", json!({"status": "after it"}))
        .await
        .done();

    secret(&old, &new);
    let restored = Operator::restore(options(&new, to.as_deref()), &file, KEEP)
        .await
        .unwrap();
    assert_eq!(restored, written);
    let again = open(options(&new, to.as_deref())).await;
    assert!(again.server.owner_key().is_none());
    assert_eq!(seen(&again, &owner).await, before);
    // A write that was answered before it is still answered and not done again.
    let told = json!({"status": "step 3", "idempotency_key": "k3"});
    let repeated = again
        .with_key(&builder)
        .patch("/v1/sessions/builder.3", told)
        .await
        .done();
    assert_eq!(repeated["idempotent"], true);
    assert_eq!(
        std::fs::read_dir(&new)
            .unwrap()
            .filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .contains("restoring")
            })
            .count(),
        0
    );
}

#[tokio::test]
async fn from_a_file_into_a_file() {
    comes_back(None, None).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn from_a_file_into_postgresql_and_from_there_into_another() {
    comes_back(None, Some(database().await)).await;
    comes_back(Some(database().await), None).await;
    comes_back(Some(database().await), Some(database().await)).await;
}

/// A folder with a backup of what was in it.
struct Kept {
    place: tempfile::TempDir,
    owner: String,
}

impl Kept {
    async fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let home = open(options(&place.path().join("old"), None)).await;
        let asked = json!({"question": "Which region?"});
        home.owner().post("/v1/questions", asked).await.done();
        let operator = Operator::open(options(&place.path().join("old"), None)).await.unwrap();
        operator.back_up(&place.path().join("backup")).await.unwrap();
        let owner = home.server.owner_key().unwrap().reveal().to_owned();
        Self { place, owner }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.place.path().join(name)
    }

    async fn restore(&self, folder: &str, how: Restoring) -> Result<u64, OperatorError> {
        let options = options(&self.path(folder), None);
        let restored = Operator::restore(options, &self.path("backup"), how).await?;
        Ok(restored.records)
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_private_overwrites_nothing_and_holds_no_key() {
    use std::os::unix::fs::PermissionsExt;
    let kept = Kept::new().await;
    let file = kept.path("backup");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let operator = Operator::open(options(&kept.path("old"), None)).await.unwrap();
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(operator.back_up(&file).await, Err(OperatorError::FileExists)));
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let has = |needle: &str| before.windows(needle.len()).any(|window| window == needle.as_bytes());
    let secret = std::fs::read_to_string(kept.path("old/server.secret")).unwrap();
    assert!(!has(&secret) && !has(&kept.owner[3..]) && !has("Which region?"));
    assert!(has("legacy"), "the search would find what is there");
    let nowhere = operator.back_up(&kept.path("nowhere/backup")).await;
    assert!(matches!(nowhere, Err(OperatorError::Target(_))), "{nowhere:?}");
}

#[tokio::test]
async fn what_is_there_is_replaced_only_when_asked_and_never_under_a_running_server() {
    let kept = Kept::new().await;
    let force = Restoring { replace: true, ..KEEP };
    let running = open(options(&kept.path("old"), None)).await;
    let refused = kept.restore("old", force).await;
    assert!(
        matches!(refused, Err(OperatorError::Data(ServerError::InUse))),
        "{refused:?}"
    );
    drop(running);
    secret(&kept.path("old"), &kept.path("new"));
    let stranger = {
        let other = open(options(&kept.path("new"), None)).await;
        other.server.owner_key().unwrap().reveal().to_owned()
    };
    assert!(matches!(kept.restore("new", KEEP).await, Err(OperatorError::NotEmpty)));
    let left = open(options(&kept.path("new"), None)).await;
    left.with_key(&stranger).get("/v1/sessions").await.done();
    drop(left);
    let force = Restoring { replace: true, ..KEEP };
    kept.restore("new", force).await.unwrap();
    let back = open(options(&kept.path("new"), None)).await;
    assert_eq!(back.with_key(&stranger).get("/v1/sessions").await.status, 401);
    let questions = back.with_key(&kept.owner).get("/v1/questions").await.done();
    assert_eq!(questions["questions"][0]["question"], "Which region?");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_database_is_not_replaced_under_its_nodes_nor_served_while_it_is_replaced() {
    let kept = Kept::new().await;
    let url = database().await;
    let there = || options(&kept.path("old"), Some(&url));
    let force = Restoring { replace: true, ..KEEP };
    let restore = async || Operator::restore(there(), &kept.path("backup"), force).await;
    let (one, other) = (open(there()).await, open(there()).await);
    let owner = one.server.owner_key().unwrap().reveal().to_owned();
    assert!(matches!(restore().await, Err(OperatorError::Data(ServerError::InUse))));
    other.with_key(&owner).get("/v1/sessions").await.done();
    drop(one);
    assert!(matches!(restore().await, Err(OperatorError::Data(ServerError::InUse))));
    drop(other);
    // A command beside it is no server.
    let operator = Operator::open(there()).await.unwrap();
    restore().await.unwrap();
    drop(operator);
    let (replacing, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let alone = "SELECT pg_advisory_lock(7161114182524494196)";
    replacing.batch_execute(alone).await.unwrap();
    let refused = tokio::task::spawn_blocking({
        let there = there();
        move || Server::open(there)
    });
    assert!(matches!(refused.await.unwrap(), Err(ServerError::InUse)));
    drop(replacing);
    let mut tries = 0;
    let back = loop {
        let there = there();
        match tokio::task::spawn_blocking(move || Server::open(there)).await.unwrap() {
            Ok(server) => break server,
            Err(error) => assert!(tries < 100, "{error}"),
        }
        tries += 1;
    };
    assert!(back.owner_key().is_none());
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_database_that_is_not_there_and_a_login_that_is_refused_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let url = database().await;
    let refused = async |url: String| {
        let options = options(folder.path(), Some(&url));
        let opened = tokio::task::spawn_blocking(move || Server::open(options));
        opened.await.unwrap().err().unwrap()
    };
    let (before, after) = url.split_once('?').unwrap();
    let missing = refused(format!("{before}_missing?{after}")).await;
    assert!(matches!(missing, ServerError::NoDatabase), "{missing:?}");
    let stranger = refused(url.replace("user=postgres", "user=stranger")).await;
    assert!(matches!(stranger, ServerError::Login), "{stranger:?}");
}

#[tokio::test]
async fn no_cursor_from_before_is_believed_after_it() {
    let kept = Kept::new().await;
    secret(&kept.path("old"), &kept.path("new"));
    kept.restore("new", KEEP).await.unwrap();
    let feed = |folder: &str| -> String {
        let file = rusqlite::Connection::open(kept.path(folder).join("server.sqlite")).unwrap();
        file.query_row("SELECT feed FROM tenant", [], |row| row.get(0)).unwrap()
    };
    assert_ne!(feed("old"), feed("new"), "the history has another name");
    let read = async |folder: &str, cursor: &str| {
        let home = open(options(&kept.path(folder), None)).await;
        home.with_key(&kept.owner).get(&format!("/v1/sync?{cursor}")).await
    };
    let before = read("old", "").await.done();
    let cursor = format!("cursor={}", before["cursor"].as_str().unwrap());
    assert_eq!(read("old", &cursor).await.status, 204, "it is good where it was given");
    let refused = read("new", &cursor).await;
    assert_eq!((refused.failure().0, refused.failure().1), (410, "CURSOR_EXPIRED"));
    // Neither is one of what was replaced.
    let force = Restoring { replace: true, ..KEEP };
    kept.restore("old", force).await.unwrap();
    assert_eq!(read("old", &cursor).await.failure().1, "CURSOR_EXPIRED");
    let anew = read("old", "").await.done();
    assert_eq!(
        anew["changes"].as_array().unwrap().len(),
        before["changes"].as_array().unwrap().len()
    );
}

#[tokio::test]
async fn questions_need_their_key_or_stay_behind() {
    let kept = Kept::new().await;
    assert!(matches!(kept.restore("new", KEEP).await, Err(OperatorError::OtherSeal)));
    assert!(
        !kept.path("new/server.secret").exists(),
        "no key was made that would be the wrong one"
    );
    let without = Restoring {
        without_questions: true,
        ..KEEP
    };
    kept.restore("new", without).await.unwrap();
    let back = open(options(&kept.path("new"), None)).await;
    let questions = back.with_key(&kept.owner).get("/v1/questions").await.done();
    assert_eq!(questions["count"], 0);
    let asked = json!({"question": "And now?"});
    back.with_key(&kept.owner).post("/v1/questions", asked).await.done();
}

#[tokio::test]
async fn what_is_no_backup_is_refused_and_nothing_changes() {
    let kept = Kept::new().await;
    secret(&kept.path("old"), &kept.path("new"));
    let whole = std::fs::read(kept.path("backup")).unwrap();
    let mut torn = whole.clone();
    torn.truncate(whole.len() / 2);
    let mut spoilt = whole.clone();
    let third = spoilt.len() / 3;
    spoilt[third..third * 2].fill(0xa5);
    for (what, bytes) in [
        (
            "text",
            b"not a database at all, though long enough to be one".repeat(40),
        ),
        ("nothing", Vec::new()),
        ("half", torn),
        ("damaged", spoilt),
    ] {
        std::fs::write(kept.path("backup"), bytes).unwrap();
        let refused = kept.restore("new", KEEP).await;
        assert!(matches!(refused, Err(OperatorError::NoBackup)), "{what}: {refused:?}");
    }
    std::fs::write(kept.path("backup"), whole).unwrap();
    kept.restore("new", KEEP).await.unwrap();
}

#[tokio::test]
async fn a_backup_of_the_first_version_comes_back_as_well() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("old.sqlite");
    let old = rusqlite::Connection::open(&file).unwrap();
    old.execute_batch(include_str!("../../tests/fixtures/databases/server-v1.sql"))
        .unwrap();
    old.close().unwrap();
    let before = std::fs::read(&file).unwrap();
    let into = options(&place.path().join("new"), None);
    Operator::restore(into.clone(), &file, KEEP).await.unwrap();
    assert_eq!(
        std::fs::read(&file).unwrap(),
        before,
        "the backup itself is left as it is"
    );
    let home = open(into).await;
    let owner = home.with_key(&format!("cb_{:064}", 1));
    assert_eq!(owner.state("builder").await["version"], 3);
}
