//! One group commit: entries become lines, each checked against the ledger and written with one pen.
//!
//! Knows nothing of `head` or of what comes after the lines are on the disk.

use std::io;

use super::codec::Seal;
use super::delta;
use super::entry::{Entry, StoreError, Subject};
use super::ink::{self, KeyChange};
use super::journal::{Pen, PenError, Position};
use super::ledger::{Ledger, Misfit};
use super::line::{Line, Stamp};
use super::state::STRIDE;
use crate::model::{Account, ChangeKind, Group, Note, Rotation, Time};

/// Why a group commit did not happen.
pub(super) enum Failure {
    /// An entry does not fit what the store holds.
    Misfit(Misfit),
    /// The journal could not be written.
    Pen(PenError),
    /// `head` could not be written.
    Head(StoreError),
}

impl From<Misfit> for Failure {
    fn from(what: Misfit) -> Self {
        Self::Misfit(what)
    }
}

impl From<PenError> for Failure {
    fn from(error: PenError) -> Self {
        Self::Pen(error)
    }
}

/// What a group commit leaves to be remembered once it is acknowledged.
pub(super) struct Batch {
    first: u64,
    last: u64,
    /// Offsets of the lines of revision 1, 65, 129, …
    pub offsets: Vec<u64>,
    /// Numbers of created keys, with the offset of the line of each.
    pub created: Vec<(u64, u64)>,
    /// Numbers of deleted keys.
    pub dropped: Vec<u64>,
}

impl Batch {
    /// Nothing yet; `count` entries follow this revision.
    pub(super) fn new(revision: u64, count: u64) -> Self {
        let (first, last) = (revision + 1, revision + count);
        Self { first, last, offsets: Vec::new(), created: Vec::new(), dropped: Vec::new() }
    }

    /// Writes all lines and waits for the disk.
    pub(super) fn write(
        &mut self,
        entries: &[Entry],
        (time, actor, store_key): (Time, &Account, u32),
        ledger: &mut Ledger,
        pen: &mut Pen<'_>,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Position, Failure> {
        let total = entries.len() as u64;
        for (entry, rev) in entries.iter().zip(self.first..) {
            let offset = pen.position();
            if (rev - 1).is_multiple_of(STRIDE) {
                self.offsets.push(offset);
            }
            let stamp = Stamp { rev, batch: (self.first, self.last), time: time.0, actor: actor.as_str() };
            match entry {
                Entry::KeyPut { before: None, after, .. } => self.created.push((after.number, offset)),
                Entry::KeyDropped { before } => self.dropped.push(before.number),
                _ => {}
            }
            let written = admit(entry, store_key, ledger)?;
            pen.line(|out| written.print(stamp, out))?;
            let done = rev + 1 - self.first;
            if done.is_multiple_of(8192) {
                progress(done, total);
            }
        }
        let (chain, length) = pen.finish()?;
        progress(total, total);
        Ok(Position { revision: self.last, chain, length })
    }
}

fn edits_key(kind: ChangeKind) -> bool {
    use ChangeKind::{KeyDisabled, KeyEdited, KeyEnabled, SecretCopied};
    matches!(kind, KeyEdited | KeyEnabled | KeyDisabled | SecretCopied)
}

/// What is to be written of an entry.
enum Written<'e> {
    Key(KeyChange<'e>),
    Group(ChangeKind, Option<&'e Group>, Option<&'e Group>),
    Rotation(ChangeKind, &'e Subject, Option<&'e Rotation>, Option<&'e Rotation>),
    Note(&'e Subject, Option<&'e Note>, Option<&'e Note>),
}

impl Written<'_> {
    fn print(&self, stamp: Stamp<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let (kind, before, after) = match self {
            Self::Key(change) => return ink::print(*change, stamp, out),
            Self::Group(kind, before, after) => (*kind, *before, *after),
            Self::Rotation(kind, subject, before, after) => {
                return Ok(Line::of_rotation(stamp, *kind, subject, (*before, *after)).print(out)?);
            }
            Self::Note(subject, before, after) => {
                let Some(note) = after.or(*before) else { return Ok(()) };
                let kind = match (note, after) {
                    (Note::Accepted(_), Some(_)) => ChangeKind::FindingAccepted,
                    (Note::Accepted(_), None) => ChangeKind::AcceptanceWithdrawn,
                    (Note::Seen(_), Some(_)) => ChangeKind::KeySeen,
                    (Note::Seen(_), None) => ChangeKind::SightingForgotten,
                };
                return Ok(Line::of_note(stamp, kind, subject, (*before, *after)).print(out)?);
            }
        };
        let Some(group) = after.or(before) else { return Ok(()) };
        Ok(Line::of_group(stamp, kind, group, delta::of_group(before, after)).print(out)?)
    }
}

/// What is to be written of an entry, once the ledger has found that it fits.
fn admit<'e>(entry: &'e Entry, store_key: u32, ledger: &mut Ledger) -> Result<Written<'e>, Misfit> {
    match entry {
        Entry::KeyPut { kind, before, after, proof } => {
            let seal =
                proof.as_ref().map(|p| Seal { phc: p.phc(), precheck: p.precheck(), made_with: store_key });
            match (before, seal, kind) {
                (None, Some(seal), ChangeKind::KeyCreated) => ledger.create_key(after, seal)?,
                (Some(before), None, kind) if edits_key(*kind) => ledger.edit_key(before, after)?,
                _ => return Err("its kind does not fit what it holds"),
            }
            Ok(Written::Key(KeyChange { kind: *kind, before: before.as_ref(), after: Some(after), seal }))
        }
        Entry::KeyDropped { before } => {
            ledger.drop_key(before)?;
            let (kind, before) = (ChangeKind::KeyDeleted, Some(before));
            Ok(Written::Key(KeyChange { kind, before, after: None, seal: None }))
        }
        Entry::GroupPut { kind, before, after } => {
            if *kind != (if before.is_some() { ChangeKind::GroupEdited } else { ChangeKind::GroupCreated }) {
                return Err("its kind does not fit what it holds");
            }
            ledger.put_group(before.as_ref(), Some(after))?;
            Ok(Written::Group(*kind, before.as_ref(), Some(after)))
        }
        Entry::GroupDropped { before } => {
            ledger.put_group(Some(before), None)?;
            Ok(Written::Group(ChangeKind::GroupDeleted, Some(before), None))
        }
        Entry::RotationPut { kind, before, after, subject } => {
            let fitting =
                if before.is_some() { ChangeKind::RotationAdvanced } else { ChangeKind::RotationStarted };
            if *kind != fitting || before.as_ref().is_some_and(|b| b.old != after.old) {
                return Err("its kind does not fit what it holds");
            }
            ledger.put_rotation(before.as_ref(), Some(after))?;
            Ok(Written::Rotation(*kind, subject, before.as_ref(), Some(after)))
        }
        Entry::RotationDropped { kind, before, subject } => {
            if !matches!(kind, ChangeKind::RotationFinished | ChangeKind::RotationAbandoned) {
                return Err("its kind does not fit what it holds");
            }
            ledger.put_rotation(Some(before), None)?;
            Ok(Written::Rotation(*kind, subject, Some(before), None))
        }
        Entry::NotePut { before, after, subject } => {
            ledger.put_note(before.as_ref(), Some(after))?;
            Ok(Written::Note(subject, before.as_ref(), Some(after)))
        }
        Entry::NoteDropped { before, subject } => {
            ledger.put_note(Some(before), None)?;
            Ok(Written::Note(subject, Some(before), None))
        }
    }
}
