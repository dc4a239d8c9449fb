//! `cachebash demo`: a fleet at work, without a server, a key or an agent of one's own.
//!
//! `story` says what happens, in the terms of `script`; `agents` do it through the API, `stage` holds server and
//! companion, `network` may be cut, and `clock` is stepped through the first hour and then runs thirty times as fast as
//! the world.

mod agents;
pub(crate) mod clock;
mod network;
mod script;
pub(crate) mod stage;
mod story;

use std::path::Path;
use std::sync::Arc;

use cachebash_core::companion::Clock;
use cachebash_core::domain::{ProgramId, Span, Timestamp};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::args::DemoArgs;
use crate::commands::home::whole_overview;
use crate::commands::{overview_json, print_line, print_text};
use crate::failure::{Done, Failure};
use crate::secrets::root_folder;
use crate::surroundings::{PRINTED_COLUMNS, interactive, live_theme, print_theme};
use crate::tui::board::Board;
use crate::tui::live::{Live, Pace};
use crate::tui::print;
use crate::tui::ui::Ui;
use crate::words::Labels;
use stage::Stage;
use story::{BOARD, CURTAIN, round, story};

/// How many times as fast as the world the demo's clock runs.
const SPEED: u32 = 30;
/// 1 June 2026, 12:29 UTC: where `--once` begins when nothing of it is kept, so that it always prints the same.
const ONCE_START: Timestamp = Timestamp::from_millis(1_780_316_940_000);
/// What the keys of such a demo are made of; kept ones are made of chance.
const ONCE_SEED: u64 = 7;
/// The program whose page is shown first.
const SHOWN: &str = "builder";

/// Plays it live, or at once where nobody sits.
pub(crate) async fn run(args: DemoArgs) -> Done {
    let passing = if args.data.is_none() {
        Some(tempfile::tempdir()?)
    } else {
        None
    };
    let folder = match (&args.data, &passing) {
        (Some(folder), _) => folder.as_path(),
        (None, Some(dir)) => dir.path(),
        (None, None) => return Err(Failure::new("there is no folder to play in")),
    };
    root_folder(folder)?;
    if args.once || !interactive() {
        once(folder, &args).await
    } else {
        live(folder, &args).await
    }
}

/// The whole script on the stepped clock, then one board.
async fn once(folder: &Path, args: &DemoArgs) -> Done {
    // What is kept is looked at later, so its board is of this very moment.
    let now = cachebash_core::companion::SystemClock.now();
    let this_second = now.minus(Span::from_millis(now.as_millis().rem_euclid(1_000)));
    let (start, seed) = match args.data {
        Some(_) => (this_second.minus(BOARD), None),
        None => (ONCE_START, Some(ONCE_SEED)),
    };
    let mut stage = Stage::set(folder, start, seed, SPEED).await?;
    stage.play(&story(), Span::default(), BOARD).await?;
    stage.look_at(SHOWN).await?;
    let board = board(&stage, args.json);
    stage.strike().await?;
    let printed = board?;
    if args.json {
        print_line(&printed)
    } else {
        print_text(&printed)
    }
}

fn board(stage: &Stage, as_json: bool) -> Done<String> {
    let labels = Labels::here();
    let failed = |error| Failure::new(format!("the companion could not be read: {error}"));
    let overview = whole_overview(&stage.companion, None).map_err(failed)?;
    if as_json {
        return Ok(overview_json(&overview, &labels).to_string());
    }
    let row = overview.rows.iter().find(|row| row.program.as_str() == SHOWN);
    let page = row
        .map(|row| stage.companion.program(&row.account, &ProgramId::new(SHOWN)))
        .transpose()
        .map_err(failed)?;
    let ui = Ui {
        selected: row.map(|row| (row.account.clone(), row.program.clone())),
        ..Ui::default()
    };
    let theme = print_theme();
    let board = Board {
        overview: &overview,
        page: page.as_ref(),
        outbox: &[],
        ui: &ui,
        labels: &labels,
        theme: &theme,
    };
    // No last line: what is printed takes no keys.
    let mut buffer = Buffer::empty(Rect::new(0, 0, PRINTED_COLUMNS, board.printed_height(30)));
    board.draw_printed(buffer.area, &mut buffer);
    Ok(print::text(&buffer, &theme))
}

/// The first hour at once, then live.
async fn live(folder: &Path, args: &DemoArgs) -> Done {
    let now = cachebash_core::companion::SystemClock.now();
    // Four hours back, on a whole minute: a demo that is left running stays in the past for eight minutes of the world's.
    let start = now
        .minus(Span::from_mins(240))
        .minus(Span::from_millis(now.as_millis().rem_euclid(60_000)));
    let mut stage = Stage::set(folder, start, None, SPEED).await?;
    let story = story();
    stage.play(&story, Span::default(), CURTAIN).await?;
    stage.look_at(SHOWN).await?;
    let selected = whole_overview(&stage.companion, None)
        .ok()
        .and_then(|overview| overview.rows.into_iter().find(|row| row.program.as_str() == SHOWN))
        .map(|row| (row.account, row.program));
    let rest = story
        .into_iter()
        .filter(|step| step.at >= CURTAIN)
        .chain((0..).flat_map(round));
    let running = stage.run(SPEED, rest);
    running
        .companion
        .start()
        .map_err(|error| Failure::new(format!("the companion could not start: {error}")))?;
    let live = Live {
        companion: Arc::clone(&running.companion),
        account: None,
        labels: Labels::here(),
        theme: live_theme(args.ground),
        pace: Pace::Fast,
        ask: true,
        background: tokio::runtime::Handle::current(),
        stage: Some((Arc::clone(&running.controls), selected)),
    };
    let shown = tokio::task::spawn_blocking(move || live.run()).await;
    let ended = running.end().await;
    shown.map_err(|_| Failure::new("the screen failed"))??;
    ended?;
    if args.data.is_some() {
        eprintln!(
            "Kept in {}; see it with `cachebash programs --offline --data {}`\nIts times are the demo's clock, which began four hours back and ran {SPEED} times as fast: \"as of\" is not when you left.",
            folder.display(),
            folder.display()
        );
    }
    Ok(())
}
