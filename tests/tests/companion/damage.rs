//! Files that are empty, have lost their beginning or their end, or in which bits have flipped: the companion opens, says nothing wrong, and goes on; what can be
//! read of what no server tells again is not lost.

use std::fs;
use std::path::{Path, PathBuf};

use cachebash_core::companion::{Companion, CompanionError};
use cachebash_core::domain::{Action, MessageKind, NewMessage};
use cachebash_tests::dice::Dice;
use cachebash_tests::line::Mode;
use serde_json::json;

use crate::world::{Phone, World, new_account};

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    ZeroBytes,
    BrokenHeader,
    CutInTheMiddle,
    /// So many bits by the dice of a seed, anywhere behind the header.
    FlippedBits(u32),
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
            Damage::FlippedBits(seed) => {
                let mut dice = Dice::of(seed.into());
                for _ in 0..20 {
                    let place = 100 + dice.roll(bytes.len() - 100);
                    bytes[place] ^= 1 << dice.roll(8);
                }
            }
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
        // Damage that only shows when something is written is said once.
        if let Err(error) = self.companion.deliver(&self.account.id).await {
            assert!(matches!(error, CompanionError::Storage { .. }), "{what}: {error}");
        }
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

/// So many seeds as `DAMAGE_SEEDS` says, else a few, beginning with `DAMAGE_SEED`.
fn seeds() -> impl Iterator<Item = u32> {
    let told = |name| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let first = told("DAMAGE_SEED").unwrap_or(1);
    first..first + told("DAMAGE_SEEDS").unwrap_or(12)
}

#[tokio::test]
async fn a_cache_in_which_bits_have_flipped_is_fetched_again_and_what_waits_is_sent() {
    for seed in seeds() {
        let world = with_something_to_lose().await;
        Damage::FlippedBits(seed).is_done_to(&of_account(&world.phone, "cache.sqlite"));
        world.goes_on(&format!("DAMAGE_SEED={seed}")).await;
        assert!(world.sent_once().await, "DAMAGE_SEED={seed}");
        assert_eq!(
            world.row("builder").status.as_deref(),
            Some("Auth"),
            "DAMAGE_SEED={seed}"
        );
    }
}

#[tokio::test]
async fn a_kept_file_in_which_bits_have_flipped_is_set_aside_or_read_as_far_as_it_can_be() {
    for seed in seeds() {
        let world = with_something_to_lose().await;
        Damage::FlippedBits(seed).is_done_to(&of_account(&world.phone, "kept.sqlite"));
        world.goes_on(&format!("DAMAGE_SEED={seed}")).await;
        let message = Action::SendMessage(NewMessage {
            to: "builder".to_owned(),
            text: "And now?".to_owned(),
            kind: MessageKind::Directive,
            replies_to: None,
        });
        world.companion.ask(&world.account.id, message).await.unwrap();
        world.companion.deliver(&world.account.id).await.unwrap();
        let owner = world.fleet.client(&world.fleet.owner);
        let sent = owner.sent_messages(Some(50)).await.unwrap().value;
        let anew = sent.iter().filter(|message| message.text == "And now?").count();
        assert_eq!(
            anew, 1,
            "DAMAGE_SEED={seed}: what is asked for from now on is kept and sent"
        );
    }
}

#[tokio::test]
async fn a_list_of_accounts_in_which_bits_have_flipped_is_no_dead_end() {
    for seed in seeds() {
        let world = with_something_to_lose().await;
        Damage::FlippedBits(seed).is_done_to(&world.phone.dir.path().join("accounts.sqlite"));
        let companion =
            Companion::open(world.phone.options()).unwrap_or_else(|error| panic!("DAMAGE_SEED={seed}: {error}"));
        let accounts = companion
            .accounts()
            .unwrap_or_else(|error| panic!("DAMAGE_SEED={seed}: {error}"));
        for account in accounts {
            // What its address became, nobody knows; it can be taken off.
            companion.remove_account(&account.id).await.unwrap();
        }
        let account = new_account(world.line.url(), &world.fleet.owner);
        let added = companion.add_account(account).await;
        let account = added.unwrap_or_else(|error| panic!("DAMAGE_SEED={seed}: {error}"));
        companion.refresh(Some(account.id)).await.unwrap();
        assert_eq!(
            companion.overview(&Default::default()).unwrap().total,
            1,
            "DAMAGE_SEED={seed}"
        );
    }
}
