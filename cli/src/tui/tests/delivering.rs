//! The outbox on the screen.

use cachebash_core::domain::{
    AccountId, Action, ActionId, ContextEdit, Delivery, KeyHash, MessageKind, NewKey, NewMessage, NewTask, Offers,
    OutboxEntry, ProgramId, Progress, RejectedReason, SessionId, SessionUpdate, Setback, Span,
};
use cachebash_core::insight::OutboxLine;
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::super::board::Board;
use super::super::print;
use super::super::ui::{Key, Ui, View, Wish};
use super::PAPER;
use super::fleet::{ago, overview_of, rows};
use crate::words::Labels;

fn line(id: &str, minutes: i64, action: Action, delivery: Delivery) -> OutboxLine {
    let entry = OutboxEntry {
        id: ActionId::from(id),
        action,
        asked_at: ago(minutes * 60),
        first_sent_at: None,
        heard_before: None,
        delivery,
    };
    let lines = OutboxLine::of(
        &AccountId::new("home fleet"),
        vec![entry],
        &Offers::default(),
        Span::default(),
    );
    lines.into_iter().next().unwrap()
}

fn message(to: &str, text: &str) -> Action {
    Action::SendMessage(NewMessage {
        to: to.to_owned(),
        text: text.to_owned(),
        kind: MessageKind::Directive,
        replies_to: None,
    })
}

pub(super) fn outbox() -> Vec<OutboxLine> {
    let notes = |text: &str| ContextEdit::HandOffNotes(text.to_owned());
    let edit = Action::EditContext {
        program: ProgramId::from("builder"),
        edit: notes("Start with the tests of the refresh token."),
        seen: notes("Half done."),
    };
    let task = Action::CreateTask(NewTask {
        to: "builder".to_owned(),
        title: "Write the release notes".to_owned(),
        instructions: String::new(),
    });
    let theirs = notes("Signature checks are in; the refresh token is left.");
    vec![
        line("1", 9, task, Delivery::Unknown { looked: true }),
        line("2", 7, edit, Delivery::Changed { theirs }),
        line(
            "3",
            5,
            message("nobody-here", "Hello?"),
            Delivery::Refused(Setback::Reason(RejectedReason::UnknownTarget)),
        ),
        line(
            "4",
            1,
            message(
                "reviewer",
                "Please look at the token branch first, the rest can wait until tomorrow.",
            ),
            Delivery::WAITING,
        ),
    ]
}

fn screen(outbox: &[OutboxLine], ui: &Ui, size: (u16, u16)) -> String {
    let labels = Labels::terminal(TimeZone::UTC);
    let overview = overview_of(rows());
    let board = Board {
        overview: &overview,
        page: None,
        outbox,
        ui,
        labels: &labels,
        theme: &PAPER,
    };
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    terminal
        .draw(|frame| board.draw(frame.area(), frame.buffer_mut()))
        .unwrap();
    print::text(terminal.backend().buffer(), &PAPER)
}

fn opened() -> Ui {
    Ui {
        view: View::Outbox,
        ..Ui::default()
    }
}

#[test]
fn the_outbox_shows_decisions_with_their_texts_and_what_waits_after_them() {
    assert_snapshot!(screen(&outbox(), &opened(), (80, 30)));
}

/// Keys that were made or lost, and a session that will be called otherwise.
fn keys_and_a_status() -> Vec<OutboxLine> {
    let new_key = |program: &str| Action::CreateKey {
        key: NewKey {
            program: ProgramId::from(program),
            label: "Deploys the site".to_owned(),
            capabilities: None,
            ttl_days: None,
        },
        instead_of: None,
    };
    let key = || KeyHash::from("99fdb4d6");
    let update = Action::UpdateSession(SessionUpdate {
        session: SessionId::from("builder.auth-7"),
        status: "On hold until Monday".to_owned(),
        state: None,
        progress: Progress::NotReported,
    });
    let capabilities = None;
    vec![
        line(
            "1",
            9,
            new_key("deployer"),
            Delivery::Issued {
                key: key(),
                capabilities,
            },
        ),
        line("2", 7, new_key("watcher"), Delivery::Unseen { key: key() }),
        line("3", 1, update, Delivery::WAITING),
    ]
}

#[test]
fn the_outbox_shows_keys_that_wait_for_a_person_and_warns_of_a_new_name() {
    assert_snapshot!(screen(&keys_and_a_status(), &opened(), (80, 24)));
}

#[test]
fn the_selected_entry_is_in_sight_on_a_small_screen() {
    let ui = Ui { entry: 3, ..opened() };
    assert_snapshot!(screen(&outbox(), &ui, (60, 14)));
}

#[test]
fn an_empty_outbox_says_that_nothing_waits() {
    let text = screen(&[], &opened(), (80, 12));
    assert!(
        text.contains("Nothing waits: all that was asked for is done."),
        "{text}"
    );
}

#[test]
fn the_list_says_how_much_is_not_done() {
    let text = screen(&outbox(), &Ui::default(), (100, 30));
    assert!(text.lines().last().unwrap().contains("o outbox 4"), "{text}");
}

#[test]
fn only_in_the_outbox_its_keys_decide() {
    let overview = overview_of(rows());
    let mut ui = Ui::default();
    assert_eq!(ui.press(Key::Char('x'), &overview), None);
    assert_eq!(ui.press(Key::Char('o'), &overview), None);
    assert_eq!(ui.view, View::Outbox);
    assert_eq!(ui.press(Key::Char('r'), &overview), Some(Wish::Retry));
    assert_eq!(ui.press(Key::Char('x'), &overview), Some(Wish::Discard));
    ui.press(Key::Escape, &overview);
    assert_eq!(ui.view, View::List);
}
