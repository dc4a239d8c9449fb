//! `cachebash sprints`: what agents plan together and have under way, newest first. To look at only.

use super::home::Home;
use super::{json, print_line, print_text};
use crate::args::SprintsArgs;
use crate::failure::Done;
use crate::surroundings::{print_columns, print_theme};
use crate::tui::{print, said::Said, sprints};

/// Looks, then prints.
pub(super) async fn run(args: &SprintsArgs) -> Done {
    let home = Home::of(&args.client).await?;
    if !home.offline {
        let read = home.companion.refresh_sprints(home.account.clone()).await;
        read.map_err(|error| home.failure(&error))?;
    }
    let mut view = home
        .companion
        .sprints(&home.any_list_query(args.offset, args.limit))
        .map_err(|error| home.failure(&error))?;
    view.list = home.shown(Ok(view.list))?;
    if args.client.json {
        return print_line(&json::sprints(&view).to_string());
    }
    let overview = home.overview()?;
    let (theme, columns) = (print_theme(), usize::from(print_columns()));
    let lines = sprints::sprints(&view, columns, &Said::of(&home.labels, &overview), &theme);
    print_text(&print::lines(&lines, columns, &theme))
}
