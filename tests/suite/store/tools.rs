//! Backup, restore, check and repair.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use claviger::model::{Status, Time};
use claviger::store::{Checked, Repaired, StoreError, check, repair, restore};
use proptest::prelude::*;

use super::ground::{Ground, created, group, key, keys, open, proof, put, toggled};

fn checked(dir: &Path) -> Checked {
    check(dir, &|_, _| {}).unwrap()
}

fn findings(dir: &Path) -> Vec<(&'static str, Option<u64>)> {
    checked(dir).findings.iter().map(|f| (f.file, f.line)).collect()
}

fn repaired(dir: &Path, accept_loss: bool) -> Result<Repaired, StoreError> {
    repair(dir, accept_loss, Time(99_000), &|_, _| {})
}

fn damage(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

/// Flips a bit in a line of the journal (from 1).
fn damage_line(dir: &Path, line: usize) {
    damage(&dir.join("journal"), |bytes| {
        let start = bytes.split_inclusive(|b| *b == b'\n').take(line - 1).map(<[u8]>::len).sum::<usize>();
        bytes[start + 40] ^= 1;
    });
}

#[test]
fn a_backup_taken_while_changes_go_on_restores_to_the_same_records_and_pre_checks() {
    let ground = Ground::new();
    let (mut store, made) = ground.fill(300);
    let reader = store.reader();
    let (file, done) = (ground.temp.path().join("backup"), AtomicBool::new(false));
    let saved = std::thread::scope(|scope| {
        let backup = scope.spawn(|| {
            let saved = reader.backup(&file, &|_, _| {});
            done.store(true, Ordering::SeqCst);
            saved.unwrap()
        });
        let (mut one, mut time) = (made[0].clone(), 5000);
        while !done.load(Ordering::SeqCst) {
            let (after, entry) = toggled(&one, time);
            put(&mut store, time, entry).unwrap();
            (one, time) = (after, time + 1);
        }
        backup.join().unwrap()
    });
    assert!(saved.revision >= 301 && saved.keys == 300 && saved.groups == 1, "{saved:?}");
    assert_eq!(fs::metadata(&file).unwrap().len(), saved.bytes);
    let to = ground.temp.path().join("restored");
    assert_eq!(restore(&file, &to, &|_, _| {}).unwrap(), saved);
    let (again, contents) = open(&to).unwrap();
    assert_eq!((contents.revision, contents.notes.len()), (saved.revision, 0), "{:?}", contents.notes);
    assert_eq!(contents.groups, [group()]);
    assert_eq!(keys(&contents).into_values().skip(1).collect::<Vec<_>>(), made[1..]);
    assert!(contents.keys.iter().all(|(.., precheck)| precheck.is_some()));
    assert_eq!(again.reader().proof(7).unwrap(), store.reader().proof(7).unwrap());
    drop(again);
    assert_eq!(findings(&to), []);
    // Nothing is ever overwritten.
    assert!(matches!(restore(&file, &to, &|_, _| {}), Err(StoreError::Refused { .. })));
    assert!(matches!(store.reader().backup(&file, &|_, _| {}), Err(StoreError::Disk { .. })));
}

#[test]
fn a_backup_that_is_cut_or_altered_is_refused_and_leaves_no_store() {
    let ground = Ground::new();
    let (store, _) = ground.fill(5);
    let file = ground.temp.path().join("backup");
    store.reader().backup(&file, &|_, _| {}).unwrap();
    let whole = fs::read(&file).unwrap();
    for trial in 0..60 {
        let mut bytes = whole.clone();
        if trial % 3 == 0 {
            bytes.truncate(whole.len() * trial / 60);
        } else {
            bytes[(whole.len() - 1) * trial / 60] ^= 1 << (trial % 8);
        }
        let (bad, to) = (ground.temp.path().join("bad"), ground.temp.path().join(format!("to{trial}")));
        fs::write(&bad, bytes).unwrap();
        let refused = restore(&bad, &to, &|_, _| {});
        assert!(matches!(refused, Err(StoreError::Refused { .. })), "{trial}: {refused:?}");
        assert!(!to.join("head").exists());
    }
}

#[test]
fn check_finds_nothing_in_a_healthy_store_and_names_the_line_of_one_altered_byte() {
    let ground = Ground::new();
    let (store, _) = ground.fill(20);
    assert_eq!(check(&ground.dir, &|_, _| {}), Err(StoreError::Held { pid: Some(std::process::id()) }));
    store.close().unwrap();
    let healthy = checked(&ground.dir);
    assert_eq!((healthy.revision, healthy.keys, healthy.groups, healthy.findings.len()), (21, 20, 1, 0));
    damage_line(&ground.dir, 7);
    let (store, contents) = open(&ground.dir).unwrap();
    assert_eq!(contents.keys.len(), 20, "an old line does not stop the opening");
    let told = store.reader().changes(21, 21).unwrap_err().to_string();
    assert!(told.contains("Line 7 of"), "{told}");
    assert!(
        store.reader().scan(Some("System"), &mut |_| true).unwrap_err().to_string().contains("Line 7 of")
    );
    drop(store);
    assert_eq!(findings(&ground.dir)[0], ("journal", Some(7)));
}

#[test]
fn check_names_each_damaged_file() {
    let ground = Ground::new();
    ground.fill(3).0.close().unwrap();
    let damaged = |name: &str, change: &dyn Fn(&Path)| {
        let dir = ground.copy(name);
        change(&dir);
        findings(&dir)
    };
    assert_eq!(damaged("a", &|d| fs::remove_file(d.join("head")).unwrap()), [("head", None)]);
    assert_eq!(damaged("b", &|d| damage(&d.join("head"), |b| b[20] ^= 1)), [("head", None)]);
    assert_eq!(damaged("c", &|d| fs::remove_dir_all(d.join("index")).unwrap()), [("index", None)]);
    assert_eq!(damaged("d", &|d| damage(&d.join("store.key"), |b| b[20] ^= 1)), [("store.key", None)]);
    let cut = damaged("e", &|d| damage(&d.join("journal"), |b| b.truncate(900)));
    assert!(cut.iter().all(|(file, line)| *file == "journal" && *line == Some(2)), "{cut:?}");
    assert!(!cut.is_empty());
}

#[test]
fn repair_makes_head_and_checkpoint_anew_and_loses_nothing() {
    let ground = Ground::new();
    let (store, made) = ground.fill(12);
    store.close().unwrap();
    for (name, spoil) in
        [("a", vec!["head"]), ("b", vec!["index"]), ("c", vec!["head", "index"]), ("d", vec![])]
    {
        let dir = ground.copy(name);
        for file in &spoil {
            let path = dir.join(file);
            if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
        let report = repaired(&dir, false).unwrap();
        assert_eq!(
            (report.revision, report.disabled, report.done.is_empty()),
            (13, 0, spoil.is_empty()),
            "{report:?}"
        );
        assert_eq!(findings(&dir), []);
        assert_eq!(keys(&open(&dir).unwrap().1).into_values().collect::<Vec<_>>(), made);
    }
}

#[test]
fn repair_tells_a_damaged_journal_anew_from_a_whole_checkpoint() {
    let ground = Ground::new();
    let (mut store, mut made) = ground.fill(12);
    let (after, entry) = toggled(&made[4], 7000);
    put(&mut store, 7000, entry).unwrap();
    made[4] = after;
    let proof = store.reader().proof(3).unwrap();
    store.close().unwrap();
    damage_line(&ground.dir, 5);
    let short = ground.copy("short");
    let report = repaired(&ground.dir, false).unwrap();
    assert!(report.done.iter().any(|d| d.contains("13 records")) && report.disabled == 0, "{report:?}");
    assert!(ground.dir.join("journal.damaged").exists());
    assert_eq!(findings(&ground.dir), []);
    let (store, contents) = open(&ground.dir).unwrap();
    assert_eq!(keys(&contents).into_values().collect::<Vec<_>>(), made);
    assert_eq!(contents.groups, [group()]);
    assert!(contents.keys.iter().all(|(.., precheck)| precheck.is_some()));
    assert_eq!(store.reader().proof(3).unwrap(), proof);
    drop(store);
    // Cut short when the new store was whole and `head` was gone: a second repair goes on.
    super::ground::copy(&ground.dir, &short.join("repair.new"));
    fs::write(short.join("repair.new/complete"), "").unwrap();
    fs::remove_file(short.join("head")).unwrap();
    assert!(open(&short).is_err());
    assert_eq!(repaired(&short, false).unwrap().revision, 13);
    assert_eq!(keys(&open(&short).unwrap().1).into_values().collect::<Vec<_>>(), made);
}

#[test]
fn repair_that_would_lose_changes_waits_for_a_word_and_then_disables_every_key() {
    let ground = Ground::new();
    let (mut store, made) = ground.fill(12);
    let (_, entry) = toggled(&made[4], 7000);
    put(&mut store, 7000, entry).unwrap();
    store.close().unwrap();
    damage_line(&ground.dir, 11);
    fs::remove_dir_all(ground.dir.join("index")).unwrap();
    assert!(open(&ground.dir).is_err());
    let before = fs::read(ground.dir.join("journal")).unwrap();
    match repaired(&ground.dir, false) {
        Err(StoreError::Refused { sentence, hint }) => {
            assert!(
                sentence.contains("after revision 10 are lost") && hint.contains("--accept-loss"),
                "{sentence} {hint}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read(ground.dir.join("journal")).unwrap(), before);
    let report = repaired(&ground.dir, true).unwrap();
    assert_eq!(report.disabled, 9);
    let (mut store, contents) = open(&ground.dir).unwrap();
    assert_eq!(contents.keys.len(), 9);
    assert!(contents.keys.iter().all(|(_, k, _)| k.status == Status::Disabled), "none comes back Active");
    put(&mut store, 1, created(&key(contents.next_number, 1), &proof())).unwrap();
    store.close().unwrap();
    assert_eq!(findings(&ground.dir), []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_as_a_backup_are_refused_or_are_the_very_backup(
        cut in 0.0..1.0f64, edits in prop::collection::vec((0.0..1.0f64, any::<u8>()), 0..6), tail in prop::collection::vec(any::<u8>(), 0..80)
    ) {
        let ground = Ground::new();
        let (store, _) = ground.fill(3);
        let file = ground.temp.path().join("backup");
        store.reader().backup(&file, &|_, _| {}).unwrap();
        let whole = fs::read(&file).unwrap();
        let mut bytes = whole.clone();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small length")]
        let place = |share: f64, len: usize| usize::min((share * f64::from(u32::try_from(len).unwrap())) as usize, len - 1);
        for (at, byte) in edits {
            let at = place(at, bytes.len());
            bytes[at] = byte;
        }
        if cut < 0.5 {
            bytes.truncate(place(cut * 2.0, whole.len()));
        }
        bytes.extend(tail);
        fs::write(&file, &bytes).unwrap();
        let result = restore(&file, &ground.temp.path().join("restored"), &|_, _| {});
        prop_assert_eq!(result.is_ok(), bytes == whole, "{:?}", result);
    }

    #[test]
    fn garbage_as_a_backup_is_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..4000)) {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("backup");
        fs::write(&file, &bytes).unwrap();
        let result = restore(&file, &temp.path().join("restored"), &|_, _| {});
        prop_assert!(result.is_err());
    }
}
