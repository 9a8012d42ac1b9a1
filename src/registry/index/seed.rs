//! How a Key is hashed to be found again: by its random part, in a few steps.
//!
//! The Keys that are kept were drawn at random by this program, so nobody can choose ones that meet; the seed, another one in each
//! process, keeps what is asked for from being aimed. Knows nothing of what is kept.

use std::hash::{BuildHasher, RandomState};

use crate::model::{KeyId, Roll};

/// Odd, and its bits evenly spread.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What the hashes of this process start from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seed(u64);

impl Default for Seed {
    fn default() -> Self {
        Self(RandomState::new().hash_one(()))
    }
}

fn mixed(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    #[expect(clippy::cast_possible_truncation, reason = "both halves are taken")]
    let (low, high) = (product as u64, (product >> 64) as u64);
    low ^ high
}

impl Seed {
    /// The hash of a Key.
    pub(super) fn hash(self, key: KeyId) -> u64 {
        let bytes = key.bytes();
        // The last sixteen are the random ones.
        let eight = |from: usize| u64::from_le_bytes(std::array::from_fn(|at| bytes[from + at]));
        let (first, second) = (eight(KeyId::LEN - 16), eight(KeyId::LEN - 8));
        mixed(mixed(first ^ self.0, SPREAD) ^ second, SPREAD ^ self.0)
    }

    /// The hash of the Key in a slot.
    pub(super) fn hash_of(self, roll: &Roll, slot: u32) -> u64 {
        roll.key(slot).map_or(0, |key| self.hash(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Environment;
    use std::collections::HashSet;

    #[test]
    fn keys_that_differ_in_one_digit_are_told_apart_in_the_bits_that_a_table_uses() {
        let seed = Seed::default();
        let mut digits = [0; 16];
        let mut places = HashSet::new();
        for place in 0..16 {
            for digit in 1..32 {
                digits[place] = digit;
                let hash = seed.hash(KeyId::from_digits(Environment::Production, digits));
                places.insert((hash >> 57, hash & 0x1f_ffff));
            }
            digits[place] = 0;
        }
        assert!(places.len() > 16 * 31 - 4, "{}", places.len());
    }
}
