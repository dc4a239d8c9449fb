//! One HTTP exchange: bounded in time and in size, without redirects, over TLS whose roots we chose.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use super::address::Endpoint;
use super::authorities::Authorities;
use super::calls::Request;
use super::error::Error;
use super::events::Events;
use crate::domain::RawKey;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};

/// Names the transport session of MCP.
const MCP_SESSION: &str = "mcp-session-id";

/// How long a reply may take and how large it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To connect, TLS included.
    pub connect: Duration,
    /// From the request to the last byte of the reply.
    pub total: Duration,
    /// Bytes of a reply's body, after decompression.
    pub body: usize,
}

impl Default for Limits {
    /// 10 s, 20 s, 4 MiB. The largest page seen (50 sessions) is under 32 KiB.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(20),
            body: 4 * 1_024 * 1_024,
        }
    }
}

/// A reply before anyone has read it. It prints nothing of itself: it may hold anyone's words, or a key.
#[derive(Clone, PartialEq, Eq)]
pub struct RawReply {
    /// HTTP status.
    pub status: u16,
    /// The header of this name.
    pub retry_after: Option<String>,
    /// The transport session that MCP began or goes on with.
    pub mcp_session: Option<String>,
    /// After decompression.
    pub body: Vec<u8>,
}

pub(super) struct Transport {
    http: reqwest::Client,
    endpoint: Endpoint,
    authorization: HeaderValue,
    limits: Limits,
}

impl Transport {
    pub(super) fn new(endpoint: Endpoint, key: &RawKey, limits: Limits) -> Result<Self, Error> {
        endpoint.check()?;
        let mut authorization =
            HeaderValue::try_from(format!("Bearer {}", key.reveal())).map_err(|_| Error::KeyForm)?;
        authorization.set_sensitive(true);
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(&endpoint.authorities)?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(limits.connect)
            .pool_idle_timeout(idle_for(&endpoint));
        if endpoint.base.scheme() == "http" {
            // A proxy would see the key in clear.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|_| Error::Unreachable)?;
        Ok(Self {
            http,
            endpoint,
            authorization,
            limits,
        })
    }

    pub(super) async fn exchange(&self, request: &Request) -> Result<RawReply, Error> {
        tokio::time::timeout(self.limits.total, self.exchange_at_leisure(request))
            .await
            .map_err(|_| Error::TimedOut)?
    }

    /// Opens the event stream at the present. A refusal is told by its kind alone.
    pub(super) async fn listen(&self) -> Result<Events, Error> {
        let request = self
            .http
            .get(self.endpoint.url("/v1/events", ""))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, "text/event-stream");
        let opened = tokio::time::timeout(self.limits.total, request.send()).await;
        let response = opened.map_err(|_| Error::TimedOut)?.map_err(|error| trouble(&error))?;
        match response.status().as_u16() {
            200 => Ok(Events::of(response)),
            401 => Err(Error::Unauthorized),
            404 => Err(Error::NoSuchRoute),
            _ => Err(Error::Unavailable),
        }
    }

    async fn exchange_at_leisure(&self, request: &Request) -> Result<RawReply, Error> {
        let method = reqwest::Method::from_bytes(request.method.as_str().as_bytes()).map_err(|_| Error::Unreachable)?;
        let mut builder = self
            .http
            .request(method, self.endpoint.url(&request.path, &request.query));
        if request.with_key {
            builder = builder.header(AUTHORIZATION, self.authorization.clone());
        }
        if let Some(transport) = &request.mcp_session {
            builder = builder.header(MCP_SESSION, transport);
        }
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        let mut response = builder.send().await.map_err(|error| trouble(&error))?;
        let status = response.status().as_u16();
        let header = |value: Option<&HeaderValue>| Some(value?.to_str().ok()?.to_owned());
        let retry_after = header(response.headers().get(RETRY_AFTER));
        let mcp_session = header(response.headers().get(MCP_SESSION));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| trouble(&error))? {
            if body.len() + chunk.len() > self.limits.body {
                return Err(Error::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(RawReply {
            status,
            retry_after,
            mcp_session,
            body,
        })
    }
}

/// How long a connection is kept for the next poll. The bare server closes an idle one after 5 s (contract section 1): be
/// first. What stands before a server and speaks TLS keeps them for a minute and more, and a handshake costs a phone more
/// than a poll.
fn idle_for(endpoint: &Endpoint) -> Duration {
    Duration::from_secs(if endpoint.base.scheme() == "https" { 60 } else { 4 })
}

/// Only the kind is kept: the text of such errors holds addresses.
fn trouble(error: &reqwest::Error) -> Error {
    if error.is_timeout() {
        // Also while connecting: asking again would triple the bound.
        return Error::TimedOut;
    }
    if error.is_connect() {
        return Error::Unreachable;
    }
    tracing::debug!(cause = error.source().is_some(), "the connection broke");
    Error::Interrupted
}

fn tls(authorities: &Authorities) -> Result<rustls::ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    // A second call finds one installed, which is the same.
    let _ = rustls::crypto::CryptoProvider::install_default((*provider).clone());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Error::Unreachable)?
        .with_root_certificates(authorities.roots())
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
