//! What a server's register and measurements add to a page, what it does not offer, and sprints in print.

use cachebash_core::domain::{AccountId, ContextLeft, Sprint, Story};
use cachebash_core::insight::{ListWindow, ProgramPage, ProgramRow, SprintRow, SprintsView};
use insta::assert_snapshot;
use jiff::tz::TimeZone;

use super::fleet::{NOW, ago, builder, overview_of, rows};
use super::{PAPER, screen, selecting};
use crate::tui::said::Said;
use crate::tui::ui::Key;
use crate::tui::{print, sprints};
use crate::words::Labels;

fn opened(page: &ProgramPage) -> String {
    let overview = overview_of(rows());
    let mut ui = selecting("builder");
    ui.press(Key::Enter, &overview);
    screen(&overview, Some(page), &ui, (80, 24))
}

fn described() -> ProgramPage {
    let page = builder();
    ProgramPage {
        row: ProgramRow {
            name: Some("Night builder".to_owned()),
            role: Some("Builder".to_owned()),
            hand_off_required: true,
            ..page.row
        },
        ..page
    }
}

#[test]
fn a_page_says_the_role_and_that_its_agent_asks_to_be_relieved() {
    let drawn = opened(&described());
    assert!(drawn.contains("◔ Working  Night builder · Builder"), "{drawn}");
    assert_snapshot!("relieved", drawn);
}

#[test]
fn a_session_that_is_over_asks_for_nothing() {
    let mut page = described();
    page.row.live = false;
    assert!(!opened(&page).contains("Asks to be relieved"));
}

#[test]
fn a_server_that_does_not_measure_contexts_is_said_not_to() {
    let mut page = builder();
    let session = page.session.as_mut().unwrap();
    session.context_left = ContextLeft::NotReported;
    assert!(!opened(&page).contains("Context"), "nobody asked yet");
    page.context_use_offered = Some(false);
    assert!(opened(&page).contains("Not offered here"));
}

fn story(title: &str, wave: u32, status: &str, doing: Option<&str>) -> Story {
    Story {
        id: title.to_owned(),
        title: Some(title.to_owned()),
        status: Some(status.to_owned()),
        wave: Some(wave),
        current_action: doing.map(str::to_owned),
        progress: None,
        started_at: None,
        completed_at: None,
    }
}

fn printed(view: &SprintsView) -> String {
    let overview = overview_of(rows());
    let labels = Labels::terminal(TimeZone::UTC);
    let lines = sprints::sprints(view, 80, &Said::of(&labels, &overview), &PAPER);
    print::lines(&lines, 80, &PAPER)
}

fn view(rows: Vec<SprintRow>, not_offered: Vec<AccountId>) -> SprintsView {
    SprintsView {
        list: ListWindow {
            offset: 0,
            total: u32::try_from(rows.len()).unwrap(),
            rows,
            as_of: Some(NOW),
            now: NOW,
            fresh: true,
            notice: None,
            sources: Vec::new(),
        },
        not_offered,
    }
}

#[test]
fn sprints_are_printed_with_their_stories_by_wave() {
    let sprint = Sprint {
        id: "s1".to_owned(),
        title: Some("Sprint: demo-app".to_owned()),
        status: Some("active".to_owned()),
        project: Some("demo-app".to_owned()),
        branch: Some("main".to_owned()),
        created_at: Some(ago(3_600)),
        started_at: Some(ago(3_600)),
        completed_at: None,
        stories: vec![
            story("Parser", 1, "done", None),
            story("Printer", 2, "active", Some("Writing the tests")),
        ],
    };
    let row = SprintRow {
        account: AccountId::new("home fleet"),
        done: 1,
        sprint,
    };
    assert_snapshot!("sprints", printed(&view(vec![row], Vec::new())));
}

#[test]
fn a_server_without_sprints_is_said_not_to_have_them() {
    let told = printed(&view(Vec::new(), vec![AccountId::new("home fleet")]));
    assert!(told.contains("Not offered here"), "{told}");
}
