//! `cachebash state PROGRAM`: one program, whole.

use cachebash_core::companion::CompanionError;
use cachebash_core::domain::ProgramId;
use cachebash_core::insight::{Notice, Overview, ProgramPage};

use super::home::Home;
use super::{json, print_line};
use crate::args::StateArgs;
use crate::failure::{Done, Failure};
use crate::surroundings::{print_columns, print_theme};
use crate::tui::{print, program, said::Said};
use crate::words::Labels;

/// Looks at the program, then prints it.
pub(super) async fn run(args: &StateArgs) -> Done {
    let home = Home::of(&args.client).await?;
    let program = ProgramId::new(args.program.as_str());
    home.refresh().await?;
    let overview = home.overview()?;
    let account = home.account_of(&overview, &program)?;
    if !home.offline {
        match home.companion.refresh_program(&account, &program).await {
            // An unknown program is told below, from what is stored.
            Ok(_) | Err(CompanionError::NotFound) => {}
            Err(error) => return Err(home.failure(&error)),
        }
    }
    let mut page = home
        .companion
        .program(&account, &program)
        .map_err(|error| match error {
            CompanionError::NotFound => Failure::new(format!("there is no program called {program}"))
                .hint("`cachebash programs` shows those there are"),
            other => home.failure(&other),
        })?;
    if home.offline {
        let as_of = page.as_of;
        page.notice.get_or_insert(Notice::Offline { as_of });
    }
    if args.client.json {
        return print_line(&json::page(&page).to_string());
    }
    print_page(&page, &overview, &home.labels)
}

/// The page as lines.
pub(super) fn print_page(page: &ProgramPage, overview: &Overview, labels: &Labels) -> Done {
    let theme = print_theme();
    let columns = usize::from(print_columns());
    let lines = program::printed(page, columns, &Said::of(labels, overview), &theme);
    super::board::print_text(&print::lines(&lines, columns, &theme))
}
