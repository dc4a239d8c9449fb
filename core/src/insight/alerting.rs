//! What is worth a sound: when something begins that a person would want to know, and whether they were told of it.
//!
//! An episode is one stretch of one condition of one thing: this session is blocked, that question waits. Its identity is
//! kind and subject; a later stretch of the same is another episode when it began after the last one was told. What was told
//! is one moment per kind and subject, so nothing has to be seen ending, and an as-of that moves by seconds makes no second
//! alert. Pure: the store holds the marks, and decides in one transaction with [`weigh`].

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::liveness::QUIET_AFTER;
use super::{AlertRow, AskedRow, Finding, GlanceLevel, KeyFacts, ProgramRecord, ProgramRow, Section};
use crate::domain::{AccountId, KeyHash, Percent, ProgramId, SessionState, Span, Timestamp};

/// So long before a key's estimated end it is told.
const KEY_ENDS_WITHIN: Span = Span::from_mins(7 * 24 * 60);

/// A mark of what holds no longer is let go after so long.
const MARK_KEPT: Span = Span::from_mins(30 * 24 * 60);

/// What can be told, in the order of attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AlertKind {
    /// An agent is blocked.
    Blocked,
    /// An asked question waits, whoever asks.
    Asked,
    /// An agent sent an alert (contract §5.7).
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

/// All kinds, in the order of attention.
pub const ALERT_KINDS: [AlertKind; 8] = [
    AlertKind::Blocked,
    AlertKind::Asked,
    AlertKind::Alerted,
    AlertKind::Silent,
    AlertKind::Stalled,
    AlertKind::Fell,
    AlertKind::Finished,
    AlertKind::KeyEnding,
];

/// A span of each local day, in minutes since midnight; it goes over midnight where it ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// First quiet minute, 0 to 1439.
    pub from: u16,
    /// First minute that is not quiet any more, 0 to 1439, and another one than `from`.
    pub until: u16,
}

impl QuietHours {
    /// Both are minutes of a day, and not the same.
    pub const fn is_sound(self) -> bool {
        self.from < 1_440 && self.until < 1_440 && self.from != self.until
    }
}

/// What a person wants to be told, on this device, of all its accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRules {
    /// What is told. What is not counts as known while it is not: switching it on tells only what begins later.
    pub told: BTreeSet<AlertKind>,
    /// When nothing is told; what begins then is told once, together, when it is over.
    pub quiet: Option<QuietHours>,
    /// How much an alert says, since it may stand on a locked screen.
    pub level: GlanceLevel,
}

impl Default for AlertRules {
    /// Everything but falls, at any hour, by name.
    fn default() -> Self {
        Self {
            told: ALERT_KINDS
                .into_iter()
                .filter(|kind| *kind != AlertKind::Fell)
                .collect(),
            quiet: None,
            level: GlanceLevel::default(),
        }
    }
}

/// What began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlertEvent {
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
        /// From.
        from: Percent,
        /// To.
        to: Percent,
    },
    /// Its session finished.
    Finished,
    /// A key ends.
    KeyEnding {
        /// Which; empty where that may not be shown.
        key: KeyHash,
        /// When, as far as can be worked out.
        at: Timestamp,
    },
}

impl AlertEvent {
    /// The rule it falls under.
    pub const fn kind(&self) -> AlertKind {
        match self {
            Self::Blocked { .. } => AlertKind::Blocked,
            Self::Asked => AlertKind::Asked,
            Self::Alerted => AlertKind::Alerted,
            Self::WentSilent => AlertKind::Silent,
            Self::StoodStill => AlertKind::Stalled,
            Self::Fell { .. } => AlertKind::Fell,
            Self::Finished => AlertKind::Finished,
            Self::KeyEnding { .. } => AlertKind::KeyEnding,
        }
    }
}

/// One stretch of one condition of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Episode {
    /// Whose.
    pub account: AccountId,
    /// What it is of: a session, question, alert or key, by its id.
    pub subject: String,
    /// Which program's, where that is known.
    pub program: Option<ProgramId>,
    /// What began.
    pub event: AlertEvent,
    /// When it began, server time; `None`: there is no second episode of this subject.
    pub since: Option<Timestamp>,
    /// When what has no second episode began, server time.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
    /// What its agent says: the question, the alert, the status.
    pub words: Option<String>,
}

impl Episode {
    /// What marks are kept by.
    pub fn slot(&self) -> Slot {
        (self.event.kind(), self.subject.clone())
    }
}

/// Kind and subject.
pub type Slot = (AlertKind, String);

/// An alert to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueAlert {
    /// A digest of account, kind and subject: a later episode of the same takes the place of an earlier one on the screen. It
    /// says nothing by itself.
    pub id: String,
    /// Whose.
    pub account: AccountId,
    /// Which program's, where that is known and may be shown.
    pub program: Option<ProgramId>,
    /// The rule it falls under.
    pub kind: AlertKind,
    /// What began.
    pub event: AlertEvent,
    /// When it began, server time.
    pub since: Option<Timestamp>,
    /// What its agent says, where that may be shown.
    pub words: Option<String>,
    /// It was over before it was told.
    pub over: bool,
}

impl DueAlert {
    /// An episode as this much of it may be shown.
    pub fn of(episode: Episode, level: GlanceLevel, over: bool) -> Self {
        let kind = episode.event.kind();
        let named = level != GlanceLevel::Counts;
        let event = match episode.event {
            AlertEvent::KeyEnding { at, .. } if !named => AlertEvent::KeyEnding {
                key: KeyHash::new(""),
                at,
            },
            event => event,
        };
        let whole = format!("{}/{kind:?}/{}", episode.account, episode.subject);
        let digest = Sha256::digest(whole);
        Self {
            id: digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect(),
            program: episode.program.filter(|_| named),
            words: episode.words.filter(|_| level == GlanceLevel::Full),
            account: episode.account,
            kind,
            event,
            since: episode.since,
            over,
        }
    }
}

/// What is to be told now, each of it for the only time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueAlerts {
    /// One alert each, by attention, then oldest first.
    pub alerts: Vec<DueAlert>,
    /// What quiet hours held back: one alert for all of it. Likewise ordered.
    pub held_back: Vec<DueAlert>,
    /// It is quiet until then, server time; ask again at that moment.
    pub quiet_until: Option<Timestamp>,
}

impl DueAlerts {
    /// By attention, then oldest first, then by name.
    pub fn in_order(&mut self) {
        for list in [&mut self.alerts, &mut self.held_back] {
            let order = |a: &DueAlert| (a.kind, a.since, a.account.clone(), a.program.clone(), a.id.clone());
            list.sort_by_cached_key(order);
        }
    }
}

/// The episode of each thing a program's row shows, and of the questions it asked.
pub fn episodes_of_program(record: &ProgramRecord, row: &ProgramRow, judged_at: Timestamp) -> Vec<Episode> {
    let episode = |event: AlertEvent, since: Timestamp| {
        let session = row.session.as_ref()?;
        Some(Episode {
            account: row.account.clone(),
            subject: session.as_str().to_owned(),
            program: Some(row.program.clone()),
            event,
            since: Some(since),
            sent_at: None,
            words: row.status.clone(),
        })
    };
    let asked = record.asked.iter().map(episode_of_question);
    let or_pinned = row.state == Some(SessionState::BlockedOrPinned);
    let is_blocked = row.live && (or_pinned || row.state == Some(SessionState::Blocked));
    let blocked = row
        .waiting
        .filter(|_| is_blocked)
        .and_then(|waiting| episode(AlertEvent::Blocked { or_pinned }, waiting.since));
    let found = match &row.finding {
        // Whoever waits for the person is silent, and stands still, for a reason.
        Some(_) if row.section == Section::NeedsYou => None,
        Some(Finding::Silent { since, .. }) => episode(AlertEvent::WentSilent, *since),
        Some(Finding::NoChange { since }) => episode(AlertEvent::StoodStill, *since),
        Some(Finding::Fell { from, to, at }) => episode(AlertEvent::Fell { from: *from, to: *to }, *at),
        _ => None,
    };
    let finished = finished_at(record, row)
        .filter(|at| judged_at.since(*at) < QUIET_AFTER)
        .and_then(|at| episode(AlertEvent::Finished, at));
    asked.chain(blocked).chain(found).chain(finished).collect()
}

/// When its session said complete. A finished one may go on writing words: it finished once.
fn finished_at(record: &ProgramRecord, row: &ProgramRow) -> Option<Timestamp> {
    let complete = Some(SessionState::Complete);
    let trace = record.current.as_ref().and_then(|current| current.trace.as_ref());
    let said = trace
        .filter(|trace| trace.state == complete)
        .map(|trace| trace.state_since);
    (row.state == complete).then(|| said.or(row.ended_at)).flatten()
}

/// A question that waits.
pub fn episode_of_question(asked: &AskedRow) -> Episode {
    Episode {
        account: asked.account.clone(),
        subject: asked.question.as_str().to_owned(),
        program: asked.asker.clone(),
        event: AlertEvent::Asked,
        since: None,
        sent_at: asked.asked_at,
        words: Some(asked.text.clone()),
    }
}

/// An alert that an agent sent.
pub fn episode_of_alert(row: &AlertRow) -> Episode {
    Episode {
        account: row.account.clone(),
        subject: row.alert.id.as_str().to_owned(),
        program: row.alert.source.clone().map(ProgramId::new),
        event: AlertEvent::Alerted,
        since: None,
        sent_at: row.alert.created_at,
        words: Some(row.alert.text.clone()),
    }
}

/// A key whose estimated end is near; it ends once.
pub fn episode_of_key(account: &AccountId, key: &KeyFacts, judged_at: Timestamp) -> Option<Episode> {
    let at = key.expires_estimate?;
    // An estimate that is over was wrong: a key may be made to live for ever.
    let is_near = (Span::default()..=KEY_ENDS_WITHIN).contains(&at.since(judged_at));
    is_near.then(|| Episode {
        account: account.clone(),
        subject: key.hash.as_str().to_owned(),
        program: Some(key.program.clone()),
        event: AlertEvent::KeyEnding {
            key: key.hash.clone(),
            at,
        },
        since: None,
        sent_at: Some(at.minus(KEY_ENDS_WITHIN)),
        words: None,
    })
}

/// What one account's person was told already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Somebody asked before. The first to ask learns nothing: all of it stands on the screen they set this up on.
    pub begun: bool,
    /// What began until then is told, by kind and subject.
    pub marks: BTreeMap<Slot, Timestamp>,
    /// What quiet hours hold back.
    pub held: Vec<Episode>,
}

/// Whether it is quiet, and when it last was. Server time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quiet {
    /// It is, until then.
    pub until: Option<Timestamp>,
    /// It was, from then to then.
    pub last: Option<(Timestamp, Timestamp)>,
}

impl Quiet {
    fn covered(&self, at: Timestamp) -> bool {
        self.last.is_some_and(|(from, until)| from <= at && at < until)
    }
}

/// What to write down, and what to say once it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// Somebody asks for the first time.
    pub begins: bool,
    /// Told from now on, with what is held back of it.
    pub marks: Vec<(Slot, Timestamp, Option<Episode>)>,
    /// Held back until now: told together.
    pub released: Vec<Slot>,
    /// Marks of what is long over.
    pub forgotten: Vec<Slot>,
    /// One alert each.
    pub alerts: Vec<DueAlert>,
    /// One alert together.
    pub held_back: Vec<DueAlert>,
}

impl Telling {
    /// There is nothing to write, and so nothing to say.
    pub fn is_empty(&self) -> bool {
        // What is long over goes with the next thing that is told.
        !self.begins && self.marks.is_empty() && self.released.is_empty()
    }
}

/// What of these episodes is news. `episodes`: all that hold now.
pub fn weigh(episodes: &[Episode], told: &Told, rules: &AlertRules, quiet: &Quiet, judged_at: Timestamp) -> Telling {
    let mut telling = Telling {
        begins: !told.begun,
        ..Telling::default()
    };
    let holding: BTreeSet<Slot> = episodes.iter().map(Episode::slot).collect();
    let wanted = |episode: &Episode| rules.told.contains(&episode.event.kind());
    let mut marked = BTreeSet::new();
    for episode in episodes {
        let slot = episode.slot();
        let is_told = told
            .marks
            .get(&slot)
            .is_some_and(|mark| episode.since.is_none_or(|since| since <= *mark));
        if is_told || !marked.insert(slot.clone()) {
            continue;
        }
        // A time ahead of the moment it is judged at is told too.
        let mark = episode.since.map_or(judged_at, |since| since.max(judged_at));
        let says = told.begun && wanted(episode);
        let held = (says && quiet.until.is_some()).then(|| episode.clone());
        if says && held.is_none() {
            let alert = DueAlert::of(episode.clone(), rules.level, false);
            // Nobody asked while it was quiet, and it began then.
            if episode.since.or(episode.sent_at).is_some_and(|at| quiet.covered(at)) {
                telling.held_back.push(alert);
            } else {
                telling.alerts.push(alert);
            }
        }
        telling.marks.push((slot, mark, held));
    }
    if quiet.until.is_none() {
        for held in &told.held {
            let slot = held.slot();
            if wanted(held) && !marked.contains(&slot) {
                let over = !holding.contains(&slot);
                telling.held_back.push(DueAlert::of(held.clone(), rules.level, over));
            }
            telling.released.push(slot);
        }
    }
    let long_over = |(slot, mark): (&Slot, &Timestamp)| {
        let is_over = judged_at.since(*mark) > MARK_KEPT && !holding.contains(slot);
        (is_over && !told.held.iter().any(|held| held.slot() == *slot)).then(|| slot.clone())
    };
    telling.forgotten = told.marks.iter().filter_map(long_over).collect();
    telling
}
