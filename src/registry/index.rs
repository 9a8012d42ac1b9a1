//! What is live, in memory: every key by number and by Key, every group with its count.
//!
//! Pure data under one lock of the registry's. The store is not known here: whoever changes the index has saved first
//! (or refuses first and marks the record as held).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use hashbrown::HashTable;

use super::due::Calendar;
use super::notes::Notes;
use super::query::{Joined, KeyRow, Touch};
use crate::model::{
    ApiKey, Environment, Group, GroupCode, KeyId, KeyRef, Part, Roll, Rotation, Status, Time,
};

mod live;
mod seed;

pub(super) use live::Live;
use seed::Seed;

/// Why a record in memory is not what is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Refused already, being saved now.
    Saving,
    /// Refused, and saving failed.
    Unsaved,
}

/// A refusal that is not what the store has.
#[derive(Debug)]
struct Held {
    hold: Hold,
    saved: Status,
}

/// One group and how many keys use it.
#[derive(Debug)]
pub(super) struct LiveGroup {
    pub(super) group: Group,
    pub(super) keys: u64,
    /// How many of them in each environment, in the order of [`Environment::ALL`].
    pub(super) in_environment: [u64; 3],
    /// Its last change since the store was opened.
    pub(super) touched: Option<Touch>,
}

impl LiveGroup {
    fn add(&mut self, environment: Environment, by: i64) {
        self.keys = self.keys.saturating_add_signed(by);
        let place = Environment::ALL.into_iter().position(|e| e == environment);
        if let Some(count) = place.and_then(|place| self.in_environment.get_mut(place)) {
            *count = count.saturating_add_signed(by);
        }
    }
}

/// Everything live.
#[derive(Debug, Default)]
pub(super) struct Index {
    roll: Roll,
    /// Slots by Key.
    by_key: HashTable<u32>,
    seed: Seed,
    held: HashMap<u32, Held>,
    revisions: HashMap<u32, u64>,
    groups: BTreeMap<GroupCode, LiveGroup>,
    rotations: BTreeMap<u64, Rotation>,
    /// The number of the rotation that a key is half of.
    turning: HashMap<KeyId, u64>,
    /// What people wrote down about keys and groups.
    pub(super) notes: Notes,
    active: u64,
    /// Keys with a date.
    pub(super) calendar: Mutex<Calendar>,
    /// Revision of the last saved change.
    pub(super) revision: u64,
    /// When it was made.
    pub(super) written: Option<Time>,
    /// Counts every visible change, saved or not: what cached orders are valid for.
    pub(super) epoch: u64,
}

impl Index {
    /// All keys of a store that was opened, its groups being here already.
    pub(super) fn enrol(&mut self, roll: Roll) {
        self.by_key = HashTable::with_capacity(roll.len());
        self.roll = roll;
        let Self { roll, by_key, seed, .. } = self;
        let mut counts = vec![[0_u64; Environment::ALL.len()]; roll.codes().len()];
        for slot in roll.live_slots() {
            let Some(key) = roll.key(slot) else { continue };
            by_key.insert_unique(seed.hash(key), slot, |slot| seed.hash_of(roll, *slot));
            self.active += u64::from(roll.status(slot) == Status::Active);
            let group = roll.groups().get(slot as usize).and_then(|group| counts.get_mut(*group as usize));
            if let Some(count) = group {
                count[key.environment() as usize] += 1;
            }
        }
        for (code, counts) in roll.codes().iter().zip(counts) {
            let Some(group) = self.groups.get_mut(&**code) else { continue };
            for (environment, count) in Environment::ALL.into_iter().zip(counts) {
                group.add(environment, count.cast_signed());
            }
        }
    }

    /// The keys themselves.
    pub(super) fn roll(&self) -> &Roll {
        &self.roll
    }

    pub(super) fn len(&self) -> u64 {
        self.roll.len() as u64
    }

    pub(super) fn active(&self) -> u64 {
        self.active
    }

    pub(super) fn live(&self, slot: u32) -> Option<Live<'_>> {
        Some(Live { index: self, slot, record: self.roll.get(slot)? })
    }

    pub(super) fn slot(&self, key: &KeyId) -> Option<u32> {
        let same = |slot: &u32| self.roll.key(*slot) == Some(*key);
        self.by_key.find(self.seed.hash(*key), same).copied()
    }

    /// The slot of a creation number.
    pub(super) fn slot_of(&self, number: u64) -> Option<u32> {
        self.roll.slot_of(number)
    }

    pub(super) fn by_key(&self, key: &KeyId) -> Option<Live<'_>> {
        self.live(self.slot(key)?)
    }

    /// All live keys, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = Live<'_>> {
        self.roll.iter().rev().map(|(slot, record, _)| Live { index: self, slot, record })
    }

    /// Puts a record in its slot, new or changed, saved as it is; the slot.
    pub(super) fn put(&mut self, record: KeyRef<'_>, precheck: Option<u64>, revision: u64) -> Option<u32> {
        if let Some(slot) = self.roll.slot_of(record.number) {
            self.take(slot);
        }
        let slot = self.roll.put(record, precheck)?;
        self.count(record, 1);
        self.dates().note(slot, record, true);
        let Self { roll, by_key, seed, .. } = self;
        by_key.insert_unique(seed.hash(record.key), slot, |slot| seed.hash_of(roll, *slot));
        if revision > 0 {
            self.revisions.insert(slot, revision);
        }
        Some(slot)
    }

    /// Takes a record out.
    pub(super) fn take(&mut self, slot: u32) -> Option<ApiKey> {
        let record = self.roll.get(slot)?.to_key();
        if let Ok(entry) = self.by_key.find_entry(self.seed.hash(record.key), |other| *other == slot) {
            entry.remove();
        }
        self.roll.take(slot);
        self.held.remove(&slot);
        self.revisions.remove(&slot);
        self.count(record.borrowed(), -1);
        self.dates().note(slot, record.borrowed(), false);
        Some(record)
    }

    fn dates(&mut self) -> &mut Calendar {
        self.calendar.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// A key was accepted at this time. No filter sees that, and only one order: the index's epoch stays.
    pub(super) fn used(&mut self, key: &KeyId, time: Time) {
        if let Some(slot) = self.slot(key) {
            self.roll.note_use(slot, time);
        }
    }

    /// Makes a key refused in memory before the disk is touched; what is saved is remembered.
    pub(super) fn refuse(&mut self, slot: u32) {
        let Some(record) = self.roll.get(slot) else { return };
        let held = self.held.entry(slot).or_insert(Held { hold: Hold::Saving, saved: record.status });
        held.hold = Hold::Saving;
        if record.status == Status::Active {
            let calendar = self.calendar.get_mut().unwrap_or_else(PoisonError::into_inner);
            calendar.note(slot, record, false);
            self.roll.set_status(slot, Status::Disabled);
            self.active -= 1;
        }
    }

    /// Saving a refusal failed: it stays in memory, marked.
    pub(super) fn mark_unsaved(&mut self, slot: u32) {
        if let Some(held) = self.held.get_mut(&slot) {
            held.hold = Hold::Unsaved;
        }
    }

    /// The pre-check of a record whose own was made with a store key that is lost.
    pub(super) fn learn_precheck(&mut self, number: u64, precheck: u64) {
        let slot = self.roll.slot_of(number).filter(|slot| self.roll.is_live(*slot));
        if let Some(slot) = slot.filter(|slot| self.roll.precheck(*slot).is_none()) {
            self.roll.set_precheck(slot, Some(precheck));
        }
    }

    pub(super) fn group<C: AsRef<str> + ?Sized>(&self, code: &C) -> Option<&LiveGroup> {
        self.groups.get(code.as_ref())
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &LiveGroup> {
        self.groups.values()
    }

    pub(super) fn group_count(&self) -> u64 {
        self.groups.len() as u64
    }

    pub(super) fn put_group(&mut self, group: Group) {
        let (keys, in_environment) =
            self.groups.get(&group.code).map_or((0, [0; 3]), |g| (g.keys, g.in_environment));
        let touched = None;
        self.groups.insert(group.code.clone(), LiveGroup { group, keys, in_environment, touched });
    }

    /// A group was changed just now.
    pub(super) fn touch_group(&mut self, code: &GroupCode, touch: Touch) {
        if let Some(live) = self.groups.get_mut(code) {
            live.touched = Some(touch);
        }
    }

    pub(super) fn drop_group(&mut self, code: &GroupCode) {
        self.groups.remove(code);
    }

    /// A key as a row of the table.
    pub(super) fn row(&self, live: Live<'_>) -> KeyRow {
        let key = live.record.key;
        let joined = self.rotation_of(&key).map(|rotation| match rotation.part_of(key) {
            Some(Part::Old) => Joined { part: Part::Old, other: rotation.new },
            _ => Joined { part: Part::New, other: rotation.old },
        });
        let unsaved = self.held.get(&live.slot).is_some_and(|held| held.hold == Hold::Unsaved);
        KeyRow { record: live.record.to_key(), unsaved, revision: live.revision(), rotation: joined }
    }

    /// The rotations under way, the oldest first.
    pub(super) fn rotations(&self) -> impl Iterator<Item = &Rotation> {
        self.rotations.values()
    }

    /// The rotation that a key is half of.
    pub(super) fn rotation_of(&self, key: &KeyId) -> Option<&Rotation> {
        self.rotations.get(self.turning.get(key)?)
    }

    pub(super) fn put_rotation(&mut self, rotation: Rotation) {
        self.turning.extend([rotation.old, rotation.new].map(|key| (key, rotation.number)));
        self.rotations.insert(rotation.number, rotation);
    }

    pub(super) fn drop_rotation(&mut self, rotation: &Rotation) {
        self.rotations.remove(&rotation.number);
        self.turning.retain(|_, number| *number != rotation.number);
    }

    fn count(&mut self, record: KeyRef<'_>, by: i64) {
        if record.status == Status::Active {
            self.active = self.active.saturating_add_signed(by);
        }
        if let Some(group) = self.groups.get_mut(record.group) {
            group.add(record.key.environment(), by);
        }
    }
}
