//! The creation numbers of all slots. They rise, mostly by one: what is kept is where they do not.

/// Numbers by slot.
#[derive(Debug, Default, Clone)]
pub(super) struct Numbers {
    /// First slot and first number of each run without a gap.
    runs: Vec<(usize, u64)>,
    slots: usize,
}

impl Numbers {
    pub(super) const fn len(&self) -> usize {
        self.slots
    }

    /// The number of a new slot at the end: higher than all before it.
    pub(super) fn push(&mut self, number: u64) {
        if self.last().is_none_or(|last| last.checked_add(1) != Some(number)) {
            self.runs.push((self.slots, number));
        }
        self.slots += 1;
    }

    pub(super) fn last(&self) -> Option<u64> {
        self.get(self.slots.checked_sub(1)?)
    }

    pub(super) fn get(&self, slot: usize) -> Option<u64> {
        let (first, number) = match self.runs.as_slice() {
            [only] => *only,
            runs => *runs.get(runs.partition_point(|(first, _)| *first <= slot).checked_sub(1)?)?,
        };
        (slot < self.slots).then(|| number + (slot - first) as u64)
    }

    pub(super) fn slot_of(&self, number: u64) -> Option<usize> {
        let run = self.runs.partition_point(|(_, first)| *first <= number).checked_sub(1)?;
        let (slot, first) = *self.runs.get(run)?;
        let end = self.runs.get(run + 1).map_or(self.slots, |(slot, _)| *slot);
        let slot = slot.checked_add(usize::try_from(number - first).ok()?)?;
        (slot < end).then_some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_with_gaps_are_found_both_ways(steps in prop::collection::vec(1u64..4, 0..40), start in 0u64..3) {
            let mut plain = Vec::new();
            let mut numbers = Numbers::default();
            for step in steps {
                let next = plain.last().map_or(start, |last| last + step);
                plain.push(next);
                numbers.push(next);
            }
            prop_assert_eq!(numbers.len(), plain.len());
            prop_assert_eq!(numbers.last(), plain.last().copied());
            for slot in 0..plain.len() + 2 {
                prop_assert_eq!(numbers.get(slot), plain.get(slot).copied());
            }
            for number in 0..plain.last().map_or(3, |last| last + 3) {
                prop_assert_eq!(numbers.slot_of(number), plain.iter().position(|other| *other == number));
            }
            prop_assert_eq!(numbers.slot_of(u64::MAX), None);
        }
    }
}
