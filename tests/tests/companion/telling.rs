//! Alerts: each beginning told once, whatever the phone, the network and the agents do in between.

use std::collections::BTreeMap;

use cachebash_core::companion::{CompanionError, RejectedReason};
use cachebash_core::domain::{Span, Timestamp};
use cachebash_core::insight::{AlertKind, AlertRules, DueAlerts, GlanceLevel, QuietHours};
use cachebash_tests::dice::Dice;
use cachebash_tests::files::files;
use cachebash_tests::line::Mode;
use serde_json::json;

use crate::world::{NOON, World};

const PERIOD: Span = Span::from_secs(15);

fn due(world: &World) -> DueAlerts {
    world.companion.take_due_alerts().unwrap()
}

fn told(world: &World) -> Vec<(AlertKind, String)> {
    let program = |alert: cachebash_core::insight::DueAlert| (alert.kind, alert.program.unwrap().to_string());
    due(world).alerts.into_iter().map(program).collect()
}

async fn works(world: &World, program: &str) {
    let session = format!("{program}.x");
    let body = json!({"sessionId": session, "programId": program, "name": "X", "status": "At it", "state": "working"});
    world.fleet.creates(body).await;
}

async fn says(world: &World, program: &str, state: &str, status: &str) {
    let change = json!({"status": status, "state": state});
    world.fleet.updates(&format!("{program}.x"), change).await;
}

/// Each look reads one of the lists in turn.
async fn reads_every_list(world: &World) {
    for _ in 0..3 {
        world.refresh().await;
    }
}

/// A phone that watched a builder at work before anything of a story happens.
async fn watching() -> World {
    let world = World::new().await;
    works(&world, "builder").await;
    reads_every_list(&world).await;
    assert_eq!(due(&world), DueAlerts::default(), "what was there before is no news");
    world.at(PERIOD);
    world
}

fn blocked() -> Vec<(AlertKind, String)> {
    vec![(AlertKind::Blocked, "builder".to_owned())]
}

#[tokio::test]
async fn a_block_is_told_once_through_refreshes_restarts_and_a_network_that_comes_and_goes() {
    let mut world = watching().await;
    says(&world, "builder", "blocked", "Run it now?").await;
    world.refresh().await;
    assert_eq!(told(&world), blocked());
    assert_eq!(told(&world), []);

    world.at(PERIOD.times(2));
    world.refresh().await;
    assert_eq!(told(&world), []);

    world.line.is(Mode::Cut);
    world.at(PERIOD.times(40));
    let _ = world.companion.refresh(None).await;
    assert_eq!(told(&world), []);
    world.kill_and_start();
    assert_eq!(told(&world), [], "judged from the files alone");
    world.line.is(Mode::Open);
    // It beat in between, so its record is newer than the block.
    says(&world, "builder", "blocked", "Run it now?").await;
    world.refresh().await;
    assert_eq!(told(&world), []);

    world.companion.suspend().await.unwrap();
    world.companion.resume().await.unwrap();
    world.refresh().await;
    assert_eq!(told(&world), []);
}

#[tokio::test]
async fn what_was_seen_a_moment_before_the_app_was_killed_is_known_as_told_afterwards() {
    let mut world = watching().await;
    says(&world, "builder", "blocked", "Run it now?").await;
    world.refresh().await;
    assert_eq!(told(&world), blocked());
    world.kill_and_start();
    world.at(PERIOD.times(2));
    says(&world, "builder", "blocked", "Still here").await;
    world.refresh().await;
    assert_eq!(
        told(&world),
        [],
        "the same block, though its record is newer than the alert"
    );
}

#[tokio::test]
async fn the_next_block_of_the_same_session_is_told_again() {
    let world = watching().await;
    for n in 1..=3_i64 {
        says(&world, "builder", "blocked", "Run it now?").await;
        world.refresh().await;
        assert_eq!(told(&world), blocked());
        world.at(PERIOD.times(2 * n));
        says(&world, "builder", "working", "Thanks").await;
        world.refresh().await;
        assert_eq!(told(&world), []);
        world.at(PERIOD.times(2 * n + 1));
    }
}

#[tokio::test]
async fn asking_when_there_is_no_news_writes_nothing() {
    let world = watching().await;
    says(&world, "builder", "blocked", "Run it now?").await;
    world.refresh().await;
    assert_eq!(told(&world), blocked());
    let written = || {
        let mut files = files(world.phone.dir.path());
        // Who reads, not what is kept.
        files.retain(|path, _| !path.to_string_lossy().ends_with("-shm"));
        files
    };
    let before = written();
    for _ in 0..5 {
        assert_eq!(told(&world), []);
    }
    for (path, bytes) in written() {
        assert!(before[&path] == bytes, "{}", path.display());
    }
}

#[tokio::test]
async fn two_faces_on_one_folder_are_not_told_the_same() {
    let world = watching().await;
    let other = world.phone.open();
    says(&world, "builder", "blocked", "Run it now?").await;
    world.refresh().await;
    let mut all = due(&world).alerts;
    all.extend(other.take_due_alerts().unwrap().alerts);
    assert_eq!(all.len(), 1);
}

#[tokio::test]
async fn an_alert_says_as_much_as_the_person_lets_it() {
    let world = watching().await;
    assert_eq!(world.companion.alert_rules().unwrap(), AlertRules::default());
    let rules = AlertRules {
        level: GlanceLevel::Full,
        ..AlertRules::default()
    };
    world.companion.set_alert_rules(&rules).unwrap();
    says(&world, "builder", "blocked", "Run it now?").await;
    world.refresh().await;
    let alert = due(&world).alerts.remove(0);
    assert_eq!(alert.words.as_deref(), Some("Run it now?"));
    assert_eq!(alert.since, Some(NOON.plus(PERIOD)));
    let bad = AlertRules {
        quiet: Some(QuietHours { from: 60, until: 60 }),
        ..rules.clone()
    };
    let refused = world.companion.set_alert_rules(&bad).unwrap_err();
    let field = "quiet".to_owned();
    let reason = RejectedReason::Invalid { field };
    assert_eq!(refused, CompanionError::Rejected { reason });
    assert_eq!(world.companion.alert_rules().unwrap(), rules, "and kept as it was");
}

#[tokio::test]
async fn quiet_hours_outlive_a_restart_and_end_with_one_summary() {
    let mut world = watching().await;
    works(&world, "deployer").await;
    world.refresh().await;
    due(&world);
    let rules = AlertRules {
        // 12:00 to 13:00 here, and the test begins at noon.
        quiet: Some(QuietHours { from: 720, until: 780 }),
        ..AlertRules::default()
    };
    world.companion.set_alert_rules(&rules).unwrap();
    says(&world, "builder", "blocked", "Run it now?").await;
    says(&world, "deployer", "blocked", "Which one?").await;
    world.refresh().await;
    let quiet = due(&world);
    assert!(quiet.alerts.is_empty() && quiet.held_back.is_empty());
    assert_eq!(quiet.quiet_until, Some(NOON.plus(Span::from_mins(60))));

    world.kill_and_start();
    world.at(Span::from_mins(30));
    says(&world, "builder", "working", "Went on").await;
    world.refresh().await;
    assert!(due(&world).held_back.is_empty());

    world.companion.suspend().await.unwrap();
    world.companion = world.phone.open();
    world.at(Span::from_mins(61));
    says(&world, "builder", "working", "Going on").await;
    world.refresh().await;
    let over = due(&world);
    assert_eq!(over.quiet_until, None);
    assert!(over.alerts.is_empty(), "{:?}", over.alerts);
    let summary: Vec<_> = over
        .held_back
        .iter()
        .map(|alert| (alert.program.as_ref().unwrap().as_str(), alert.over))
        .collect();
    assert_eq!(summary, [("builder", true), ("deployer", false)]);
    assert_eq!(due(&world), DueAlerts::default());
}

/// What the test knows of a builder's blocks: when each began, as a refresh saw it.
#[derive(Default)]
struct Truth {
    seen_blocked: bool,
    began: Vec<Timestamp>,
    told: BTreeMap<Timestamp, u32>,
    killed_since_told: bool,
}

#[tokio::test]
async fn any_interleaving_of_refreshes_restarts_and_reconnects_tells_each_block_once() {
    for seed in 0..12_u64 {
        let mut dice = Dice::of(seed);
        let mut world = watching().await;
        let (mut truth, mut is_blocked, mut online) = (Truth::default(), false, true);
        let mut steps = 1;
        for _ in 0..60 {
            steps += 1;
            world.at(Span::from_secs(10).times(steps));
            match dice.roll(8) {
                0 | 1 => {
                    is_blocked = !is_blocked;
                    let state = if is_blocked { "blocked" } else { "working" };
                    says(&world, "builder", state, "One thing").await;
                }
                // It beats, and stays what it is.
                2 => {
                    says(
                        &world,
                        "builder",
                        if is_blocked { "blocked" } else { "working" },
                        "Another",
                    )
                    .await
                }
                3 => {
                    online = !online;
                    world.line.is(if online { Mode::Open } else { Mode::Cut });
                }
                4 => {
                    world.kill_and_start();
                    truth.killed_since_told = true;
                }
                5 => {
                    world.companion.suspend().await.unwrap();
                    world.companion.resume().await.unwrap();
                }
                _ => {
                    let _ = world.companion.refresh(None).await;
                    if online {
                        if is_blocked && !truth.seen_blocked && !truth.killed_since_told {
                            truth.began.push(NOON.plus(Span::from_secs(10).times(steps)));
                        }
                        truth.seen_blocked = is_blocked;
                    }
                    for alert in due(&world).alerts {
                        assert_eq!(alert.kind, AlertKind::Blocked, "seed {seed}");
                        *truth.told.entry(alert.since.unwrap()).or_default() += 1;
                        truth.killed_since_told = false;
                    }
                }
            }
        }
        assert!(
            truth.told.values().all(|times| *times == 1),
            "seed {seed}: {:?}",
            truth.told
        );
        // One that was seen to begin, with no kill that lost the look before it, is always told.
        assert!(
            truth.told.len() >= truth.began.len(),
            "seed {seed}: {:?} of {:?}",
            truth.told,
            truth.began
        );
        assert!(truth.told.len() <= 60);
    }
}

#[tokio::test]
async fn what_waited_in_a_list_that_was_not_read_yet_is_no_news_when_it_is() {
    let world = World::new().await;
    works(&world, "builder").await;
    let builder = world.fleet.key_of("builder").await;
    let alert = |text: &str| json!({"message": text, "alertType": "warning"});
    world
        .fleet
        .posts(&builder, "/v1/alerts", alert("Disk almost full"))
        .await;
    world.refresh().await;
    assert_eq!(due(&world), DueAlerts::default(), "the alerts were not read yet");
    reads_every_list(&world).await;
    assert_eq!(due(&world), DueAlerts::default(), "they waited before anybody asked");
    world.fleet.posts(&builder, "/v1/alerts", alert("Disk full")).await;
    reads_every_list(&world).await;
    let news: Vec<_> = due(&world).alerts.into_iter().map(|alert| alert.kind).collect();
    assert_eq!(news, [AlertKind::Alerted]);
}
