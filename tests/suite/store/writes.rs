//! Writes and syncs that fail, each in its turn: what was acknowledged stays, what was not leaves nothing or all of it.

use std::collections::BTreeMap;

use claviger::model::{ApiKey, Time};
use claviger::store::{Entry, Opening, Store, StoreError, Trial};

use super::ground::{Ground, actor, created, key, keys, open, proof, put, toggled};

type Held = BTreeMap<u64, ApiKey>;

/// A small day's work: creates, a disable, an enable, a group commit, a delete. Each with what is held after it.
fn work() -> Vec<(Vec<Entry>, Held)> {
    let proof = proof();
    let mut held = Held::new();
    let mut list = Vec::new();
    for n in 1..=3 {
        let key = key(n, n as i64);
        held.insert(n, key.clone());
        list.push((vec![created(&key, &proof)], held.clone()));
    }
    for time in [10, 11] {
        let (after, entry) = toggled(&held[&2], time);
        held.insert(2, after);
        list.push((vec![entry], held.clone()));
    }
    let mut batch = Vec::new();
    for n in 1..=3 {
        let (after, entry) = toggled(&held[&n], 12);
        held.insert(n, after);
        batch.push(entry);
    }
    list.push((batch, held.clone()));
    let before = held.remove(&1).unwrap();
    list.push((vec![Entry::KeyDropped { before }], held));
    list
}

/// Works until something fails; what was acknowledged, and what was being done when it failed.
fn run(ground: &Ground, trial: &Trial) -> Result<(Held, Option<Held>), StoreError> {
    ground.open().unwrap().0.close().unwrap();
    let (mut store, _) = Store::open_for_trial(&ground.dir, &Opening::default(), trial)?;
    let mut acknowledged = Held::new();
    for (entries, held) in work() {
        match store.append(Time(20), &actor(), entries.clone(), &|_, _| {}) {
            Ok(_) => acknowledged = held,
            Err(error) => {
                assert_eq!(store.trouble(), Some(error.clone()));
                assert_eq!(
                    store.append(Time(20), &actor(), entries, &|_, _| {}),
                    Err(error),
                    "changes are off"
                );
                return Ok((acknowledged, Some(held)));
            }
        }
    }
    Ok((acknowledged, None))
}

#[test]
fn whichever_write_or_sync_fails_no_acknowledged_change_is_lost_and_no_other_kept_by_half() {
    let counting = Trial::failing(u64::MAX, 0, false);
    let (all, failed) = run(&Ground::new(), &counting).unwrap();
    assert!(failed.is_none());
    assert_eq!(all.len(), 2);
    let operations = counting.operations();
    assert!(operations >= 7 * 4, "the seam sees only {operations} writes and syncs");
    for n in 1..=operations {
        for torn in [false, true] {
            for last in [n, u64::MAX] {
                let ground = Ground::new();
                let (acknowledged, doubtful) = match run(&ground, &Trial::failing(n, last, torn)) {
                    Ok(outcome) => outcome,
                    Err(StoreError::Disk { .. }) => (Held::new(), None),
                    Err(other) => panic!("{other}"),
                };
                let (store, contents) = open(&ground.dir).unwrap();
                assert!(store.trouble().is_none());
                let held = keys(&contents);
                if last == n {
                    assert_eq!(
                        held, acknowledged,
                        "operation {n} failed once (torn {torn}): the change is taken back"
                    );
                } else {
                    let right = held == acknowledged || Some(&held) == doubtful.as_ref();
                    assert!(right, "from operation {n} on all failed (torn {torn}): {held:?}");
                }
            }
        }
    }
}

#[test]
fn after_a_failed_write_the_store_opened_again_takes_changes() {
    let ground = Ground::new();
    let (_, failed) = run(&ground, &Trial::failing(9, u64::MAX, true)).unwrap();
    assert!(failed.is_some());
    let (mut store, contents) = open(&ground.dir).unwrap();
    let key = key(contents.next_number, 50);
    put(&mut store, 50, created(&key, &proof())).unwrap();
    store.close().unwrap();
    assert_eq!(keys(&open(&ground.dir).unwrap().1)[&key.number], key);
}
