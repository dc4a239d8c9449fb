//! Keys: what may be known of them, and the one moment in which a new one is seen.

use std::fmt;

use cachebash_core::domain::{AccountId, Capability, KeyHash, ProgramId, RawKey};
use cachebash_core::{companion, insight};

use crate::guard::{call, wait};
use crate::mirror::{Cross, mirror};
use crate::{Ability, Companion, CompanionError, Reading};

mirror! {
    /// One key of the program, never the key itself. Times in milliseconds since the epoch.
    #[derive(Eq)]
    pub struct KeyFacts mirrors insight::KeyFacts {
        /// Its fingerprint: SHA-256, 64 lower-case hex digits.
        hash: String,
        /// Its program.
        program: String,
        /// Its label.
        label: String,
        /// What it may do, such as `state.read`.
        capabilities: Vec<String>,
        /// Not revoked.
        active: bool,
        /// Made.
        created_at: Option<i64>,
        /// Last used.
        last_used_at: Option<i64>,
        /// Revoked.
        revoked_at: Option<i64>,
        /// 90 days after it was made: the server's default, which its list does not show. An estimate.
        expires_estimate: Option<i64>,
        /// What it lacks for an agent's job.
        missing_for_job: Vec<String>,
    }
}

mirror! {
    /// The keys of a program, as far as this key may see them.
    #[derive(Eq)]
    pub struct KeysView mirrors insight::KeysView {
        /// Whether they could be read.
        reading: Reading,
        /// The keys, newest first.
        keys: Vec<KeyFacts>,
        /// When this was read, in milliseconds since the epoch.
        as_of: Option<i64>,
    }
}

/// What is needed to create a key, and with it a program.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct NewKey {
    /// Its program; an unknown id brings the program into being.
    pub program: String,
    /// What it is for.
    pub label: String,
    /// What it may do; null: the server's defaults for that program.
    #[uniffi(default = None)]
    pub capabilities: Option<Vec<String>>,
    /// Days to live; null: the server's default (90), 0: for ever.
    #[uniffi(default = None)]
    pub ttl_days: Option<u32>,
}

impl From<NewKey> for companion::NewKey {
    fn from(key: NewKey) -> Self {
        let NewKey {
            program,
            label,
            capabilities,
            ttl_days,
        } = key;
        Self {
            program: ProgramId::new(program),
            label,
            capabilities: capabilities.map(|words| words.into_iter().map(Capability::new).collect()),
            ttl_days,
        }
    }
}

impl Cross for companion::NewKey {
    type Out = NewKey;

    fn cross(self) -> NewKey {
        let Self {
            program,
            label,
            capabilities,
            ttl_days,
        } = self;
        NewKey {
            program: program.cross(),
            label,
            capabilities: capabilities.cross(),
            ttl_days,
        }
    }
}

/// What became of the wish for a key by the time the call returned. As text it does not show a key.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum KeyRequest {
    /// It is made and in the secret store. It stays in the outbox until `discard_action` says that a person has it, too; until
    /// then `show_key` shows it again.
    Issued {
        /// The key.
        key: IssuedKey,
        /// Its line of the outbox.
        action: String,
    },
    /// It could not be made yet, or nobody knows whether it was: its line of the outbox tells.
    Waiting {
        /// That line.
        action: String,
    },
}

impl Cross for companion::KeyRequest {
    type Out = KeyRequest;

    fn cross(self) -> KeyRequest {
        match self {
            Self::Issued { key, action } => KeyRequest::Issued {
                key: key.cross(),
                action: action.into_string(),
            },
            Self::Waiting { action } => KeyRequest::Waiting {
                action: action.into_string(),
            },
        }
    }
}

/// A key that was just issued. This is the only time it is seen; as text it does not show itself.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct IssuedKey {
    /// The key itself.
    pub key: String,
    /// Its fingerprint.
    pub hash: String,
    /// Its program; after a rotation the calling key's own, where known.
    pub program: Option<String>,
    /// Its label.
    pub label: String,
    /// What was granted; null where the server does not say (rotation).
    pub capabilities: Option<Vec<String>>,
    /// What it lacks for an agent's job ("This key cannot report sessions: pulse.write is missing").
    pub missing_for_job: Vec<String>,
}

impl fmt::Display for IssuedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedKey({})", self.hash)
    }
}

impl fmt::Debug for IssuedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Cross for companion::IssuedKey {
    type Out = IssuedKey;

    fn cross(self) -> IssuedKey {
        let Self {
            key,
            hash,
            program,
            label,
            capabilities,
            missing_for_job,
        } = self;
        IssuedKey {
            key: key.reveal().to_owned(),
            hash: hash.cross(),
            program: program.cross(),
            label,
            capabilities: capabilities.cross(),
            missing_for_job: missing_for_job.cross(),
        }
    }
}

mirror! {
    /// One key of an account's ring, never the key itself.
    #[derive(Eq)]
    pub struct RingKey mirrors insight::RingKey {
        /// Its fingerprint: SHA-256, 64 lower-case hex digits.
        hash: String,
        /// What the person calls it; the account's own has the account's label.
        label: String,
        /// It is the account's own: what is written is written with it.
        own: bool,
        /// It asks: the account's own, and one that a person added, where the account's own may not read. One that was created
        /// here is its agent's, and one that was rotated away or revoked is nobody's: these only open what was sealed for them.
        asks: bool,
        /// When it came, by this device's clock, in milliseconds since the epoch; null of the account's own.
        added_at: Option<i64>,
        /// What it may read, as far as it was told.
        abilities: Vec<Ability>,
    }
}

#[uniffi::export]
impl Companion {
    /// Puts another key in the place of the account's own, which the server need not accept any more: what is kept of the
    /// account stays, its outbox too. Nothing has changed where this fails.
    pub async fn replace_key(&self, account: String, key: String) -> Result<(), CompanionError> {
        wait(self.core.replace_key(&AccountId::new(account), RawKey::new(key))).await
    }

    /// The keys that this device holds for an account, its own first. Asks nobody.
    pub fn ring(&self, account: String) -> Result<Vec<RingKey>, CompanionError> {
        call(|| self.core.ring(&AccountId::new(account))).map(Cross::cross)
    }

    /// Asks the server whether it accepts the key, then keeps it beside the account's own: it opens answers that were sealed
    /// for it, and reads what the account's own may not. One that is there already gets the label, if there is one. Given up
    /// with its caller: then nothing is kept.
    ///
    /// Fails with `Rejected(NotYours)` where a list of the tenant's keys shows that it is another tenant's.
    #[uniffi::method(default(label = None))]
    pub async fn add_to_ring(
        &self,
        account: String,
        key: String,
        label: Option<String>,
    ) -> Result<RingKey, CompanionError> {
        let core = std::sync::Arc::clone(&self.core);
        let added = async move {
            core.add_to_ring(&AccountId::new(account), RawKey::new(key), label)
                .await
        };
        wait(added).await.map(Cross::cross)
    }

    /// Forgets a key of an account's ring. What was sealed for it cannot be opened any more; on the server it lives on. The
    /// account's own goes with the account.
    pub async fn remove_from_ring(&self, account: String, hash: String) -> Result<(), CompanionError> {
        let core = std::sync::Arc::clone(&self.core);
        wait(async move {
            core.remove_from_ring(&AccountId::new(account), &KeyHash::new(hash))
                .await
        })
        .await
    }
}
