//! What can go wrong, as the app sees it: the core's errors, one for one.

use cachebash_core::companion;

use crate::mirror::{Cross, mirror};

/// Few, closed, and each about what a person can do. Without any text of the server's or of an agent's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CompanionError {
    /// No connection, or no reply within the time-out.
    #[error("the server cannot be reached")]
    Offline,
    /// The key is not accepted: unknown, revoked or expired.
    #[error("the key is not accepted")]
    Unauthorized,
    /// The key is accepted and may not do this.
    #[error("the key may not do this")]
    Forbidden {
        /// The missing right, such as `state.read`, where the server says so.
        capability: Option<String>,
    },
    /// No such account, program, session or key.
    #[error("there is no such thing here")]
    NotFound,
    /// The server asked to wait.
    #[error("the server asked to wait")]
    RateLimited {
        /// Until then, in milliseconds since the epoch.
        retry_at: i64,
    },
    /// The server understood and refused.
    #[error("the server refused")]
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

impl From<companion::CompanionError> for CompanionError {
    fn from(error: companion::CompanionError) -> Self {
        use companion::CompanionError as Core;
        match error {
            Core::Offline => Self::Offline,
            Core::Unauthorized => Self::Unauthorized,
            Core::Forbidden { capability } => Self::Forbidden {
                capability: capability.cross(),
            },
            Core::NotFound => Self::NotFound,
            Core::RateLimited { retry_at } => Self::RateLimited {
                retry_at: retry_at.cross(),
            },
            Core::Rejected { reason } => Self::Rejected { reason: reason.cross() },
            Core::ServerUnavailable => Self::ServerUnavailable,
            Core::Storage { reference } => Self::Storage { reference },
            Core::Suspended => Self::Suspended,
            Core::ReadOnly => Self::ReadOnly,
            Core::Internal { reference } => Self::Internal { reference },
        }
    }
}

mirror! {
    /// Why a server refused, read from its sentence (the API has no codes for these).
    #[derive(Eq)]
    pub enum RejectedReason mirrors companion::RejectedReason {
        /// No such program, group or role.
        UnknownTarget,
        /// Another program's session, state or task.
        NotYours,
        /// Somebody was faster.
        AlreadyTaken,
        /// A text is too long.
        TooLong {
            /// The field's path.
            field: String,
            /// The limit, in UTF-16 units.
            limit: u32,
        },
        /// A field is missing or wrong.
        Invalid {
            /// The field's path; empty for the whole body.
            field: String,
        },
        /// The plan allows no more.
        PlanLimit,
        /// Writes are paused for the whole tenant.
        Paused,
        /// It changed since it was looked at.
        ChangedSince,
        /// A refusal this version does not know.
        Other {
            /// Names the sentence's place in the log, never the sentence.
            reference: String,
        },
    }
}

#[cfg(test)]
mod tests {
    use cachebash_core::companion::{CompanionError as Core, RejectedReason as Reason};
    use cachebash_core::domain::{Capability, Timestamp};

    use super::CompanionError;

    #[test]
    fn every_error_of_the_core_arrives_under_its_name_with_its_facts() {
        let reference = || "r-7".to_owned();
        let rejected = |reason| Core::Rejected { reason };
        let too_long = Reason::TooLong {
            field: "status".to_owned(),
            limit: 200,
        };
        let cases = [
            (Core::Offline, "Offline"),
            (Core::Unauthorized, "Unauthorized"),
            (
                Core::Forbidden {
                    capability: Some(Capability::new("state.read")),
                },
                r#"Forbidden { capability: Some("state.read") }"#,
            ),
            (Core::Forbidden { capability: None }, "Forbidden { capability: None }"),
            (Core::NotFound, "NotFound"),
            (
                Core::RateLimited {
                    retry_at: Timestamp::from_millis(30_000),
                },
                "RateLimited { retry_at: 30000 }",
            ),
            (rejected(Reason::UnknownTarget), "Rejected { reason: UnknownTarget }"),
            (rejected(Reason::NotYours), "Rejected { reason: NotYours }"),
            (rejected(Reason::AlreadyTaken), "Rejected { reason: AlreadyTaken }"),
            (
                rejected(too_long),
                r#"Rejected { reason: TooLong { field: "status", limit: 200 } }"#,
            ),
            (
                rejected(Reason::Invalid {
                    field: "label".to_owned(),
                }),
                r#"Rejected { reason: Invalid { field: "label" } }"#,
            ),
            (rejected(Reason::PlanLimit), "Rejected { reason: PlanLimit }"),
            (rejected(Reason::Paused), "Rejected { reason: Paused }"),
            (rejected(Reason::ChangedSince), "Rejected { reason: ChangedSince }"),
            (
                rejected(Reason::Other { reference: reference() }),
                r#"Rejected { reason: Other { reference: "r-7" } }"#,
            ),
            (Core::ServerUnavailable, "ServerUnavailable"),
            (
                Core::Storage { reference: reference() },
                r#"Storage { reference: "r-7" }"#,
            ),
            (Core::Suspended, "Suspended"),
            (Core::ReadOnly, "ReadOnly"),
            (
                Core::Internal { reference: reference() },
                r#"Internal { reference: "r-7" }"#,
            ),
        ];
        for (core, here) in cases {
            assert_eq!(format!("{:?}", CompanionError::from(core)), here);
        }
    }
}
