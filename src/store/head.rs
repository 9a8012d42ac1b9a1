//! `head`: how far the journal goes, in two slots of 128 bytes written in place by turns.
//!
//! A slot carries revision, chain hash, counts and the running digest of all live records. While one slot is being
//! written the other stays whole. Knows nothing of what the records are.

use std::io;
use std::path::Path;

use super::entry::StoreError;
use super::medium::{Medium, disk};
use super::trial::Trial;

const MAGIC: &[u8; 8] = b"CLVGHEAD";
const VERSION: u32 = 1;

/// A slot's size in bytes; the file has two.
pub(super) const SLOT: usize = 128;

/// The state of the store after one revision, without the records themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Revision of the last change; 0 before the first.
    pub revision: u64,
    /// SHA-256 of that change's line; zeros before the first.
    pub chain: [u8; 32],
    /// How many keys live.
    pub keys: u64,
    /// How many groups live.
    pub groups: u64,
    /// Wrapping sum of the hashes of all live records.
    pub digest: u128,
    /// Bytes of the journal up to and with that line.
    pub length: u64,
    /// When that change was made.
    pub time: i64,
    /// The creation number that the next key gets.
    pub next_number: u64,
}

impl Head {
    /// Before the first change.
    pub(super) const EMPTY: Self = Self {
        revision: 0,
        chain: [0; 32],
        keys: 0,
        groups: 0,
        digest: 0,
        length: 0,
        time: 0,
        next_number: 1,
    };

    /// As a slot.
    pub(super) fn to_slot(self) -> [u8; SLOT] {
        let mut slot = [0; SLOT];
        let mut at = 0;
        let mut put = |bytes: &[u8]| {
            slot[at..at + bytes.len()].copy_from_slice(bytes);
            at += bytes.len();
        };
        put(MAGIC);
        put(&VERSION.to_le_bytes());
        put(&[0; 4]);
        put(&self.revision.to_le_bytes());
        put(&self.chain);
        put(&self.keys.to_le_bytes());
        put(&self.groups.to_le_bytes());
        put(&self.digest.to_le_bytes());
        put(&self.length.to_le_bytes());
        put(&self.time.to_le_bytes());
        put(&self.next_number.to_le_bytes());
        let crc = crc32fast::hash(&slot[..SLOT - 4]);
        slot[SLOT - 4..].copy_from_slice(&crc.to_le_bytes());
        slot
    }
}

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// A good one.
    Good(Head),
    /// A good one of a format that this program does not know.
    Newer(u32),
    /// Not what this program wrote.
    Bad,
}

/// Reads a slot.
pub(super) fn read_slot(slot: &[u8]) -> Slot {
    let Ok(slot) = <&[u8; SLOT]>::try_from(slot) else { return Slot::Bad };
    let crc = crc32fast::hash(&slot[..SLOT - 4]);
    if &slot[..8] != MAGIC || slot[SLOT - 4..] != crc.to_le_bytes() {
        return Slot::Bad;
    }
    let mut at = 8;
    let version = u32::from_le_bytes(take(slot, &mut at));
    if version != VERSION {
        return Slot::Newer(version);
    }
    at += 4;
    Slot::Good(Head {
        revision: u64::from_le_bytes(take(slot, &mut at)),
        chain: take(slot, &mut at),
        keys: u64::from_le_bytes(take(slot, &mut at)),
        groups: u64::from_le_bytes(take(slot, &mut at)),
        digest: u128::from_le_bytes(take(slot, &mut at)),
        length: u64::from_le_bytes(take(slot, &mut at)),
        time: i64::from_le_bytes(take(slot, &mut at)),
        next_number: u64::from_le_bytes(take(slot, &mut at)),
    })
}

fn take<const N: usize>(slot: &[u8; SLOT], at: &mut usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&slot[*at..*at + N]);
    *at += N;
    bytes
}

/// Both slots as found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// The newer good slot.
    pub head: Option<Head>,
    /// Which slot that is.
    pub place: usize,
    /// Whether the other slot is no good.
    pub one_bad: bool,
    /// A slot written by a newer program.
    pub newer: Option<u32>,
}

/// Reads the content of the file.
pub(super) fn read_slots(bytes: &[u8]) -> Found {
    let slots = [0, 1].map(|i| bytes.get(i * SLOT..(i + 1) * SLOT).map_or(Slot::Bad, read_slot));
    let mut found = Found { head: None, place: 0, one_bad: false, newer: None };
    for (place, slot) in slots.into_iter().enumerate() {
        match slot {
            Slot::Good(head) if found.head.is_none_or(|best| head.revision > best.revision) => {
                found.head = Some(head);
                found.place = place;
            }
            Slot::Good(_) => {}
            Slot::Newer(version) => found.newer = Some(version),
            Slot::Bad => found.one_bad = true,
        }
    }
    found
}

/// The file, open for writing.
#[derive(Debug)]
pub(super) struct HeadFile {
    medium: Medium,
    /// What is acknowledged.
    pub current: Head,
    next: usize,
}

impl HeadFile {
    /// Opens the file; `current` stands in slot `place`.
    pub(super) fn open(path: &Path, current: Head, place: usize, trial: &Trial) -> Result<Self, StoreError> {
        Ok(Self { medium: Medium::open(path, trial)?, current, next: 1 - place.min(1) })
    }

    /// Writes the other slot and waits for the disk.
    pub(super) fn write(&mut self, head: Head) -> Result<(), StoreError> {
        self.put(head).map_err(|e| disk(self.medium.path(), "written", &e))?;
        self.current = head;
        self.next = 1 - self.next;
        Ok(())
    }

    /// After a failed write: puts what is acknowledged over the slot that may have been written.
    pub(super) fn retract(&self) -> io::Result<()> {
        self.put(self.current)
    }

    fn put(&self, head: Head) -> io::Result<()> {
        self.medium.write_at(&head.to_slot(), (self.next * SLOT) as u64)?;
        self.medium.sync()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(revision: u64) -> Head {
        Head {
            revision,
            chain: [7; 32],
            keys: 2,
            groups: 1,
            digest: u128::MAX - 5,
            length: 99,
            time: -4,
            next_number: 3,
        }
    }

    #[test]
    fn a_slot_is_read_back_as_it_was_written() {
        assert_eq!(read_slot(&head(9).to_slot()), Slot::Good(head(9)));
    }

    #[test]
    fn any_flipped_bit_makes_a_slot_bad() {
        for bit in 0..SLOT * 8 {
            let mut slot = head(9).to_slot();
            slot[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read_slot(&slot), Slot::Bad, "bit {bit}");
        }
    }

    #[test]
    fn the_newer_of_two_slots_counts_and_a_bad_one_is_told() {
        let both = [head(4).to_slot(), head(5).to_slot()].concat();
        let found = read_slots(&both);
        assert_eq!((found.head, found.place, found.one_bad), (Some(head(5)), 1, false));
        let cut = read_slots(&both[..SLOT + 5]);
        assert_eq!((cut.head, cut.place, cut.one_bad), (Some(head(4)), 0, true));
        assert_eq!(read_slots(&[]).head, None);
    }
}
