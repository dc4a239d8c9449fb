//! Encrypts what only its readers should find in a stolen file: questions and their answers. The key is the server's own,
//! so what was sealed outlives every API key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};

use super::StoreError;
use super::sql::Stored;

/// The kind of the records that are sealed.
pub(crate) const SEALED: &str = "question";

/// The server's encryption key. Does not print itself.
pub(crate) struct Seal {
    key: LessSafeKey,
    fingerprint: String,
}

impl Seal {
    pub(crate) fn new(secret: &[u8; 32]) -> Stored<Self> {
        let key = UnboundKey::new(&AES_256_GCM, secret).map_err(|_| StoreError::Sealed)?;
        let mut digest = Sha256::new();
        digest.update(b"cachebash seal");
        digest.update(secret);
        let fingerprint = digest
            .finalize()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(Self {
            key: LessSafeKey::new(key),
            fingerprint,
        })
    }

    /// Tells two keys apart and gives neither away.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Seals a text for one place, such as a record's id: it cannot be opened as any other's.
    pub(crate) fn seal(&self, place: &str, text: &str) -> Stored<String> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).map_err(|_| crate::mint::NoRandomness)?;
        let mut sealed = text.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| StoreError::Sealed)?;
        let mut whole = nonce.to_vec();
        whole.append(&mut sealed);
        Ok(STANDARD.encode(whole))
    }

    /// Opens what was sealed for the place.
    pub(crate) fn open(&self, place: &str, sealed: &str) -> Stored<String> {
        let mut whole = STANDARD.decode(sealed).map_err(|_| StoreError::Sealed)?;
        let (nonce, text) = whole.split_at_mut_checked(NONCE_LEN).ok_or(StoreError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StoreError::Sealed)?;
        let text = self
            .key
            .open_in_place(nonce, Aad::from(place.as_bytes()), text)
            .map_err(|_| StoreError::Sealed)?;
        String::from_utf8(text.to_vec()).map_err(|_| StoreError::Sealed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_own_place_only_and_never_twice_alike() {
        let seal = Seal::new(&[7; 32]).unwrap();
        let sealed = seal.seal("q1", "Which region? – 日本語").unwrap();
        assert!(!sealed.contains("region"));
        assert_ne!(sealed, seal.seal("q1", "Which region? – 日本語").unwrap());
        assert_eq!(seal.open("q1", &sealed).unwrap(), "Which region? – 日本語");
        assert!(seal.open("q2", &sealed).is_err());
        assert!(Seal::new(&[8; 32]).unwrap().open("q1", &sealed).is_err());
        assert!(seal.open("q1", "AAAA").is_err());
    }
}
