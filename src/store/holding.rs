//! Small files of the store beside journal and head: the lock with the holder's pid, and the store key.
//!
//! Knows nothing of records.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::FlockOperation;
use zeroize::Zeroizing;

use super::entry::StoreError;
use super::medium::{disk, options};
use super::place::{names, sync_directory};
use crate::credential::{StoreKey, random_bytes};

const MAGIC: &[u8; 8] = b"CLVGKEY1";
/// Magic, key, CRC32.
const KEY_FILE: usize = 8 + 32 + 4;

/// The store is ours as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Said aloud, since a child that was just forked may still have the file open.
        let _ = rustix::fs::flock(&self.file, FlockOperation::Unlock);
    }
}

impl Lock {
    /// Takes the lock, or says who has it.
    pub(super) fn take(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(names::LOCK);
        let mut options = options();
        let file = options.read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|e| disk(&path, "opened for writing", &e))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(StoreError::Held { pid: holder(&file) }),
            Err(error) => return Err(disk(&path, "locked", &error.into())),
        }
        // Padded, so that on a full disk it is still written in place; without it only the pid is unknown.
        let _ = file.write_all_at(format!("{:<20}\n", std::process::id()).as_bytes(), 0);
        Ok(Self { file })
    }
}

fn holder(file: &File) -> Option<u32> {
    let mut text = [0; 20];
    file.read_exact_at(&mut text, 0).ok()?;
    std::str::from_utf8(&text).ok()?.trim().parse().ok()
}

/// Which store key made a pre-check: no more than a fingerprint, and not of the key itself but of its hash.
pub(super) fn fingerprint(key: &StoreKey) -> u32 {
    let hash = super::line::hash(&super::line::hash(key.bytes()));
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// The store key in the form of its file.
pub(super) fn key_file(key: &StoreKey) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(KEY_FILE));
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(key.bytes());
    let crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes
}

/// Reads the form of the file.
pub(super) fn read_key_file(bytes: &[u8]) -> Option<StoreKey> {
    let (body, crc) = bytes.split_last_chunk::<4>()?;
    let key = body.strip_prefix(MAGIC)?;
    if *crc != crc32fast::hash(body).to_le_bytes() {
        return None;
    }
    Some(StoreKey::from_bytes(key.try_into().ok()?))
}

/// The store key, and whether a new one had to be made.
pub(super) fn store_key(dir: &Path) -> Result<(StoreKey, bool), StoreError> {
    let path = dir.join(names::STORE_KEY);
    match fs::read(&path).map(Zeroizing::new) {
        Ok(bytes) => {
            if let Some(key) = read_key_file(&bytes) {
                return Ok((key, false));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(disk(&path, "read", &error)),
    }
    let key = StoreKey::generate().map_err(|e| StoreError::Disk {
        sentence: e.to_string(),
        hint: "the operating system should always have random bytes; look at its log".to_owned(),
    })?;
    write_new(dir, names::STORE_KEY, &key_file(&key))?;
    Ok((key, true))
}

/// Writes a whole file under another name, waits for the disk, and puts it in its place.
pub(super) fn write_new(dir: &Path, name: &str, content: &[u8]) -> Result<(), StoreError> {
    let number: [u8; 4] = random_bytes().unwrap_or_default();
    let (path, made) = (dir.join(name), dir.join(format!("{name}.{:08x}.new", u32::from_be_bytes(number))));
    let write = || {
        let mut file = options().write(true).create_new(true).open(&made)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&made, &path)
    };
    if let Err(error) = write() {
        let _ = fs::remove_file(&made);
        return Err(disk(&path, "written", &error));
    }
    sync_directory(dir)
}
