//! The fleet at a glance: small, whole, and no more than one wants to show.

use proptest::prelude::*;

use super::world::*;
use crate::domain::{Account, AccountId, KeyHash, ProgramId, Session, Span, Timestamp};
use crate::insight::{
    AskedRow, GLANCE_LIMIT, Glance, GlanceLevel, Headline, Overview, Section, arrange, glance, headline, row,
};

const LEVELS: [GlanceLevel; 3] = [GlanceLevel::Counts, GlanceLevel::Names, GlanceLevel::Full];

fn account(label: &str) -> Account {
    Account {
        id: AccountId::from("home"),
        server: "https://host".to_owned(),
        label: label.to_owned(),
        key_hash: KeyHash::from("h"),
        writes_allowed: false,
    }
}

fn asked(text: &str) -> AskedRow {
    AskedRow {
        account: AccountId::from("home"),
        question: "q".into(),
        asker: None,
        text: text.to_owned(),
        cut: false,
        options: vec![],
        context: None,
        priority: None,
        status: None,
        asked_at: Some(NOW),
        thread: None,
        answerable: false,
    }
}

/// The overview of these sessions, each its program's, as the façade puts it together.
fn overview(sessions: &[Session], asked: Vec<AskedRow>, accounts: Vec<Account>) -> Overview {
    let judged = sessions.iter().map(|session| {
        row(
            &record(session.clone(), Some(watched(std::slice::from_ref(session)))),
            &now(),
        )
    });
    let (rows, sections) = arrange(judged.collect());
    Overview {
        headline: headline(&sections, asked.len(), true),
        sections,
        asked,
        offset: 0,
        total: u32::try_from(rows.len()).unwrap(),
        rows,
        accounts,
        as_of: Some(NOW),
        judged_at: NOW,
        now: NOW,
        server_offset: Span::default(),
        fresh: true,
        server_ahead: None,
        notice: None,
        sources: vec![],
        next_check: None,
    }
}

fn says(id: &str, word: &str, status: &str) -> Session {
    Session {
        status: Some(status.to_owned()),
        ..with_progress(session(id, word, NOW), 45.0)
    }
}

fn fleet() -> Overview {
    let sessions = [
        says("builder.auth", "active", "Wiring token refresh"),
        says(
            "deployer.db",
            "blocked",
            "The migration locks users for 40 s. Run it now?",
        ),
        says("linter.all", "done", "Auth package is clean"),
    ];
    overview(&sessions, vec![asked("Deploy now?")], vec![account("Home fleet")])
}

fn text(glance: &Glance) -> String {
    String::from_utf8(glance.to_bytes().unwrap()).unwrap()
}

#[test]
fn what_needs_the_person_comes_first_and_numbers_count_all() {
    let glance = glance(&fleet(), GlanceLevel::Full, None);
    assert_eq!(glance.headline, Headline::NeedYou(1));
    assert_eq!((glance.total, glance.asked), (3, 1));
    assert_eq!(glance.rows[0].program, "deployer");
    assert_eq!(glance.rows[0].section, Section::NeedsYou);
    assert_eq!(glance.rows[0].waiting_since, Some(NOW));
    assert_eq!(glance.strip.len(), 3);
    let counted: Vec<_> = glance
        .sections
        .iter()
        .map(|known| (known.section, known.count))
        .collect();
    assert_eq!(
        counted,
        [
            (Section::NeedsYou, 1),
            (Section::Working, 1),
            (Section::FinishedToday, 1)
        ]
    );
}

#[test]
fn what_a_level_leaves_out_is_not_in_its_bytes() {
    let [counts, names, full] = LEVELS.map(|level| text(&glance(&fleet(), level, None)));
    for name in ["builder", "deployer", "linter"] {
        assert!(!counts.contains(name), "{counts}");
        assert!(names.contains(name) && full.contains(name));
    }
    assert!(!counts.contains("home"), "nor whose they are");
    for words in ["migration", "token", "clean", "Deploy"] {
        assert!(!counts.contains(words) && !names.contains(words), "{names}");
        assert!(full.contains(words), "{full}");
    }
}

#[test]
fn an_account_is_named_where_there_are_two() {
    let mut two = fleet();
    assert_eq!(glance(&two, GlanceLevel::Names, None).rows[0].label, None);
    two.accounts.push(Account {
        id: AccountId::from("work"),
        ..account("Work")
    });
    assert_eq!(
        glance(&two, GlanceLevel::Names, None).rows[0].label.as_deref(),
        Some("Home fleet")
    );
}

#[test]
fn it_is_the_past_once_an_agent_could_have_fallen_silent_or_the_day_is_over() {
    let expires = |midnight| glance(&fleet(), GlanceLevel::Names, midnight).expires_at;
    assert_eq!(expires(Some(NOW.plus(DAY))), Some(NOW.plus(mins(30))));
    assert_eq!(expires(Some(NOW.plus(mins(10)))), Some(NOW.plus(mins(10))));
    let never_read = Overview {
        as_of: None,
        ..overview(&[], vec![], vec![])
    };
    let empty = glance(&never_read, GlanceLevel::Names, None);
    assert_eq!((empty.expires_at, empty.headline), (None, Headline::Nobody));
}

#[test]
fn one_of_another_version_is_not_read() {
    let mut known = glance(&fleet(), GlanceLevel::Full, None);
    assert_eq!(Glance::from_bytes(&known.to_bytes().unwrap()), Some(known.clone()));
    known.version += 1;
    assert_eq!(Glance::from_bytes(&known.to_bytes().unwrap()), None);
    assert_eq!(Glance::from_bytes(b"{"), None);
}

#[test]
fn a_name_longer_than_any_loses_its_middle() {
    let long = format!("{}.x", "ж".repeat(400));
    let overview = overview(&[says(&long, "active", "")], vec![], vec![]);
    let program = glance(&overview, GlanceLevel::Names, None).rows[0].program.clone();
    assert!(program.len() <= 96 && program.starts_with('ж') && program.ends_with('ж') && program.contains('…'));
}

/// Letters of one to four bytes, and those that JSON writes with six.
fn any_text(most: usize) -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        Just('a'),
        Just('ж'),
        Just('本'),
        Just('🦀'),
        Just('\u{1}'),
        Just('"'),
        Just('\\')
    ];
    let piece = proptest::collection::vec(letter, 1..6).prop_map(String::from_iter);
    (piece, 0..most / 3).prop_map(|(piece, times)| piece.repeat(times))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn it_is_under_four_kilobytes_whatever_the_fleet_and_the_same_for_the_same(
        programs in proptest::collection::vec((any_text(300), any_text(2_000), 0..4usize), 0..90),
        question in any_text(3_000),
        labels in proptest::collection::vec(any_text(500), 0..4),
    ) {
        let sessions: Vec<_> = programs
            .iter()
            .zip(0..)
            .map(|((name, status, word), n)| {
                let id = format!("{name}{n}.x");
                says(&id, ["active", "blocked", "done", "napping"][*word], status)
            })
            .collect();
        let accounts = labels.iter().map(|label| account(label)).collect();
        let overview = overview(&sessions, vec![asked(&question)], accounts);
        for level in LEVELS {
            let made = glance(&overview, level, None);
            let bytes = made.to_bytes().unwrap();
            prop_assert!(bytes.len() < GLANCE_LIMIT, "{} bytes", bytes.len());
            prop_assert_eq!(&bytes, &glance(&overview, level, None).to_bytes().unwrap());
            prop_assert_eq!(Glance::from_bytes(&bytes), Some(made.clone()));
            prop_assert_eq!(made.total as usize, sessions.len());
            let first = overview.rows.iter().map(|row| row.shape);
            prop_assert!(made.rows.iter().map(|row| row.shape).eq(first.take(made.rows.len())));
            prop_assert!(level == GlanceLevel::Counts || !made.rows.is_empty() || sessions.is_empty());
        }
    }
}

#[test]
fn a_program_is_opened_by_the_id_that_a_glance_gives() {
    let row = &glance(&fleet(), GlanceLevel::Names, None).rows[0];
    assert_eq!(ProgramId::new(row.program.clone()), ProgramId::from("deployer"));
    assert_eq!(row.last_heard.map(Timestamp::as_millis), Some(NOW.as_millis()));
}
