//! The search page: what is typed, what is found, where it leads.

use cachebash_core::domain::{AccountId, ProgramId, TaskId};
use cachebash_core::search::{Hit, HitKind, KindCount, Mark, Opens, SearchPage, SearchReach};
use insta::assert_snapshot;
use ratatui::style::Modifier;

use super::fleet::{ago, overview_of, rows};
use super::{COLOURS, PAPER, cells, screen};
use crate::tui::print;
use crate::tui::theme::Theme;
use crate::tui::ui::{Key, Search, Ui, View, Wish};

/// A hit whose matches stand between brackets.
fn hit(kind: HitKind, program: &str, minutes: i64, piece: &str) -> Hit {
    let (mut text, mut marks, mut start) = (String::new(), Vec::new(), 0);
    for letter in piece.chars() {
        let at = u32::try_from(text.encode_utf16().count()).unwrap();
        match letter {
            '[' => start = at,
            ']' => marks.push(Mark { start, end: at }),
            letter => text.push(letter),
        }
    }
    Hit {
        account: AccountId::from("home fleet"),
        kind,
        program: Some(ProgramId::from(program)),
        opens: Opens::Program {
            program: ProgramId::from(program),
        },
        at: Some(ago(minutes * 60)),
        piece: text,
        marks,
        cut_before: false,
        cut_after: false,
        kept_here: false,
    }
}

fn found() -> SearchPage {
    let hits = vec![
        hit(
            HitKind::OpenQuestion,
            "builder",
            8,
            "Should an expired [refresh tok]en answer 401 or 403?",
        ),
        Hit {
            cut_before: true,
            ..hit(
                HitKind::HandOffNotes,
                "builder",
                92,
                "Left for the next session: a [refresh tok]en that arrives in its last second.",
            )
        },
        Hit {
            kept_here: true,
            ..hit(HitKind::WorkItem, "builder", 92, "[Refresh tok]en edge cases")
        },
        Hit {
            opens: Opens::Task {
                task: TaskId::from("t"),
            },
            ..hit(
                HitKind::Task,
                "somebody-else",
                180,
                "Check the [refresh] path: a [tok]en must not outlive its session",
            )
        },
        hit(
            HitKind::Message,
            "orchestrator",
            4_182,
            "日本語 [refresh tok]ens, reviewer the login path.",
        ),
    ];
    let count = |kind| KindCount { kind, count: 1 };
    SearchPage {
        kinds: hits.iter().map(|hit| count(hit.kind)).collect(),
        total: 5,
        hits,
        offset: 0,
        now: ago(0),
        reach: SearchReach {
            programs: 13,
            states_read: 13,
            tasks: 50,
            messages_since: Some(ago(5 * 86_400)),
            questions_whole: false,
        },
    }
}

fn searching(text: &str, page: Option<SearchPage>) -> Ui {
    Ui {
        view: View::Search,
        search: Search {
            text: text.to_owned(),
            page,
            ..Search::default()
        },
        ..Ui::default()
    }
}

#[test]
fn hits_say_whose_they_are_what_and_when_and_what_is_not_here() {
    let ui = searching("refresh tok", Some(found()));
    assert_snapshot!("search", screen(&overview_of(rows()), None, &ui, (80, 24)));
}

#[test]
fn on_a_small_screen_without_utf8_the_selected_hit_is_in_sight() {
    let mut ui = searching("refresh tok", Some(found()));
    ui.search.selected = 4;
    let plain = Theme {
        unicode: false,
        ..PAPER
    };
    let drawn = print::text(&cells(&overview_of(rows()), None, &ui, &plain, (50, 12)), &plain);
    assert!(drawn.is_ascii(), "{drawn}");
    assert_snapshot!("search_small", drawn);
}

#[test]
fn what_matches_is_bold_and_underlined_and_nothing_else_is() {
    let ui = searching("refresh tok", Some(found()));
    let drawn = cells(&overview_of(rows()), None, &ui, &COLOURS, (80, 24));
    let underlined: String = drawn
        .content()
        .iter()
        .filter(|cell| cell.modifier.contains(Modifier::UNDERLINED | Modifier::BOLD))
        .map(|cell| cell.symbol())
        .collect();
    assert_eq!(underlined, "refresh tokrefresh tokRefresh tokrefreshtokrefresh tok");
}

#[test]
fn everything_typed_is_looked_for_and_only_escape_leaves() {
    let overview = overview_of(rows());
    let mut ui = Ui::default();
    assert_eq!(ui.press(Key::Char('/'), &overview), None, "nothing was typed yet");
    assert!(screen(&overview, None, &ui, (80, 24)).contains("Type words."));
    for letter in "q? o".chars() {
        assert_eq!(ui.press(Key::Char(letter), &overview), Some(Wish::Search));
    }
    assert_eq!(ui.press(Key::Backspace, &overview), Some(Wish::Search));
    assert_eq!(ui.search.text, "q? ");
    ui.paste("two\nlines\u{1b}[0m");
    assert_eq!(ui.search.text, "q? two lines [0m");
    assert_eq!(ui.press(Key::Enter, &overview), Some(Wish::Open));
    ui.press(Key::Escape, &overview);
    assert_eq!(ui.view, View::List);
    assert_eq!(
        ui.press(Key::Char('/'), &overview),
        Some(Wish::Search),
        "looked for again, it may have changed"
    );
}

#[test]
fn arrows_go_from_hit_to_hit_and_typing_begins_at_the_first() {
    let overview = overview_of(rows());
    let mut ui = searching("refresh tok", Some(found()));
    for _ in 0..9 {
        ui.press(Key::Down, &overview);
    }
    assert_eq!(ui.search.selected, 4);
    ui.press(Key::Up, &overview);
    assert_eq!(ui.search.selected, 3);
    ui.press(Key::Char('e'), &overview);
    assert_eq!(ui.search.selected, 0);
    let none = SearchPage {
        hits: Vec::new(),
        kinds: Vec::new(),
        total: 0,
        ..found()
    };
    let drawn = screen(&overview, None, &searching("zzz", Some(none)), (80, 24));
    assert!(drawn.contains("Nothing kept here has all of these words."), "{drawn}");
}
