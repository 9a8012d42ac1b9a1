//! Killed with -9 at any moment: every acknowledged change is there after the restart, and the restart is quick.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use claviger::clock::{Clock, SystemClock};
use claviger::credential::Proof;
use claviger::model::{ApiKey, Time};
use claviger::store::{Entry, Opening, Store, Trial};

use super::ground::{Dice, Ground, actor, created, key, keys, open, proof, toggled, trials};

/// So long may a restart take; a test leaves a busy machine five times that.
const RESTART: Duration = Duration::from_secs(2);

/// The work is the same whoever does it: what change `revision` + 1 is follows from what is held.
fn next(held: &mut BTreeMap<u64, ApiKey>, next_number: &mut u64, revision: u64, proof: &Proof) -> Entry {
    let pick = |held: &BTreeMap<u64, ApiKey>| {
        held.values().nth(Dice(revision).below(held.len() as u64) as usize).cloned()
    };
    let time = 1000 + revision as i64;
    match (revision % 5, pick(held)) {
        (1 | 2, Some(before)) => {
            let (after, entry) = toggled(&before, time);
            held.insert(after.number, after);
            entry
        }
        (3 | 4, Some(before)) if held.len() > 30 => {
            held.remove(&before.number);
            Entry::KeyDropped { before }
        }
        _ => {
            let key = key(*next_number, time);
            *next_number += 1;
            held.insert(key.number, key.clone());
            created(&key, proof)
        }
    }
}

/// How many changes go into the group commit after this revision: a few are large enough to be written by a thread.
fn together(revision: u64) -> u64 {
    if Dice(revision).below(150) == 7 { 4000 } else { 1 }
}

/// Whether a store may stand there after a kill: all of the next group commit, or nothing of it.
pub fn follows(revision: u64, acknowledged: u64) -> bool {
    revision == acknowledged || revision == acknowledged + together(acknowledged)
}

/// What the store should hold, as the work goes on.
#[derive(Default)]
pub struct Expected {
    held: BTreeMap<u64, ApiKey>,
    numbers: u64,
    revision: u64,
}

impl Expected {
    /// The keys after so much of the work.
    pub fn at(&mut self, revision: u64) -> &BTreeMap<u64, ApiKey> {
        if revision < self.revision {
            *self = Self::default();
        }
        let (proof, mut number) = (proof(), self.numbers + 1);
        for done in self.revision..revision {
            next(&mut self.held, &mut number, done, &proof);
        }
        (self.numbers, self.revision) = (number - 1, revision);
        &self.held
    }
}

#[test]
#[ignore = "not a test of its own: run as a child that is killed"]
fn works_until_it_is_killed() {
    let Some(dir) = std::env::var_os("CLAVIGER_TEST_DIR") else { return };
    let opening = Opening { create: true, expect_revision: None };
    let without_sync = std::env::var_os("CLAVIGER_TEST_WITHOUT_SYNC").is_some_and(|v| !v.is_empty());
    let trial = if without_sync { Trial::without_sync() } else { Trial::default() };
    let (mut store, contents) = Store::open_for_trial(Path::new(&dir), &opening, &trial).unwrap();
    let (mut held, mut number, mut revision) = (keys(&contents), contents.next_number, contents.revision);
    let proof = proof();
    let mut out = std::io::stdout();
    loop {
        let changes = revision..revision + together(revision);
        let entries = changes.map(|done| next(&mut held, &mut number, done, &proof)).collect();
        revision = store.append(Time(1000 + revision as i64), &actor(), entries, &|_, _| {}).unwrap();
        writeln!(out, "acknowledged {revision}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_kill_at_any_moment_loses_no_acknowledged_change() {
    let ground = Ground::new();
    let (mut dice, clock) = (Dice(4), SystemClock::new());
    let (mut acknowledged, mut expected, mut longest) = (0, Expected::default(), Duration::ZERO);
    for trial in 0..trials(30) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::kills::works_until_it_is_killed", "--ignored", "--nocapture"])
            .env("CLAVIGER_TEST_DIR", &ground.dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = |line: Option<std::io::Result<String>>| {
            let number = line?.ok()?.rsplit_once("acknowledged ")?.1.parse::<u64>().ok();
            acknowledged = number.unwrap_or(acknowledged);
            number
        };
        // Some are killed while opening, most at some moment of the work, a few after the checkpoint was written.
        let wait = match trial % 10 {
            0 => dice.below(40),
            9 => 3000 + dice.below(200),
            _ => {
                while told(lines.next()).is_none() {}
                dice.below(150)
            }
        };
        let until = clock.ticks() + Duration::from_millis(wait);
        let (_hold, alarm) = std::sync::mpsc::channel::<()>();
        let _ = alarm.recv_timeout(until.saturating_sub(clock.ticks()));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines {
            told(Some(line));
        }
        let start = clock.ticks();
        let (store, contents) = match open(&ground.dir) {
            Err(_) if acknowledged == 0 => continue,
            opened => opened.unwrap(),
        };
        longest = longest.max(clock.ticks().saturating_sub(start));
        drop(store);
        let revision = contents.revision;
        assert!(follows(revision, acknowledged), "{revision} of {acknowledged} in trial {trial}");
        assert_eq!(&keys(&contents), expected.at(revision), "trial {trial}");
        acknowledged = revision;
    }
    println!("{} kills, {acknowledged} changes, the longest restart took {longest:.2?}", trials(30));
    assert!(longest < 5 * RESTART, "a restart took {longest:?}");
    assert!(acknowledged > trials(30) * 5, "only {acknowledged} changes: the trials prove little");
}
