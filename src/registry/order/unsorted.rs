//! A list in the order of a column that nobody has sorted yet: any window of it, and the place of any key in it, without
//! the whole order. Knows nothing of filters, nor of what is kept.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::found::Found;
use super::ranked::{Ranked, Ranks};
use super::walk::{Around, Walk};
use crate::model::Roll;
use crate::registry::door::Ticket;
use crate::registry::query::Column;

/// No more threads than this rank keys at once.
const THREADS: usize = 8;
/// So many keys are ranked at a time.
const PIECE: usize = 1 << 15;
/// A first look tells keys apart by at most so many bits of what ranks them.
const BITS: u32 = 16;

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
    /// All slots with their ranks, newest first, once they were needed.
    ranked: OnceLock<Vec<Ranked>>,
}

impl Unsorted {
    pub(super) fn new(found: Arc<Found>, column: Column, near: usize, ticket: &Ticket) -> Self {
        let ticket = ticket.clone();
        Self { found, column, near, ticket, around: OnceLock::new(), ranked: OnceLock::new() }
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
        let mut slots = known.map_or_else(|| self.anywhere(&ranks, roll, plain), <[u32]>::to_vec);
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

    /// A window of the ascending order: only those that may stand in it are sorted.
    fn anywhere(&self, ranks: &Ranks, roll: &Roll, window: &Range<usize>) -> Vec<u32> {
        let (mut some, mut skipped) = narrowed(self.ranked(ranks, roll), window);
        let mut depth = 0;
        loop {
            // A copy is searched: in their old order the keys' texts are read one after the other.
            let mut alone: Vec<u64> = some.iter().map(|ranked| ranked.0).collect();
            let low = *alone.select_nth_unstable(window.start - skipped).1;
            let high = *alone.select_nth_unstable(window.end - skipped - 1).1;
            skipped += alone.iter().filter(|rank| **rank < low).count();
            some.retain(|ranked| (low..=high).contains(&ranked.0));
            if low < high || !ranks.goes_deeper(low, depth) {
                break;
            }
            depth += 1;
            for (rank, slot) in &mut some {
                *rank = ranks.rank(roll, *slot, depth);
            }
        }
        let sorted = ranks.sorted(some.into_iter().map(|(_, slot)| slot).collect(), &mut |work| {
            work(roll);
            Some(())
        });
        let mut sorted = sorted.unwrap_or_default();
        sorted.truncate(window.end - skipped);
        sorted.split_off(window.start - skipped)
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

    /// All slots with their ranks, made by all cores.
    fn ranked(&self, ranks: &Ranks, roll: &Roll) -> &[Ranked] {
        self.ranked.get_or_init(|| {
            let mut all: Vec<Ranked> = self.found.newest().map(|slot| (0, slot)).collect();
            let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS);
            let threads = threads.min(all.len().div_ceil(2 * PIECE)).max(1);
            let queue = Mutex::new(all.chunks_mut(PIECE));
            let work = || {
                loop {
                    let Some(piece) = queue.lock().unwrap_or_else(PoisonError::into_inner).next() else {
                        return;
                    };
                    for (rank, slot) in piece {
                        *rank = ranks.rank(roll, *slot, 0);
                    }
                }
            };
            std::thread::scope(|scope| {
                for _ in 1..threads {
                    // Without another thread this one does it all.
                    let _ = std::thread::Builder::new().spawn_scoped(scope, work);
                }
                work();
            });
            all
        })
    }
}

/// Those that may stand in a window, by the first bits in which ranks differ; how many surely stand before all of them.
fn narrowed(all: &[Ranked], window: &Range<usize>) -> (Vec<Ranked>, usize) {
    let (least, most) =
        all.iter().fold((u64::MAX, 0), |(least, most), (rank, _)| (least.min(*rank), most.max(*rank)));
    let bits = (all.len() | 2).ilog2().min(BITS);
    let shift = (u64::BITS - most.saturating_sub(least).leading_zeros()).saturating_sub(bits);
    let first = |rank: u64| usize::try_from((rank - least) >> shift).unwrap_or_default();
    let mut counts = vec![0usize; 1 << bits];
    for (rank, _) in all {
        counts[first(*rank)] += 1;
    }
    let (mut before, mut skipped, mut within) = (0, 0, None);
    for (bits, count) in counts.iter().enumerate() {
        if before + count > window.start && within.is_none() {
            (skipped, within) = (before, Some(bits..bits + 1));
        }
        if let Some(within) = within.as_mut().filter(|_| before < window.end) {
            within.end = bits + 1;
        }
        before += count;
    }
    let within = within.unwrap_or_default();
    (all.iter().filter(|(rank, _)| within.contains(&first(*rank))).copied().collect(), skipped)
}
