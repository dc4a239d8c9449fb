//! The fleet for surfaces that are looked at for a second and cannot ask: widgets, watch, lock screen, Live Activities.
//!
//! A glance is small, whole and old at once. It is under 4 KB however large the fleet is, the same bytes for the same facts,
//! holds values and no sentences, and says how long it may be called the present. How much it tells is chosen before it is
//! made: what a level leaves out is not in the bytes.

use serde::{Deserialize, Serialize};

use super::{Finding, Headline, Overview, ProgramRow, RowProgress, Section, Shape, liveness};
use crate::domain::{AccountId, Percent, Span, Timestamp};

/// Of the shape of the bytes. Another version's are not read.
pub const GLANCE_VERSION: u32 = 1;

/// A glance is shorter than this, in bytes.
pub const GLANCE_LIMIT: usize = 4_096;

/// Rows that fit the largest surface.
const ROWS: usize = 6;

/// Signs in the strip; the rest is a number.
const STRIP: usize = 40;

/// UTF-8 bytes of a name, of an account's label, and of a text at first.
const NAME: usize = 96;
const LABEL: usize = 48;
const TEXT: usize = 240;

/// How much a glance tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GlanceLevel {
    /// Numbers and signs. No program, no account, no text.
    Counts,
    /// Also which programs, and how they stand; nothing that an agent wrote.
    #[default]
    Names,
    /// Also the question or status of each row.
    Full,
}

/// What an agent wrote, as much as there is room for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GlanceText {
    /// Its beginning.
    pub text: String,
    /// It goes on.
    pub cut: bool,
}

/// Programs of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GlanceSection {
    /// Which.
    pub section: Section,
    /// How many.
    pub count: u32,
}

/// When a program will be done: from then to then, server time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GlanceEnd {
    /// Earliest.
    pub from: Timestamp,
    /// Latest.
    pub to: Timestamp,
}

/// A program at a glance. Times are server time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GlanceRow {
    /// Whose.
    pub account: AccountId,
    /// What that account is called, where there are two or more.
    pub label: Option<String>,
    /// Its id, which is its name. One of over 96 bytes is cut in its middle, with "…", and opens nothing.
    pub program: String,
    /// Where it stands.
    pub section: Section,
    /// Its sign.
    pub shape: Shape,
    /// How far along, in whole percent; `None`: not reported now.
    pub percent: Option<Percent>,
    /// The bar may be in the colour of movement.
    pub moving: bool,
    /// What we found.
    pub finding: Option<Finding>,
    /// When it will be done.
    pub ends: Option<GlanceEnd>,
    /// Since when it waits.
    pub waiting_since: Option<Timestamp>,
    /// It waits for longer than that.
    pub waiting_over: bool,
    /// What waits is a question that it asked.
    pub asks: bool,
    /// Last heard.
    pub last_heard: Option<Timestamp>,
    /// When it finished.
    pub ended_at: Option<Timestamp>,
    /// The question it asks, else its status.
    pub words: Option<GlanceText>,
}

/// The fleet at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Glance {
    /// [`GLANCE_VERSION`].
    pub version: u32,
    /// How much it tells.
    pub level: GlanceLevel,
    /// The answer, as it is until it expires; afterwards it is told in the past tense.
    pub headline: Headline,
    /// Sections that have programs, in order.
    pub sections: Vec<GlanceSection>,
    /// Programs in all.
    pub total: u32,
    /// Questions whose asker is not known.
    pub asked: u32,
    /// The first signs of the strip, in list order: at most 40.
    pub strip: Vec<Shape>,
    /// The first rows of the list: at most 6, and as many as there is room for.
    pub rows: Vec<GlanceRow>,
    /// The oldest question whose asker is not known.
    pub question: Option<GlanceText>,
    /// When this was true, server time; `None`: nothing was ever read.
    pub as_of: Option<Timestamp>,
    /// From then on it is the past, server time.
    pub expires_at: Option<Timestamp>,
    /// What to add to this device's clock to have the server's, in milliseconds.
    pub server_offset: Span,
}

impl Glance {
    /// As it is written: JSON, times in milliseconds since the epoch.
    ///
    /// # Errors
    /// Never for a glance: its values are all plain.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    /// What [`to_bytes`](Self::to_bytes) wrote; `None` for anything else and for another version's.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let glance: Self = serde_json::from_slice(bytes).ok()?;
        (glance.version == GLANCE_VERSION).then_some(glance)
    }
}

/// The glance of an overview from its first row on. `next_midnight`: the local one after the as-of.
pub fn glance(overview: &Overview, level: GlanceLevel, next_midnight: Option<Timestamp>) -> Glance {
    let mut room = TEXT;
    loop {
        let glance = with_room(overview, level, next_midnight, room, ROWS);
        if fits(&glance) {
            return glance;
        }
        if room == 0 {
            break;
        }
        room = if room < 40 { 0 } else { room / 2 };
    }
    let shorter = (0..ROWS)
        .rev()
        .map(|rows| with_room(overview, level, next_midnight, 0, rows));
    let mut shorter: Vec<_> = shorter.collect();
    let fitting = shorter.iter().position(fits).unwrap_or(shorter.len() - 1);
    shorter.swap_remove(fitting)
}

fn fits(glance: &Glance) -> bool {
    glance.to_bytes().is_ok_and(|bytes| bytes.len() < GLANCE_LIMIT)
}

fn with_room(
    overview: &Overview,
    level: GlanceLevel,
    next_midnight: Option<Timestamp>,
    room: usize,
    rows: usize,
) -> Glance {
    let by_name = level != GlanceLevel::Counts;
    let words = |text: &str| (level == GlanceLevel::Full).then(|| beginning(text, room)).flatten();
    let strip = overview.sections.iter().flat_map(|summary| &summary.shapes);
    Glance {
        version: GLANCE_VERSION,
        level,
        // Whether it is the present is for its expiry to say, on whatever shows it.
        headline: match overview.headline {
            Headline::NothingNeededYou => Headline::NothingNeedsYou,
            other => other,
        },
        sections: overview
            .sections
            .iter()
            .map(|summary| GlanceSection {
                section: summary.section,
                count: summary.count,
            })
            .collect(),
        total: overview.total,
        asked: u32::try_from(overview.asked.len()).unwrap_or(u32::MAX),
        strip: strip.take(STRIP).copied().collect(),
        rows: overview
            .rows
            .iter()
            .take(if by_name { rows } else { 0 })
            .map(|row| glance_row(row, overview, words))
            .collect(),
        question: overview.asked.first().and_then(|asked| words(&asked.text)),
        as_of: overview.as_of,
        expires_at: overview.as_of.map(|as_of| expiry(as_of, next_midnight)),
        server_offset: overview.server_offset,
    }
}

/// As long as an agent of unknown rhythm would still count as heard, and no longer than the day.
fn expiry(as_of: Timestamp, next_midnight: Option<Timestamp>) -> Timestamp {
    let silent = as_of.plus(liveness::silence(None));
    next_midnight.map_or(silent, |midnight| midnight.min(silent))
}

fn glance_row(row: &ProgramRow, overview: &Overview, words: impl Fn(&str) -> Option<GlanceText>) -> GlanceRow {
    let label = overview
        .accounts
        .iter()
        .find(|account| overview.accounts.len() > 1 && account.id == row.account)
        .map(|account| without_middle(&account.label, LABEL));
    let asked = row.asked.as_ref().map(|asked| asked.text.as_str());
    GlanceRow {
        account: row.account.clone(),
        label,
        program: without_middle(row.program.as_str(), NAME),
        section: row.section,
        shape: row.shape,
        percent: match row.progress {
            RowProgress::Percent(percent) => Some(percent),
            RowProgress::NotReported | RowProgress::Last { .. } => None,
        },
        moving: row.moving,
        finding: row.finding.clone(),
        ends: row.estimate.map(|estimate| GlanceEnd {
            from: estimate.judged_at.plus(estimate.from),
            to: estimate.judged_at.plus(estimate.to),
        }),
        waiting_since: row.waiting.map(|waiting| waiting.since),
        waiting_over: row.waiting.is_some_and(|waiting| !waiting.change_seen),
        asks: row.asked.is_some(),
        last_heard: row.last_heard,
        ended_at: row.ended_at,
        words: asked.or(row.status.as_deref()).and_then(words),
    }
}

/// As much of a text as fits, cut between letters; `None` where that is nothing.
fn beginning(text: &str, room: usize) -> Option<GlanceText> {
    let text = text.trim();
    let held = text.floor_char_boundary(room);
    (held > 0).then(|| GlanceText {
        text: text[..held].trim_end().to_owned(),
        cut: held < text.len(),
    })
}

/// A name loses its middle.
fn without_middle(name: &str, room: usize) -> String {
    if name.len() <= room {
        return name.to_owned();
    }
    let half = room / 2 - '…'.len_utf8();
    let (head, tail) = (
        name.floor_char_boundary(half),
        name.ceil_char_boundary(name.len() - half),
    );
    format!("{}…{}", &name[..head], &name[tail..])
}
