//! The file of rows that still grow, written anew every second: what a killed process leaves behind.
//!
//! It is renamed into place and not synced: a process that is killed loses nothing by that, a power cut may cost its
//! last minute.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::row;
use crate::model::LogonRow;
use crate::store::medium::options;

const MAGIC: &[u8; 4] = b"CLVG";
const VERSION: u8 = 1;
const NAME: &str = "growing";

/// What the file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Left {
    /// The newest closing on the shelves when it was written.
    pub closing: u64,
    /// The number that the next row gets.
    pub next_id: u64,
    /// The rows, oldest first.
    pub rows: Vec<LogonRow>,
}

impl Left {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(32 + self.rows.len() * 128);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.closing.to_le_bytes());
        bytes.extend_from_slice(&self.next_id.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(self.rows.len()).unwrap_or(0).to_le_bytes());
        for row in &self.rows {
            row::put(row, &mut bytes);
        }
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        let rest = body.strip_prefix(MAGIC)?.strip_prefix(&[VERSION])?;
        let (closing, rest) = rest.split_first_chunk::<8>()?;
        let (next_id, rest) = rest.split_first_chunk::<8>()?;
        let (count, rest) = rest.split_first_chunk::<4>()?;
        if *crc != crc32fast::hash(body).to_le_bytes() {
            return None;
        }
        Some(Self {
            closing: u64::from_le_bytes(*closing),
            next_id: u64::from_le_bytes(*next_id),
            rows: row::take_all(rest, u32::from_le_bytes(*count))?,
        })
    }

    /// Writes the file.
    pub(super) fn save(&self, dir: &Path) -> io::Result<()> {
        let made = dir.join(format!("{NAME}.new"));
        options().write(true).create(true).truncate(true).open(&made)?.write_all(&self.to_bytes())?;
        fs::rename(&made, dir.join(NAME))
    }

    /// Reads the file.
    pub(super) fn load(dir: &Path, notes: &mut Vec<String>) -> Self {
        match fs::read(dir.join(NAME)) {
            Ok(bytes) => Self::from_bytes(&bytes).unwrap_or_else(|| {
                notes.push("History: the rows of the last minute are damaged and left out".into());
                Self::default()
            }),
            Err(_) => Self::default(),
        }
    }

    /// Takes the file away: nothing grows any more.
    pub(super) fn remove(dir: &Path) {
        // One that stays is read again, and its rows are known by their numbers.
        let _ = fs::remove_file(dir.join(NAME));
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::tests::row;
    use super::*;

    #[test]
    fn the_first_format_is_read_for_ever() {
        let left = Left { closing: 4, next_id: 9, rows: vec![row(7), row(8)] };
        let fixture = include_bytes!("fixtures/growing-v1");
        assert_eq!(left.to_bytes(), fixture, "the format changed: give it a new version instead");
        assert_eq!(Left::from_bytes(fixture), Some(left));
        for place in 0..fixture.len() {
            let mut bytes = fixture.to_vec();
            bytes[place] ^= 4;
            assert!(Left::from_bytes(&bytes).is_none() && Left::from_bytes(&fixture[..place]).is_none());
        }
    }
}
