//! Where requests go and how their parts are written, since the server decodes less than most (contract section 3).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

use super::authorities::Authorities;
use super::error::Error;

/// A server to talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Base URL; paths are appended to its own.
    pub base: Url,
    /// Talk plain http to hosts other than this machine.
    pub allow_plain_http: bool,
    /// Who may vouch for it beside the public authorities.
    pub authorities: Authorities,
}

impl Endpoint {
    /// From text, as a person types it.
    ///
    /// # Errors
    /// [`Error::Address`] for what is no http address, [`Error::PlainHttp`] for http to another machine that was not allowed.
    pub fn parse(text: &str, allow_plain_http: bool) -> Result<Self, Error> {
        let base = Url::parse(text.trim()).map_err(|_| Error::Address)?;
        let endpoint = Self {
            base,
            allow_plain_http,
            authorities: Authorities::default(),
        };
        endpoint.check()?;
        Ok(endpoint)
    }

    /// The same server, for which these may vouch too.
    #[must_use]
    pub fn trusting(self, authorities: Authorities) -> Self {
        Self { authorities, ..self }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let url = &self.base;
        let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        if url.host().is_none() || !bare || url.fragment().is_some() {
            return Err(Error::Address);
        }
        match url.scheme() {
            "https" => Ok(()),
            "http" if self.allow_plain_http || self.is_this_machine() => Ok(()),
            "http" => Err(Error::PlainHttp),
            _ => Err(Error::Address),
        }
    }

    /// Judged by the parsed host, never by how the text begins.
    pub(super) fn is_this_machine(&self) -> bool {
        match self.base.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            None => false,
        }
    }

    pub(super) fn url(&self, path: &str, query: &str) -> Url {
        let mut url = self.base.clone();
        let joined = format!("{}{path}", url.path().trim_end_matches('/'));
        url.set_path(&joined);
        url.set_query((!query.is_empty()).then_some(query));
        url
    }
}

/// All but what needs no encoding anywhere; so a space is `%20`, `+` is `%2B` and `=` is `%3D`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A query string from names and values; an absent value is left out.
pub(super) fn query(parts: &[(&str, Option<String>)]) -> String {
    let written: Vec<String> = parts
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", utf8_percent_encode(value.as_deref()?, ENCODED))))
        .collect();
    written.join("&")
}

/// The id as a path segment. Path ids are not decoded by the server, so only those that need no encoding will do.
pub(super) fn segment(id: &str) -> Result<&str, Error> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let dots_only = id.bytes().all(|b| b == b'.');
    if id.is_empty() || id.len() > 200 || dots_only || !id.bytes().all(plain) {
        return Err(Error::UnsuitableId);
    }
    Ok(id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn queries_are_written_for_a_server_that_decodes_little() {
        let parts = [
            ("a", Some("x y+z=1&ü".to_owned())),
            ("b", None),
            ("c", Some(String::new())),
        ];
        assert_eq!(query(&parts), "a=x%20y%2Bz%3D1%26%C3%BC&c=");
    }

    #[test]
    fn an_id_that_would_need_decoding_is_not_sent() {
        for id in [
            "", ".", "..", "a/b", "a b", "a%20b", "ü", "a?b", "a#b", "a\\b", "a;b", "a\nb",
        ] {
            assert_eq!(segment(id), Err(Error::UnsuitableId), "{id:?}");
        }
        assert_eq!(segment("reviewer-prod.review_7"), Ok("reviewer-prod.review_7"));
    }

    #[test]
    fn plain_http_goes_to_this_machine_only_unless_allowed() {
        for here in [
            "http://127.0.0.1:80",
            "http://127.9.9.9",
            "http://[::1]:8080",
            "http://localhost:1",
            "http://LOCALHOST",
            "http://2130706433",
        ] {
            assert!(Endpoint::parse(here, false).is_ok(), "{here}");
        }
        for there in [
            "http://example.org",
            "http://127.0.0.1.example.org",
            "http://localhost.example.org",
            "http://10.0.0.1",
            "http://[::ffff:1.2.3.4]",
        ] {
            assert_eq!(Endpoint::parse(there, false), Err(Error::PlainHttp), "{there}");
            assert!(Endpoint::parse(there, true).is_ok(), "{there}");
        }
        for wrong in [
            "",
            "ftp://example.org",
            "https://user@example.org",
            "https://example.org?x=1",
            "https://example.org#f",
            "/v1",
            "http://127.0.0.1@example.org",
        ] {
            assert_eq!(Endpoint::parse(wrong, false), Err(Error::Address), "{wrong}");
        }
    }

    #[test]
    fn a_base_with_a_path_keeps_it() {
        let endpoint = Endpoint::parse("https://example.org/cache/", false).unwrap();
        assert_eq!(
            endpoint.url("/v1/sessions", "limit=1").as_str(),
            "https://example.org/cache/v1/sessions?limit=1"
        );
    }
}
