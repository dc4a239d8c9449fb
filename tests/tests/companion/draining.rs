//! One drainer: whoever asks for a drain, and whatever is asked for meanwhile, each action is sent once, under its key.

use std::sync::Arc;

use cachebash_core::companion::CompanionError;
use cachebash_core::domain::{Action, ContextEdit, Delivery, ProgramId, RejectedReason, Span, TaskId};
use cachebash_tests::faults::{Fault, Faults};
use cachebash_tests::line::Mode;
use serde_json::json;

use crate::acts::{message, task};
use crate::world::{Fleet, Phone, World, issued, new_account};

/// A world in which a message was sent before, so that the next request of a drain is the sending itself.
async fn that_has_sent_before() -> World {
    let world = World::new().await.with_a_builder_at_work().await;
    world
        .companion
        .ask(&world.account.id, message("builder", "Before"))
        .await
        .unwrap();
    world.companion.deliver(&world.account.id).await.unwrap();
    world
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

impl World {
    /// Has the first of what is asked for held on its way to the server.
    async fn holds_a_drain(&self) {
        self.line.is(Mode::Cut);
        self.companion
            .ask(&self.account.id, message("builder", "First"))
            .await
            .unwrap();
        self.companion.deliver(&self.account.id).await.unwrap();
        self.line.is(Mode::Held);
    }

    async fn reaches_with_sends(&self, count: usize) {
        let mut seen = self.line.requests().len();
        while self.line.count("POST /v1/messages") < count {
            seen += 1;
            self.line.reached(seen).await;
        }
    }

    fn drains(&self) -> tokio::task::JoinHandle<()> {
        let (companion, account) = (Arc::clone(&self.companion), self.account.id.clone());
        tokio::spawn(async move { companion.deliver(&account).await.unwrap() })
    }
}

#[tokio::test]
async fn b23_a_message_asked_for_while_draining_is_not_erased() {
    let world = that_has_sent_before().await;
    world.holds_a_drain().await;
    let before = world.line.count("POST /v1/messages");
    let drain = world.drains();
    world.reaches_with_sends(before + 1).await;
    world
        .companion
        .ask(&world.account.id, message("builder", "Meanwhile"))
        .await
        .unwrap();
    let kept = world.companion.outbox(None).unwrap().lines;
    assert_eq!(kept.len(), 2, "both wait, on the disk");
    world.line.is(Mode::Open);
    drain.await.unwrap();
    world.companion.deliver(&world.account.id).await.unwrap();
    assert!(world.companion.outbox(None).unwrap().lines.is_empty());
    assert_eq!(sorted(world.fleet.sent().await), ["Before", "First", "Meanwhile"]);
}

#[tokio::test]
async fn b24_two_drains_send_once() {
    let world = that_has_sent_before().await;
    world.holds_a_drain().await;
    let before = world.line.count("POST /v1/messages");
    let drains = [world.drains(), world.drains(), world.drains()];
    world.reaches_with_sends(before + 1).await;
    world.line.is(Mode::Open);
    for drain in drains {
        drain.await.unwrap();
    }
    assert_eq!(world.line.count("POST /v1/messages"), before + 1, "one request");
    assert_eq!(sorted(world.fleet.sent().await), ["Before", "First"], "one message");
}

#[tokio::test]
async fn b03_every_send_carries_its_idempotency_key() {
    let fleet = Fleet::start().await;
    let faults = Faults::before(&fleet.url, 0).await;
    let phone = Phone::new();
    let companion = phone.open();
    let account = new_account(faults.url(), &fleet.owner);
    let account = companion.add_account(account).await.unwrap().id;
    fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    companion.refresh(None).await.unwrap();
    companion.allow_writes(&account, true).unwrap();
    let task = task("builder", "Write the notes");
    let claim = Action::ClaimTask {
        task: TaskId::from("no-such-task"),
    };
    let mut ids = Vec::new();
    for action in [message("builder", "One"), task, message("builder", "Two"), claim] {
        ids.push(companion.ask(&account, action).await.unwrap().as_str().to_owned());
        companion.deliver(&account).await.unwrap();
    }
    companion
        .refresh_program(&account, &ProgramId::from("builder"))
        .await
        .unwrap();
    let writes = faults.seen().into_iter().filter(|seen| seen.method != "GET");
    let keys: Vec<String> = writes
        .map(|seen| seen.json()["idempotency_key"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(keys, ids, "each under its own, and nothing else was written");
}

#[tokio::test]
async fn a_look_that_the_server_stumbled_over_is_no_look() {
    let fleet = Fleet::start().await;
    let faults = Faults::before_a_hosted(&fleet.url, 0).await;
    let phone = Phone::new();
    let companion = phone.open();
    let account = new_account(faults.url(), &fleet.owner);
    let account = companion.add_account(account).await.unwrap().id;
    fleet
        .creates(json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"}))
        .await;
    companion.refresh(None).await.unwrap();
    // It arrives, and the look for it meets a fault.
    faults.strike("POST /v1/tasks", Fault::DropAfterCommit, 1);
    faults.strike("GET /v1/tasks", Fault::ErrorBefore, 1);
    let task = task("builder", "Write the notes");
    companion.allow_writes(&account, true).unwrap();
    companion.ask(&account, task).await.unwrap();
    companion.deliver(&account).await.unwrap();
    companion.deliver(&account).await.unwrap();
    for line in companion.outbox(None).unwrap().lines {
        assert_ne!(line.entry.delivery, Delivery::Unknown { looked: true });
    }
    companion.deliver(&account).await.unwrap();
    assert!(companion.outbox(None).unwrap().lines.is_empty(), "found");
    assert_eq!(faults.seen().iter().filter(|seen| seen.method == "POST").count(), 1);
}

/// A task whose reply was lost, on a server that knows no key of tasks, sent while the phone's clock stood so far off and
/// looked for after it was set by so much more.
async fn a_lost_reply_is_found(off: Span, set_by: Span) {
    let world = World::new().await;
    world.line.hides("GET /v1/capabilities");
    let world = world.with_a_builder_at_work().await;
    world.phone.clock.advance(off);
    let task = task("builder", "Write the notes");
    world.line.loses_the_reply_to("POST /v1/tasks");
    world.companion.ask(&world.account.id, task).await.unwrap();
    world.companion.deliver(&world.account.id).await.unwrap();
    world.phone.clock.advance(set_by);
    // The next look learns the server's time again.
    world.refresh().await;
    world.companion.deliver(&world.account.id).await.unwrap();
    assert!(world.companion.outbox(None).unwrap().lines.is_empty());
    assert_eq!(world.line.count("POST /v1/tasks"), 1, "found, so not sent again");
}

#[tokio::test]
async fn what_was_sent_is_found_however_the_phones_clock_was_set_before_or_after() {
    let hours = |hours: i64| Span::from_mins(60 * hours);
    for (off, set_by) in [(0_i64, -3_i64), (0, 3), (-3, 0), (3, 0), (2, -4), (-2, 4)] {
        println!("off by {off} h, then set by {set_by} h");
        a_lost_reply_is_found(hours(off), hours(set_by)).await;
    }
}

#[tokio::test]
async fn b27_t09_an_edit_of_a_state_that_was_never_read_reads_its_history_first() {
    let world = World::new().await;
    let builder = json!({"sessionId": "builder.auth", "programId": "builder", "name": "Auth"});
    world.fleet.creates(builder).await;
    let account = &world.account.id;
    world.companion.allow_writes(account, true).unwrap();
    let notes = |text: &str| ContextEdit::HandOffNotes(text.to_owned());
    let edit = Action::EditContext {
        program: ProgramId::from("builder"),
        edit: notes("Start with the tests"),
        seen: notes(""),
    };
    world.companion.ask(account, edit).await.unwrap();
    world.companion.deliver(account).await.unwrap();
    let requests = world.line.requests();
    let place = |start: &str| requests.iter().position(|request| request.starts_with(start));
    let history = place("GET /v1/program-state/builder/context-history").unwrap();
    let state = requests
        .iter()
        .position(|request| request == "GET /v1/program-state/builder");
    assert!(history < state.unwrap(), "{requests:?}");
    assert!(place("PATCH /v1/program-state/builder").is_some());
}

/// A task on a server that knows no keys of tasks: one that was cut off on its way there is never sent again by itself.
#[tokio::test]
async fn what_one_terminal_sends_another_one_on_the_same_folder_takes_for_neither_cut_off_nor_its_own() {
    let world = World::new().await;
    world.line.hides("GET /v1/capabilities");
    let world = world.with_a_builder_at_work().await;
    let account = world.account.id.clone();
    world.companion.deliver(&account).await.unwrap();
    world.line.is(Mode::Held);
    let first = world.companion.ask(&account, task("builder", "First")).await.unwrap();
    while world.line.count("POST /v1/tasks") == 0 {
        world.line.reached(world.line.requests().len() + 1).await;
    }

    let other = world.phone.open();
    let stands = || {
        let view = other.outbox(None).unwrap();
        view.lines
            .into_iter()
            .map(|line| line.entry.delivery)
            .collect::<Vec<_>>()
    };
    assert_eq!(stands(), [Delivery::Sending]);
    let discarded = other.discard_action(&account, &first).await.unwrap_err();
    let is_taken = CompanionError::Rejected {
        reason: RejectedReason::AlreadyTaken,
    };
    assert_eq!(discarded, is_taken);
    other.ask(&account, task("builder", "Second")).await.unwrap();
    assert_eq!(stands(), [Delivery::Sending, Delivery::WAITING]);

    let waits = tokio::spawn({
        let (other, account) = (Arc::clone(&other), account.clone());
        async move { other.deliver(&account).await.unwrap() }
    });
    world.line.is(Mode::Open);
    waits.await.unwrap();
    assert_eq!(stands(), []);
    assert_eq!(world.line.count("POST /v1/tasks"), 2);
}

#[tokio::test]
async fn a_key_that_another_terminal_on_the_same_folder_rotated_is_taken_up() {
    let world = that_has_sent_before().await;
    let account = &world.account.id;
    let other = world.phone.open();
    let rotated = issued(other.rotate_key(account).await.unwrap());
    // Longer than the old key lives.
    world.at(Span::from_mins(2));
    world
        .companion
        .ask(account, message("builder", "With the new key"))
        .await
        .unwrap();
    world.companion.deliver(account).await.unwrap();
    let rows = world
        .fleet
        .client(&rotated.key)
        .sent_messages(Some(50))
        .await
        .unwrap()
        .value;
    let sent = rows.into_iter().map(|row| row.text).collect();
    assert_eq!(sorted(sent), ["Before", "With the new key"]);
    assert_eq!(world.companion.accounts().unwrap()[0].key_hash, rotated.hash);
    let left = world.companion.outbox(None).unwrap().lines;
    let of_messages = left.iter().filter(|line| line.entry.action.name() == "send_message");
    assert_eq!(of_messages.count(), 0);
}

#[tokio::test]
async fn a_look_that_is_refused_asks_with_the_key_that_another_terminal_put_there() {
    let world = World::new().await.with_a_builder_at_work().await;
    let account = &world.account.id;
    world.phone.open().rotate_key(account).await.unwrap();
    world.at(Span::from_mins(2));
    world.refresh().await;
    world.refresh().await;
    assert_eq!(world.overview().notice, None);
}
