//! Damaged, cut, exchanged and missing files: the store opens with everything, or it is refused. Never fewer keys, never
//! Active again. Each protection has a control that loses something once it is switched off.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claviger::model::{ApiKey, Group, Status};
use claviger::store::{Contents, Opening, Store, StoreError, Trial};

use super::ground::{Dice, Ground, copy, keys, open, put, toggled, trials};

/// Files of a store and what is in it.
pub struct Case {
    pub dir: PathBuf,
    pub keys: BTreeMap<u64, ApiKey>,
    pub groups: Vec<Group>,
}

/// Two stores with the same kind of content: one closed, and one killed with changes that the checkpoint has not got.
/// The last change of both disables a key.
fn cases(ground: &Ground) -> [Case; 2] {
    let (store, mut made) = ground.fill(60);
    store.close().unwrap();
    let (mut store, _) = ground.open().unwrap();
    for time in 5000..5025 {
        let key = &mut made[(time % 60) as usize];
        let (after, entry) = toggled(key, time);
        put(&mut store, time, entry).unwrap();
        *key = after;
    }
    assert_eq!(made[5024 % 60].status, Status::Disabled);
    let killed = ground.copy("killed");
    store.close().unwrap();
    let (store, contents) = open(&ground.dir).unwrap();
    drop(store);
    let held: BTreeMap<u64, ApiKey> = made.into_iter().map(|k| (k.number, k)).collect();
    assert_eq!(keys(&contents), held);
    let case = |dir: PathBuf| Case { dir, keys: held.clone(), groups: contents.groups.clone() };
    [case(ground.dir.clone()), case(killed)]
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Seen {
    Right,
    Refused,
    Wrong,
}

fn judge(case: &Case, opened: Result<(Store, Contents), StoreError>) -> Seen {
    match opened {
        Ok((store, contents)) => {
            let right = keys(&contents) == case.keys && contents.groups == case.groups;
            let proofs = case.keys.keys().all(|n| matches!(store.reader().proof(*n), Ok(Some(_))));
            // Old lines may be damaged and are then told; nothing may panic.
            let _ = store.reader().changes(u64::MAX, 1000);
            let _ = store.reader().scan(None, &mut |_| true);
            if right && proofs { Seen::Right } else { Seen::Wrong }
        }
        Err(StoreError::Refused { sentence, hint }) => {
            assert!(!sentence.is_empty() && !hint.is_empty());
            Seen::Refused
        }
        Err(other) => panic!("neither right nor refused: {other}"),
    }
}

/// Opens a damaged copy; if it opens, once more after it was closed.
pub fn try_damaged(ground: &Ground, case: &Case, damage: impl FnOnce(&Path)) -> Seen {
    let dir = ground.temp.path().join("trial");
    copy(&case.dir, &dir);
    damage(&dir);
    let first = judge(case, open(&dir));
    if first == Seen::Right {
        assert_eq!(judge(case, open(&dir)), Seen::Right, "the second opening differs from the first");
    }
    fs::remove_dir_all(&dir).unwrap();
    first
}

pub fn change_file(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

/// Sets a length, as `truncate` does.
fn set_length(path: &Path, length: u64) {
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
}

/// Bytes before the padding at the end of a segment of sled.
pub fn used(bytes: &[u8]) -> usize {
    bytes.windows(2).rposition(|pair| pair[0] != pair[1]).map_or(bytes.len(), |i| i + 1)
}

/// The part of the journal that has lines.
fn lines_end(dir: &Path) -> usize {
    fs::read(dir.join("journal")).unwrap().iter().position(|b| *b == 0).unwrap()
}

fn edges(dir: &Path) -> Vec<usize> {
    let bytes = fs::read(dir.join("journal")).unwrap();
    (0..lines_end(dir)).filter(|i| bytes[*i] == b'\n').map(|i| i + 1).collect()
}

#[test]
fn a_journal_cut_at_any_edge_or_in_any_line_is_refused() {
    let ground = Ground::new();
    for case in &cases(&ground) {
        let edges = edges(&case.dir);
        assert_eq!(edges.len(), 86);
        let (last, middle) = (edges[85], |i: usize| edges[i] - 90);
        let mut places: Vec<usize> =
            edges[..85].iter().copied().step_by(4).chain(edges[60..85].iter().copied()).collect();
        places.extend([0, 1, last - 1, middle(85), middle(84), middle(3)]);
        for place in places {
            let cut = try_damaged(&ground, case, |dir| set_length(&dir.join("journal"), place as u64));
            assert_eq!(cut, Seen::Refused, "cut at {place} of {last}");
            let zeroed =
                try_damaged(&ground, case, |dir| change_file(&dir.join("journal"), |b| b[place..].fill(0)));
            assert_eq!(zeroed, Seen::Refused, "zeros from {place} of {last}");
        }
        // The room after the last line is nobody's.
        let cut = try_damaged(&ground, case, |dir| set_length(&dir.join("journal"), last as u64));
        assert_eq!(cut, Seen::Right);
    }
}

#[test]
fn with_the_head_unread_a_cut_journal_brings_a_disabled_key_back() {
    let ground = Ground::new();
    let [_, killed] = &cases(&ground);
    let edges = edges(&killed.dir);
    let (store, contents) = {
        set_length(&killed.dir.join("journal"), edges[84] as u64);
        let trial = Trial::without_head();
        // The checkpoint is gone, so that only `head` could know.
        fs::remove_dir_all(killed.dir.join("index")).unwrap();
        Store::open_for_trial(&killed.dir, &Opening::default(), &trial).unwrap()
    };
    drop(store);
    assert_ne!(keys(&contents), killed.keys);
    let back = keys(&contents).values().filter(|k| k.status == Status::Active).count();
    assert!(back > killed.keys.values().filter(|k| k.status == Status::Active).count());
}

#[test]
fn a_torn_line_after_the_acknowledged_ones_is_cut_and_whole_ones_are_kept() {
    let ground = Ground::new();
    let (store, made) = ground.fill(5);
    store.close().unwrap();
    let before = ground.copy("before");
    let (mut store, _) = ground.open().unwrap();
    let (after, entry) = toggled(&made[0], 9000);
    put(&mut store, 9000, entry).unwrap();
    store.close().unwrap();
    // The journal of after with the head of before: saved, but killed before `head` was written.
    let (start, end) = (lines_end(&before), lines_end(&ground.dir));
    let journal = fs::read(ground.dir.join("journal")).unwrap();
    for upto in [start, start + 1, start + 50, end - 2, end - 1, end] {
        let dir = ground.temp.path().join(format!("upto{upto}"));
        copy(&before, &dir);
        change_file(&dir.join("journal"), |bytes| bytes[start..upto].copy_from_slice(&journal[start..upto]));
        let (store, contents) = open(&dir).unwrap();
        let expected = if upto == end { &after } else { &made[0] };
        assert_eq!(&keys(&contents)[&1], expected, "{upto}");
        assert_eq!(contents.notes.len(), usize::from(upto != start), "{:?}", contents.notes);
        drop(store);
        let again = open(&dir).unwrap().1;
        assert_eq!((&keys(&again)[&1], again.notes.len()), (expected, 0));
    }
}

#[test]
fn a_group_commit_cut_in_its_middle_leaves_nothing_of_it() {
    let ground = Ground::new();
    let (store, made) = ground.fill(5);
    store.close().unwrap();
    let before = ground.copy("before");
    let (mut store, _) = ground.open().unwrap();
    let entries = made.iter().map(|k| toggled(k, 9000).1).collect();
    store.append(claviger::model::Time(9000), &super::ground::actor(), entries, &|_, _| {}).unwrap();
    store.close().unwrap();
    let journal = fs::read(ground.dir.join("journal")).unwrap();
    let edges = edges(&ground.dir);
    for (whole, upto) in edges[5..].iter().enumerate() {
        let dir = ground.temp.path().join(format!("upto{upto}"));
        copy(&before, &dir);
        change_file(&dir.join("journal"), |bytes| {
            bytes[edges[5]..*upto].copy_from_slice(&journal[edges[5]..*upto]);
        });
        let disabled = keys(&open(&dir).unwrap().1).values().filter(|k| k.status == Status::Disabled).count();
        assert_eq!(disabled, if whole == 5 { 5 } else { 0 });
    }
}

#[test]
fn head_cut_or_flipped_anywhere_is_right_or_refused() {
    let ground = Ground::new();
    for case in &cases(&ground) {
        for length in [0, 1, 8, 64, 127, 128, 129, 200, 255] {
            let seen = try_damaged(&ground, case, |dir| set_length(&dir.join("head"), length));
            assert_ne!(seen, Seen::Wrong, "{length}");
            assert!(length >= 128 || seen == Seen::Refused, "{length}");
        }
        let mut dice = Dice(1);
        for _ in 0..trials(40) {
            let bit = dice.below(256 * 8) as usize;
            let seen = try_damaged(&ground, case, |dir| {
                change_file(&dir.join("head"), |b| b[bit / 8] ^= 1 << (bit % 8));
            });
            assert_eq!(seen, Seen::Right, "one slot is whole, bit {bit}");
        }
        let both =
            try_damaged(&ground, case, |dir| change_file(&dir.join("head"), |b| (b[9], b[137]) = (9, 9)));
        assert_eq!(both, Seen::Refused);
    }
}

#[test]
fn flips_zeroed_blocks_and_cuts_anywhere_are_right_or_refused() {
    let ground = Ground::new();
    let mut dice = Dice(2);
    for case in &cases(&ground) {
        let files = ["journal", "head", "index/db", "index/conf", "store.key", "index/db", "journal"];
        let end = lines_end(&case.dir) as u64;
        for (kind, share) in [("flip", 70), ("zero", 25), ("cut", 25)] {
            for trial in 0..trials(share) {
                let name = files[trial as usize % files.len()];
                let seen = try_damaged(&ground, case, |dir| {
                    let size = used(&fs::read(dir.join(name)).unwrap()) as u64;
                    let place = dice.below(if name == "journal" { end } else { size });
                    match kind {
                        "flip" => change_file(&dir.join(name), |b| b[place as usize] ^= 1 << dice.below(8)),
                        "zero" => change_file(&dir.join(name), |b| {
                            let start = place as usize / 4096 * 4096;
                            let stop = b.len().min(start + 4096);
                            b[start..stop].fill(0);
                        }),
                        _ => set_length(&dir.join(name), place),
                    }
                });
                assert_ne!(seen, Seen::Wrong, "{kind} in {name}, trial {trial}");
                assert!(
                    !name.starts_with("index") || seen == Seen::Right,
                    "{name} is rebuilt: {kind}, trial {trial}"
                );
            }
        }
    }
}
