//! `cachebash away`: what happened while nobody looked.

use std::fmt::Write as _;

use cachebash_core::insight::{AwayEvent, AwayLine, Digest, Overview, Stretch};
use serde_json::{Value, json};

use super::home::Home;
use super::json::{moment, state};
use super::{print_line, print_text};
use crate::args::AwayArgs;
use crate::failure::Done;
use crate::words::Labels;

/// Looks, then prints.
pub(super) async fn run(args: &AwayArgs) -> Done {
    let home = Home::of(&args.client).await?;
    home.refresh().await?;
    let overview = home.overview()?;
    let since = args.since.map(|span| overview.judged_at.minus(span));
    let digest = home.companion.away(home.account.as_ref(), since);
    let digest = digest.map_err(|error| home.failure(&error))?;
    if args.client.json {
        return print_line(&as_json(&digest).to_string());
    }
    print_text(&text(&digest, &overview, &home.labels))
}

/// Title, span, one sentence, then who waits, who finished and who changed course, each oldest first.
fn text(digest: &Digest, overview: &Overview, labels: &Labels) -> String {
    let now = overview.now;
    let mut text = format!(
        "While you were away\n{}, {}\n{}\n",
        labels.span(digest.from, digest.until, now),
        labels.duration_long(digest.until.since(digest.from)),
        labels.away(digest)
    );
    let sections = [
        ("Waiting for you", &digest.waiting),
        ("Finished", &digest.finished),
        ("Changed course", &digest.changed),
    ];
    for (title, lines) in sections {
        if lines.is_empty() {
            continue;
        }
        let _ = write!(text, "\n{title}  {}\n", labels.number(lines.len() as u64));
        for line in lines {
            let _ = writeln!(
                text,
                "  {:>5}  {:<16} {}",
                labels.day_clock(line.at, now),
                line.program,
                labels.away_event(&line.event)
            );
        }
    }
    if !digest.unseen.is_empty() {
        let spans: Vec<_> = digest
            .unseen
            .iter()
            .map(|gap| labels.span(gap.from, gap.until, now))
            .collect();
        let _ = write!(text, "\nNot seen here: {}\n", spans.join(", "));
    }
    text
}

fn as_json(digest: &Digest) -> Value {
    let lanes = digest.lanes.iter().map(|lane| {
        let pieces = lane.pieces.iter().map(|piece| {
            let what = match &piece.what {
                Stretch::Live => json!("live"),
                Stretch::Reported { state: reported } => json!(state(reported)),
                Stretch::Silent => json!("silent"),
            };
            json!({
                "session": piece.session.as_str(), "from": moment(piece.from), "until": moment(piece.until), "what": what,
            })
        });
        json!({
            "account": lane.account.as_str(),
            "program": lane.program.as_str(),
            "handOffs": lane.hand_offs,
            "eventful": lane.eventful,
            "pieces": pieces.collect::<Vec<_>>(),
        })
    });
    let gaps = digest.unseen.iter();
    json!({
        "from": moment(digest.from),
        "until": moment(digest.until),
        "waiting": digest.waiting.iter().map(line_json).collect::<Vec<_>>(),
        "finished": digest.finished.iter().map(line_json).collect::<Vec<_>>(),
        "changed": digest.changed.iter().map(line_json).collect::<Vec<_>>(),
        "lanes": lanes.collect::<Vec<_>>(),
        "unseen": gaps.map(|gap| json!([moment(gap.from), moment(gap.until)])).collect::<Vec<_>>(),
    })
}

fn line_json(line: &AwayLine) -> Value {
    let mut value = json!({
        "account": line.account.as_str(), "program": line.program.as_str(), "at": moment(line.at),
    });
    match &line.event {
        AwayEvent::Waits { words } | AwayEvent::Finished { words } => value["words"] = json!(words),
        AwayEvent::WentSilent => value["event"] = json!("silent"),
        AwayEvent::StoodStill => value["event"] = json!("noChange"),
        AwayEvent::Fell { from, to } => {
            value["event"] = json!("fell");
            value["from"] = json!(from.value());
            value["to"] = json!(to.value());
        }
    }
    value
}
