//! Glances and alerts in words.

use cachebash_core::domain::Timestamp;
use cachebash_core::insight::{
    AlertEvent, AlertKind, AlertRules, DueAlert, Glance, GlanceLevel, GlanceRow, GlanceText, Headline, Waiting,
};

use super::{Counted, Labels};

impl Labels {
    /// `1 needs you`, and in the past tense once the glance is past its time.
    pub(crate) fn glance_headline(&self, glance: &Glance, now: Timestamp) -> String {
        let is_past = glance.expires_at.is_none_or(|at| at <= now);
        match glance.headline {
            Headline::NeedYou(count) if is_past => self.count(Counted::NeededYou, u64::from(count)),
            Headline::NothingNeedsYou if is_past => self.headline(&Headline::NothingNeededYou),
            other => self.headline(&other),
        }
    }

    /// What stands behind a program's name: what it waits with, what was found, how far along. Always with clock times.
    pub(crate) fn glance_row(&self, row: &GlanceRow, now: Timestamp) -> String {
        let waiting = row.waiting_since.map(|since| {
            let waiting = Waiting {
                since,
                change_seen: !row.waiting_over,
            };
            self.waiting(&waiting, false, now, false)
        });
        let parts = [
            waiting,
            row.finding.as_ref().map(|finding| self.finding(finding, now, false)),
            row.ended_at.map(|at| self.day_clock(at, now)),
            row.percent.map(|percent| self.percent(percent)),
            row.words.as_ref().map(|words| self.glance_text(words)),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// What an agent wrote, with "…" where it goes on.
    pub(crate) fn glance_text(&self, words: &GlanceText) -> String {
        format!("{}{}", words.text, if words.cut { "…" } else { "" })
    }

    /// `builder is blocked: Run it now?`
    pub(crate) fn due_alert(&self, alert: &DueAlert, now: Timestamp) -> String {
        let who = alert.program.as_ref().map(ToString::to_string);
        let program = who.clone().unwrap_or_else(|| "A program".to_owned());
        let what = match &alert.event {
            AlertEvent::Blocked { or_pinned: false } => format!("{program} is blocked"),
            AlertEvent::Blocked { or_pinned: true } => format!("{program} is blocked or pinned"),
            AlertEvent::Asked => format!("{} asks", who.unwrap_or_else(|| "An agent".to_owned())),
            AlertEvent::Alerted => format!("Alert from {}", who.unwrap_or_else(|| "an agent".to_owned())),
            AlertEvent::WentSilent => format!("{program} went silent"),
            AlertEvent::StoodStill => format!("{program} stopped moving"),
            AlertEvent::Fell { from, to } => format!("{program} fell from {} to {}", from.value(), self.percent(*to)),
            AlertEvent::Finished => format!("{program} finished"),
            AlertEvent::KeyEnding { at, .. } => {
                let of = who.map_or_else(|| "A key".to_owned(), |program| format!("The key of {program}"));
                let ends = self.expiry_estimate(Some(*at), now);
                format!("{of}: {}{}", ends[..1].to_lowercase(), &ends[1..])
            }
        };
        let over = if alert.over { ", and no longer" } else { "" };
        match &alert.words {
            Some(words) => format!("{what}{over}: {words}"),
            None => format!("{what}{over}"),
        }
    }

    /// A rule.
    pub(crate) fn alert_kind(&self, kind: AlertKind) -> &'static str {
        match kind {
            AlertKind::Blocked => "blocked",
            AlertKind::Asked => "asked",
            AlertKind::Alerted => "alerted",
            AlertKind::Silent => "silent",
            AlertKind::Stalled => "stalled",
            AlertKind::Fell => "fell",
            AlertKind::Finished => "finished",
            AlertKind::KeyEnding => "key-ending",
        }
    }

    /// How much is told.
    pub(crate) fn glance_level(&self, level: GlanceLevel) -> &'static str {
        match level {
            GlanceLevel::Counts => "counts",
            GlanceLevel::Names => "names",
            GlanceLevel::Full => "full",
        }
    }

    /// `22:00-07:00`, as it is typed.
    pub(crate) fn quiet_hours(&self, rules: &AlertRules) -> String {
        rules.quiet.map_or_else(
            || "never".to_owned(),
            |hours| {
                let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
                format!("{}-{}", clock(hours.from), clock(hours.until))
            },
        )
    }
}
