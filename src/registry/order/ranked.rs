//! Sorting by a column: numbers that agree with its order as far as they go, then the next ones of those that are
//! alike. The whole order is made step by step, so that whoever lets it read need not do so for long at a time.

use std::cmp::Ordering;
use std::ops::Range;

use super::found::Found;
use crate::model::{KeyId, Roll, Status, Time};
use crate::registry::query::Column;

/// So many keys are read at a time.
const STEP: usize = 1 << 15;

/// A slot with the part of its sort key that is compared now.
pub(super) type Ranked = (u64, u32);

/// Runs what it is given on the roll, or refuses to go on.
pub(super) type Reading<'a> = &'a mut dyn FnMut(&mut dyn FnMut(&Roll)) -> Option<()>;

/// A column as something that ranks slots.
pub(super) struct Ranks {
    column: Column,
    /// Place of each group's code in the order of codes.
    codes: Vec<u64>,
}

fn time(time: Time) -> u64 {
    time.0.cast_unsigned() ^ (1 << 63)
}

/// Eight bytes of the first line as a big-endian number, filled up with zeros. The line reaches so far.
fn eight(text: &[u8], depth: usize) -> u64 {
    let rest = text.get(depth * 8..).unwrap_or_default();
    let mut part = [0; 8];
    let count = rest.iter().take(8).position(|byte| *byte == b'\n').unwrap_or(rest.len().min(8));
    part[..count].copy_from_slice(&rest[..count]);
    u64::from_be_bytes(part)
}

fn folded(roll: &Roll, slot: u32) -> &[u8] {
    let lower = roll.lower(slot).as_bytes();
    &lower[..memchr::memchr(b'\n', lower).unwrap_or(lower.len())]
}

impl Ranks {
    pub(super) fn new(roll: &Roll, column: Column) -> Self {
        let mut sorted: Vec<(&str, usize)> =
            roll.codes().iter().enumerate().map(|(place, code)| (&**code, place)).collect();
        sorted.sort_unstable();
        let mut codes = vec![0; sorted.len()];
        for (rank, (_, place)) in (0..).zip(sorted) {
            codes[place] = rank;
        }
        Self { column, codes }
    }

    /// The part of a slot's sort key at this depth.
    pub(super) fn rank(&self, roll: &Roll, slot: u32, depth: usize) -> u64 {
        match self.column {
            Column::Description => eight(roll.lower(slot).as_bytes(), depth),
            Column::Key => eight(roll.key(slot).as_ref().map_or(b"", |key| key.as_str().as_bytes()), depth),
            Column::Group => {
                let place = roll.groups().get(slot as usize).copied().unwrap_or_default();
                self.codes.get(place as usize).copied().unwrap_or_default()
            }
            Column::Status => u64::from(roll.status(slot) == Status::Disabled),
            Column::Created => time(roll.created(slot)),
            Column::LastUsed => roll.last_used(slot).map_or(0, |t| time(t).saturating_add(1)),
            Column::Expires => time(roll.expires(slot).unwrap_or(Time(i64::MAX))),
            Column::Modified => time(roll.modified(slot)),
        }
    }

    /// Whether keys of the same rank may differ further on.
    pub(super) fn goes_deeper(&self, rank: u64, depth: usize) -> bool {
        match self.column {
            Column::Description => rank & 0xff != 0,
            Column::Key => (depth + 1) * 8 < KeyId::LEN,
            _ => false,
        }
    }

    /// What decides between keys that are alike in the column: case, then newest first.
    pub(super) fn last(&self, roll: &Roll, a: u32, b: u32) -> Ordering {
        match self.column {
            Column::Description => roll.description(a).cmp(roll.description(b)).then(b.cmp(&a)),
            // The time of creation and the order of creation are one thing.
            Column::Created => a.cmp(&b),
            _ => b.cmp(&a),
        }
    }

    /// The whole comparison, ascending.
    pub(super) fn compare(&self, roll: &Roll, a: u32, b: u32) -> Ordering {
        let by_column = match self.column {
            Column::Description => folded(roll, a).cmp(folded(roll, b)),
            Column::Key => roll.key(a).cmp(&roll.key(b)),
            _ => self.rank(roll, a, 0).cmp(&self.rank(roll, b, 0)),
        };
        by_column.then_with(|| self.last(roll, a, b))
    }

    /// The first `count` of the slots that were found, sorted.
    pub(super) fn first(&self, roll: &Roll, found: &Found, count: usize, descending: bool) -> Vec<u32> {
        let turned = |rank: u64| if descending { !rank } else { rank };
        let compare = |a: &Ranked, b: &Ranked| {
            a.0.cmp(&b.0).then_with(|| {
                let order = self.compare(roll, a.1, b.1);
                if descending { order.reverse() } else { order }
            })
        };
        let (mut kept, mut worst) = (Vec::<Ranked>::with_capacity(2 * count + 512), None::<Ranked>);
        let mut offer = |slot: u32| {
            let new = (turned(self.rank(roll, slot, 0)), slot);
            if worst
                .is_some_and(|worst| new.0 > worst.0 || (new.0 == worst.0 && compare(&new, &worst).is_gt()))
            {
                return;
            }
            kept.push(new);
            if kept.len() > 2 * count + 511 {
                let (_, last, _) = kept.select_nth_unstable_by(count, compare);
                worst = Some(*last);
                kept.truncate(count);
            }
        };
        // Of those that are alike the first ones offered are the ones that stay.
        if descending == (self.column == Column::Created) {
            found.newest().for_each(&mut offer);
        } else {
            found.oldest().for_each(&mut offer);
        }
        kept.sort_unstable_by(compare);
        kept.truncate(count);
        kept.into_iter().map(|(_, slot)| slot).collect()
    }

    /// All slots in ascending order. `read` runs what it is given on the roll, or refuses to go on.
    pub(super) fn sorted(&self, slots: Vec<u32>, read: Reading<'_>) -> Option<Vec<u32>> {
        let mut ranked: Vec<Ranked> = slots.into_iter().map(|slot| (0, slot)).collect();
        let whole = 0..ranked.len();
        let (mut runs, mut alike, mut depth) = (vec![whole], Vec::new(), 0);
        while !runs.is_empty() {
            let (pieces, mut next) = (pieces(&runs), 0);
            while next < pieces.len() {
                read(&mut |roll| {
                    let mut seen = 0;
                    while let Some(piece) = pieces.get(next).filter(|_| seen < STEP) {
                        for (rank, slot) in &mut ranked[piece.clone()] {
                            *rank = self.rank(roll, *slot, depth);
                        }
                        (seen, next) = (seen + piece.len(), next + 1);
                    }
                })?;
            }
            let mut deeper = Vec::new();
            for run in runs {
                let part = &mut ranked[run.clone()];
                // Alike in the column: newest first, but for the order of creation itself.
                if self.column == Column::Created {
                    part.sort_unstable();
                } else {
                    part.sort_unstable_by_key(|(rank, slot)| (*rank, !*slot));
                }
                let mut start = run.start;
                for same in part.chunk_by(|a, b| a.0 == b.0).map(|same| (same[0].0, same.len())) {
                    let (rank, end) = (same.0, start + same.1);
                    if same.1 > 1 {
                        let further = if self.goes_deeper(rank, depth) { &mut deeper } else { &mut alike };
                        further.push(start..end);
                    }
                    start = end;
                }
            }
            (runs, depth) = (deeper, depth + 1);
        }
        if self.column == Column::Description {
            self.by_case(&mut ranked, &alike, read)?;
        }
        Some(ranked.into_iter().map(|(_, slot)| slot).collect())
    }

    /// Of descriptions that differ in nothing but case the exact text decides.
    fn by_case(&self, ranked: &mut [Ranked], alike: &[Range<usize>], read: Reading<'_>) -> Option<()> {
        let mut next = 0;
        while next < alike.len() {
            read(&mut |roll| {
                let mut seen = 0;
                while let Some(run) = alike.get(next).filter(|_| seen < STEP) {
                    ranked[run.clone()].sort_unstable_by(|a, b| self.last(roll, a.1, b.1));
                    (seen, next) = (seen + run.len(), next + 1);
                }
            })?;
        }
        Some(())
    }
}

/// Runs cut into pieces of bounded length.
fn pieces(runs: &[Range<usize>]) -> Vec<Range<usize>> {
    runs.iter()
        .flat_map(|run| run.clone().step_by(STEP).map(|start| start..(start + STEP).min(run.end)))
        .collect()
}
