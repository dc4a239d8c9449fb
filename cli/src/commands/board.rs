//! `cachebash programs`: the fleet as lines, or as JSON.

use std::io::Write;

use cachebash_core::insight::Overview;
use serde_json::{Value, json};

use super::home::Home;
use super::json;
use crate::args::ClientArgs;
use crate::failure::Done;
use crate::surroundings::{print_columns, print_theme};
use crate::tui::{board::Board, print, ui::Ui};
use crate::words::Labels;

/// Looks, then prints.
pub(super) async fn run(args: &ClientArgs) -> Done {
    let home = Home::of(args).await?;
    home.refresh().await?;
    let overview = home.overview()?;
    if args.json {
        return print_line(&overview_json(&overview, &home.labels).to_string());
    }
    print_overview(&overview, &home.labels)
}

/// The fleet as JSON, with the face's own words beside the values where they differ with the moment.
pub(crate) fn overview_json(overview: &Overview, labels: &Labels) -> Value {
    let mut value = json::overview(overview);
    if let Value::Object(map) = &mut value {
        map.insert("headlineText".into(), json!(labels.headline(&overview.headline)));
    }
    value
}

/// The fleet as lines.
pub(crate) fn print_overview(overview: &Overview, labels: &Labels) -> Done {
    let theme = print_theme();
    let ui = Ui::default();
    let board = Board {
        overview,
        page: None,
        outbox: &[],
        ui: &ui,
        labels,
        theme: &theme,
    };
    let columns = usize::from(print_columns());
    let lines = board.printed(columns);
    print_text(&print::lines(&lines, columns, &theme))
}

/// Prints whole lines.
pub(crate) fn print_text(text: &str) -> Done {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // The reader has seen enough, as with `| head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Prints one line.
pub(crate) fn print_line(line: &str) -> Done {
    print_text(&format!("{line}\n"))
}
