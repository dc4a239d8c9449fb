//! What a row means, decided once: section, shape, finding, ages and ranges as values. Faces only word and draw them.
//!
//! Pure: samples, sessions and a moment in, values out. No clock, no I/O, no text for people. In reading order:
//! [`Trace`] folds looks, its [`Climb`] keeps the rises, [`estimate()`] reads an end out of them, [`pick`] finds the session
//! that speaks, [`row`] judges it, [`arrange`] orders the rows, and `freshness` says whether all that can be believed.

mod abilities;
mod alerting;
mod arrange;
mod asked;
mod away;
mod climb;
mod estimate;
mod exact;
mod freshness;
mod glance;
mod judge;
mod keys;
mod liveness;
mod outbox;
mod overview;
mod page;
mod parts;
mod record;
mod replies;
mod ring;
mod shape;
mod trace;
mod window;

pub use abilities::{Ability, ability};
pub use alerting::{
    ALERT_KINDS, AlertEvent, AlertKind, AlertRules, DueAlert, DueAlerts, Episode, Quiet, QuietHours, Slot, Telling,
    Told, episode_of_alert, episode_of_key, episode_of_question, episodes_of_program, weigh,
};
pub use arrange::{SECTIONS, arrange, headline, pick};
pub use asked::{AskedRow, asked_row, oldest_first};
pub use away::{AwayEvent, AwayFacts, AwayLine, Digest, Lane, Piece, Stretch, digest};
pub use climb::{Climb, Rise};
pub use estimate::estimate;
pub use freshness::{
    Cause, Notice, Source, SourceReading, SourceReport, Standing, Trouble, judged_at, notice, overall_as_of,
    overall_fresh, report, server_ahead, standing,
};
pub use glance::{
    GLANCE_LIMIT, GLANCE_VERSION, Glance, GlanceEnd, GlanceLevel, GlanceRow, GlanceSection, GlanceText, glance,
};
pub use judge::{Judged, row, session_row};
pub use keys::key_facts;
pub use outbox::{OutboxLine, OutboxView};
pub use overview::{Estimate, Finding, Headline, Overview, ProgramRow, RowProgress, Section, SectionSummary, Waiting};
pub use page::{
    ContextView, FallSeen, Gap, HandedOver, KeptContext, KeyFacts, KeysView, ProgramPage, ProgressHistory,
    ProgressSample, QuestionTime, Reading, SessionRow, SessionWindow, TookOver, context_left, falls, took_over,
    unrecorded,
};
pub use parts::{CONTEXT_PARTS, ContextPart, ContextRead, PartWritten, PartsKept, QuestionStands, Writing, follow};
pub use record::{Look, Moment, ProgramRecord, SessionRecord};
pub use replies::{Fate, QuestionReply, Receipt, ReplyProgress, SentReply, identities, receipt, replies};
pub(crate) use ring::is_believed;
pub use ring::{Learnt, RingKey};
pub use shape::Shape;
pub use trace::{Fall, Sample, Trace};
pub use window::{AlertRow, CostView, ListWindow, MessageRow, SprintRow, SprintsView, TaskRow};

#[cfg(test)]
mod tests;
