//! The fleet for widgets, watch, lock screen and Live Activities.

use cachebash_core::insight;

use crate::guard::call;
use crate::mirror::{Cross, mirror};
use crate::{Companion, CompanionError, Finding, Headline, Section, Shape};

mirror! {
    /// How much a glance tells.
    #[derive(Copy, Eq)]
    pub enum GlanceLevel mirrors insight::GlanceLevel {
        /// Numbers and signs. No program, no account, no text.
        Counts,
        /// Also which programs, and how they stand; nothing that an agent wrote. The usual.
        Names,
        /// Also the question or status of each row.
        Full,
    }
}

impl From<GlanceLevel> for insight::GlanceLevel {
    fn from(level: GlanceLevel) -> Self {
        match level {
            GlanceLevel::Counts => Self::Counts,
            GlanceLevel::Names => Self::Names,
            GlanceLevel::Full => Self::Full,
        }
    }
}

mirror! {
    /// What an agent wrote, as much as there is room for.
    #[derive(Eq)]
    pub struct GlanceText mirrors insight::GlanceText {
        /// Its beginning.
        text: String,
        /// It goes on.
        cut: bool,
    }
}

mirror! {
    /// Programs of a section.
    #[derive(Eq)]
    pub struct GlanceSection mirrors insight::GlanceSection {
        /// Which.
        section: Section,
        /// How many.
        count: u32,
    }
}

mirror! {
    /// From then to then, in milliseconds since the epoch, server time.
    #[derive(Eq)]
    pub struct GlanceEnd mirrors insight::GlanceEnd {
        /// Earliest.
        from: i64,
        /// Latest.
        to: i64,
    }
}

mirror! {
    /// A program at a glance. Times are milliseconds since the epoch, server time.
    #[derive(Eq)]
    pub struct GlanceRow mirrors insight::GlanceRow {
        /// Whose.
        account: String,
        /// What that account is called, where there are two or more.
        label: Option<String>,
        /// Its id, which is its name. One of over 96 bytes is cut in its middle, with "…", and opens nothing.
        program: String,
        /// Where it stands.
        section: Section,
        /// Its sign.
        shape: Shape,
        /// How far along, in whole percent; null: not reported now.
        percent: Option<u8>,
        /// The bar may be in the colour of movement.
        moving: bool,
        /// What we found.
        finding: Option<Finding>,
        /// When it will be done.
        ends: Option<GlanceEnd>,
        /// Since when it waits.
        waiting_since: Option<i64>,
        /// It waits for longer than that.
        waiting_over: bool,
        /// What waits is a question that it asked.
        asks: bool,
        /// Last heard.
        last_heard: Option<i64>,
        /// When it finished.
        ended_at: Option<i64>,
        /// The question it asks, else its status.
        words: Option<GlanceText>,
    }
}

mirror! {
    /// The fleet at a glance, of all accounts.
    #[derive(Eq)]
    pub struct Glance mirrors insight::Glance {
        /// Of the shape of its bytes.
        version: u32,
        /// How much it tells.
        level: GlanceLevel,
        /// The answer, as it is until it expires; afterwards it is told in the past tense.
        headline: Headline,
        /// Sections that have programs, in order.
        sections: Vec<GlanceSection>,
        /// Programs in all.
        total: u32,
        /// Questions whose asker is not known.
        asked: u32,
        /// The first signs of the strip, in list order: at most 40.
        strip: Vec<Shape>,
        /// The first rows of the list: at most 6, and as many as there is room for.
        rows: Vec<GlanceRow>,
        /// The oldest question whose asker is not known.
        question: Option<GlanceText>,
        /// When this was true, in milliseconds since the epoch, server time; null: nothing was ever read.
        as_of: Option<i64>,
        /// From then on it is the past, likewise.
        expires_at: Option<i64>,
        /// What to add to this device's clock to have the server's, in milliseconds.
        server_offset: i64,
    }
}

/// What `glance_bytes` gave, read where no companion is open, as in a widget's own process. Null for anything else and for
/// another version's.
#[uniffi::export]
pub fn read_glance(bytes: Vec<u8>) -> Option<Glance> {
    insight::Glance::from_bytes(&bytes).cross()
}

#[uniffi::export]
impl Companion {
    /// The fleet at a glance, from the files alone.
    pub fn glance(&self, level: GlanceLevel) -> Result<Glance, CompanionError> {
        call(|| self.core.glance(level.into())).map(Cross::cross)
    }

    /// The same as JSON, under 4,096 bytes: for a process of its own that has a file or a defaults entry to read it from.
    pub fn glance_bytes(&self, level: GlanceLevel) -> Result<Vec<u8>, CompanionError> {
        call(|| self.core.glance_bytes(level.into()))
    }
}
