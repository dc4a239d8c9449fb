//! A server and its key from a QR code or from a person's hand. The form and its parser are the core's.

use std::fmt;

use cachebash_core::domain::{ProgramId, RawKey};
use cachebash_core::pairing;

use crate::mirror::Cross;

/// A server and a key to add as an account. As text it does not show its key.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct Pairing {
    /// Base URL.
    pub server: String,
    /// The key.
    pub key: String,
    /// Whose key it is, where the link says so.
    pub program: Option<String>,
}

impl fmt::Display for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pairing({})", self.server)
    }
}

impl fmt::Debug for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Cross for pairing::Pairing {
    type Out = Pairing;

    fn cross(self) -> Pairing {
        let Self { server, key, program } = self;
        Pairing {
            server,
            key: key.reveal().to_owned(),
            program: program.cross(),
        }
    }
}

/// Why a text is no pairing. Never quotes the text, which holds a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PairingError {
    /// Neither a pairing link nor a key.
    #[error("this is neither a pairing link nor a key")]
    NotAPairing,
    /// A link of another version.
    #[error("this link is of a newer kind")]
    NewerVersion,
    /// A part is missing.
    #[error("{part} is missing in the link")]
    Missing {
        /// Its name in the link.
        part: String,
    },
    /// A part is there twice, so it is unclear which is meant.
    #[error("{part} is in the link twice")]
    Repeated {
        /// Its name in the link.
        part: String,
    },
    /// Broken percent-encoding, control characters, or text that is not UTF-8.
    #[error("the link is damaged")]
    Damaged,
    /// The address is none that an account can have.
    #[error("the address in the link cannot be used")]
    Address,
    /// The key has not the form of one.
    #[error("the key in the link is not complete")]
    Key,
    /// Longer than any link we make.
    #[error("this is too long to be a pairing link")]
    TooLong,
}

impl From<pairing::PairingError> for PairingError {
    fn from(error: pairing::PairingError) -> Self {
        use pairing::PairingError as Core;
        match error {
            Core::NotAPairing => Self::NotAPairing,
            Core::NewerVersion => Self::NewerVersion,
            Core::Missing(part) => Self::Missing { part: part.to_owned() },
            Core::Repeated(part) => Self::Repeated { part: part.to_owned() },
            Core::Damaged => Self::Damaged,
            Core::Address => Self::Address,
            Core::Key => Self::Key,
            Core::TooLong => Self::TooLong,
        }
    }
}

/// Reads a pairing link or a bare key; white space around it is ignored. A bare key means the public server.
#[uniffi::export]
pub fn parse_pairing(text: &str) -> Result<Pairing, PairingError> {
    pairing::Pairing::parse(text).map(Cross::cross).map_err(Into::into)
}

/// The link that [`parse_pairing`] reads. It holds the raw key: for a screen or a QR code, never for a log.
#[uniffi::export]
pub fn pairing_link(pairing: Pairing) -> String {
    let Pairing { server, key, program } = pairing;
    pairing::Pairing {
        server,
        key: RawKey::new(key),
        program: program.map(ProgramId::new),
    }
    .link()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_was_written_is_read_again() {
        let pairing = Pairing {
            server: "https://fleet.example.org".to_owned(),
            key: format!("cb_{:0>64}", 7),
            program: Some("builder & friends".to_owned()),
        };
        assert_eq!(parse_pairing(&pairing_link(pairing.clone())), Ok(pairing));
    }

    #[test]
    fn a_link_is_read_and_its_key_is_not_shown() {
        let key = format!("cb_{:0>64}", 6);
        let link = format!("cachebash://pair?v=1&url=http%3A%2F%2F127.0.0.1%3A8080&key={key}&program=builder");
        let pairing = parse_pairing(&link);
        assert_eq!(
            pairing,
            Ok(Pairing {
                server: "http://127.0.0.1:8080".to_owned(),
                key: key.clone(),
                program: Some("builder".to_owned()),
            })
        );
        assert!(!format!("{pairing:?}").contains(&key));
    }

    #[test]
    fn what_is_wrong_with_a_link_is_said_by_name() {
        assert_eq!(parse_pairing("hello"), Err(PairingError::NotAPairing));
        assert_eq!(
            parse_pairing("cachebash://pair?v=1&key=cb_0"),
            Err(PairingError::Missing { part: "url".to_owned() })
        );
        assert_eq!(parse_pairing("cb_0"), Err(PairingError::Key));
    }
}
