//! Names that must not be mixed up: a program's id is not a session's, and a raw key is never printed.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it came; ids are opaque.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id as text, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

text_id! {
    /// A program: the stable identity of an agent, unique within one account.
    ProgramId
}
text_id! {
    /// A session: one connection of a program. Often `program.task`, but that format is not enforced (contract section 5).
    SessionId
}
text_id! {
    /// One (server, key) pair that this device knows. Made here, never sent.
    AccountId
}
text_id! {
    /// SHA-256 of a raw API key, 64 lower-case hex digits: what servers and caches keep (contract section 1).
    KeyHash
}
text_id! {
    /// A question that an agent asked, within an account.
    QuestionId
}
text_id! {
    /// A task, within an account.
    TaskId
}
text_id! {
    /// A message or an alert, within an account.
    MessageId
}
text_id! {
    /// Something a person asked this device to do. It is the idempotency key too, wherever the server takes one.
    ActionId
}

/// An API key as the server handed it out. `Debug` does not show it; ask for [`RawKey::reveal`] where it must travel.
#[derive(Clone, PartialEq, Eq)]
pub struct RawKey(String);

impl RawKey {
    /// Takes the text as it is, without judging it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The key itself. Only for the `Authorization` header and for a secret store.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What may be kept and shown of it.
    pub fn hash(&self) -> KeyHash {
        let digest = Sha256::digest(self.0.as_bytes());
        KeyHash(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Whether it has the form of an API key: `cb_` and 64 lower-case hex digits (contract section 1).
    pub fn is_well_formed(&self) -> bool {
        self.0
            .strip_prefix("cb_")
            .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
    }
}

impl fmt::Debug for RawKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawKey(…)")
    }
}

/// The program a session's id speaks of: the text before its first dot, else all of it (contract section 5).
pub fn program_of_session_id(session: &SessionId) -> ProgramId {
    let text = session.as_str();
    ProgramId::new(text.split_once('.').map_or(text, |(program, _)| program))
}

#[cfg(test)]
mod tests {
    use super::{RawKey, SessionId, program_of_session_id};

    #[test]
    fn a_session_id_speaks_of_the_program_before_its_first_dot() {
        for (id, program) in [
            ("builder.auth-7", "builder"),
            ("builder", "builder"),
            ("a.b.c", "a"),
            (".x", ""),
            ("", ""),
        ] {
            assert_eq!(program_of_session_id(&SessionId::from(id)).as_str(), program, "{id}");
        }
    }

    #[test]
    fn a_raw_key_is_hashed_and_never_printed() {
        let key = RawKey::new(format!("cb_{:0>64}", 6));
        assert!(key.is_well_formed());
        assert_eq!(
            key.hash().as_str(),
            "649050ab3563feeebccaf376b934575f4fb97f8331a45708d9f9c4bd1e39b265"
        );
        assert!(!format!("{key:?}").contains("cb_"));
        for wrong in ["", "cb_", "CB_00", "cb_xyz"] {
            assert!(!RawKey::new(wrong).is_well_formed(), "{wrong}");
        }
        assert!(!RawKey::new(format!("cb_{}", "A".repeat(64))).is_well_formed());
    }
}
