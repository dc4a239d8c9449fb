//! Making a key is an act like others: kept before anything is sent, done once, and what came of it waits for a person.

use cachebash_core::companion::{Companion, CompanionError, KeyRequest, NewKey, SecretStore as _};
use cachebash_core::domain::{Action, ActionId, Capability, Delivery, ProgramId, RejectedReason, Setback, Span};
use cachebash_core::insight::KeyFacts;
use cachebash_tests::line::Mode;

use crate::world::{World, issued, new_account};

fn for_the_deployer() -> NewKey {
    NewKey {
        program: ProgramId::from("deployer"),
        label: "Deployer".to_owned(),
        capabilities: None,
        ttl_days: None,
    }
}

/// A phone that may act and has spoken with its server.
async fn acting() -> World {
    let world = World::new().await;
    world.companion.allow_writes(&world.account.id, true).unwrap();
    world.refresh().await;
    world
}

/// The same at a server that knows no idempotency keys but those of messages.
async fn acting_on_a_hosted_like_server() -> World {
    let world = World::new().await;
    world.line.hides("GET /v1/capabilities");
    world.companion.allow_writes(&world.account.id, true).unwrap();
    world.refresh().await;
    world
}

fn waiting(request: KeyRequest) -> ActionId {
    match request {
        KeyRequest::Waiting { action } => action,
        KeyRequest::Issued { .. } => panic!("it cannot have been made"),
    }
}

fn standing(companion: &Companion, action: &ActionId) -> Option<Delivery> {
    let view = companion.outbox(None).unwrap();
    let line = view.lines.into_iter().find(|line| line.entry.id == *action);
    line.map(|line| line.entry.delivery)
}

async fn keys_of_the_deployer(world: &World) -> Vec<KeyFacts> {
    let keys = world.companion.list_keys(&world.account.id).await.unwrap();
    keys.into_iter()
        .filter(|key| key.program.as_str() == "deployer")
        .collect()
}

#[tokio::test]
async fn a_key_asked_for_offline_is_made_later_and_waits_to_be_shown() {
    let mut world = acting().await;
    let account = world.account.id.clone();
    world.line.goes_down().await;
    let asked = world.companion.create_key(&account, for_the_deployer()).await.unwrap();
    let action = waiting(asked);
    assert_eq!(
        world.companion.show_key(&account, &action).await.unwrap_err(),
        CompanionError::NotFound,
        "there is none yet"
    );
    world.kill_and_start();
    world.line.comes_up().await;
    world.companion.deliver(&account).await.unwrap();
    let made = world.companion.show_key(&account, &action).await.unwrap();
    assert_eq!(made.program, Some(ProgramId::from("deployer")));
    assert_eq!(made.label, "Deployer");
    assert!(made.missing_for_job.is_empty() && made.capabilities.is_some());
    // It is a key that opens, and the app may be killed before anybody has written it down.
    let opens = world
        .fleet
        .client(&made.key)
        .program_state(&ProgramId::from("deployer"))
        .await;
    assert!(opens.is_ok(), "{opens:?}");
    world.kill_and_start();
    assert_eq!(world.companion.show_key(&account, &action).await.unwrap().key, made.key);
    world.companion.discard_action(&account, &action).await.unwrap();
    assert_eq!(standing(&world.companion, &action), None);
    assert_eq!(
        world.companion.show_key(&account, &action).await.unwrap_err(),
        CompanionError::NotFound
    );
    assert_eq!(keys_of_the_deployer(&world).await.len(), 1);
}

#[tokio::test]
async fn a_key_whose_asker_went_away_waits_to_be_shown() {
    let world = acting().await;
    let account = &world.account.id;
    world.line.is(Mode::Held);
    let asked = world.line.requests().len();
    {
        let creating = world.companion.create_key(account, for_the_deployer());
        tokio::select! {
            _ = creating => panic!("the answer is held back"),
            () = world.line.reached(asked + 1) => {}
        }
    }
    world.line.is(Mode::Open);
    world.companion.deliver(account).await.unwrap();
    let line = world.companion.outbox(None).unwrap().lines.pop().unwrap();
    let made = world.companion.show_key(account, &line.entry.id).await.unwrap();
    assert_eq!(
        line.entry.delivery,
        Delivery::Issued {
            key: made.hash.clone(),
            capabilities: made.capabilities
        }
    );
    assert_eq!(keys_of_the_deployer(&world).await[0].hash, made.hash);
}

#[tokio::test]
async fn a_refused_wish_is_told_and_not_kept() {
    let world = acting().await;
    let only_looks = NewKey {
        capabilities: Some(vec![Capability::new("pulse.read")]),
        ..for_the_deployer()
    };
    let looks = issued(world.companion.create_key(&world.account.id, only_looks).await.unwrap());
    let second = world
        .companion
        .add_account(new_account(world.line.url(), &looks.key))
        .await
        .unwrap();
    world.companion.allow_writes(&second.id, true).unwrap();
    let refused = world.companion.create_key(&second.id, for_the_deployer()).await;
    assert!(matches!(refused, Err(CompanionError::Forbidden { .. })), "{refused:?}");
    assert!(world.companion.outbox(Some(&second.id)).unwrap().lines.is_empty());
}

async fn an_answer_that_was_lost(world: World) {
    let account = &world.account.id;
    world.line.loses_the_reply_to("POST /v1/keys");
    let action = waiting(world.companion.create_key(account, for_the_deployer()).await.unwrap());
    assert_eq!(
        standing(&world.companion, &action),
        Some(Delivery::Unknown { looked: false }),
        "it is not asked for again"
    );
    world.companion.deliver(account).await.unwrap();
    let unseen = keys_of_the_deployer(&world).await.swap_remove(0);
    assert_eq!(
        standing(&world.companion, &action),
        Some(Delivery::Unseen {
            key: unseen.hash.clone()
        })
    );
    world.companion.retry_action(account, &action).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    let made = world.companion.show_key(account, &action).await.unwrap();
    for key in keys_of_the_deployer(&world).await {
        assert_eq!(
            key.active,
            key.hash == made.hash,
            "the one that nobody has opens nothing"
        );
    }
}

#[tokio::test]
async fn a_key_whose_answer_was_lost_is_found_and_replaced_when_a_person_says_so() {
    an_answer_that_was_lost(acting().await).await;
}

#[tokio::test]
async fn a_key_whose_answer_was_lost_is_found_on_a_hosted_like_server_too() {
    an_answer_that_was_lost(acting_on_a_hosted_like_server().await).await;
}

#[tokio::test]
async fn a_key_of_the_same_name_made_before_is_not_taken_for_the_one_that_was_lost() {
    let world = acting().await;
    let account = &world.account.id;
    let first = issued(world.companion.create_key(account, for_the_deployer()).await.unwrap());
    world.at(Span::from_secs(30));
    world.refresh().await;
    world.line.loses_the_reply_to("POST /v1/keys");
    let action = waiting(world.companion.create_key(account, for_the_deployer()).await.unwrap());
    world.companion.deliver(account).await.unwrap();
    let Some(Delivery::Unseen { key }) = standing(&world.companion, &action) else {
        panic!("{:?}", standing(&world.companion, &action));
    };
    assert_ne!(key, first.hash, "that one is somebody's");
    world.companion.retry_action(account, &action).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    let keys = keys_of_the_deployer(&world).await;
    assert!(keys.iter().any(|key| key.hash == first.hash && key.active));
}

#[tokio::test]
async fn a_key_that_was_stored_before_a_kill_and_not_told_of_is_found_here() {
    let mut world = acting().await;
    let account = world.account.id.clone();
    let made = issued(world.companion.create_key(&account, for_the_deployer()).await.unwrap());
    let line = world.companion.outbox(None).unwrap().lines.pop().unwrap();
    // As it stands between the secret store and the file.
    let mut entry = line.entry;
    entry.delivery = Delivery::Sending;
    entry.first_sent_at = entry.first_sent_at.map(|at| at.minus(Span::from_millis(1)));
    world.companion.suspend().await.unwrap();
    let store = cachebash_core::store::AccountStore::open(world.phone.dir.path(), &account).unwrap();
    store.put_in_outbox(&entry).unwrap();
    store.close().unwrap();
    drop(store);
    world.kill_and_start();
    world.companion.deliver(&account).await.unwrap();
    assert_eq!(
        world.companion.show_key(&account, &entry.id).await.unwrap().key,
        made.key
    );
    assert_eq!(world.line.count("POST /v1/keys"), 1);
}

#[tokio::test]
async fn a_rotation_asked_for_offline_is_done_later_and_the_phone_goes_on_with_the_new_key() {
    let mut world = acting().await;
    let account = world.account.id.clone();
    world.line.goes_down().await;
    let action = waiting(world.companion.rotate_key(&account).await.unwrap());
    world.line.comes_up().await;
    world.kill_and_start();
    world.companion.deliver(&account).await.unwrap();
    let rotated = world.companion.show_key(&account, &action).await.unwrap();
    assert_ne!(rotated.key, world.fleet.owner);
    assert_eq!(world.phone.secrets.get(&account).unwrap(), Some(rotated.key.clone()));
    assert_eq!(world.companion.accounts().unwrap()[0].key_hash, rotated.hash);
    // Longer than the old one lives.
    world.at(Span::from_mins(2));
    world.companion.list_keys(&account).await.unwrap();
    world.kill_and_start();
    world.companion.list_keys(&account).await.unwrap();
}

#[tokio::test]
async fn what_was_asked_for_after_a_rotation_goes_with_the_new_key() {
    let world = acting().await;
    let account = &world.account.id;
    world.line.goes_down().await;
    waiting(world.companion.rotate_key(account).await.unwrap());
    let key = waiting(world.companion.create_key(account, for_the_deployer()).await.unwrap());
    world.line.comes_up().await;
    world.companion.deliver(account).await.unwrap();
    assert!(world.companion.show_key(account, &key).await.is_ok());
}

#[tokio::test]
async fn t07_a_lost_answer_is_never_asked_for_again() {
    let world = acting().await;
    let account = &world.account.id;
    world.line.loses_the_reply_to("POST /v1/keys/rotate");
    let action = waiting(world.companion.rotate_key(account).await.unwrap());
    world.companion.deliver(account).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    assert_eq!(world.line.count("POST /v1/keys/rotate"), 1);
    let keys = world.companion.list_keys(account).await.unwrap();
    let lost = keys.iter().find(|key| key.hash != world.fleet.owner.hash());
    assert_eq!(
        standing(&world.companion, &action),
        Some(Delivery::Unseen {
            key: lost.unwrap().hash.clone()
        }),
        "{keys:?}"
    );
}

#[tokio::test]
async fn a_rotation_that_never_arrived_may_be_asked_for_again() {
    let world = acting_on_a_hosted_like_server().await;
    let account = &world.account.id;
    world.line.is(Mode::Held);
    let asked = world.line.requests().len();
    {
        let rotating = world.companion.rotate_key(account);
        tokio::select! {
            _ = rotating => panic!("the answer is held back"),
            () = world.line.reached(asked + 1) => {}
        }
    }
    // What was on its way is lost there.
    world.line.is(Mode::Cut);
    let action = world.companion.outbox(None).unwrap().lines.pop().unwrap().entry.id;
    world.companion.deliver(account).await.unwrap();
    world.line.is(Mode::Open);
    world.companion.deliver(account).await.unwrap();
    assert_eq!(
        standing(&world.companion, &action),
        Some(Delivery::Unknown { looked: true })
    );
    world.companion.retry_action(account, &action).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    assert!(world.companion.show_key(account, &action).await.is_ok());
}

#[tokio::test]
async fn a_wish_that_has_become_a_key_is_not_replaced_by_another_wish() {
    let world = acting().await;
    let account = &world.account.id;
    let asked = world.companion.create_key(account, for_the_deployer()).await.unwrap();
    let KeyRequest::Issued { action, .. } = asked else {
        panic!("the server is there");
    };
    let instead = Action::CreateKey {
        key: for_the_deployer(),
        instead_of: None,
    };
    assert!(world.companion.edit_action(account, &action, instead).await.is_err());
    world.companion.retry_action(account, &action).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    assert_eq!(world.line.count("POST /v1/keys"), 1);
}

#[tokio::test]
async fn a_key_that_somebody_else_made_and_uses_is_not_taken_for_one_that_was_lost() {
    let world = acting_on_a_hosted_like_server().await;
    let account = &world.account.id;
    world.line.is(Mode::Held);
    let asked = world.line.requests().len();
    {
        let creating = world.companion.create_key(account, for_the_deployer());
        tokio::select! {
            _ = creating => panic!("the answer is held back"),
            () = world.line.reached(asked + 1) => {}
        }
    }
    world.line.is(Mode::Cut);
    let action = world.companion.outbox(None).unwrap().lines.pop().unwrap().entry.id;
    world.companion.deliver(account).await.unwrap();
    let owner = world.fleet.client(&world.fleet.owner);
    let theirs = owner.create_key(&for_the_deployer()).await.unwrap().value;
    let deployer = ProgramId::from("deployer");
    world.fleet.client(&theirs.key).program_state(&deployer).await.unwrap();
    world.line.is(Mode::Open);
    world.companion.deliver(account).await.unwrap();
    assert_eq!(
        standing(&world.companion, &action),
        Some(Delivery::Unknown { looked: true }),
        "one that is used is somebody's"
    );
}

#[tokio::test]
async fn what_is_given_up_while_it_is_looked_for_does_not_come_back() {
    let world = acting().await;
    let account = &world.account.id;
    world.line.loses_the_reply_to("POST /v1/keys");
    let action = waiting(world.companion.create_key(account, for_the_deployer()).await.unwrap());
    world.line.is(Mode::Held);
    let asked = world.line.requests().len();
    let looking = world.companion.deliver(account);
    let giving_up = async {
        world.line.reached(asked + 1).await;
        world.companion.discard_action(account, &action).await.unwrap();
        world.line.is(Mode::Open);
    };
    let (looked, ()) = tokio::join!(looking, giving_up);
    looked.unwrap();
    assert_eq!(standing(&world.companion, &action), None);
}

#[tokio::test]
async fn of_two_rotations_that_wait_one_is_done() {
    let world = acting().await;
    let account = &world.account.id;
    world.line.goes_down().await;
    let first = waiting(world.companion.rotate_key(account).await.unwrap());
    let second = waiting(world.companion.rotate_key(account).await.unwrap());
    world.line.comes_up().await;
    world.companion.deliver(account).await.unwrap();
    assert_eq!(world.line.count("POST /v1/keys/rotate"), 1);
    let shown = world.companion.show_key(account, &first).await.unwrap();
    assert_eq!(world.companion.accounts().unwrap()[0].key_hash, shown.hash);
    let changed = Delivery::Refused(Setback::Reason(RejectedReason::ChangedSince));
    assert_eq!(standing(&world.companion, &second), Some(changed));
}

#[tokio::test]
async fn after_a_lost_rotation_and_a_pasted_key_the_lost_one_is_still_told_of() {
    let world = acting().await;
    let account = &world.account.id;
    let pasted = world.fleet.key_of("operator").await;
    world.line.loses_the_reply_to("POST /v1/keys/rotate");
    let action = waiting(world.companion.rotate_key(account).await.unwrap());
    world.companion.replace_key(account, pasted.clone()).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    let Some(Delivery::Unseen { key }) = standing(&world.companion, &action) else {
        panic!("{:?}", standing(&world.companion, &action));
    };
    assert_ne!(key, pasted.hash());
    // Another in its place would replace the pasted one, which nobody asked for.
    world.companion.retry_action(account, &action).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    assert_eq!(world.line.count("POST /v1/keys/rotate"), 1);
    assert_eq!(world.companion.accounts().unwrap()[0].key_hash, pasted.hash());
}

#[tokio::test]
async fn a_key_that_was_made_is_put_away_though_the_account_only_reads_by_now() {
    let world = acting().await;
    let account = &world.account.id;
    let asked = world.companion.create_key(account, for_the_deployer()).await.unwrap();
    let KeyRequest::Issued { action, .. } = asked else {
        panic!("the server is there");
    };
    world.companion.allow_writes(account, false).unwrap();
    world.companion.discard_action(account, &action).await.unwrap();
    assert_eq!(standing(&world.companion, &action), None);
}
