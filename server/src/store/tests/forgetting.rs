//! What is forgotten goes in small steps, and says what can no longer be told.

use cachebash_core::domain::Span;

use super::*;

store_suite!(
    what_is_gone_is_forgotten_oldest_first_and_the_horizon_moves,
    answers_are_forgotten_oldest_first
);

async fn what_is_gone_is_forgotten_oldest_first_and_the_horizon_moves(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    for id in ["a", "b", "c"] {
        put(store, home, id).await.unwrap();
    }
    for (minutes, id) in [(0, "c"), (1, "a"), (2, "b")] {
        let at = NOON.plus(Span::from_mins(minutes));
        let removed = store.write(home, at, move |tx| tx.remove::<Program>(id));
        assert!(removed.await.unwrap());
    }
    let feed = || store.read(home, NOON, |view: &mut View<'_>| view.feed());
    let before: Feed = feed().await.unwrap();
    assert_eq!(before.horizon, 0);
    let until = NOON.plus(Span::from_mins(2));
    let one = store.write(home, NOON, move |tx| tx.forget_tombstones(until, 1));
    assert_eq!(one.await.unwrap(), 1);
    let after_one = feed().await.unwrap();
    assert_eq!(after_one.horizon, before.seq - 2, "the change that took c away");
    let rest = store.write(home, NOON, move |tx| tx.forget_tombstones(until, 9));
    assert_eq!(rest.await.unwrap(), 1, "b went at that very moment, not before it");
    assert_eq!(feed().await.unwrap().horizon, before.seq - 1);
    let left = store.read(home, NOON, move |view| view.changes(before.seq - 1, 9));
    let left: Vec<Change> = left.await.unwrap();
    assert_eq!(left.iter().map(|change| change.id.as_str()).collect::<Vec<_>>(), ["b"]);
}

async fn answers_are_forgotten_oldest_first(fresh: Fresh) {
    let Fresh { store, home, .. } = &fresh;
    for n in 0..5_i64 {
        let at = NOON.plus(Span::from_secs(n));
        let remembered = store.write(home, at, move |tx| {
            let answered = Answered {
                request: String::new(),
                answer: None,
            };
            tx.remember("key", "route", &n.to_string(), &answered)
        });
        remembered.await.unwrap();
    }
    let forget = || store.forget_answers(NOON.plus(Span::from_secs(2)), 2);
    assert_eq!(forget().await.unwrap(), 2);
    assert_eq!(forget().await.unwrap(), 1);
    let left = store.look(|sql| sql.query("SELECT idempotency_key FROM reply ORDER BY answered_at", &[]));
    assert_eq!(left.await.unwrap(), [[Cell::from("3")], [Cell::from("4")]]);
}
