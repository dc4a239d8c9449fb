//! Which session speaks for a program, and in which order programs stand.

use proptest::prelude::*;

use super::world::*;
use crate::domain::{ProgramId, Session, Timestamp};
use crate::insight::{Headline, Judged, Section, Shape, arrange, headline, pick, row};

#[test]
fn b15_newest_live_session_by_last_update_speaks_whatever_the_heartbeats_say() {
    // The older one still beats; comparing its heartbeat with the other's update is how the wrong one was shown.
    let beating = Session {
        last_heartbeat: Some(NOW),
        ..session("builder.auth-6", "active", NOW.minus(mins(9)))
    };
    let newest = Session {
        last_heartbeat: None,
        ..session("builder.auth-7", "active", NOW.minus(mins(1)))
    };
    let ended_later = ended("builder.auth-8", NOW);
    let sessions = [beating, newest, ended_later];
    assert_eq!(pick(&sessions).unwrap().id.as_str(), "builder.auth-7");
}

#[test]
fn b15_with_none_live_the_newest_ended_one_speaks_and_ties_go_to_the_first_id() {
    let sessions = [ended("b.2", NOW), ended("b.1", NOW), ended("b.0", NOW.minus(mins(1)))];
    assert_eq!(pick(&sessions).unwrap().id.as_str(), "b.1");
    let undated = [
        Session {
            last_update: None,
            ..session("b.0", "active", NOW)
        },
        session("b.1", "active", NOW),
    ];
    assert_eq!(pick(&undated).unwrap().id.as_str(), "b.1");
    assert_eq!(pick(&[]), None);
}

#[test]
fn b19_a_name_with_heartbeat_in_it_is_shown_and_so_is_the_eleventh_program() {
    let named = Session {
        name: Some("heartbeat".to_owned()),
        ..session("heartbeat.heartbeat-1", "active", NOW)
    };
    assert!(pick(std::slice::from_ref(&named)).is_some());
    let mut judged = vec![row(&record(named, None), &now())];
    for n in 0..24 {
        judged.push(row(&record(session(&format!("p{n}.s"), "active", NOW), None), &now()));
    }
    let (rows, sections) = arrange(judged);
    assert_eq!(rows.len(), 25);
    assert!(rows.iter().any(|row| row.program.as_str() == "heartbeat"));
    assert_eq!(sections.iter().map(|section| section.count).sum::<u32>(), 25);
}

#[test]
fn sections_stand_in_order_and_inside_one_the_oldest_entry_comes_first() {
    let blocked = |id: &str, since: i64| judged(&[session(id, "blocked", NOW.minus(mins(since)))], NOW);
    let never_seen = {
        let mut record = record(session("archivist", "active", NOW), None);
        record.current = None;
        row(&record, &now())
    };
    let (rows, sections) = arrange(vec![
        never_seen,
        judged(&[session("builder.1", "active", NOW)], NOW),
        judged(&[session("sentinel.1", "pinned", NOW)], NOW),
        blocked("late", 1),
        blocked("early", 4),
        blocked("also-late", 1),
        judged(&[session("scribe.1", "active", NOW.minus(mins(124)))], NOW),
        judged(&[ended("linter.1", NOW.minus(mins(200)))], NOW),
    ]);
    let names: Vec<_> = rows.iter().map(|row| row.program.as_str()).collect();
    assert_eq!(
        names,
        [
            "early",
            "also-late",
            "late",
            "scribe",
            "builder",
            "sentinel",
            "linter",
            "archivist"
        ]
    );
    let summary: Vec<_> = sections.iter().map(|s| (s.section, s.count)).collect();
    use Section::*;
    assert_eq!(
        summary,
        [
            (NeedsYou, 3),
            (StalledOrSilent, 1),
            (Working, 1),
            (Pinned, 1),
            (FinishedToday, 1),
            (Quiet, 1)
        ]
    );
    assert_eq!(sections[1].shapes, [Shape::WorkingSilent]);
    assert_eq!(sections[5].shapes, [Shape::NeverSeen]);
}

#[test]
fn the_title_answers_who_needs_me() {
    let sections_of = |updates: &[Session]| arrange(vec![judged(updates, NOW)]).1;
    let blocked = sections_of(&[session("deployer.1", "blocked", NOW)]);
    let working = sections_of(&[session("builder.1", "active", NOW)]);
    assert_eq!(headline(&blocked, 0, true), Headline::NeedYou(1));
    assert_eq!(headline(&blocked, 0, false), Headline::NeedYou(1));
    assert_eq!(headline(&working, 0, true), Headline::NothingNeedsYou);
    assert_eq!(headline(&working, 0, false), Headline::NothingNeededYou);
    assert_eq!(headline(&[], 0, true), Headline::Nobody);
    assert_eq!(
        headline(&blocked, 2, true),
        Headline::NeedYou(1),
        "an agent that waits comes first"
    );
    assert_eq!(headline(&working, 2, false), Headline::QuestionsForYou(2));
    assert_eq!(headline(&[], 1, true), Headline::QuestionsForYou(1));
}

fn any_session() -> impl Strategy<Value = Session> {
    (0..6u8, proptest::option::of(0..4i64), any::<bool>()).prop_map(|(id, update, archived)| Session {
        last_update: update.map(Timestamp::from_millis),
        archived,
        ..session(&format!("p.{id}"), "active", NOW)
    })
}

proptest! {
    #[test]
    fn picking_does_not_depend_on_the_order_of_the_list(mut sessions in prop::collection::vec(any_session(), 1..8)) {
        let key = |s: &Session| (s.id.clone(), s.last_update, s.archived);
        let picked = pick(&sessions).map(key);
        sessions.reverse();
        prop_assert_eq!(pick(&sessions).map(key), picked.clone());
        let (_, _, archived) = picked.unwrap();
        prop_assert_eq!(archived, sessions.iter().all(|s| s.archived));
    }

    #[test]
    fn arranging_loses_nobody_and_depends_on_no_order(entries in prop::collection::vec((0..5i64, 0..6usize), 0..20)) {
        let judged: Vec<Judged> = entries.iter().enumerate().map(|(n, (at, section))| {
            let mut judged = row(&record(session("p.s", "active", NOW), None), &now());
            judged.row.program = ProgramId::new(format!("p{n:02}"));
            judged.row.section = crate::insight::SECTIONS[*section];
            judged.entered_at = Timestamp::from_millis(*at);
            judged
        }).collect();
        let mut reversed = judged.clone();
        reversed.reverse();
        let (rows, sections) = arrange(judged);
        prop_assert_eq!(rows.len(), entries.len());
        prop_assert_eq!(sections.iter().map(|s| s.shapes.len()).sum::<usize>(), rows.len());
        prop_assert!(rows.is_sorted_by_key(|row| row.section));
        prop_assert_eq!(arrange(reversed), (rows, sections));
    }
}
