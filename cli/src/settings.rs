//! What a server can be told. Each setting has one name in three spellings, and this is the one list of them: a flag, else
//! a variable, else a line of a TOML file, else the default. The file is read strictly: a name that nobody knows is more
//! likely a mistake than a wish.

mod file;
mod values;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use cachebash_server::{Retention, Tls, TlsError};
use clap::Args;
use serde::Deserialize;

use crate::failure::{Done, Failure};
use crate::surroundings::{data_dir, encryption_key};

pub(crate) use values::{Lasting, LimitsWord, LogFormat, LogLevel, Writes};

/// The file of settings inside the data folder.
const FILE: &str = "server.toml";

/// Where a server listens unless told otherwise.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8787);

/// As far as they are given.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Settings {
    /// Address and port; port 0 takes a free one [default: 127.0.0.1:8787]
    #[arg(long, value_name = "ADDR", env = "CACHEBASH_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// Where the server keeps its data: DIR/server [default: the user's data folder]
    #[arg(long, value_name = "DIR", env = "CACHEBASH_DATA")]
    pub(crate) data: Option<PathBuf>,
    /// A postgres:// URL, to keep the data there; the data folder then holds only the encryption key
    #[arg(long, value_name = "URL", env = "CACHEBASH_DATABASE", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// The file that holds the encryption key [default: DIR/server/server.secret, made at the first start]
    #[arg(long, value_name = "FILE", env = "CACHEBASH_ENCRYPTION_KEY_FILE")]
    pub(crate) encryption_key_file: Option<PathBuf>,
    /// The key itself, which no flag may show to other users of the machine.
    #[arg(skip)]
    pub(crate) encryption_key: Option<String>,
    /// Where others reach this server, such as a TLS proxy's address: what the pairing code at the first start names
    #[arg(long, value_name = "URL", env = "CACHEBASH_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// The certificate to serve https with, and those that vouch for it: a PEM file
    #[arg(long, value_name = "FILE", env = "CACHEBASH_TLS_CERT")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Its private key: a PEM file
    #[arg(long, value_name = "FILE", env = "CACHEBASH_TLS_KEY")]
    pub(crate) tls_key: Option<PathBuf>,
    /// How often a key may call: contract (60 a minute), a number a minute, or off for a private machine
    /// [default: contract]
    #[arg(long, value_name = "HOW", env = "CACHEBASH_LIMITS")]
    #[serde(deserialize_with = "values::by_words")]
    pub(crate) limits: Option<LimitsWord>,
    /// How many waiting writes one transaction may hold [default: 256]
    #[arg(long, value_name = "N", env = "CACHEBASH_WRITES_PER_COMMIT")]
    #[serde(deserialize_with = "values::by_words")]
    pub(crate) writes_per_commit: Option<Writes>,
    /// How long what sessions reported is kept: 30d, 12h, 90m, or forever [default: 30d]
    #[arg(long, value_name = "SPAN", env = "CACHEBASH_KEEP_UPDATES")]
    #[serde(deserialize_with = "values::by_words")]
    pub(crate) keep_updates: Option<Lasting>,
    /// How long sessions that ended are kept [default: forever]
    #[arg(long, value_name = "SPAN", env = "CACHEBASH_KEEP_SESSIONS")]
    #[serde(deserialize_with = "values::by_words")]
    pub(crate) keep_sessions: Option<Lasting>,
    /// How long a client may be away and still learn what is gone without reading in full [default: 30d]
    #[arg(long, value_name = "SPAN", env = "CACHEBASH_KEEP_DELETIONS")]
    #[serde(deserialize_with = "values::by_words")]
    pub(crate) keep_deletions: Option<Lasting>,
    /// How the log looks, which goes to standard error [default: text]
    #[arg(long, value_enum, value_name = "HOW", env = "CACHEBASH_LOG_FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
    /// How much is logged; info has one line a request [default: info]
    #[arg(long, value_enum, value_name = "HOW MUCH", env = "CACHEBASH_LOG_LEVEL")]
    pub(crate) log_level: Option<LogLevel>,
}

impl Settings {
    /// These, and where they say nothing, the file's.
    pub(crate) fn completed(mut self, config: Option<&Path>) -> Done<Self> {
        self.encryption_key = encryption_key();
        let file = match config {
            Some(file) => file::read(file)?,
            None => {
                let file = data_dir(self.data.as_ref())?.join(FILE);
                let found = if file.is_file() {
                    file::read(&file)?
                } else {
                    Self::default()
                };
                if found.data.is_some() {
                    return Err(Failure::usage(format!(
                        "data cannot be set in {}: that is the folder it was found in",
                        file.display()
                    )));
                }
                found
            }
        };
        Ok(self.or(file))
    }

    fn or(self, file: Self) -> Self {
        // A key that is named in either way goes before a file's in the other.
        let (encryption_key, encryption_key_file) = match (self.encryption_key, self.encryption_key_file) {
            (None, None) => (file.encryption_key, file.encryption_key_file),
            given => given,
        };
        Self {
            listen: self.listen.or(file.listen),
            data: self.data.or(file.data),
            database: self.database.or(file.database),
            encryption_key_file,
            encryption_key,
            public_url: self.public_url.or(file.public_url),
            tls_cert: self.tls_cert.or(file.tls_cert),
            tls_key: self.tls_key.or(file.tls_key),
            limits: self.limits.or(file.limits),
            writes_per_commit: self.writes_per_commit.or(file.writes_per_commit),
            keep_updates: self.keep_updates.or(file.keep_updates),
            keep_sessions: self.keep_sessions.or(file.keep_sessions),
            keep_deletions: self.keep_deletions.or(file.keep_deletions),
            log_format: self.log_format.or(file.log_format),
            log_level: self.log_level.or(file.log_level),
        }
    }

    /// Where to listen.
    pub(crate) fn listens_on(&self) -> SocketAddr {
        self.listen.unwrap_or(LISTEN)
    }

    /// What to serve https with, if that is wanted.
    pub(crate) fn tls(&self) -> Done<Option<Tls>> {
        match (&self.tls_cert, &self.tls_key) {
            (None, None) => Ok(None),
            (Some(cert), Some(key)) => Tls::from_pem_files(cert, key).map(Some).map_err(|error| {
                let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
                let failure = Failure::new(format!("{error}{}", cause.unwrap_or_default()));
                match error {
                    TlsError::EncryptedKey(file) => failure.hint(format!(
                        "nobody can type its passphrase here; decrypt it with: openssl pkey -in {} -out FILE",
                        file.display()
                    )),
                    _ => failure.hint("https needs a certificate and its private key, both in PEM"),
                }
            }),
            _ => Err(Failure::usage("https needs both a certificate and its private key")
                .hint("give both --tls-cert FILE and --tls-key FILE")),
        }
    }

    /// How long things are kept.
    pub(crate) fn retention(&self) -> Retention {
        let usual = Retention::default();
        let given = |lasting: Option<Lasting>, usual| lasting.map_or(usual, |Lasting(span)| span);
        Retention {
            session_updates: given(self.keep_updates, usual.session_updates),
            ended_sessions: given(self.keep_sessions, usual.ended_sessions),
            deletions: given(self.keep_deletions, usual.deletions),
        }
    }

    /// The encryption key, if it is not the data folder's own.
    pub(crate) fn secret(&self) -> Done<Option<String>> {
        match (&self.encryption_key, &self.encryption_key_file) {
            (Some(key), _) => Ok(Some(key.clone())),
            (None, Some(file)) => match std::fs::read_to_string(file) {
                Ok(key) => Ok(Some(key)),
                Err(error) => Err(Failure::new(format!(
                    "the encryption key in {} cannot be read: {error}",
                    file.display()
                ))),
            },
            (None, None) => Ok(None),
        }
    }
}
