//! A list of keys as somebody asked for it: which rows stand in a window, and where a key stands.
//!
//! Where the whole order is not known yet, a window is found without it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::found::Found;
use super::unsorted::Unsorted;
use crate::model::Roll;
use crate::registry::index::Index;

/// What a list is made of.
#[derive(Debug, Clone)]
pub(super) enum Rows {
    /// In the order of creation, the newest first.
    Newest(Arc<Found>),
    /// In the order of a column, ascending.
    Sorted(Arc<Vec<u32>>),
    /// In the order of a column that nobody has sorted yet.
    Unsorted(Unsorted),
}

/// A list of keys.
#[derive(Debug, Clone)]
pub(in crate::registry) struct View {
    pub(super) rows: Rows,
    pub(super) descending: bool,
}

impl View {
    /// How many keys.
    pub(in crate::registry) fn len(&self) -> usize {
        match &self.rows {
            Rows::Newest(found) => found.len(),
            Rows::Unsorted(unsorted) => unsorted.len(),
            Rows::Sorted(slots) => slots.len(),
        }
    }

    /// The slots of a window.
    fn slots(&self, roll: &Roll, window: Range<usize>) -> Vec<u32> {
        let length = self.len();
        let window = window.start.min(length)..window.end.min(length);
        if window.is_empty() {
            return Vec::new();
        }
        let turned = length - window.end..length - window.start;
        let plain = if self.descending { turned } else { window.clone() };
        let mut slots = match &self.rows {
            Rows::Newest(found) => found.window(plain),
            Rows::Sorted(slots) => slots[plain].to_vec(),
            Rows::Unsorted(unsorted) => return unsorted.window(roll, window, self.descending),
        };
        if self.descending {
            slots.reverse();
        }
        slots
    }

    /// At which row each of these slots stands, where it does. The rows within so many of the first of them may be wanted
    /// next.
    fn places(&self, roll: &Roll, slots: &[u32], near: usize) -> Vec<Option<usize>> {
        let turn = |place: usize| if self.descending { self.len() - 1 - place } else { place };
        match &self.rows {
            Rows::Newest(found) => {
                slots.iter().map(|slot| found.has(*slot).then(|| turn(found.newer_than(*slot)))).collect()
            }
            Rows::Sorted(sorted) => {
                let place = |slot: &u32| sorted.iter().position(|other| other == slot).map(turn);
                slots.iter().map(place).collect()
            }
            Rows::Unsorted(unsorted) => {
                unsorted.places(roll, slots, near).into_iter().map(|place| place.map(turn)).collect()
            }
        }
    }

    /// The list with both halves of each rotation together. It can tell the place of `whom`, and the rows within so many
    /// of that may be wanted next.
    pub(in crate::registry) fn together<'a>(
        &'a self,
        index: &'a Index,
        whom: Option<u32>,
        near: usize,
    ) -> Together<'a> {
        let pairs: Vec<[u32; 2]> = index
            .rotations()
            .filter_map(|rotation| Some([index.slot(&rotation.new)?, index.slot(&rotation.old)?]))
            .collect();
        let wanted: Vec<u32> = whom.into_iter().chain(pairs.as_flattened().iter().copied()).collect();
        let near = if whom.is_some() { near } else { 0 };
        let places = if wanted.is_empty() { Vec::new() } else { self.places(index.roll(), &wanted, near) };
        let (own, places) = places.split_at(usize::from(whom.is_some()).min(places.len()));
        let (mut firsts, mut later) = (HashMap::new(), Vec::new());
        for (pair, place) in pairs.iter().zip(places.chunks(2)) {
            if let [Some(one), Some(other)] = place {
                firsts.insert(*one.min(other), *pair);
                later.push(*one.max(other));
            }
        }
        let mut first: Vec<usize> = firsts.keys().copied().collect();
        first.sort_unstable();
        later.sort_unstable();
        let whom = whom.zip(own.first().copied().flatten());
        Together { view: self, roll: index.roll(), whom, pairs: firsts, first, later }
    }
}

/// A list in which the two keys of a rotation stand together: where the first of them would stand, the successor on top.
pub(in crate::registry) struct Together<'a> {
    view: &'a View,
    roll: &'a Roll,
    /// A key and its row in the view.
    whom: Option<(u32, usize)>,
    /// Successor and predecessor by the row of the view where the first of them stands.
    pairs: HashMap<usize, [u32; 2]>,
    first: Vec<usize>,
    later: Vec<usize>,
}

impl Together<'_> {
    /// Where a row of the view begins here.
    fn begins(&self, row: usize) -> usize {
        row + self.first.partition_point(|first| *first < row)
            - self.later.partition_point(|later| *later < row)
    }

    /// The slots of a window.
    pub(in crate::registry) fn slots(&self, window: Range<usize>) -> Vec<u32> {
        if self.pairs.is_empty() {
            return self.view.slots(self.roll, window);
        }
        // The last row of the view that begins at or before the window.
        let (mut low, mut high) = (0, self.view.len());
        while low + 1 < high {
            let middle = low.midpoint(high);
            if self.begins(middle) <= window.start { low = middle } else { high = middle }
        }
        let (mut list, skip) = (Vec::with_capacity(window.len() + 1), window.start - self.begins(low));
        let wanted = window.len() + skip;
        let mut row = low;
        while list.len() < wanted && row < self.view.len() {
            let block = self.view.slots(self.roll, row..row + wanted - list.len());
            for (row, slot) in (row..).zip(&block) {
                match self.pairs.get(&row) {
                    Some(pair) => list.extend(pair),
                    None if self.later.binary_search(&row).is_ok() => {}
                    None => list.push(*slot),
                }
            }
            row += block.len();
        }
        list.truncate(wanted);
        list.drain(..skip.min(list.len()));
        list
    }

    /// At which row the key stands whose place was asked for.
    pub(in crate::registry) fn place(&self) -> Option<usize> {
        let (slot, row) = self.whom?;
        let half = self.pairs.iter().find_map(|(row, pair)| {
            let half = pair.iter().position(|other| *other == slot)?;
            Some(self.begins(*row) + half)
        });
        half.or_else(|| Some(self.begins(row)))
    }
}
