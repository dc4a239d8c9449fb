//! `cachebash alerts`: what agents want the person to know at once, newest first.

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
    home.refresh_lists(&[Turn::Alerts]).await?;
    let window = home.shown(home.companion.alerts(&home.list_query(args)))?;
    if args.client.json {
        return print_line(&json::alerts(&window).to_string());
    }
    let overview = home.overview()?;
    let (theme, columns) = (print_theme(), usize::from(print_columns()));
    let lines = lists::alerts(&window, columns, &Said::of(&home.labels, &overview), &theme);
    print_text(&print::lines(&lines, columns, &theme))
}
