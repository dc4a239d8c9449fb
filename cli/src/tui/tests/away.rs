//! The away page: one sentence, lanes, what happened, each with its time.

use cachebash_core::domain::{AccountId, Percent, ProgramId, SessionId, SessionState};
use cachebash_core::insight::{AwayEvent, AwayLine, Digest, Gap, Lane, Piece, Stretch};
use insta::assert_snapshot;

use super::fleet::{ago, overview_of, rows};
use super::{PAPER, cells, screen};
use crate::tui::print;
use crate::tui::theme::Theme;
use crate::tui::ui::{Key, Ui, View, Wish};

fn piece(from: i64, until: i64, what: Stretch) -> Piece {
    Piece {
        session: SessionId::from("s"),
        from: ago(from * 60),
        until: ago(until * 60),
        what,
    }
}

fn lane(program: &str, hand_offs: u32, pieces: Vec<Piece>) -> Lane {
    Lane {
        account: AccountId::from("home fleet"),
        program: ProgramId::from(program),
        pieces,
        hand_offs,
        eventful: true,
    }
}

fn line(program: &str, minutes: i64, event: AwayEvent) -> AwayLine {
    AwayLine {
        account: AccountId::from("home fleet"),
        program: ProgramId::from(program),
        at: ago(minutes * 60),
        event,
    }
}

fn digest() -> Digest {
    let words = |text: &str| Some(text.to_owned());
    let working = || Stretch::Reported {
        state: SessionState::Working,
    };
    Digest {
        from: ago(350 * 60),
        until: ago(0),
        lanes: vec![
            lane(
                "deployer",
                0,
                vec![
                    piece(
                        350,
                        50,
                        Stretch::Reported {
                            state: SessionState::Pinned,
                        },
                    ),
                    piece(
                        50,
                        0,
                        Stretch::Reported {
                            state: SessionState::Blocked,
                        },
                    ),
                ],
            ),
            lane(
                "scribe",
                0,
                vec![piece(330, 124, working()), piece(124, 0, Stretch::Silent)],
            ),
            lane("builder", 2, vec![piece(350, 90, working()), piece(88, 0, working())]),
            lane("linter", 0, vec![piece(330, 290, Stretch::Live)]),
        ],
        waiting: vec![line(
            "deployer",
            4,
            AwayEvent::Waits {
                words: words("The migration locks users for 40 s. Run it now or at 22:00?"),
            },
        )],
        finished: vec![line(
            "linter",
            290,
            AwayEvent::Finished {
                words: words("Auth package is clean"),
            },
        )],
        changed: vec![
            line("scribe", 124, AwayEvent::WentSilent),
            line(
                "builder",
                49,
                AwayEvent::Fell {
                    from: Percent::of(18.0),
                    to: Percent::of(10.0),
                },
            ),
        ],
        unseen: vec![Gap {
            from: ago(292 * 60),
            until: ago(237 * 60),
        }],
    }
}

fn looking_back() -> Ui {
    Ui {
        view: View::Away,
        away: Some(digest()),
        ..Ui::default()
    }
}

#[test]
fn what_happened_is_told_in_a_sentence_in_lanes_and_line_by_line() {
    let ui = looking_back();
    assert_snapshot!("away", screen(&overview_of(rows()), None, &ui, (80, 32)));
}

#[test]
fn on_a_small_screen_without_utf8_it_is_told_all_the_same() {
    let plain = Theme {
        unicode: false,
        ..PAPER
    };
    let ui = looking_back();
    let drawn = print::text(&cells(&overview_of(rows()), None, &ui, &plain, (50, 24)), &plain);
    assert!(drawn.is_ascii(), "{drawn}");
    assert_snapshot!("away_small", drawn);
}

#[test]
fn it_is_asked_when_it_is_opened_and_left_by_the_same_key() {
    let overview = overview_of(rows());
    let mut ui = Ui::default();
    assert_eq!(ui.press(Key::Char('w'), &overview), Some(Wish::Away));
    assert_eq!(ui.view, View::Away);
    ui.press(Key::Char('j'), &overview);
    assert_eq!(ui.scroll, 1);
    assert_eq!(ui.press(Key::Char('w'), &overview), None);
    assert_eq!(ui.view, View::List);
}
