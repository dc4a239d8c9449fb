//! The fleet at a glance, from the files alone.

use cachebash_core::domain::Span;
use cachebash_core::insight::{Glance, GlanceLevel, Headline};
use cachebash_tests::line::Mode;
use serde_json::json;

use crate::world::{NOON, World};

#[tokio::test]
async fn a_widget_has_the_fleet_after_a_restart_without_a_network() {
    let mut world = World::new().await;
    let body = json!({"sessionId": "deployer.db", "programId": "deployer", "name": "Db", "status": "Run it now?",
        "state": "blocked"});
    world.fleet.creates(body).await;
    world.refresh().await;
    world.companion.suspend().await.unwrap();
    world.line.is(Mode::Cut);
    world.companion = world.phone.open();
    world.at(Span::from_mins(300));

    let glance = world.companion.glance(GlanceLevel::Full).unwrap();
    assert_eq!(glance.headline, Headline::NeedYou(1));
    assert_eq!(glance.rows[0].words.as_ref().unwrap().text, "Run it now?");
    assert_eq!(glance.as_of, Some(NOON));
    assert_eq!(
        glance.expires_at,
        Some(NOON.plus(Span::from_mins(30))),
        "told in the past tense by now"
    );

    let bytes = glance.to_bytes().unwrap();
    world.at(Span::from_mins(301));
    let again = world.companion.glance(GlanceLevel::Full).unwrap();
    assert_eq!(
        bytes,
        again.to_bytes().unwrap(),
        "nothing new was read, so nothing is drawn anew"
    );
    assert_eq!(Glance::from_bytes(&bytes), Some(glance));
}

#[tokio::test]
async fn a_day_ends_a_glance_before_its_half_hour() {
    let world = World::new().await;
    world.at(Span::from_mins(11 * 60 + 50));
    world.refresh().await;
    let glance = world.companion.glance(GlanceLevel::Names).unwrap();
    assert_eq!(glance.expires_at, Some(NOON.plus(Span::from_mins(12 * 60))));
}
