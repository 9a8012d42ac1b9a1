//! Sorting by a column: numbers that agree with its order as far as they go, then the next ones of those that are
//! alike. The whole order is made step by step, so that whoever lets it read need not do so for long at a time.

use std::cmp::Ordering;
use std::ops::Range;

use crate::model::{KeyId, Roll, Status, Time};
use crate::registry::query::Column;

/// So many keys are read at a time.
const STEP: usize = 1 << 15;

/// A slot with the part of its sort key that is compared now.
pub(super) type Ranked = (u64, u32);

/// A slot with so much of its sort key that few are alike.
pub(super) type Wide = (u128, u32);

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

/// Sixteen bytes of the first line as a big-endian number, filled up with zeros. The line reaches as far as `from`.
fn sixteen(text: &[u8], from: usize) -> u128 {
    const ONES: u128 = u128::MAX / 255;
    let rest = text.get(from..).unwrap_or_default();
    let part = rest.first_chunk().copied().unwrap_or_else(|| {
        let mut part = [b'\n'; 16];
        part[..rest.len()].copy_from_slice(rest);
        part
    });
    let letters = u128::from_le_bytes(part);
    // The lowest byte that is a line feed has its highest bit set here, and none below it has.
    let others = letters ^ (ONES * u128::from(b'\n'));
    let ends = others.wrapping_sub(ONES) & !others & (ONES << 7);
    let kept = if ends == 0 { letters } else { letters & ((1 << (ends.trailing_zeros() - 7)) - 1) };
    kept.swap_bytes()
}

/// Of a Key the environment's first letter, which tells the three apart, and all but the last of the random part.
fn wide_key(key: KeyId) -> u128 {
    let bytes = key.bytes();
    let random = bytes.last_chunk().map_or(0, |random| u128::from_be_bytes(*random));
    random >> 8 | u128::from(bytes[3]) << 120
}

/// The first eight of them.
fn eight(text: &[u8], depth: usize) -> u64 {
    u64::try_from(sixteen(text, depth * 8) >> 64).unwrap_or_default()
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

    pub(super) const fn column(&self) -> Column {
        self.column
    }

    /// The first part of a slot's sort key, so long that few are alike.
    pub(super) fn wide(&self, roll: &Roll, slot: u32) -> u128 {
        match self.column {
            Column::Description => sixteen(roll.lower(slot).as_bytes(), 0),
            Column::Key => roll.key(slot).map_or(0, wide_key),
            _ => self.rank(roll, slot, 0).into(),
        }
    }

    /// The part of a slot's sort key at this depth.
    pub(super) fn rank(&self, roll: &Roll, slot: u32, depth: usize) -> u64 {
        match self.column {
            Column::Description => eight(roll.lower(slot).as_bytes(), depth),
            Column::Key => roll.key(slot).map_or(0, |key| eight(&key.bytes(), depth)),
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
        self.wide(roll, a).cmp(&self.wide(roll, b)).then_with(|| self.compare_alike(roll, a, b))
    }

    /// The comparison of two whose first parts are alike.
    pub(super) fn compare_alike(&self, roll: &Roll, a: u32, b: u32) -> Ordering {
        let by_column = match self.column {
            Column::Description => folded(roll, a).cmp(folded(roll, b)),
            Column::Key => roll.key(a).cmp(&roll.key(b)),
            _ => Ordering::Equal,
        };
        by_column.then_with(|| self.last(roll, a, b))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_head_of_a_line_is_its_first_sixteen_bytes_filled_up_with_zeros(
            text in "[a-c\\n\u{b}\u{1}é]{0,40}", from in 0usize..44,
        ) {
            let line = text.as_bytes().get(from..).unwrap_or_default().split(|byte| *byte == b'\n').next().unwrap_or_default();
            let mut head = [0; 16];
            let length = line.len().min(16);
            head[..length].copy_from_slice(&line[..length]);
            prop_assert_eq!(sixteen(text.as_bytes(), from), u128::from_be_bytes(head));
        }
    }
}
