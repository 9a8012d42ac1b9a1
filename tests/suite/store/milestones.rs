//! What a store tells of itself while it is being opened: for showing, and never in the place of what is checked.

use std::fs;
use std::path::Path;
use std::sync::Mutex;

use claviger::model::ApiKey;
use claviger::store::{Contents, Milestone, Opening, Store, StoreError};

use super::ground::{Ground, copy, keys, put, toggled};

type Told = Vec<(Vec<ApiKey>, u64)>;

fn watched(dir: &Path) -> (Result<(Store, Contents), StoreError>, Told) {
    let told = Mutex::new(Told::new());
    let watch = |milestone: Milestone| {
        if let Milestone::Newest { keys, of } = milestone {
            told.lock().unwrap().push((keys, of));
        }
    };
    let opened = Store::open_watched(dir, &Opening::default(), &watch);
    (opened, told.into_inner().unwrap())
}

#[test]
fn the_newest_keys_are_told_first_the_newest_first_and_of_how_many() {
    let ground = Ground::new();
    let (store, made) = ground.fill(300);
    store.close().unwrap();
    let (opened, told) = watched(&ground.dir);
    let (_store, contents) = opened.unwrap();
    let [(newest, of)] = told.as_slice() else { panic!("told {} times", told.len()) };
    assert_eq!(*of, 300);
    let expected: Vec<ApiKey> = made.iter().rev().take(newest.len()).cloned().collect();
    assert_eq!((newest.len(), newest), (256, &expected));
    assert_eq!(contents.keys.len(), 300);
}

#[test]
fn what_is_told_early_never_takes_the_place_of_what_the_journal_says() {
    let ground = Ground::new();
    let (store, made) = ground.fill(3);
    store.close().unwrap();
    let (mut store, _) = ground.open().unwrap();
    let (disabled, entry) = toggled(&made[2], 5000);
    let stale = ground.copy("stale");
    put(&mut store, 5000, entry).unwrap();
    let killed = ground.copy("killed");
    // The checkpoint of before the change, with journal and head of after it: what a kill leaves.
    fs::remove_dir_all(killed.join("index")).unwrap();
    copy(&stale.join("index"), &killed.join("index"));
    drop(store);
    let (opened, told) = watched(&killed);
    let (_store, contents) = opened.unwrap();
    assert_eq!(told[0].0[0], made[2], "what the checkpoint has is told as it is");
    assert_eq!(keys(&contents)[&disabled.number], disabled, "and what counts is the journal");
}
