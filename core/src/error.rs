//! What can go wrong, as far as a person can do something about it. One place maps every inner error to these.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::api::{self, Refusal};
use crate::domain::{Capability, RejectedReason, Setback, Timestamp};
use crate::store::StoreError;
use crate::world::SecretError;

/// Few, closed, and without any text of the server's or of an agent's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompanionError {
    /// No connection, or no reply within the time-out.
    #[error("the server cannot be reached")]
    Offline,
    /// The key is not accepted: unknown, revoked or expired.
    #[error("the key is not accepted")]
    Unauthorized,
    /// The key is accepted and may not do this.
    #[error("the key may not do this{}", .capability.as_ref().map(|c| format!(": {c} is missing")).unwrap_or_default())]
    Forbidden {
        /// The missing right, where the server says so.
        capability: Option<Capability>,
    },
    /// No such account, program, session or key.
    #[error("there is no such thing here")]
    NotFound,
    /// The server asked to wait.
    #[error("the server asked to wait")]
    RateLimited {
        /// Until then, by this device's clock.
        retry_at: Timestamp,
    },
    /// The server understood and refused.
    #[error("the server refused: {reason}")]
    Rejected {
        /// Why, as far as it can be told.
        reason: RejectedReason,
    },
    /// The server is there and cannot answer now.
    #[error("the server cannot answer now")]
    ServerUnavailable,
    /// The files could not be read or written.
    #[error("this device's storage failed (reference {reference})")]
    Storage {
        /// Names the place in the log.
        reference: String,
    },
    /// `suspend` was called and `resume` was not.
    #[error("the companion is suspended")]
    Suspended,
    /// The account is read-only on this device: `allow_writes` was not called.
    #[error("this account is read-only here")]
    ReadOnly,
    /// A fault of ours.
    #[error("an internal fault (reference {reference})")]
    Internal {
        /// Names the place in the log.
        reference: String,
    },
}

/// The one place that says what a person learns of each thing that can go wrong with a server.
impl From<api::Error> for CompanionError {
    fn from(error: api::Error) -> Self {
        use api::Error as E;
        let rejected = |reason| CompanionError::Rejected { reason };
        let invalid = |field: &str| {
            rejected(RejectedReason::Invalid {
                field: field.to_owned(),
            })
        };
        match error {
            E::Unreachable | E::Interrupted | E::TimedOut => CompanionError::Offline,
            E::Unauthorized => CompanionError::Unauthorized,
            E::MissingCapability(capability) => forbidden(capability),
            E::Forbidden | E::ComplianceBlocked => CompanionError::Forbidden { capability: None },
            E::NoSuchRoute | E::SessionTerminated => CompanionError::NotFound,
            E::RateLimited { retry_at, limit: _ } => CompanionError::RateLimited { retry_at },
            // What to correct is the address: what answers there is not this API.
            E::Address | E::PlainHttp | E::Redirected | E::NotThisApi => invalid("server"),
            E::KeyForm => invalid("key"),
            E::UnsuitableId => invalid("id"),
            error @ E::Invalid { .. } => rejected(
                error
                    .rejection()
                    .unwrap_or(RejectedReason::Invalid { field: String::new() }),
            ),
            E::Refused(Refusal::NotFound) => CompanionError::NotFound,
            E::Refused(Refusal::Missing(capability)) => forbidden(capability),
            E::Refused(Refusal::Reason(reason)) => rejected(reason),
            E::PlanLimit => rejected(RejectedReason::PlanLimit),
            E::Paused { .. } => rejected(RejectedReason::Paused),
            E::Unavailable | E::ServerFault => CompanionError::ServerUnavailable,
            error @ (E::TooLarge | E::Unreadable | E::Unexpected { .. }) => CompanionError::Internal {
                reference: reference(error.name()),
            },
        }
    }
}

/// What was refused of an action, for whoever still waits for it.
impl From<Setback> for CompanionError {
    fn from(setback: Setback) -> Self {
        match setback {
            Setback::Reason(reason) => CompanionError::Rejected { reason },
            Setback::Forbidden(capability) => CompanionError::Forbidden { capability },
            Setback::NotFound => CompanionError::NotFound,
        }
    }
}

/// The one place that says what a person learns of a file's trouble.
impl From<StoreError> for CompanionError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Closed => CompanionError::Suspended,
            StoreError::TooNew => CompanionError::Storage {
                reference: reference("file-of-a-later-version"),
            },
            StoreError::Damaged => CompanionError::Storage {
                reference: reference("file-damaged"),
            },
            StoreError::Busy => CompanionError::Storage {
                reference: reference("file-busy"),
            },
            StoreError::Disk => CompanionError::Storage {
                reference: reference("disk"),
            },
            StoreError::Unexpected => CompanionError::Storage {
                reference: reference("file-unexpected"),
            },
        }
    }
}

impl From<SecretError> for CompanionError {
    fn from(_: SecretError) -> Self {
        CompanionError::Storage {
            reference: reference("secret-store"),
        }
    }
}

fn forbidden(capability: Capability) -> CompanionError {
    CompanionError::Forbidden {
        capability: Some(capability).filter(|word| !word.as_str().is_empty()),
    }
}

/// Names the place in the log: a word for what happened and a number. Neither says whose data it was.
pub(crate) fn reference(what: &'static str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    tracing::warn!(what, number, "something failed");
    format!("{what}-{number}")
}
