//! A file written in place: every write, sync and cut of journal and head passes here, and here tests make them fail.
//!
//! Knows nothing of lines, slots or records.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, OFlags};

use super::entry::StoreError;
use super::trial::{Fate, Trial, injected};
use crate::model::text;

/// One open file of the store.
#[derive(Debug)]
pub(super) struct Medium {
    file: File,
    path: PathBuf,
    trial: Trial,
}

/// Options that follow no symlink and create nothing readable by others.
pub(super) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600).custom_flags(i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0));
    options
}

/// A path as it may be shown.
pub(super) fn shown(path: &Path) -> String {
    text::escape(&path.to_string_lossy()).into_owned()
}

/// The disk said no.
pub(super) fn disk(path: &Path, what: &str, error: &io::Error) -> StoreError {
    let hint = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room on that file system (`df -h` shows it), then start claviger again".to_owned()
        }
        io::ErrorKind::ReadOnlyFilesystem => "mount the file system for writing, then start claviger again".to_owned(),
        _ => "look at the system's log for disk errors, then start claviger again and run `claviger store check`".to_owned(),
    };
    StoreError::Disk { sentence: format!("{} could not be {what}: {error}", shown(path)), hint }
}

impl Medium {
    /// Opens a file that is there, for reading and writing.
    pub(super) fn open(path: &Path, trial: &Trial) -> Result<Self, StoreError> {
        let file =
            options().read(true).write(true).open(path).map_err(|e| disk(path, "opened for writing", &e))?;
        Ok(Self { file, path: path.to_owned(), trial: trial.clone() })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A second handle on the same open file, for reading.
    pub(super) fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Its size in bytes.
    pub(super) fn size(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Writes all bytes at this place.
    pub(super) fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        match self.trial.fate() {
            Fate::Pass => self.file.write_all_at(bytes, at),
            Fate::Fail => Err(injected()),
            Fate::Tear => {
                self.file.write_all_at(&bytes[..bytes.len() / 2], at)?;
                Err(injected())
            }
        }
    }

    /// Waits until what was written is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        if self.trial.fate() != Fate::Pass {
            return Err(injected());
        }
        if self.trial.without_sync { Ok(()) } else { self.file.sync_data() }
    }

    /// A handle for a thread that writes and syncs ahead of [`Self::sync`]; none while a test counts or forbids that.
    pub(super) fn for_a_carrier(&self) -> Option<File> {
        if self.trial.meddles() { None } else { self.file.try_clone().ok() }
    }

    /// Makes the file this long: cuts what is beyond.
    pub(super) fn cut(&self, size: u64) -> io::Result<()> {
        if self.trial.fate() != Fate::Pass {
            return Err(injected());
        }
        self.file.set_len(size)
    }

    /// Reserves room on the disk from `from` on; it reads as zeros. Writes zeros where the file system cannot reserve.
    pub(super) fn reserve(&self, from: u64, len: u64) -> io::Result<()> {
        if self.trial.fate() != Fate::Pass {
            return Err(injected());
        }
        match rustix::fs::fallocate(&self.file, FallocateFlags::empty(), from, len) {
            Ok(()) => Ok(()),
            Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => self.zero(from, len),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes zeros, so that a later write there changes no metadata and its sync is cheap.
    pub(super) fn zero(&self, from: u64, len: u64) -> io::Result<()> {
        static BLOCK: [u8; 64 * 1024] = [0; 64 * 1024];
        let mut done = 0;
        while done < len {
            let step = usize::try_from(len - done).unwrap_or(BLOCK.len()).min(BLOCK.len());
            self.file.write_all_at(&BLOCK[..step], from + done)?;
            done += step as u64;
        }
        Ok(())
    }
}
