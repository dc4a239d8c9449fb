//! Keys: what may be known of them, and the one moment in which a new one is seen.

use std::fmt;

use cachebash_core::domain::{Capability, ProgramId};
use cachebash_core::{companion, insight};

use crate::Reading;
use crate::mirror::{Cross, mirror};

mirror! {
    /// One key of the program, never the key itself. Times in milliseconds since the epoch.
    #[derive(Eq)]
    pub struct KeyFacts mirrors insight::KeyFacts {
        /// Its fingerprint: SHA-256, 64 lower-case hex digits.
        hash: String,
        /// Its program.
        program: String,
        /// Its label.
        label: String,
        /// What it may do, such as `state.read`.
        capabilities: Vec<String>,
        /// Not revoked.
        active: bool,
        /// Made.
        created_at: Option<i64>,
        /// Last used.
        last_used_at: Option<i64>,
        /// Revoked.
        revoked_at: Option<i64>,
        /// 90 days after it was made: the server's default, which its list does not show. An estimate.
        expires_estimate: Option<i64>,
        /// What it lacks for an agent's job.
        missing_for_job: Vec<String>,
    }
}

mirror! {
    /// The keys of a program, as far as this key may see them.
    #[derive(Eq)]
    pub struct KeysView mirrors insight::KeysView {
        /// Whether they could be read.
        reading: Reading,
        /// The keys, newest first.
        keys: Vec<KeyFacts>,
        /// When this was read, in milliseconds since the epoch.
        as_of: Option<i64>,
    }
}

/// What is needed to create a key, and with it a program.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct NewKey {
    /// Its program; an unknown id brings the program into being.
    pub program: String,
    /// What it is for.
    pub label: String,
    /// What it may do; null: the server's defaults for that program.
    #[uniffi(default = None)]
    pub capabilities: Option<Vec<String>>,
    /// Days to live; null: the server's default (90), 0: for ever.
    #[uniffi(default = None)]
    pub ttl_days: Option<u32>,
}

impl From<NewKey> for companion::NewKey {
    fn from(key: NewKey) -> Self {
        let NewKey {
            program,
            label,
            capabilities,
            ttl_days,
        } = key;
        Self {
            program: ProgramId::new(program),
            label,
            capabilities: capabilities.map(|words| words.into_iter().map(Capability::new).collect()),
            ttl_days,
        }
    }
}

/// A key that was just issued. This is the only time it is seen; as text it does not show itself.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct IssuedKey {
    /// The key itself.
    pub key: String,
    /// Its fingerprint.
    pub hash: String,
    /// Its program; after a rotation the calling key's own, where known.
    pub program: Option<String>,
    /// Its label.
    pub label: String,
    /// What was granted; null where the server does not say (rotation).
    pub capabilities: Option<Vec<String>>,
    /// What it lacks for an agent's job ("This key cannot report sessions: pulse.write is missing").
    pub missing_for_job: Vec<String>,
}

impl fmt::Display for IssuedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedKey({})", self.hash)
    }
}

impl fmt::Debug for IssuedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Cross for companion::IssuedKey {
    type Out = IssuedKey;

    fn cross(self) -> IssuedKey {
        let Self {
            key,
            hash,
            program,
            label,
            capabilities,
            missing_for_job,
        } = self;
        IssuedKey {
            key: key.reveal().to_owned(),
            hash: hash.cross(),
            program: program.cross(),
            label,
            capabilities: capabilities.cross(),
            missing_for_job: missing_for_job.cross(),
        }
    }
}
