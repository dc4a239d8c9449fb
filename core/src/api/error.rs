//! What can come of a call, each with what a person can do about it. Never a server's or an agent's words, never a key.

use super::refusal::Refusal;
use crate::domain::{Capability, RejectedReason, Timestamp};

/// Why a call brought no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The base URL cannot be used: another scheme, a user name, a query or a fragment in it.
    #[error("the server's address cannot be used; give one like https://host")]
    Address,
    /// Plain http to another machine, which the caller did not allow.
    #[error("plain http would show the key to the network; use https or allow it for this server")]
    PlainHttp,
    /// The key holds characters that no key has.
    #[error("this is not an API key; copy it again")]
    KeyForm,
    /// The id would have to be encoded in a path, where the server does not decode (contract section 3).
    #[error("the server cannot be asked about this id; use letters, digits, dot, dash and underscore")]
    UnsuitableId,
    /// No connection could be made.
    #[error("the server cannot be reached; check the network and the address")]
    Unreachable,
    /// The connection broke. A write may have been done.
    #[error("the connection broke; look before writing again")]
    Interrupted,
    /// The reply did not come in time. A write may have been done.
    #[error("the server did not answer in time; look before writing again")]
    TimedOut,
    /// The reply is larger than anything this API sends.
    #[error("the reply is too large to be this server's; check the address")]
    TooLarge,
    /// The server points elsewhere; the key is not taken there.
    #[error("the address leads elsewhere; use the address it leads to")]
    Redirected,
    /// The reply has not the form of this API's.
    #[error("this is not a CacheBash server, or something stands in between; check the address")]
    NotThisApi,
    /// The reply is this API's, yet holds something else than was asked for.
    #[error("the reply cannot be read; this program may be older than the server")]
    Unreadable,
    /// 401: the key is unknown, revoked or expired.
    #[error("the key is not accepted; pair again with a current key")]
    Unauthorized,
    /// The key lacks a capability. The server says so with a 500 (trap T2).
    #[error("{0} is missing; ask for a key that has it")]
    MissingCapability(Capability),
    /// 403: the call is for other keys.
    #[error("this key may not ask this; use a key of an admin program")]
    Forbidden,
    /// 403 of the server's compliance machine.
    #[error("the server's compliance rules block this key; clear it there")]
    ComplianceBlocked,
    /// 404, 405: the server has no such route. It never means that a record is missing.
    #[error("the server does not know this question; check the address and the server's version")]
    NoSuchRoute,
    /// 402: the plan allows no more.
    #[error("the plan's limit is reached; end something or change the plan")]
    PlanLimit,
    /// 410: only with a header that this client never sends.
    #[error("the session is over; create a new one")]
    SessionTerminated,
    /// 400: the input is not as the server wants it.
    #[error("the input is not valid; correct it")]
    Invalid {
        /// What is wrong with it; empty where the server does not say.
        issues: Vec<Issue>,
    },
    /// The tool refused, in a sentence without a code.
    #[error("the server refused: {0}")]
    Refused(Refusal),
    /// 429, or a wait that an earlier 429 asked for and that is not over.
    #[error("too many requests; wait as told")]
    RateLimited {
        /// Not before this, by this device's clock.
        retry_at: Timestamp,
        /// Which limit.
        limit: Limit,
    },
    /// 503 of a ceiling: writes are refused for the whole tenant, reads work.
    #[error("writes are paused for everyone on this server; try later")]
    Paused {
        /// Not before this, by this device's clock.
        retry_at: Timestamp,
    },
    /// 500 `INTERNAL_ERROR` that is none of the known cases. Sending it again would not help.
    #[error("the server failed on this request; do not repeat it")]
    ServerFault,
    /// The server, or what stands before it, cannot answer now.
    #[error("the server cannot answer now; try later")]
    Unavailable,
    /// Any other status.
    #[error("the server answered with status {status}; check its version")]
    Unexpected {
        /// HTTP status.
        status: u16,
    },
}

/// Which limit a 429 speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Requests of this key, or failed attempts of this address.
    Requests,
    /// Writes of this key.
    KeyWrites,
    /// Writes of the whole tenant.
    TenantWrites,
}

/// One fault of the input, without the server's sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Dot-joined path of the field; empty for the whole body.
    pub field: String,
    /// `too_big`, `invalid_type`, …
    pub code: String,
    /// The longest text or list allowed, where that is the fault.
    pub longest: Option<u32>,
}

impl Error {
    /// A stable word for logs and tables.
    pub fn name(&self) -> &'static str {
        match self {
            Error::Address => "address",
            Error::PlainHttp => "plain_http",
            Error::KeyForm => "key_form",
            Error::UnsuitableId => "unsuitable_id",
            Error::Unreachable => "unreachable",
            Error::Interrupted => "interrupted",
            Error::TimedOut => "timed_out",
            Error::TooLarge => "too_large",
            Error::Redirected => "redirected",
            Error::NotThisApi => "not_this_api",
            Error::Unreadable => "unreadable",
            Error::Unauthorized => "unauthorized",
            Error::MissingCapability(_) => "missing_capability",
            Error::Forbidden => "forbidden",
            Error::ComplianceBlocked => "compliance_blocked",
            Error::NoSuchRoute => "no_such_route",
            Error::PlanLimit => "plan_limit",
            Error::SessionTerminated => "session_terminated",
            Error::Invalid { .. } => "invalid",
            Error::Refused(_) => "refused",
            Error::RateLimited { .. } => "rate_limited",
            Error::Paused { .. } => "paused",
            Error::ServerFault => "server_fault",
            Error::Unavailable => "unavailable",
            Error::Unexpected { .. } => "unexpected",
        }
    }

    /// Why the server rejected what was sent, in the words of the façade; `None` for errors that are no rejection.
    pub fn rejection(&self) -> Option<RejectedReason> {
        match self {
            Error::Refused(Refusal::Reason(reason)) => Some(reason.clone()),
            Error::PlanLimit => Some(RejectedReason::PlanLimit),
            Error::Paused { .. } => Some(RejectedReason::Paused),
            Error::Invalid { issues } => Some(first_fault(issues)),
            _ => None,
        }
    }

    /// A read may be asked again at once: the connection broke or the server stumbled. Never true of a refusal.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Error::Unreachable | Error::Interrupted | Error::Unavailable)
    }
}

fn first_fault(issues: &[Issue]) -> RejectedReason {
    match issues.first() {
        Some(Issue {
            field,
            longest: Some(limit),
            ..
        }) => RejectedReason::TooLong {
            field: field.clone(),
            limit: *limit,
        },
        Some(issue) => RejectedReason::Invalid {
            field: issue.field.clone(),
        },
        None => RejectedReason::Invalid { field: String::new() },
    }
}
