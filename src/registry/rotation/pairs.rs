//! The two keys of a rotation stand together in every order: where the first of them would stand, the successor on top.

use std::collections::HashMap;
use std::sync::Arc;

use crate::registry::index::Index;
use crate::registry::lock;
use crate::sync::Mutex;

/// The last order that was brought together, and what it was before.
#[derive(Debug, Default)]
pub(in crate::registry) struct Pairs {
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    epoch: u64,
    apart: Arc<Vec<u32>>,
    together: Arc<Vec<u32>>,
}

impl Pairs {
    /// The order with both halves of each rotation together, where both are in it.
    pub(in crate::registry) fn together(&self, index: &Index, apart: Arc<Vec<u32>>) -> Arc<Vec<u32>> {
        let other: HashMap<u32, (u32, bool)> = index
            .rotations()
            .filter_map(|rotation| Some((index.slot(&rotation.old)?, index.slot(&rotation.new)?)))
            .flat_map(|(old, new)| [(old, (new, false)), (new, (old, true))])
            .collect();
        if other.is_empty() {
            *lock(&self.kept) = None;
            return apart;
        }
        let mut kept = lock(&self.kept);
        if let Some(kept) = kept.as_ref().filter(|k| k.epoch == index.epoch && Arc::ptr_eq(&k.apart, &apart))
        {
            return Arc::clone(&kept.together);
        }
        let together = Arc::new(bring_together(&apart, &other));
        let copy = Arc::clone(&together);
        *kept = Some(Kept { epoch: index.epoch, apart, together });
        copy
    }
}

/// `other` names the other half of each half, and whether this one is the successor.
fn bring_together(apart: &[u32], other: &HashMap<u32, (u32, bool)>) -> Vec<u32> {
    let present: Vec<u32> = apart.iter().copied().filter(|slot| other.contains_key(slot)).collect();
    let mut together = Vec::with_capacity(apart.len());
    let mut placed: Vec<u32> = Vec::new();
    for &slot in apart {
        match other.get(&slot) {
            Some(_) if placed.contains(&slot) => {}
            Some(&(partner, successor)) if present.contains(&partner) => {
                together.extend(if successor { [slot, partner] } else { [partner, slot] });
                placed.push(partner);
            }
            _ => together.push(slot),
        }
    }
    together
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_stand_where_the_first_would_and_the_successor_on_top() {
        let other = HashMap::from([(1, (9, false)), (9, (1, true)), (4, (8, false)), (8, (4, true))]);
        assert_eq!(bring_together(&[9, 8, 5, 4, 2, 1], &other), [9, 1, 8, 4, 5, 2]);
        assert_eq!(bring_together(&[1, 2, 4, 5, 8, 9], &other), [9, 1, 2, 8, 4, 5]);
        assert_eq!(bring_together(&[2, 1, 5], &other), [2, 1, 5], "half of a pair alone");
        assert!(bring_together(&[], &other).is_empty());
    }
}
