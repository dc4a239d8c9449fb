//! `cachebash sessions`: who is connected, newest first.

use cachebash_core::companion::SessionQuery;
use cachebash_core::domain::ProgramId;
use cachebash_core::insight::Notice;

use super::home::Home;
use super::{json, print_line};
use crate::args::SessionsArgs;
use crate::failure::Done;
use crate::surroundings::{print_columns, print_theme};
use crate::tui::{print, program, said::Said};

/// Looks, then prints.
pub(super) async fn run(args: &SessionsArgs) -> Done {
    let home = Home::of(&args.client).await?;
    home.refresh().await?;
    let query = SessionQuery {
        account: home.account.clone(),
        program: args.program.as_deref().map(ProgramId::new),
        include_ended: args.ended,
        offset: args.window.offset,
        limit: args.window.limit,
    };
    let mut window = home.companion.sessions(&query).map_err(|error| home.failure(&error))?;
    if home.offline {
        let as_of = window.as_of;
        window.notice.get_or_insert(Notice::Offline { as_of });
    }
    if args.client.json {
        return print_line(&json::sessions(&window).to_string());
    }
    let overview = home.overview()?;
    let theme = print_theme();
    let columns = usize::from(print_columns());
    let lines = program::session_list(&window, columns, &Said::of(&home.labels, &overview), &theme);
    super::board::print_text(&print::lines(&lines, columns, &theme))
}
