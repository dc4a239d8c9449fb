//! Texts a person writes: an answer, a reply, another text for what waits.

use cachebash_core::domain::{Action, ContextEdit, NewMessage};
use insta::assert_snapshot;

use super::asking::asked;
use super::delivering::outbox;
use super::fleet::{builder, overview_of, rows};
use super::{screen, selecting};
use crate::tui::ui::{Key, Ui, View, Wish};
use crate::tui::writing::Writing;

fn typing(ui: &mut Ui, text: &str) {
    let overview = overview_of(rows());
    for letter in text.chars() {
        assert_eq!(ui.press(Key::Char(letter), &overview), None);
    }
}

fn replying() -> Ui {
    let mut ui = selecting("builder");
    ui.begin(Writing::reply(&builder()).unwrap());
    ui
}

fn message(writing: Option<&Writing>) -> NewMessage {
    match writing.unwrap().action() {
        Action::SendMessage(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reply_quotes_its_question_and_says_how_long_it_is() {
    let mut ui = replying();
    typing(&mut ui, "403, and log it. q?");
    assert_snapshot!("reply", screen(&overview_of(rows()), Some(&builder()), &ui, (80, 20)));
    let sent = message(ui.writing.as_ref());
    let question = sent.replies_to.unwrap();
    assert_eq!((sent.to.as_str(), question.program.as_str()), ("builder", "builder"));
    assert_eq!(sent.text, format!("> {}\n\n403, and log it. q?", question.text));
}

#[test]
fn arrows_choose_the_question_and_what_was_typed_stays() {
    let mut ui = replying();
    typing(&mut ui, "Yes");
    let overview = overview_of(rows());
    let first = message(ui.writing.as_ref()).replies_to;
    ui.press(Key::Down, &overview);
    let second = message(ui.writing.as_ref());
    assert_ne!(second.replies_to, first);
    assert!(second.text.ends_with("\n\nYes"));
    ui.press(Key::Down, &overview);
    assert_eq!(message(ui.writing.as_ref()).replies_to, first, "round about");
}

#[test]
fn a_text_that_was_left_is_taken_up_again_and_one_that_was_sent_is_not() {
    let overview = overview_of(rows());
    let mut ui = replying();
    typing(&mut ui, "Half a thou");
    ui.press(Key::Escape, &overview);
    assert_eq!(ui.view, View::List);
    ui.begin(Writing::reply(&builder()).unwrap());
    assert_eq!(ui.writing.as_ref().unwrap().text, "Half a thou");
    assert_eq!(ui.press(Key::Enter, &overview), Some(Wish::Send));
    ui.sent();
    assert_eq!((ui.view, ui.writing.is_none()), (View::List, true));
}

#[test]
fn a_reply_to_a_question_that_was_taken_out_meanwhile_is_known_to_be_late() {
    let writing = Writing::reply(&builder()).unwrap();
    assert!(!writing.came_too_late(&builder()));
    let mut page = builder();
    page.context.context.open_questions.remove(0);
    assert!(writing.came_too_late(&page));
    page.row.program = "reviewer".into();
    assert!(!writing.came_too_late(&page), "another's page says nothing of it");
}

#[test]
fn an_answer_is_chosen_or_written_and_nothing_empty_is_sent() {
    let overview = overview_of(rows());
    let mut question = asked(Some("deployer"), "Run it now or at 22:00?", false);
    question.options = vec!["now".to_owned(), "22:00".to_owned()];
    let mut ui = selecting("deployer");
    ui.begin(Writing::answer(&question).unwrap());
    assert_eq!(ui.press(Key::Enter, &overview), None);
    ui.press(Key::Down, &overview);
    ui.press(Key::Down, &overview);
    assert_snapshot!("answer", screen(&overview, None, &ui, (80, 16)));
    let response = |ui: &Ui| match ui.writing.as_ref().unwrap().action() {
        Action::AnswerQuestion { response, .. } => response,
        other => panic!("{other:?}"),
    };
    assert_eq!(response(&ui), "22:00");
    ui.press(Key::Char('!'), &overview);
    ui.press(Key::Down, &overview);
    assert_eq!(response(&ui), "22:00!", "one's own words stay");
    let elsewhere = asked(None, "Deploy now? ", true);
    assert!(Writing::answer(&elsewhere).is_none(), "where the server takes none");
}

#[test]
fn a_first_act_asks_for_leave_in_the_last_line() {
    let overview = overview_of(rows());
    let mut ui = replying();
    typing(&mut ui, "Yes");
    ui.writing.as_mut().unwrap().asks_leave = true;
    let drawn = screen(&overview, Some(&builder()), &ui, (80, 20));
    let last = drawn.lines().last().unwrap().trim();
    assert_eq!(last, "Allow this terminal to act for you?   y yes   n no");
    assert_eq!(ui.press(Key::Char('x'), &overview), None);
    assert_eq!(ui.press(Key::Char('y'), &overview), Some(Wish::Allow));
    assert_eq!(ui.press(Key::Char('n'), &overview), None);
    assert!(!ui.writing.as_ref().unwrap().asks_leave);
    assert_eq!(ui.writing.unwrap().text, "Yes");
}

#[test]
fn what_waits_is_edited_and_one_that_changed_with_the_servers_text_in_sight() {
    let overview = overview_of(rows());
    let entries = outbox();
    let mut ui = Ui {
        view: View::Outbox,
        ..Ui::default()
    };
    assert_eq!(ui.press(Key::Char('e'), &overview), Some(Wish::Edit));
    ui.begin(Writing::edit(&entries[1]).unwrap());
    assert_snapshot!("edit_changed", screen(&overview, None, &ui, (80, 16)));
    match ui.writing.as_ref().unwrap().action() {
        Action::EditContext { seen, .. } => {
            let theirs = "Signature checks are in; the refresh token is left.";
            assert!(
                seen == ContextEdit::HandOffNotes(theirs.to_owned()),
                "what was seen last is what stands there"
            );
        }
        other => panic!("{other:?}"),
    }
    ui.press(Key::Escape, &overview);
    assert_eq!(ui.view, View::Outbox);
    let edited = Writing::edit(&entries[3]).unwrap();
    assert!(
        message(Some(&edited))
            .text
            .starts_with("Please look at the token branch")
    );
}

#[test]
fn a_paste_with_several_lines_is_one_text() {
    let overview = overview_of(rows());
    let mut ui = replying();
    assert_eq!(ui.paste("First\r\nsecond"), None);
    assert!(message(ui.writing.as_ref()).text.ends_with("First\nsecond"));
    for _ in 0..7 {
        ui.press(Key::Backspace, &overview);
    }
    assert!(message(ui.writing.as_ref()).text.ends_with("First"));
    ui.paste("👩‍👩‍👧");
    ui.press(Key::Backspace, &overview);
    assert!(
        message(ui.writing.as_ref()).text.ends_with("First"),
        "one character, one key"
    );
}
