//! The journal's file: lines appended into room that was reserved ahead, so that changes fit on a full disk.
//!
//! After the last line come zeros up to the end of the room. Knows lines as bytes with a chain; what a line means to
//! the records is not its matter.

use std::io;
use std::path::Path;

use super::entry::StoreError;
use super::line::{Bodies, Chain};
use super::medium::{Medium, disk};
use super::trial::Trial;

mod carrier;
mod walk;

use carrier::Carrier;

pub(super) use walk::{Broken, Lines, Position, Tail, last_line_fits, tail, walk};

/// Room is reserved in steps of this many bytes.
pub(super) const STEP: u64 = 1 << 20;
/// And so far ahead while a large group commit is written.
const FAR: u64 = 8 * STEP;
/// So much of it is kept for disabling and deleting: over a thousand lines of them.
const RESERVE: u64 = STEP / 2;
/// Lines are gathered up to this size before they are written.
const BUFFER: usize = 1 << 20;

/// The journal, open for writing.
#[derive(Debug)]
pub(super) struct Journal {
    medium: Medium,
    length: u64,
    room: u64,
}

/// Why lines were not written.
#[derive(Debug)]
pub(super) enum PenError {
    /// The disk is full; nothing is broken.
    NoRoom(io::Error),
    /// A write or sync failed.
    Broken(io::Error),
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

impl Journal {
    /// Opens the file; its acknowledged lines end at `length`.
    pub(super) fn open(path: &Path, length: u64, trial: &Trial) -> Result<Self, StoreError> {
        let medium = Medium::open(path, trial)?;
        let room = medium.size().map_err(|e| disk(path, "read", &e))?;
        Ok(Self { medium, length, room })
    }

    /// The file.
    pub(super) fn medium(&self) -> &Medium {
        &self.medium
    }

    /// A pen at the end. Only disabling and deleting may write into the reserve.
    pub(super) fn pen(&mut self, chain: Chain, into_reserve: bool) -> Pen<'_> {
        let at = self.length;
        let room_before = self.room;
        Pen {
            journal: self,
            bodies: Bodies::default(),
            chain,
            carrier: None,
            at,
            reserve: if into_reserve { 0 } else { RESERVE },
            room_before,
        }
    }

    /// Reserves room up to the reserve beyond `upto`; written with zeros where that is little.
    fn make_room(&mut self, upto: u64) -> Result<(), PenError> {
        let room = (upto + RESERVE).div_ceil(STEP) * STEP;
        let more = room.saturating_sub(self.room);
        if more == 0 {
            return Ok(());
        }
        self.medium.reserve(self.room, more).map_err(failed)?;
        if more <= 2 * STEP {
            // Zeros that are really there make the next syncs cheap; without them everything works as well.
            let _ = self.medium.zero(self.room, more);
        }
        self.room = room;
        Ok(())
    }

    /// Reserves the room that should be there; not having it is no error.
    pub(super) fn top_up(&mut self) {
        if self.length + RESERVE > self.room {
            let _ = self.make_room(self.length);
        }
    }

    /// What was written up to `length` is acknowledged.
    pub(super) fn commit(&mut self, length: u64) {
        self.length = length;
    }

    /// Takes back all that was written after the acknowledged lines and waits for the disk.
    pub(super) fn retract(&mut self, written_to: u64, room_before: u64) -> io::Result<()> {
        let written = written_to.saturating_sub(self.length);
        if written <= STEP && written_to <= self.room {
            let zeros = vec![0; usize::try_from(written).unwrap_or(0)];
            self.medium.write_at(&zeros, self.length)?;
        } else {
            self.medium.cut(self.length)?;
            self.room = self.length;
            if room_before > self.length
                && self.medium.reserve(self.length, room_before - self.length).is_ok()
            {
                self.room = room_before;
            }
        }
        self.medium.sync()
    }

    /// Cuts everything after `length`: what no acknowledged change needs.
    pub(super) fn cut(&mut self, length: u64) -> Result<(), StoreError> {
        let cut = self.medium.cut(length).and_then(|()| self.medium.sync());
        cut.map_err(|e| disk(self.medium.path(), "cut after its last whole change", &e))?;
        (self.length, self.room) = (length, length);
        Ok(())
    }
}

/// Writes the lines of one group commit.
pub(super) struct Pen<'j> {
    journal: &'j mut Journal,
    bodies: Bodies,
    /// The hash of the last line, as long as no carrier goes on with it.
    chain: Chain,
    carrier: Option<Carrier>,
    at: u64,
    reserve: u64,
    room_before: u64,
}

impl Pen<'_> {
    /// Where the next line will stand.
    pub(super) fn position(&self) -> u64 {
        self.at + self.bodies.sealed_length() as u64
    }

    /// Room of the file before this pen wrote.
    pub(super) fn room_before(&self) -> u64 {
        self.room_before
    }

    /// Writes one line, which `print` appends without its end.
    pub(super) fn line(
        &mut self,
        print: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> Result<(), PenError> {
        self.bodies.push(print).map_err(PenError::Broken)?;
        if self.bodies.sealed_length() < BUFFER {
            return Ok(());
        }
        if self.carrier.is_none() {
            self.carrier =
                self.journal.medium.for_a_carrier().and_then(|file| Carrier::start(file, self.chain));
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), PenError> {
        let upto = self.position();
        if upto + self.reserve > self.journal.room {
            // Far ahead for many lines: a reservation for each block would cost more than the block.
            let ahead = if self.carrier.is_some() { FAR } else { 0 };
            if ahead == 0 || self.journal.make_room(upto + ahead).is_err() {
                self.journal.make_room(upto)?;
            }
        }
        let start = std::mem::replace(&mut self.at, upto);
        let bodies = std::mem::take(&mut self.bodies);
        if let Some(carrier) = &mut self.carrier {
            self.bodies = carrier.carry(bodies, start).map_err(failed)?;
            return Ok(());
        }
        let mut bytes = Vec::new();
        bodies.seal(&mut self.chain, &mut bytes);
        self.journal.medium.write_at(&bytes, start).map_err(failed)
    }

    /// Writes the rest and waits for the disk; the hash of the last line and the end of the lines.
    pub(super) fn finish(&mut self) -> Result<(Chain, u64), PenError> {
        self.flush()?;
        if let Some(mut carrier) = self.carrier.take() {
            self.chain = carrier.finish().map_err(failed)?;
        }
        self.journal.medium.sync().map_err(PenError::Broken)?;
        Ok((self.chain, self.at))
    }
}

/// A write that failed.
fn failed(error: io::Error) -> PenError {
    if is_full(&error) { PenError::NoRoom(error) } else { PenError::Broken(error) }
}
