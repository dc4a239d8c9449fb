//! `cachebash messages PROGRAM`: what a program was told and what it said. Looking takes nothing from it.

use cachebash_core::companion::ListQuery;
use cachebash_core::domain::ProgramId;

use super::home::Home;
use super::{json, print_line, print_text};
use crate::args::MessagesArgs;
use crate::failure::Done;
use crate::surroundings::{print_columns, print_theme};
use crate::tui::{lists, print, said::Said};

/// Looks, then prints.
pub(super) async fn run(args: &MessagesArgs) -> Done {
    let home = Home::of(&args.client).await?;
    let program = ProgramId::new(args.program.as_str());
    home.refresh().await?;
    let overview = home.overview()?;
    let account = home.account_of(&overview, &program)?;
    if !home.offline {
        let read = home.companion.refresh_messages(&account, &program).await;
        read.map_err(|error| home.failure(&error))?;
    }
    let query = ListQuery {
        account: Some(account),
        program: Some(program),
        offset: args.window.offset,
        limit: args.window.limit,
    };
    let window = home.shown(home.companion.messages(&query))?;
    if args.client.json {
        return print_line(&json::messages(&window).to_string());
    }
    let (theme, columns) = (print_theme(), usize::from(print_columns()));
    let lines = lists::messages(&window, columns, &Said::of(&home.labels, &overview), &theme);
    print_text(&print::lines(&lines, columns, &theme))
}
