//! What whoever runs a server may do on the data itself, with or without a server beside it: tenants, and the keys of any
//! of them. A running server hears of it within a second, by the way it hears of other nodes.

use std::fmt;
use std::path::Path;

use cachebash_core::domain::{Capability, KeyHash, ProgramId, RawKey};
use serde_json::{Map, Value};

use crate::app::{App, Manner};
use crate::caller::Caller;
use crate::options::ServerOptions;
use crate::records::owner_key;
use crate::refusal::Refusal;
use crate::rules::access::{ALL, OWNER_PROGRAM, PROVISION};
use crate::server::ServerError;
use crate::store::{Backup, Draft, Opener, Restoring, StoreError, Tenant, TenantRow, is_kept_in};

/// The longest name of a tenant.
const TENANT_NAME: usize = 50;

/// Why an operator's wish was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The data could not be opened, or failed.
    #[error(transparent)]
    Data(#[from] ServerError),
    /// There is nothing to look at.
    #[error("no server has kept anything there yet")]
    NoData,
    /// A name that no tenant may have.
    #[error("a tenant's name is 1 to 50 of a-z, 0-9, '-', '_' and '.', and begins with a letter or a digit")]
    BadName,
    /// There is one of that name.
    #[error("there is a tenant of that name already")]
    TenantExists,
    /// There is none of that name.
    #[error("there is no tenant of that name")]
    NoTenant,
    /// A backup goes into a file that is not there yet.
    #[error("there is a file of that name already")]
    FileExists,
    /// The backup's file cannot be made.
    #[error("the backup's file cannot be made")]
    Target(#[source] std::io::Error),
    /// What is to be put back is not what this server wrote, or not all of it.
    #[error("that file is no backup, or is damaged")]
    NoBackup,
    /// Putting back would throw away what is there.
    #[error("there is data already")]
    NotEmpty,
    /// The questions in the backup are sealed with a key that is not at hand.
    #[error("the questions in the backup are sealed with another encryption key")]
    OtherSeal,
    /// The tool refused, in its own words.
    #[error("{0}")]
    Refused(String),
}

impl From<StoreError> for OperatorError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoTenant => Self::NoTenant,
            StoreError::NoBackup => Self::NoBackup,
            StoreError::Target(error) => Self::Target(error),
            StoreError::NotEmpty => Self::NotEmpty,
            other => Self::Data(other.into()),
        }
    }
}

/// The data, opened by whoever runs the server.
pub struct Operator {
    app: App,
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator").finish_non_exhaustive()
    }
}

impl Operator {
    /// Opens what is there.
    ///
    /// # Errors
    /// [`OperatorError::NoData`] where a folder holds none; it is not made. [`OperatorError::Data`] when it cannot be read,
    /// or when a server of another version uses it.
    pub async fn open(options: ServerOptions) -> Result<Self, OperatorError> {
        if options.database.is_none() && !options.data.as_deref().is_some_and(is_kept_in) {
            return Err(OperatorError::NoData);
        }
        Self::open_or_make(options).await
    }

    /// Opens what is there, or makes it.
    ///
    /// # Errors
    /// [`OperatorError::Data`] when it cannot be read or made, or when a server of another version uses it.
    pub async fn open_or_make(options: ServerOptions) -> Result<Self, OperatorError> {
        let opening = options.clone();
        let store = blocking(move || opening.open(Opener::Command)).await?;
        Ok(Self {
            app: App::new(store, &options),
        })
    }

    /// Adds a tenant, and returns its owner key this once.
    ///
    /// # Errors
    /// [`OperatorError::BadName`], [`OperatorError::TenantExists`].
    pub async fn add_tenant(&self, name: &str) -> Result<RawKey, OperatorError> {
        let begins_well = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        let is_plain = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
        if !begins_well || !is_plain || name.len() > TENANT_NAME {
            return Err(OperatorError::BadName);
        }
        let (store, tenant, now) = (self.app.store.clone(), Tenant::from(name), self.app.now());
        blocking(move || store.add_tenant(&tenant, now, owner_key))
            .await?
            .ok_or(OperatorError::TenantExists)
    }

    /// All tenants, oldest first.
    ///
    /// # Errors
    /// [`OperatorError::Data`] when the data cannot be read.
    pub async fn tenants(&self) -> Result<Vec<TenantRow>, OperatorError> {
        let store = self.app.store.clone();
        Ok(blocking(move || store.tenants_now()).await?)
    }

    /// Removes a tenant with all that it has: keys, programs, sessions, messages.
    ///
    /// # Errors
    /// [`OperatorError::NoTenant`].
    pub async fn remove_tenant(&self, name: &str) -> Result<(), OperatorError> {
        let (store, tenant) = (self.app.store.clone(), Tenant::from(name));
        let removed = blocking(move || store.remove_tenant(&tenant)).await?;
        if removed { Ok(()) } else { Err(OperatorError::NoTenant) }
    }

    /// Writes all data into a new file, as it is at one moment, also while a server runs.
    ///
    /// # Errors
    /// [`OperatorError::FileExists`]; [`OperatorError::Target`]; [`OperatorError::Data`] when the data cannot be read or the file not be written, and
    /// then there is no file.
    pub async fn back_up(&self, file: &Path) -> Result<Backup, OperatorError> {
        if file.exists() {
            return Err(OperatorError::FileExists);
        }
        let (store, file) = (self.app.store.clone(), file.to_owned());
        Ok(blocking(move || store.back_up(&file)).await?)
    }

    /// Puts a backup back, all of it or nothing. No server may use the data meanwhile.
    ///
    /// # Errors
    /// [`OperatorError::NoBackup`], [`OperatorError::NotEmpty`], [`OperatorError::OtherSeal`]; [`OperatorError::Data`] while
    /// a server uses the folder.
    pub async fn restore(options: ServerOptions, file: &Path, how: Restoring) -> Result<Backup, OperatorError> {
        let file = file.to_owned();
        let restored = blocking(move || {
            let folder = options.data.clone().unwrap_or_else(std::env::temp_dir);
            let mut draft = Draft::of(&file, &folder)?;
            draft.must_fit(options.data.as_deref(), options.secret.as_deref(), how)?;
            let store = options.open(Opener::Restore { replace: how.replace })?;
            store.restore(draft.copy()?, how)
        });
        restored.await.map_err(|error| match error {
            StoreError::OtherSeal => OperatorError::OtherSeal,
            other => other.into(),
        })
    }

    /// Calls a tool as the owner of a tenant would, and gives its answer.
    ///
    /// # Errors
    /// [`OperatorError::NoTenant`]; [`OperatorError::Refused`] with what is wrong about the wish.
    pub async fn call(&self, tenant: &str, tool: &str, asked: Map<String, Value>) -> Result<Value, OperatorError> {
        if !self.tenants().await?.iter().any(|row| row.name == tenant) {
            return Err(OperatorError::NoTenant);
        }
        let owner = Caller {
            tenant: Tenant::from(tenant),
            program: ProgramId::from(OWNER_PROGRAM),
            key: KeyHash::new(""),
            capabilities: [Capability::new(ALL), Capability::new(PROVISION)].into(),
        };
        let entry = self.app.tools.find(tool).ok_or(OperatorError::NoData)?;
        let manner = Manner {
            unlimited: true,
            ..Manner::default()
        };
        let answer = self.app.call(&owner, entry, asked, manner).await.map_err(refused)?;
        match answer["error"].as_str() {
            Some(sentence) if answer["success"] == false => Err(OperatorError::Refused(sentence.to_owned())),
            _ => Ok(answer),
        }
    }
}

fn refused(refusal: Refusal) -> OperatorError {
    match refusal {
        Refusal::Invalid(issues) => {
            let each: Vec<String> = issues
                .iter()
                .map(|issue| format!("{}: {}", issue.path, issue.message))
                .collect();
            OperatorError::Refused(each.join("; "))
        }
        Refusal::Unavailable => StoreError::Unavailable.into(),
        // The cause was logged where it happened.
        _ => StoreError::Unexpected.into(),
    }
}

/// The databases wait for their disk or their network.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Ended)?
}
