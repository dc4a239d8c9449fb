//! The lines of a recording, one JSON object each. Times are milliseconds since the epoch by the device's clock.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::{Error, Limit, RawReply};
use crate::domain::{AccountId, ActionId, KeyHash, Timestamp};
use crate::store::Snapshot;

/// The format of recordings that this version writes and plays.
pub const FORMAT: u32 = 1;

/// One line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// A segment begins.
    Begun(Box<Beginning>),
    /// A call read the clock.
    Clock {
        /// Which call.
        call: u32,
        /// What it said.
        at: Timestamp,
    },
    /// A call began.
    Called {
        /// Its number.
        call: u32,
        /// What it does.
        what: Called,
        /// The call in whose course it began.
        within: Option<u32>,
        /// When.
        at: Timestamp,
    },
    /// A call that wanted a refresh joined one that was under way.
    Joined {
        /// Which call.
        call: u32,
        /// When.
        at: Timestamp,
    },
    /// A call ended.
    Ended {
        /// Its number.
        call: u32,
        /// When.
        at: Timestamp,
    },
    /// A request was handed over.
    Asked {
        /// Its number.
        request: u32,
        /// The call that asked; `None` for what no segment can begin in, such as making a key.
        call: Option<u32>,
        /// HTTP's word.
        method: String,
        /// With its query.
        target: String,
        /// What was sent, redacted.
        body: Option<Value>,
        /// When.
        at: Timestamp,
    },
    /// Its reply came, or none will.
    Told {
        /// The request's number.
        request: u32,
        /// What came.
        what: Told,
        /// When.
        at: Timestamp,
    },
    /// A person changed the outbox.
    Acted {
        /// How.
        act: Act,
        /// When.
        at: Timestamp,
    },
    /// The recording was taken; screens showed what there was then.
    Taken {
        /// When.
        at: Timestamp,
    },
}

/// What a segment begins with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Beginning {
    /// [`FORMAT`]; another one is not played.
    pub format: u32,
    /// Version of the library that recorded.
    pub version: String,
    /// Whose.
    pub account: AccountId,
    /// Stands for its key's hash.
    pub key_hash: KeyHash,
    /// IANA name of the zone whose midnight ends a day.
    pub zone: String,
    /// How often it refreshes, in milliseconds.
    pub sync_period: i64,
    /// Texts are as they were.
    pub texts: bool,
    /// What was kept.
    pub rows: Snapshot,
    /// When.
    pub at: Timestamp,
}

/// What the core does when nobody may be waiting for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Called {
    /// Asks the server, beside what is due, for what is wanted.
    Refresh(Value),
    /// Sends what waits in the outbox, then asks for what changed by that.
    Drain,
    /// Only sends it.
    Send,
}

/// What came of a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A reply.
    Reply {
        /// HTTP status.
        status: u16,
        /// The header of this name.
        retry_after: Option<String>,
        /// Likewise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mcp_session: Option<String>,
        /// Redacted.
        body: String,
    },
    /// None.
    Nothing(Trouble),
    /// Whoever asked went away first.
    GivenUp,
}

/// Why there is no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// No connection could be made.
    Unreachable,
    /// It broke.
    Interrupted,
    /// It took too long.
    TimedOut,
    /// It was too large.
    TooLarge,
    /// A wait that the server had asked for was not over.
    ToldToWait {
        /// Until then.
        until: Timestamp,
        /// Which limit: `requests`, `key_writes`, `tenant_writes`.
        limit: LimitWord,
    },
}

/// [`Limit`] as it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitWord {
    /// Of this key's requests.
    Requests,
    /// Of this key's writes.
    KeyWrites,
    /// Of the tenant's writes.
    TenantWrites,
}

/// What a person did to the outbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Asked for something.
    Ask {
        /// Its id from then on.
        id: ActionId,
        /// The action, redacted.
        action: Value,
    },
    /// Said to try again.
    Retry {
        /// Which.
        id: ActionId,
    },
    /// Gave it up.
    Discard {
        /// Which.
        id: ActionId,
    },
    /// Put another action in its place.
    Edit {
        /// The old one.
        instead_of: ActionId,
        /// The new one's id.
        id: ActionId,
        /// The new one, redacted.
        action: Value,
    },
}

impl Trouble {
    /// What a carrier's error says, as far as a request can be refused on its way.
    pub fn of(error: &Error) -> Self {
        match error {
            Error::Unreachable | Error::Address | Error::PlainHttp | Error::KeyForm => Trouble::Unreachable,
            Error::TimedOut => Trouble::TimedOut,
            Error::TooLarge => Trouble::TooLarge,
            Error::RateLimited { retry_at, limit } => Trouble::ToldToWait {
                until: *retry_at,
                limit: match limit {
                    Limit::Requests => LimitWord::Requests,
                    Limit::KeyWrites => LimitWord::KeyWrites,
                    Limit::TenantWrites => LimitWord::TenantWrites,
                },
            },
            _ => Trouble::Interrupted,
        }
    }

    /// The error again.
    pub fn error(self) -> Error {
        match self {
            Trouble::Unreachable => Error::Unreachable,
            Trouble::Interrupted => Error::Interrupted,
            Trouble::TimedOut => Error::TimedOut,
            Trouble::TooLarge => Error::TooLarge,
            Trouble::ToldToWait { until, limit } => Error::RateLimited {
                retry_at: until,
                limit: match limit {
                    LimitWord::Requests => Limit::Requests,
                    LimitWord::KeyWrites => Limit::KeyWrites,
                    LimitWord::TenantWrites => Limit::TenantWrites,
                },
            },
        }
    }
}

impl Told {
    /// As it came to whoever asked. One who went away heard nothing.
    pub fn into_reply(self) -> Result<RawReply, Error> {
        match self {
            Told::Reply {
                status,
                retry_after,
                mcp_session,
                body,
            } => Ok(RawReply {
                status,
                retry_after,
                mcp_session,
                body: body.into_bytes(),
            }),
            Told::Nothing(trouble) => Err(trouble.error()),
            Told::GivenUp => Err(Error::Interrupted),
        }
    }
}

impl Entry {
    /// When it was written.
    pub fn at(&self) -> Timestamp {
        match self {
            Entry::Begun(beginning) => beginning.at,
            Entry::Clock { at, .. }
            | Entry::Called { at, .. }
            | Entry::Joined { at, .. }
            | Entry::Ended { at, .. }
            | Entry::Asked { at, .. }
            | Entry::Told { at, .. }
            | Entry::Acted { at, .. }
            | Entry::Taken { at } => *at,
        }
    }
}
