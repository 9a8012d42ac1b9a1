//! What is due: every Active key with a date, in the order of dates, counted as time goes by.
//!
//! The count follows changes and the clock in steps, so that asking for it costs nothing however many keys there are.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use super::Registry;
use super::index::Index;
use super::query::{DuePage, DueRow, Window};
use super::selection::bounds;
use crate::model::{DueKind, KeyRef, Time};

/// The keys by their first date.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    /// None until somebody asks: an opening need not wait for it.
    dates: Option<BTreeSet<(i64, u32)>>,
    /// How many dates are not later than `upto`.
    count: u64,
    upto: i64,
}

impl Calendar {
    /// A record came, or went.
    pub(super) fn note(&mut self, slot: u32, record: KeyRef<'_>, came: bool) {
        let (Some(dates), Some(at)) = (&mut self.dates, record.first_due()) else { return };
        let changed = if came { dates.insert((at.0, slot)) } else { dates.remove(&(at.0, slot)) };
        if changed && at.0 <= self.upto {
            self.count = self.count.saturating_add_signed(if came { 1 } else { -1 });
        }
    }

    /// Fills it, where nobody asked before.
    fn fill<'a>(&mut self, records: impl Iterator<Item = (u32, KeyRef<'a>)>) {
        if self.dates.is_none() {
            let dates = records.filter_map(|(slot, record)| Some((record.first_due()?.0, slot)));
            self.dates = Some(dates.collect());
            (self.count, self.upto) = (0, i64::MIN);
        }
    }

    /// How many keys have a date not later than this.
    fn count(&mut self, upto: i64) -> u64 {
        let Some(dates) = &self.dates else { return 0 };
        let between =
            |from: i64, to: i64| dates.range((from.saturating_add(1), 0)..=(to, u32::MAX)).count() as u64;
        if upto > self.upto {
            self.count += between(self.upto, upto);
        } else if upto < self.upto {
            self.count -= between(upto, self.upto);
        }
        self.upto = upto;
        self.count
    }
}

impl Index {
    /// How many keys are due up to this moment.
    pub(super) fn due(&self, upto: Time) -> u64 {
        let mut calendar = self.calendar.lock().unwrap_or_else(PoisonError::into_inner);
        calendar.fill(self.newest_first().map(|live| (live.slot, live.record)));
        calendar.count(upto.0)
    }

    /// The slots of the keys that are due up to this moment.
    fn due_slots(&self, upto: Time) -> Vec<u32> {
        let mut calendar = self.calendar.lock().unwrap_or_else(PoisonError::into_inner);
        calendar.fill(self.newest_first().map(|live| (live.slot, live.record)));
        let dates = calendar.dates.iter().flat_map(|dates| dates.range(..=(upto.0, u32::MAX)));
        dates.map(|(_, slot)| *slot).collect()
    }
}

impl Registry {
    pub(super) fn due_page(&self, until: Time, window: Window) -> DuePage {
        let index = self.read();
        let mut dates: Vec<(Time, DueKind, u32)> = Vec::new();
        for slot in index.due_slots(until) {
            let Some(live) = index.live(slot) else { continue };
            let of_kind =
                |what: DueKind| Some((live.record.due(what).filter(|at| *at <= until)?, what, slot));
            dates.extend(DueKind::ALL.into_iter().filter_map(of_kind));
        }
        dates.sort_unstable();
        let (from, to) = bounds(window, dates.len());
        let row = |&(due, what, slot): &(Time, DueKind, u32)| {
            let record = index.live(slot)?.record;
            Some(DueRow { key: record.key, description: record.description.to_owned(), what, due })
        };
        DuePage {
            revision: index.revision,
            total: dates.len() as u64,
            offset: from as u64,
            rows: dates[from..to].iter().filter_map(row).collect(),
        }
    }
}
