//! What is worth a sound, and how often.

use proptest::prelude::*;

use super::tracing::{any_life, fold};
use super::world::*;
use crate::domain::{AccountId, KeyHash, ProgramId, Session, Timestamp};
use crate::insight::{
    ALERT_KINDS, AlertKind, AlertRules, AskedRow, DueAlert, Episode, GlanceLevel, KeyFacts, Quiet, Telling, Told,
    episode_of_key, episode_of_question, episodes_of_program, row, weigh,
};

/// What a phone remembers, and what it showed.
struct Phone {
    told: Told,
    rules: AlertRules,
    quiet: Quiet,
    alerts: Vec<DueAlert>,
    held_back: Vec<Vec<DueAlert>>,
}

impl Phone {
    /// One whose person looked before anything of this began.
    fn watching() -> Self {
        let rules = AlertRules {
            told: ALERT_KINDS.into_iter().collect(),
            quiet: None,
            level: GlanceLevel::Full,
        };
        Self {
            told: Told {
                begun: true,
                ..Told::default()
            },
            rules,
            quiet: Quiet::default(),
            alerts: Vec::new(),
            held_back: Vec::new(),
        }
    }

    /// As the store writes it down.
    fn asks(&mut self, episodes: &[Episode], at: Timestamp) -> Telling {
        let telling = weigh(episodes, &self.told, &self.rules, &self.quiet, at);
        self.told.begun |= telling.begins;
        self.told.held.retain(|held| !telling.released.contains(&held.slot()));
        for slot in &telling.forgotten {
            self.told.marks.remove(slot);
        }
        for (slot, mark, held) in &telling.marks {
            self.told.marks.insert(slot.clone(), *mark);
            self.told.held.retain(|before| before.slot() != *slot);
            self.told.held.extend(held.clone());
        }
        self.alerts.extend(telling.alerts.clone());
        if !telling.held_back.is_empty() {
            self.held_back.push(telling.held_back.clone());
        }
        telling
    }

    fn kinds(&self) -> Vec<AlertKind> {
        self.alerts.iter().map(|alert| alert.kind).collect()
    }
}

/// What holds of a program that was watched through these updates.
fn episodes(updates: &[Session], at: Timestamp) -> Vec<Episode> {
    let record = record(updates.last().unwrap().clone(), Some(watched(updates)));
    episodes_of_program(&record, &row(&record, &moment_at(at)).row, at)
}

fn ago(minutes: i64) -> Timestamp {
    NOW.minus(mins(minutes))
}

fn question(id: &str) -> AskedRow {
    AskedRow {
        account: AccountId::from("home"),
        question: id.into(),
        asker: None,
        text: "Deploy now?".to_owned(),
        cut: false,
        options: vec![],
        context: None,
        priority: None,
        status: None,
        asked_at: Some(ago(1)),
        thread: None,
        answerable: false,
    }
}

#[test]
fn a_block_is_told_once_and_the_next_one_again() {
    let mut phone = Phone::watching();
    let mut life = vec![
        session("builder.x", "active", ago(30)),
        session("builder.x", "blocked", ago(20)),
    ];
    for minutes in [19, 15, 10] {
        phone.asks(&episodes(&life, ago(minutes)), ago(minutes));
    }
    // It beats while it waits: the same block.
    life.push(session("builder.x", "blocked", ago(9)));
    phone.asks(&episodes(&life, ago(9)), ago(9));
    assert_eq!(phone.kinds(), [AlertKind::Blocked]);
    assert_eq!(phone.alerts[0].since, Some(ago(20)));

    life.push(session("builder.x", "active", ago(8)));
    phone.asks(&episodes(&life, ago(8)), ago(8));
    life.push(session("builder.x", "blocked", ago(5)));
    phone.asks(&episodes(&life, ago(4)), ago(4));
    assert_eq!(phone.kinds(), [AlertKind::Blocked, AlertKind::Blocked]);
    assert_eq!(
        phone.alerts[0].id, phone.alerts[1].id,
        "the second takes the place of the first"
    );
}

#[test]
fn what_held_when_the_alerts_were_set_up_is_no_news() {
    let mut phone = Phone::watching();
    phone.told.begun = false;
    let life = [
        session("builder.x", "active", ago(30)),
        session("builder.x", "blocked", ago(20)),
    ];
    assert!(phone.asks(&episodes(&life, ago(10)), ago(10)).begins);
    phone.asks(&episodes(&life, ago(9)), ago(9));
    assert!(phone.alerts.is_empty());
    phone.asks(&[episode_of_question(&question("q"))], ago(8));
    assert_eq!(phone.kinds(), [AlertKind::Asked]);
}

#[test]
fn an_agent_that_falls_silent_stands_still_falls_back_or_finishes_is_told_each_once() {
    let mut phone = Phone::watching();
    let silent = [session("a.x", "active", ago(40))];
    let still = [
        with_progress(session("b.x", "active", ago(40)), 20.0),
        with_progress(session("b.x", "active", ago(1)), 20.0),
    ];
    let fell = [
        with_progress(session("c.x", "active", ago(8)), 60.0),
        with_progress(session("c.x", "active", ago(2)), 40.0),
    ];
    let done = [session("d.x", "active", ago(8)), session("d.x", "done", ago(3))];
    for after in 0..3 {
        let at = NOW.plus(secs(after));
        let all: Vec<_> = [&silent[..], &still, &fell, &done]
            .iter()
            .flat_map(|life| episodes(life, at))
            .collect();
        phone.asks(&all, at);
    }
    assert_eq!(
        phone.kinds(),
        [
            AlertKind::Silent,
            AlertKind::Stalled,
            AlertKind::Fell,
            AlertKind::Finished
        ]
    );
}

#[test]
fn who_waits_for_the_person_is_not_told_as_silent_too() {
    let blocked = [
        session("builder.x", "active", ago(60)),
        session("builder.x", "blocked", ago(50)),
    ];
    let kinds: Vec<_> = episodes(&blocked, NOW)
        .iter()
        .map(|episode| episode.event.kind())
        .collect();
    assert_eq!(kinds, [AlertKind::Blocked]);
}

#[test]
fn a_finished_agent_that_goes_on_writing_words_finished_once() {
    let mut phone = Phone::watching();
    let mut life = vec![session("d.x", "active", ago(8)), session("d.x", "done", ago(6))];
    phone.asks(&episodes(&life, ago(5)), ago(5));
    life.push(session("d.x", "done", ago(4)));
    phone.asks(&episodes(&life, ago(3)), ago(3));
    let archived = Session {
        archived: true,
        ..life[2].clone()
    };
    life.push(archived);
    phone.asks(&episodes(&life, ago(2)), ago(2));
    assert_eq!(phone.kinds(), [AlertKind::Finished]);
}

#[test]
fn a_key_is_told_a_week_before_its_estimated_end() {
    let key = |days: i64| KeyFacts {
        hash: KeyHash::from("h"),
        program: ProgramId::from("builder"),
        label: "builder".to_owned(),
        capabilities: vec![],
        active: true,
        created_at: None,
        last_used_at: None,
        revoked_at: None,
        expires_estimate: Some(NOW.plus(DAY.times(days))),
        missing_for_job: vec![],
    };
    let home = AccountId::from("home");
    assert_eq!(episode_of_key(&home, &key(8), NOW), None);
    let mut phone = Phone::watching();
    for days in [7, 6, 0, -3] {
        phone.asks(episode_of_key(&home, &key(days), NOW).as_slice(), NOW);
    }
    assert_eq!(phone.kinds(), [AlertKind::KeyEnding]);
}

#[test]
fn a_rule_that_is_switched_on_tells_what_begins_from_then_on() {
    let mut phone = Phone::watching();
    phone.rules.told.remove(&AlertKind::Asked);
    phone.asks(&[episode_of_question(&question("old"))], ago(3));
    phone.rules.told.insert(AlertKind::Asked);
    let both = [question("old"), question("new")].map(|asked| episode_of_question(&asked));
    phone.asks(&both, ago(2));
    assert_eq!(phone.alerts.len(), 1);
    assert_eq!(phone.alerts[0].since, None);
    assert!(
        !phone.alerts[0].id.contains("new"),
        "an id says nothing: {}",
        phone.alerts[0].id
    );
}

#[test]
fn quiet_hours_hold_back_and_tell_once_together_what_is_over_by_then_too() {
    let mut phone = Phone::watching();
    let night = (ago(600), ago(60));
    phone.quiet.until = Some(night.1);
    let mut life = vec![
        session("builder.x", "active", ago(400)),
        session("builder.x", "blocked", ago(300)),
    ];
    phone.asks(&episodes(&life, ago(299)), ago(299));
    phone.asks(&[episode_of_question(&question("q"))], ago(200));
    assert!(phone.alerts.is_empty() && phone.held_back.is_empty());
    assert_eq!(phone.told.held.len(), 2);

    life.push(session("builder.x", "active", ago(61)));
    phone.quiet = Quiet {
        until: None,
        last: Some(night),
    };
    for minutes in [60, 59, 58] {
        let mut holding = episodes(&life, ago(minutes));
        holding.push(episode_of_question(&question("q")));
        phone.asks(&holding, ago(minutes));
    }
    assert!(phone.alerts.is_empty());
    let told: Vec<_> = phone
        .held_back
        .concat()
        .iter()
        .map(|alert| (alert.kind, alert.over))
        .collect();
    assert_eq!(phone.held_back.len(), 1, "together");
    assert_eq!(told, [(AlertKind::Blocked, true), (AlertKind::Asked, false)]);
}

#[test]
fn a_phone_that_slept_through_the_night_tells_the_night_together() {
    let mut phone = Phone::watching();
    phone.quiet.last = Some((ago(600), ago(60)));
    let night = [session("a.x", "active", ago(400)), session("a.x", "blocked", ago(300))];
    let morning = [session("b.x", "active", ago(70)), session("b.x", "blocked", ago(50))];
    let all = [episodes(&night, ago(45)), episodes(&morning, ago(45))].concat();
    phone.asks(&all, ago(45));
    let programs = |alerts: &[DueAlert]| -> Vec<_> { alerts.iter().filter_map(|a| a.program.clone()).collect() };
    assert_eq!(programs(&phone.alerts), [ProgramId::from("b")]);
    assert_eq!(programs(&phone.held_back.concat()), [ProgramId::from("a")]);
}

#[test]
fn a_mark_is_let_go_a_month_after_what_it_was_of() {
    let mut phone = Phone::watching();
    let question = episode_of_question(&question("q"));
    phone.asks(std::slice::from_ref(&question), NOW);
    let later = NOW.plus(DAY.times(40));
    assert!(
        phone.asks(std::slice::from_ref(&question), later).is_empty(),
        "it waits still"
    );
    let other = episode_of_question(&self::question("other"));
    phone.asks(std::slice::from_ref(&other), later);
    assert_eq!(phone.told.marks.len(), 1);
    assert_eq!(phone.alerts.len(), 2);
}

#[test]
fn a_locked_screen_shows_as_much_as_was_allowed() {
    let asked = AskedRow {
        asker: Some(ProgramId::from("builder")),
        ..question("q")
    };
    let shown = |level| {
        let alert = DueAlert::of(episode_of_question(&asked), level, false);
        (alert.program.is_some(), alert.words.is_some())
    };
    assert_eq!(shown(GlanceLevel::Full), (true, true));
    assert_eq!(shown(GlanceLevel::Names), (true, false));
    assert_eq!(shown(GlanceLevel::Counts), (false, false));
}

proptest! {
    #[test]
    fn whatever_happens_and_whenever_one_asks_no_beginning_is_told_twice(
        life in any_life(),
        asks in proptest::collection::vec((0..40usize, 0..3_000_000i64, any::<bool>()), 1..30),
    ) {
        let mut phone = Phone::watching();
        let mut asks = asks;
        asks.sort_unstable();
        let mut at = life[0].0.last_update.unwrap();
        let mut last = 0;
        for (place, later, quiet) in asks {
            let known = place.min(life.len() - 1).max(last);
            last = known;
            let (session, _) = &life[known];
            at = at.max(session.last_update.unwrap()).plus(crate::domain::Span::from_millis(later));
            phone.quiet.until = quiet.then_some(at);
            let record = record(session.clone(), Some(fold(&life[..=known])));
            let holding = episodes_of_program(&record, &row(&record, &moment_at(at)).row, at);
            phone.asks(&holding, at);
            // Asked again at once, as two faces would: nothing is left to say.
            let again = phone.asks(&holding, at);
            prop_assert!(again.is_empty(), "{:?}", again);
        }
        phone.quiet = Quiet::default();
        phone.asks(&[], at);
        let mut told: Vec<_> = phone.held_back.concat();
        told.extend(phone.alerts);
        let mut beginnings: Vec<_> = told.iter().map(|alert| (alert.id.clone(), alert.since)).collect();
        beginnings.sort();
        let all = beginnings.len();
        beginnings.dedup();
        prop_assert_eq!(all, beginnings.len());
    }
}
