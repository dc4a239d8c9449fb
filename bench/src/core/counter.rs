//! A line to the server on which every byte is counted, as it is inside TLS: what HTTP costs, headers and frames included.
//!
//! It ends the client's TLS with the server's own certificate, and speaks to the server in whatever protocol the client
//! chose.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Whom the certificate is for.
const NAME: &str = "localhost";

const HTTP1: &[u8] = b"http/1.1";

/// What a server proves itself with.
pub(crate) struct Certificate {
    /// PEM: it vouches for itself.
    pub(crate) vouches: String,
    key: String,
}

impl Certificate {
    pub(crate) fn made() -> anyhow::Result<Self> {
        let made = rcgen::generate_simple_self_signed([NAME.to_owned()])?;
        Ok(Self {
            vouches: made.cert.pem(),
            key: made.signing_key.serialize_pem(),
        })
    }

    pub(crate) fn for_server(&self, folder: &Path) -> anyhow::Result<cachebash_server::Tls> {
        let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
        std::fs::write(&cert, &self.vouches)?;
        std::fs::write(&key, &self.key)?;
        Ok(cachebash_server::Tls::from_pem_files(&cert, &key)?)
    }

    fn accepts(&self) -> anyhow::Result<TlsAcceptor> {
        let chain = CertificateDer::pem_slice_iter(self.vouches.as_bytes()).collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes())?;
        let mut config = rustls::ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), HTTP1.to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    async fn connect(&self, server: SocketAddr, speaks: Vec<u8>) -> anyhow::Result<TlsStream<TcpStream>> {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(self.vouches.as_bytes()) {
            roots.add(certificate?)?;
        }
        let mut config = rustls::ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![speaks];
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        let connector = TlsConnector::from(Arc::new(config));
        Ok(connector.connect(ServerName::try_from(NAME)?, stream).await?)
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// What the two sides of a line are.
#[derive(Clone)]
enum Client {
    /// Speaks TLS, and is counted.
    Phone(TlsAcceptor),
    /// Speaks plain HTTP/1.1, and is not.
    Agents,
}

pub(crate) struct Counter {
    phone: SocketAddr,
    agents: SocketAddr,
    bytes: Arc<AtomicU64>,
    runtime: Option<Runtime>,
}

impl Counter {
    /// Two lines to this server: one that is counted, and one for agents.
    pub(crate) fn before(server: SocketAddr, certificate: Certificate) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let bytes = Arc::new(AtomicU64::new(0));
        let phone = Client::Phone(certificate.accepts()?);
        let certificate = Arc::new(certificate);
        let open = |client: Client| -> anyhow::Result<SocketAddr> {
            let listener = runtime
                .block_on(TcpListener::bind("127.0.0.1:0"))
                .context("listening")?;
            let address = listener.local_addr()?;
            let (certificate, bytes) = (Arc::clone(&certificate), Arc::clone(&bytes));
            runtime.spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let (client, certificate, bytes) = (client.clone(), Arc::clone(&certificate), Arc::clone(&bytes));
                    tokio::spawn(async move { carry(stream, client, server, &certificate, &bytes).await });
                }
            });
            Ok(address)
        };
        let (phone, agents) = (open(phone)?, open(Client::Agents)?);
        Ok(Self {
            phone,
            agents,
            bytes,
            runtime: Some(runtime),
        })
    }

    /// Where the phone connects.
    pub(crate) fn url(&self) -> String {
        format!("https://{NAME}:{}", self.phone.port())
    }

    /// Where agents do.
    pub(crate) fn agents(&self) -> SocketAddr {
        self.agents
    }

    /// Both ways, so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::SeqCst)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn carry(
    stream: TcpStream,
    client: Client,
    server: SocketAddr,
    certificate: &Certificate,
    counted: &AtomicU64,
) -> anyhow::Result<()> {
    match client {
        Client::Phone(accepts) => {
            let client = accepts.accept(stream).await?;
            let speaks = client.get_ref().1.alpn_protocol().unwrap_or(HTTP1).to_vec();
            join(client, certificate.connect(server, speaks).await?, counted).await
        }
        Client::Agents => {
            let server = certificate.connect(server, HTTP1.to_vec()).await?;
            join(stream, server, &AtomicU64::new(0)).await
        }
    }
}

/// Carries both ways until one side hangs up.
async fn join(
    client: impl AsyncRead + AsyncWrite,
    server: impl AsyncRead + AsyncWrite,
    counted: &AtomicU64,
) -> anyhow::Result<()> {
    let ((from_client, to_client), (from_server, to_server)) = (split(client), split(server));
    tokio::select! {
        done = copy(from_client, to_server, counted) => done,
        done = copy(from_server, to_client, counted) => done,
    }
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    counted: &AtomicU64,
) -> anyhow::Result<()> {
    let mut buffer = vec![0; 16 * 1_024];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        counted.fetch_add(read as u64, Ordering::SeqCst);
        to.write_all(&buffer[..read]).await?;
        to.flush().await?;
    }
}
