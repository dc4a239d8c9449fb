//! Where new keys come from: the system's randomness, or a seed when a test wants the same keys every time.

use std::fmt::Write;

use cachebash_core::domain::RawKey;
use sha2::{Digest, Sha256};

/// The source of raw keys.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mint {
    /// 32 bytes from the operating system.
    System,
    /// Derived from a seed and the number of keys ever made, so that a restart goes on where it stopped.
    /// For tests only: whoever knows the seed knows the keys.
    Seeded(u64),
}

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the system gave no randomness")]
pub(crate) struct NoRandomness;

impl Mint {
    /// Strikes key number `made` of this server.
    pub(crate) fn key(self, made: u64) -> Result<RawKey, NoRandomness> {
        let bytes: [u8; 32] = match self {
            Mint::System => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
                bytes
            }
            Mint::Seeded(seed) => {
                let mut digest = Sha256::new();
                digest.update(b"cachebash test key");
                digest.update(seed.to_le_bytes());
                digest.update(made.to_le_bytes());
                digest.finalize().into()
            }
        };
        let mut text = String::from("cb_");
        for byte in bytes {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Ok(RawKey::new(text))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_seed_strikes_the_same_keys_again_and_never_one_twice() {
        let strike = |seed, made| Mint::Seeded(seed).key(made).unwrap();
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
}
