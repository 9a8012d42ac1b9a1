//! Disks that lose their power, are full, or may only be read. Needs root, for mounts:
//! `cargo test --test suite store::disks -- --ignored` (`CLAVIGER_TRIALS` times as many).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use claviger::model::{ApiKey, Status, Time};
use claviger::store::{Entry, Opening, Store, StoreError};

use super::ground::{Dice, actor, created, key, keys, open, proof, put, toggled, trials};
use super::kills::{Expected, follows};

fn run(program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Something mounted, as long as this lives.
struct Mount {
    temp: tempfile::TempDir,
    at: PathBuf,
}

impl Mount {
    fn new(arguments: &dyn Fn(&Path) -> Vec<String>) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let at = temp.path().join("mount");
        fs::create_dir(&at).unwrap();
        let mount = Self { temp, at };
        mount.mount(arguments);
        mount
    }

    fn tmpfs(size: u64) -> Self {
        Self::new(&|_| ["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"].map(str::to_owned).to_vec())
    }

    fn mount(&self, arguments: &dyn Fn(&Path) -> Vec<String>) {
        let mut list = arguments(self.temp.path());
        list.push(self.at.to_str().unwrap().to_owned());
        run("mount", &list.iter().map(String::as_str).collect::<Vec<_>>());
    }

    fn store(&self) -> PathBuf {
        self.at.join("store")
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).output();
    }
}

fn loop_device(temp: &Path) -> Vec<String> {
    let image = temp.join("image");
    if !image.exists() {
        File::create(&image).unwrap().set_len(192 << 20).unwrap();
        run("mkfs.ext4", &["-q", image.to_str().unwrap()]);
    }
    vec!["-o".into(), "loop".into(), image.to_str().unwrap().into()]
}

/// The device drops everything that was not synced: `EXT4_IOC_SHUTDOWN`, without flushing its log.
fn cut_power(mount: &Path) {
    let script =
        "open(F, '<', $ARGV[0]) or die; my $how = pack('L', 2); ioctl(F, 0x8004587d, $how) or die \"$!\"";
    run("perl", &["-e", script, mount.to_str().unwrap()]);
}

/// Cuts the power so many times while a child works; how many times acknowledged changes were lost, or the store.
fn power_cuts(count: u64, without_sync: bool) -> (u64, u64) {
    let mount = Mount::new(&loop_device);
    let (mut dice, mut acknowledged, mut changes, mut lost) = (Dice(5), 0, 0, 0);
    let mut expected = Expected::default();
    for _ in 0..count {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::kills::works_until_it_is_killed", "--ignored", "--nocapture"])
            .env("CLAVIGER_TEST_DIR", mount.store())
            .env("CLAVIGER_TEST_WITHOUT_SYNC", if without_sync { "1" } else { "" })
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let number = |line: &str| line.rsplit_once("acknowledged ").and_then(|(_, n)| n.parse::<u64>().ok());
        let before = acknowledged;
        acknowledged = lines.by_ref().find_map(|line| number(&line)).unwrap_or(acknowledged);
        let (_hold, alarm) = std::sync::mpsc::channel::<()>();
        let _ = alarm.recv_timeout(Duration::from_millis(dice.below(400)));
        cut_power(&mount.at);
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines {
            acknowledged = number(&line).unwrap_or(acknowledged);
        }
        changes += acknowledged.saturating_sub(before);
        run("umount", &[mount.at.to_str().unwrap()]);
        mount.mount(&loop_device);
        let opened = open(&mount.store());
        let whole = opened.as_ref().is_ok_and(|(_, contents)| {
            follows(contents.revision, acknowledged) && keys(contents) == *expected.at(contents.revision)
        });
        if whole {
            acknowledged = opened.as_ref().map_or(0, |o| o.1.revision);
        } else {
            assert!(without_sync, "{:?}, {acknowledged} were acknowledged", opened.map(|o| o.1.revision));
            lost += 1;
            acknowledged = 0;
            fs::remove_dir_all(mount.store()).unwrap();
        }
    }
    (lost, changes)
}

#[test]
#[ignore = "needs root: a loop device"]
fn a_power_cut_loses_no_acknowledged_change() {
    let (lost, changes) = power_cuts(trials(60), false);
    assert_eq!(lost, 0);
    println!("{changes} changes were acknowledged before {} cuts, none lost", trials(60));
    assert!(changes > trials(60) * 5);
}

#[test]
#[ignore = "needs root: a loop device"]
fn without_the_syncs_a_power_cut_loses_acknowledged_changes() {
    let (lost, _) = power_cuts(10, true);
    assert!(lost > 0, "the trial has no bite");
}

/// Takes all the room there is.
fn fill_up(path: &Path) {
    let mut file = File::create(path).unwrap();
    let block = vec![7; 4096];
    while file.write_all(&block).is_ok() {}
    while file.write_all(b"x").is_ok() {}
}

#[test]
#[ignore = "needs root: a small tmpfs"]
fn on_a_full_disk_a_thousand_disables_are_saved_and_nothing_is_lost() {
    for trial in 0..trials(30) {
        let mount = Mount::tmpfs((8 << 20) + trial * 40_000);
        let (mut store, _) =
            Store::open(&mount.store(), &Opening { create: true, expect_revision: None }).unwrap();
        let (proof, mut held) = (proof(), BTreeMap::new());
        let made: Vec<ApiKey> = (1..=1100).map(|n| key(n, 5)).collect();
        held.extend(made.iter().map(|k| (k.number, k.clone())));
        store
            .append(Time(5), &actor(), made.iter().map(|k| created(k, &proof)).collect(), &|_, _| {})
            .unwrap();
        fill_up(&mount.at.join("filler"));
        // Other changes go on until they would touch what is kept for disabling.
        let (mut number, error) = (
            1101,
            loop {
                let key = key(1101 + held.len() as u64 - 1100, 6);
                match put(&mut store, 6, created(&key, &proof)) {
                    Ok(_) => drop(held.insert(key.number, key)),
                    Err(error) => break error,
                }
                assert!(held.len() < 20_000, "the disk is not full");
            },
        );
        number += held.len() as u64 - 1100;
        assert!(
            matches!(&error, StoreError::Disk { sentence, .. } if sentence.contains("No space")),
            "{error:?}"
        );
        assert_eq!(store.trouble(), Some(error));
        for n in 1..=1000 {
            let (after, entry) = toggled(&held[&n], 7);
            put(&mut store, 7, entry).unwrap_or_else(|e| panic!("disable {n} in trial {trial}: {e}"));
            held.insert(n, after);
        }
        let before = held.remove(&1001).unwrap();
        put(&mut store, 8, Entry::KeyDropped { before }).unwrap();
        drop(store);
        // The disk is full still: right, or not opened at all.
        match open(&mount.store()) {
            Ok((_, contents)) => assert_eq!(keys(&contents), held, "trial {trial}, on the full disk"),
            Err(StoreError::Disk { .. }) => {}
            Err(other) => panic!("{other}"),
        }
        fs::remove_file(mount.at.join("filler")).unwrap();
        let (mut store, contents) = open(&mount.store()).unwrap();
        assert_eq!(keys(&contents), held, "trial {trial}, with room again");
        assert!(
            contents
                .keys
                .iter()
                .filter(|(_, k, _)| k.number <= 1000)
                .all(|(_, k, _)| k.status == Status::Disabled)
        );
        put(&mut store, 9, created(&key(number + 5, 9), &proof)).unwrap();
        store.close().unwrap();
    }
}

#[test]
#[ignore = "needs root: a mount"]
fn a_file_system_that_may_only_be_read_is_told_by_name() {
    let mount = Mount::tmpfs(16 << 20);
    let (mut store, _) =
        Store::open(&mount.store(), &Opening { create: true, expect_revision: None }).unwrap();
    put(&mut store, 1, created(&key(1, 1), &proof())).unwrap();
    store.close().unwrap();
    run("mount", &["-o", "remount,ro", mount.at.to_str().unwrap()]);
    match open(&mount.store()) {
        Err(StoreError::Disk { sentence, hint }) => {
            assert!(sentence.contains("Read-only") && hint.contains("mount"), "{sentence} {hint}");
        }
        other => panic!("{:?}", other.map(|o| o.1)),
    }
    run("mount", &["-o", "remount,rw", mount.at.to_str().unwrap()]);
    assert_eq!(open(&mount.store()).unwrap().1.keys.len(), 1);
}
