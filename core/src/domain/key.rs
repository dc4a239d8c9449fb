//! API keys as far as one may know them: by hash, label and what they may do.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{KeyHash, ProgramId, RawKey, Timestamp};

/// One right of a key, such as `state.read`; `*` is everything except creating keys (contract section 4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Capability(String);

impl Capability {
    /// Takes the word as it came.
    pub fn new(word: impl Into<String>) -> Self {
        Self(word.into())
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One key of the tenant, never the key itself (contract section 7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Its fingerprint.
    pub hash: KeyHash,
    /// Whose key it is.
    pub program: ProgramId,
    /// What its creator called it.
    pub label: String,
    /// What it may do; a key stored without a list shows `*` although it has less.
    pub capabilities: Vec<Capability>,
    /// False once revoked; expired keys still say true.
    pub active: bool,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What an agent's key needs for the job described in the product's guide: report sessions, keep and read state.
pub const JOB_CAPABILITIES: [&str; 4] = ["pulse.write", "pulse.read", "state.read", "state.write"];

/// What a freshly created key lacks for an agent's job, in the order of [`JOB_CAPABILITIES`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingForJob(pub Vec<Capability>);

impl MissingForJob {
    /// Compares what was granted with what the job needs; `*` covers all of it.
    pub fn of(granted: &[Capability]) -> Self {
        let has = |word: &str| granted.iter().any(|c| c.as_str() == word || c.as_str() == "*");
        Self(
            JOB_CAPABILITIES
                .iter()
                .filter(|word| !has(word))
                .map(|word| Capability::new(*word))
                .collect(),
        )
    }
}

/// What is needed to create a key, and with it a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewKey {
    /// Its program; an unknown id brings the program into being.
    pub program: ProgramId,
    /// What it is for.
    pub label: String,
    /// What it may do; `None`: the server's defaults for that program.
    pub capabilities: Option<Vec<Capability>>,
    /// Days to live; `None`: the server's default (90), 0: for ever.
    pub ttl_days: Option<u32>,
}

/// A key that was just issued. This is the only time it is seen.
#[derive(Clone, Debug)]
pub struct IssuedKey {
    /// The key itself.
    pub key: RawKey,
    /// Its fingerprint.
    pub hash: KeyHash,
    /// Its program; after a rotation the calling key's own, where known.
    pub program: Option<ProgramId>,
    /// Its label.
    pub label: String,
    /// What was granted; `None` where the server does not say (rotation).
    pub capabilities: Option<Vec<Capability>>,
    /// What it lacks for an agent's job ("This key cannot report sessions: pulse.write is missing").
    pub missing_for_job: Vec<Capability>,
}

#[cfg(test)]
mod tests {
    use super::{Capability, MissingForJob};

    #[test]
    fn a_key_for_everything_lacks_nothing_and_a_small_one_says_what_it_lacks() {
        let missing = |granted: &[&str]| {
            let granted: Vec<_> = granted.iter().map(|word| Capability::new(*word)).collect();
            MissingForJob::of(&granted)
                .0
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert!(missing(&["*"]).is_empty());
        assert_eq!(missing(&["pulse.read", "state.write"]), ["pulse.write", "state.read"]);
        assert_eq!(missing(&[]).len(), 4);
    }
}
