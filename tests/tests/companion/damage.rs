//! Files that are empty, have lost their beginning or their end: the companion opens, says nothing wrong, and goes on; what can be
//! read of what no server tells again is not lost.

use std::fs;
use std::path::{Path, PathBuf};

use cachebash_core::companion::Companion;
use cachebash_core::domain::{Action, MessageKind, NewMessage};
use cachebash_tests::line::Mode;
use serde_json::json;

use crate::world::{Phone, World, new_account};

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    ZeroBytes,
    BrokenHeader,
    CutInTheMiddle,
}

const ALL: [Damage; 3] = [Damage::ZeroBytes, Damage::BrokenHeader, Damage::CutInTheMiddle];

impl Damage {
    fn is_done_to(self, file: &Path) {
        let mut bytes = fs::read(file).unwrap();
        match self {
            Damage::ZeroBytes => bytes.clear(),
            Damage::BrokenHeader => bytes[..40].fill(0x5a),
            // Not at a page's end.
            Damage::CutInTheMiddle => bytes.truncate(bytes.len() / 2 + 100),
        }
        fs::write(file, bytes).unwrap();
    }
}

/// A world that saw a session, keeps its history, and has a message that waits; closed.
async fn with_something_to_lose() -> World {
    let world = World::new().await;
    let builder = json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth", "progress": 45});
    world.fleet.creates(builder).await;
    world.refresh().await;
    world.companion.allow_writes(&world.account.id, true).unwrap();
    world.line.is(Mode::Cut);
    let message = Action::SendMessage(NewMessage {
        to: "builder".to_owned(),
        text: "Please go on".to_owned(),
        kind: MessageKind::Directive,
        replies_to: None,
    });
    world.companion.ask(&world.account.id, message).await.unwrap();
    world.companion.deliver(&world.account.id).await.unwrap();
    world.companion.suspend().await.unwrap();
    world.line.is(Mode::Open);
    world
}

fn of_account(phone: &Phone, name: &str) -> PathBuf {
    let folder = fs::read_dir(phone.dir.path().join("accounts")).unwrap().next();
    folder.unwrap().unwrap().path().join(name)
}

impl World {
    /// The first thing the phone does after its file was damaged, as far as everybody can expect it.
    async fn goes_on(&self, what: &str) {
        self.companion
            .resume()
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        let overview = self.companion.overview(&Default::default());
        overview.unwrap_or_else(|error| panic!("{what}: {error}"));
        self.companion
            .refresh(None)
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(self.overview().total, 1, "{what}");
        self.page("builder");
        self.companion
            .outbox(None)
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        self.companion
            .deliver(&self.account.id)
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
    }

    async fn sent_once(&self) -> bool {
        let owner = self.fleet.client(&self.fleet.owner);
        let rows = owner.sent_messages(Some(50)).await.unwrap().value;
        rows.len() == 1 && rows[0].text == "Please go on"
    }
}

#[tokio::test]
async fn a_cache_that_was_damaged_is_fetched_again_and_what_waits_is_sent() {
    for damage in ALL {
        let world = with_something_to_lose().await;
        damage.is_done_to(&of_account(&world.phone, "cache.sqlite"));
        world.goes_on(&format!("{damage:?}")).await;
        assert!(world.sent_once().await, "{damage:?}");
    }
}

#[tokio::test]
async fn a_kept_file_that_was_damaged_is_set_aside_whole_or_read_on() {
    for damage in ALL {
        let world = with_something_to_lose().await;
        let file = of_account(&world.phone, "kept.sqlite");
        damage.is_done_to(&file);
        let damaged = fs::read(&file).unwrap();
        world.goes_on(&format!("{damage:?}")).await;
        if let Ok(aside) = fs::read(of_account(&world.phone, "kept.sqlite.damaged-1")) {
            assert_eq!(aside, damaged, "{damage:?}: set aside as it was");
        }
    }
}

#[tokio::test]
async fn a_damaged_list_of_accounts_is_set_aside_and_an_account_can_be_added_again() {
    for damage in ALL {
        let world = with_something_to_lose().await;
        let file = world.phone.dir.path().join("accounts.sqlite");
        damage.is_done_to(&file);
        let damaged = fs::read(&file).unwrap();
        let companion = Companion::open(world.phone.options()).unwrap();
        let aside = world.phone.dir.path().join("accounts.sqlite.damaged-1");
        if !damaged.is_empty() {
            assert_eq!(fs::read(aside).unwrap(), damaged, "{damage:?}: set aside as it was");
        }
        if companion.accounts().unwrap().is_empty() {
            let account = new_account(world.line.url(), &world.fleet.owner);
            companion.add_account(account).await.unwrap();
        }
        companion.refresh(None).await.unwrap();
        assert_eq!(companion.overview(&Default::default()).unwrap().total, 1, "{damage:?}");
    }
}
