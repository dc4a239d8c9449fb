//! Where new keys and ids come from: the system's randomness, or a seed when a test wants the same ones every time.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cachebash_core::domain::{RawKey, Timestamp};
use sha2::{Digest, Sha256};

/// The source of raw keys and of ids.
#[derive(Clone, Debug)]
pub(crate) enum Mint {
    /// Unguessable bytes from the operating system.
    System,
    /// Derived from a seed: keys by the number of keys ever made, so that a restart goes on where it stopped, ids by a
    /// count from the start. For tests only: whoever knows the seed knows the keys.
    Seeded(u64, Arc<AtomicU64>),
}

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no randomness")]
pub(crate) struct NoRandomness;

impl Mint {
    /// One that repeats.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self::Seeded(seed, Arc::default())
    }

    /// Strikes key number `made` of this server.
    pub(crate) fn key(&self, made: u64) -> Result<RawKey, NoRandomness> {
        Ok(RawKey::new(format!(
            "cb_{}",
            hex(&self.bytes(b"cachebash test key", made)?)
        )))
    }

    /// An id for a new record: of two made in different milliseconds the later sorts behind the earlier.
    pub(crate) fn id(&self, now: Timestamp) -> Result<String, NoRandomness> {
        let count = match self {
            Mint::System => 0,
            Mint::Seeded(_, count) => count.fetch_add(1, Ordering::SeqCst),
        };
        let bytes = self.bytes(b"cachebash test id", count)?;
        let random = u128::from_be_bytes(bytes[..16].try_into().unwrap_or_default());
        let millis = u64::try_from(now.as_millis()).unwrap_or_default();
        let random = random.to_be_bytes()[6..].try_into().unwrap_or_default();
        Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random)
            .into_uuid()
            .simple()
            .to_string())
    }

    /// A name for a history of changes.
    pub(crate) fn feed_name(&self, of: &str) -> Result<String, NoRandomness> {
        Ok(match self {
            Mint::System => hex(&self.bytes(b"", 0)?[..6]),
            Mint::Seeded(seed, _) => format!("{seed}{of}"),
        })
    }

    fn bytes(&self, what: &[u8], number: u64) -> Result<[u8; 32], NoRandomness> {
        Ok(match self {
            Mint::System => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
                bytes
            }
            Mint::Seeded(seed, _) => {
                let mut digest = Sha256::new();
                digest.update(what);
                digest.update(seed.to_le_bytes());
                digest.update(number.to_le_bytes());
                digest.finalize().into()
            }
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_seed_strikes_the_same_keys_again_and_never_one_twice() {
        let strike = |seed, made| Mint::seeded(seed).key(made).unwrap();
        assert_eq!(strike(7, 0), strike(7, 0));
        assert_ne!(strike(7, 0), strike(7, 1));
        assert_ne!(strike(7, 0), strike(8, 0));
        assert!(strike(7, 0).is_well_formed());
    }

    #[test]
    fn without_a_seed_no_two_keys_are_alike() {
        let (one, other) = (Mint::System.key(0).unwrap(), Mint::System.key(0).unwrap());
        assert!(one.is_well_formed());
        assert_ne!(one, other);
    }

    #[test]
    fn ids_sort_by_their_time_and_never_repeat() {
        let mint = Mint::seeded(7);
        let early = mint.id(Timestamp::from_millis(1_000)).unwrap();
        let twin = mint.id(Timestamp::from_millis(1_000)).unwrap();
        let late = mint.id(Timestamp::from_millis(2_000)).unwrap();
        assert!(early < late && twin < late);
        assert_ne!(early, twin);
        assert!(early.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
