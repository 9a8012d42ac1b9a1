//! Files removed, exchanged for older ones or for another store's, and what sled alone would have let happen.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use claviger::model::{ApiKey, Status};
use claviger::store::{Opening, Store, Trial};

use super::faults::{Case, Seen, change_file, try_damaged, used};
use super::ground::{Dice, Ground, copy, keys, open, put, toggled};

#[test]
fn files_missing_exchanged_or_old_are_right_or_refused() {
    let ground = Ground::new();
    let (mut store, made) = ground.fill(20);
    let (after, entry) = toggled(&made[3], 4000);
    let young = ground.copy("young");
    put(&mut store, 4000, entry).unwrap();
    store.close().unwrap();
    let (store, _) = ground.open().unwrap();
    let mut held: BTreeMap<u64, ApiKey> = made.iter().map(|k| (k.number, k.clone())).collect();
    held.insert(4, after);
    let case = Case { dir: ground.dir.clone(), keys: held, groups: vec![super::ground::group()] };
    drop(store);
    let stranger = Ground::new();
    stranger.fill(22).0.close().unwrap();
    let remove = |dir: &Path, name: &str| {
        let path = dir.join(name);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    };
    for name in ["journal", "head", "index", "store.key", "lock", "index/db", "index/conf"] {
        let seen = try_damaged(&ground, &case, |dir| remove(dir, name));
        let wanted = if ["journal", "head"].contains(&name) { Seen::Refused } else { Seen::Right };
        assert_eq!(seen, wanted, "{name} removed");
        for (whose, other) in [("old", &young), ("another's", &stranger.dir)] {
            let seen = try_damaged(&ground, &case, |dir| {
                remove(dir, name);
                let (from, to) = (other.join(name), dir.join(name));
                if from.is_dir() {
                    copy(&from, &to);
                } else {
                    fs::copy(from, to).unwrap();
                }
            });
            assert_ne!(seen, Seen::Wrong, "{name} exchanged for {whose}");
        }
    }
    let all_gone =
        try_damaged(&ground, &case, |dir| ["journal", "head", "index"].iter().for_each(|n| remove(dir, n)));
    assert_eq!(all_gone, Seen::Refused, "a store key alone is not an empty store");
    let swapped = try_damaged(&ground, &case, |dir| {
        fs::rename(dir.join("journal"), dir.join("x")).unwrap();
        fs::rename(dir.join("head"), dir.join("journal")).unwrap();
        fs::rename(dir.join("x"), dir.join("head")).unwrap();
    });
    assert_eq!(swapped, Seen::Refused);
}

#[test]
fn with_the_digest_unread_a_flip_in_sled_brings_a_disabled_key_back() {
    let ground = Ground::new();
    let (store, made) = ground.fill(20);
    store.close().unwrap();
    let old = fs::read(ground.dir.join("index/db")).unwrap();
    let (mut store, _) = ground.open().unwrap();
    let (after, entry) = toggled(&made[3], 4000);
    put(&mut store, 4000, entry).unwrap();
    store.close().unwrap();
    let new = fs::read(ground.dir.join("index/db")).unwrap();
    let touched: Vec<usize> = (0..used(&new)).filter(|i| old.get(*i) != Some(&new[*i])).collect();
    let mut dice = Dice(3);
    let (mut back, tries) = (0, 30);
    eprintln!(
        "touched {} of {}; first {:?} last {:?}",
        touched.len(),
        new.len(),
        touched.first(),
        touched.last()
    );
    for _ in 0..tries {
        let place = touched[dice.below(touched.len() as u64) as usize];
        let dir = ground.temp.path().join("control");
        copy(&ground.dir, &dir);
        change_file(&dir.join("index/db"), |b| b[place] ^= 1);
        let trial = Trial::without_digest();
        if let Ok((store, contents)) = Store::open_for_trial(&dir, &Opening::default(), &trial) {
            back += u32::from(keys(&contents).get(&4).is_some_and(|k| k.status == Status::Active));
            drop(store);
        }
        let (_, contents) = {
            fs::remove_dir_all(&dir).unwrap();
            copy(&ground.dir, &dir);
            change_file(&dir.join("index/db"), |b| b[place] ^= 1);
            open(&dir).unwrap()
        };
        assert_eq!(keys(&contents)[&4], after, "the digest read, the key is Disabled");
        fs::remove_dir_all(&dir).unwrap();
    }
    assert!(back > 0, "of {tries} flips none did what sled alone lets happen: the control has no bite");
}

#[test]
fn a_lost_store_key_leaves_argon2_alone_to_tell() {
    let ground = Ground::new();
    ground.fill(3).0.close().unwrap();
    fs::remove_file(ground.dir.join("store.key")).unwrap();
    let (mut store, contents) = open(&ground.dir).unwrap();
    assert!(contents.keys.iter().all(|(.., precheck)| precheck.is_none()));
    assert!(contents.notes.iter().any(|n| n.contains("store key")), "{:?}", contents.notes);
    put(&mut store, 1, super::ground::created(&super::ground::key(4, 1), &super::ground::proof())).unwrap();
    store.close().unwrap();
    let known: Vec<bool> = open(&ground.dir).unwrap().1.keys.iter().map(|(.., p)| p.is_some()).collect();
    assert_eq!(known, [false, false, false, true]);
}
