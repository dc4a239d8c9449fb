//! A certificate and its key, from the files that every tool writes (PEM), as rustls wants them. Each thing that can be
//! wrong with them has a sentence of its own: whoever renews a certificate at night reads it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file is not there, or not ours to read.
    #[error("{} cannot be read", .0.display())]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// There is no certificate in the file.
    #[error("{} holds no certificate in PEM", .0.display())]
    NoCertificate(PathBuf),
    /// There is no private key in the file.
    #[error("{} holds no private key in PEM", .0.display())]
    NoKey(PathBuf),
    /// The private key opens only with a passphrase, which nobody could type.
    #[error("the private key in {} is encrypted", .0.display())]
    EncryptedKey(PathBuf),
    /// The key belongs to another certificate.
    #[error("the private key in {} is not that of the certificate in {}", .key.display(), .cert.display())]
    OtherKey {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// A kind of certificate or key that is not understood.
    #[error("the certificate in {} and its key cannot be used", .0.display())]
    Unusable(PathBuf, #[source] rustls::Error),
}

/// HTTP/2, as the two sides of a handshake call it.
pub(crate) const HTTP2: &[u8] = b"h2";

/// What a server shows to prove who it is.
#[derive(Clone)]
pub struct Tls(pub(crate) Arc<rustls::ServerConfig>);

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// Reads a certificate, with those that vouch for it, and its private key.
    ///
    /// # Errors
    /// Says which file is wrong, and how.
    pub fn from_pem_files(cert: &Path, key: &Path) -> Result<Self, TlsError> {
        let read = |file: &Path| std::fs::read(file).map_err(|error| TlsError::Unreadable(file.to_owned(), error));
        let (chain, private) = (read(cert)?, read(key)?);
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&chain)
            .collect::<Result<_, PemError>>()
            .map_err(|_| TlsError::NoCertificate(cert.to_owned()))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate(cert.to_owned()));
        }
        if is_encrypted(&private) {
            return Err(TlsError::EncryptedKey(key.to_owned()));
        }
        let private = PrivateKeyDer::from_pem_slice(&private).map_err(|_| TlsError::NoKey(key.to_owned()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
        match config {
            Ok(mut config) => {
                config.alpn_protocols = vec![HTTP2.to_vec(), b"http/1.1".to_vec()];
                Ok(Self(Arc::new(config)))
            }
            Err(rustls::Error::InconsistentKeys(_)) => Err(TlsError::OtherKey {
                cert: cert.to_owned(),
                key: key.to_owned(),
            }),
            Err(error) => Err(TlsError::Unusable(cert.to_owned(), error)),
        }
    }
}

/// Both ways in which PEM says that a key needs a passphrase.
fn is_encrypted(pem: &[u8]) -> bool {
    let text = String::from_utf8_lossy(pem);
    let mut lines = text.lines().map(str::trim);
    lines.any(|line| line == "-----BEGIN ENCRYPTED PRIVATE KEY-----" || line == "Proc-Type: 4,ENCRYPTED")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn whatever_is_wrong_with_the_files_has_a_sentence_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| std::fs::write(place(name), text).unwrap();
        let made = || rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (one, other) = (made(), made());
        write("cert", &one.cert.pem());
        write("key", &one.signing_key.serialize_pem());
        write("other", &other.signing_key.serialize_pem());
        write("text", "no PEM at all");
        write(
            "broken",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        );
        let said = |cert: &str, key: &str| match Tls::from_pem_files(&place(cert), &place(key)) {
            Ok(_) => "good".to_owned(),
            Err(error) => error.to_string().replace(&format!("{}/", folder.path().display()), ""),
        };
        assert_eq!(said("cert", "key"), "good");
        assert_eq!(said("nowhere", "key"), "nowhere cannot be read");
        assert_eq!(said("cert", "nowhere"), "nowhere cannot be read");
        assert_eq!(said("text", "key"), "text holds no certificate in PEM");
        assert_eq!(said("key", "key"), "key holds no certificate in PEM");
        assert_eq!(said("cert", "cert"), "cert holds no private key in PEM");
        assert_eq!(
            said("cert", "other"),
            "the private key in other is not that of the certificate in cert"
        );
        assert_eq!(
            said("broken", "key"),
            "the certificate in broken and its key cannot be used"
        );
    }
}
