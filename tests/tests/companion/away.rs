//! The time in which nobody looked, across restarts.

use cachebash_core::domain::Span;
use cachebash_core::insight::{AwayEvent, Digest};
use serde_json::json;

use crate::world::{NOON, World};

fn away(world: &World) -> Digest {
    world.companion.away(None, None).unwrap()
}

#[tokio::test]
async fn what_happened_since_the_board_was_last_looked_at_is_told_after_a_start() {
    let mut world = World::new().await;
    for program in ["builder", "linter"] {
        let session = format!("{program}.auth");
        let body =
            json!({"sessionId": session, "programId": program, "name": "Auth", "progress": 45, "state": "working"});
        world.fleet.creates(body).await;
    }
    world.refresh().await;
    world.overview();
    world.companion.suspend().await.unwrap();
    world.companion = world.phone.open();

    world.at(Span::from_mins(30));
    let done = json!({"status": "Auth package is clean", "state": "complete", "progress": 100});
    world.fleet.updates("linter.auth", done).await;
    let blocked = json!({"status": "Run it now?", "state": "blocked", "progress": 45});
    world.fleet.updates("builder.auth", blocked).await;
    world.refresh().await;

    let told = away(&world);
    assert_eq!(
        (told.from, told.until),
        (NOON.plus(Span::from_millis(1)), NOON.plus(Span::from_millis(1_800_001)))
    );
    assert_eq!(told.waiting.len(), 1);
    let words = Some("Run it now?".to_owned());
    assert_eq!(told.waiting[0].event, AwayEvent::Waits { words });
    assert_eq!(told.finished.len(), 1);
    assert_eq!(told.finished[0].program.as_str(), "linter");
    assert_eq!(told.unseen.len(), 1, "nobody watched in between");

    world.companion.suspend().await.unwrap();
    world.companion.resume().await.unwrap();
    world.at(Span::from_mins(31));
    world.refresh().await;
    let told = away(&world);
    assert!(
        told.waiting.is_empty() && told.finished.is_empty(),
        "seen before: {told:?}"
    );
}
