//! The roll: all keys in columns, in the order of their creation, so that a million of them are small and quickly read.
//!
//! A key has a slot, its place in the order as long as the program runs; a key that goes leaves its slot empty. Pure
//! data: finding a slot by Key, refusing, and what a filter means are the registry's matter.

use std::ops::Range;

use super::field::Days;
use super::key::{KeyId, Status, Time};
use super::key_ref::KeyRef;

mod names;
mod numbers;
mod texts;

use names::Names;
use numbers::Numbers;
use texts::Texts;

const LIVE: u8 = 1;
const DISABLED: u8 = 2;
const COPIED: u8 = 4;
const USED: u8 = 8;
const EXPIRES: u8 = 16;
const OWNED: u8 = 32;
const CHECKED: u8 = 64;

/// All keys.
#[derive(Debug, Default, Clone)]
pub struct Roll {
    numbers: Numbers,
    flags: Vec<u8>,
    keys: Vec<[u8; KeyId::LEN]>,
    prechecks: Vec<u64>,
    created: Vec<i64>,
    modified: Vec<i64>,
    used: Vec<i64>,
    expires: Vec<i64>,
    rotate: Vec<u16>,
    groups: Vec<u32>,
    accounts: Vec<u32>,
    texts: Texts,
    codes: Names,
    people: Names,
    live: usize,
}

impl Roll {
    /// Nothing yet, with room for so many.
    pub fn with_room(rows: usize) -> Self {
        let mut roll = Self::default();
        roll.flags.reserve_exact(rows);
        roll.keys.reserve_exact(rows);
        roll.prechecks.reserve_exact(rows);
        for column in [&mut roll.created, &mut roll.modified, &mut roll.used, &mut roll.expires] {
            column.reserve_exact(rows);
        }
        roll.rotate.reserve_exact(rows);
        roll.groups.reserve_exact(rows);
        roll.accounts.reserve_exact(rows);
        roll.texts.reserve(rows);
        roll
    }

    /// Lets go of room that is not used: once all rows are there.
    pub fn shrink(&mut self) {
        self.texts.shrink();
    }

    /// How many keys there are.
    pub const fn len(&self) -> usize {
        self.live
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// How many slots there are, empty ones too.
    pub const fn slots(&self) -> usize {
        self.numbers.len()
    }

    /// The slot of a creation number, though its key may be gone.
    pub fn slot_of(&self, number: u64) -> Option<u32> {
        u32::try_from(self.numbers.slot_of(number)?).ok()
    }

    /// Puts a key in its slot, new or changed, and returns the slot; none when its number is lower than the last one's
    /// and was never seen here.
    pub fn put(&mut self, key: KeyRef<'_>, precheck: Option<u64>) -> Option<u32> {
        let owner = key.owner.unwrap_or_default();
        // Where many come one after another, none is looked for.
        let is_next = self.numbers.last().is_none_or(|last| last < key.number);
        let slot = match if is_next { None } else { self.slot_of(key.number) } {
            Some(slot) => {
                self.texts.set(slot as usize, key.description, owner);
                slot as usize
            }
            None if is_next => {
                self.numbers.push(key.number);
                self.flags.push(0);
                self.keys.push(key.key.bytes());
                self.prechecks.push(0);
                for column in [&mut self.created, &mut self.modified, &mut self.used, &mut self.expires] {
                    column.push(0);
                }
                self.rotate.push(0);
                self.groups.push(0);
                self.accounts.push(0);
                self.texts.push(key.description, owner);
                self.slots() - 1
            }
            None => return None,
        };
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        self.live += usize::from(self.flags[slot] & LIVE == 0);
        self.flags[slot] = LIVE
            | flag(key.status == Status::Disabled, DISABLED)
            | flag(key.secret_copied, COPIED)
            | flag(key.last_used.is_some(), USED)
            | flag(key.expires.is_some(), EXPIRES)
            | flag(key.owner.is_some(), OWNED)
            | flag(precheck.is_some(), CHECKED);
        self.keys[slot] = key.key.bytes();
        self.prechecks[slot] = precheck.unwrap_or_default();
        self.created[slot] = key.created.0;
        self.modified[slot] = key.modified.0;
        self.used[slot] = key.last_used.map_or(0, |t| t.0);
        self.expires[slot] = key.expires.map_or(0, |t| t.0);
        self.rotate[slot] = key.rotate_every.map_or(0, Days::get);
        self.groups[slot] = self.codes.place(key.group);
        self.accounts[slot] = self.people.place(key.modified_by);
        u32::try_from(slot).ok()
    }

    /// Takes a key out; its slot stays empty.
    pub fn take(&mut self, slot: u32) -> bool {
        let Some(flags) = self.flags.get_mut(slot as usize).filter(|flags| **flags & LIVE != 0) else {
            return false;
        };
        *flags = 0;
        self.live -= 1;
        true
    }

    fn flag(&self, slot: u32, flag: u8) -> bool {
        self.flags.get(slot as usize).is_some_and(|flags| flags & flag != 0)
    }

    /// Whether a key is in this slot.
    pub fn is_live(&self, slot: u32) -> bool {
        self.flag(slot, LIVE)
    }

    /// The slots that keys are in, the oldest first.
    pub fn live_slots(&self) -> impl DoubleEndedIterator<Item = u32> {
        (0..u32::try_from(self.slots()).unwrap_or(u32::MAX)).filter(|slot| self.is_live(*slot))
    }

    /// The key in a slot.
    pub fn get(&self, slot: u32) -> Option<KeyRef<'_>> {
        let place = slot as usize;
        let flags = *self.flags.get(place).filter(|flags| **flags & LIVE != 0)?;
        let optional = |flag: u8, time: i64| (flags & flag != 0).then_some(Time(time));
        Some(KeyRef {
            number: self.numbers.get(place)?,
            key: KeyId::known(self.keys[place]),
            description: self.texts.description(place),
            group: self.codes.name(self.groups[place]),
            status: if flags & DISABLED == 0 { Status::Active } else { Status::Disabled },
            created: Time(self.created[place]),
            modified: Time(self.modified[place]),
            modified_by: self.people.name(self.accounts[place]),
            last_used: optional(USED, self.used[place]),
            expires: optional(EXPIRES, self.expires[place]),
            rotate_every: Days::within_bounds(self.rotate[place]),
            owner: (flags & OWNED != 0).then(|| self.texts.owner(place)),
            secret_copied: flags & COPIED != 0,
        })
    }

    /// What a guess at this key's Secret must meet before it is hashed, where that is known.
    pub fn precheck(&self, slot: u32) -> Option<u64> {
        self.flag(slot, CHECKED).then(|| self.prechecks.get(slot as usize).copied())?
    }

    /// Sets or forgets it.
    pub fn set_precheck(&mut self, slot: u32, precheck: Option<u64>) {
        if let (Some(flags), Some(kept)) =
            (self.flags.get_mut(slot as usize), self.prechecks.get_mut(slot as usize))
        {
            *flags = if precheck.is_some() { *flags | CHECKED } else { *flags & !CHECKED };
            *kept = precheck.unwrap_or_default();
        }
    }

    /// Sets the status alone.
    pub fn set_status(&mut self, slot: u32, status: Status) {
        if let Some(flags) = self.flags.get_mut(slot as usize) {
            *flags = if status == Status::Disabled { *flags | DISABLED } else { *flags & !DISABLED };
        }
    }

    /// A key was accepted at this time.
    pub fn note_use(&mut self, slot: u32, time: Time) {
        let place = slot as usize;
        if let (Some(flags), Some(used)) = (self.flags.get_mut(place), self.used.get_mut(place))
            && (*flags & USED == 0 || *used < time.0)
        {
            *flags |= USED;
            *used = time.0;
        }
    }

    /// The keys with their slots and pre-checks, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, KeyRef<'_>, Option<u64>)> {
        self.live_slots().filter_map(|slot| Some((slot, self.get(slot)?, self.precheck(slot))))
    }

    /// The status alone.
    pub fn status(&self, slot: u32) -> Status {
        if self.flag(slot, DISABLED) { Status::Disabled } else { Status::Active }
    }

    /// When it was created, alone.
    pub fn created(&self, slot: u32) -> Time {
        Time(self.created.get(slot as usize).copied().unwrap_or_default())
    }

    /// When it was modified, alone.
    pub fn modified(&self, slot: u32) -> Time {
        Time(self.modified.get(slot as usize).copied().unwrap_or_default())
    }

    /// When it was used last, alone.
    pub fn last_used(&self, slot: u32) -> Option<Time> {
        self.flag(slot, USED).then(|| self.used.get(slot as usize).copied().map(Time))?
    }

    /// When it expires, alone.
    pub fn expires(&self, slot: u32) -> Option<Time> {
        self.flag(slot, EXPIRES).then(|| self.expires.get(slot as usize).copied().map(Time))?
    }

    /// The description alone.
    pub fn description(&self, slot: u32) -> &str {
        self.texts.description(slot as usize)
    }

    /// Description and owner of a key in lower case, a line each.
    pub fn lower(&self, slot: u32) -> &str {
        self.texts.lower(slot as usize)
    }

    /// Descriptions and owners of all slots in lower case, one after another, and where each slot's starts and the
    /// last one's ends. What it says of slots in [`Self::elsewhere`] is out of date.
    pub fn all_lower(&self) -> (&str, &[u32]) {
        self.texts.all_lower()
    }

    /// Which of these slots' texts were edited and stand elsewhere.
    pub fn elsewhere(&self, slots: Range<u32>) -> impl Iterator<Item = u32> {
        self.texts.elsewhere(slots)
    }

    /// The Key in a slot; the last one where it is empty.
    pub fn key(&self, slot: u32) -> Option<KeyId> {
        self.keys.get(slot as usize).copied().map(KeyId::known)
    }

    /// The Keys of all slots one after another, empty ones too, [`KeyId::LEN`] bytes each.
    pub fn all_keys(&self) -> &[u8] {
        self.keys.as_flattened()
    }

    /// The place of each slot's group among [`Self::codes`].
    pub fn groups(&self) -> &[u32] {
        &self.groups
    }

    /// The codes of all groups that keys ever had here.
    pub fn codes(&self) -> &[Box<str>] {
        self.codes.all()
    }
}

#[cfg(test)]
mod tests;
