//! The rows that still grow: equal events of the present minute, counted. This is all that a verification waits for.
//!
//! A repeat costs one hash and one look-up, and allocates nothing. Evidence is told apart by everything it says; what
//! nobody proved goes into one row for each source, and beyond [`SOURCES`] of them into one row for all the others.

mod identity;
mod tally;

pub(super) use identity::identity;
pub(super) use tally::Growing;

use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasherDefault;

use super::pulse::Pulse;
use crate::model::{KeyId, Logon, LogonResult, LogonRow, Time, kept};
use identity::Ready;
use tally::Texts;

/// Rows of evidence that may grow at once; beyond it all rows are closed before their minute is over.
const EVIDENCE: usize = 4_096;
/// Sources without proof that get a row of their own in one minute.
const SOURCES: usize = 1_000;
/// Closed rows that may wait for the disk. Beyond it the oldest without proof are given up, then the oldest at all.
const WAITING: usize = 262_144;
/// The source of the row for all the others.
const OTHERS: &str = "(other sources)";

/// The growing rows, and the closed ones that wait for the disk.
#[derive(Debug, Default)]
pub(super) struct Present {
    rows: HashMap<u64, Growing, BuildHasherDefault<Ready>>,
    minute: i64,
    evidence: usize,
    sources: usize,
    pub(super) next_id: u64,
    /// Each the rows of one closing, oldest first.
    pub(super) waiting: VecDeque<Vec<Growing>>,
    waiting_rows: usize,
    /// Rows that were given up because the disk did not take them.
    pub(super) lost: u64,
    /// Something is not on the disk yet.
    pub(super) dirty: bool,
    /// Refusals of the last hour.
    pub(super) pulse: Pulse,
    /// The store is being closed.
    pub(super) ended: bool,
}

impl Present {
    /// Counts one event. `describe` tells what a Key is for; it is asked once a row.
    pub(super) fn note(
        &mut self,
        mut hash: u64,
        now: Time,
        logon: &Logon<'_>,
        describe: impl FnOnce() -> Option<String>,
    ) {
        let minute = now.0.div_euclid(60);
        if minute != self.minute {
            self.close_all();
            self.minute = minute;
        }
        self.dirty = true;
        if logon.result != LogonResult::Accepted {
            self.pulse.count(now, 1);
        }
        let mut source = logon.source;
        if !logon.proved && self.sources >= SOURCES && !self.rows.contains_key(&hash) {
            source = OTHERS;
            hash = 0;
        }
        if let Some(row) = self.rows.get_mut(&hash) {
            if !row.proved && (row.texts.key != logon.key || row.texts.agent != logon.agent) {
                row.blur(logon);
            }
            return row.count(now, logon.reference);
        }
        if logon.proved && self.evidence >= EVIDENCE {
            self.close_all();
        }
        *(if logon.proved { &mut self.evidence } else { &mut self.sources }) += 1;
        let description = match logon.description {
            Some(description) => description.to_owned(),
            None => logon.key.and_then(|_| describe()).unwrap_or_default(),
        };
        let texts = Texts {
            key: logon.key,
            description,
            source: kept(source),
            agent: kept(logon.agent),
            table: logon.table.map(kept),
            menu: logon.menu.map(kept),
        };
        let id = self.next_id;
        self.next_id += 1;
        let row = Growing::begin(id, texts, now, logon);
        self.rows.insert(hash, row);
    }

    /// Rows that a killed process left: closed.
    pub(super) fn take_back(&mut self, rows: impl Iterator<Item = LogonRow>) {
        let rows: Vec<Growing> = rows.inspect(|row| self.pulse.absorb(row)).map(Growing::from_row).collect();
        if !rows.is_empty() {
            self.waiting_rows += rows.len();
            self.waiting.push_back(rows);
            self.dirty = true;
        }
    }

    /// No row grows any more.
    pub(super) fn close_all(&mut self) {
        (self.evidence, self.sources) = (0, 0);
        if self.rows.is_empty() {
            return;
        }
        let mut rows: Vec<Growing> = self.rows.drain().map(|(_, row)| row).collect();
        rows.sort_unstable_by_key(|row| (row.last, row.id));
        self.waiting_rows += rows.len();
        self.waiting.push_back(rows);
        while self.waiting_rows > WAITING {
            self.give_up();
        }
    }

    /// Gives up the oldest rows without proof, or where there are none the oldest of all.
    fn give_up(&mut self) {
        let unproved = self.waiting.iter_mut().find(|rows| rows.iter().any(|row| !row.proved));
        let before = self.waiting_rows;
        match unproved {
            Some(rows) => {
                let had = rows.len();
                rows.retain(|row| row.proved);
                self.waiting_rows -= had - rows.len();
            }
            None => self.waiting_rows -= self.waiting.pop_front().map_or(0, |rows| rows.len()),
        }
        self.lost += (before - self.waiting_rows) as u64;
    }

    /// The oldest closing is on the disk: its uses of keys that were not told yet.
    pub(super) fn written(&mut self) -> Vec<(KeyId, Time)> {
        let mut rows = self.waiting.pop_front().unwrap_or_default();
        self.waiting_rows = self.waiting_rows.saturating_sub(rows.len());
        rows.iter_mut().filter_map(Growing::use_of).collect()
    }

    /// Every row that is not on a shelf yet, oldest first.
    pub(super) fn all(&self) -> Vec<Growing> {
        let mut growing: Vec<Growing> = self.rows.values().cloned().collect();
        growing.sort_unstable_by_key(|row| (row.last, row.id));
        self.waiting.iter().flatten().cloned().chain(growing).collect()
    }

    /// Uses of keys that were not told yet.
    pub(super) fn uses(&mut self) -> Vec<(KeyId, Time)> {
        let rows = self.waiting.iter_mut().flatten().chain(self.rows.values_mut());
        rows.filter_map(Growing::use_of).collect()
    }
}
