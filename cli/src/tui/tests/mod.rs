//! Whole screens, drawn from values and compared as text; colours where they matter.

#![allow(clippy::unwrap_used)]

mod asking;
mod away;
mod delivering;
mod describing;
mod fleet;
mod played;
mod searching;
mod writing;

use cachebash_core::domain::{AccountId, Capability, ProgramId, SessionState, Span};
use cachebash_core::insight::{Finding, Notice, Overview, ProgramPage, ProgramRow, Reading, Section, Shape, Waiting};
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Color;

use super::board::Board;
use super::print;
use super::theme::{Ground, Palette, Theme};
use super::ui::{Demo, Key, Ui, View, Wish};
use crate::words::Labels;
use fleet::{account, ago, builder, offline, overview_of, percent, row, rows};

const PAPER: Theme = Theme {
    ground: Ground::Dark,
    palette: Palette::None,
    unicode: true,
    paint_ground: false,
};
const COLOURS: Theme = Theme {
    palette: Palette::True,
    paint_ground: true,
    ..PAPER
};

fn selecting(program: &str) -> Ui {
    Ui {
        selected: Some((AccountId::new("home fleet"), ProgramId::new(program))),
        ..Ui::default()
    }
}

fn cells(overview: &Overview, page: Option<&ProgramPage>, ui: &Ui, theme: &Theme, size: (u16, u16)) -> Buffer {
    let labels = Labels::terminal(TimeZone::UTC);
    let board = Board {
        overview,
        page,
        outbox: &[],
        ui,
        labels: &labels,
        theme,
    };
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    terminal
        .draw(|frame| board.draw(frame.area(), frame.buffer_mut()))
        .unwrap();
    terminal.backend().buffer().clone()
}

fn screen(overview: &Overview, page: Option<&ProgramPage>, ui: &Ui, size: (u16, u16)) -> String {
    print::text(&cells(overview, page, ui, &PAPER, size), &PAPER)
}

#[test]
fn wide_the_list_and_the_selected_program_stand_side_by_side() {
    assert_snapshot!(
        "wide",
        screen(&overview_of(rows()), Some(&builder()), &selecting("builder"), (100, 30))
    );
}

#[test]
fn offline_the_first_line_says_so_and_nothing_is_relative() {
    let overview = offline(overview_of(rows()));
    let page = ProgramPage {
        now: overview.now,
        fresh: false,
        notice: overview.notice.clone(),
        ..builder()
    };
    let drawn = screen(&overview, Some(&page), &selecting("deployer"), (100, 30));
    assert!(drawn.starts_with(" Offline · as of 14:02 (37 min ago)   1 needs you"));
    assert!(
        !drawn.lines().skip(1).any(|line| line.contains(" ago")),
        "only the bar itself says ago"
    );
    assert_snapshot!("offline", drawn);
}

#[test]
fn narrow_there_is_one_pane_and_enter_opens() {
    let overview = overview_of(rows());
    let mut ui = selecting("builder");
    assert_snapshot!("narrow", screen(&overview, Some(&builder()), &ui, (80, 24)));
    assert_eq!(ui.press(Key::Enter, &overview), None);
    assert_snapshot!("narrow_open", screen(&overview, Some(&builder()), &ui, (80, 24)));
}

#[test]
fn an_empty_fleet_says_when_it_was_looked_at_and_how_it_fills() {
    assert_snapshot!(
        "empty",
        screen(&overview_of(Vec::new()), None, &Ui::default(), (80, 14))
    );
}

#[test]
fn never_read_is_not_nobody_for_sure() {
    let overview = Overview {
        as_of: None,
        fresh: false,
        notice: Some(Notice::Offline { as_of: None }),
        ..overview_of(Vec::new())
    };
    let drawn = screen(&overview, None, &Ui::default(), (80, 14));
    assert!(drawn.starts_with(" Offline · nothing read yet"), "{drawn}");
}

#[test]
fn quiet_programs_are_names_until_one_is_selected() {
    let overview = overview_of(rows());
    let names = screen(&overview, None, &selecting("linter"), (100, 32));
    assert!(names.contains("Quiet 3  translator, researcher, archivist"));
    let opened = screen(&overview, None, &selecting("archivist"), (100, 34));
    assert!(opened.contains("◦  archivist     Has never checked in"), "{opened}");
    assert!(
        opened.contains("·  translator    Sign-in texts in nine lang…  3 d"),
        "{opened}"
    );
}

#[test]
fn without_utf8_every_cell_is_ascii_and_says_the_same() {
    let plain = Theme {
        unicode: false,
        ..PAPER
    };
    let buffer = cells(
        &overview_of(rows()),
        Some(&builder()),
        &selecting("builder"),
        &plain,
        (100, 30),
    );
    let drawn = print::text(&buffer, &plain);
    assert!(drawn.is_ascii());
    assert_snapshot!("plain", drawn);
}

#[test]
fn no_colour_drops_colour_and_nothing_else() {
    let overview = overview_of(rows());
    let draw = |theme| cells(&overview, Some(&builder()), &selecting("builder"), &theme, (100, 30));
    let (with, without) = (draw(COLOURS), draw(PAPER));
    for (with, without) in with.content.iter().zip(&without.content) {
        assert_eq!((with.symbol(), with.modifier), (without.symbol(), without.modifier));
        assert_eq!((without.fg, without.bg), (Color::Reset, Color::Reset));
    }
}

#[test]
fn colour_is_for_state_and_movement_only() {
    let buffer = cells(
        &overview_of(rows()),
        Some(&builder()),
        &selecting("builder"),
        &COLOURS,
        (100, 30),
    );
    let colour = |x, y| buffer[(x, y)].fg;
    let blue = Color::Rgb(0x6C, 0xB6, 0xFF);
    let find = |name: &str| {
        (0..30)
            .find(|y| {
                (5..18)
                    .map(|x| buffer[(x, *y)].symbol())
                    .collect::<String>()
                    .starts_with(name)
            })
            .unwrap()
    };
    assert_eq!(colour(28, find("builder")), blue, "a bar that moves");
    assert_eq!(
        colour(28, find("scribe")),
        Color::Rgb(0xA4, 0xAC, 0xB6),
        "a bar that does not"
    );
    assert_eq!(
        colour(2, find("scribe")),
        blue,
        "the agent's word is not recoloured by a finding"
    );
    assert_eq!(colour(3, find("indexer")), Color::Rgb(0xFF, 0xC2, 0x4D));
    assert_eq!(colour(19, find("deployer")), Color::Rgb(0xFF, 0x8A, 0x80));
}

#[test]
fn long_texts_are_cut_by_columns_and_control_characters_never_pass() {
    let long = "確認してください: 🚀 \u{1b}[31mthe nightly build of every package\u{7}\nand its documentation failed again, see the log".repeat(3);
    let overview = overview_of(vec![
        ProgramRow {
            state: Some(SessionState::Blocked),
            waiting: Some(Waiting {
                since: ago(600),
                change_seen: false,
            }),
            ..row(
                "symbolindexer-background-eu-west-1",
                Section::NeedsYou,
                Shape::Blocked,
                &long,
                90_000,
            )
        },
        ProgramRow {
            state: Some(SessionState::BlockedOrPinned),
            ..row("maybe", Section::NeedsYou, Shape::Blocked, "Either", 5)
        },
        ProgramRow {
            progress: percent(7),
            open_questions: 12,
            finding: Some(Finding::Fell {
                from: percent_of(18),
                to: percent_of(7),
                at: ago(60),
            }),
            ..row("名前が長いプログラム", Section::Working, Shape::Working, &long, 5)
        },
        ProgramRow {
            state: Some(SessionState::Other("reticulating-splines".to_owned())),
            progress: percent(50),
            ..row("odd", Section::Working, Shape::OtherWord, "x", 5)
        },
    ]);
    let drawn = screen(&overview, None, &selecting("odd"), (100, 26));
    assert!(!drawn.contains('\u{1b}') && !drawn.contains('\u{7}'));
    assert_snapshot!("long", drawn);
}

fn percent_of(value: u8) -> cachebash_core::domain::Percent {
    cachebash_core::domain::Percent::of(f64::from(value))
}

#[test]
fn with_two_accounts_each_row_says_whose_it_is() {
    let mut rows = rows();
    rows[5].account = AccountId::new("hub.example.org");
    let overview = Overview {
        accounts: vec![account("Home fleet"), account("hub.example.org")],
        ..overview_of(rows)
    };
    let drawn = screen(&overview, None, &Ui::default(), (100, 30));
    assert!(drawn.starts_with(" 2 servers   1 needs you"));
    let line = drawn.lines().find(|line| line.contains("Auditing")).unwrap();
    assert!(
        line.contains("hub.example.org") && line.contains("≈ 8–14 min"),
        "{line}"
    );
}

#[test]
fn scrolling_ends_where_the_page_ends() {
    let overview = overview_of(rows());
    let page = builder();
    let labels = Labels::terminal(TimeZone::UTC);
    let mut ui = Ui {
        view: View::Program,
        ..selecting("builder")
    };
    ui.press(Key::End, &overview);
    let board = Board {
        overview: &overview,
        page: Some(&page),
        outbox: &[],
        ui: &ui,
        labels: &labels,
        theme: &PAPER,
    };
    let most = board.last_scroll(80, 24);
    ui.scroll = ui.scroll.min(most);
    let at_end = screen(&overview, Some(&page), &ui, (80, 24));
    assert!(at_end.contains("builder.auth-5"), "{at_end}");
    ui.press(Key::Up, &overview);
    let one_up = screen(&overview, Some(&page), &ui, (80, 24));
    assert_ne!(at_end, one_up, "the first step back is seen");
}

#[test]
fn any_size_can_be_drawn() {
    let overview = overview_of(rows());
    for columns in [1, 3, 9, 20, 35, 51, 52, 60, 89, 90, 91, 140] {
        for lines in [1, 2, 3, 4, 5, 9, 40] {
            for view in [View::List, View::Program, View::Help] {
                let ui = Ui {
                    view,
                    demo: Some(Demo {
                        speed: 30,
                        ..Demo::default()
                    }),
                    ..selecting("archivist")
                };
                screen(&overview, Some(&builder()), &ui, (columns, lines));
                screen(
                    &offline(overview.clone()),
                    Some(&builder()),
                    &Ui {
                        view,
                        ..selecting("builder")
                    },
                    (columns, lines),
                );
            }
        }
    }
}

#[test]
fn a_selected_row_is_always_in_sight() {
    let overview = overview_of(rows());
    for row in &overview.rows {
        let drawn = screen(&overview, None, &selecting(row.program.as_str()), (80, 12));
        assert!(drawn.contains('▌') && drawn.contains(row.program.as_str()), "{drawn}");
    }
}

#[test]
fn a_selection_follows_its_program_and_keys_move_it() {
    let mut overview = overview_of(rows());
    let mut ui = Ui::default();
    ui.settle(&overview);
    assert_eq!(ui.position(&overview), Some(0));
    assert_eq!(ui.press(Key::Down, &overview), Some(Wish::Look));
    overview.rows.swap(1, 4);
    assert_eq!(
        ui.position(&overview),
        Some(4),
        "the program moved, the selection with it"
    );
    assert_eq!(ui.press(Key::End, &overview), Some(Wish::Look));
    assert_eq!(ui.press(Key::Down, &overview), None, "there is nothing below the last");
    assert_eq!(
        ui.press(Key::Char('n'), &overview),
        None,
        "there is no network to cut outside a demo"
    );
    assert_eq!(ui.press(Key::Char('q'), &overview), Some(Wish::Quit));
}

#[test]
fn the_last_line_names_only_keys_that_do_something() {
    let overview = overview_of(rows());
    let last = |ui: &Ui, overview: &Overview| screen(overview, None, ui, (100, 20)).lines().last().unwrap().to_owned();
    assert_eq!(
        last(&selecting("builder"), &overview)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" "),
        "↑↓ move ⏎ open r reply / search o outbox w away ? help q quit"
    );
    let demo = Ui {
        demo: Some(Demo {
            speed: 30,
            ..Demo::default()
        }),
        ..selecting("builder")
    };
    assert!(last(&demo, &overview).contains("n cut the network"));
    assert!(
        !last(&Ui::default(), &overview_of(Vec::new())).contains("open"),
        "nothing can be opened"
    );
}

#[test]
fn a_demo_says_how_fast_its_clock_runs() {
    let demo = Demo {
        speed: 30,
        caption: "builder hands off".to_owned(),
        cut: false,
    };
    let ui = Ui {
        demo: Some(demo),
        ..selecting("builder")
    };
    let drawn = screen(&overview_of(rows()), None, &ui, (100, 30));
    assert!(
        drawn.contains("Demo: its clock runs 30 times as fast · builder hands off"),
        "{drawn}"
    );
}

#[test]
fn a_state_that_may_not_be_read_says_which_right_is_missing() {
    let mut page = builder();
    page.context.reading = Reading::NoPermission {
        capability: Some(Capability::new("state.read")),
    };
    let drawn = screen(&overview_of(rows()), Some(&page), &selecting("builder"), (100, 30));
    assert!(drawn.contains("This key may not read builder’s state"), "{drawn}");
    assert!(
        drawn.contains("state.read") && !drawn.contains("Hand-off notes"),
        "{drawn}"
    );
}

#[test]
fn the_gap_is_hatched_and_never_drawn_over() {
    let page = builder();
    let history = page.history.unwrap();
    let end = page.now;
    let (lines, _) = super::chart::lines(&history, end, None, 44, true, &PAPER);
    let drawn = print::lines(&lines, 44, &PAPER);
    let columns: Vec<Vec<char>> = drawn
        .lines()
        .map(|line| format!("{line:<44}").chars().collect())
        .collect();
    let hatched: Vec<usize> = (0..44).filter(|x| columns[0][*x] == '╱').collect();
    assert!((5..=6).contains(&hatched.len()), "eleven of ninety minutes: {drawn}");
    for x in hatched {
        assert!((0..4).all(|y| columns[y][x] == '╱') && columns[4][x] == ' ', "{drawn}");
    }
    let (late, _) = super::chart::lines(&history, end.plus(Span::from_mins(30)), None, 44, true, &PAPER);
    assert!(
        print::lines(&late, 44, &PAPER)
            .lines()
            .next()
            .unwrap()
            .ends_with("╱╱╱╱"),
        "what comes after the last look was not seen"
    );
}
