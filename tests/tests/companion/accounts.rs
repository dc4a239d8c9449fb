//! Accounts are sealed from each other, keys are kept where keys belong, and a wrong one leaves nothing behind.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use cachebash_core::companion::{CompanionError, NewAccount, NewKey, ProgramQuery, RejectedReason};
use cachebash_core::domain::{Capability, ProgramId, RawKey};
use cachebash_core::insight::{Source, Standing};
use cachebash_tests::files::files;
use serde_json::json;

use crate::scripted::some_key;
use crate::world::{Fleet, Phone, World, issued, logged, new_account};
use cachebash_tests::line::{Line, Mode};

fn holds(folder: &std::path::Path, text: &str) -> bool {
    files(folder)
        .values()
        .any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn b10_accounts_are_sealed_and_removing_one_wipes_it() {
    let world = World::new().await;
    let other = Fleet::start().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.home", "programId": "builder", "name": "At home"}))
        .await;
    other
        .creates(json!({"sessionId": "builder.work", "programId": "builder", "name": "At work"}))
        .await;
    let second = world
        .companion
        .add_account(new_account(&other.url, &other.owner))
        .await
        .unwrap();
    world.refresh().await;

    let overview = world.overview();
    assert_eq!(overview.total, 2, "the same program of two accounts is two programs");
    assert_eq!(overview.accounts.len(), 2);
    let only = |account: &_| ProgramQuery {
        account: Some(Clone::clone(account)),
        ..ProgramQuery::default()
    };
    let rows = world.companion.overview(&only(&second.id)).unwrap().rows;
    assert_eq!(rows[0].session.as_ref().unwrap().as_str(), "builder.work");

    assert!(holds(world.phone.dir.path(), "builder.work"));
    world.companion.remove_account(&second.id).await.unwrap();
    assert_eq!(world.overview().total, 1);
    assert_eq!(world.phone.secrets.count(), 1, "its key is gone from the secret store");
    assert!(
        !holds(world.phone.dir.path(), "builder.work"),
        "and its rows from the disk"
    );
    assert!(matches!(
        world.companion.overview(&only(&second.id)),
        Err(CompanionError::NotFound)
    ));
}

#[tokio::test]
async fn b10_a_removal_that_was_cut_short_is_finished_at_the_next_open() {
    let mut world = World::new().await;
    world
        .fleet
        .creates(json!({"sessionId": "builder.home", "programId": "builder", "name": "At home"}))
        .await;
    world.refresh().await;
    world.phone.secrets.fails.store(true, Ordering::SeqCst);
    let failed = world.companion.remove_account(&world.account.id).await;
    assert!(matches!(failed, Err(CompanionError::Storage { .. })));
    assert!(world.companion.accounts().unwrap().is_empty());
    world.phone.secrets.fails.store(false, Ordering::SeqCst);
    world.kill_and_start();
    assert_eq!(world.phone.secrets.count(), 0);
    assert!(!holds(world.phone.dir.path(), "builder.home"));
}

#[tokio::test]
async fn b32_a_raw_key_is_in_no_file_and_no_log() {
    logged();
    let world = World::new().await;
    world.companion.allow_writes(&world.account.id, true).unwrap();
    let new = NewKey {
        program: ProgramId::from("deployer"),
        label: "Deployer".to_owned(),
        capabilities: None,
        ttl_days: None,
    };
    let made = issued(world.companion.create_key(&world.account.id, new).await.unwrap());
    world
        .companion
        .refresh_program(&world.account.id, &ProgramId::from("deployer"))
        .await
        .unwrap();
    let rotated = issued(world.companion.rotate_key(&world.account.id).await.unwrap());
    let hashes = [world.fleet.owner.hash(), made.hash.clone(), rotated.hash.clone()];
    for moment in ["while open", "after a suspend"] {
        for key in [&world.fleet.owner, &made.key, &rotated.key] {
            assert!(!holds(world.phone.dir.path(), key.reveal()), "{moment}");
            assert!(
                !holds(world.phone.dir.path(), key.reveal().trim_start_matches("cb_")),
                "{moment}"
            );
        }
        assert!(
            hashes.iter().all(|hash| holds(world.phone.dir.path(), hash.as_str())),
            "their hashes are: {moment}"
        );
        world.companion.suspend().await.unwrap();
    }
    assert!(!format!("{made:?}").contains(made.key.reveal()));
    tracing::trace!("the log is read");
    let log = String::from_utf8(logged()).unwrap();
    assert!(log.contains("the log is read"), "otherwise nothing was looked at");
    for key in [&world.fleet.owner, &made.key, &rotated.key] {
        assert!(!log.contains(key.reveal().trim_start_matches("cb_")));
    }
}

#[tokio::test]
async fn t07_a_rotated_key_is_stored_before_anything_else() {
    let world = World::new().await;
    world.companion.allow_writes(&world.account.id, true).unwrap();
    // What is known when the key comes into the store: nothing else has been done with it yet.
    let (known, at_put) = (Arc::new(Mutex::new(None)), Arc::clone(&world.companion));
    let tell = Arc::clone(&known);
    *world.phone.secrets.at_put.lock().unwrap() = Some(Box::new(move || {
        let known = at_put.accounts().unwrap()[0].key_hash.clone();
        tell.lock().unwrap().get_or_insert(known);
    }));
    let rotated = issued(world.companion.rotate_key(&world.account.id).await.unwrap());
    *world.phone.secrets.at_put.lock().unwrap() = None;
    assert_eq!(*known.lock().unwrap(), Some(world.account.key_hash.clone()));
    use cachebash_core::companion::SecretStore as _;
    assert_eq!(
        world.phone.secrets.get(&world.account.id).unwrap(),
        Some(rotated.key.clone())
    );
    assert_eq!(world.companion.accounts().unwrap()[0].key_hash, rotated.hash);
    assert_eq!(world.line.count("POST /v1/keys/rotate"), 1);

    // The store fails: the only copy is in the answer, and the companion goes on with it.
    world.phone.secrets.fails.store(true, Ordering::SeqCst);
    let again = issued(world.companion.rotate_key(&world.account.id).await.unwrap());
    assert_ne!(again.key, rotated.key);
    world.companion.list_keys(&world.account.id).await.unwrap();
}

#[tokio::test]
async fn a_write_needs_to_be_allowed_and_is_refused_before_any_request() {
    let world = World::new().await;
    let before = world.line.requests().len();
    let hash = some_key().hash();
    assert_eq!(
        world.companion.rotate_key(&world.account.id).await.unwrap_err(),
        CompanionError::ReadOnly
    );
    assert_eq!(
        world.companion.revoke_key(&world.account.id, &hash).await.unwrap_err(),
        CompanionError::ReadOnly
    );
    assert_eq!(world.line.requests().len(), before);
    assert!(
        !world.companion.list_keys(&world.account.id).await.unwrap().is_empty(),
        "looking is no write"
    );
    world.companion.allow_writes(&world.account.id, true).unwrap();
    assert_eq!(
        world.companion.revoke_key(&world.account.id, &hash).await.unwrap_err(),
        CompanionError::NotFound
    );
}

#[tokio::test]
async fn a_key_that_is_not_accepted_leaves_nothing_behind() {
    let fleet = Fleet::start().await;
    let line = Line::to(&fleet.url).await;
    let phone = Phone::new();
    let companion = phone.open();
    let added = companion.add_account(new_account(line.url(), &some_key())).await;
    assert_eq!(added.unwrap_err(), CompanionError::Unauthorized);
    line.is(Mode::Cut);
    let added = companion.add_account(new_account(line.url(), &fleet.owner)).await;
    assert_eq!(added.unwrap_err(), CompanionError::Offline);
    let added = companion
        .add_account(new_account(line.url(), &RawKey::new("cb_short")))
        .await;
    assert_eq!(added.unwrap_err(), rejected("key"));
    let elsewhere = NewAccount {
        server: Some("http://example.org".to_owned()),
        key: some_key(),
        label: None,
    };
    assert_eq!(
        companion.add_account(elsewhere).await.unwrap_err(),
        rejected("server"),
        "plain http to another machine"
    );
    assert!(companion.accounts().unwrap().is_empty());
    assert_eq!(phone.secrets.count(), 0);
    assert!(!phone.dir.path().join("accounts").exists());
}

#[tokio::test]
async fn an_account_whose_adding_was_given_up_is_not_added() {
    let fleet = Fleet::start().await;
    let line = Line::to(&fleet.url).await;
    let phone = Phone::new();
    let companion = phone.open();
    line.is(Mode::Held);
    let (adding, account) = (companion.clone(), new_account(line.url(), &fleet.owner));
    let caller = tokio::spawn(async move { adding.add_account(account).await });
    line.reached(1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    line.is(Mode::Open);
    // A whole round trip later the first answer would long have been there.
    assert!(
        companion
            .add_account(new_account(line.url(), &some_key()))
            .await
            .is_err()
    );
    assert!(companion.accounts().unwrap().is_empty());
    assert_eq!(phone.secrets.count(), 0);
}

fn rejected(field: &str) -> CompanionError {
    CompanionError::Rejected {
        reason: RejectedReason::Invalid {
            field: field.to_owned(),
        },
    }
}

#[tokio::test]
async fn the_same_server_and_key_twice_is_the_same_account() {
    let world = World::new().await;
    let slashed = format!("{}/", world.line.url());
    let again = world
        .companion
        .add_account(new_account(&slashed, &world.fleet.owner))
        .await
        .unwrap();
    assert_eq!(again, world.account);
    assert_eq!(again.server, world.line.url());
    assert!(!again.writes_allowed, "read-only until allowed");
}

#[tokio::test]
async fn a_created_key_says_what_it_may_do_and_what_it_lacks() {
    let world = World::new().await;
    world.companion.allow_writes(&world.account.id, true).unwrap();
    let ask = |capabilities: Option<Vec<_>>| NewKey {
        program: ProgramId::from("deployer"),
        label: "Deployer".to_owned(),
        capabilities,
        ttl_days: None,
    };
    let usual = issued(world.companion.create_key(&world.account.id, ask(None)).await.unwrap());
    assert!(usual.missing_for_job.is_empty(), "{:?}", usual.capabilities);
    let little = vec![cachebash_core::domain::Capability::new("pulse.read")];
    let poor = issued(
        world
            .companion
            .create_key(&world.account.id, ask(Some(little)))
            .await
            .unwrap(),
    );
    let missing: Vec<_> = poor
        .missing_for_job
        .iter()
        .map(|capability| capability.as_str())
        .collect();
    assert_eq!(missing, ["pulse.write", "state.read", "state.write"]);
    let page = world.companion.list_keys(&world.account.id).await.unwrap();
    assert!(
        page.iter()
            .any(|key| key.hash == poor.hash && key.program.as_str() == "deployer")
    );
}

#[tokio::test]
async fn adding_the_same_account_from_two_places_at_once_adds_one() {
    let fleet = Fleet::start().await;
    let phone = Phone::new();
    let companion = phone.open();
    let add = || companion.add_account(new_account(&fleet.url, &fleet.owner));
    let (one, other) = tokio::join!(add(), add());
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(companion.accounts().unwrap().len(), 1);
}

#[tokio::test]
async fn our_own_servers_refusal_names_the_missing_right() {
    let world = World::new().await;
    world.companion.allow_writes(&world.account.id, true).unwrap();
    let only_looks = NewKey {
        program: ProgramId::from("lookout"),
        label: "Lookout".to_owned(),
        capabilities: Some(vec![Capability::new("pulse.read")]),
        ttl_days: None,
    };
    let made = issued(world.companion.create_key(&world.account.id, only_looks).await.unwrap());
    let looking = new_account(world.line.url(), &made.key);
    let account = world.companion.add_account(looking).await.unwrap();
    let missing = |word: &str| CompanionError::Forbidden {
        capability: Some(Capability::new(word)),
    };
    assert_eq!(
        world.companion.list_keys(&account.id).await.unwrap_err(),
        missing("keys.read")
    );
    // A server that refuses is there: nobody should go and look at the network. What it refuses is told where it would be, and
    // the sessions come by another door.
    world.companion.refresh(Some(account.id.clone())).await.unwrap();
    let query = ProgramQuery {
        account: Some(account.id),
        ..ProgramQuery::default()
    };
    let overview = world.companion.overview(&query).unwrap();
    assert_eq!(overview.notice, None, "{:?}", overview.sources);
    let standing = |source| {
        overview
            .sources
            .iter()
            .find(|line| line.source == source)
            .unwrap()
            .standing
    };
    assert_eq!(standing(Source::Sessions), Standing::Fresh);
    assert_eq!(standing(Source::FleetHealth), Standing::Failed);
}
