//! `cachebash tasks`: what waits to be done or is under way, newest first; one of them with its instructions.

use cachebash_core::domain::TaskId;
use cachebash_core::sync::Turn;

use super::home::Home;
use super::{json, print_line, print_text};
use crate::args::TasksArgs;
use crate::failure::Done;
use crate::surroundings::{print_columns, print_theme};
use crate::tui::{lists, print, said::Said};

/// Looks, then prints.
pub(super) async fn run(args: &TasksArgs) -> Done {
    let home = Home::of(&args.list.client).await?;
    if let Some(id) = &args.open {
        return open(&home, &TaskId::from(id.as_str()), args).await;
    }
    home.refresh_lists(&[Turn::Tasks]).await?;
    let window = home.shown(home.companion.tasks(&home.list_query(&args.list)))?;
    if args.list.client.json {
        return print_line(&json::tasks(&window).to_string());
    }
    let overview = home.overview()?;
    let (theme, columns) = (print_theme(), usize::from(print_columns()));
    let lines = lists::tasks(&window, columns, &Said::of(&home.labels, &overview), &theme);
    print_text(&print::lines(&lines, columns, &theme))
}

async fn open(home: &Home, id: &TaskId, args: &TasksArgs) -> Done {
    let account = home.one_account()?.id;
    let task = if home.offline {
        home.companion.task(&account, id)
    } else {
        home.companion.read_task(&account, id).await
    };
    let task = task.map_err(|error| home.failure(&error).hint("`cachebash tasks` shows those there are"))?;
    if args.list.client.json {
        return print_line(&json::task(&account, &task).to_string());
    }
    let overview = home.overview()?;
    let (theme, columns) = (print_theme(), usize::from(print_columns()));
    let lines = lists::task(&task, columns, &Said::of(&home.labels, &overview), &theme);
    print_text(&print::lines(&lines, columns, &theme))
}
