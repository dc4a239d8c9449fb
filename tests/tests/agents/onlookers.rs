//! Two who look on while an agent works: a companion that refreshes over REST, and a picture that follows the events. After
//! each step both must show the same, and at the end what the lists say.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use cachebash_core::companion::{Account, Companion, NewAccount, Options, SecretError, SecretStore, SessionQuery};
use cachebash_core::domain::{AccountId, ProgramId, RawKey};
use cachebash_core::insight::{Source, Standing};
use cachebash_tests::TestClock;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::picture::{Follower, Picture};
use crate::program::{NOON, Person, Program};

/// The agent's program.
const BUILDER: &str = "builder";

/// What the lists work out when they are asked, and the feed therefore does not tell.
const DERIVED: [&str; 4] = ["effectiveState", "lastUpdateAgeSeconds", "active", "lastUsedAt"];

#[derive(Default)]
struct Secrets(Mutex<BTreeMap<AccountId, RawKey>>);

impl SecretStore for Secrets {
    fn put(&self, account: &AccountId, key: &RawKey) -> Result<(), SecretError> {
        self.0.lock().unwrap().insert(account.clone(), key.clone());
        Ok(())
    }

    fn get(&self, account: &AccountId) -> Result<Option<RawKey>, SecretError> {
        Ok(self.0.lock().unwrap().get(account).cloned())
    }

    fn remove(&self, account: &AccountId) -> Result<(), SecretError> {
        self.0.lock().unwrap().remove(account);
        Ok(())
    }
}

pub(crate) struct Onlookers {
    companion: Arc<Companion>,
    account: Account,
    clock: Arc<TestClock>,
    follower: Follower,
    owner: Person,
    steps: usize,
    _data: TempDir,
}

impl Onlookers {
    pub(crate) async fn of(program: &Program) -> Self {
        let data = TempDir::new().unwrap();
        let clock = Arc::new(TestClock::at(NOON));
        let mut options = Options::new(data.path().to_owned(), Arc::new(Secrets::default()));
        options.clock = clock.clone();
        options.zone = Some("UTC".to_owned());
        let companion = Companion::open(options).unwrap();
        let owner = program.owner();
        let asked = NewAccount {
            server: Some(program.url.clone()),
            key: program.owner.clone(),
            label: None,
        };
        let account = companion.add_account(asked).await.unwrap();
        Self {
            companion,
            account,
            clock,
            follower: Follower::of(owner.clone()).await,
            owner,
            steps: 0,
            _data: data,
        }
    }

    /// Both look after a step of the agent's, and see the same.
    pub(crate) async fn look(&mut self, program: &Program) {
        use cachebash_core::companion::Clock as _;
        self.clock.advance(program.now.since(self.clock.now()));
        self.refresh().await;
        let picture = self.follower.caught_up().await;
        assert_eq!(self.sessions(), sessions(picture.of("session")));
        if let Some(state) = picture.of("program_state").get(BUILDER) {
            assert_eq!(self.notes(), notes(state));
        }
        // Once the line breaks; what happens meanwhile comes all the same.
        if self.steps == 1 {
            self.follower.loses_the_line();
        }
        self.steps += 1;
    }

    /// At the end both show what the lists say.
    pub(crate) async fn agree_with_the_lists(&mut self) {
        assert!(self.steps >= 5, "only {} steps were looked at", self.steps);
        self.refresh().await;
        let picture = self.follower.caught_up().await;

        let listed = self.owner.get("/v1/sessions?limit=50&includeArchived=true").await;
        let listed = by_id(&listed["sessions"], "sessionId");
        assert_eq!(listed.len(), 2, "a morning and an afternoon");
        assert_eq!(self.sessions(), sessions(listed.clone()));
        agree(&picture, "session", listed);

        let state = self.owner.get(&format!("/v1/program-state/{BUILDER}")).await["state"].take();
        assert_eq!(state["contextSummary"]["handoffNotes"], "Only the tests are left.");
        assert_eq!(self.notes(), notes(&state));
        agree(&picture, "program_state", BTreeMap::from([(BUILDER.to_owned(), state)]));

        let questions = by_id(
            &self.owner.get("/v1/questions?status=all").await["questions"],
            "questionId",
        );
        assert_eq!(
            questions
                .values()
                .map(|question| &question["response"])
                .collect::<Vec<_>>(),
            ["401"]
        );
        agree(&picture, "question", questions);

        let mut tasks = BTreeMap::new();
        for id in picture.of("task").keys() {
            tasks.insert(
                id.clone(),
                self.owner.get(&format!("/v1/tasks/{id}")).await["task"].take(),
            );
        }
        assert_eq!(tasks.values().map(|task| &task["status"]).collect::<Vec<_>>(), ["done"]);
        agree(&picture, "task", tasks);

        let keys = self.owner.get("/v1/keys?includeRevoked=true").await;
        let keys = by_id(&keys["keys"], "keyHash");
        let (gone, good): (Vec<_>, Vec<_>) = keys
            .values()
            .filter(|key| key["programId"] == BUILDER)
            .partition(|key| key["revokedAt"].is_string());
        assert_eq!((gone.len(), good.len()), (1, 1), "the old key and the new one");
        agree(&picture, "key", keys);
    }

    async fn refresh(&self) {
        let report = self.companion.refresh(None).await.unwrap();
        for source in &report.sources {
            match source.source {
                Source::Sessions | Source::FleetHealth | Source::SessionHistory | Source::ProgramState => {
                    assert_eq!(source.standing, Standing::Fresh, "{source:?}");
                }
                // Read in turn, or when somebody asks for them.
                _ => assert_ne!(source.standing, Standing::Failed, "{source:?}"),
            }
        }
    }

    /// What the companion shows of every session.
    fn sessions(&self) -> BTreeMap<String, Value> {
        let query = SessionQuery {
            include_ended: true,
            ..SessionQuery::default()
        };
        let window = self.companion.sessions(&query).unwrap();
        let rows = window.rows.into_iter().map(|row| {
            let shown = json!({
                "program": row.program,
                "name": row.name,
                "status": row.status,
                "live": row.live,
                "progress": row.progress.reported(),
                "handOffRequired": row.hand_off_required,
            });
            (row.session.to_string(), shown)
        });
        rows.collect()
    }

    /// What the companion shows of the builder's memory.
    fn notes(&self) -> Value {
        let page = self
            .companion
            .program(&self.account.id, &ProgramId::from(BUILDER))
            .unwrap();
        let context = page.context.context;
        json!({
            "version": page.context.version,
            "handoffNotes": context.hand_off_notes,
            "activeWorkItems": context.active_work_items,
            "openQuestions": context.open_questions,
            "lastTask": context.last_task.map(|task| task.title),
        })
    }
}

/// The same of sessions as the server tells them, in a list or in a change.
fn sessions(told: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let shown = |session: &Value| {
        json!({
            "program": session["programId"],
            "name": session["name"],
            "status": session["status"],
            "live": session["archived"] == false,
            "progress": session["progress"].as_f64(),
            "handOffRequired": session["handoffRequired"],
        })
    };
    told.iter().map(|(id, session)| (id.clone(), shown(session))).collect()
}

/// The same of a program's state.
fn notes(state: &Value) -> Value {
    let context = &state["contextSummary"];
    json!({
        "version": state["version"],
        "handoffNotes": context["handoffNotes"],
        "activeWorkItems": context["activeWorkItems"],
        "openQuestions": context["openQuestions"],
        "lastTask": context["lastTask"]["title"],
    })
}

fn by_id(list: &Value, id: &str) -> BTreeMap<String, Value> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| (row[id].as_str().unwrap().to_owned(), row.clone()))
        .collect()
}

/// The picture has what the list has, and every field of it that is not worked out for the list.
fn agree(picture: &Picture, entity: &str, listed: BTreeMap<String, Value>) {
    let known = picture.of(entity);
    assert_eq!(
        known.keys().collect::<Vec<_>>(),
        listed.keys().collect::<Vec<_>>(),
        "{entity}"
    );
    for (id, row) in listed {
        for (field, value) in row.as_object().unwrap() {
            if !DERIVED.contains(&field.as_str()) {
                assert_eq!(&known[&id][field], value, "{field} of {entity} {id}");
            }
        }
    }
}
