//! The search: which keys a filter leaves, by walking over the long texts once a word, on all cores.

use std::ops::Range;
use std::sync::{Mutex as Queue, PoisonError};

use super::found::{Found, high_to_low, ones, place};
use crate::model::{KeyId, Roll};
use crate::registry::door::Ticket;
use crate::registry::words::{Matcher, Word};

/// So many words of bits are searched at a time, and between them it may be cancelled.
const PIECE: usize = 512;
/// Where fewer than one in so many are left, each is looked at by itself.
const SPARSE: usize = 8;
/// More threads would only wait for the memory.
const THREADS: usize = 4;

impl Found {
    /// Searches; `within` holds at least all that can match. `None` when the ticket was cancelled meanwhile.
    pub(super) fn search(
        roll: &Roll,
        matcher: &Matcher<'_>,
        within: Option<&Self>,
        ticket: &Ticket,
    ) -> Option<Self> {
        let mut bits = vec![0u64; roll.slots().div_ceil(64)];
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS);
        let threads = threads.min(bits.len().div_ceil(4 * PIECE)).max(1);
        let groups: Vec<Vec<bool>> = matcher
            .words()
            .iter()
            .map(|word| roll.codes().iter().map(|code| word.in_group(code)).collect())
            .collect();
        let search = Search { roll, matcher, within, groups: &groups };
        let queue = Queue::new(bits.chunks_mut(PIECE).enumerate());
        let work = || {
            loop {
                let Some((number, piece)) = queue.lock().unwrap_or_else(PoisonError::into_inner).next()
                else {
                    break;
                };
                if ticket.is_cancelled() {
                    break;
                }
                search.fill(number * PIECE, piece);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                // Without another thread this one does it all.
                let _ = std::thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
        let total = ones(&bits);
        (!ticket.is_cancelled()).then_some(Self { bits, total })
    }
}

struct Search<'a> {
    roll: &'a Roll,
    matcher: &'a Matcher<'a>,
    within: Option<&'a Found>,
    /// For each word, which groups' codes have it.
    groups: &'a [Vec<bool>],
}

impl Search<'_> {
    fn fill(&self, first: usize, piece: &mut [u64]) {
        let slots = first * 64..((first + piece.len()) * 64).min(self.roll.slots());
        match self.within {
            Some(within) => {
                let known = within.bits.get(first..).unwrap_or_default();
                piece.iter_mut().zip(known).for_each(|(bits, known)| *bits = *known);
            }
            None => Self::mark(&slots, piece, |slot| self.roll.is_live(slot)),
        }
        for (word, groups) in self.matcher.words().iter().zip(self.groups) {
            if ones(piece) * SPARSE < piece.len() * 64 {
                Self::keep(first, piece, |slot| self.has(word, groups, slot));
                continue;
            }
            let mut hits = vec![0u64; piece.len()];
            self.look_for(word, groups, &slots, &mut hits);
            piece.iter_mut().zip(hits).for_each(|(bits, hits)| *bits &= hits);
        }
        if self.matcher.has_fields() {
            let fits = |slot| self.roll.get(slot).is_some_and(|record| self.matcher.fields_match(record));
            Self::keep(first, piece, fits);
        }
    }

    /// Looks at each slot that is left by itself.
    fn keep(first: usize, piece: &mut [u64], fits: impl Fn(u32) -> bool) {
        for (at, bits) in piece.iter_mut().enumerate() {
            for slot in high_to_low(first + at, *bits) {
                if !fits(slot) {
                    *bits &= !place(slot).1;
                }
            }
        }
    }

    /// Whether this one slot has the word anywhere. What is likely and near comes first.
    fn has(&self, word: &Word, groups: &[bool], slot: u32) -> bool {
        let group = || self.roll.groups().get(slot as usize).and_then(|group| groups.get(*group as usize));
        word.finder().find(self.roll.lower(slot).as_bytes()).is_some()
            || group() == Some(&true)
            || word.statuses().any(|status| status == self.roll.status(slot))
            || (word.may_be_in_keys()
                && self.roll.key(slot).is_some_and(|key| word.finder().find(&key.bytes()).is_some()))
    }

    fn mark(slots: &Range<usize>, bits: &mut [u64], wanted: impl Fn(u32) -> bool) {
        for (at, word) in bits.iter_mut().enumerate() {
            let first = slots.start + at * 64;
            for slot in first..(first + 64).min(slots.end) {
                let Ok(number) = u32::try_from(slot) else { return };
                *word |= u64::from(wanted(number)) << (slot % 64);
            }
        }
    }

    /// Marks every slot of a range that has the word anywhere.
    fn look_for(&self, word: &Word, groups: &[bool], slots: &Range<usize>, hits: &mut [u64]) {
        let hit = |hits: &mut [u64], row: usize| {
            let row = row - slots.start;
            if let Some(bits) = hits.get_mut(row / 64) {
                *bits |= 1 << (row % 64);
            }
        };
        let (text, starts) = self.roll.all_lower();
        let (Some(&from), Some(&to)) = (starts.get(slots.start), starts.get(slots.end)) else { return };
        let text = text.as_bytes().get(..to as usize).unwrap_or_default();
        if let [letter] = word.finder().needle() {
            // Most rows have it: to look into each is faster than to find out which row has been come to.
            let (mut start, rows) = (from as usize, starts.get(slots.start + 1..=slots.end));
            for (row, &end) in slots.clone().zip(rows.unwrap_or_default()) {
                let line = text.get(start..end as usize).unwrap_or_default();
                let has = memchr::memchr(*letter, line).is_some();
                if let Some(bits) = hits.get_mut((row - slots.start) / 64) {
                    *bits |= u64::from(has) << (row % 64);
                }
                start = end as usize;
            }
        } else {
            let (mut at, mut row) = (from as usize, slots.start);
            while let Some(found) = text.get(at..).and_then(|rest| word.finder().find(rest)) {
                row = row_at(starts, row, slots.end, at + found);
                hit(hits, row);
                row += 1;
                at = starts.get(row).map_or(text.len(), |start| *start as usize);
            }
        }
        let range =
            u32::try_from(slots.start).unwrap_or(u32::MAX)..u32::try_from(slots.end).unwrap_or(u32::MAX);
        for slot in self.roll.elsewhere(range) {
            let row = slot as usize - slots.start;
            let has = word.finder().find(self.roll.lower(slot).as_bytes()).is_some();
            if let Some(bits) = hits.get_mut(row / 64) {
                *bits = (*bits & !(1 << (row % 64))) | u64::from(has) << (row % 64);
            }
        }
        if groups.contains(&true) {
            let place = |slot: u32| self.roll.groups().get(slot as usize);
            Self::mark(slots, hits, |slot| {
                place(slot).is_some_and(|g| groups.get(*g as usize) == Some(&true))
            });
        }
        for status in word.statuses() {
            Self::mark(slots, hits, |slot| self.roll.status(slot) == status);
        }
        if word.may_be_in_keys() {
            self.look_in_keys(word, slots, hits);
        }
    }

    fn look_in_keys(&self, word: &Word, slots: &Range<usize>, hits: &mut [u64]) {
        const LEN: usize = KeyId::LEN;
        let keys = self.roll.all_keys().get(..slots.end * LEN).unwrap_or_default();
        if let [letter] = word.finder().needle() {
            // Only where it was not found yet.
            for (at, bits) in hits.iter_mut().enumerate() {
                let first = slots.start + at * 64;
                for row in low_to_high(!*bits, first).take_while(|row| *row < slots.end) {
                    let key = keys.get(row * LEN..(row + 1) * LEN).unwrap_or_default();
                    *bits |= u64::from(holds(key, *letter)) << (row % 64);
                }
            }
            return;
        }
        let mut hit = |row: usize| {
            if let Some(bits) = hits.get_mut((row - slots.start) / 64) {
                *bits |= 1 << (row % 64);
            }
        };
        let length = word.finder().needle().len();
        let mut at = slots.start * LEN;
        while let Some(found) = keys.get(at..).and_then(|rest| word.finder().find(rest)) {
            let (row, inside) = ((at + found) / LEN, (at + found) % LEN);
            if inside + length <= LEN {
                hit(row);
                at = (row + 1) * LEN;
            } else {
                // Half of it is the next Key.
                at += found + 1;
            }
        }
    }
}

/// Whether a Key holds this byte. A Key is too short for a search that has to be begun.
fn holds(key: &[u8], byte: u8) -> bool {
    const ONES: u64 = u64::MAX / 255;
    // A byte that becomes zero is the only one whose highest bit can be borrowed from.
    let within = |part: &[u8; 8]| {
        let others = u64::from_ne_bytes(*part) ^ (ONES * u64::from(byte));
        others.wrapping_sub(ONES) & !others & (ONES << 7) != 0
    };
    let (parts, _) = key.as_chunks();
    parts.iter().any(within) || key.last_chunk().is_some_and(within)
}

/// Where bits are set, the lowest first, the lowest being called `first`.
fn low_to_high(mut word: u64, first: usize) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        (word != 0).then(|| {
            word &= word - 1;
            first + bit as usize
        })
    })
}

/// The row that holds a byte: `row` or one behind it, before `end`.
fn row_at(starts: &[u32], row: usize, end: usize, at: usize) -> usize {
    let begins_later = |row: usize| starts.get(row).is_none_or(|start| *start as usize > at);
    let (mut low, mut step) = (row, 1);
    while low + step < end && !begins_later(low + step) {
        low += step;
        step *= 2;
    }
    let high = (low + step).min(end);
    let rest = starts.get(low + 1..high).unwrap_or_default();
    low + rest.partition_point(|start| *start as usize <= at)
}
