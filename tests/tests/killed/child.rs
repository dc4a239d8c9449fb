//! The process that is killed: it does what a phone does, tells each durable step and waits for leave to go on.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use cachebash_core::companion::{Companion, NewAccount, NewKey, Options, SecretError, SecretStore, SystemClock};
use cachebash_core::domain::{AccountId, Action, Delivery, MessageKind, NewMessage, NewTask, ProgramId, RawKey};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// The child's part is told to it in these.
pub(crate) const FOLDER: &str = "KILLED_FOLDER";
pub(crate) const SERVER: &str = "KILLED_SERVER";
pub(crate) const KEY: &str = "KILLED_KEY";
pub(crate) const ROUND: &str = "KILLED_ROUND";
pub(crate) const SECRETS: &str = "KILLED_SECRETS";

/// Every so many-th life also asks for a key.
pub(crate) const KEY_EVERY: u32 = 4;

/// The child. It only runs when it is told what to do.
#[test]
#[ignore = "a part of another test"]
fn a_life() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let told = |name: &str| std::env::var(name).unwrap();
    tracing_subscriber::registry().with(Steps).init();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(live(
        PathBuf::from(folder),
        PathBuf::from(told(SECRETS)),
        told(SERVER),
        RawKey::new(told(KEY)),
        told(ROUND),
    ));
}

async fn live(folder: PathBuf, secrets: PathBuf, server: String, key: RawKey, round: String) {
    let mut options = Options::new(folder, Arc::new(Keys(secrets)));
    options.clock = Arc::new(SystemClock);
    let companion = Companion::open(options).unwrap();
    let account = match companion.accounts().unwrap().first() {
        Some(account) => account.id.clone(),
        None => {
            let account = NewAccount {
                server: Some(server),
                key,
                label: None,
            };
            companion.add_account(account).await.unwrap().id
        }
    };
    companion.allow_writes(&account, true).unwrap();
    companion.refresh(None).await.unwrap();
    let message = format!("message {round}");
    let action = Action::SendMessage(NewMessage {
        to: "builder".to_owned(),
        text: message.clone(),
        kind: MessageKind::Directive,
        replies_to: None,
    });
    companion.ask(&account, action).await.unwrap();
    say(&format!("asked {message}"));
    let task = format!("task {round}");
    let action = Action::CreateTask(NewTask {
        to: "builder".to_owned(),
        title: task.clone(),
        instructions: String::new(),
    });
    companion.ask(&account, action).await.unwrap();
    say(&format!("asked {task}"));
    let number: u32 = round.rsplit(' ').next().unwrap().parse().unwrap_or_default();
    if number.is_multiple_of(KEY_EVERY) {
        let label = format!("key {round}");
        let key = NewKey {
            program: ProgramId::from("scribe"),
            label: label.clone(),
            capabilities: None,
            ttl_days: None,
        };
        let instead_of = None;
        let action = Action::CreateKey { key, instead_of };
        companion.ask(&account, action).await.unwrap();
        say(&format!("asked {label}"));
    }
    companion.refresh(None).await.unwrap();
    while !companion.outbox(None).unwrap().lines.is_empty() {
        companion.deliver(&account).await.unwrap();
        for line in companion.outbox(None).unwrap().lines {
            let id = &line.entry.id;
            match line.entry.delivery {
                // What a person does when the server does not show it, or shows a key that nobody has.
                Delivery::Unknown { looked: true } | Delivery::Unseen { .. } => {
                    companion.retry_action(&account, id).await.unwrap();
                }
                // And when it does.
                Delivery::Issued { .. } => {
                    let issued = companion.show_key(&account, id).await.unwrap();
                    say(&format!("has {} {}", issued.label, issued.key.hash()));
                    companion.discard_action(&account, id).await.unwrap();
                }
                _ => {}
            }
        }
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Tells each durable step, and waits for leave to go on.
struct Steps;

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Steps {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        struct Step(Option<String>);
        impl tracing::field::Visit for Step {
            fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
                if field.name() == "step" {
                    self.0 = Some(value.to_owned());
                }
            }
            fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
        }
        if event.metadata().target() != "durable" {
            return;
        }
        let mut step = Step(None);
        event.record(&mut step);
        // One at a time, or the leave for one would be taken by another.
        static TURN: Mutex<()> = Mutex::new(());
        let _turn = TURN.lock().unwrap();
        say(&format!("step {}", step.0.unwrap_or_default()));
        let _ = std::io::stdin().lock().read_exact(&mut [0]);
    }
}

/// A secret store in files, apart from the phone's.
struct Keys(PathBuf);

impl SecretStore for Keys {
    fn put(&self, account: &AccountId, key: &RawKey) -> Result<(), SecretError> {
        let (new, place) = (self.0.join("new"), self.0.join(account.as_str()));
        let written = std::fs::write(&new, key.reveal()).and_then(|()| std::fs::rename(&new, place));
        written.map_err(|_| SecretError)
    }

    fn get(&self, account: &AccountId) -> Result<Option<RawKey>, SecretError> {
        Ok(std::fs::read_to_string(self.0.join(account.as_str()))
            .ok()
            .map(RawKey::new))
    }

    fn remove(&self, account: &AccountId) -> Result<(), SecretError> {
        let _ = std::fs::remove_file(self.0.join(account.as_str()));
        Ok(())
    }
}
