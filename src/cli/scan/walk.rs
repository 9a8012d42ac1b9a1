//! Goes through files and directories, and hands every byte to the finder; whatever cannot be read is noted.
//!
//! Symbolic links below a directory are not followed, so no loop can hold it; what is no file is not opened. Memory
//! follows the names of one directory, not the tree's size. Knows nothing of stores.

use std::collections::HashSet;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::OFlags;
use zeroize::Zeroizing;

use super::coverage::Coverage;
use crate::cli::failure::Failure;
use crate::credential::{Finder, Found};
use crate::model::grouped;

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// Who is told of what was found, with the name of the input; line 0 is the name itself.
pub type See<'a> = dyn FnMut(&str, Found) -> Result<(), Failure> + 'a;

/// Whose wish it is that an input be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// It was named on the command line: what cannot be looked into was not read.
    Itself,
    /// It lay in a directory.
    Within,
}

/// One walk.
pub struct Walk<'a> {
    /// Set when the person wants it to end.
    pub stop: &'a AtomicBool,
    /// At most so many bytes of each input.
    pub limit: Option<u64>,
    /// The store's own directory.
    pub own: Option<(u64, u64)>,
    /// What was read so far.
    pub coverage: Coverage,
    finder: Finder,
    chunk: Zeroizing<Vec<u8>>,
    been: HashSet<(u64, u64)>,
}

impl<'a> Walk<'a> {
    /// Nothing read yet.
    pub fn new(stop: &'a AtomicBool, limit: Option<u64>, own: Option<(u64, u64)>) -> Self {
        Self {
            stop,
            limit,
            own,
            coverage: Coverage::default(),
            finder: Finder::default(),
            chunk: Zeroizing::new(vec![0; CHUNK]),
            been: HashSet::new(),
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// What was named on the command line: here a symbolic link is followed.
    ///
    /// # Errors
    /// As `see` says.
    pub fn place(&mut self, path: &Path, see: &mut See<'_>) -> Result<(), Failure> {
        let shown = path.to_string_lossy();
        if self.stopped() {
            self.coverage.leave(&shown, "stopped before");
            return Ok(());
        }
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => self.tree(path, &meta, see),
            Ok(_) => self.file(path, Named::Itself, see),
            Err(error) => {
                self.coverage.leave(&shown, reason(&error));
                Ok(())
            }
        }
    }

    /// Standard input, or whatever else is open already.
    ///
    /// # Errors
    /// As `see` says.
    pub fn input(
        &mut self,
        name: &str,
        input: &mut dyn Read,
        named: Named,
        see: &mut See<'_>,
    ) -> Result<(), Failure> {
        let (mut read, mut packed, mut result) = (0u64, false, Ok(()));
        loop {
            if self.stopped() {
                self.coverage.leave(name, format!("stopped after {} bytes", grouped(read)));
                break;
            }
            let room = self.limit.map_or(CHUNK as u64, |limit| limit.saturating_sub(read).min(CHUNK as u64));
            let room = usize::try_from(room).unwrap_or(CHUNK);
            let asked = if room == 0 { 1 } else { room };
            let count = match input.read(&mut self.chunk[..asked]) {
                Ok(0) if packed => {
                    self.coverage.leave(name, "it is packed; unpack it and pipe it in: `claviger scan -`");
                    break;
                }
                Ok(0) => {
                    self.coverage.files += 1;
                    break;
                }
                Ok(_) if room == 0 => {
                    self.coverage.leave(name, format!("only its first {} bytes were read", grouped(read)));
                    break;
                }
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.coverage.leave(name, format!("after {} bytes: {}", grouped(read), reason(&error)));
                    break;
                }
            };
            if read == 0 && is_packed(&self.chunk[..count]) {
                packed = named == Named::Itself;
                self.coverage.packed += u64::from(!packed);
            }
            read += count as u64;
            self.finder.feed(&self.chunk[..count], &mut |found| keep(&mut result, see(name, found)));
            if result.is_err() {
                break;
            }
        }
        self.coverage.bytes += read;
        self.finder.finish(&mut |found| keep(&mut result, see(name, found)));
        result
    }

    fn tree(&mut self, root: &Path, meta: &Metadata, see: &mut See<'_>) -> Result<(), Failure> {
        let mut directories = vec![(root.to_owned(), (meta.dev(), meta.ino()))];
        while let Some((directory, identity)) = directories.pop() {
            let shown = directory.to_string_lossy();
            if self.own == Some(identity) {
                self.coverage.own_store = true;
                continue;
            }
            if !self.been.insert(identity) {
                continue;
            }
            if made_up(&directory) {
                self.coverage.leave(&shown, "its files are made up by the system while they are read");
                continue;
            }
            let mut names: Vec<PathBuf> = Vec::new();
            match fs::read_dir(&directory) {
                Ok(entries) => {
                    for entry in entries {
                        match entry {
                            Ok(entry) => names.push(entry.path()),
                            Err(error) => {
                                self.coverage.leave(&shown, reason(&error));
                                break;
                            }
                        }
                    }
                }
                Err(error) => self.coverage.leave(&shown, reason(&error)),
            }
            names.sort_unstable();
            let mut below = Vec::new();
            for path in names {
                if self.stopped() {
                    self.coverage
                        .leave(&path.to_string_lossy(), "stopped before; nothing behind it was read");
                    return Ok(());
                }
                in_name(&path, see)?;
                match fs::symlink_metadata(&path) {
                    Ok(meta) if meta.is_dir() => below.push((path, (meta.dev(), meta.ino()))),
                    Ok(meta) if meta.is_symlink() => self.coverage.links += 1,
                    Ok(_) => self.file(&path, Named::Within, see)?,
                    Err(error) => self.coverage.leave(&path.to_string_lossy(), reason(&error)),
                }
            }
            directories.extend(below.into_iter().rev());
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, named: Named, see: &mut See<'_>) -> Result<(), Failure> {
        let shown = path.to_string_lossy().into_owned();
        let flags = if named == Named::Itself { OFlags::empty() } else { OFlags::NOFOLLOW };
        match open(path, flags) {
            Ok(mut file) => self.input(&shown, &mut file, named, see),
            Err(why) => {
                self.coverage.leave(&shown, why);
                Ok(())
            }
        }
    }
}

/// What stands in the name itself.
fn in_name(path: &Path, see: &mut See<'_>) -> Result<(), Failure> {
    let name = path.file_name().map_or(&[][..], |name| name.as_encoded_bytes());
    let shown = path.to_string_lossy();
    Finder::all(name).into_iter().try_for_each(|found| see(&shown, Found { line: 0, ..found }))
}

fn keep(result: &mut Result<(), Failure>, new: Result<(), Failure>) {
    if result.is_ok() {
        *result = new;
    }
}

/// Opens a file, and nothing else: a pipe could wait for ever, a device could do anything.
fn open(path: &Path, flags: OFlags) -> Result<File, String> {
    let what = |meta: &Metadata| {
        let kind = meta.file_type();
        if kind.is_fifo() {
            Some("a named pipe")
        } else if kind.is_socket() {
            Some("a socket")
        } else if kind.is_char_device() || kind.is_block_device() {
            Some("a device")
        } else {
            (!meta.is_file()).then_some("no file")
        }
    };
    let refuse = |what: &str| format!("it is {what}; pipe it in: `claviger scan -`");
    // Opening some devices does something already.
    let before =
        if flags.contains(OFlags::NOFOLLOW) { fs::symlink_metadata(path) } else { fs::metadata(path) };
    if let Some(what) = before.as_ref().ok().and_then(what) {
        return Err(refuse(what));
    }
    let flags = flags | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path);
    let file = opened.map_err(|error| reason(&error))?;
    let meta = file.metadata().map_err(|error| reason(&error))?;
    what(&meta).map_or(Ok(file), |what| Err(refuse(what)))
}

/// An error in the system's words, without its number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// Compressed data has no Key in sight: packed files are counted, so that nobody takes them for searched.
fn is_packed(start: &[u8]) -> bool {
    const MAGIC: [&[u8]; 11] = [
        &[0x1f, 0x8b],
        b"PK\x03\x04",
        b"\xfd7zXZ",
        &[0x28, 0xb5, 0x2f, 0xfd],
        b"BZh",
        b"7z\xbc\xaf",
        b"PACK\0\0\0",
        &[0x78, 0x01],
        &[0x78, 0x9c],
        &[0x78, 0xda],
        &[0x04, 0x22, 0x4d, 0x18],
    ];
    MAGIC.iter().any(|magic| start.starts_with(magic))
}

/// Whether a directory is a window into the system: its files may be endless, or do something when read.
#[cfg(target_os = "linux")]
fn made_up(directory: &Path) -> bool {
    // proc, sysfs, debugfs, tracefs
    const KINDS: [i64; 4] = [0x9fa0, 0x6265_6572, 0x6462_6720, 0x7472_6163];
    rustix::fs::statfs(directory)
        .is_ok_and(|found| KINDS.iter().any(|kind| i128::from(found.f_type) == i128::from(*kind)))
}

/// Whether a directory is a window into the system: its files may be endless, or do something when read.
#[cfg(not(target_os = "linux"))]
fn made_up(_directory: &Path) -> bool {
    false
}
