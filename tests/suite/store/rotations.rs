//! Rotations in the store: a kind of record that came later. Old stores stay as they are, the fixture of a store with
//! rotations opens for ever, and a start that was cut short leaves neither half.

use std::fs;
use std::path::{Path, PathBuf};

use claviger::model::{ChangeKind, Days, Field, Mark, Rotation, Time};
use claviger::store::{Contents, Entry, Store, Subject, check, repair, restore};

use super::ground::{Ground, actor, copy, created, key, open, proof, put, toggled};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store-2")
}

fn mark(time: i64) -> Mark {
    Mark { time: Time(time), by: actor() }
}

/// Key `number - 1` hands over to key `number`, which is to be made.
pub fn rotation(number: u64, time: i64) -> Rotation {
    Rotation {
        number,
        old: key(number - 1, 0).key,
        new: key(number, 0).key,
        started: mark(time),
        deadline: (number.is_multiple_of(2)).then_some(Time(time + 500)),
        expires_before: (number.is_multiple_of(4)).then_some(Time(time + 900)),
        monitoring: Days::WEEK,
        verified: None,
        disabled: None,
    }
}

pub fn started(after: &Rotation) -> Entry {
    let kind = ChangeKind::RotationStarted;
    let subject = Subject::of(&key(after.number - 1, 0));
    Entry::RotationPut { kind, before: None, after: after.clone(), subject }
}

pub fn advanced(before: &Rotation, after: &Rotation) -> Entry {
    let subject = Subject::of(&key(after.number - 1, 0));
    let (kind, before) = (ChangeKind::RotationAdvanced, Some(before.clone()));
    Entry::RotationPut { kind, before, after: after.clone(), subject }
}

pub fn ended(before: &Rotation) -> Entry {
    let subject = Subject::of(&key(before.number - 1, 0));
    Entry::RotationDropped { kind: ChangeKind::RotationAbandoned, before: before.clone(), subject }
}

/// Two keys, and a third as the successor of the second.
fn start(store: &mut Store) -> Rotation {
    let rotation = rotation(3, 1500);
    let entries = vec![created(&key(3, 1500), &proof()), started(&rotation)];
    store.append(Time(1500), &actor(), entries, &|_, _| {}).unwrap();
    rotation
}

/// What is in the fixture: the successor's mark of the first rotation, and a second one.
fn held() -> Vec<Rotation> {
    vec![
        Rotation { verified: Some(mark(1600)), disabled: Some(mark(1700)), ..rotation(3, 1500) },
        rotation(4, 1800),
    ]
}

fn tell(store: &mut Store) {
    let first = start(store);
    let after = &held()[0];
    put(store, 1700, advanced(&first, after)).unwrap();
    let second = rotation(4, 1800);
    let entries = vec![created(&key(4, 1800), &proof()), started(&second)];
    store.append(Time(1800), &actor(), entries, &|_, _| {}).unwrap();
    let gone = rotation(2, 1900);
    put(store, 1900, started(&gone)).unwrap();
    put(store, 1901, ended(&gone)).unwrap();
}

#[test]
#[ignore = "writes the fixture of a new format, once"]
fn writes_the_fixture_of_a_store_with_rotations() {
    // Run with all ignored tests, and by nobody's order, it has nothing to do.
    if std::env::var_os("CLAVIGER_WRITE_FIXTURE").is_none() {
        return;
    }
    assert!(!fixture().exists(), "a fixture never changes");
    let ground = Ground::new();
    let (mut store, made) = ground.fill(2);
    tell(&mut store);
    store.close().unwrap();
    let (mut store, _) = ground.open().unwrap();
    put(&mut store, 2000, toggled(&made[0], 2000).1).unwrap();
    ground.keep(&store, &fixture());
}

fn is_whole(dir: &Path) {
    let (store, contents) = open(dir).unwrap();
    assert_eq!((contents.revision, contents.notes.len()), (11, 0), "{:?}", contents.notes);
    assert_eq!(contents.rotations, held());
    assert_eq!(contents.keys.len(), 4);
    let changes = store.reader().changes(10, 6).unwrap();
    let kinds: Vec<&str> = changes.iter().map(|c| c.kind.code()).collect();
    let wanted = [
        "rotation-abandoned",
        "rotation-started",
        "rotation-started",
        "key-created",
        "rotation-advanced",
        "rotation-started",
    ];
    assert_eq!(kinds, wanted);
    assert_eq!(changes[4].key, Some(key(2, 0).key));
    let fields: Vec<Field> = changes[4].after.iter().map(|v| v.field).collect();
    assert_eq!(fields, [Field::Verified, Field::OldDisabled]);
}

#[test]
fn a_store_with_rotations_opens_with_everything_in_it() {
    let ground = Ground::new();
    let dir = super::formats::opened_up(&ground, &fixture());
    is_whole(&dir);
    is_whole(&dir);
    assert_eq!(check(&dir, &|_, _| {}).unwrap().findings, []);
    // The journal alone is enough, and tells the same.
    fs::remove_dir_all(dir.join("index")).unwrap();
    drop(open(&dir).unwrap());
    is_whole(&dir);
    let restored = ground.temp.path().join("restored");
    restore(&fixture().join("backup"), &restored, &|_, _| {}).unwrap();
    is_whole(&restored);
}

#[test]
fn a_store_without_rotations_is_written_as_ever() {
    let ground = Ground::new();
    let (store, _) = ground.fill(2);
    store.close().unwrap();
    let journal = fs::read(ground.dir.join("journal")).unwrap();
    let text = String::from_utf8_lossy(&journal);
    assert!(text.contains("\"v\":1,") && !text.contains("\"v\":2,"));
    let (mut store, _) = ground.open().unwrap();
    start(&mut store);
    let journal = fs::read(ground.dir.join("journal")).unwrap();
    assert!(
        String::from_utf8_lossy(&journal).contains("\"v\":2,"),
        "so that an older program says what it met"
    );
}

fn rotations(contents: &Contents) -> Vec<u64> {
    contents.rotations.iter().map(|r| r.number).collect()
}

#[test]
fn a_start_that_was_cut_short_anywhere_leaves_neither_successor_nor_rotation() {
    let ground = Ground::new();
    let (mut store, _) = ground.fill(2);
    let before = ground.copy("before");
    start(&mut store);
    let after = fs::read(ground.dir.join("journal")).unwrap();
    let end = after.iter().position(|b| *b == 0).unwrap();
    let from = fs::read(before.join("journal")).unwrap().iter().position(|b| *b == 0).unwrap();
    for cut in (from..=end).step_by(7).chain([end - 1, end]) {
        let dir = ground.temp.path().join(format!("cut{cut}"));
        copy(&before, &dir);
        let mut journal = after.clone();
        journal[cut..].fill(0);
        fs::write(dir.join("journal"), journal).unwrap();
        let (_, contents) = open(&dir).unwrap();
        let whole = cut == end;
        let wanted: &[u64] = if whole { &[3] } else { &[] };
        assert_eq!(rotations(&contents), wanted, "cut at {cut} of {end}");
        assert_eq!(contents.keys.len(), if whole { 3 } else { 2 });
        fs::remove_dir_all(dir).unwrap();
    }
}

#[test]
fn a_rotation_that_is_not_the_one_in_the_store_is_refused() {
    let ground = Ground::new();
    let (mut store, _) = ground.fill(2);
    let first = start(&mut store);
    let other = Rotation { verified: Some(mark(9)), ..first.clone() };
    assert!(put(&mut store, 9, started(&first)).is_err(), "a second start");
    assert!(put(&mut store, 9, advanced(&other, &first)).is_err(), "from another one");
    assert!(put(&mut store, 9, ended(&other)).is_err(), "the end of another one");
    put(&mut store, 9, advanced(&first, &other)).unwrap();
    put(&mut store, 9, ended(&other)).unwrap();
    store.close().unwrap();
    assert!(ground.open().unwrap().1.rotations.is_empty());
}

#[test]
fn repair_tells_rotations_anew_from_a_whole_checkpoint() {
    let ground = Ground::new();
    let (mut store, _) = ground.fill(2);
    tell(&mut store);
    store.close().unwrap();
    let mut journal = fs::read(ground.dir.join("journal")).unwrap();
    journal[40] ^= 1;
    fs::write(ground.dir.join("journal"), journal).unwrap();
    assert_ne!(check(&ground.dir, &|_, _| {}).unwrap().findings, [], "control: it is damaged");
    repair(&ground.dir, false, Time(99_000), &|_, _| {}).unwrap();
    assert_eq!(open(&ground.dir).unwrap().1.rotations, held());
    assert_eq!(check(&ground.dir, &|_, _| {}).unwrap().findings, []);
}
