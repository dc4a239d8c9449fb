//! Hundreds of steps of a person's and an agent's day through a network and a server at their worst, with restarts: in
//! the end nothing is lost, nothing is done twice, and what is shown is what a phone sees that was never there.
//!
//! `FAULTS_SEED` and `FAULTS_STEPS` choose another storm. The seed is printed, and a failing test shows it. It decides
//! every step and which request meets which fault; how requests that run side by side are ordered is the machine's.

use std::collections::{BTreeMap, BTreeSet};
use std::panic;
use std::sync::{Arc, Mutex, OnceLock};

use cachebash_core::companion::{Clock as _, Companion, ProgramQuery};
use cachebash_core::domain::{AccountId, Action, ContextEdit, Delivery, ProgramId, Span};
use cachebash_tests::dice::Dice;
use cachebash_tests::faults::{Fault, Faults};
use cachebash_tests::files::files;
use serde_json::json;

use crate::acts::{message, task};
use crate::world::{Fleet, Phone, logged, new_account};

const PROGRAMS: [&str; 3] = ["builder", "reviewer", "tester"];

/// How long one storm takes: a few seconds on a quiet machine.
const STEPS: usize = 300;

/// How many of a hundred requests meet a fault.
const RAGE: usize = 35;

fn told<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn through_a_storm_nothing_is_lost_and_nothing_is_done_twice() {
    weathered(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn through_a_storm_before_a_hosted_server_nothing_is_lost_and_nothing_is_done_twice() {
    weathered(true).await;
}

async fn weathered(hosted: bool) {
    let seed = told("FAULTS_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let steps = told("FAULTS_STEPS").unwrap_or(STEPS);
    println!("FAULTS_SEED={seed} FAULTS_STEPS={steps} hosted: {hosted}");
    logged();
    let panics = panics();
    let mut storm = Storm::gather(seed, hosted).await;
    storm.faults.rage(RAGE);
    for step in 0..steps {
        storm.step(step).await;
    }
    println!("met: {:?}", storm.faults.met());
    storm.faults.calm();
    storm.settles().await;
    storm.ledger_holds_each_once().await;
    storm.shows_what_a_new_phone_sees().await;
    let met = storm.faults.met();
    let all = Fault::ALL.iter().all(|fault| met.contains_key(fault));
    assert!(steps < STEPS || all, "{met:?}");
    storm.companion.suspend().await.unwrap();
    let key = storm.fleet.owner.reveal().to_owned();
    let holds = |bytes: &[u8]| bytes.windows(key.len()).any(|window| window == key.as_bytes());
    for (file, bytes) in files(storm.phone.dir.path()) {
        assert!(!holds(&bytes), "the key is in {}", file.display());
    }
    assert!(!holds(&logged()), "the key is in the log");
    assert_eq!(*panics.lock().unwrap(), Vec::<String>::new());
}

/// Where the core's own threads panicked, from the first call on.
fn panics() -> Arc<Mutex<Vec<String>>> {
    static SEEN: OnceLock<Arc<Mutex<Vec<String>>>> = OnceLock::new();
    let seen = SEEN.get_or_init(|| {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let (noted, usual) = (Arc::clone(&seen), panic::take_hook());
        panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() == Some("cachebash") {
                noted.lock().unwrap().push(panic.to_string());
            }
            usual(panic);
        }));
        seen
    });
    Arc::clone(seen)
}

struct Storm {
    dice: Dice,
    fleet: Fleet,
    faults: Faults,
    phone: Phone,
    companion: Arc<Companion>,
    account: AccountId,
    /// The texts of messages and the titles of tasks that the companion said are kept.
    asked: BTreeSet<String>,
    /// What the notes of each program are to be in the end.
    notes: BTreeMap<ProgramId, String>,
}

impl Storm {
    async fn gather(seed: u64, hosted: bool) -> Self {
        let fleet = Fleet::start().await;
        let faults = if hosted {
            Faults::before_a_hosted(&fleet.url, seed).await
        } else {
            Faults::before(&fleet.url, seed).await
        };
        for program in PROGRAMS {
            let session = format!("{program}.a");
            fleet
                .creates(json!({"sessionId": session, "programId": program, "name": program, "progress": 0}))
                .await;
        }
        let phone = Phone::new();
        let companion = phone.open();
        let account = companion.add_account(new_account(faults.url(), &fleet.owner)).await;
        let account = account.unwrap().id;
        companion.allow_writes(&account, true).unwrap();
        companion.start_recording(&account, true).await.unwrap();
        companion.refresh(None).await.unwrap();
        Self {
            dice: Dice::about(seed, "storm", u64::from(hosted)),
            fleet,
            faults,
            phone,
            companion,
            account,
            asked: BTreeSet::new(),
            notes: BTreeMap::new(),
        }
    }

    fn passes(&self, span: Span) {
        use cachebash_server::Clock as _;
        self.phone.clock.advance(span);
        self.fleet.clock.set(self.fleet.clock.now().plus(span));
    }

    async fn step(&mut self, step: usize) {
        let program = *self.dice.pick(&PROGRAMS);
        let pause = 1 + i64::try_from(self.dice.roll(20)).unwrap();
        self.passes(Span::from_secs(pause));
        match self.dice.roll(20) {
            0..=4 => self.asks(message(program, &format!("message {step}"))).await,
            5..=6 => self.asks(task(program, &format!("task {step}"))).await,
            7..=8 => self.edits(program, &format!("notes {step}")).await,
            9..=11 => drop(self.companion.refresh(None).await),
            12 => {
                let program = ProgramId::from(program);
                drop(self.companion.refresh_program(&self.account, &program).await);
            }
            13..=14 => {
                let change = json!({"status": format!("Step {step}"), "state": "working", "progress": step % 100});
                self.fleet.updates(&format!("{program}.a"), change).await;
            }
            15..=16 => self.companion.deliver(&self.account).await.unwrap(),
            17 => {
                self.companion.suspend().await.unwrap();
                self.companion.resume().await.unwrap();
            }
            18 => {
                self.companion.suspend().await.unwrap();
                self.companion = self.phone.open();
            }
            _ => self.phone_is_set(),
        }
    }

    /// Somebody sets the phone's clock; the server's goes on.
    fn phone_is_set(&mut self) {
        let most = 7_200;
        let by = i64::try_from(self.dice.roll(2 * most)).unwrap() - i64::try_from(most).unwrap();
        self.phone.clock.advance(Span::from_secs(by));
    }

    async fn asks(&mut self, action: Action) {
        let text = match &action {
            Action::SendMessage(message) => message.text.clone(),
            Action::CreateTask(task) => task.title.clone(),
            other => panic!("{other:?}"),
        };
        self.companion.ask(&self.account, action).await.unwrap();
        self.asked.insert(text);
    }

    async fn edits(&mut self, program: &str, text: &str) {
        let program = ProgramId::from(program);
        let page = self.companion.program(&self.account, &program).unwrap();
        let action = Action::EditContext {
            program: program.clone(),
            edit: ContextEdit::HandOffNotes(text.to_owned()),
            seen: ContextEdit::HandOffNotes(page.context.context.hand_off_notes),
        };
        self.companion.ask(&self.account, action).await.unwrap();
        self.notes.insert(program, text.to_owned());
    }

    /// The storm is over: a person decides what needs a decision, until nothing waits any more.
    async fn settles(&self) {
        for _ in 0..60 {
            self.passes(Span::from_mins(5));
            let _ = self.companion.refresh(None).await;
            self.companion.deliver(&self.account).await.unwrap();
            let lines = self.companion.outbox(None).unwrap().lines;
            if lines.is_empty() {
                return;
            }
            for line in lines {
                match line.entry.delivery {
                    Delivery::Unknown { looked: true } | Delivery::Changed { .. } => {
                        let id = &line.entry.id;
                        self.companion.retry_action(&self.account, id).await.unwrap();
                    }
                    Delivery::Waiting { .. } | Delivery::Sending | Delivery::Unknown { looked: false } => {}
                    wrong => panic!("{wrong:?} of {:?}", line.entry.action),
                }
            }
        }
        panic!("still there: {:?}", self.companion.outbox(None).unwrap().lines);
    }

    async fn ledger_holds_each_once(&self) {
        let (mut ledger, mut query) = (BTreeMap::<String, u32>::new(), String::new());
        loop {
            let page = self.fleet.gets(&self.fleet.owner, "/v1/sync", &query).await;
            for change in page["changes"].as_array().into_iter().flatten() {
                let text = match change["entity"].as_str() {
                    Some("message") => &change["record"]["message"],
                    Some("task") => &change["record"]["title"],
                    _ => continue,
                };
                *ledger.entry(text.as_str().unwrap().to_owned()).or_default() += 1;
            }
            query = format!("cursor={}", page["cursor"].as_str().unwrap());
            if page["hasMore"] != true {
                break;
            }
        }
        let lost: Vec<_> = self.asked.iter().filter(|text| !ledger.contains_key(*text)).collect();
        let strange = ledger
            .iter()
            .filter(|(text, count)| **count != 1 || !self.asked.contains(*text));
        let strange: Vec<_> = strange.collect();
        assert!(
            lost.is_empty() && strange.is_empty(),
            "lost {lost:?}, doubled {strange:?}"
        );
        for (program, notes) in &self.notes {
            let owner = self.fleet.client(&self.fleet.owner);
            let state = owner.program_state(program).await.unwrap().value;
            assert_eq!(state.context.unwrap().hand_off_notes, *notes, "{program}");
        }
    }

    async fn shows_what_a_new_phone_sees(&self) {
        let new = Phone::new();
        new.clock.advance(self.phone.clock.now().since(new.clock.now()));
        let companion = new.open();
        let account = companion
            .add_account(new_account(&self.fleet.url, &self.fleet.owner))
            .await;
        let account = account.unwrap().id;
        let here = rows_of(&self.companion, &self.account).await;
        let there = rows_of(&companion, &account).await;
        assert_eq!(here, there);
        assert_eq!(here.len(), PROGRAMS.len());
    }
}

/// What both phones must agree on: what the server says now, not what one of them remembers.
async fn rows_of(companion: &Companion, account: &AccountId) -> Vec<String> {
    companion.refresh(None).await.unwrap();
    for program in PROGRAMS.map(ProgramId::from) {
        companion.refresh_program(account, &program).await.unwrap();
    }
    let rows = companion.overview(&ProgramQuery::default()).unwrap().rows;
    let mut words: Vec<String> = rows
        .into_iter()
        .map(|row| {
            let page = companion.program(account, &row.program).unwrap();
            let notes = page.context.context.hand_off_notes;
            let said = (row.state, row.status, row.progress, row.last_heard, row.open_questions);
            format!("{} {:?} {} {said:?} {notes:?}", row.program, row.session, row.live)
        })
        .collect();
    words.sort();
    words
}
