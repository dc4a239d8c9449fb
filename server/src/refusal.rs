//! Why a request is not carried out: by the tool itself, as a sentence inside a success, or by the server, as an error of the
//! contract. What either looks like on the wire is said in `http`.

use serde_json::{Value, json};

/// A tool's refusal: text only, inside a success (contract section 2).
pub(crate) fn refused(sentence: impl Into<String>) -> Value {
    json!({ "success": false, "error": sentence.into() })
}

/// One thing wrong with what was sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Issue {
    /// Which field, dot-joined; empty for the whole body.
    pub(crate) path: String,
    /// What is wrong, in the contract's words.
    pub(crate) message: String,
    /// The kind, in the contract's words.
    pub(crate) code: &'static str,
}

/// Why a request was not carried out, each with its status and code of the contract's table.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// 400: fields that are wrong, in the order of the contract's fields.
    Invalid(Vec<Issue>),
    /// 400: a body, query or path that could not be read at all.
    Unreadable { message: &'static str, issue: Issue },
    /// 400 of the one route that tells no issues (contract section 2).
    Unlisted(&'static str),
    /// 401.
    Unauthorized(&'static str),
    /// 403.
    Forbidden(String),
    /// 404: no such route, never "no such record".
    NoRoute { method: String, path: String },
    /// 404 outside `/v1`, which has an envelope of its own.
    Elsewhere,
    /// 429: this key asked too often. `limit` is the one that was hit.
    TooOften { limit: u32 },
    /// 429: too many failed authentications from one address.
    TooManyAttempts,
    /// 409: an idempotency key that was used for something else.
    KeyReused,
    /// 409: the write was done before, and the raw key it answered with is kept nowhere.
    KeyAlreadyIssued,
    /// 409: the question has its answer, or was put away.
    QuestionClosed(&'static str),
    /// 404: there is no such record, for the routes that say so.
    NoRecord(&'static str),
    /// 410: a cursor from which the changes since can no longer be told.
    CursorExpired,
    /// 503: the database cannot be reached just now.
    Unavailable,
    /// 500: our own fault. The cause was logged where it happened, and is nobody else's business.
    Internal,
}

/// One message for every key that does not open the door (contract section 1).
pub(crate) const INVALID_KEY: &str = "Invalid API key";
