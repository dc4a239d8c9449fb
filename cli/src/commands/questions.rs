//! `cachebash questions`: what agents ask the person, oldest first.

use cachebash_core::sync::Turn;

use super::home::Home;
use super::{json, print_line, print_text};
use crate::args::ListArgs;
use crate::failure::Done;
use crate::surroundings::{print_columns, print_theme};
use crate::tui::{lists, print, said::Said};

/// Looks, then prints.
pub(super) async fn run(args: &ListArgs) -> Done {
    let home = Home::of(&args.client).await?;
    home.refresh_lists(&[Turn::Questions]).await?;
    let window = home.shown(home.companion.questions(&home.list_query(args)))?;
    if args.client.json {
        return print_line(&json::questions(&window).to_string());
    }
    let overview = home.overview()?;
    let (theme, columns) = (print_theme(), usize::from(print_columns()));
    let lines = lists::questions(&window, columns, &Said::of(&home.labels, &overview), &theme);
    print_text(&print::lines(&lines, columns, &theme))
}
