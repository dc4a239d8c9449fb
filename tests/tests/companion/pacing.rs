//! What the clock asks of a hosted server while nobody touches the phone: every request counted, minute by minute (B14).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cachebash_core::companion::{Clock, Companion, Conditions};
use cachebash_core::domain::{ProgramId, Span, Timestamp};
use cachebash_tests::mock_server::{Endpoint, MockServer, Seen};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::scripted::{self, knows_nothing, said_at, session, some_key};
use crate::world::{NOON, Phone, new_account};

/// A clock on which a pause is over at once and has lasted all the same, until so many of them are over.
struct Leaps {
    now: Mutex<Timestamp>,
    period: Span,
    most: usize,
    over: watch::Sender<usize>,
    /// How many requests were seen when each pause began.
    seen: Mutex<Vec<usize>>,
    server: Arc<MockServer>,
}

impl Clock for Leaps {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn lasts(&self, span: Span) -> Duration {
        if span < self.period {
            return Duration::ZERO;
        }
        let pauses = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(self.server.seen().len());
            seen.len()
        };
        let mut now = self.now.lock().unwrap();
        *now = now.plus(span);
        self.over.send_replace(pauses);
        if pauses > self.most {
            Duration::from_secs(3_600)
        } else {
            Duration::ZERO
        }
    }
}

/// What a started app asked.
struct Paced {
    /// Every request, a list for each two looks by the clock.
    looks: Vec<Vec<Seen>>,
    /// What the clock says in the end.
    until: Timestamp,
}

/// Every request of a started app, a list for each simulated minute. `sessions`: what is listed, poll after poll.
async fn minutes(count: usize, sessions: impl Fn(usize) -> Vec<Value>) -> Vec<Vec<Seen>> {
    paced(count, sessions, async |_| ()).await.looks
}

/// Likewise, after something was done to the app; what it gives is held meanwhile.
async fn paced<T>(
    count: usize,
    sessions: impl Fn(usize) -> Vec<Value>,
    prepare: impl AsyncFnOnce(Arc<Companion>) -> T,
) -> Paced {
    let server = Arc::new(MockServer::start().await);
    let phone = Phone::new();
    let period = Span::from_secs(30);
    let polls = count * 2;
    let clock = Arc::new(Leaps {
        now: Mutex::new(NOON),
        period,
        most: polls,
        over: watch::Sender::new(0),
        seen: Mutex::default(),
        server: Arc::clone(&server),
    });
    let mut options = phone.options();
    options.clock = clock.clone();
    options.sync_period = period;
    let companion = Companion::open(options).unwrap();
    for poll in 0..polls + 2 {
        // The first one is the question that adding an account asks.
        let at = NOON.plus(period.times(i64::try_from(poll).unwrap() - 1));
        let page = scripted::sessions(at, &sessions(poll));
        server.when(Endpoint::ListSessions).answers(200, page).once();
    }
    let none = |rows: &str| said_at(NOON, json!({"success": true, "count": 0, "hasMore": false, rows: []}));
    server.when(Endpoint::ListTasks).answers(200, none("tasks"));
    server.when(Endpoint::UnreadMessages).answers(200, none("messages"));
    knows_nothing(&server, NOON);
    companion
        .add_account(new_account(server.url(), &some_key()))
        .await
        .unwrap();
    let held = prepare(Arc::clone(&companion)).await;
    companion.start().unwrap();
    let mut over = clock.over.subscribe();
    over.wait_for(|over| *over > polls).await.unwrap();
    let seen = server.seen();
    let marks = clock.seen.lock().unwrap().clone();
    drop(held);
    let twos = marks.iter().step_by(2).zip(marks.iter().skip(2).step_by(2));
    Paced {
        looks: twos.map(|(from, to)| seen[*from..*to].to_vec()).collect(),
        until: clock.now(),
    }
}

fn quiet(_: usize) -> Vec<Value> {
    let at = NOON.minus(Span::from_mins(5));
    vec![session("builder.auth", "builder", "Auth", at)]
}

fn count(minute: &[Seen], endpoint: Endpoint) -> usize {
    minute.iter().filter(|seen| seen.endpoint() == endpoint).count()
}

#[tokio::test]
async fn b14_an_idle_minute_costs_what_the_budget_says() {
    let minutes = minutes(9, quiet).await;
    // The first two minutes read what was never read.
    for minute in &minutes[2..] {
        let asked: Vec<_> = minute.iter().map(|seen| &seen.path).collect();
        assert_eq!(count(minute, Endpoint::ListSessions), 2, "{asked:?}");
        assert_eq!(count(minute, Endpoint::FleetHealth), 1, "{asked:?}");
        assert_eq!(minute.len(), 4, "one slot in turn: {asked:?}");
        assert_eq!(count(minute, Endpoint::ProgramState), 0, "nothing changed: {asked:?}");
    }
    let all: Vec<Seen> = minutes.concat();
    assert!(count(&all, Endpoint::UnreadMessages) >= 2, "each list has its turn");
    assert!(count(&all, Endpoint::ListTasks) >= 3, "each list has its turn");
    assert_eq!(
        count(&all[..], Endpoint::SessionHistory),
        0,
        "the history was read before"
    );
}

#[tokio::test]
async fn a_state_is_read_in_its_turn_where_a_session_changed_and_nowhere_else() {
    let period = Span::from_secs(30);
    let busy = |poll: usize| {
        let at = NOON.plus(period.times(i64::try_from(poll).unwrap() - 1));
        vec![
            session("builder.auth", "builder", "Auth", at),
            session("tester.unit", "tester", "Unit", NOON.minus(Span::from_mins(5))),
        ]
    };
    let minutes = minutes(9, busy).await;
    let mut states = Vec::new();
    for minute in &minutes[2..] {
        let asked: Vec<_> = minute.iter().map(|seen| &seen.path).collect();
        assert!(minute.len() <= 5, "a state is two requests in one slot: {asked:?}");
        let read = minute.iter().filter(|seen| seen.endpoint() == Endpoint::ProgramState);
        states.extend(read.map(|seen| seen.path.clone()));
    }
    assert!(!states.is_empty(), "it has its turn");
    assert!(
        states.iter().all(|path| path == "/v1/program-state/builder"),
        "{states:?}"
    );
}

#[tokio::test]
async fn a_metered_phone_asks_half_as_often_and_one_that_saves_its_battery_a_quarter() {
    let lasted = async |metered, low_power| {
        let conditions = Conditions { metered, low_power };
        let paced = paced(4, quiet, async |companion| companion.set_conditions(conditions)).await;
        for two in &paced.looks[2..] {
            assert_eq!(count(two, Endpoint::ListSessions), 2);
            assert_eq!(count(two, Endpoint::FleetHealth), 1);
            // The history has a period of its own.
            assert!(two.len() <= 5, "two looks cost the same under all conditions");
        }
        paced.until.since(NOON)
    };
    let usual = lasted(false, false).await;
    assert_eq!(lasted(true, false).await, usual.times(2));
    assert_eq!(lasted(false, true).await, usual.times(4));
}

#[tokio::test]
async fn an_open_page_is_read_again_though_nothing_says_that_it_changed() {
    let paced = paced(6, quiet, async |companion| {
        companion.refresh(None).await.unwrap();
        let [account] = companion.accounts().unwrap().try_into().unwrap();
        let program = ProgramId::from("builder");
        companion
            .observe_program(account.id, program, Arc::new(|_| ()))
            .unwrap()
    });
    for minute in &paced.await.looks[2..] {
        let asked: Vec<_> = minute.iter().map(|seen| &seen.path).collect();
        assert_eq!(count(minute, Endpoint::ProgramState), 1, "once a minute: {asked:?}");
        assert_eq!(count(minute, Endpoint::ListSessions), 2, "beside the usual: {asked:?}");
    }
}
