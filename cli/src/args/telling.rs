//! What can be typed about glances and alerts.

use cachebash_core::insight::{AlertKind, GlanceLevel, QuietHours};
use clap::{Args, ValueEnum};

use super::{ClientArgs, Stored};

/// `glance`.
#[derive(Debug, Args)]
pub(crate) struct GlanceArgs {
    /// How much it tells
    #[arg(long, value_enum, default_value_t = LevelArg::Names)]
    pub(crate) level: LevelArg,
    #[command(flatten)]
    pub(crate) client: ClientArgs,
}

/// `alert-rules`.
#[derive(Debug, Args)]
pub(crate) struct AlertRulesArgs {
    /// Tell this from now on; may be given several times
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) on: Vec<KindOfAlertArg>,
    /// Tell this no longer; may be given several times
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) off: Vec<KindOfAlertArg>,
    /// Tell nothing between two times of each day, as 22:00-07:00, and all of it together afterwards; `never` for no such hours
    #[arg(long, value_name = "HOURS", value_parser = quiet)]
    pub(crate) quiet: Option<QuietArg>,
    /// How much an alert says
    #[arg(long, value_enum)]
    pub(crate) level: Option<LevelArg>,
    #[command(flatten)]
    pub(crate) stored: Stored,
}

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelArg {
    /// Numbers and signs.
    Counts,
    /// Also which programs.
    Names,
    /// Also what they say.
    Full,
}

impl From<LevelArg> for GlanceLevel {
    fn from(level: LevelArg) -> Self {
        match level {
            LevelArg::Counts => Self::Counts,
            LevelArg::Names => Self::Names,
            LevelArg::Full => Self::Full,
        }
    }
}

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindOfAlertArg {
    /// An agent is blocked.
    Blocked,
    /// A question waits.
    Asked,
    /// An agent sent an alert.
    Alerted,
    /// An agent is no longer heard.
    Silent,
    /// Progress stopped rising.
    Stalled,
    /// Progress went down.
    Fell,
    /// A session finished.
    Finished,
    /// A key comes to its estimated end.
    KeyEnding,
}

impl From<KindOfAlertArg> for AlertKind {
    fn from(kind: KindOfAlertArg) -> Self {
        match kind {
            KindOfAlertArg::Blocked => Self::Blocked,
            KindOfAlertArg::Asked => Self::Asked,
            KindOfAlertArg::Alerted => Self::Alerted,
            KindOfAlertArg::Silent => Self::Silent,
            KindOfAlertArg::Stalled => Self::Stalled,
            KindOfAlertArg::Fell => Self::Fell,
            KindOfAlertArg::Finished => Self::Finished,
            KindOfAlertArg::KeyEnding => Self::KeyEnding,
        }
    }
}

/// Quiet hours, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QuietArg(pub(crate) Option<QuietHours>);

fn quiet(text: &str) -> Result<QuietArg, String> {
    let wrong = || "say it like 22:00-07:00, or never".to_owned();
    if text == "never" {
        return Ok(QuietArg(None));
    }
    let minute = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    };
    let (from, until) = text.split_once('-').ok_or_else(wrong)?;
    let hours = QuietHours {
        from: minute(from).ok_or_else(wrong)?,
        until: minute(until).ok_or_else(wrong)?,
    };
    if hours.is_sound() {
        Ok(QuietArg(Some(hours)))
    } else {
        Err(wrong())
    }
}
