//! The screen API Keys: filter, order, window, marks, and what is pending at the door.
//!
//! Identity is the Key, never a row number: the cursor follows its Key through filters, orders and changes by others.
//! Nothing is shown as done that the door has not confirmed.

mod columns;
mod pending;
mod preview;
mod range;
mod table;
mod verbs;

use super::action::Action;
use super::effect::{Outbox, Slot};
use super::filter::FilterLine;
use super::marks::Marks;
use super::rows::{Page, Rows};
use crate::model::KeyId;
use crate::registry::{Column, Command, Followed, KeyFilter, KeyRow, KeysPage, Query, Selection, Sort};

pub use pending::{Pending, reminder};
pub use preview::{Preview, WAIT};
pub use table::{describe, draw, header_at, unseen_sort};
pub use verbs::{copy_key, toggle};

use range::Range;

/// State of the screen API Keys.
#[derive(Debug, Default)]
pub struct KeysScreen {
    /// The window on the keys.
    pub rows: Rows<KeyRow>,
    /// The filter line.
    pub filter: FilterLine,
    /// The order.
    pub sort: Sort,
    /// The marks.
    pub marks: Marks,
    range: Option<Range>,
    pending: Vec<Pending>,
    undo: Vec<u64>,
    verb: Option<(Action, Selection)>,
    /// The command that waits until it is known who would break by it.
    careful: Option<Command>,
    /// How many keys the last status change on all that match a filter meant, until they are counted again.
    meant: Option<u64>,
    followed: Option<KeyId>,
    refiltered: bool,
    /// The newest revision that a page was asked for because of.
    newest: u64,
    /// While the store is still being opened.
    preview: Option<Preview>,
}

impl KeysScreen {
    /// The filter as the door understands it.
    pub fn key_filter(&self) -> KeyFilter {
        KeyFilter { text: self.filter.text().to_owned(), ..KeyFilter::default() }
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&KeyRow> {
        self.rows.current()
    }

    /// What is under way at the door.
    pub fn pending(&self) -> &[Pending] {
        &self.pending
    }

    /// The status change that `u` takes back.
    pub fn last_undo(&self) -> Option<u64> {
        self.undo.last().copied()
    }

    /// Whether a row is marked, by hand, by a filter or by the open range.
    pub fn is_marked(&self, place: u64, row: &KeyRow) -> bool {
        let in_range = self.range.as_ref().is_some_and(|range| range.holds(place, self.rows.cursor()));
        in_range || self.marks.has(&row.record)
    }

    /// Whether a range is open.
    pub fn in_range(&self) -> bool {
        self.range.is_some()
    }

    /// How many rows the open range holds.
    pub fn range_len(&self) -> u64 {
        self.range.as_ref().map_or(0, |range| range.len(self.rows.cursor()))
    }

    /// The filter or order changed, or the store did: ask anew, and follow the Key under the cursor.
    pub fn outdate(&mut self) {
        self.rows.renew();
    }

    /// The store is at this revision: the page on screen is older.
    pub fn outdate_to(&mut self, revision: u64) {
        if self.newest < revision {
            self.newest = revision;
            self.outdate();
        }
    }

    /// The filter was changed by typing.
    pub fn refilter(&mut self, outbox: &mut Outbox) {
        self.end_range_now(outbox);
        self.refiltered = true;
        self.outdate();
    }

    /// Sorts by a column: first in its usual direction, then the other way round.
    pub fn sort_by(&mut self, column: Option<Column>, outbox: &mut Outbox) {
        self.end_range_now(outbox);
        self.sort = match column {
            None => Sort::default(),
            Some(c) if self.sort.column == Some(c) => Sort { column, descending: !self.sort.descending },
            Some(c) => Sort { column, descending: c.starts_descending() },
        };
        self.outdate();
    }

    /// Asks for what the screen lacks.
    pub fn sync(&mut self, outbox: &mut Outbox) {
        if self.answer_early() {
            return;
        }
        let renewed = self.rows.is_renewed();
        let Some(window) = self.rows.lacking(outbox.is_open(Slot::Keys)) else { return };
        let follow = outbox.follow.or_else(|| self.current().map(|row| row.record.key));
        // While the cursor is on its way to a row whose page is still to come, the row number counts.
        self.followed = if renewed || outbox.follow.is_some() { follow.or(self.followed) } else { None };
        // Where the key stands elsewhere now, its row keeps its place on screen.
        let rows_before = u32::try_from(self.rows.cursor().saturating_sub(window.offset)).ok();
        let find = self.followed.map(|key| Followed { key, rows_before });
        outbox.ask(Slot::Keys, Query::Keys { filter: self.key_filter(), sort: self.sort, window, find });
    }

    /// Takes a page in.
    pub fn accept(&mut self, page: KeysPage, outbox: &mut Outbox) {
        let KeysPage { revision, total, of, offset, rows, found } = page;
        let asked = self.followed.take();
        let missing = asked.is_some() && found.is_none();
        if asked.is_some() && asked == outbox.follow {
            outbox.follow = None;
            if missing {
                outbox.say(
                    super::Tone::Note,
                    "The new key does not match the filter.",
                    "Esc shows all keys.",
                );
            }
        }
        if missing && self.refiltered {
            self.rows.rewind();
        }
        self.refiltered = false;
        let changed = self.rows.page().is_some_and(|known| known.revision != revision);
        if changed && self.range.is_some() {
            self.end_range_now(outbox);
        }
        self.rows.accept(Page { revision, total, of, offset, rows }, found);
        self.see_range();
        self.settle(revision);
        if changed && self.marks.wants_count() {
            self.count(outbox);
        }
    }

    /// Asks how many keys are marked.
    fn count(&self, outbox: &mut Outbox) {
        if self.marks.wants_count() {
            outbox.ask(Slot::Marked, Query::Selected { keys: self.marks.selection() });
        }
    }
}
