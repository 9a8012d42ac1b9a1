//! All live records while the store is being opened: loaded from the checkpoint, brought forward by the journal's lines.
//!
//! The same steps rebuild everything from the first line. Knows nothing of files or sled.

use std::collections::{BTreeMap, HashSet};

use super::codec::StoredKey;
use super::delta;
use super::head::Head;
use super::journal::Position;
use super::ledger::Ledger;
use super::line::Line;
use crate::model::{ChangeKind, Group, GroupCode, KeyRef, Note, Roll, Rotation};

/// Every so many revisions the offset of a line is kept.
pub(super) const STRIDE: u64 = 64;
/// No room is made ahead for more keys than this: a damaged count must not take the memory.
const LARGEST_ROOM: usize = 1 << 24;

/// What the checkpoint has not got yet: where the line stands that created a key, and which keys are gone.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// Offset of the line that created the key with this number.
    pub created: BTreeMap<u64, u64>,
    /// Numbers of deleted keys.
    pub dropped: HashSet<u64>,
}

/// All live records.
#[derive(Debug)]
pub(super) struct State {
    roll: Roll,
    /// The groups.
    pub groups: BTreeMap<GroupCode, Group>,
    /// The rotations, by the number of the successor.
    pub rotations: BTreeMap<u64, Rotation>,
    /// The notes, by their names.
    pub notes: BTreeMap<String, Note>,
    /// Counts and digest.
    pub ledger: Ledger,
    /// What the checkpoint lacks.
    pub pending: Pending,
    /// Offset of the line of revision 1, 65, 129, …
    pub offsets: Vec<u64>,
    store_key: u32,
}

impl State {
    /// Nothing yet; pre-checks count if they were made with this store key.
    pub(super) fn new(store_key: u32) -> Self {
        Self {
            roll: Roll::default(),
            groups: BTreeMap::new(),
            rotations: BTreeMap::new(),
            notes: BTreeMap::new(),
            ledger: Ledger::new(),
            pending: Pending::default(),
            offsets: Vec::new(),
            store_key,
        }
    }

    /// A key of the checkpoint; they come in the order of their numbers.
    pub(super) fn load_key(&mut self, stored: StoredKey<'_>) -> Result<(), String> {
        self.ledger.load_key(stored.key.number, stored.fields_hash, stored.seal)?;
        let precheck = (stored.seal.made_with == self.store_key).then_some(stored.seal.precheck);
        self.put(stored.key, precheck)
    }

    /// A group of the checkpoint.
    pub(super) fn load_group(&mut self, group: Group) -> Result<(), String> {
        self.ledger.put_group(None, Some(&group))?;
        self.groups.insert(group.code.clone(), group);
        Ok(())
    }

    /// A rotation of the checkpoint.
    pub(super) fn load_rotation(&mut self, rotation: Rotation) -> Result<(), String> {
        self.ledger.put_rotation(None, Some(&rotation))?;
        self.rotations.insert(rotation.number, rotation);
        Ok(())
    }

    /// A note of the checkpoint.
    pub(super) fn load_note(&mut self, note: Note) -> Result<(), String> {
        self.ledger.put_note(None, Some(&note))?;
        self.notes.insert(note.name(), note);
        Ok(())
    }

    fn put(&mut self, key: KeyRef<'_>, precheck: Option<u64>) -> Result<(), String> {
        self.roll
            .put(key, precheck)
            .map(drop)
            .ok_or_else(|| "its creation number was given before".to_owned())
    }

    /// Makes room for so many keys.
    pub(super) fn make_room(&mut self, keys: u64) {
        let room = usize::try_from(keys).unwrap_or_default().min(LARGEST_ROOM);
        self.roll = Roll::with_room(room);
        self.ledger.make_room(room);
    }

    /// Slot and record of the key that a line changes.
    fn key(&self, line: &Line<'_>) -> Result<Option<(u32, KeyRef<'_>)>, String> {
        let number = line.number.ok_or("it names no key")?;
        let found = self.roll.slot_of(number).and_then(|slot| Some((slot, self.roll.get(slot)?)));
        Ok(found.filter(|(_, key)| Some(key.key) == line.key))
    }

    /// Does to the records what a line says; the line starts at `offset`.
    pub(super) fn apply(&mut self, line: &Line<'_>, offset: u64) -> Result<(), String> {
        if (line.rev - 1).is_multiple_of(STRIDE) {
            self.offsets.push(offset);
        }
        match line.kind {
            ChangeKind::KeyCreated => self.create_key(line, offset),
            ChangeKind::KeyDeleted => self.drop_key(line),
            ChangeKind::GroupCreated | ChangeKind::GroupEdited => self.put_group(line),
            ChangeKind::GroupDeleted => self.drop_group(line),
            ChangeKind::KeyEdited
            | ChangeKind::KeyEnabled
            | ChangeKind::KeyDisabled
            | ChangeKind::SecretCopied => self.edit_key(line),
            ChangeKind::RotationStarted
            | ChangeKind::RotationAdvanced
            | ChangeKind::RotationFinished
            | ChangeKind::RotationAbandoned => self.put_rotation(line),
            ChangeKind::FindingAccepted
            | ChangeKind::AcceptanceWithdrawn
            | ChangeKind::KeySeen
            | ChangeKind::SightingForgotten => self.put_note(line),
        }
    }

    fn create_key(&mut self, line: &Line<'_>, offset: u64) -> Result<(), String> {
        let key = delta::created_key(line).ok_or("it lacks a field of a new key")?;
        let seal =
            line.after.as_deref().and_then(delta::Fields::seal).ok_or("it lacks the hash of a new key")?;
        self.ledger.create_key(&key, seal)?;
        let precheck = (seal.made_with == self.store_key).then_some(seal.precheck);
        self.pending.created.insert(key.number, offset);
        self.put(key.borrowed(), precheck)
    }

    fn edit_key(&mut self, line: &Line<'_>) -> Result<(), String> {
        let (slot, before) = self.key(line)?.ok_or("it changes a key that is not there")?;
        let (before, precheck) = (before.to_key(), self.roll.precheck(slot));
        let after = delta::edited_key(&before, line).ok_or("a field of it cannot be read")?;
        self.ledger.edit_key(&before, &after)?;
        self.put(after.borrowed(), precheck)
    }

    fn drop_key(&mut self, line: &Line<'_>) -> Result<(), String> {
        let (slot, before) = self.key(line)?.ok_or("it deletes a key that is not there")?;
        let (number, before) = (before.number, before.to_key());
        self.ledger.drop_key(&before)?;
        self.roll.take(slot);
        self.pending.created.remove(&number);
        self.pending.dropped.insert(number);
        Ok(())
    }

    fn put_group(&mut self, line: &Line<'_>) -> Result<(), String> {
        let before = self.groups.get(&line.group_code()?);
        if before.is_some() != (line.kind == ChangeKind::GroupEdited) {
            return Err("it creates a group that is there, or changes one that is not".to_owned());
        }
        let after = delta::put_group(before, line).ok_or("a field of it cannot be read")?;
        self.ledger.put_group(before, Some(&after))?;
        self.groups.insert(after.code.clone(), after);
        Ok(())
    }

    fn drop_group(&mut self, line: &Line<'_>) -> Result<(), String> {
        let before = self.groups.remove(&line.group_code()?).ok_or("it deletes a group that is not there")?;
        self.ledger.put_group(Some(&before), None)?;
        Ok(())
    }

    fn put_rotation(&mut self, line: &Line<'_>) -> Result<(), String> {
        let number = line.number.ok_or("it names no rotation")?;
        let after = delta::put_rotation(line).ok_or("its rotation does not fit its kind")?;
        let before = self.rotations.remove(&number);
        self.ledger.put_rotation(before.as_ref(), after)?;
        self.rotations.extend(after.map(|after| (number, after.clone())));
        Ok(())
    }

    fn put_note(&mut self, line: &Line<'_>) -> Result<(), String> {
        let (name, after) = delta::put_note(line).ok_or("its note does not fit its kind")?;
        self.ledger.put_note(line.note_before.as_deref(), after)?;
        match after {
            Some(after) => self.notes.insert(name, after.clone()),
            None => self.notes.remove(&name),
        };
        Ok(())
    }

    /// Whether these records are the ones that `head` counts and sums.
    pub(super) fn agrees_with(&self, head: &Head) -> bool {
        let Ledger { keys, groups, digest, next_number, .. } = self.ledger;
        (keys, groups, digest, next_number) == (head.keys, head.groups, head.digest, head.next_number)
    }

    /// The head of these records at a place of the journal.
    pub(super) fn head_at(&self, at: &Position, time: i64) -> Head {
        self.ledger.head_at(at, time)
    }

    /// Gives up the keys.
    pub(super) fn take_roll(&mut self) -> Roll {
        let mut roll = std::mem::take(&mut self.roll);
        roll.shrink();
        roll
    }
}
