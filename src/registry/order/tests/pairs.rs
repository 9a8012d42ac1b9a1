//! Both halves of a rotation stand together in every window of every order.

use std::collections::HashMap;

use super::*;
use crate::model::{Account, Days, Mark, Rotation};

proptest! {
    #[test]
    fn both_halves_of_a_rotation_stand_together_in_every_window(
        seeds in prop::collection::vec(any::<u64>(), 2..40),
        pairs in prop::collection::btree_set((0u32..40, 0u32..40), 0..5),
        text in prop::sample::select(vec!["", "hr", "azure"]),
        measure in prop::sample::select(MEASURES.to_vec()),
    ) {
        let mut index = index_of(&seeds);
        let mut used = std::collections::HashSet::new();
        for (old, new) in pairs {
            let keys = [old, new].map(|slot| index.live(slot).map(|live| live.record.key));
            if let ([Some(old_key), Some(new_key)], true) = (keys, old < new && used.insert(old) && used.insert(new)) {
                index.put_rotation(Rotation {
                    number: u64::from(new) + 1, old: old_key, new: new_key,
                    started: Mark { time: Time(0), by: Account::parse("ada").unwrap() },
                    deadline: None, expires_before: None, monitoring: Days::WEEK, verified: None, disabled: None,
                });
            }
        }
        let (filter, (shared, lists)) = (filter(text), lists(index, measure));
        for sort in sorts() {
            let index = crate::registry::read(&shared);
            let wanted = brought_together(&index, &plain(&index, &filter, sort));
            let view = lists.view(&index, &filter, sort, &Ticket::new()).unwrap();
            let together = view.together(&index, None, 0);
            for from in 0..=wanted.len() {
                for to in [from, from + 1, from + 4, wanted.len()] {
                    let rows = from..to.clamp(from, wanted.len());
                    prop_assert_eq!(together.slots(rows.clone()), &wanted[rows]);
                }
            }
            followed(&lists, &index, &filter, sort, &wanted);
        }
    }
}

/// The plain way: the other half goes where the first one stands, the successor on top.
fn brought_together(index: &Index, apart: &[u32]) -> Vec<u32> {
    let mut other: HashMap<u32, (u32, bool)> = HashMap::new();
    for rotation in index.rotations() {
        let (old, new) = (index.slot(&rotation.old).unwrap(), index.slot(&rotation.new).unwrap());
        if apart.contains(&old) && apart.contains(&new) {
            other.extend([(old, (new, false)), (new, (old, true))]);
        }
    }
    let (mut together, mut placed) = (Vec::new(), Vec::new());
    for &slot in apart {
        match other.get(&slot) {
            Some(_) if placed.contains(&slot) => {}
            Some(&(partner, successor)) => {
                together.extend(if successor { [slot, partner] } else { [partner, slot] });
                placed.push(partner);
            }
            None => together.push(slot),
        }
    }
    together
}
