//! The plan itself, through real files.

use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use tempfile::TempDir;

use super::lives::{action, after, remote};
use crate::domain::{
    AccountId, Action, ActionId, Delivery, Goal, OutboxEntry, QuestionId, Session, SessionId, Span, Task, TaskId,
    Timestamp,
};
use crate::insight::{Gap, ProgressSample};
use crate::store::{AccountStore, Changes, KeptContextRow};
use crate::sync::{Local, Remote, plan};

const PERIOD: Span = Span::from_secs(15);

struct Device {
    store: AccountStore,
    looked_at: Option<Timestamp>,
    _dir: TempDir,
}

impl Device {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let store = AccountStore::open(dir.path(), &AccountId::from("account")).unwrap();
        Self {
            store,
            looked_at: None,
            _dir: dir,
        }
    }

    fn local(&self, remote: &Remote) -> Local {
        self.store
            .read(|reader| Local::load(reader, remote, self.looked_at, PERIOD))
            .unwrap()
    }

    fn plan(&self, remote: &Remote) -> Changes {
        plan(&self.local(remote), remote)
    }

    fn hears(&mut self, remote: &Remote) {
        self.store.apply(&self.plan(remote), None).unwrap();
        self.looked(remote);
    }

    fn looked(&mut self, remote: &Remote) {
        self.looked_at = remote.sessions.as_ref().map(|read| read.at).or(self.looked_at);
    }

    fn questions(&self) -> BTreeSet<QuestionId> {
        let questions = self.store.read(|reader| reader.questions()).unwrap();
        questions.into_iter().map(|question| question.id).collect()
    }

    /// What is asked for here waits in the outbox.
    fn asks(&self, actions: &[Action]) {
        for (number, action) in actions.iter().enumerate() {
            let entry = OutboxEntry {
                id: ActionId::new(format!("{number}")),
                action: action.clone(),
                asked_at: after(10),
                first_sent_at: None,
                heard_before: None,
                delivery: Delivery::WAITING,
            };
            self.store.put_in_outbox(&entry).unwrap();
        }
    }

    fn gives_all_up(&self) {
        for entry in self.store.read(|reader| reader.outbox()).unwrap() {
            self.store.take_from_outbox(&entry.id, None).unwrap();
        }
    }

    /// What is known here that can be acted on.
    fn goals(&self) -> BTreeSet<Goal> {
        self.store
            .read(|reader| {
                let live = reader.live_sessions()?.into_iter().map(|session| session.id);
                let ended = reader
                    .ended_sessions(None, None, 100)?
                    .into_iter()
                    .map(|row| row.session.id);
                let mut goals: BTreeSet<Goal> = live.chain(ended).map(Goal::Session).collect();
                goals.extend(reader.questions()?.into_iter().map(|row| Goal::Question(row.id)));
                goals.extend(reader.tasks()?.into_iter().map(|row| Goal::Task(row.id)));
                goals.extend(reader.keys(None)?.into_iter().map(|row| Goal::Key(row.hash)));
                for entry in reader.programs()? {
                    goals.insert(Goal::Mail(entry.program.as_str().to_owned()));
                    goals.insert(Goal::State(entry.program));
                }
                Ok(goals)
            })
            .unwrap()
    }

    /// What a person can see of it; a trace's bookkeeping of looks is no part of that.
    fn sight(&self) -> Sight {
        self.store
            .read(|reader| {
                let ids = ["builder.a", "builder.b", "reviewer.a", "s1", "s2"].map(SessionId::from);
                let seen = ids.iter().map(|id| Ok((reader.samples(id)?, reader.beats(id)?)));
                let programs = reader.programs()?;
                let contexts = programs.iter().map(|entry| reader.kept_context(&entry.program));
                Ok(Sight {
                    live: reader.live_sessions()?,
                    ended: reader
                        .ended_sessions(None, None, 100)?
                        .into_iter()
                        .map(|row| row.session)
                        .collect(),
                    seen: seen.collect::<Result<_, crate::store::StoreError>>()?,
                    gaps: reader.gaps(after(-1_000), after(10_000))?,
                    contexts: contexts.collect::<Result<_, _>>()?,
                })
            })
            .unwrap()
    }
}

#[derive(Debug, PartialEq)]
struct Sight {
    live: Vec<Session>,
    ended: Vec<Session>,
    seen: Vec<(Vec<ProgressSample>, Vec<Timestamp>)>,
    gaps: Vec<Gap>,
    contexts: Vec<Option<KeptContextRow>>,
}

fn turned(remote: &Remote, by: usize) -> Remote {
    fn turn<T>(rows: &mut [T], by: usize) {
        rows.reverse();
        if !rows.is_empty() {
            let by = by % rows.len();
            rows.rotate_left(by);
        }
    }
    let mut turned = remote.clone();
    turned.sessions.iter_mut().for_each(|read| turn(&mut read.rows, by));
    turned.fleet.iter_mut().for_each(|read| turn(&mut read.rows, by));
    turned.ended.iter_mut().for_each(|read| turn(&mut read.rows, by));
    turn(&mut turned.states, by);
    turned.questions.iter_mut().for_each(|read| turn(&mut read.rows, by));
    turned.tasks.iter_mut().for_each(|read| turn(&mut read.rows, by));
    turned.alerts.iter_mut().for_each(|read| turn(&mut read.rows, by));
    turn(&mut turned.opened, by);
    turned.messages.iter_mut().for_each(|read| turn(&mut read.rows, by));
    turn(&mut turned.messages, by);
    turned.sent.iter_mut().for_each(|rows| turn(rows, by));
    turned
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_reply_twice_plans_nothing(first in remote(0), second in remote(15)) {
        let mut device = Device::new();
        device.hears(&first);
        device.hears(&second);
        prop_assert_eq!(device.plan(&second), Changes::default());
    }

    #[test]
    fn the_order_of_rows_does_not_matter(first in remote(0), second in remote(15), by in 0_usize..8) {
        let mut device = Device::new();
        device.hears(&first);
        prop_assert_eq!(device.plan(&second), device.plan(&turned(&second, by)));
    }

    #[test]
    fn a_whole_list_is_all_there_is_and_a_part_of_one_ends_nothing(first in remote(0), second in remote(15)) {
        let mut device = Device::new();
        device.hears(&first);
        let before = device.questions();
        device.hears(&second);
        let after = device.questions();
        let Some(read) = &second.questions else {
            prop_assert_eq!(after, before);
            return Ok(());
        };
        let listed: BTreeSet<QuestionId> = read.rows.iter().map(|row| row.id.clone()).collect();
        prop_assert!(!read.whole || after.is_subset(&listed));
        prop_assert!(read.whole || before.difference(&listed).all(|id| after.contains(id)));
    }

    #[test]
    fn what_to_do_stays_known_while_a_task_is_listed(first in remote(0), second in remote(15)) {
        let mut device = Device::new();
        device.hears(&first);
        let instructions = |device: &Device| -> BTreeSet<TaskId> {
            let tasks = device.store.read(|reader| reader.tasks()).unwrap();
            tasks.into_iter().filter(|task| task.instructions.is_some()).map(|task| task.id).collect()
        };
        let before = instructions(&device);
        device.hears(&second);
        let is_task = |task: &&Task| task.kind.as_deref() == Some("task");
        let rows: Vec<&Task> = second.tasks.iter().flat_map(|read| &read.rows).chain(&second.opened).collect();
        for task in rows.iter().filter(|task| before.contains(&task.id)) {
            let named: Vec<_> = rows.iter().filter(|row| row.id == task.id).collect();
            prop_assert!(!named.iter().all(|row| is_task(row)) || instructions(&device).contains(&task.id));
        }
    }

    #[test]
    fn a_row_on_which_an_action_waits_stays_until_that_is_over(
        first in remote(0), second in remote(15), actions in prop::collection::vec(action(), 1..6),
    ) {
        let mut device = Device::new();
        device.hears(&first);
        let before = device.goals();
        device.asks(&actions);
        device.hears(&second);
        let after = device.goals();
        for goal in actions.iter().map(Action::goal).filter(|goal| before.contains(goal)) {
            prop_assert!(after.contains(&goal), "{goal:?}");
        }
        prop_assert_eq!(device.plan(&second), Changes::default());

        device.gives_all_up();
        device.hears(&second);
        let mut idle = Device::new();
        idle.hears(&first);
        idle.hears(&second);
        prop_assert_eq!(device.goals(), idle.goals());
    }

    #[test]
    fn a_crash_between_the_commits_heals(first in remote(0), second in remote(15)) {
        let mut whole = Device::new();
        whole.hears(&first);
        whole.hears(&second);

        let mut crashed = Device::new();
        crashed.hears(&first);
        let changes = crashed.plan(&second);
        crashed.store.apply(&Changes { kept: changes.kept, ..Changes::default() }, None).unwrap();
        // Here the power fails. The as-of was in the cache's transaction, so it is the old one.
        crashed.hears(&second);
        prop_assert_eq!(crashed.sight(), whole.sight());
    }
}

#[test]
fn plans_of_random_lives_are_not_all_empty() {
    // Guards the three above: with replies that say nothing they would hold for any plan.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let some = (0..20).filter(|_| {
        let tree = remote(0).new_tree(&mut runner).unwrap();
        !Device::new().plan(&tree.current()).is_empty()
    });
    assert!(some.count() > 10);
}

#[test]
fn rows_of_random_lives_go_away_where_nothing_waits() {
    // Guards the one about waiting actions: where no row ever goes, it would hold for any plan.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut gone = HashSet::new();
    for _ in 0..120 {
        let mut device = Device::new();
        device.hears(&remote(0).new_tree(&mut runner).unwrap().current());
        let before = device.goals();
        device.hears(&remote(15).new_tree(&mut runner).unwrap().current());
        let after = device.goals();
        gone.extend(before.difference(&after).map(std::mem::discriminant));
    }
    let goals = [
        Goal::Question("q1".into()),
        Goal::Task("t1".into()),
        Goal::Key("k1".into()),
        Goal::State("builder".into()),
    ];
    for goal in goals {
        assert!(gone.contains(&std::mem::discriminant(&goal)), "{goal:?}");
    }
}
