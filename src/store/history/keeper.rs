//! The work of the history's thread: closed rows to the shelves, growing ones to their file, what is too old away.
//!
//! Whatever fails is repeated a second later; verification does not notice. Opening uses the same steps to bring back
//! what a killed process left.

use std::collections::HashSet;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::sync::PoisonError;
use std::time::Duration;

use super::callers::Directory;
use super::catalogue::Closing;
use super::growing::Left;
use super::present::Growing;
use super::shelf::{Kind, Shelf};
use super::snapshot::Snapshot;
use super::uses::Uses;
use super::{Shared, lock};
use crate::model::{LogonRow, Time, text};

/// How long rows are gathered before they are written.
pub(super) const PAUSE: Duration = Duration::from_secs(1);
/// Rows after which the snapshots of uses and callers are made anew, so that opening has little to read.
const SNAPSHOT: u64 = 65_536;
/// They are made at the end as well, unless they would be large for the few rows that it lacks.
const SMALL: usize = 10_000;

/// What only the thread needs.
#[derive(Debug)]
pub(super) struct Keeper {
    shelves: [Shelf; 2],
    /// The newest closing that both snapshots know.
    covered: u64,
    /// Rows of evidence since then.
    since: u64,
}

impl Keeper {
    pub(super) fn new(shelves: [Shelf; 2], covered: u64) -> Self {
        Self { shelves, covered, since: 0 }
    }
}

/// The newest closing that each snapshot knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Covered {
    pub(super) uses: u64,
    pub(super) callers: u64,
}

/// Brings uses and callers up to date with the closings after their snapshots, and takes in what a killed process left.
pub(super) fn recover(shared: &mut Shared, covered: Covered, notes: &mut Vec<String>) {
    let left = Left::load(&shared.dir, notes);
    let found = shared.catalogue().hole.is_some();
    let newest = shared.catalogue().after(covered.uses.min(covered.callers).min(left.closing));
    let (mut known, mut next_id) = (HashSet::new(), left.next_id);
    let mut since = 0;
    for closing in &newest {
        let Some(rows) = shared.read(closing) else { continue };
        let mut catalogue = shared.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        for row in &rows {
            if closing.number() > covered.uses {
                catalogue.uses.absorb(row);
            }
            if closing.number() > covered.callers {
                catalogue.callers.absorb(row);
            }
            since += u64::from(closing.number() > covered.uses.min(covered.callers));
            if closing.number() > left.closing {
                known.insert(row.id);
            }
            next_id = next_id.max(row.id + 1);
        }
    }
    if newest.is_empty() {
        let last = shared.catalogue().newest();
        let rows = last.and_then(|last| shared.read(&last)).unwrap_or_default();
        next_id = rows.iter().map(|row| row.id + 1).chain([next_id]).max().unwrap_or(0);
    }
    let hour = shared.catalogue().since_before_last(Time(3_600));
    for closing in hour {
        let rows = shared.read(&closing).unwrap_or_default();
        let present = shared.present.get_mut().unwrap_or_else(PoisonError::into_inner);
        for row in &rows {
            present.pulse.absorb(row);
        }
    }
    notes.extend(shared.catalogue().hole.iter().filter(|_| !found).map(|hole| format!("History: {hole}")));
    lock(&shared.keeper).since = since;
    let present = shared.present.get_mut().unwrap_or_else(PoisonError::into_inner);
    present.next_id = next_id;
    present.take_back(left.rows.into_iter().filter(|row| !known.contains(&row.id)));
}

/// Writes what there is to write.
pub(super) fn flush(shared: &Shared) {
    let mut keeper = lock(&shared.keeper);
    let result = write_closed(shared, &mut keeper).and_then(|()| write_growing(shared));
    let blocked = result
        .err()
        .map(|error| format!("The history cannot be written: {}", text::escape(&error.to_string())));
    if blocked.is_some() {
        lock(&shared.present).dirty = true;
    }
    shared.catalogue.write().unwrap_or_else(PoisonError::into_inner).blocked = blocked;
}

/// Writes everything for the last time.
pub(super) fn finish(shared: &Shared) {
    {
        let mut present = lock(&shared.present);
        present.close_all();
        if present.waiting.is_empty() && !present.dirty {
            return;
        }
    }
    let mut keeper = lock(&shared.keeper);
    if write_closed(shared, &mut keeper).is_err() || write_growing(shared).is_err() {
        return;
    }
    Left::remove(&shared.dir);
    let small = shared.catalogue().uses.len() < SMALL;
    if keeper.since > 0 && (small || keeper.since > SMALL as u64) {
        snapshot(shared, &mut keeper);
    }
}

/// Closed rows go to the shelves, closing by closing.
fn write_closed(shared: &Shared, keeper: &mut Keeper) -> io::Result<()> {
    let mut written = false;
    loop {
        let closed = lock(&shared.present).waiting.front().cloned();
        let Some(closed) = closed else { break };
        let rows: Vec<LogonRow> = closed.iter().map(Growing::row).collect();
        let number = shared.catalogue().next();
        let mut places = [None, None];
        for (place, kind) in places.iter_mut().zip(Kind::ALL) {
            let of_kind: Vec<LogonRow> =
                rows.iter().filter(|row| row.proved == (kind == Kind::Evidence)).cloned().collect();
            if of_kind.is_empty() {
                continue;
            }
            match keeper.shelves[kind as usize].append(number, &of_kind) {
                Ok(found) => *place = Some(found),
                // Evidence is tried again; what nobody proved is not worth writing the evidence twice.
                Err(error) if kind == Kind::Evidence => return Err(error),
                Err(_) => lock(&shared.present).lost += of_kind.len() as u64,
            }
        }
        keeper.since += rows.len() as u64;
        written = true;
        let mut catalogue = shared.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        for row in &rows {
            catalogue.uses.absorb(row);
            catalogue.callers.absorb(row);
        }
        if places.iter().any(Option::is_some) {
            catalogue.push(Closing::new(number, places));
        }
        let told = lock(&shared.present).written();
        catalogue.told.extend(told);
        drop(catalogue);
        make_room(shared, keeper, &rows);
    }
    if written {
        keeper.shelves.iter().try_for_each(Shelf::sync)?;
    }
    Ok(())
}

/// What is too much or too old goes; uses and callers outlive the rows.
fn make_room(shared: &Shared, keeper: &mut Keeper, rows: &[LogonRow]) {
    let now = rows.last().map_or(0, |row| row.time.0);
    if keeper.since >= SNAPSHOT || keeper.shelves[0].is_over(now) {
        snapshot(shared, keeper);
    }
    for kind in Kind::ALL {
        let gone = keeper.shelves[kind as usize].evict(now);
        if !gone.is_empty() {
            shared.catalogue.write().unwrap_or_else(PoisonError::into_inner).forget(kind, &gone);
        }
    }
}

fn snapshot(shared: &Shared, keeper: &mut Keeper) {
    let (closing, uses, callers) = {
        let catalogue = shared.catalogue();
        let closing = catalogue.next() - 1;
        if closing <= keeper.covered {
            return;
        }
        (closing, catalogue.uses.to_bytes(closing), catalogue.callers.to_bytes(closing))
    };
    // One that fails is made later; until then opening reads more rows.
    if Uses::save(&shared.dir, &uses).and_then(|()| Directory::save(&shared.dir, &callers)).is_ok() {
        keeper.covered = closing;
        keeper.since = 0;
    }
}

/// Growing rows go to their file.
fn write_growing(shared: &Shared) -> io::Result<()> {
    let closing = shared.catalogue().next() - 1;
    let (rows, next_id) = {
        let mut present = lock(&shared.present);
        present.dirty = false;
        (present.all(), present.next_id)
    };
    DirBuilder::new().recursive(true).mode(0o700).create(&shared.dir)?;
    Left { closing, next_id, rows: rows.iter().map(Growing::row).collect() }.save(&shared.dir)
}
