//! The files of a recording: a segment each, the oldest dropped when there is too much.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A segment this long is followed by another one as soon as nothing is under way.
const SEGMENT: u64 = 1024 * 1024;

/// All segments together; the newest one stays in any case.
const RING: u64 = 8 * 1024 * 1024;

/// A segment that could not be ended ends here all the same.
const LONGEST: u64 = 4 * SEGMENT;

const SWITCH: &str = "recording.json";

/// That a recording is on, across restarts.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Switch {
    pub(super) texts: bool,
}

impl Switch {
    pub(super) fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(SWITCH)).ok()?).ok()
    }

    pub(super) fn write(self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join(SWITCH), serde_json::to_vec(&self)?)
    }
}

/// Where lines go.
pub(super) struct Ring {
    folder: PathBuf,
    segment: Option<(File, u64)>,
}

impl Ring {
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            segment: None,
        }
    }

    /// No segment, or one that is long enough.
    pub(super) fn wants_segment(&self) -> bool {
        self.segment.as_ref().is_none_or(|(_, length)| *length >= SEGMENT)
    }

    pub(super) fn begin(&mut self) -> io::Result<()> {
        self.segment = None;
        let mut segments = segments(&self.folder)?;
        let next = segments.last().map_or(1, |(number, _)| number + 1);
        let mut total: u64 = segments.iter().map(|(_, path)| length_of(path)).sum();
        for (_, path) in segments.drain(..) {
            if total + SEGMENT <= RING {
                break;
            }
            total -= length_of(&path);
            fs::remove_file(path)?;
        }
        let path = self.folder.join(format!("{next:08}.jsonl"));
        let file = OpenOptions::new().append(true).create_new(true).open(path)?;
        self.segment = Some((file, 0));
        Ok(())
    }

    /// A line, on its way to the disk when this returns. Nothing where no segment has begun.
    pub(super) fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let Some((file, length)) = &mut self.segment else {
            return Ok(());
        };
        file.write_all(line)?;
        *length += line.len() as u64;
        if *length > LONGEST {
            self.segment = None;
        }
        Ok(())
    }

    /// Everything, oldest first.
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        for (_, path) in segments(&self.folder)? {
            File::open(path)?.read_to_end(&mut all)?;
        }
        Ok(all)
    }
}

/// Deletes a recording and its switch.
pub(super) fn erase(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn segments(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".jsonl"));
        if let Some(number) = number.and_then(|number| number.parse().ok()) {
            found.push((number, path));
        }
    }
    found.sort();
    Ok(found)
}

fn length_of(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |about| about.len())
}
