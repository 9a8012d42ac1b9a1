//! Snapshots beside the segments: what was gathered from rows and outlives them, up to a closing, with a checksum.
//!
//! Magic, version, closing, content, CRC32. One that cannot be read is made anew from the rows. Knows nothing of the
//! content.

use std::fs;
use std::path::Path;

use super::row::Rest;
use crate::store::entry::StoreError;
use crate::store::holding::write_new;

/// What can be kept in a snapshot.
pub(super) trait Snapshot: Default {
    /// The first bytes of the file.
    const MAGIC: &[u8; 4];
    /// The version of its format.
    const VERSION: u8;
    /// Its name in the directory.
    const NAME: &str;
    /// What it is of, in words.
    const WHAT: &str;

    /// How many bytes the content will take, about.
    fn size(&self) -> usize;

    /// Appends the content.
    fn put(&self, bytes: &mut Vec<u8>);

    /// Reads what [`Self::put`] wrote.
    fn take(rest: &mut Rest<'_>) -> Option<Self>;

    /// The snapshot: it knows all closings up to this one.
    fn to_bytes(&self, closing: u64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(32 + self.size());
        bytes.extend_from_slice(Self::MAGIC);
        bytes.push(Self::VERSION);
        bytes.extend_from_slice(&closing.to_le_bytes());
        self.put(&mut bytes);
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads a snapshot, and up to which closing it knows all.
    fn from_bytes(bytes: &[u8]) -> Option<(Self, u64)> {
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        if *crc != crc32fast::hash(body).to_le_bytes() {
            return None;
        }
        let mut rest = Rest(body.strip_prefix(Self::MAGIC)?.strip_prefix(&[Self::VERSION])?);
        let closing = rest.number()?;
        let read = Self::take(&mut rest)?;
        rest.0.is_empty().then_some((read, closing))
    }

    /// Writes the snapshot in place of the old one.
    fn save(dir: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        write_new(dir, Self::NAME, bytes)
    }

    /// Reads the snapshot, and up to which closing it knows all; empty and 0 where there is none that can be read.
    fn load(dir: &Path, notes: &mut Vec<String>) -> (Self, u64) {
        match fs::read(dir.join(Self::NAME)) {
            Ok(bytes) => Self::from_bytes(&bytes).unwrap_or_else(|| {
                let what = Self::WHAT;
                notes.push(format!(
                    "History: the snapshot of {what} is damaged; it is made anew from the rows"
                ));
                (Self::default(), 0)
            }),
            Err(_) => (Self::default(), 0),
        }
    }
}
