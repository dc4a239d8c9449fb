//! The commands: a file each, in reading order what was asked, what is done, what is printed.

mod account;
mod acting;
mod alerts;
mod ask;
mod away;
mod backup;
mod beginning;
mod board;
mod cost;
pub(crate) mod home;
mod json;
mod keys;
mod messages;
mod place;
mod questions;
mod recording;
mod ring;
mod search;
mod serve;
mod sessions;
mod sprints;
mod state;
mod tasks;
mod telling;
mod tenant_keys;
mod tenants;
mod watch;

use cachebash_core::companion::CompanionError;

use crate::args::{AccountCommand, Cli, Command, KeysCommand, TenantsCommand};
use crate::failure::{Done, Failure};
use crate::words::Labels;

pub(crate) use board::{overview_json, print_line, print_text};

/// Does what was typed.
pub(crate) async fn run(cli: Cli) -> Done {
    match cli.command {
        Command::Demo(args) => crate::demo::run(args).await,
        Command::Serve(args) => serve::run(*args).await,
        Command::Backup(args) => backup::backup(&args).await,
        Command::Restore(args) => backup::restore(&args).await,
        Command::Tenants(TenantsCommand::Add(args)) => tenants::add(&args).await,
        Command::Tenants(TenantsCommand::List(args)) => tenants::list(&args).await,
        Command::Tenants(TenantsCommand::Remove(args)) => tenants::remove(&args).await,
        Command::Watch(args) => watch::run(args).await,
        Command::Programs(args) => board::run(&args).await,
        Command::Sessions(args) => sessions::run(&args).await,
        Command::State(args) => state::run(&args).await,
        Command::Questions(args) => questions::run(&args).await,
        Command::Tasks(args) => tasks::run(&args).await,
        Command::Messages(args) => messages::run(&args).await,
        Command::Alerts(args) => alerts::run(&args).await,
        Command::Sprints(args) => sprints::run(&args).await,
        Command::Cost(args) => cost::run(&args).await,
        Command::Search(args) => search::run(&args).await,
        Command::Away(args) => away::run(&args).await,
        Command::Glance(args) => telling::glance(&args).await,
        Command::Notify(args) => telling::notify(&args).await,
        Command::AlertRules(args) => telling::rules(&args),
        Command::Send(args) => acting::send(&args).await,
        Command::Reply(args) => acting::reply(&args).await,
        Command::Answer(args) => acting::answer(&args).await,
        Command::Notes(args) => acting::notes(&args).await,
        Command::Status(args) => acting::status(&args).await,
        Command::Task(command) => acting::task(&command).await,
        Command::Outbox(args) => acting::outbox(&args).await,
        Command::Record(command) => recording::record(&command).await,
        Command::Replay(args) => recording::replay(&args).await,
        Command::Account(AccountCommand::Add(args)) => account::add(&args).await,
        Command::Account(AccountCommand::List(args)) => account::list(&args),
        Command::Account(AccountCommand::Use(args)) => account::choose(&args),
        Command::Account(AccountCommand::Remove(args)) => account::remove(&args).await,
        Command::Account(AccountCommand::AllowWrites(args)) => account::allow_writes(&args),
        Command::Account(AccountCommand::Rights(args)) => account::rights(&args),
        Command::Account(AccountCommand::Keys(command)) => ring::run(&command).await,
        Command::Keys(KeysCommand::Create(args)) => keys::create(&args).await,
        Command::Keys(KeysCommand::List(args)) => keys::list(&args).await,
        Command::Keys(KeysCommand::Revoke(args)) => keys::revoke(&args).await,
        Command::Keys(KeysCommand::Rotate(args)) => keys::rotate(&args).await,
        Command::Keys(KeysCommand::Show(args)) => keys::show(&args).await,
    }
}

/// A companion's error in words, with what to type next.
pub(crate) fn failed(error: &CompanionError, labels: &Labels) -> Failure {
    let failure = Failure::new(labels.error(error));
    match error {
        CompanionError::Offline => {
            failure.hint("is the URL right and the server running? --offline shows what is stored")
        }
        CompanionError::Unauthorized => failure.hint(
            "the key may be revoked or expired; put a new one in its place: `cachebash account keys replace LABEL`",
        ),
        CompanionError::Forbidden { .. } => failure.hint("whoever made the key can make one that may"),
        CompanionError::NotFound => failure.hint("`cachebash programs` shows the programs there are"),
        CompanionError::ReadOnly => {
            failure.hint("add --allow-writes, or once and for all `cachebash account allow-writes LABEL`")
        }
        CompanionError::RateLimited { .. } | CompanionError::ServerUnavailable => {
            failure.hint("try again later; --offline shows what is stored")
        }
        CompanionError::Storage { .. } => {
            failure.hint("is the disk full, or the data folder somebody else's? see --data")
        }
        CompanionError::Rejected { .. } | CompanionError::Suspended | CompanionError::Internal { .. } => failure,
    }
}
