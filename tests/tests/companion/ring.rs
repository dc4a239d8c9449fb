//! Several keys for one account: who opens what, who stands in for whom, and what is left of them after sign-out.

use std::sync::atomic::Ordering;

use cachebash_core::companion::{Companion, CompanionError, NewKey, RejectedReason, Replay};
use cachebash_core::domain::{Capability, ProgramId, QuestionId, RawKey, Response};
use cachebash_core::insight::{Notice, Reading, Source};
use cachebash_tests::mock_server::{Endpoint, MockServer};
use serde_json::json;

use crate::acts::message;
use crate::ringed::{OPENED, Ringed, SEALED, is_in_a_file, key, may};
use crate::scripted::{fleet, said_at, sessions, some_key};
use crate::world::{NOON, Phone, World, issued, new_account};

#[tokio::test]
async fn an_answer_is_opened_by_whichever_key_of_the_ring_asked() {
    let ringed = Ringed::new(|_| {}).await;
    let question = QuestionId::from("question-answered-enc");
    let read = async || {
        ringed
            .companion
            .read_response(&ringed.account, &question)
            .await
            .unwrap()
    };
    assert_eq!(read().await, Response::Sealed(SEALED.to_owned()));
    ringed.adds(&key(2)).await.unwrap();
    assert_eq!(
        read().await,
        Response::Sealed(SEALED.to_owned()),
        "that one did not ask"
    );
    ringed.adds(&key(6)).await.unwrap();
    assert_eq!(read().await, Response::Answered(OPENED.to_owned()));
    ringed
        .companion
        .remove_from_ring(&ringed.account, &key(6).hash())
        .await
        .unwrap();
    assert_eq!(read().await, Response::Sealed(SEALED.to_owned()));
}

#[tokio::test]
async fn what_one_key_may_not_read_is_read_with_another_and_each_is_asked_no_more_than_needed() {
    let ringed = Ringed::new(|_| {}).await;
    ringed.adds(&key(6)).await.unwrap();
    let before = ringed.askers(Endpoint::ListSessions).len();
    ringed.refreshes().await;
    ringed.refreshes().await;
    let asked = ringed.askers(Endpoint::ListSessions).split_off(before);
    assert_eq!(asked, [ringed.own(), 6, 6], "one refusal is believed");
    let listed = ringed.companion.sessions(&Default::default()).unwrap().rows;
    assert_eq!(listed.len(), 1);
    assert_eq!(ringed.server.seen_at(Endpoint::McpInitialize).len(), 0, "REST has it");
    assert_eq!(
        ringed.askers(Endpoint::FleetHealth),
        [ringed.own(); 2],
        "what it may read it reads itself"
    );

    let builder = ProgramId::from("builder");
    ringed
        .companion
        .refresh_program(&ringed.account, &builder)
        .await
        .unwrap();
    let page = ringed.companion.program(&ringed.account, &builder).unwrap();
    assert!(
        !matches!(page.context.reading, Reading::NoPermission { .. }),
        "{:?}",
        page.context.reading
    );

    assert_eq!(ringed.may(Source::Sessions), [Some(false), Some(true)]);
    assert_eq!(ringed.may(Source::ProgramState), [Some(false), Some(true)]);
    assert_eq!(
        ringed.may(Source::FleetHealth),
        [Some(true), None],
        "nobody asked with it"
    );
    let told = ringed.companion.ring(&ringed.account).unwrap();
    let state = told[0]
        .abilities
        .iter()
        .find(|told| told.source == Source::ProgramState)
        .unwrap();
    assert_eq!(state.missing, Some(Capability::new("state.read")));
}

#[tokio::test]
async fn what_each_key_may_is_known_after_a_restart() {
    let ringed = Ringed::new(|_| {}).await;
    ringed.adds(&key(6)).await.unwrap();
    ringed.refreshes().await;
    ringed.companion.suspend().await.unwrap();
    let before = ringed.askers(Endpoint::ListSessions).len();
    let again = ringed.phone.open();
    assert_eq!(
        may(&again, &ringed.account, Source::Sessions),
        [Some(false), Some(true)]
    );
    again.refresh(None).await.unwrap();
    assert_eq!(
        ringed.askers(Endpoint::ListSessions).split_off(before),
        [6],
        "no second refusal"
    );
}

#[tokio::test]
async fn a_state_that_is_another_programs_is_read_with_the_key_of_that_program() {
    let ringed = Ringed::new(|server| {
        let denied = json!({"success": false, "error": "Access denied: cannot read another program's state"});
        for endpoint in [Endpoint::ProgramState, Endpoint::ContextHistory] {
            server
                .when(endpoint)
                .answers(200, said_at(NOON, denied.clone()))
                .to(&key(7));
        }
    })
    .await;
    ringed.adds(&key(7)).await.unwrap();
    ringed.adds(&key(6)).await.unwrap();
    let builder = ProgramId::from("builder");
    ringed
        .companion
        .refresh_program(&ringed.account, &builder)
        .await
        .unwrap();
    ringed
        .companion
        .refresh_program(&ringed.account, &builder)
        .await
        .unwrap();
    assert_eq!(ringed.askers(Endpoint::ProgramState), [7, 6, 6]);
    assert_eq!(
        ringed.may(Source::ProgramState),
        [Some(false), None, Some(true)],
        "one state that is not its own says nothing of the others"
    );
}

#[tokio::test]
async fn a_list_that_depends_on_who_asks_is_asked_for_with_the_accounts_own_key_alone() {
    let ringed = Ringed::new(|server| {
        let lacks = "Insufficient capability: get_tasks requires \"dispatch.read\" but key has []";
        server
            .when(Endpoint::ListTasks)
            .fails(500, "INTERNAL_ERROR", lacks)
            .to(&some_key());
    })
    .await;
    ringed.adds(&key(6)).await.unwrap();
    for _ in 0..4 {
        ringed.refreshes().await;
    }
    let asked = ringed.askers(Endpoint::ListTasks);
    assert!(
        !asked.is_empty() && asked.iter().all(|number| *number == ringed.own()),
        "{asked:?}"
    );
}

#[tokio::test]
async fn nothing_is_written_with_another_key() {
    let ringed = Ringed::new(|server| {
        server
            .when(Endpoint::CreateKey)
            .fails(403, "FORBIDDEN", "Admin access required")
            .to(&some_key());
        server
            .when(Endpoint::RevokeKey)
            .fails(403, "FORBIDDEN", "Admin access required")
            .to(&some_key());
    })
    .await;
    ringed.adds(&key(6)).await.unwrap();
    ringed.companion.allow_writes(&ringed.account, true).unwrap();
    let refused = ringed.companion.revoke_key(&ringed.account, &key(9).hash()).await;
    assert_eq!(refused, Err(CompanionError::Forbidden { capability: None }));
    assert_eq!(ringed.askers(Endpoint::RevokeKey), [ringed.own()]);
}

#[tokio::test]
async fn a_key_that_the_server_knows_no_more_is_left_alone_and_a_limit_of_its_own_is_its_own() {
    let ringed = Ringed::new(|server| {
        server
            .when(Endpoint::ListSessions)
            .answers(200, sessions(NOON, &[]))
            .to(&key(6))
            .once();
        server
            .when(Endpoint::ListSessions)
            .fails(401, "UNAUTHORIZED", "x")
            .to(&key(6));
        server
            .when(Endpoint::ListSessions)
            .answers(200, sessions(NOON, &[]))
            .to(&key(7))
            .once();
        server
            .when(Endpoint::ListSessions)
            .fails(429, "RATE_LIMITED", "x")
            .to(&key(7))
            .once();
    })
    .await;
    ringed.adds(&key(6)).await.unwrap();
    ringed.adds(&key(7)).await.unwrap();
    let before = ringed.askers(Endpoint::ListSessions).len();
    ringed.refreshes().await;
    assert_eq!(
        ringed.askers(Endpoint::ListSessions).split_off(before),
        [ringed.own(), 6, 7]
    );
    ringed.refreshes().await;
    assert_eq!(
        ringed.askers(Endpoint::ListSessions).split_off(before + 3),
        [0_u8; 0],
        "its wait is kept, and the one that is gone is not asked again"
    );
    ringed.companion.refresh_lists(None, &[]).await.unwrap();
    let own = ringed
        .companion
        .read_response(&ringed.account, &QuestionId::from("q"))
        .await;
    assert!(own.is_ok(), "the account's own key need not wait: {own:?}");
}

#[tokio::test]
async fn sign_out_wipes_the_whole_ring_from_the_secret_store() {
    let ringed = Ringed::new(|_| {}).await;
    ringed.adds(&key(6)).await.unwrap();
    ringed.adds(&key(7)).await.unwrap();
    assert_eq!(ringed.phone.secrets.count(), 3);
    let hash = key(6).hash();
    assert!(is_in_a_file(&ringed.phone, hash.as_str()), "its hash is kept");
    assert!(!is_in_a_file(&ringed.phone, key(6).reveal().trim_start_matches("cb_")));

    ringed.phone.secrets.fails.store(true, Ordering::SeqCst);
    let failed = ringed.companion.remove_account(&ringed.account).await;
    assert!(matches!(failed, Err(CompanionError::Storage { .. })));
    ringed.phone.secrets.fails.store(false, Ordering::SeqCst);
    drop(ringed.companion);
    let again = ringed.phone.open();
    assert!(again.accounts().unwrap().is_empty());
    assert_eq!(ringed.phone.secrets.count(), 0, "finished at the next open");
}

#[tokio::test]
async fn a_key_that_is_not_accepted_or_is_another_tenants_is_not_kept() {
    let ringed = Ringed::new(|server| {
        server.when(Endpoint::ListSessions).fails(401, "UNAUTHORIZED", "x").to(&key(8));
        let only_its_own = json!({"success": true, "count": 1, "keys": [{"keyHash": key(9).hash().as_str(), "programId": "x",
            "label": "x", "capabilities": ["*"], "active": true}]});
        server.when(Endpoint::ListKeys).answers(200, said_at(NOON, only_its_own)).to(&key(9));
    })
    .await;
    assert_eq!(ringed.adds(&key(8)).await, Err(CompanionError::Unauthorized));
    let not_yours = CompanionError::Rejected {
        reason: RejectedReason::NotYours,
    };
    assert_eq!(ringed.adds(&key(9)).await, Err(not_yours));
    let odd = ringed.adds(&RawKey::new("cb_short")).await;
    assert!(matches!(odd, Err(CompanionError::Rejected { .. })), "{odd:?}");
    ringed.phone.secrets.fails.store(true, Ordering::SeqCst);
    assert!(matches!(
        ringed.adds(&key(6)).await,
        Err(CompanionError::Storage { .. })
    ));
    ringed.phone.secrets.fails.store(false, Ordering::SeqCst);
    assert_eq!(ringed.companion.ring(&ringed.account).unwrap().len(), 1);
    assert_eq!(ringed.phone.secrets.count(), 1);
    let own = ringed.adds(&some_key()).await.unwrap();
    assert!(own.own, "the account's own is in its ring");
    let missing = ringed
        .companion
        .remove_from_ring(&ringed.account, &some_key().hash())
        .await;
    assert_eq!(missing, Err(CompanionError::NotFound), "it goes with the account");
}

#[tokio::test]
async fn a_key_created_or_rotated_away_here_opens_and_does_not_ask() {
    let world = World::new().await;
    let account = &world.account.id;
    world.companion.allow_writes(account, true).unwrap();
    let new = NewKey {
        program: ProgramId::from("deployer"),
        label: "Deployer".to_owned(),
        capabilities: None,
        ttl_days: None,
    };
    let made = issued(world.companion.create_key(account, new).await.unwrap());
    world.companion.rotate_key(account).await.unwrap();
    let held = |companion: &Companion| -> Vec<_> {
        let ring = companion.ring(account).unwrap().into_iter();
        ring.map(|key| (key.hash, key.own, key.asks)).collect()
    };
    let own = world.companion.accounts().unwrap()[0].key_hash.clone();
    let expected = [
        (own, true, true),
        (made.hash.clone(), false, false),
        (world.fleet.owner.hash(), false, false),
    ];
    assert_eq!(held(&world.companion), expected);
    world.companion.suspend().await.unwrap();
    let again = world.phone.open();
    assert_eq!(held(&again), expected);
    assert_eq!(world.phone.secrets.count(), 3);

    let added = again.add_to_ring(account, made.key.clone(), None).await.unwrap();
    assert!(added.asks, "somebody said so");
    assert_eq!(added.label, "Deployer");
    again.revoke_key(account, &made.hash).await.unwrap();
    assert_eq!(held(&again), expected, "a revoked one only opens");
}

#[tokio::test]
async fn what_another_key_read_is_played_from_a_recording_with_one_key() {
    let ringed = Ringed::new(|_| {}).await;
    ringed.adds(&key(6)).await.unwrap();
    ringed.companion.start_recording(&ringed.account, false).await.unwrap();
    ringed.refreshes().await;
    let recording = ringed.companion.recording(&ringed.account).await.unwrap();
    let hash = key(6).hash();
    let says_whose = |bytes: &[u8]| bytes.windows(64).any(|window| window == hash.as_str().as_bytes());
    assert!(!says_whose(&recording), "what was read, not with which key");
    let folder = tempfile::tempdir().unwrap();
    let replay = Replay::of(folder.path(), &recording).await.unwrap();
    assert_eq!(replay.differences, []);
    assert_eq!(replay.companion.sessions(&Default::default()).unwrap().rows.len(), 1);
}

#[tokio::test]
async fn the_rings_of_two_accounts_are_sealed_from_each_other() {
    let ringed = Ringed::new(|_| {}).await;
    let other = MockServer::start().await;
    other.when(Endpoint::ListSessions).answers(200, sessions(NOON, &[]));
    other.when(Endpoint::FleetHealth).answers(200, fleet(NOON, &[]));
    let second = ringed
        .companion
        .add_account(new_account(other.url(), &key(20)))
        .await
        .unwrap();
    ringed.companion.add_to_ring(&second.id, key(6), None).await.unwrap();
    assert_eq!(ringed.companion.ring(&ringed.account).unwrap().len(), 1);
    let question = QuestionId::from("question-answered-enc");
    let read = ringed.companion.read_response(&ringed.account, &question).await;
    assert_eq!(
        read,
        Ok(Response::Sealed(SEALED.to_owned())),
        "a key of another server is not tried"
    );
    ringed.companion.remove_account(&second.id).await.unwrap();
    assert_eq!(ringed.phone.secrets.count(), 1);
}

#[tokio::test]
async fn a_key_that_is_no_longer_accepted_is_replaced_and_everything_stays() {
    let world = World::new().await.with_a_builder_at_work().await;
    let account = &world.account.id;
    world.companion.allow_writes(account, true).unwrap();
    world.refresh().await;
    let second = world.fleet.key_of("operator").await;
    let owner = world.fleet.owner.hash();
    let revoked = world.fleet.client(&second).revoke_key(&owner).await;
    revoked.unwrap();
    let ask = message("builder", "Please go on");
    let action = world.companion.ask(account, ask).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    world.companion.refresh(None).await.unwrap();
    let refused = world.overview();
    assert!(
        matches!(refused.notice, Some(Notice::KeyRefused { .. })),
        "{:?}",
        refused.notice
    );

    let stranger = world.companion.replace_key(account, some_key()).await;
    assert_eq!(
        stranger.unwrap_err(),
        CompanionError::Unauthorized,
        "nothing has changed"
    );
    assert_eq!(world.companion.accounts().unwrap()[0].key_hash, owner);

    world.companion.replace_key(account, second.clone()).await.unwrap();
    world.companion.retry_action(account, &action).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    world.refresh().await;
    let overview = world.overview();
    assert_eq!((overview.notice, overview.accounts.len()), (None, 1));
    assert_eq!(overview.rows[0].program.as_str(), "builder");
    assert_eq!(world.companion.outbox(None).unwrap().lines, []);
    let ring = world.companion.ring(account).unwrap();
    let held: Vec<_> = ring.iter().map(|key| (key.hash.clone(), key.own, key.asks)).collect();
    assert_eq!(held, [(second.hash(), true, true), (owner, false, false)]);
}

#[tokio::test]
async fn a_replaced_key_asks_at_once_by_the_door_that_the_one_before_had_used_this_minute() {
    let world = World::new().await.with_a_builder_at_work().await;
    let owner = world.fleet.client(&world.fleet.owner);
    let key_for = async |program: &str| {
        let only_looks = NewKey {
            program: ProgramId::from(program),
            label: program.to_owned(),
            capabilities: Some(vec![Capability::new("pulse.read")]),
            ttl_days: None,
        };
        owner.create_key(&only_looks).await.unwrap().value
    };
    let (lost, next) = (key_for("phone").await, key_for("next").await);
    let phone = Phone::new();
    let companion = phone.open();
    let account = companion
        .add_account(new_account(world.line.url(), &lost.key))
        .await
        .unwrap();
    companion.refresh(None).await.unwrap();
    owner.revoke_key(&lost.hash).await.unwrap();
    companion.refresh(None).await.unwrap();
    let notice = |companion: &Companion| companion.overview(&Default::default()).unwrap().notice;
    assert!(matches!(notice(&companion), Some(Notice::KeyRefused { .. })));
    companion.replace_key(&account.id, next.key).await.unwrap();
    companion.refresh(None).await.unwrap();
    assert!(
        !matches!(notice(&companion), Some(Notice::KeyRefused { .. })),
        "{:?}",
        notice(&companion)
    );
}
