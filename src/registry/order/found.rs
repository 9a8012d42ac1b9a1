//! Which keys a filter leaves: a bit a slot, found by walking over the long texts once a word, on all cores.

use std::ops::Range;
use std::sync::{Mutex as Queue, PoisonError};

use crate::model::Roll;
use crate::registry::door::Ticket;
use crate::registry::words::{Matcher, Word};

/// So many words of bits are searched at a time, and between them it may be cancelled.
const PIECE: usize = 512;
/// Where fewer than one in so many are left, each is looked at by itself.
const SPARSE: usize = 24;
/// More threads would only wait for the memory.
const THREADS: usize = 4;

/// Slots that match.
#[derive(Debug, Clone, Default)]
pub(in crate::registry) struct Found {
    bits: Vec<u64>,
    total: usize,
}

const fn place(slot: u32) -> (usize, u64) {
    (slot as usize / 64, 1 << (slot % 64))
}

fn ones(bits: &[u64]) -> usize {
    bits.iter().map(|word| word.count_ones() as usize).sum()
}

/// The slots of one word of bits, the highest first.
fn high_to_low(at: usize, mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = 63u32.checked_sub(word.leading_zeros())?;
        word &= !(1 << bit);
        Some(u32::try_from(at * 64).unwrap_or(u32::MAX) + bit)
    })
}

/// The slots of one word of bits, the lowest first.
fn low_to_high(at: usize, mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        (word != 0).then(|| {
            word &= word - 1;
            u32::try_from(at * 64).unwrap_or(u32::MAX) + bit
        })
    })
}

impl Found {
    pub(in crate::registry) const fn len(&self) -> usize {
        self.total
    }

    pub(super) fn has(&self, slot: u32) -> bool {
        let (at, bit) = place(slot);
        self.bits.get(at).is_some_and(|word| word & bit != 0)
    }

    /// A slot matches from now on, or no longer.
    pub(super) fn set(&mut self, slot: u32, on: bool) {
        let (at, bit) = place(slot);
        if self.bits.len() <= at {
            self.bits.resize(at + 1, 0);
        }
        if on != self.has(slot) {
            self.bits[at] ^= bit;
            self.total = if on { self.total + 1 } else { self.total - 1 };
        }
    }

    /// All of them, newest first.
    pub(in crate::registry) fn newest(&self) -> impl Iterator<Item = u32> {
        self.bits.iter().enumerate().rev().flat_map(|(at, word)| high_to_low(at, *word))
    }

    /// All of them, oldest first.
    pub(super) fn oldest(&self) -> impl Iterator<Item = u32> {
        self.bits.iter().enumerate().flat_map(|(at, word)| low_to_high(at, *word))
    }

    /// The rows of a window, newest first.
    pub(super) fn window(&self, rows: Range<usize>) -> Vec<u32> {
        let (mut skipped, mut list) = (0, Vec::with_capacity(rows.len()));
        for (at, word) in self.bits.iter().enumerate().rev() {
            let here = word.count_ones() as usize;
            if skipped + here > rows.start {
                let wanted = rows.end - skipped.min(rows.end);
                list.extend(high_to_low(at, *word).take(wanted).skip(rows.start.saturating_sub(skipped)));
            }
            skipped += here;
            if skipped >= rows.end {
                break;
            }
        }
        list
    }

    /// How many newer ones there are.
    pub(super) fn newer_than(&self, slot: u32) -> usize {
        let (at, bit) = place(slot);
        let word = self.bits.get(at).map_or(0, |word| word & !(bit | (bit - 1)));
        word.count_ones() as usize + self.bits.get(at + 1..).map_or(0, ones)
    }

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
        let mut searched = true;
        for (word, groups) in self.matcher.words().iter().zip(self.groups) {
            if ones(piece) * SPARSE < piece.len() * 64 {
                searched = false;
                break;
            }
            let mut hits = vec![0u64; piece.len()];
            self.look_for(word, groups, &slots, &mut hits);
            piece.iter_mut().zip(hits).for_each(|(bits, hits)| *bits &= hits);
        }
        if searched && !self.matcher.has_fields() {
            return;
        }
        let fits = |slot: u32| {
            let record = self.roll.get(slot)?;
            let fits = if searched {
                self.matcher.fields_match(record)
            } else {
                self.matcher.matches(self.roll, slot, record)
            };
            fits.then_some(())
        };
        for (at, bits) in piece.iter_mut().enumerate() {
            for slot in high_to_low(first + at, *bits) {
                if fits(slot).is_none() {
                    *bits &= !place(slot).1;
                }
            }
        }
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
        let (mut at, mut row) = (from as usize, slots.start);
        while let Some(found) = text.get(at..).and_then(|rest| word.finder().find(rest)) {
            row = row_at(starts, row, slots.end, at + found);
            hit(hits, row);
            row += 1;
            at = starts.get(row).map_or(text.len(), |start| *start as usize);
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
            self.look_in_keys(word, slots, &mut |row| hit(hits, row));
        }
    }

    fn look_in_keys(&self, word: &Word, slots: &Range<usize>, hit: &mut dyn FnMut(usize)) {
        const LEN: usize = crate::model::KeyId::LEN;
        let keys = self.roll.all_keys().get(..slots.end * LEN).unwrap_or_default();
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
