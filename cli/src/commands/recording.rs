//! `cachebash record …` and `cachebash replay FILE`: a bug report that reproduces.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use cachebash_core::companion::{CompanionError, Difference, Replay};
use cachebash_core::domain::ProgramId;
use cachebash_core::insight::{Overview, ProgramPage};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::board::{overview_json, print_overview};
use super::home::{Home, whole_overview};
use super::state::print_page;
use super::{failed, json, print_line};
use crate::args::{RecordCommand, RecordName, RecordSave, RecordStart, ReplayArgs};
use crate::failure::{Done, Failure};
use crate::words::Labels;

/// Does what was typed.
pub(super) async fn record(command: &RecordCommand) -> Done {
    match command {
        RecordCommand::Start(args) => start(args).await,
        RecordCommand::Save(args) => save(args).await,
        RecordCommand::Stop(args) => stop(args).await,
    }
}

async fn start(args: &RecordStart) -> Done {
    let home = Home::of(&args.name.client()).await?;
    let account = home.one_account()?;
    let started = home.companion.start_recording(&account.id, args.texts).await;
    started.map_err(|error| home.failure(&error))?;
    if args.name.stored.json {
        return print_line(&json!({ "recording": account.id.as_str(), "texts": args.texts }).to_string());
    }
    let texts = if args.texts {
        "with all texts as they are"
    } else {
        "with letters in the place of texts"
    };
    print_line(&format!(
        "Recording {} from now on, {texts}; keys are never in it. `cachebash record save FILE` writes it down.",
        account.label
    ))
}

async fn save(args: &RecordSave) -> Done {
    let home = Home::of(&args.name.client()).await?;
    let account = home.one_account()?;
    let recording = home.companion.recording(&account.id).await;
    let recording = recording.map_err(|error| home.failure(&error))?;
    if recording.is_empty() {
        return Err(Failure::new(format!("nothing of {} was recorded", account.label))
            .hint("`cachebash record start` begins; then do again what went wrong"));
    }
    let file = args.file.display();
    let mut to = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&args.file)
        .map_err(|error| Failure::new(format!("{file} cannot be written: {error}")))?;
    let lines = recording.iter().filter(|byte| **byte == b'\n').count();
    to.write_all(&recording)
        .map_err(|error| Failure::new(format!("{file} cannot be written: {error}")))?;
    if args.name.stored.json {
        return print_line(&json!({ "file": args.file, "lines": lines, "bytes": recording.len() }).to_string());
    }
    print_line(&format!(
        "Wrote {lines} lines to {file}. `cachebash replay {file}` shows what was seen."
    ))
}

async fn stop(args: &RecordName) -> Done {
    let home = Home::of(&args.client()).await?;
    let account = home.one_account()?;
    let stopped = home.companion.stop_recording(&account.id).await;
    stopped.map_err(|error| home.failure(&error))?;
    if args.stored.json {
        return print_line(&json!({ "stopped": account.id.as_str() }).to_string());
    }
    print_line(&format!("{} is no longer recorded; what was is deleted", account.label))
}

/// Plays a recording in a folder of its own and shows what there was to see at its end.
pub(super) async fn replay(args: &ReplayArgs) -> Done {
    let file = args.file.display();
    let recording = fs::read(&args.file).map_err(|error| Failure::new(format!("{file} cannot be read: {error}")))?;
    let folder = tempfile::tempdir()?;
    let replay = Replay::of(folder.path(), &recording).await.map_err(|error| {
        Failure::new(format!("{file}: {error}")).hint("`cachebash record save FILE` writes recordings")
    })?;
    // Days end where they ended for whoever recorded.
    let labels = TimeZone::get(&replay.zone).map_or_else(|_| Labels::here(), Labels::terminal);
    let overview = whole_overview(&replay.companion, None).map_err(|error| failed(&error, &labels))?;
    let page = args
        .program
        .as_deref()
        .map(|program| page_of(&replay, program, &labels));
    let page = page.transpose()?;
    if args.json {
        print_line(&as_json(&replay, &overview, page.as_ref(), &labels).to_string())?;
    } else {
        match &page {
            Some(page) => print_page(page, &overview, &labels)?,
            None => print_overview(&overview, &labels)?,
        }
        print_line(&format!("\n{}", labels.replayed(&replay)))?;
    }
    match replay.differences.as_slice() {
        [] => Ok(()),
        some => Err(Failure::new(format!(
            "it went another way {} times than when it was recorded, with version {}",
            some.len(),
            replay.version
        ))
        .hint(said(&some[0]))),
    }
}

fn page_of(replay: &Replay, program: &str, labels: &Labels) -> Done<ProgramPage> {
    let page = replay.companion.program(&replay.account, &ProgramId::new(program));
    page.map_err(|error| match error {
        CompanionError::NotFound => Failure::new(format!("there was no program called {program}")),
        other => failed(&other, labels),
    })
}

fn as_json(replay: &Replay, overview: &Overview, page: Option<&ProgramPage>, labels: &Labels) -> Value {
    json!({
        "from": replay.from.as_millis(),
        "until": replay.until.as_millis(),
        "lines": replay.lines,
        "texts": replay.texts,
        "version": replay.version,
        "differences": replay.differences.iter().map(said).collect::<Vec<_>>(),
        "overview": overview_json(overview, labels),
        "program": page.map(json::page),
    })
}

/// Where it went another way. Requests have no text of anyone's in them.
fn said(difference: &Difference) -> String {
    match difference {
        Difference::AskedOtherwise { line, then, now } => format!("line {line}: it asked {then}, and now {now}"),
        Difference::NotAsked { line, then } => format!("line {line}: it asked {then}, and now does not"),
        Difference::AskedMore { now } => format!("now it asks {now}, and did not"),
        Difference::GoesOn { line } => format!("line {line}: it was done, and now is not"),
    }
}
