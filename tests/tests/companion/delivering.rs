//! What a person asked for: kept at once, sent once, and never said to be done when it is not.

use cachebash_core::api::TasksQuery;
use cachebash_core::companion::CompanionError;
use cachebash_core::domain::{
    Action, ActionId, ContextEdit, Delivery, MessageKind, NewMessage, OpenQuestion, OutboxEntry, ProgramId,
    RejectedReason, SessionId, SessionUpdate, Setback, Span,
};
use cachebash_core::domain::{Percent, Progress, SessionState};
use cachebash_core::insight::{OutboxView, Receipt, ReplyProgress, RowProgress};
use serde_json::json;

use crate::acts::{message, task};
use crate::world::{NOON, World};
use cachebash_tests::line::Mode;

impl World {
    /// A world with a builder in it, whose owner lets this phone act.
    async fn to_act_in() -> Self {
        Self::new().await.with_a_builder_at_work().await
    }

    /// The same on a server that, like the hosted one, offers nothing beyond the contract.
    async fn hosted_to_act_in() -> Self {
        let world = Self::new().await;
        world.line.hides("GET /v1/capabilities");
        world.with_a_builder_at_work().await
    }

    async fn asks(&self, action: Action) -> ActionId {
        self.companion.ask(&self.account.id, action).await.unwrap()
    }

    async fn delivers(&self) {
        self.companion.deliver(&self.account.id).await.unwrap();
    }

    fn outbox(&self) -> Vec<OutboxEntry> {
        let view = self.companion.outbox(None).unwrap();
        view.lines.into_iter().map(|line| line.entry).collect()
    }

    fn only_delivery(&self) -> Delivery {
        let entries = self.outbox();
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries[0].delivery.clone()
    }

    /// The titles of the builder's tasks.
    async fn tasks(&self) -> Vec<String> {
        let owner = self.fleet.client(&self.fleet.owner);
        let query = TasksQuery {
            target: Some(ProgramId::from("builder")),
            ..TasksQuery::default()
        };
        let rows = owner.tasks(&query).await.unwrap().value.rows;
        rows.into_iter().map(|row| row.title).collect()
    }

    async fn notes(&self) -> String {
        let owner = self.fleet.client(&self.fleet.owner);
        let state = owner.program_state(&ProgramId::from("builder")).await.unwrap().value;
        state.context.unwrap_or_default().hand_off_notes
    }
}

fn notes(edit: &str, seen: &str) -> Action {
    Action::EditContext {
        program: ProgramId::from("builder"),
        edit: ContextEdit::HandOffNotes(edit.to_owned()),
        seen: ContextEdit::HandOffNotes(seen.to_owned()),
    }
}

#[tokio::test]
async fn b25_what_is_asked_for_offline_outlives_the_app_and_goes_when_the_line_is_back() {
    let mut world = World::to_act_in().await;
    world.line.is(Mode::Cut);
    world.asks(message("builder", "Please go on")).await;
    world.asks(message("builder", "And write the notes")).await;
    world.delivers().await;
    world.has_two_that_wait().await;

    world.kill_and_start();
    world.has_two_that_wait().await;
    world.line.is(Mode::Open);
    world.delivers().await;
    assert_eq!(world.outbox(), []);
    // Both bear the same time, as the server's clock stands still; it may list either first.
    let mut sent = world.fleet.sent().await;
    sent.sort_unstable();
    assert_eq!(sent, ["And write the notes", "Please go on"]);
}

#[tokio::test]
async fn b25_what_is_asked_for_where_nobody_listens_waits_and_goes_when_somebody_does() {
    let mut world = World::to_act_in().await;
    world.line.goes_down().await;
    world.asks(message("builder", "Please go on")).await;
    world.asks(message("builder", "And write the notes")).await;
    world.delivers().await;
    world.has_two_that_wait().await;
    world.kill_and_start();
    world.line.comes_up().await;
    world.delivers().await;
    assert_eq!(world.outbox(), []);
    assert_eq!(world.fleet.sent().await.len(), 2);
}

impl World {
    /// Both may be on their way for a moment, as each asks for a drain of its own.
    async fn has_two_that_wait(&self) {
        loop {
            let entries = self.outbox();
            assert_eq!(entries.len(), 2);
            let goes_on = |delivery: &Delivery| [Delivery::WAITING, Delivery::Sending].contains(delivery);
            assert!(entries.iter().all(|entry| goes_on(&entry.delivery)), "{entries:?}");
            if entries.iter().all(|entry| entry.delivery == Delivery::WAITING) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn b26_a_refused_send_is_shown_as_refused() {
    let world = World::to_act_in().await;
    let id = world.asks(message("nobody-here", "Hello?")).await;
    world.delivers().await;
    let refused = Delivery::Refused(Setback::Reason(RejectedReason::UnknownTarget));
    assert_eq!(world.only_delivery(), refused);
    assert_eq!(world.companion.outbox(None).unwrap().decisions, 1);

    // Another try ends the same way; the corrected one goes.
    world.companion.retry_action(&world.account.id, &id).await.unwrap();
    world.delivers().await;
    assert_eq!(world.only_delivery(), refused);
    let instead = message("builder", "Hello?");
    world
        .companion
        .edit_action(&world.account.id, &id, instead)
        .await
        .unwrap();
    world.delivers().await;
    assert_eq!(world.outbox(), []);
    assert_eq!(world.fleet.sent().await, ["Hello?"]);
}

#[tokio::test]
async fn b02_a_message_whose_reply_was_lost_is_sent_once() {
    let world = World::to_act_in().await;
    world.line.loses_the_reply_to("POST /v1/messages");
    world.asks(message("builder", "Only once")).await;
    world.delivers().await;
    world.delivers().await;
    assert_eq!(world.outbox(), []);
    assert_eq!(
        world.line.count("POST /v1/messages"),
        2,
        "asked again under the same key"
    );
    assert_eq!(world.fleet.sent().await, ["Only once"]);
}

#[tokio::test]
async fn t05_a_task_whose_reply_was_lost_is_looked_for_before_anything_is_sent_again() {
    let world = World::hosted_to_act_in().await;
    world.line.loses_the_reply_to("POST /v1/tasks");
    world.asks(task("builder", "Write the notes")).await;
    world.delivers().await;
    world.delivers().await;
    assert_eq!(world.outbox(), []);
    assert_eq!(world.line.count("POST /v1/tasks"), 1, "found, so not sent again");
    assert_eq!(world.tasks().await, ["Write the notes"]);
}

#[tokio::test]
async fn b22_what_is_asked_at_once_is_all_kept_and_each_sent_once() {
    let world = World::to_act_in().await;
    world.line.is(Mode::Cut);
    let texts: Vec<String> = (0..5).map(|n| format!("Number {n}")).collect();
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|n| world.asks(message("builder", &texts[n])));
    tokio::join!(a, b, c, d, e);
    assert_eq!(world.outbox().len(), 5);
    world.line.is(Mode::Open);
    // B24: two drains, and one that is queued meanwhile (B23).
    tokio::join!(
        world.delivers(),
        world.delivers(),
        world.asks(message("builder", "Late"))
    );
    world.delivers().await;
    assert_eq!(world.outbox(), []);
    let mut sent = world.fleet.sent().await;
    sent.sort();
    assert_eq!(
        sent,
        ["Late", "Number 0", "Number 1", "Number 2", "Number 3", "Number 4"]
    );
}

#[tokio::test]
async fn an_edit_changes_its_own_section_and_nothing_else() {
    let world = World::to_act_in().await;
    let state = json!({"contextSummary": {
        "handoffNotes": "Half done", "openQuestions": ["Which port?"], "activeWorkItems": ["auth"], "lastTask": null
    }});
    world.fleet.remembers("builder", state).await;
    world.asks(notes("All done", "Half done")).await;
    world.delivers().await;
    assert_eq!(world.outbox(), []);
    let owner = world.fleet.client(&world.fleet.owner);
    let state = owner.program_state(&ProgramId::from("builder")).await.unwrap().value;
    let context = state.context.unwrap();
    assert_eq!(context.hand_off_notes, "All done");
    assert_eq!(context.open_questions, ["Which port?"]);
    assert_eq!(context.active_work_items, ["auth"]);
}

#[tokio::test]
async fn an_edit_of_what_changed_meanwhile_asks_with_both_texts() {
    let world = World::to_act_in().await;
    let says = |notes: &str| json!({"contextSummary": {"handoffNotes": notes}});
    world.fleet.remembers("builder", says("The agent's newer notes")).await;
    let id = world.asks(notes("Mine", "What I saw")).await;
    world.delivers().await;
    let theirs = ContextEdit::HandOffNotes("The agent's newer notes".to_owned());
    assert_eq!(world.only_delivery(), Delivery::Changed { theirs });
    assert_eq!(world.notes().await, "The agent's newer notes", "nothing was sent");

    // "Send mine" replaces exactly what was shown.
    world.companion.retry_action(&world.account.id, &id).await.unwrap();
    world.delivers().await;
    assert_eq!(world.outbox(), []);
    assert_eq!(world.notes().await, "Mine");
}

#[tokio::test]
async fn t10_a_status_from_here_keeps_what_the_agent_last_reported() {
    let world = World::to_act_in().await;
    // What the server would leave as it is, were it left out, could not be told from what was sent.
    let update = SessionUpdate {
        session: SessionId::from("builder.auth"),
        status: "Wait for me".to_owned(),
        state: Some(SessionState::Pinned),
        progress: Progress::Reported(60.0),
    };
    world.asks(Action::UpdateSession(update)).await;
    world.delivers().await;
    let row = world.row("builder");
    assert_eq!(row.status.as_deref(), Some("Wait for me"));
    assert_eq!(row.state, Some(SessionState::Pinned));
    assert_eq!(row.progress, RowProgress::Percent(Percent::of(60.0)));
}

#[tokio::test]
async fn nothing_is_asked_for_over_an_account_that_only_reads() {
    let world = World::new().await;
    let asked = world
        .companion
        .ask(&world.account.id, message("builder", "Go on"))
        .await;
    assert_eq!(asked, Err(CompanionError::ReadOnly));
    assert_eq!(world.outbox(), []);
    assert_eq!(world.line.count("POST"), 0);
}

#[tokio::test]
async fn what_waits_does_not_go_once_the_owner_takes_the_leave_back() {
    let world = World::to_act_in().await;
    world.line.is(Mode::Cut);
    world.asks(message("builder", "Go on")).await;
    world.delivers().await;
    world.companion.allow_writes(&world.account.id, false).unwrap();
    world.line.is(Mode::Open);
    world.delivers().await;
    assert_eq!(world.only_delivery(), Delivery::WAITING);
    assert_eq!(world.fleet.sent().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_text_that_no_server_takes_is_refused_before_it_is_kept() {
    let world = World::to_act_in().await;
    let asked = world
        .companion
        .ask(&world.account.id, message("builder", &"x".repeat(2_001)))
        .await;
    let too_long = RejectedReason::TooLong {
        field: "text".to_owned(),
        limit: 2_000,
    };
    assert_eq!(asked, Err(CompanionError::Rejected { reason: too_long }));
    assert_eq!(world.outbox(), []);
}

#[tokio::test]
async fn a_running_companion_delivers_by_itself_after_the_next_refresh() {
    let world = World::to_act_in().await;
    world.line.is(Mode::Cut);
    world.asks(message("builder", "When you can")).await;
    world.delivers().await;
    let (gone, mut told) = tokio::sync::watch::channel(false);
    let _watching = world
        .companion
        .observe_outbox(
            None,
            std::sync::Arc::new(move |view: OutboxView| {
                gone.send_replace(view.lines.is_empty());
            }),
        )
        .unwrap();
    world.line.is(Mode::Open);
    world.companion.start().unwrap();
    told.wait_for(|gone| *gone).await.unwrap();
    assert_eq!(world.fleet.sent().await, ["When you can"]);
    world.at(Span::from_secs(0));
}

#[tokio::test]
async fn a_question_that_was_replied_to_is_no_longer_counted_and_stays_until_its_program_takes_it_out() {
    let mut world = World::to_act_in().await;
    let asks = |questions: &[&str]| json!({"contextSummary": {"openQuestions": questions}});
    world
        .fleet
        .remembers("builder", asks(&["Which port?", "Which host?"]))
        .await;
    world.looks_at("builder").await;
    assert_eq!(world.row("builder").open_questions, 2);

    world.line.is(Mode::Cut);
    let reply = Action::SendMessage(NewMessage {
        to: "builder".to_owned(),
        text: "> Which port?\n8080".to_owned(),
        kind: MessageKind::Directive,
        replies_to: Some(OpenQuestion {
            program: ProgramId::from("builder"),
            text: "Which port?".to_owned(),
            occurrence: 0,
        }),
    });
    world.asks(reply).await;
    assert_eq!(world.row("builder").open_questions, 1);
    assert_eq!(world.replies(), [(0, ReplyProgress::Waiting)]);

    world.line.is(Mode::Open);
    world.delivers().await;
    world.kill_and_start();
    let newer = asks(&["Which user?", "Which host?", "Which port?"]);
    world.fleet.remembers("builder", newer).await;
    world.looks_at("builder").await;
    let sent = |receipt| ReplyProgress::Sent { at: NOON, receipt };
    assert_eq!(world.replies(), [(2, sent(Receipt::NotPickedUp))]);
    assert_eq!(world.row("builder").open_questions, 2);
}

#[tokio::test]
async fn an_edit_that_waits_is_shown_in_place_of_what_it_replaces() {
    let world = World::to_act_in().await;
    let state = json!({"contextSummary": {"handoffNotes": "Half done"}});
    world.fleet.remembers("builder", state).await;
    world.looks_at("builder").await;
    world.line.is(Mode::Cut);
    world.asks(notes("All done", "Half done")).await;
    let page = world.page("builder");
    assert_eq!(page.context.context.hand_off_notes, "All done");
    assert_eq!(page.pending.len(), 1);
    assert_eq!(world.notes().await, "Half done");
}

impl World {
    async fn looks_at(&self, program: &str) {
        let program = ProgramId::from(program);
        self.companion
            .refresh_program(&self.account.id, &program)
            .await
            .unwrap();
    }

    fn replies(&self) -> Vec<(u32, ReplyProgress)> {
        let replies = self.page("builder").replies;
        replies
            .into_iter()
            .map(|reply| (reply.question, reply.progress))
            .collect()
    }
}

#[tokio::test]
async fn a_suspend_lets_what_is_being_sent_end() {
    let world = World::to_act_in().await;
    world.asks(message("builder", "First")).await;
    world.delivers().await;
    world.line.is(Mode::Cut);
    world.asks(message("builder", "Second")).await;
    world.delivers().await;
    let before = world.line.count("POST /v1/messages");
    world.line.is(Mode::Held);
    world.companion.start().unwrap();
    let mut seen = world.line.requests().len();
    while world.line.count("POST /v1/messages") == before {
        seen += 1;
        world.line.reached(seen).await;
    }
    let (suspended, ()) = tokio::join!(world.companion.suspend(), async { world.line.is(Mode::Open) });
    suspended.unwrap();
    world.companion.resume().await.unwrap();
    world.delivers().await;
    assert_eq!(world.outbox(), []);
    // One that was cut off would have been sent again, under its key.
    assert_eq!(world.line.count("POST /v1/messages"), before + 1);
    assert_eq!(world.fleet.sent().await, ["Second", "First"]);
}
