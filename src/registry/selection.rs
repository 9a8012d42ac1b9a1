//! From a [`Selection`] to slots.

use std::collections::HashSet;

use super::command::Selection;
use super::door::Ticket;
use super::index::Index;
use super::query::{Followed, KeyFilter, KeysPage, SelectionSummary, Sort, Window};
use super::{Refusal, Registry};
use crate::model::{Status, Time};

impl Registry {
    /// The filter with times in place of spans, counted from the minute, so that the windows of one list agree.
    fn resolved(&self, filter: &KeyFilter) -> KeyFilter {
        let now = self.clock.now();
        filter.resolved(Time(now.0 - now.0.rem_euclid(60)))
    }

    pub(super) fn keys_page(
        &self,
        filter: &KeyFilter,
        sort: Sort,
        window: Window,
        find: Option<Followed>,
        ticket: &Ticket,
    ) -> Result<KeysPage, Refusal> {
        let index = self.read();
        let filter = self.resolved(filter);
        let view = self.lists.view(&index, &filter, sort, ticket).ok_or(Refusal::Cancelled)?;
        let slot = find.and_then(|find| index.slot(&find.key));
        // Wherever the key stands among the rows, none of them is further from it than all of them are many.
        let (list, total) =
            (view.together(&index, slot, window.limit.min(Window::LARGEST) as usize), view.len());
        let found = list.place();
        let window = find.zip(found).map_or(window, |(followed, row)| followed.window(window, row as u64));
        let (from, to) = bounds(window, total);
        let rows = list.slots(from..to).into_iter().filter_map(|slot| Some(index.row(index.live(slot)?)));
        let rows = rows.collect();
        if ticket.is_cancelled() {
            return Err(Refusal::Cancelled);
        }
        self.lists.complete(&view);
        Ok(KeysPage {
            revision: index.revision,
            total: total as u64,
            of: index.len(),
            offset: from as u64,
            rows,
            found: found.map(|row| row as u64),
        })
    }

    /// The slots a selection means now, newest first, each once.
    pub(super) fn slots(
        &self,
        index: &Index,
        keys: &Selection,
        ticket: &Ticket,
    ) -> Result<Vec<u32>, Refusal> {
        let mut also = Vec::with_capacity(keys.also.len());
        for key in &keys.also {
            also.push(index.slot(key).ok_or(Refusal::NoSuchKey(*key))?);
        }
        let Some(filter) = &keys.matching else {
            let mut seen = HashSet::with_capacity(also.len());
            also.retain(|slot| seen.insert(*slot));
            return Ok(also);
        };
        let except: HashSet<u32> = keys.except.iter().filter_map(|key| index.slot(key)).collect();
        let matching = self.lists.found(index, &self.resolved(filter), ticket).ok_or(Refusal::Cancelled)?;
        let mut slots: Vec<u32> = matching.newest().filter(|slot| !except.contains(slot)).collect();
        if !also.is_empty() {
            let known: HashSet<u32> = slots.iter().copied().collect();
            also.retain(|slot| !known.contains(slot));
            slots.extend(also.into_iter().collect::<HashSet<_>>());
            slots.sort_unstable_by(|a, b| b.cmp(a));
        }
        Ok(slots)
    }

    /// As [`Registry::slots`], refused when nothing is meant or not as many as the person saw.
    pub(super) fn slots_as_seen(&self, keys: &Selection, expected: Option<u64>) -> Result<Vec<u32>, Refusal> {
        let slots = self.slots(&self.read(), keys, &Ticket::new())?;
        let now = slots.len() as u64;
        match expected {
            Some(expected) if expected != now => Err(Refusal::SelectionChanged { expected, now }),
            _ if slots.is_empty() => Err(Refusal::NothingSelected),
            _ => Ok(slots),
        }
    }

    pub(super) fn selected(&self, keys: &Selection, ticket: &Ticket) -> Result<SelectionSummary, Refusal> {
        let index = self.read();
        let slots = self.slots(&index, keys, ticket)?;
        let active = slots
            .iter()
            .filter(|&&s| index.live(s).is_some_and(|l| l.record.status == Status::Active))
            .count();
        let first = slots.first().and_then(|&slot| index.live(slot)).map(|live| index.row(live));
        Ok(SelectionSummary { total: slots.len() as u64, active: active as u64, first })
    }
}

/// First row and the one after the last: a window beyond the end is drawn back so that the last page is full.
pub(super) fn bounds(window: Window, len: usize) -> (usize, usize) {
    let limit = window.limit.min(Window::LARGEST) as usize;
    let from = usize::try_from(window.offset).unwrap_or(usize::MAX).min(len.saturating_sub(limit));
    (from, len.min(from + limit))
}
