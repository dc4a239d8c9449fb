//! A disk without room: what is asked for is refused and not lost, what was kept stays, and everything goes on when there is
//! room again; in the middle of a migration too.
//!
//! The disk is a small one of its own where mounting is permitted. Everywhere else no file may grow, which a process can
//! have its kernel say: a child whose signal for that is ignored lives through the same stories.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cachebash_core::companion::CompanionError;
use cachebash_core::domain::{ProgramId, SessionId};
use cachebash_tests::line::Mode;
use rlimit::Resource;
use rusqlite::Connection;
use serde_json::json;

use crate::acts::message;
use crate::world::{Phone, World};

/// Says to the child that it is one.
const LIMITED: &str = "FULL_DISK_LIMITED";

/// Samples in the old file: more than fit twice on a disk of this size.
const SAMPLES: i64 = 40_000;
const DISK: &str = "size=6m";

/// Where a phone's files are.
enum Disk {
    /// On a small disk of their own.
    Small(PathBuf),
    /// In a process whose files may be kept from growing.
    Limited,
}

impl Disk {
    /// A small one under this folder, where that is permitted.
    fn mounted_at(folder: &Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then(|| Self::Small(folder.to_owned()))
    }

    /// Leaves so many bytes.
    fn leaves(&self, bytes: u64) {
        match self {
            Disk::Small(folder) => {
                let ballast = folder.join("ballast");
                let piece = vec![0_u8; 4_096];
                let mut file = fs::File::create(&ballast).unwrap();
                while std::io::Write::write_all(&mut file, &piece).is_ok() {}
                let size = file.metadata().unwrap().len();
                file.set_len(size.saturating_sub(bytes)).unwrap();
            }
            Disk::Limited => {
                let (_, most) = rlimit::getrlimit(Resource::FSIZE).unwrap();
                rlimit::setrlimit(Resource::FSIZE, bytes, most).unwrap();
            }
        }
    }

    fn has_room(&self) {
        match self {
            Disk::Small(folder) => fs::remove_file(folder.join("ballast")).unwrap(),
            Disk::Limited => {
                let (_, most) = rlimit::getrlimit(Resource::FSIZE).unwrap();
                rlimit::setrlimit(Resource::FSIZE, most, most).unwrap();
            }
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Disk::Small(folder) = self {
            // Lazily: files that are still open keep it until they are closed.
            let _ = Command::new("umount").arg("-l").arg(folder).status();
        }
    }
}

/// A builder, and a message that waits for a line.
async fn with_something_to_lose(phone: Phone) -> World {
    let world = World::of(phone).await;
    let builder = json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45});
    world.fleet.creates(builder).await;
    world.refresh().await;
    world.companion.allow_writes(&world.account.id, true).unwrap();
    world.line.is(Mode::Cut);
    asks(&world, "Please go on").await.unwrap();
    world.companion.deliver(&world.account.id).await.unwrap();
    world.line.is(Mode::Open);
    world
}

async fn asks(world: &World, text: &str) -> Result<(), CompanionError> {
    let asked = world.companion.ask(&world.account.id, message("builder", text));
    asked.await.map(|_| ())
}

fn is_the_disks<T: std::fmt::Debug>(outcome: &Result<T, CompanionError>) -> bool {
    matches!(outcome, Err(CompanionError::Storage { .. }))
}

async fn works_on_a_full_disk(disk: &Disk, phone: Phone) {
    let mut world = with_something_to_lose(phone).await;
    disk.leaves(0);
    world
        .fleet
        .updates("builder.auth", json!({"status": "Testing", "progress": 60}))
        .await;
    let refreshed = world.companion.refresh(None).await;
    assert!(refreshed.is_ok() || is_the_disks(&refreshed), "{refreshed:?}");
    // A file may have some room of its own left: what is accepted is kept, and what is not says so.
    let mut accepted = vec!["Please go on".to_owned()];
    let refused = loop {
        let text = format!("{} {}", accepted.len(), "本".repeat(1_900));
        match asks(&world, &text).await {
            Ok(()) => accepted.push(text),
            refused => break refused,
        }
        assert!(accepted.len() < 45, "it fills up some time");
    };
    assert!(is_the_disks(&refused), "{refused:?}");
    let delivered = world.companion.deliver(&world.account.id).await;
    assert!(delivered.is_ok() || is_the_disks(&delivered), "{delivered:?}");
    let shown = world.row("builder").status;
    assert!(matches!(shown.as_deref(), Some("Auth" | "Testing")), "{shown:?}");
    world.companion.outbox(None).unwrap();

    disk.has_room();
    world.refresh().await;
    assert_eq!(world.row("builder").status.as_deref(), Some("Testing"));
    world.companion.deliver(&world.account.id).await.unwrap();
    let mut sent = world.fleet.sent().await;
    sent.sort_unstable();
    accepted.sort_unstable();
    assert_eq!(sent, accepted, "each once, and nothing that was refused");
    world.companion.suspend().await.unwrap();
    world.kill_and_start();
    assert_eq!(world.row("builder").status.as_deref(), Some("Testing"));
    assert_eq!(world.companion.outbox(None).unwrap().lines, []);
}

/// What a version before the history lay by session left: the same outbox, and a long history.
fn grows_old(kept: &Path) {
    let aside = kept.with_extension("new");
    fs::rename(kept, &aside).unwrap();
    let mut old = Connection::open(kept).unwrap();
    old.pragma_update(None, "page_size", 1_024).unwrap();
    let written = old.transaction().unwrap();
    for migration in [
        include_str!("../../../core/src/store/migrations/kept/0001_what_no_server_tells_again.sql"),
        include_str!("../../../core/src/store/migrations/kept/0002_outbox.sql"),
    ] {
        written.execute_batch(migration).unwrap();
    }
    written.pragma_update(None, "user_version", 2).unwrap();
    written.commit().unwrap();
    old.execute("ATTACH ?1 AS new", [aside.to_str().unwrap()]).unwrap();
    for (table, columns) in [
        ("program", "*"),
        ("trace", "*"),
        ("outbox", "row, id, action, asked_at, first_sent_at, delivery"),
    ] {
        let copy = format!("INSERT INTO main.{table} SELECT {columns} FROM new.{table}");
        old.execute(&copy, []).unwrap();
    }
    old.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO main.sample (trace, at, progress) SELECT 1, i * 1000, i % 100 FROM n",
        [SAMPLES],
    )
    .unwrap();
    old.execute("DETACH new", []).unwrap();
    fs::remove_file(aside).unwrap();
}

fn samples_in(kept: &Path) -> i64 {
    let file = Connection::open(kept).unwrap();
    file.query_row("SELECT count(*) FROM sample", [], |row| row.get(0))
        .unwrap()
}

async fn migrates_on_a_full_disk(disk: &Disk, phone: Phone) {
    let world = with_something_to_lose(phone).await;
    world.companion.suspend().await.unwrap();
    let folder = fs::read_dir(world.phone.dir.path().join("accounts")).unwrap().next();
    let kept = folder.unwrap().unwrap().path().join("kept.sqlite");
    grows_old(&kept);
    disk.leaves(300_000);
    let resumed = world.companion.resume().await;
    assert!(is_the_disks(&resumed), "{resumed:?}");

    disk.has_room();
    assert_eq!(samples_in(&kept), SAMPLES, "what was there is there");
    world.companion.resume().await.unwrap();
    assert!(samples_in(&kept) >= SAMPLES);
    let session = SessionId::from("builder.auth");
    let history = world.companion.progress_history(&world.account.id, &session).unwrap();
    assert!(history.samples.len() > 1_000, "and is read");
    world.companion.deliver(&world.account.id).await.unwrap();
    assert_eq!(world.fleet.sent().await, ["Please go on"]);
    world
        .companion
        .program(&world.account.id, &ProgramId::from("builder"))
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fills_up_loses_nothing_and_doubles_nothing() {
    let phone = Phone::new();
    match Disk::mounted_at(phone.dir.path()) {
        Some(disk) => works_on_a_full_disk(&disk, phone).await,
        None => println!("no disk may be mounted here; the limit on files says the same"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_finds_no_room_changes_nothing_and_is_done_when_there_is_some() {
    let phone = Phone::new();
    match Disk::mounted_at(phone.dir.path()) {
        Some(disk) => migrates_on_a_full_disk(&disk, phone).await,
        None => println!("no disk may be mounted here; the limit on files says the same"),
    }
}

#[test]
fn where_no_file_may_grow_nothing_is_lost_and_nothing_doubled() {
    let mut child = Command::new("sh");
    child
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "full_disk::both_stories_where_no_file_may_grow", "--ignored"])
        .args(["--nocapture", "--test-threads", "1"])
        .env(LIMITED, "yes");
    let output = child.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(told.contains("1 passed"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of another test"]
async fn both_stories_where_no_file_may_grow() {
    if std::env::var(LIMITED).is_err() {
        return;
    }
    works_on_a_full_disk(&Disk::Limited, Phone::new()).await;
    migrates_on_a_full_disk(&Disk::Limited, Phone::new()).await;
}
