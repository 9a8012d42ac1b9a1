//! The running account of all live records: counts, digest, and a hash of each, so that no change passes that does not
//! start from what the store holds.
//!
//! Knows hashes and numbers, not what a record means or where it is kept.

use std::collections::HashMap;

use super::codec::{self, CodecError, Seal};
use super::head::Head;
use super::journal::Position;
use crate::model::{ApiKey, Group, GroupCode, Note, Rotation};
use held::{Held, Sums, half};

mod held;

/// Creation numbers may skip so many at most: a damaged number must not take the memory.
const LARGEST_GAP: u64 = 1 << 20;

/// Why a change does not fit what the store holds: a clause for a sentence.
pub(super) type Misfit = &'static str;

/// Counts, digest and the hash of every live record.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Live keys.
    pub keys: u64,
    /// Live groups.
    pub groups: u64,
    /// Wrapping sum of all hashes.
    pub digest: u128,
    /// The highest creation number ever given, plus one.
    pub next_number: u64,
    /// By creation number; all zeros where no key lives.
    by_number: Held,
    by_code: HashMap<GroupCode, u128>,
    by_rotation: HashMap<u64, u128>,
    by_note: HashMap<String, u128>,
    undo: Option<Box<Undo>>,
    scratch: Vec<u8>,
}

#[derive(Debug)]
struct Undo {
    totals: (u64, u64, u128, u64),
    numbers: Vec<(u64, Sums)>,
    codes: Vec<(GroupCode, Option<u128>)>,
    rotations: Vec<(u64, Option<u128>)>,
    notes: Vec<(String, Option<u128>)>,
}

/// What a key adds to the digest.
pub(super) fn key_worth(key: &ApiKey, seal: Seal<'_>) -> Result<u128, CodecError> {
    let mut scratch = Vec::with_capacity(256);
    let fields = codec::fields_hash(key, &mut scratch)?;
    Ok(fields.wrapping_add(codec::seal_hash(key.number, seal, &mut scratch)))
}

/// What a group adds to the digest.
pub(super) fn group_worth(group: Option<&Group>) -> Result<u128, CodecError> {
    group.map_or(Ok(0), codec::group_hash)
}

/// What a rotation adds to the digest.
pub(super) fn rotation_worth(rotation: Option<&Rotation>) -> Result<u128, CodecError> {
    rotation.map_or(Ok(0), codec::rotation_hash)
}

/// What a note adds to the digest.
pub(super) fn note_worth(note: Option<&Note>) -> Result<u128, CodecError> {
    note.map_or(Ok(0), codec::note_hash)
}

fn damaged(_: CodecError) -> Misfit {
    "a record cannot be written down"
}

impl Ledger {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self { next_number: 1, ..Self::default() }
    }

    /// Makes room for the keys of so many numbers.
    pub(super) fn make_room(&mut self, numbers: usize) {
        self.by_number.reserve(numbers);
    }

    /// From here on [`Self::rollback`] leads back to this state.
    pub(super) fn begin(&mut self) {
        let totals = (self.keys, self.groups, self.digest, self.next_number);
        let (numbers, codes, rotations, notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        self.undo = Some(Box::new(Undo { totals, numbers, codes, rotations, notes }));
    }

    /// What happened since [`Self::begin`] stays.
    pub(super) fn commit(&mut self) {
        self.undo = None;
    }

    /// Back to [`Self::begin`].
    pub(super) fn rollback(&mut self) {
        let Some(undo) = self.undo.take() else { return };
        for (number, old) in undo.numbers.into_iter().rev() {
            self.by_number.replace(number, old);
        }
        for (code, old) in undo.codes.into_iter().rev() {
            match old {
                Some(hash) => self.by_code.insert(code, hash),
                None => self.by_code.remove(&code),
            };
        }
        for (number, old) in undo.rotations.into_iter().rev() {
            match old {
                Some(hash) => self.by_rotation.insert(number, hash),
                None => self.by_rotation.remove(&number),
            };
        }
        for (name, old) in undo.notes.into_iter().rev() {
            match old {
                Some(hash) => self.by_note.insert(name, hash),
                None => self.by_note.remove(&name),
            };
        }
        (self.keys, self.groups, self.digest, self.next_number) = undo.totals;
    }

    /// Sets what is known of a key, which is worth so much more than it was.
    fn set(&mut self, number: u64, sums: Sums, more: u128) -> Result<(), Misfit> {
        let old = self.by_number.replace(number, sums).ok_or("its number is not one the store gave")?;
        self.digest = self.digest.wrapping_add(more);
        if let Some(undo) = &mut self.undo {
            undo.numbers.push((number, old));
        }
        Ok(())
    }

    /// A key comes to be.
    pub(super) fn create_key(&mut self, key: &ApiKey, seal: Seal<'_>) -> Result<(), Misfit> {
        let fields = codec::fields_hash(key, &mut self.scratch).map_err(damaged)?;
        if key.number.saturating_sub(self.next_number) > LARGEST_GAP {
            return Err("its creation number is far beyond the next one");
        }
        self.load_key(key.number, fields, seal)
    }

    /// As [`Self::create_key`], the hash of the fields being known.
    pub(super) fn load_key(&mut self, number: u64, fields: u128, seal: Seal<'_>) -> Result<(), Misfit> {
        if number < self.next_number {
            return Err("its creation number was given before");
        }
        let seal = codec::seal_hash(number, seal, &mut self.scratch);
        let length = usize::try_from(number).map_err(|_| "its creation number is too large")?;
        self.by_number.resize(length);
        self.set(number, Sums { fields: half(fields), seal }, fields.wrapping_add(seal))?;
        self.next_number = number + 1;
        self.keys += 1;
        Ok(())
    }

    /// The hash of the fields of a record that is the one in the store, and of its seal.
    fn held(&mut self, before: &ApiKey) -> Result<(u128, u128), Misfit> {
        let fields = codec::fields_hash(before, &mut self.scratch).map_err(damaged)?;
        let sums = self.by_number.get(before.number).unwrap_or_default();
        if sums == Sums::default() {
            return Err("there is no such key");
        }
        if sums.fields != half(fields) {
            return Err("the record before it is not the one in the store");
        }
        Ok((fields, sums.seal))
    }

    /// A key changes.
    pub(super) fn edit_key(&mut self, before: &ApiKey, after: &ApiKey) -> Result<(), Misfit> {
        if before.number != after.number || before.key != after.key {
            return Err("it would turn one key into another");
        }
        let (old, seal) = self.held(before)?;
        let fields = codec::fields_hash(after, &mut self.scratch).map_err(damaged)?;
        self.set(after.number, Sums { fields: half(fields), seal }, fields.wrapping_sub(old))
    }

    /// A key goes.
    pub(super) fn drop_key(&mut self, before: &ApiKey) -> Result<(), Misfit> {
        let (fields, seal) = self.held(before)?;
        self.set(before.number, Sums::default(), fields.wrapping_add(seal).wrapping_neg())?;
        self.keys = self.keys.saturating_sub(1);
        Ok(())
    }

    /// A group comes, changes or goes.
    pub(super) fn put_group(&mut self, before: Option<&Group>, after: Option<&Group>) -> Result<(), Misfit> {
        let Some(code) = after.or(before).map(|g| &g.code) else { return Ok(()) };
        if before.is_some_and(|b| &b.code != code) {
            return Err("it would turn one group into another");
        }
        let hash = |group: Option<&Group>| group.map(codec::group_hash).transpose().map_err(damaged);
        let (old, new) = (hash(before)?, hash(after)?);
        if self.by_code.get(code).copied() != old {
            return Err("the group before it is not the one in the store");
        }
        if let Some(undo) = &mut self.undo {
            undo.codes.push((code.clone(), old));
        }
        self.digest = self.digest.wrapping_sub(old.unwrap_or(0)).wrapping_add(new.unwrap_or(0));
        match new {
            Some(hash) => self.by_code.insert(code.clone(), hash),
            None => self.by_code.remove(code),
        };
        self.groups = self.by_code.len() as u64;
        Ok(())
    }

    /// A rotation is started, goes on or ends.
    pub(super) fn put_rotation(
        &mut self,
        before: Option<&Rotation>,
        after: Option<&Rotation>,
    ) -> Result<(), Misfit> {
        let Some(number) = after.or(before).map(|r| r.number) else { return Ok(()) };
        if before.is_some_and(|b| b.number != number) {
            return Err("it would turn one rotation into another");
        }
        let hash =
            |rotation: Option<&Rotation>| rotation.map(codec::rotation_hash).transpose().map_err(damaged);
        let (old, new) = (hash(before)?, hash(after)?);
        if self.by_rotation.get(&number).copied() != old {
            return Err("the rotation before it is not the one in the store");
        }
        if let Some(undo) = &mut self.undo {
            undo.rotations.push((number, old));
        }
        self.digest = self.digest.wrapping_sub(old.unwrap_or(0)).wrapping_add(new.unwrap_or(0));
        match new {
            Some(hash) => self.by_rotation.insert(number, hash),
            None => self.by_rotation.remove(&number),
        };
        Ok(())
    }

    /// A note is written down, anew or taken away.
    pub(super) fn put_note(&mut self, before: Option<&Note>, after: Option<&Note>) -> Result<(), Misfit> {
        let Some(name) = after.or(before).map(Note::name) else { return Ok(()) };
        if before.is_some_and(|b| b.name() != name) {
            return Err("it would turn one note into another");
        }
        let hash = |note: Option<&Note>| note.map(codec::note_hash).transpose().map_err(damaged);
        let (old, new) = (hash(before)?, hash(after)?);
        if self.by_note.get(&name).copied() != old {
            return Err("the note before it is not the one in the store");
        }
        if let Some(undo) = &mut self.undo {
            undo.notes.push((name.clone(), old));
        }
        self.digest = self.digest.wrapping_sub(old.unwrap_or(0)).wrapping_add(new.unwrap_or(0));
        match new {
            Some(hash) => self.by_note.insert(name, hash),
            None => self.by_note.remove(&name),
        };
        Ok(())
    }

    /// The head of these records at a place of the journal.
    pub(super) fn head_at(&self, at: &Position, time: i64) -> Head {
        let Self { keys, groups, digest, next_number, .. } = *self;
        Head {
            revision: at.revision,
            chain: at.chain,
            length: at.length,
            time,
            keys,
            groups,
            digest,
            next_number,
        }
    }

    /// After loading: numbers given to keys that are gone since are not given again.
    pub(super) fn skip_to(&mut self, next_number: u64) {
        self.next_number = self.next_number.max(next_number);
        let length = usize::try_from(self.next_number - 1).unwrap_or(0);
        if length > self.by_number.len() {
            self.by_number.resize(length);
        }
    }
}
