//! The logon history at the door: every outcome is noted, and read back in windows, newest first or by a column.
//!
//! Windows over all rows are counted out of the catalogue. A filter or an order is made once, kept, and extended by the
//! rows that came since; only what went away makes it be made anew.

use std::collections::VecDeque;

use super::door::Ticket;
use super::query::{HistoryPage, LogonFilter, LogonSort, Rhythm, Window};
use super::selection::bounds;
use super::{Refusal, Registry, lock};
use crate::model::{KeyId, Logon, LogonResult, LogonRow};
use crate::store::{Closing, View};

mod arrangement;

use arrangement::{Arrangement, Meaning};

/// How many arrangements are kept.
const KEPT: usize = 4;
/// How often a page is begun anew because rows went away while it was read.
const TRIES: usize = 8;

/// Arrangements made lately, the newest first.
#[derive(Debug, Default)]
pub(super) struct Arrangements {
    kept: VecDeque<Arrangement>,
}

impl Registry {
    /// Notes what came of a logon or verification. Never waits for the disk, nor for anyone who changes something.
    pub fn note(&self, logon: &Logon<'_>) {
        // Whoever notes may read the index already, and a second read would wait behind a writer: so it only tries.
        let describe = || {
            let index = self.index.try_read().ok()?;
            Some(index.by_key(&logon.key?)?.record.description.to_owned())
        };
        self.history.note(self.clock.now(), logon, describe);
    }

    /// How many logons and verifications had each result since the start.
    pub fn logon_counts(&self) -> [(LogonResult, u64); 3] {
        self.history.counts()
    }

    /// Brings the keys' last uses up to date with the history.
    pub(super) fn take_uses(&self) {
        let uses = self.history.fresh_uses();
        if uses.is_empty() {
            return;
        }
        let mut index = self.write();
        for (key, time) in uses {
            index.used(&key, time);
        }
        self.lists.forget_last_used();
    }

    /// How a key is used.
    pub(super) fn rhythm(&self, key: KeyId) -> Rhythm {
        let (last, calls) = self.history.rhythm(&key, self.clock.now());
        Rhythm { key, calls, last }
    }

    pub(super) fn history_page(
        &self,
        filter: &LogonFilter,
        sort: LogonSort,
        window: Window,
        ticket: &Ticket,
    ) -> Result<HistoryPage, Refusal> {
        for _ in 0..TRIES {
            if let Some(page) = self.try_page(filter, sort, window, ticket)? {
                return Ok(page);
            }
        }
        Err(Refusal::Cancelled)
    }

    /// The page, or none when rows went away while it was read.
    fn try_page(
        &self,
        filter: &LogonFilter,
        sort: LogonSort,
        window: Window,
        ticket: &Ticket,
    ) -> Result<Option<HistoryPage>, Refusal> {
        let mut view = self.history.view();
        let meaning = Meaning::of(filter);
        let closed: u64 = view.closings.iter().map(Closing::rows).sum();
        let of = closed + view.present.len() as u64;
        let mut present = std::mem::take(&mut view.present);
        present.retain(|row| meaning.fits(row));
        present.reverse();
        let (total, rows) = if filter.is_empty() && sort.column.is_none() {
            let total = of;
            (total, self.newest(&view, present, bounds(window, usize_of(total))))
        } else {
            let arrangement = self.arranged(&view, &meaning, filter, sort, ticket)?;
            let Some(arrangement) = arrangement else { return Ok(None) };
            let places = arrangement.merged(&present);
            let total = places.total();
            let rows = places.window(bounds(window, usize_of(total)), |at| self.row_at(&view, at));
            self.keep(arrangement);
            (total, rows)
        };
        let (offset, _) = bounds(window, usize_of(total));
        let View { epoch, trouble, .. } = view;
        Ok(rows.map(|rows| HistoryPage { epoch, total, of, offset: offset as u64, rows, trouble }))
    }

    /// The rows of a window over everything, newest first.
    fn newest(&self, view: &View, present: Vec<LogonRow>, bounds: (usize, usize)) -> Option<Vec<LogonRow>> {
        let (mut skip, to) = bounds;
        let mut wanted = to - skip;
        let mut rows: Vec<LogonRow> = Vec::with_capacity(wanted);
        let here = present.len();
        rows.extend(present.into_iter().skip(skip).take(wanted));
        wanted -= rows.len();
        skip = skip.saturating_sub(here);
        for closing in view.closings.iter().rev() {
            if wanted == 0 {
                break;
            }
            let count = usize_of(closing.rows());
            if skip >= count {
                skip -= count;
                continue;
            }
            let read = self.history.read(closing)?;
            let before = rows.len();
            rows.extend(read.into_iter().rev().skip(skip).take(wanted));
            wanted -= rows.len() - before;
            skip = 0;
        }
        Some(rows)
    }

    /// The arrangement of a filter and order, up to date; none when rows went away meanwhile.
    fn arranged(
        &self,
        view: &View,
        meaning: &Meaning<'_>,
        filter: &LogonFilter,
        sort: LogonSort,
        ticket: &Ticket,
    ) -> Result<Option<Arrangement>, Refusal> {
        let mut arrangement = {
            let kept = &mut lock(&self.arrangements).kept;
            kept.retain(|k| k.epoch == view.epoch);
            let place = kept.iter().position(|k| k.filter == *filter && k.sort == sort);
            place.and_then(|place| kept.remove(place))
        }
        .unwrap_or_else(|| Arrangement::new(filter.clone(), sort, view.epoch));
        let from = view.closings.partition_point(|closing| closing.number() <= arrangement.upto);
        for closing in &view.closings[from..] {
            if ticket.is_cancelled() {
                return Err(Refusal::Cancelled);
            }
            if filter.since.is_some_and(|since| closing.last() < since) {
                continue;
            }
            let Some(rows) = self.history.read(closing) else { return Ok(None) };
            arrangement.add(closing.number(), &rows, meaning);
        }
        arrangement.settle(view.closings.last().map_or(0, Closing::number));
        Ok(Some(arrangement))
    }

    fn keep(&self, arrangement: Arrangement) {
        let kept = &mut lock(&self.arrangements).kept;
        kept.truncate(KEPT - 1);
        kept.push_front(arrangement);
    }

    /// The row at a place of a closing.
    fn row_at(&self, view: &View, at: arrangement::At) -> Option<Vec<LogonRow>> {
        let place = view.closings.binary_search_by_key(&at.closing(), Closing::number).ok()?;
        self.history.read(&view.closings[place])
    }
}

fn usize_of(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
