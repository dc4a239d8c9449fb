//! The things CacheBash is about, as they are meant and not as they travel: no JSON, no SQL, no I/O, no clock.
//!
//! Contract sections named in comments are those of the hosted API's description.

mod account;
mod ids;
mod key;
mod program_state;
mod progress;
mod refusal;
mod session;
mod time;

pub use account::Account;
pub use ids::{AccountId, KeyHash, ProgramId, RawKey, SessionId, program_of_session_id};
pub use key::{ApiKey, Capability, IssuedKey, JOB_CAPABILITIES, MissingForJob, NewKey};
pub use program_state::{
    Baselines, ContextEntry, ContextSummary, Decay, DecayRun, LastTask, LearnedPattern, Outcome, ProgramConfig,
    ProgramState,
};
pub use progress::{Percent, Progress};
pub use refusal::RejectedReason;
pub use session::{ContextLeft, EndedSession, FleetProgram, ReportedState, Session, SessionState};
pub use time::{Span, Timestamp};
