//! What can be typed to look for words.

use clap::Args;

use super::ClientArgs;

/// `search`.
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words that must all occur; of the last one its beginning will do
    #[arg(required = true, value_name = "WORDS")]
    pub(crate) words: Vec<String>,
    /// Of this program only
    #[arg(long)]
    pub(crate) program: Option<String>,
    /// Hits at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) limit: u32,
    /// First hit
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: u32,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}
