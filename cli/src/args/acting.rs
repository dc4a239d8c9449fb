//! What can be typed to act: messages, replies, answers, notes, tasks, and the outbox in which they wait.

use clap::{Args, Subcommand, ValueEnum};

use super::ClientArgs;

/// What a message is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindArg {
    /// Do this.
    #[default]
    Directive,
    /// Tell me this.
    Query,
    /// Know this.
    Status,
}

/// `send`.
#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// A program, group or role
    pub(crate) to: String,
    /// The text; `-` reads it from standard input
    pub(crate) text: String,
    /// What the message is for
    #[arg(long, value_enum, default_value_t = KindArg::Directive)]
    pub(crate) kind: KindArg,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `reply`.
#[derive(Debug, Args)]
pub(crate) struct ReplyArgs {
    /// The program that does not know something
    pub(crate) program: String,
    /// The number of the open question, as `cachebash state` lists it
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) question: u32,
    /// The text, which is sent below the quoted question; `-` reads it from standard input
    pub(crate) text: String,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `answer`.
#[derive(Debug, Args)]
pub(crate) struct AnswerArgs {
    /// The question's id, or so much of its beginning that only one has it
    pub(crate) question: String,
    /// The answer; `-` reads it from standard input; without one, what was answered is shown
    pub(crate) text: Option<String>,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `status`.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The session's id
    pub(crate) session: String,
    /// The status; `-` reads it from standard input
    pub(crate) text: String,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `notes`.
#[derive(Debug, Args)]
pub(crate) struct NotesArgs {
    /// The program
    pub(crate) program: String,
    /// What its hand-off notes shall be; `-` reads them from standard input
    pub(crate) text: String,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `task …`.
#[derive(Debug, Subcommand)]
pub(crate) enum TaskCommand {
    /// Create a task for a program
    #[command(after_help = "Examples:\n  cachebash task create builder \"Write the notes\" --instructions -")]
    Create(TaskCreate),
    /// Claim a task for this key's program
    Claim(TaskClaim),
    /// Say that a task is done
    Complete(TaskComplete),
}

/// `task create`.
#[derive(Debug, Args)]
pub(crate) struct TaskCreate {
    /// A program, or `all`
    pub(crate) to: String,
    /// What it is about, in a line
    pub(crate) title: String,
    /// What to do; `-` reads it from standard input
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) instructions: String,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `task claim`.
#[derive(Debug, Args)]
pub(crate) struct TaskClaim {
    /// The task's id
    pub(crate) task: String,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `task complete`.
#[derive(Debug, Args)]
pub(crate) struct TaskComplete {
    /// The task's id
    pub(crate) task: String,
    /// What came of it
    #[arg(default_value = "")]
    pub(crate) result: String,
    /// It did not succeed
    #[arg(long)]
    pub(crate) failed: bool,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `outbox`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct OutboxArgs {
    #[command(subcommand)]
    pub(crate) command: Option<OutboxCommand>,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `outbox …`.
#[derive(Debug, Subcommand)]
pub(crate) enum OutboxCommand {
    /// Send again what was refused, or your text over one that changed; what may have arrived is looked for first
    Retry(OutboxEntryArgs),
    /// Give it up
    Discard(OutboxEntryArgs),
}

/// One line of the outbox.
#[derive(Debug, Args)]
pub(crate) struct OutboxEntryArgs {
    /// Its id, or so much of its beginning that only one has it
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}
