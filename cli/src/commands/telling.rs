//! `cachebash glance`, `cachebash notify`, `cachebash alert-rules`: the fleet for a status bar, and what is worth a sound.

use std::fmt::Write as _;

use cachebash_core::insight::{ALERT_KINDS, AlertEvent, AlertKind, AlertRules, DueAlert};
use cachebash_core::sync::Turn;
use serde_json::{Value, json};

use super::home::Home;
use super::json::moment;
use super::{print_line, print_text};
use crate::args::{AlertRulesArgs, ClientArgs, GlanceArgs};
use crate::failure::Done;
use crate::words::Labels;

/// Looks, then prints what a widget would show.
pub(super) async fn glance(args: &GlanceArgs) -> Done {
    let home = Home::of(&args.client).await?;
    home.refresh().await?;
    let glance = home.companion.glance(args.level.into());
    let glance = glance.map_err(|error| home.failure(&error))?;
    if args.client.json {
        return print_line(&String::from_utf8_lossy(&glance.to_bytes()?));
    }
    let (now, labels) = (home.overview()?.now, &home.labels);
    let as_of = labels.as_of(glance.as_of, now);
    let mut text = format!("{} · {as_of}\n", labels.glance_headline(&glance, now));
    let widest = glance.rows.iter().map(|row| row.program.chars().count()).max();
    for row in &glance.rows {
        let width = widest.unwrap_or_default().min(24);
        let _ = writeln!(text, "  {:<width$}  {}", row.program, labels.glance_row(row, now));
    }
    if let Some(question) = &glance.question {
        let _ = writeln!(text, "  {}", labels.quoted(&question.text, question.cut));
    }
    let counted = glance.sections.iter().map(|known| {
        let title = labels.section_title(known.section).to_lowercase();
        format!("{} {title}", labels.number(u64::from(known.count)))
    });
    let counted: Vec<_> = counted.collect();
    if !counted.is_empty() {
        let _ = writeln!(text, "{}", counted.join(" · "));
    }
    print_text(&text)
}

/// Looks, then tells what began and was not told here before; for a job that runs every few minutes.
pub(super) async fn notify(args: &ClientArgs) -> Done {
    let home = Home::of(args).await?;
    home.refresh_lists(&[Turn::Questions, Turn::Alerts]).await?;
    let now = home.overview()?.now;
    let due = home.companion.take_due_alerts();
    let due = due.map_err(|error| home.failure(&error))?;
    if args.json {
        let all = |alerts: &[DueAlert]| {
            alerts
                .iter()
                .map(|alert| as_json(alert, &home.labels))
                .collect::<Vec<_>>()
        };
        let value = json!({
            "alerts": all(&due.alerts),
            "heldBack": all(&due.held_back),
            "quietUntil": due.quiet_until.map(moment),
        });
        return print_line(&value.to_string());
    }
    let mut text = String::new();
    for alert in &due.alerts {
        let _ = writeln!(text, "{}", home.labels.due_alert(alert, now));
    }
    if !due.held_back.is_empty() {
        let _ = writeln!(text, "In quiet hours:");
        for alert in &due.held_back {
            let _ = writeln!(text, "  {}", home.labels.due_alert(alert, now));
        }
    }
    print_text(&text)
}

/// Changes what is asked for, then prints all rules.
pub(super) fn rules(args: &AlertRulesArgs) -> Done {
    let home = Home::stored(&args.stored)?;
    let before = home.companion.alert_rules().map_err(|error| home.failure(&error))?;
    let mut rules = before.clone();
    rules.told.extend(args.on.iter().copied().map(AlertKind::from));
    for kind in &args.off {
        rules.told.remove(&(*kind).into());
    }
    rules.quiet = args.quiet.map_or(rules.quiet, |quiet| quiet.0);
    rules.level = args.level.map_or(rules.level, Into::into);
    if rules != before {
        home.companion
            .set_alert_rules(&rules)
            .map_err(|error| home.failure(&error))?;
    }
    if args.stored.json {
        return print_line(&rules_json(&rules, &home.labels).to_string());
    }
    let labels = &home.labels;
    let mut text = String::new();
    for kind in ALERT_KINDS {
        let on = if rules.told.contains(&kind) { "on" } else { "off" };
        let _ = writeln!(text, "{:<12} {on}", labels.alert_kind(kind));
    }
    let _ = writeln!(text, "{:<12} {}", "quiet", labels.quiet_hours(&rules));
    let _ = writeln!(text, "{:<12} {}", "level", labels.glance_level(rules.level));
    print_text(&text)
}

fn rules_json(rules: &AlertRules, labels: &Labels) -> Value {
    let told = rules.told.iter().map(|kind| labels.alert_kind(*kind));
    json!({
        "told": told.collect::<Vec<_>>(),
        "quiet": rules.quiet.map(|hours| json!({"fromMinute": hours.from, "untilMinute": hours.until})),
        "level": labels.glance_level(rules.level),
    })
}

fn as_json(alert: &DueAlert, labels: &Labels) -> Value {
    let mut value = json!({
        "id": alert.id,
        "account": alert.account.as_str(),
        "program": alert.program.as_ref().map(|program| program.as_str()),
        "kind": labels.alert_kind(alert.kind),
        "since": alert.since.map(moment),
        "words": alert.words,
        "over": alert.over,
    });
    match &alert.event {
        AlertEvent::Blocked { or_pinned } => value["orPinned"] = json!(or_pinned),
        AlertEvent::Fell { from, to } => {
            value["from"] = json!(from.value());
            value["to"] = json!(to.value());
        }
        AlertEvent::KeyEnding { key, at } => {
            value["key"] = json!(key.as_str());
            value["at"] = moment(*at);
        }
        AlertEvent::Asked
        | AlertEvent::Alerted
        | AlertEvent::WentSilent
        | AlertEvent::StoodStill
        | AlertEvent::Finished => {}
    }
    value
}
