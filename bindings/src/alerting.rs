//! What to tell the person, each thing once.

use cachebash_core::insight;

use crate::guard::call;
use crate::mirror::{Cross, mirror};
use crate::{Companion, CompanionError, GlanceLevel};

mirror! {
    /// What can be told, in the order of attention.
    #[derive(Copy, Eq)]
    pub enum AlertKind mirrors insight::AlertKind {
        /// An agent is blocked.
        Blocked,
        /// An asked question waits, whoever asks.
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
}

impl From<AlertKind> for insight::AlertKind {
    fn from(kind: AlertKind) -> Self {
        match kind {
            AlertKind::Blocked => Self::Blocked,
            AlertKind::Asked => Self::Asked,
            AlertKind::Alerted => Self::Alerted,
            AlertKind::Silent => Self::Silent,
            AlertKind::Stalled => Self::Stalled,
            AlertKind::Fell => Self::Fell,
            AlertKind::Finished => Self::Finished,
            AlertKind::KeyEnding => Self::KeyEnding,
        }
    }
}

/// A span of each local day, in minutes since midnight; it goes over midnight where it ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct QuietHours {
    /// First quiet minute, 0 to 1439.
    pub from: u32,
    /// First minute that is not quiet any more, 0 to 1439, and another one than `from`.
    pub until: u32,
}

impl Cross for insight::QuietHours {
    type Out = QuietHours;

    fn cross(self) -> QuietHours {
        let Self { from, until } = self;
        QuietHours {
            from: from.into(),
            until: until.into(),
        }
    }
}

/// What a person wants to be told, on this device, of all its accounts.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct AlertRules {
    /// What is told, each kind once, in any order. What is not counts as known while it is not: switching it on tells only
    /// what begins later.
    pub told: Vec<AlertKind>,
    /// When nothing is told; what begins then is told once, together, when it is over.
    pub quiet: Option<QuietHours>,
    /// How much an alert says, since it may stand on a locked screen.
    pub level: GlanceLevel,
}

impl Cross for insight::AlertRules {
    type Out = AlertRules;

    fn cross(self) -> AlertRules {
        let Self { told, quiet, level } = self;
        AlertRules {
            told: told.into_iter().map(Cross::cross).collect(),
            quiet: quiet.cross(),
            level: level.cross(),
        }
    }
}

impl From<AlertRules> for insight::AlertRules {
    fn from(rules: AlertRules) -> Self {
        let AlertRules { told, quiet, level } = rules;
        // A minute too large for a day stays one, and is refused as such.
        let minute = |minute: u32| u16::try_from(minute).unwrap_or(u16::MAX);
        Self {
            told: told.into_iter().map(Into::into).collect(),
            quiet: quiet.map(|QuietHours { from, until }| insight::QuietHours {
                from: minute(from),
                until: minute(until),
            }),
            level: level.into(),
        }
    }
}

mirror! {
    /// What began. Moments are milliseconds since the epoch, server time.
    #[derive(Eq)]
    pub enum AlertEvent mirrors insight::AlertEvent {
        /// The agent is blocked.
        Blocked {
            /// It may as well be pinned: the server does not tell them apart.
            or_pinned: bool,
        },
        /// A question waits.
        Asked,
        /// The agent sent an alert.
        Alerted,
        /// It is no longer heard.
        WentSilent,
        /// Its progress stopped rising.
        StoodStill,
        /// Its progress went down.
        Fell {
            /// From, in percent.
            from: u8,
            /// To.
            to: u8,
        },
        /// Its session finished.
        Finished,
        /// A key ends.
        KeyEnding {
            /// Its fingerprint.
            key: String,
            /// When, as far as can be worked out.
            at: i64,
        },
    }
}

mirror! {
    /// An alert to show.
    #[derive(Eq)]
    pub struct DueAlert mirrors insight::DueAlert {
        /// Of account, kind and subject: a later episode of the same takes the place of an earlier one on the screen.
        id: String,
        /// Whose.
        account: String,
        /// Which program's, where that is known and may be shown.
        program: Option<String>,
        /// The rule it falls under.
        kind: AlertKind,
        /// What began.
        event: AlertEvent,
        /// When it began, in milliseconds since the epoch, server time.
        since: Option<i64>,
        /// What its agent says, where that may be shown.
        words: Option<String>,
        /// It was over before it was told.
        over: bool,
    }
}

mirror! {
    /// What is to be told now, each of it for the only time.
    #[derive(Eq)]
    pub struct DueAlerts mirrors insight::DueAlerts {
        /// One alert each, by attention, then oldest first.
        alerts: Vec<DueAlert>,
        /// What quiet hours held back: one alert for all of it. Likewise ordered.
        held_back: Vec<DueAlert>,
        /// It is quiet until then, in milliseconds since the epoch, server time; ask again at that moment.
        quiet_until: Option<i64>,
    }
}

#[uniffi::export]
impl Companion {
    /// What the person wants to be told on this device; the usual where they never said.
    pub fn alert_rules(&self) -> Result<AlertRules, CompanionError> {
        call(|| self.core.alert_rules()).map(Cross::cross)
    }

    /// Keeps what the person wants to be told. Refused for quiet hours that are none.
    pub fn set_alert_rules(&self, rules: AlertRules) -> Result<(), CompanionError> {
        call(|| self.core.set_alert_rules(&rules.into()))
    }

    /// Hands out what is to be told now. Each episode is handed out once: it is marked as told, on the disk, before this
    /// returns. The first call for an account tells nothing. From the files alone; ask after each refresh or wake.
    pub fn take_due_alerts(&self) -> Result<DueAlerts, CompanionError> {
        call(|| self.core.take_due_alerts()).map(Cross::cross)
    }
}
