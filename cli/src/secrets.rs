//! Raw keys in files that only their owner may read: one file per account, mode 0600, in a folder of mode 0700, apart from
//! the cache, so that the cache can be copied, shown or deleted without a key in it.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use cachebash_core::companion::{SecretError, SecretStore};
use cachebash_core::domain::{AccountId, RawKey};

use crate::failure::{Done, Failure};

/// A folder of keys.
pub(crate) struct FileSecretStore {
    folder: PathBuf,
}

impl FileSecretStore {
    /// Keys in `folder`, which is made when the first key comes.
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn file(&self, account: &AccountId) -> Result<PathBuf, SecretError> {
        // An account id is ours, yet a path is made of it: nothing in it may lead elsewhere.
        let id = account.as_str();
        let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if plain {
            Ok(self.folder.join(id))
        } else {
            Err(SecretError)
        }
    }
}

impl SecretStore for FileSecretStore {
    fn put(&self, account: &AccountId, key: &RawKey) -> Result<(), SecretError> {
        let file = self.file(account)?;
        private_folder(&self.folder).map_err(|_| SecretError)?;
        replace_private(&file, key.reveal().as_bytes()).map_err(|_| SecretError)
    }

    fn get(&self, account: &AccountId) -> Result<Option<RawKey>, SecretError> {
        match fs::read_to_string(self.file(account)?) {
            Ok(text) => Ok(Some(RawKey::new(text.trim_end()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(_) => Err(SecretError),
        }
    }

    fn remove(&self, account: &AccountId) -> Result<(), SecretError> {
        match fs::remove_file(self.file(account)?) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(_) => Err(SecretError),
        }
    }
}

/// Makes the folder that a person named, its owner's alone, where there is none. One that is there already is theirs:
/// its rights stay as they are.
pub(crate) fn root_folder(folder: &Path) -> Done {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        Failure::new(format!("the folder {} cannot be made: {error}", folder.display()))
            .hint("name another with --data DIR")
    })
}

/// Makes a folder of ours, and makes it its owner's alone even if it was there.
pub(crate) fn private_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Whoever may use it without owning it may not change its rights, and need not where they are right.
        if fs::metadata(folder)?.permissions().mode() & 0o777 != 0o700 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
    }
    Ok(())
}

/// Writes a new file beside the old one, readable by its owner alone from its first byte, then puts it in its place:
/// a rotation that is cut off leaves either the old key or the new one.
fn replace_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let fresh = file.with_extension("new");
    let _ = fs::remove_file(&fresh);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut handle = options.open(&fresh)?;
    handle.write_all(bytes)?;
    handle.sync_all()?;
    drop(handle);
    fs::rename(&fresh, file)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn key(number: u64) -> RawKey {
        RawKey::new(format!("cb_{number:064}"))
    }

    #[test]
    fn a_key_is_kept_replaced_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileSecretStore::in_folder(folder.path().join("keys"));
        let account = AccountId::new("a1");
        assert_eq!(store.get(&account), Ok(None));
        store.put(&account, &key(1)).unwrap();
        store.put(&account, &key(2)).unwrap();
        assert_eq!(store.get(&account).unwrap().unwrap().reveal(), key(2).reveal());
        store.remove(&account).unwrap();
        store.remove(&account).unwrap();
        assert_eq!(store.get(&account), Ok(None));
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_a_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        FileSecretStore::in_folder(keys.clone())
            .put(&AccountId::new("a1"), &key(1))
            .unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&keys), mode(&keys.join("a1"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&keys).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_was_there_keeps_its_rights_and_a_new_one_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        fs::create_dir(&old).unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
        root_folder(&old).unwrap();
        root_folder(&new).unwrap();
        assert_eq!((mode(&old), mode(&new)), (0o755, 0o700));
    }

    #[test]
    fn an_id_that_is_a_path_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileSecretStore::in_folder(folder.path().join("keys"));
        for id in ["../a", "a/b", "", "."] {
            assert_eq!(store.put(&AccountId::new(id), &key(1)), Err(SecretError));
        }
    }
}
