//! The one form in which a server and a key travel together, by QR code or by hand, and its one parser.
//!
//! `cachebash://pair?v=1&url=<encoded>&key=cb_…[&program=<encoded>]`; a bare `cb_…` means the public server. What comes
//! in may be hostile: it was scanned from anywhere. Reads no network, needs no other crate, so servers print it too.
//! Whether plain http to another machine is acceptable is not decided here but where an account is added.

use crate::domain::{ProgramId, RawKey};

/// The server of a bare key.
pub const PUBLIC_SERVER: &str = "https://api.cachebash.dev";

/// Longest text that is looked at, in bytes. A QR code holds less than 3,000.
const LONGEST: usize = 2_048;
const LINK: &str = "cachebash://pair";

/// A server and a key to add as an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairing {
    /// Base URL, http or https, without user, query or fragment.
    pub server: String,
    /// The key.
    pub key: RawKey,
    /// Whose key it is, where the link says so.
    pub program: Option<ProgramId>,
}

/// Why a text is no pairing. Never quotes the text, which holds a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairingError {
    /// Neither a pairing link nor a key.
    #[error("this is neither a pairing link nor a key")]
    NotAPairing,
    /// A link of another version.
    #[error("this link is of a newer kind; update this program")]
    NewerVersion,
    /// A part is missing.
    #[error("{0} is missing in the link")]
    Missing(&'static str),
    /// A part is there twice, so it is unclear which is meant.
    #[error("{0} is in the link twice")]
    Repeated(&'static str),
    /// Broken percent-encoding, control characters, or text that is not UTF-8.
    #[error("the link is damaged; copy it again")]
    Damaged,
    /// The address is none that an account can have.
    #[error("the address in the link cannot be used")]
    Address,
    /// The key has not the form of one.
    #[error("the key in the link is not complete; copy it again")]
    Key,
    /// Longer than any link we make.
    #[error("this is too long to be a pairing link")]
    TooLong,
}

impl Pairing {
    /// Reads a link or a bare key; white space around it is ignored.
    ///
    /// # Errors
    /// [`PairingError`], which never quotes the text.
    pub fn parse(text: &str) -> Result<Self, PairingError> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(PairingError::TooLong);
        }
        if text.starts_with("cb_") {
            return Ok(Self {
                server: PUBLIC_SERVER.to_owned(),
                key: key(text)?,
                program: None,
            });
        }
        let (link, query) = text.split_once('?').ok_or(PairingError::NotAPairing)?;
        if !link.eq_ignore_ascii_case(LINK) {
            return Err(PairingError::NotAPairing);
        }
        let parts = Parts::read(query)?;
        match parts.version.as_deref() {
            Some("1") => {}
            Some(other) if !other.is_empty() => return Err(PairingError::NewerVersion),
            _ => return Err(PairingError::Missing("v")),
        }
        let server = address(&parts.url.ok_or(PairingError::Missing("url"))?)?;
        let key = key(&parts.key.ok_or(PairingError::Missing("key"))?)?;
        let program = parts.program.filter(|program| !program.is_empty()).map(ProgramId::new);
        let pairing = Self { server, key, program };
        // Signs that stand in a link as they are grow when they are written as they should be; what is read is always
        // something that can be handed on.
        if pairing.link().len() > LONGEST {
            return Err(PairingError::TooLong);
        }
        Ok(pairing)
    }

    /// The link that [`Pairing::parse`] reads. It holds the raw key: for a screen or a QR code, never for a log.
    pub fn link(&self) -> String {
        let mut link = format!(
            "{LINK}?v=1&url={}&key={}",
            encode(&self.server),
            encode(self.key.reveal())
        );
        if let Some(program) = &self.program {
            link.push_str("&program=");
            link.push_str(&encode(program.as_str()));
        }
        link
    }
}

#[derive(Default)]
struct Parts {
    version: Option<String>,
    url: Option<String>,
    key: Option<String>,
    program: Option<String>,
}

impl Parts {
    fn read(query: &str) -> Result<Self, PairingError> {
        let mut parts = Self::default();
        for part in query.split('&') {
            let (name, value) = part.split_once('=').ok_or(PairingError::Damaged)?;
            let (place, name) = match name {
                "v" => (&mut parts.version, "v"),
                "url" => (&mut parts.url, "url"),
                "key" => (&mut parts.key, "key"),
                "program" => (&mut parts.program, "program"),
                // A later writer of version 1 may add hints; they are not ours to judge.
                _ => continue,
            };
            if place.replace(decode(value)?).is_some() {
                return Err(PairingError::Repeated(name));
            }
        }
        Ok(parts)
    }
}

fn key(text: &str) -> Result<RawKey, PairingError> {
    let key = RawKey::new(text);
    if key.is_well_formed() {
        Ok(key)
    } else {
        Err(PairingError::Key)
    }
}

/// Accepts plain addresses only, so that no two readers can disagree about where they lead.
fn address(text: &str) -> Result<String, PairingError> {
    let (scheme, rest) = text.split_once("://").ok_or(PairingError::Address)?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let path_is_plain = path.bytes().all(|b| plain(b) || matches!(b, b'/' | b'~'));
    let climbs = path.split('/').any(|step| step == ".." || step == ".");
    let scheme_is_known = matches!(scheme, "http" | "https");
    if !scheme_is_known || !path_is_plain || climbs || !host_and_port(authority, plain) {
        return Err(PairingError::Address);
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn host_and_port(authority: &str, plain: impl Fn(u8) -> bool) -> bool {
    let (host_is_fine, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((ip, port)) => (ip.parse::<std::net::Ipv6Addr>().is_ok(), port),
        None => {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            (!host.is_empty() && host.bytes().all(plain), port)
        }
    };
    let port_is_fine = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|port| port > 0),
        None => port.is_empty(),
    };
    host_is_fine && port_is_fine
}

fn decode(text: &str) -> Result<String, PairingError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let decoded = match byte {
            b'%' => {
                let high = rest.next().and_then(nibble).ok_or(PairingError::Damaged)?;
                let low = rest.next().and_then(nibble).ok_or(PairingError::Damaged)?;
                high << 4 | low
            }
            // A fragment or a second question mark means that the text was put together wrongly.
            b'#' | b'?' => return Err(PairingError::Damaged),
            plain => plain,
        };
        bytes.push(decoded);
    }
    let text = String::from_utf8(bytes).map_err(|_| PairingError::Damaged)?;
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(hidden) {
        Err(PairingError::Damaged)
    } else {
        Ok(text)
    }
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn sample_key() -> RawKey {
        RawKey::new(format!("cb_{:064}", 42))
    }

    fn link(rest: &str) -> String {
        format!("cachebash://pair?v=1&key={}&{rest}", sample_key().reveal())
    }

    #[test]
    fn a_link_names_server_key_and_program() {
        let pairing = Pairing::parse(&format!(
            " {}\n",
            link("url=http%3A%2F%2F127.0.0.1%3A8080&program=my%20laptop")
        ))
        .unwrap();
        assert_eq!(pairing.server, "http://127.0.0.1:8080");
        assert_eq!(pairing.key, sample_key());
        assert_eq!(pairing.program, Some(ProgramId::new("my laptop")));
        assert_eq!(Pairing::parse(&pairing.link()), Ok(pairing));
    }

    #[test]
    fn a_bare_key_means_the_public_server() {
        let pairing = Pairing::parse(sample_key().reveal()).unwrap();
        assert_eq!(pairing.server, PUBLIC_SERVER);
        assert_eq!(Pairing::parse("cb_12"), Err(PairingError::Key));
        assert_eq!(
            Pairing::parse(&sample_key().reveal().replace('4', "G")),
            Err(PairingError::Key)
        );
    }

    #[test]
    fn another_version_is_a_newer_one() {
        for version in ["2", "10", "1.0", "01", "x"] {
            let text = link("url=https%3A%2F%2Fexample.org").replace("v=1", &format!("v={version}"));
            assert_eq!(Pairing::parse(&text), Err(PairingError::NewerVersion), "{version}");
        }
        let text = link("url=https%3A%2F%2Fexample.org").replace("v=1&", "");
        assert_eq!(Pairing::parse(&text), Err(PairingError::Missing("v")));
    }

    #[test]
    fn what_is_there_twice_is_refused() {
        let once = "url=https%3A%2F%2Fexample.org";
        for (twice, name) in [
            ("url=https%3A%2F%2Fevil.example", "url"),
            ("v=1", "v"),
            ("key=cb_1", "key"),
        ] {
            assert_eq!(
                Pairing::parse(&link(&format!("{once}&{twice}"))),
                Err(PairingError::Repeated(name))
            );
        }
    }

    #[test]
    fn damaged_links_are_refused() {
        for rest in [
            "url=https%3A%2F%2Fexample.org%",
            "url=https%3A%2F%2Fexample.org%2",
            "url=https%3A%2F%2Fexample.org%zz",
            "url=https%3A%2F%2Fexample.org%00",
            "url=https%3A%2F%2Fexample.org%0A",
            "url=https%3A%2F%2Fexample.org%FF",
            "url=https%3A%2F%2Fexample.org&program=a%E2%80%AEb",
            "url=https%3A%2F%2Fexample.org#x",
            "url=https%3A%2F%2Fexample.org&program",
            "url=https%3A%2F%2Fexample.org&",
        ] {
            assert_eq!(Pairing::parse(&link(rest)), Err(PairingError::Damaged), "{rest}");
        }
        assert_eq!(Pairing::parse(&"x".repeat(LONGEST + 1)), Err(PairingError::TooLong));
        for text in [
            "",
            "cachebash://pair",
            "https://pair?v=1",
            "cachebash://other?v=1",
            "cachebash:pair?v=1",
        ] {
            assert_eq!(Pairing::parse(text), Err(PairingError::NotAPairing), "{text}");
        }
    }

    #[test]
    fn what_is_read_can_be_handed_on() {
        let brackets = |count: usize| link(&format!("url=https%3A%2F%2Fexample.org&program={}", "[".repeat(count)));
        assert!(brackets(1_000).len() < LONGEST, "short enough as it stands");
        assert_eq!(Pairing::parse(&brackets(1_000)), Err(PairingError::TooLong));
        let fits = Pairing::parse(&brackets(500)).unwrap();
        assert_eq!(Pairing::parse(&fits.link()), Ok(fits));
    }

    #[test]
    fn addresses_that_hide_where_they_lead_are_refused() {
        for url in [
            "ftp://example.org",
            "javascript://x",
            "example.org",
            "https://",
            "https:///x",
            "https://user@example.org",
            "https://user:pw@example.org",
            "https://example.org?x=1",
            "https://example.org#x",
            "https://example.org\\@evil.example",
            "https://example.org:0",
            "https://example.org:99999",
            "https://example.org:8o",
            "https://exämple.org",
            "https://example.org/../x",
            "https://[::1",
            "https://[::g]",
            "HTTPS ://example.org",
        ] {
            assert_eq!(
                Pairing::parse(&link(&format!("url={}", encode(url)))),
                Err(PairingError::Address),
                "{url}"
            );
        }
        for url in [
            "http://localhost:1",
            "https://[::1]:8080",
            "https://a-b.example.org/cache",
            "http://192.168.0.4:8080",
        ] {
            assert_eq!(
                Pairing::parse(&link(&format!("url={}", encode(url)))).unwrap().server,
                url
            );
        }
    }

    #[test]
    fn errors_and_debug_never_show_the_key() {
        let pairing = Pairing::parse(&link("url=https%3A%2F%2Fexample.org")).unwrap();
        assert!(!format!("{pairing:?}").contains("0042"));
        let broken = Pairing::parse(&format!("{}x", sample_key().reveal())).unwrap_err();
        assert!(!format!("{broken} {broken:?}").contains("0042"));
    }

    proptest! {
            #[test]
            fn what_was_written_reads_back(
                host in "[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", port in 1_u16.., tls: bool, hex in "[0-9a-f]{64}",
                program in proptest::option::of("[^\\p{C}]{1,30}"),
            ) {
                let scheme = if tls { "https" } else { "http" };
                let pairing = Pairing {
                    server: format!("{scheme}://{host}:{port}"),
                    key: RawKey::new(format!("cb_{hex}")),
                    program: program.map(ProgramId::new),
                };
                prop_assert_eq!(Pairing::parse(&pairing.link()), Ok(pairing));
            }

            #[test]
            fn any_text_is_read_without_a_crash(text in "\\PC{0,60}", cut in 0_usize..140, put in "\\PC{0,3}") {
                let _ = Pairing::parse(&text);
                let _ = Pairing::parse(&link(&text));
                let mut damaged: Vec<char> = link("url=https%3A%2F%2Fexample.org").chars().collect();
                let cut = cut.min(damaged.len());
                damaged.splice(cut.., put.chars());
    let read = Pairing::parse(&damaged.into_iter().collect::<String>());
                // What still reads after a cut names the whole key; half a key is none.
                prop_assert!(read.is_err() || read.is_ok_and(|pairing| pairing.key == sample_key()));
            }
        }
}
