//! The logon history: bounded, written behind by a thread of its own, so that no verification ever waits for the disk.
//!
//! Events of a minute are counted in memory (`present`), closed rows go to checksummed segments on two shelves, one for
//! evidence and one for what nobody proved. Rows that still grow are written to a file of their own every second, so
//! that a killed process loses no more than that. Damage costs rows, never the store: it is told in the notes.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use crate::credential::random_bytes;
use crate::model::{KeyId, LastUse, Logon, LogonResult, LogonRow, Time};

mod behind;
mod budget;
mod callers;
mod catalogue;
mod growing;
mod keeper;
mod known;
mod present;
mod pulse;
mod row;
mod segment;
mod shelf;
mod snapshot;
#[cfg(test)]
mod tests;
mod uses;

pub use budget::Budget;
pub use catalogue::{Closing, View};
use known::Known;

use callers::Directory;
use catalogue::Catalogue;
use keeper::{Covered, Keeper, PAUSE};
use present::Present;
use shelf::{Kind, Shelf};
use snapshot::Snapshot;
use uses::{DAYS, Uses};

/// Rows that are taken in as one closing.
const TAKEN: usize = 4_096;
/// The directory in the store.
pub(super) const NAME: &str = "history";

/// What notes and reads share with the thread.
#[derive(Debug)]
struct Shared {
    dir: PathBuf,
    seed: u64,
    present: Mutex<Present>,
    /// Rows came, or the end.
    wake: Condvar,
    catalogue: RwLock<Catalogue>,
    /// Held before the catalogue, and that before `present`.
    keeper: Mutex<Keeper>,
    counts: [AtomicU64; 3],
    /// The segment that was read last: windows and searches stay in one for long.
    reading: Mutex<Option<(Kind, u32, File)>>,
}

/// The logon history of a store.
#[derive(Debug)]
pub struct History {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl History {
    /// Opens the history of the store in this directory. What is wrong with it is told in `notes`, never refused.
    pub(super) fn open(store: &Path, budget: Budget, notes: &mut Vec<String>) -> Self {
        let dir = store.join(NAME);
        let mut holes = Vec::new();
        let opened = Kind::ALL.map(|kind| Shelf::open(&dir, kind, budget.room(kind), &mut holes));
        let [(evidence, its), (unproved, others)] = opened;
        let (uses, uses_known) = Uses::load(&dir, notes);
        let (callers, callers_known) = Directory::load(&dir, notes);
        let covered = Covered { uses: uses_known, callers: callers_known };
        let floor = uses_known.max(callers_known);
        let mut catalogue = Catalogue::new([its, others], uses, callers, floor);
        notes.extend(holes.iter().map(|hole| format!("History: {hole}")));
        catalogue.hole = holes.into_iter().next();
        let mut shared = Shared {
            seed: random_bytes::<8>().map_or(0x5bd1_e995, u64::from_ne_bytes),
            present: Mutex::default(),
            wake: Condvar::new(),
            catalogue: RwLock::new(catalogue),
            keeper: Mutex::new(Keeper::new([evidence, unproved], uses_known.min(callers_known))),
            counts: [const { AtomicU64::new(0) }; 3],
            reading: Mutex::new(None),
            dir,
        };
        keeper::recover(&mut shared, covered, notes);
        let shared = Arc::new(shared);
        let keeping = Arc::clone(&shared);
        let thread = thread::Builder::new().name("history".into()).spawn(move || keep(&keeping));
        let thread =
            thread.map_err(|e| notes.push(format!("History: nothing is written, no thread for it: {e}")));
        Self { shared, thread: Mutex::new(thread.ok()) }
    }

    /// Takes in rows that were finished elsewhere, the oldest first; the rows get numbers of their own. On the disk when
    /// it returns, or told as trouble.
    pub fn take_in(&self, rows: &[LogonRow]) {
        for rows in rows.chunks(TAKEN) {
            {
                let mut present = lock(&self.shared.present);
                let numbered = (present.next_id..).zip(rows).map(|(id, row)| LogonRow { id, ..row.clone() });
                let numbered: Vec<_> = numbered.collect();
                present.next_id += numbered.len() as u64;
                present.take_back(numbered.into_iter());
            }
            keeper::flush(&self.shared);
        }
    }

    /// Counts one event; a repeat allocates nothing. `describe` tells what a Key is for, where the event does not.
    pub fn note(&self, now: Time, logon: &Logon<'_>, describe: impl FnOnce() -> Option<String>) {
        let identity = present::identity(self.shared.seed, logon);
        let mut present = lock(&self.shared.present);
        let idle = !present.dirty;
        present.note(identity, now, logon, describe);
        if idle {
            self.shared.wake.notify_one();
        }
        // Counted once it can be read: whoever sees the count sees the event.
        self.shared.counts[logon.result as usize].fetch_add(1, Ordering::Release);
    }

    /// How many events of each result were counted since the store was opened.
    pub fn counts(&self) -> [(LogonResult, u64); 3] {
        LogonResult::ALL.map(|result| (result, self.shared.counts[result as usize].load(Ordering::Acquire)))
    }

    /// The history as it is now.
    pub fn view(&self) -> View {
        let catalogue = self.shared.catalogue();
        let present = lock(&self.shared.present);
        let (growing, lost) = (present.all(), present.lost);
        drop(present);
        catalogue.view(growing.iter().map(present::Growing::row).collect(), lost)
    }

    /// The rows of a closing, oldest first; none when it is gone since, or turns out to be damaged: view again then.
    pub fn read(&self, closing: &Closing) -> Option<Vec<LogonRow>> {
        self.shared.read(closing)
    }

    /// When each key was accepted last, as far as it was used at all.
    pub fn uses(&self) -> Vec<(KeyId, Time)> {
        let catalogue = self.shared.catalogue();
        let mut times: HashMap<KeyId, Time> = catalogue.uses.times().into_iter().collect();
        for row in self.accepted() {
            if let Some(key) = row.key {
                times.entry(key).and_modify(|time| *time = row.time.max(*time)).or_insert(row.time);
            }
        }
        times.into_iter().collect()
    }

    /// Uses of keys since this was asked last.
    pub fn fresh_uses(&self) -> Vec<(KeyId, Time)> {
        let mut catalogue = self.shared.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        let mut uses = std::mem::take(&mut catalogue.told);
        uses.extend(lock(&self.shared.present).uses());
        uses.into_iter().collect()
    }

    /// When and by whom a key was used last, and its accepted calls on each of the last 30 days, today last.
    pub fn rhythm(&self, key: &KeyId, now: Time) -> (Option<LastUse>, Vec<u64>) {
        let catalogue = self.shared.catalogue();
        let mut uses = catalogue.uses.of(key);
        self.accepted().iter().filter(|row| row.key == Some(*key)).for_each(|row| uses.absorb(row));
        let mut calls = vec![0; DAYS as usize];
        uses.add_days(key, uses::day(now), &mut calls);
        (uses.last(key), calls)
    }

    /// When and by whom any of these keys was used last.
    pub fn last_use_of(&self, keys: &[KeyId]) -> Option<LastUse> {
        let catalogue = self.shared.catalogue();
        let written = keys.iter().filter_map(|key| Some((catalogue.uses.time(key)?, key)));
        let written = written.max_by_key(|(time, _)| *time).and_then(|(_, key)| catalogue.uses.last(key));
        let mut fresh = self.accepted();
        if !fresh.is_empty() {
            let meant: HashSet<&KeyId> = keys.iter().collect();
            fresh.retain(|row| row.key.as_ref().is_some_and(|key| meant.contains(key)));
        }
        let fresh = fresh.into_iter().max_by_key(|row| row.time);
        let fresh = fresh.map(|row| LastUse { time: row.time, source: row.source, agent: row.agent });
        [written, fresh].into_iter().flatten().max_by_key(|last| last.time)
    }

    /// How often somebody was refused in the last hour: twelve times five minutes, the present ones last.
    pub fn refused(&self, now: Time) -> Vec<u64> {
        lock(&self.shared.present).pulse.hour(now)
    }

    /// Who calls with which key. Holds back what is to be written: look, and let go.
    pub fn known(&self) -> Known<'_> {
        Known::new(self.shared.catalogue(), self.accepted())
    }

    /// Rows of accepted calls that are on no shelf yet.
    fn accepted(&self) -> Vec<LogonRow> {
        let rows = lock(&self.shared.present).all();
        rows.iter().map(present::Growing::row).filter(|row| row.result == LogonResult::Accepted).collect()
    }

    /// Why rows cannot be written at present, or which of them are gone.
    pub fn trouble(&self) -> Option<String> {
        let lost = lock(&self.shared.present).lost;
        self.shared.catalogue().trouble(lost)
    }

    /// Writes everything and ends the thread. What comes later is counted, and lost.
    pub(super) fn finish(&self) {
        let Some(thread) = lock(&self.thread).take() else { return };
        lock(&self.shared.present).ended = true;
        self.shared.wake.notify_one();
        // A thread that gave up has lost what it had; there is nobody left to tell.
        let _ = thread.join();
    }
}

impl Drop for History {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Waits until there is something to write, gathers for a second, writes, again and again.
fn keep(shared: &Shared) {
    behind::stand_back();
    loop {
        let mut present = lock(&shared.present);
        while !present.dirty && !present.ended {
            present = shared.wake.wait(present).unwrap_or_else(PoisonError::into_inner);
        }
        if !present.ended {
            let waited = shared
                .wake
                .wait_timeout_while(present, PAUSE, |p| !p.ended)
                .unwrap_or_else(PoisonError::into_inner);
            present = waited.0;
        }
        let ended = present.ended;
        drop(present);
        if ended {
            return keeper::finish(shared);
        }
        keeper::flush(shared);
    }
}
