//! Formats for years: a store and a backup of every format ever released open for ever, with everything in them.
//!
//! The fixtures were written once, by `writes_the_fixture_of_this_format`, and never change.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use claviger::model::{ApiKey, ChangeKind, Description, Status};
use claviger::store::{Entry, StoreError, check, restore};

use super::ground::{Ground, copy, group, key, keys, open, other_group, put, toggled};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store-1")
}

/// The fixture where it can be opened: a checkout gives files to everyone to read.
pub fn opened_up(ground: &Ground, fixture: &Path) -> PathBuf {
    fn close_to_others(dir: &Path) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let mode = if path.is_dir() { 0o700 } else { 0o600 };
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            if path.is_dir() {
                close_to_others(&path);
            }
        }
    }
    let dir = ground.temp.path().join("fixture");
    copy(&fixture.join("files"), &dir);
    close_to_others(&dir);
    dir
}

/// What is in the fixture.
fn held() -> Vec<ApiKey> {
    let mut made: Vec<ApiKey> = (1..=8).map(|n| key(n, 1000 + n as i64)).collect();
    made[1] = toggled(&made[1], 2000).0;
    made[2].description = Description::parse("Renamed \"to\" this").unwrap();
    made[2].owner = None;
    made.remove(4);
    made
}

#[test]
#[ignore = "writes the fixture of a new format, once"]
fn writes_the_fixture_of_this_format() {
    // Run with all ignored tests, and by nobody's order, it has nothing to do.
    if std::env::var_os("CLAVIGER_WRITE_FIXTURE").is_none() {
        return;
    }
    assert!(!fixture().exists(), "a fixture never changes");
    let ground = Ground::new();
    let (mut store, made) = ground.fill(8);
    put(&mut store, 2000, toggled(&made[1], 2000).1).unwrap();
    let after = held()[2].clone();
    let edit =
        Entry::KeyPut { kind: ChangeKind::KeyEdited, before: Some(made[2].clone()), after, proof: None };
    put(&mut store, 2001, edit).unwrap();
    store.close().unwrap();
    let (mut store, _) = ground.open().unwrap();
    put(&mut store, 2002, Entry::KeyDropped { before: made[4].clone() }).unwrap();
    let after = other_group("WRITERS");
    put(&mut store, 2003, Entry::GroupPut { kind: ChangeKind::GroupCreated, before: None, after }).unwrap();
    // The checkpoint is two changes behind, as after a kill.
    ground.keep(&store, &fixture());
}

fn is_whole(dir: &Path) {
    let (store, contents) = open(dir).unwrap();
    assert_eq!(
        (contents.revision, contents.next_number, contents.notes.len()),
        (13, 9, 0),
        "{:?}",
        contents.notes
    );
    assert_eq!(keys(&contents).into_values().collect::<Vec<_>>(), held());
    assert_eq!(contents.groups, [group(), other_group("WRITERS")]);
    assert!(contents.keys.iter().all(|(.., precheck)| precheck.is_some()));
    assert!(contents.keys.iter().all(|(_, k, _)| store.reader().proof(k.number).unwrap().is_some()));
    assert_eq!(keys(&contents)[&2].status, Status::Disabled);
    let kinds: Vec<&str> = store.reader().changes(13, 4).unwrap().iter().map(|c| c.kind.code()).collect();
    assert_eq!(kinds, ["group-created", "key-deleted", "key-edited", "key-disabled"]);
}

#[test]
fn a_store_of_the_first_format_opens_with_everything_in_it() {
    let ground = Ground::new();
    let dir = opened_up(&ground, &fixture());
    is_whole(&dir);
    is_whole(&dir);
    assert_eq!(check(&dir, &|_, _| {}).unwrap().findings, []);
    // The journal alone is enough, and tells the same.
    fs::remove_dir_all(dir.join("index")).unwrap();
    let rebuilt = open(&dir).unwrap().1.notes;
    assert!(rebuilt.len() == 1 && rebuilt[0].contains("rebuilt"), "{rebuilt:?}");
    is_whole(&dir);
}

#[test]
fn a_backup_of_the_first_format_restores_with_everything_in_it() {
    let ground = Ground::new();
    restore(&fixture().join("backup"), &ground.dir, &|_, _| {}).unwrap();
    is_whole(&ground.dir);
}

/// Puts another version into a slot of `head`, with the checksum that belongs to it.
fn with_version(slot: &mut [u8], version: u8) {
    slot[8] = version;
    let crc = crc32fast::hash(&slot[..124]);
    slot[124..].copy_from_slice(&crc.to_le_bytes());
}

#[test]
fn a_newer_store_is_refused_by_the_name_of_its_format() {
    let ground = Ground::new();
    let dir = opened_up(&ground, &fixture());
    let mut head = fs::read(dir.join("head")).unwrap();
    head.chunks_mut(128).for_each(|slot| with_version(slot, 2));
    fs::write(dir.join("head"), head).unwrap();
    let before = fs::read(dir.join("journal")).unwrap();
    match open(&dir) {
        Err(StoreError::Refused { sentence, hint }) => {
            assert!(
                sentence.contains("head has format 2") && hint.contains("newer claviger"),
                "{sentence} {hint}"
            );
        }
        other => panic!("{:?}", other.map(|o| o.1)),
    }
    assert_eq!(fs::read(dir.join("journal")).unwrap(), before);
}
