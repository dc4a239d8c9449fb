//! The folder a server keeps its data in: its owner's alone, with one server at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Seal, StoreError};
use crate::mint::NoRandomness;

/// The name of the file whose lock says that a server uses the folder.
const LOCK: &str = "server.lock";

/// Makes the folder for its owner alone: what agents write is nobody else's business.
pub(crate) fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Takes the folder for one server, at once or not at all. Given back with the file, however the process ends.
pub(crate) fn take(folder: &Path) -> Result<File, StoreError> {
    make_private_folder(folder)?;
    let mut options = File::options();
    options.create(true).append(true);
    let file = for_owner(&mut options).open(folder.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// A file that is made is its owner's alone, whatever the process is told to leave to others.
fn for_owner(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes a file its owner's alone, and an empty one where there is none. SQLite gives those beside it the same rights.
pub(crate) fn make_private_file(file: &Path) -> std::io::Result<()> {
    match write_private(file, b"") {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        other => return other,
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Whoever may use it without owning it may not change its rights, and need not where they are right.
        if std::fs::metadata(file)?.permissions().mode() & 0o077 != 0 {
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

/// Writes a new file that only its owner may read, and fails if there is one.
pub(crate) fn write_private(file: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    let mut file = for_owner(&mut options).open(file)?;
    file.write_all(content)?;
    file.sync_all()
}

/// The file that holds the encryption key, readable to its owner alone.
const SECRET: &str = "server.secret";

/// The encryption key: the one that is given, else the folder's, made if missing, else one that ends with the process.
pub(crate) fn seal(folder: Option<&Path>, given: Option<&str>) -> Result<Seal, StoreError> {
    if let Some(given) = given {
        return Seal::new(&read_secret(given)?);
    }
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh).map_err(|_| NoRandomness)?;
    let Some(folder) = folder else {
        return Seal::new(&fresh);
    };
    make_private_folder(folder)?;
    let file = folder.join(SECRET);
    let hex: String = fresh.iter().map(|byte| format!("{byte:02x}")).collect();
    match write_private(&file, hex.as_bytes()) {
        Ok(()) => Seal::new(&fresh),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Seal::new(&read_secret(&std::fs::read_to_string(&file)?)?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Where the encryption key should be and is not.
pub(crate) fn missing_secret(folder: Option<&Path>, given: Option<&str>) -> Option<PathBuf> {
    let file = folder.filter(|_| given.is_none())?.join(SECRET);
    (!file.exists()).then_some(file)
}

/// The encryption key as far as there is one already.
pub(crate) fn known_seal(folder: Option<&Path>, given: Option<&str>) -> Result<Option<Seal>, StoreError> {
    if let Some(given) = given {
        return Seal::new(&read_secret(given)?).map(Some);
    }
    let Some(folder) = folder else { return Ok(None) };
    match std::fs::read_to_string(folder.join(SECRET)) {
        Ok(text) => Seal::new(&read_secret(&text)?).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn read_secret(hex: &str) -> Result<[u8; 32], StoreError> {
    let hex = hex.trim();
    let mut secret = [0; 32];
    if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(StoreError::BadSecret);
    }
    for (place, byte) in secret.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[place * 2..place * 2 + 2], 16).map_err(|_| StoreError::BadSecret)?;
    }
    Ok(secret)
}
