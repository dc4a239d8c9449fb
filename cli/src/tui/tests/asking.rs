//! Questions that wait: on their asker's card, or in a section of their own.

use cachebash_core::domain::{AccountId, ProgramId, QuestionId};
use cachebash_core::insight::{AskedRow, Headline, Overview, Section};

use super::fleet::{ago, overview_of, rows};
use super::screen;
use crate::tui::ui::Ui;

pub(super) fn asked(asker: Option<&str>, text: &str, cut: bool) -> AskedRow {
    AskedRow {
        account: AccountId::from("home fleet"),
        question: QuestionId::from(text),
        asker: asker.map(ProgramId::from),
        text: text.to_owned(),
        cut,
        options: Vec::new(),
        context: None,
        priority: Some("high".to_owned()),
        status: Some("created".to_owned()),
        asked_at: Some(ago(240)),
        thread: None,
        answerable: asker.is_some(),
    }
}

#[test]
fn what_nobody_knows_who_asks_stands_under_needs_you_and_is_no_program() {
    let overview = Overview {
        headline: Headline::NeedYou(1),
        asked: vec![asked(None, "Deploy now? ", true)],
        ..overview_of(rows())
    };
    let drawn = screen(&overview, None, &Ui::default(), (80, 40));
    let place = |text: &str| drawn.find(text).unwrap_or_else(|| panic!("no {text} in {drawn}"));
    assert!(place("Needs you") < place("Asked of you 1") && place("Asked of you 1") < place("Stalled or silent"));
    for text in [
        "?  An agent asks  high priority",
        "13:58",
        "“Deploy now? …”",
        "Answer in the CacheBash app",
    ] {
        place(text);
    }
    let alone = Overview {
        headline: Headline::QuestionsForYou(1),
        asked: overview.asked,
        ..overview_of(Vec::new())
    };
    let drawn = screen(&alone, None, &Ui::default(), (80, 14));
    assert!(
        drawn.contains("1 question for you") && drawn.contains("An agent asks"),
        "{drawn}"
    );
}

#[test]
fn a_known_askers_question_takes_the_place_of_its_status() {
    let mut rows = rows();
    let row = &mut rows[0];
    assert_eq!(row.section, Section::NeedsYou);
    row.asked = Some(asked(Some("deployer"), "Run it now or at 22:00?", false));
    let status = row.status.clone().unwrap();
    let drawn = screen(&overview_of(rows), None, &Ui::default(), (80, 40));
    assert!(drawn.contains("Run it now or at 22:00?"), "{drawn}");
    assert!(!drawn.contains(&status), "{drawn}");
    assert!(!drawn.contains("Asked of you"));
}
