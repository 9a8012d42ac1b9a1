//! Which keys a filter leaves: a bit a slot, in the order of their creation. How they are found is the search's matter.

use std::ops::Range;

/// Slots that match.
#[derive(Debug, Clone, Default)]
pub(in crate::registry) struct Found {
    pub(super) bits: Vec<u64>,
    pub(super) total: usize,
}

pub(super) const fn place(slot: u32) -> (usize, u64) {
    (slot as usize / 64, 1 << (slot % 64))
}

pub(super) fn ones(bits: &[u64]) -> usize {
    bits.iter().map(|word| word.count_ones() as usize).sum()
}

/// The slots of one word of bits, the highest first.
pub(super) fn high_to_low(at: usize, mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = 63u32.checked_sub(word.leading_zeros())?;
        word &= !(1 << bit);
        Some(u32::try_from(at * 64).unwrap_or(u32::MAX) + bit)
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
        self.newest_of(0..self.bits.len())
    }

    /// How many words of bits there are.
    pub(super) const fn words(&self) -> usize {
        self.bits.len()
    }

    /// Those of some words, newest first.
    pub(super) fn newest_of(&self, words: Range<usize>) -> impl Iterator<Item = u32> {
        let start = words.start.min(self.bits.len());
        let bits = &self.bits[start..words.end.clamp(start, self.bits.len())];
        bits.iter().enumerate().rev().flat_map(move |(at, word)| high_to_low(start + at, *word))
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
}
