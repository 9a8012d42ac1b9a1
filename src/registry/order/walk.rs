//! One walk by all cores over the keys that a filter leaves, in an order that nobody has made: the first ones of it, or
//! the places of a few keys and the neighbours of one of them. Nothing is kept of what the walk goes past.
//!
//! Knows nothing of filters and windows.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::found::Found;
use super::ranked::{Ranks, Wide};
use crate::model::Roll;
use crate::registry::door::Ticket;
use crate::registry::query::Column;

/// No more threads than this walk at once.
const THREADS: usize = 8;
/// So many words of bits are walked over at a time, and between them it may be cancelled.
const PIECE: usize = 256;
/// Of so many keys it is found out first where they stand.
const MILESTONES: usize = 64;
/// So many more than twice what is wanted are kept before the others go.
const SPARE: usize = 512;

/// The order, and what it is the order of.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    pub(super) ranks: &'a Ranks,
    pub(super) roll: &'a Roll,
    pub(super) found: &'a Found,
    pub(super) ticket: &'a Ticket,
}

/// The rows about a key, in ascending order.
#[derive(Debug, Clone)]
pub(super) struct Around {
    first: usize,
    slots: Vec<u32>,
}

impl Around {
    /// The slots of a window, if all of them are here.
    pub(super) fn window(&self, window: &Range<usize>) -> Option<&[u32]> {
        let start = window.start.checked_sub(self.first)?;
        self.slots.get(start..start + window.len())
    }
}

impl Walk<'_> {
    fn wide(&self, slot: u32) -> Wide {
        (self.ranks.wide(self.roll, slot), slot)
    }

    fn compare(&self, a: &Wide, b: &Wide) -> Ordering {
        a.0.cmp(&b.0).then_with(|| self.ranks.compare_alike(self.roll, a.1, b.1))
    }

    /// Takes every slot in, on each thread into something of its own; returns them all.
    fn each<S: Send>(&self, new: impl Fn() -> S + Sync, take: impl Fn(&mut S, u32) + Sync) -> Vec<S> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS);
        let threads = threads.min(self.found.words().div_ceil(2 * PIECE)).max(1);
        // Of those that are alike the first ones offered are the ones that stay: mostly the newest.
        let (found, oldest_first) = (self.found, self.ranks.column() == Column::Created);
        let pieces = found.words().div_ceil(PIECE);
        let queue = Mutex::new(0..pieces);
        let work = || {
            let mut state = new();
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(piece) = next.filter(|_| !self.ticket.is_cancelled()) else { return state };
                let piece = if oldest_first { piece } else { pieces - 1 - piece };
                let slots = found.newest_of(piece * PIECE..(piece + 1) * PIECE);
                slots.for_each(|slot| take(&mut state, slot));
            }
        };
        std::thread::scope(|scope| {
            let spawn = |_| std::thread::Builder::new().spawn_scoped(scope, work).ok();
            let others: Vec<_> = (1..threads).map(spawn).collect();
            let mut states = vec![work()];
            states.extend(others.into_iter().flatten().filter_map(|other| other.join().ok()));
            states
        })
    }

    /// The first `count` slots.
    pub(super) fn first(&self, count: usize, descending: bool) -> Vec<u32> {
        let best = self.each(|| Best::new(count, descending), |best, slot| best.offer(self.wide(slot), self));
        Best::joined(best, self)
    }

    /// At which place of the ascending order each of these slots stands, and up to so many rows on each side of the
    /// first of them; all of it is worthless once the ticket is cancelled.
    pub(super) fn places(&self, slots: &[u32], near: usize) -> (Vec<usize>, Option<Around>) {
        let mut targets: Vec<(Wide, usize)> = slots.iter().map(|slot| self.wide(*slot)).zip(0..).collect();
        targets.sort_unstable_by(|a, b| self.compare(&a.0, &b.0));
        let Some(centre) = targets.iter().position(|(_, i)| *i == 0) else { return (Vec::new(), None) };
        let new = || Census {
            between: vec![0; targets.len() + 1],
            before: Best::new(near, true),
            after: Best::new(near + 1, false),
        };
        let counts = self.each(new, |census, slot| {
            let wide = self.wide(slot);
            // The first target that this slot comes before.
            let place = targets.partition_point(|(target, _)| self.compare(target, &wide).is_le());
            census.between[place] += 1;
            if near > 0 {
                let side = if place <= centre { &mut census.before } else { &mut census.after };
                side.offer(wide, self);
            }
        });
        let (mut between, mut before, mut after) = (vec![0; targets.len() + 1], Vec::new(), Vec::new());
        for census in counts {
            between.iter_mut().zip(census.between).for_each(|(sum, count)| *sum += count);
            before.push(census.before);
            after.push(census.after);
        }
        let (mut places, mut sum) = (vec![0; slots.len()], 0);
        for (count, (_, i)) in between.iter().zip(&targets) {
            sum += count;
            places[*i] = sum;
        }
        let around = (near > 0).then(|| {
            let mut slots = Best::joined(before, self);
            slots.reverse();
            let first = places[0].saturating_sub(slots.len());
            slots.extend(Best::joined(after, self));
            Around { first, slots }
        });
        (places, around)
    }
}

impl Walk<'_> {
    /// The slots of a window of the ascending order, wherever it is: those between two keys of which it is known where
    /// they stand.
    pub(super) fn between(&self, window: &Range<usize>) -> Vec<u32> {
        let some: Vec<u32> =
            self.found.newest().step_by(self.found.len().div_ceil(MILESTONES).max(1)).collect();
        let mut known: Vec<(usize, Wide)> =
            self.places(&some, 0).0.into_iter().zip(some.iter().map(|slot| self.wide(*slot))).collect();
        known.sort_unstable_by_key(|(place, _)| *place);
        let first = known.iter().rev().find(|(place, _)| *place <= window.start);
        let end = known.iter().find(|(place, _)| *place >= window.end);
        let within = |new: &Wide| {
            first.is_none_or(|(_, first)| self.compare(first, new).is_le())
                && end.is_none_or(|(_, end)| self.compare(new, end).is_lt())
        };
        let parts = self
            .each(Vec::new, |part: &mut Vec<Wide>, slot| part.extend(Some(self.wide(slot)).filter(within)));
        let mut all = parts.concat();
        all.sort_unstable_by(|a, b| self.compare(a, b));
        let skipped = window.start - first.map_or(0, |(place, _)| *place).min(window.start);
        all.into_iter().map(|(_, slot)| slot).skip(skipped).take(window.len()).collect()
    }
}

/// What one thread saw.
struct Census {
    /// How many stand before each target and behind the one before it.
    between: Vec<usize>,
    before: Best,
    after: Best,
}

/// The first ones of all that were offered.
struct Best {
    count: usize,
    descending: bool,
    kept: Vec<Wide>,
    /// Who comes behind this one is none of them.
    last: Option<Wide>,
}

impl Best {
    const fn new(count: usize, descending: bool) -> Self {
        Self { count, descending, kept: Vec::new(), last: None }
    }

    fn compare(&self, a: &Wide, b: &Wide, walk: &Walk<'_>) -> Ordering {
        let order = walk.compare(a, b);
        if self.descending { order.reverse() } else { order }
    }

    fn offer(&mut self, new: Wide, walk: &Walk<'_>) {
        if self.count == 0 || self.last.is_some_and(|last| self.compare(&new, &last, walk).is_ge()) {
            return;
        }
        self.kept.push(new);
        if self.kept.len() >= 2 * self.count + SPARE {
            let mut kept = std::mem::take(&mut self.kept);
            let end = self.count - 1;
            self.last = Some(*kept.select_nth_unstable_by(end, |a, b| self.compare(a, b, walk)).1);
            kept.truncate(self.count);
            self.kept = kept;
        }
    }

    /// The first ones of all threads', in order.
    fn joined(all: Vec<Self>, walk: &Walk<'_>) -> Vec<u32> {
        let mut all = all.into_iter();
        let Some(first) = all.next() else { return Vec::new() };
        let mut kept = first.kept.clone();
        kept.extend(all.flat_map(|best| best.kept));
        kept.sort_unstable_by(|a, b| first.compare(a, b, walk));
        kept.truncate(first.count);
        kept.into_iter().map(|(_, slot)| slot).collect()
    }
}
