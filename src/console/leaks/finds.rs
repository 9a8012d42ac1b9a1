//! What was found at the leak desk: Keys, whose they are, and what was looked through.

use std::collections::BTreeSet;

use crate::console::action::Action;
use crate::model::{KeyId, Status};
use crate::registry::KeyRow;

/// More finds are counted, not listed.
const LISTED: usize = 1_000;

/// One key that was found.
#[derive(Debug)]
pub(super) struct Find {
    pub(super) key: KeyId,
    /// Its Secret was there, not the Key alone.
    pub(super) secret: bool,
    /// Its record, once known.
    pub(super) row: Option<KeyRow>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unknown,
    /// As of now.
    Known,
    /// No key of this store, or none any more.
    Stranger,
}

impl Find {
    /// Whether this store knows nothing of it.
    pub(super) fn is_stranger(&self) -> bool {
        self.state == State::Stranger
    }

    /// Whether it opens something.
    pub(super) fn is_live(&self) -> bool {
        !self.is_stranger() && self.row.as_ref().is_some_and(|row| row.record.status == Status::Active)
    }

    /// The worst first: live with its Secret, live, the rest.
    fn rank(&self) -> u8 {
        match (self.is_live(), self.secret, self.is_stranger()) {
            (true, true, _) => 0,
            (true, false, _) => 1,
            (false, true, false) => 2,
            (false, false, false) => 3,
            _ => 4,
        }
    }
}

/// All of them, and what was read.
#[derive(Debug, Default)]
pub(super) struct Finds {
    list: Vec<Find>,
    marks: BTreeSet<KeyId>,
    cursor: usize,
    /// The person chose a row: the cursor stays with its key from here on, and else with the worst.
    chosen: bool,
    /// Secrets that open no key of this store.
    pub(super) strangers: u64,
    /// Finds that are not listed.
    pub(super) beyond: u64,
    /// Keys that no Secret can be traced to.
    pub(super) blind: u64,
    /// Bytes that were given, and of them looked through; lines.
    pub(super) given: usize,
    pub(super) seen: usize,
    pub(super) lines: usize,
}

impl Finds {
    /// Something was looked through.
    pub(super) fn read(&mut self, given: usize, seen: usize, lines: usize) {
        self.given = self.given.saturating_add(given);
        self.seen = self.seen.saturating_add(seen);
        self.lines = self.lines.saturating_add(lines);
    }

    /// Whether anything was found at all.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty() && self.strangers == 0
    }

    pub(super) fn list(&self) -> &[Find] {
        &self.list
    }

    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    pub(super) fn is_marked(&self, key: &KeyId) -> bool {
        self.marks.contains(key)
    }

    pub(super) fn current(&self) -> Option<&Find> {
        self.list.get(self.cursor)
    }

    /// A Key was found, or a Secret that opens it.
    pub(super) fn add(&mut self, key: KeyId, secret: bool) {
        if let Some(find) = self.list.iter_mut().find(|find| find.key == key) {
            find.secret |= secret;
        } else if self.list.len() < LISTED {
            self.list.push(Find { key, secret, row: None, state: State::Unknown });
        } else {
            self.beyond += 1;
        }
        self.sort();
    }

    /// The worst first; the cursor stays with its key.
    fn sort(&mut self) {
        let key = self.current().map(|find| find.key).filter(|_| self.chosen);
        self.list.sort_by_key(Find::rank);
        self.cursor = self.list.iter().position(|find| Some(find.key) == key).unwrap_or(0);
    }

    pub(super) fn next_unknown(&self) -> Option<KeyId> {
        self.list.iter().find(|find| find.state == State::Unknown).map(|find| find.key)
    }

    fn now(&mut self, key: KeyId, state: State, row: Option<&KeyRow>) {
        if let Some(find) = self.list.iter_mut().find(|find| find.key == key) {
            find.state = state;
            if row.is_some() {
                find.row = row.cloned();
            }
        }
        // While the others are still to be asked for, the order stays; else rows would jump under a finger.
        if self.next_unknown().is_none() {
            self.sort();
        }
    }

    pub(super) fn learned(&mut self, row: &KeyRow) {
        self.now(row.record.key, State::Known, Some(row));
    }

    pub(super) fn strange(&mut self, key: KeyId) {
        self.now(key, State::Stranger, None);
    }

    /// The store changed: what is known is shown until it is known anew.
    pub(super) fn outdate(&mut self) {
        self.list.iter_mut().for_each(|find| find.state = State::Unknown);
    }

    /// What is done now is meant for the row under the cursor.
    pub(super) fn choose(&mut self) {
        self.chosen = true;
    }

    pub(super) fn travel(&mut self, action: Action) {
        self.choose();
        let last = self.list.len().saturating_sub(1);
        self.cursor = match action {
            Action::Up => self.cursor.saturating_sub(1),
            Action::Down => (self.cursor + 1).min(last),
            Action::PageUp => self.cursor.saturating_sub(10),
            Action::PageDown => (self.cursor + 10).min(last),
            Action::Top => 0,
            Action::Bottom => last,
            _ => self.cursor,
        };
    }

    pub(super) fn mark(&mut self) {
        if let Some(key) = self.current().map(|find| find.key) {
            if !self.marks.remove(&key) {
                self.marks.insert(key);
            }
            self.travel(Action::Down);
        }
    }

    pub(super) fn mark_all(&mut self) {
        self.marks = self.list.iter().map(|find| find.key).collect();
    }

    /// Takes all marks away; whether there were any.
    pub(super) fn unmark(&mut self) -> bool {
        !std::mem::take(&mut self.marks).is_empty()
    }

    pub(super) fn marked(&self) -> usize {
        self.marks.len()
    }

    /// The marked keys, or the one under the cursor.
    pub(super) fn meant(&self) -> Vec<KeyId> {
        if self.marks.is_empty() {
            return self.current().map(|find| find.key).into_iter().collect();
        }
        self.list.iter().map(|find| find.key).filter(|key| self.marks.contains(key)).collect()
    }

    /// Those of them that open something.
    pub(super) fn active(&self, keys: &[KeyId]) -> Vec<KeyId> {
        let live = self.list.iter().filter(|find| find.is_live());
        live.map(|find| find.key).filter(|key| keys.contains(key)).collect()
    }

    /// Those of them that are of this store, and whether their Secrets were there.
    pub(super) fn known<'a>(&'a self, keys: &'a [KeyId]) -> impl Iterator<Item = (KeyId, bool)> + 'a {
        let here = self.list.iter().filter(|find| find.row.is_some() && !find.is_stranger());
        here.map(|find| (find.key, find.secret)).filter(|(key, _)| keys.contains(key))
    }

    /// How many open something.
    pub(super) fn live(&self) -> usize {
        self.list.iter().filter(|find| find.is_live()).count()
    }
}
