//! `cachebash search WORDS`: looks for words in everything that is kept on this machine, whichever account it belongs to.

use cachebash_core::domain::ProgramId;
use cachebash_core::search::SearchQuery;

use super::home::Home;
use super::{json, print_line, print_text};
use crate::args::SearchArgs;
use crate::failure::{Done, Failure};
use crate::surroundings::{print_columns, print_theme};
use crate::tui::{print, said::Said, search};

/// Looks, then prints.
pub(super) async fn run(args: &SearchArgs) -> Done {
    let text = args.words.join(" ");
    if text.trim().is_empty() {
        return Err(Failure::usage("there is nothing to look for"));
    }
    let home = Home::of(&args.client).await?;
    home.refresh().await?;
    let query = SearchQuery {
        text,
        account: home.account.clone(),
        program: args.program.as_deref().map(ProgramId::new),
        kind: None,
        offset: args.offset,
        limit: args.limit,
    };
    let page = home.companion.search(&query).await;
    let page = page.map_err(|error| home.failure(&error))?;
    if args.client.json {
        return print_line(&json::search(&page).to_string());
    }
    let overview = home.overview()?;
    let (theme, columns) = (print_theme(), usize::from(print_columns()));
    let (lines, _) = search::lines(&page, None, columns, &Said::of(&home.labels, &overview), &theme);
    print_text(&print::lines(&lines, columns, &theme))
}
