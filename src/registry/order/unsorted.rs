//! A list in the order of a column that nobody has sorted yet: any window of it, and the place of any key in it, without
//! the whole order. Knows nothing of filters, nor of what is kept.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::found::Found;
use super::ranked::Ranks;
use super::walk::{Around, Walk};
use crate::model::Roll;
use crate::registry::door::Ticket;
use crate::registry::query::Column;

/// The list.
#[derive(Debug, Clone)]
pub(in crate::registry) struct Unsorted {
    found: Arc<Found>,
    column: Column,
    /// A window within so many rows of an end is found by keeping the first ones while all go by.
    near: usize,
    /// Withdrawn when nobody wants an answer any more: all that comes after that is worthless.
    ticket: Ticket,
    /// The rows about a key that was looked for.
    around: OnceLock<Around>,
}

impl Unsorted {
    pub(super) fn new(found: Arc<Found>, column: Column, near: usize, ticket: &Ticket) -> Self {
        let ticket = ticket.clone();
        Self { found, column, near, ticket, around: OnceLock::new() }
    }

    pub(super) const fn column(&self) -> Column {
        self.column
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// The slots of a window that is not empty.
    pub(super) fn window(&self, roll: &Roll, window: Range<usize>, descending: bool) -> Vec<u32> {
        let (ranks, length) = (Ranks::new(roll, self.column), self.len());
        let turned = length - window.end..length - window.start;
        let plain = if descending { &turned } else { &window };
        let known = self.around.get().and_then(|around| around.window(plain));
        if known.is_none() && (window.end <= self.near || window.start + self.near >= length) {
            return self.near_an_end(&self.walk(&ranks, roll), &window, descending);
        }
        let mut slots = known.map_or_else(|| self.walk(&ranks, roll).between(plain), <[u32]>::to_vec);
        if descending {
            slots.reverse();
        }
        slots
    }

    /// From the end that is nearer.
    fn near_an_end(&self, walk: &Walk<'_>, window: &Range<usize>, descending: bool) -> Vec<u32> {
        let length = self.len();
        let from_the_end = window.end > length - window.start;
        let count = if from_the_end { length - window.start } else { window.end };
        let mut first = walk.first(count, descending != from_the_end);
        let mut slots =
            first.split_off(first.len().min(if from_the_end { length - window.end } else { window.start }));
        if from_the_end {
            slots.reverse();
        }
        slots
    }

    /// At which place of the ascending order each of these slots stands, where it does. Windows that end within so many
    /// rows of the first of them are known from then on.
    pub(super) fn places(&self, roll: &Roll, slots: &[u32], near: usize) -> Vec<Option<usize>> {
        let ranks = Ranks::new(roll, self.column);
        let (places, around) = self.walk(&ranks, roll).places(slots, near);
        if let Some(around) = around {
            let _ = self.around.set(around);
        }
        let place = |(slot, place): (&u32, usize)| self.found.has(*slot).then_some(place);
        slots.iter().zip(places).map(place).collect()
    }

    fn walk<'a>(&'a self, ranks: &'a Ranks, roll: &'a Roll) -> Walk<'a> {
        Walk { ranks, roll, found: &self.found, ticket: &self.ticket }
    }
}
