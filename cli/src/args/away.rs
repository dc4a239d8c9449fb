//! What can be typed about the time in which nobody looked.

use cachebash_core::domain::Span;
use clap::Args;

use super::ClientArgs;

/// `away`.
#[derive(Debug, Args)]
pub(crate) struct AwayArgs {
    /// How far back: 90m, 8h, 2d [default: since the board was last looked at here, else 12h]
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub(crate) since: Option<Span>,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

fn span(text: &str) -> Result<Span, String> {
    let wrong = || "say it like 90m, 8h or 2d".to_owned();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?);
    let number: u16 = number.parse().map_err(|_| wrong())?;
    let minutes = match unit {
        "m" | "min" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return Err(wrong()),
    };
    Ok(Span::from_mins(i64::from(number) * minutes))
}
