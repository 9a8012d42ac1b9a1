//! A range of rows, from where `v` was pressed to the cursor, turned into marks by Key.

use std::collections::BTreeMap;

use super::KeysScreen;
use crate::console::effect::{Outbox, Slot, Tone};
use crate::model::KeyId;
use crate::registry::{KeysPage, Query, Window};

/// A longer range would have to be fetched row by row; `A` and a filter do that better.
const LONGEST: u64 = 1_000;

/// An open range.
#[derive(Debug)]
pub struct Range {
    anchor: u64,
    /// Keys of the rows that were known since it was opened.
    seen: BTreeMap<u64, KeyId>,
    /// Rows still to be fetched before it can become marks: the first, and the last.
    fetching: Option<(u64, u64)>,
}

impl Range {
    fn bounds(&self, cursor: u64) -> (u64, u64) {
        (self.anchor.min(cursor), self.anchor.max(cursor))
    }

    /// Whether a row is in it, with the cursor there.
    pub fn holds(&self, row: u64, cursor: u64) -> bool {
        let (low, high) = self.bounds(cursor);
        (low..=high).contains(&row)
    }

    /// How many rows it holds, with the cursor there.
    pub fn len(&self, cursor: u64) -> u64 {
        self.anchor.abs_diff(cursor) + 1
    }
}

impl KeysScreen {
    /// Opens a range at the cursor.
    pub(super) fn begin_range(&mut self) {
        if self.current().is_some() {
            self.range = Some(Range { anchor: self.rows.cursor(), seen: BTreeMap::new(), fetching: None });
            self.see_range();
        }
    }

    /// Gives the range up without marking anything; whether there was one.
    pub(super) fn drop_range(&mut self) -> bool {
        self.range.take().is_some()
    }

    /// Whether the range waits for rows before it becomes marks.
    pub(super) fn range_fetches(&self) -> bool {
        self.range.as_ref().is_some_and(|range| range.fetching.is_some())
    }

    /// Notes the Keys of the rows that are known.
    pub(super) fn see_range(&mut self) {
        if let (Some(range), Some(page)) = (&mut self.range, self.rows.page()) {
            range.seen.extend((page.offset..).zip(page.rows.iter().map(|row| row.record.key)));
        }
    }

    /// Turns the range into marks; asks for the rows that were never on screen first.
    pub fn fix_range(&mut self, outbox: &mut Outbox) {
        let cursor = self.rows.cursor();
        let Some(range) = &mut self.range else { return };
        if range.len(cursor) > LONGEST {
            outbox.say(
                Tone::Warning,
                format!("A range holds at most {LONGEST} keys."),
                "A marks all that match the filter.",
            );
            return;
        }
        let (low, high) = range.bounds(cursor);
        let missing = (low..=high).find(|row| !range.seen.contains_key(row));
        match missing {
            Some(row) => {
                range.fetching = Some((row, high));
                self.fetch(row, outbox);
            }
            None => self.mark_range(low, high, outbox),
        }
    }

    fn fetch(&self, offset: u64, outbox: &mut Outbox) {
        let window = Window { offset, limit: u32::from(self.rows.height().max(1)) };
        outbox
            .ask(Slot::Range, Query::Keys { filter: self.key_filter(), sort: self.sort, window, find: None });
    }

    /// Takes rows that the range waited for.
    pub fn accept_range(&mut self, page: &KeysPage, outbox: &mut Outbox) {
        if page.revision != self.rows.revision() {
            self.end_range_now(outbox);
            return;
        }
        let Some(range) = &mut self.range else { return };
        let Some((first, last)) = range.fetching.take() else { return };
        range.seen.extend((page.offset..).zip(page.rows.iter().map(|row| row.record.key)));
        let low = range.anchor.min(first).min(last);
        let low = low.min(self.rows.cursor());
        match (first..=last).find(|row| !range.seen.contains_key(row)) {
            // An answer that brings nothing new must not be asked for again.
            Some(row) if row > first => {
                range.fetching = Some((row, last));
                self.fetch(row, outbox);
            }
            _ => self.mark_range(low, last, outbox),
        }
    }

    fn mark_range(&mut self, low: u64, high: u64, outbox: &mut Outbox) {
        if let Some(range) = self.range.take() {
            self.marks.add(range.seen.range(low..=high).map(|(_, key)| *key));
            self.count(outbox);
        }
    }

    /// Ends the range with the rows seen so far: before the rows change their places.
    pub fn end_range_now(&mut self, outbox: &mut Outbox) {
        let cursor = self.rows.cursor();
        if let Some(range) = &self.range {
            let (low, high) = range.bounds(cursor);
            self.mark_range(low, high, outbox);
        }
    }
}
