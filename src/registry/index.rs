//! What is live, in memory: every key by number and by Key, every group with its count.
//!
//! Pure data under one lock of the registry's. The store is not known here: whoever changes the index has saved first
//! (or refuses first and marks the record as held).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use super::due::Calendar;
use super::notes::Notes;
use super::query::{Joined, KeyRow, Touch};
use crate::model::{ApiKey, Environment, Group, GroupCode, KeyId, Part, Rotation, Status, Time};

/// Why a record in memory is not what is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Refused already, being saved now.
    Saving,
    /// Refused, and saving failed.
    Unsaved,
}

/// One live key.
#[derive(Debug)]
pub(super) struct Live {
    /// As it counts from now on.
    pub(super) record: ApiKey,
    /// As it is saved, while that differs, and why.
    pub(super) held: Option<(Hold, Box<ApiKey>)>,
    /// What a guess must meet before Argon2 is asked; `None` when the store key was lost.
    pub(super) precheck: Option<u64>,
    /// Revision of the last change made while this process runs; 0 before the first.
    pub(super) revision: u64,
    /// Description, group, Key and owner in lower case, a line each: what the filter searches.
    pub(super) haystack: Box<str>,
}

impl Live {
    pub(super) fn new(record: ApiKey, precheck: Option<u64>, revision: u64) -> Self {
        let haystack = haystack(&record);
        Self { record, held: None, precheck, revision, haystack }
    }

    /// The record that the store has.
    pub(super) fn saved(&self) -> &ApiKey {
        self.held.as_ref().map_or(&self.record, |(_, saved)| saved)
    }

    /// The description in lower case.
    pub(super) fn folded(&self) -> &str {
        self.haystack.split_once('\n').map_or(&self.haystack, |(first, _)| first)
    }
}

fn haystack(record: &ApiKey) -> Box<str> {
    let owner = record.owner.as_ref().map_or("", |o| o.as_str());
    let mut text = String::with_capacity(64 + record.description.as_str().len() + owner.len());
    for part in [record.description.as_str(), record.group.as_str(), record.key.as_str(), owner] {
        if !text.is_empty() {
            text.push('\n');
        }
        if part.is_ascii() {
            text.extend(part.bytes().map(|b| char::from(b.to_ascii_lowercase())));
        } else {
            text.extend(part.chars().flat_map(char::to_lowercase));
        }
    }
    text.into_boxed_str()
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

/// Everything live.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By creation number less one; deleted ones leave a hole.
    slots: Vec<Option<Box<Live>>>,
    by_key: HashMap<KeyId, u32>,
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

/// A slot: creation number less one. Stores beyond four billion creations are refused at opening.
pub(super) fn slot_of(number: u64) -> u32 {
    u32::try_from(number.saturating_sub(1)).unwrap_or(u32::MAX)
}

impl Index {
    pub(super) fn len(&self) -> u64 {
        self.by_key.len() as u64
    }

    pub(super) fn active(&self) -> u64 {
        self.active
    }

    pub(super) fn live(&self, slot: u32) -> Option<&Live> {
        self.slots.get(slot as usize)?.as_deref()
    }

    pub(super) fn slot(&self, key: &KeyId) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    pub(super) fn by_key(&self, key: &KeyId) -> Option<&Live> {
        self.live(self.slot(key)?)
    }

    /// All live slots, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = (u32, &Live)> {
        self.slots
            .iter()
            .enumerate()
            .rev()
            .filter_map(|(i, live)| Some((u32::try_from(i).ok()?, live.as_deref()?)))
    }

    /// Puts a record in its slot, new or changed, saved as it is.
    pub(super) fn put(&mut self, record: ApiKey, precheck: Option<u64>, revision: u64) {
        let slot = slot_of(record.number);
        self.take(slot);
        self.count(&record, 1);
        self.dates().note(slot, &record, true);
        self.by_key.insert(record.key, slot);
        let place = slot as usize;
        if self.slots.len() <= place {
            self.slots.resize_with(place + 1, || None);
        }
        self.slots[place] = Some(Box::new(Live::new(record, precheck, revision)));
    }

    /// Takes a record out.
    pub(super) fn take(&mut self, slot: u32) -> Option<Box<Live>> {
        let live = self.slots.get_mut(slot as usize)?.take()?;
        self.count(&live.record, -1);
        self.dates().note(slot, &live.record, false);
        self.by_key.remove(&live.record.key);
        Some(live)
    }

    fn dates(&mut self) -> &mut Calendar {
        self.calendar.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// A key was accepted at this time. No filter sees that, and only one order: the index's epoch stays.
    pub(super) fn used(&mut self, key: &KeyId, time: Time) {
        let slot = self.slot(key).and_then(|slot| self.slots.get_mut(slot as usize));
        let Some(live) = slot.and_then(Option::as_deref_mut) else { return };
        live.record.last_used = live.record.last_used.max(Some(time));
        if let Some((_, saved)) = &mut live.held {
            saved.last_used = live.record.last_used;
        }
    }

    /// Makes a key refused in memory before the disk is touched; the saved record is kept beside it.
    pub(super) fn refuse(&mut self, slot: u32) {
        let Some(live) = self.slots.get_mut(slot as usize).and_then(Option::as_deref_mut) else { return };
        let saved = live.held.take().map_or_else(|| Box::new(live.record.clone()), |(_, saved)| saved);
        live.held = Some((Hold::Saving, saved));
        if live.record.status == Status::Active {
            let calendar = self.calendar.get_mut().unwrap_or_else(PoisonError::into_inner);
            calendar.note(slot, &live.record, false);
            live.record.status = Status::Disabled;
            self.active -= 1;
        }
    }

    /// Saving a refusal failed: it stays in memory, marked.
    pub(super) fn mark_unsaved(&mut self, slot: u32) {
        if let Some((hold, _)) = self
            .slots
            .get_mut(slot as usize)
            .and_then(Option::as_deref_mut)
            .and_then(|live| live.held.as_mut())
        {
            *hold = Hold::Unsaved;
        }
    }

    /// The pre-check of a record whose own was made with a store key that is lost.
    pub(super) fn learn_precheck(&mut self, number: u64, precheck: u64) {
        let live = self.slots.get_mut(slot_of(number) as usize).and_then(Option::as_deref_mut);
        if let Some(live) = live.filter(|live| live.record.number == number) {
            live.precheck.get_or_insert(precheck);
        }
    }

    pub(super) fn group(&self, code: &GroupCode) -> Option<&LiveGroup> {
        self.groups.get(code)
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
    pub(super) fn row(&self, live: &Live) -> KeyRow {
        let key = live.record.key;
        let joined = self.rotation_of(&key).map(|rotation| match rotation.part_of(key) {
            Some(Part::Old) => Joined { part: Part::Old, other: rotation.new },
            _ => Joined { part: Part::New, other: rotation.old },
        });
        let unsaved = matches!(live.held, Some((Hold::Unsaved, _)));
        KeyRow { record: live.record.clone(), unsaved, revision: live.revision, rotation: joined }
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

    fn count(&mut self, record: &ApiKey, by: i64) {
        if record.status == Status::Active {
            self.active = self.active.saturating_add_signed(by);
        }
        if let Some(group) = self.groups.get_mut(&record.group) {
            group.keys = group.keys.saturating_add_signed(by);
            let environment = record.key.environment();
            let place = Environment::ALL.into_iter().position(|e| e == environment);
            if let Some(count) = place.and_then(|place| group.in_environment.get_mut(place)) {
                *count = count.saturating_add_signed(by);
            }
        }
    }
}
