//! The companion as Kotlin and Swift see it: the core's façade, its values mirrored one to one under the same names.
//!
//! Nothing is decided here. Ids travel as text, moments and spans as whole milliseconds (`i64`), a shown percentage as
//! `u8`; every other value keeps its shape, and `mirror!` refuses to compile when the core gains a field that is not
//! mirrored. No panic of ours and no exception of the app's passes through: the first becomes
//! [`CompanionError::Internal`], the second a failure of the one call it belongs to.

// What UniFFI writes for the C side is unsafe by nature; we write none.
#![allow(unsafe_code)]

mod mirror;

mod acting;
mod action;
mod alerting;
mod away;
mod companion;
mod error;
mod freshness;
mod glance;
mod guard;
mod keys;
mod lists;
mod observation;
mod outbox;
mod overview;
mod page;
mod pairing;
mod query;
mod recording;
mod search;
mod sprints;
mod state;
mod waking;
mod world;

pub use acting::Response;
pub use action::{Action, MessageKind, OpenQuestion};
pub use alerting::{AlertEvent, AlertKind, AlertRules, DueAlert, DueAlerts, QuietHours};
pub use away::{AwayDigest, AwayEvent, AwayLane, AwayLine, AwayPiece, AwayStretch};
pub use companion::{Account, Companion, NewAccount, OpenOptions, RefreshReport, version};
pub use error::{CompanionError, RejectedReason};
pub use freshness::{Ability, Cause, Notice, Source, SourceReport, Standing};
pub use glance::{Glance, GlanceEnd, GlanceLevel, GlanceRow, GlanceSection, GlanceText, read_glance};
pub use keys::{IssuedKey, KeyFacts, KeyRequest, KeysView, NewKey, RingKey};
pub use lists::{
    AgentAlert, AgentMessage, AgentTask, AlertRow, AlertWindow, AskedRow, CostOf, CostSummary, CostView, ListKind,
    ListQuery, MessageRow, MessageWindow, QuestionWindow, RelayGroup, TaskRow, TaskWindow,
};
pub use observation::{Observation, OutboxListener, OverviewListener, ProgramListener, SessionsListener};
pub use outbox::{Delivery, OutboxLine, OutboxView, QuestionReply, Receipt, ReplyProgress, Setback};
pub use overview::{
    Estimate, Finding, Headline, Overview, ProgramRow, RowProgress, Section, SectionSummary, Shape, Waiting,
    last_overview,
};
pub use page::{
    ContextMeasured, FallSeen, Gap, ProgramPage, ProgressHistory, ProgressSample, SessionRow, SessionWindow, TookOver,
};
pub use pairing::{Pairing, PairingError, pairing_link, parse_pairing};
pub use query::{ProgramQuery, SessionQuery};
pub use search::{HitKind, HitMark, HitOpens, KindCount, SearchHit, SearchPage, SearchQuery, SearchReach};
pub use sprints::{Sprint, SprintRow, SprintStory, SprintWindow, SprintsView};
pub use state::{
    ContextLeft, ContextPart, ContextSummary, ContextView, KeptContext, LastTask, Outcome, PartWritten, QuestionTime,
    Reading, SessionState, Writing,
};
pub use waking::WakeReport;
pub use world::{AppError, Clock, IdSource, SecretStore};

uniffi::setup_scaffolding!();
