//! What can be typed to look at lists and at one program.

use clap::{Args, ValueEnum};

use super::ClientArgs;

/// Which rows of a list.
#[derive(Debug, Args)]
pub(crate) struct WindowArgs {
    /// Rows at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
    /// First row
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: u32,
}

/// `sessions`.
#[derive(Debug, Args)]
pub(crate) struct SessionsArgs {
    /// Of this program only
    pub(crate) program: Option<String>,
    /// Ended ones too
    #[arg(long)]
    pub(crate) ended: bool,
    #[command(flatten)]
    pub(crate) window: WindowArgs,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `questions` and the other lists.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Of this program only
    pub(crate) program: Option<String>,
    #[command(flatten)]
    pub(crate) window: WindowArgs,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `sprints`.
#[derive(Debug, Args)]
pub(crate) struct SprintsArgs {
    /// Rows at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
    /// First row
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: u32,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// A period, as the contract names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum PeriodArg {
    /// Since midnight, where the server is
    #[default]
    Today,
    /// Since the week began there
    ThisWeek,
    /// Since the month began there
    ThisMonth,
    /// Since there are tasks
    All,
}

impl PeriodArg {
    /// The contract's word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            PeriodArg::Today => "today",
            PeriodArg::ThisWeek => "this_week",
            PeriodArg::ThisMonth => "this_month",
            PeriodArg::All => "all",
        }
    }

    /// In the middle of a line.
    pub(crate) const fn said(self) -> &'static str {
        match self {
            PeriodArg::Today => "today",
            PeriodArg::ThisWeek => "this week",
            PeriodArg::ThisMonth => "this month",
            PeriodArg::All => "in all",
        }
    }
}

/// `cost`.
#[derive(Debug, Args)]
pub(crate) struct CostArgs {
    /// Since when
    #[arg(long, value_enum, default_value_t = PeriodArg::Today)]
    pub(crate) period: PeriodArg,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `tasks`.
#[derive(Debug, Args)]
pub(crate) struct TasksArgs {
    /// One task, by its id, with its instructions
    #[arg(long, value_name = "ID", conflicts_with_all = ["program", "limit", "offset"])]
    pub(crate) open: Option<String>,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// `messages`.
#[derive(Debug, Args)]
pub(crate) struct MessagesArgs {
    /// The program
    pub(crate) program: String,
    #[command(flatten)]
    pub(crate) window: WindowArgs,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `state`.
#[derive(Debug, Args)]
pub(crate) struct StateArgs {
    /// The program
    pub(crate) program: String,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}
