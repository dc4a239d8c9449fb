//! Answers as the hosted server seals them for the program that asked (contract section 8): with a key that is derived from
//! the asking API key, so whoever holds that key in the account's ring can open one that the server could not.
//!
//! The form is not authenticated. A wrong key is noticed by its padding or by what is no text, all but about once in 256
//! times for short answers; that is why an answer opened here is only shown where the server said it could not open it.

use std::num::NonZeroU32;

use aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockDecryptMut, KeyIvInit};
use ring::pbkdf2;

use crate::domain::RawKey;

const ROUNDS: NonZeroU32 = NonZeroU32::new(100_000).unwrap();
const SALT: &str = "cachebash_e2e_v1_";
/// Of the key's fingerprint, in the salt.
const SALT_DIGITS: usize = 16;
/// An initialisation vector stands before the text.
const VECTOR: usize = 16;

/// What opens the answers to the questions of one API key. Deriving it takes as long as it is meant to; it does not print
/// itself.
pub struct AnswerKey([u8; 32]);

impl AnswerKey {
    /// Derives it.
    pub fn of(key: &RawKey) -> Self {
        let mut derived = [0; 32];
        let salt = salt_of(key);
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ROUNDS,
            salt.as_bytes(),
            key.reveal().as_bytes(),
            &mut derived,
        );
        Self(derived)
    }

    /// The derived bytes, for whoever checks them against vectors.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The text in a sealed answer; `None` where this is not its key, or it is none.
    pub fn open(&self, sealed: &str) -> Option<String> {
        let sealed = STANDARD.decode(sealed).ok()?;
        let (vector, text) = sealed.split_at_checked(VECTOR)?;
        let decryptor = Decryptor::<Aes256>::new_from_slices(&self.0, vector).ok()?;
        let text = decryptor.decrypt_padded_vec_mut::<Pkcs7>(text).ok()?;
        String::from_utf8(text).ok()
    }
}

/// What the derivation is salted with.
pub fn salt_of(key: &RawKey) -> String {
    let hash = key.hash();
    format!("{SALT}{}", hash.as_str().get(..SALT_DIGITS).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SEALED: &str = "9IIJ9SV/UVAOQv+0+BgC+cMo+PX6pM7vKbaW4ZcqVFV4nELKLkLZQ1U6c0Hacwrt";

    fn key(number: u8) -> RawKey {
        RawKey::new(format!("cb_{number:0>64}"))
    }

    #[test]
    fn the_asking_key_opens_what_the_server_sealed_for_it() {
        let opened = AnswerKey::of(&key(6)).open(SEALED);
        assert_eq!(opened.as_deref(), Some("Yes – ship it 🚀"));
    }

    #[test]
    fn another_key_and_what_is_no_sealed_answer_open_nothing() {
        assert_eq!(AnswerKey::of(&key(2)).open(SEALED), None);
        let own = AnswerKey::of(&key(6));
        for odd in ["", "AAAA", "not base64!", "yes", &SEALED[..24], &SEALED[4..]] {
            assert_eq!(own.open(odd), None, "{odd}");
        }
    }
}
