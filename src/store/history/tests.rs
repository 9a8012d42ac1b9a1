//! The history on a real directory: budgets, kills, damage. Each protection has a control without it.

mod callers;
mod damage;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::model::{Operation, Reference};

const NOW: i64 = 1_772_323_200;
const SMALL: Budget = Budget { evidence: 40, days: 90, unproved: 40, segment: 8 };

fn key(n: u8) -> KeyId {
    KeyId::from_digits(crate::model::Environment::Production, [n % 32; 16])
}

struct House {
    dir: tempfile::TempDir,
    budget: Budget,
}

impl House {
    fn new(budget: Budget) -> Self {
        Self { dir: tempfile::tempdir().unwrap(), budget }
    }

    fn open(&self) -> (History, Vec<String>) {
        let mut notes = Vec::new();
        (History::open(self.dir.path(), self.budget, &mut notes), notes)
    }

    /// Opens what must be without fault.
    fn sound(&self) -> History {
        let (history, notes) = self.open();
        assert_eq!(notes, [""; 0]);
        history
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(NAME).join(name)
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path().join(NAME)).into_iter().flatten();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn accepted(history: &History, at: i64, n: u8, source: &str) {
    history.note(Time(at), &Logon::accepted(key(n), source), || Some(format!("key {n}")));
}

fn garbage(history: &History, at: i64, source: &str) {
    history.note(Time(at), &Logon::invalid(source), || None);
}

/// All rows, oldest first, read again where damage came to light.
fn rows(history: &History) -> Vec<LogonRow> {
    'again: loop {
        let view = history.view();
        let mut rows = Vec::new();
        for closing in view.closings.iter() {
            match history.read(closing) {
                Some(more) => rows.extend(more),
                None => continue 'again,
            }
        }
        rows.extend(view.present);
        return rows;
    }
}

fn sources(history: &History) -> Vec<String> {
    rows(history).into_iter().map(|row| row.source).collect()
}

#[test]
fn equal_events_of_a_minute_are_one_row_and_differing_ones_are_not() {
    let house = House::new(SMALL);
    let history = house.sound();
    for second in 0..60 {
        for _ in 0..1_000 {
            accepted(&history, NOW + second, 1, "10.0.0.1");
        }
    }
    accepted(&history, NOW + 60, 1, "10.0.0.1");
    let base = Logon { table: Some("Asset"), ..Logon::accepted(key(1), "10.0.0.1") };
    for logon in [
        base,
        Logon { operation: Some(Operation::Select), ..base },
        Logon { table: None, menu: Some("Asset"), ..base },
        Logon { agent: "curl", ..base },
        Logon { key: Some(key(2)), ..base },
        Logon { result: LogonResult::Insufficient, ..base },
        Logon { source: "10.0.0.2", ..base },
    ] {
        history.note(Time(NOW + 61), &logon, || None);
    }
    let rows = rows(&history);
    assert_eq!(rows.len(), 9);
    let first = &rows[0];
    assert_eq!((first.count, first.first, first.time), (60_000, Time(NOW), Time(NOW + 59)));
    assert_eq!(first.description, "key 1");
    assert_eq!(history.counts()[0].1, 60_000 + 1 + 6);
}

#[test]
fn what_one_source_could_not_prove_is_one_row_a_minute_and_ten_thousand_sources_are_not_ten_thousand() {
    let house = House::new(SMALL);
    let history = house.sound();
    for n in 0..20 {
        let reference = Some(Reference::from_bits(n));
        let key = Some(key(u8::try_from(n).unwrap()));
        history.note(Time(NOW), &Logon { key, reference, ..Logon::invalid("1.1.1.1") }, || None);
    }
    let row = rows(&history).remove(0);
    assert_eq!((row.count, row.key, row.references.len()), (20, None, 8));
    assert_eq!(row.reference(), Some(Reference::from_bits(19)));
    for n in 0..10_000 {
        garbage(&history, NOW, &format!("2.2.{}.{}", n / 100, n % 100));
    }
    let all = rows(&history);
    assert_eq!(all.len(), 1_001);
    assert_eq!(all.iter().map(|row| row.count).sum::<u64>(), 10_020);
    assert!(all.iter().any(|row| row.source == "(other sources)" && row.count == 9_001));
}

#[test]
fn garbage_never_evicts_evidence() {
    let evidence_left = |proved: bool| {
        let house = House::new(SMALL);
        let history = house.sound();
        accepted(&history, NOW, 1, "evidence");
        for minute in 1..500 {
            let logon = Logon { proved, ..Logon::invalid("garbage") };
            history.note(Time(NOW + 60 * minute), &logon, || None);
            keeper::flush(&history.shared);
        }
        drop(history);
        let history = house.sound();
        let all = sources(&history);
        assert!(all.len() <= 40 + 8 + 1, "{}", all.len());
        assert_eq!(history.uses(), [(key(1), Time(NOW))], "a use outlives its row");
        all.iter().any(|source| source == "evidence")
    };
    assert!(evidence_left(false));
    assert!(!evidence_left(true), "control: on the same shelf it is evicted");
}

#[test]
fn rows_older_than_ninety_days_go_and_younger_ones_stay() {
    let house = House::new(Budget { evidence: 1_000, ..SMALL });
    let history = house.sound();
    for day in 0..200 {
        accepted(&history, NOW + day * 86_400, 1, &format!("day {day}"));
        keeper::flush(&history.shared);
    }
    let left = sources(&history);
    let oldest = left[0].strip_prefix("day ").unwrap().parse::<i64>().unwrap();
    assert!((100..110).contains(&oldest), "{oldest}");
    assert_eq!(left.last().unwrap(), "day 199");
    assert_eq!(i64::try_from(left.len()).unwrap(), 200 - oldest);
}

#[test]
fn a_clean_stop_loses_nothing_and_leaves_only_segments_and_the_snapshots() {
    let house = House::new(SMALL);
    let history = house.sound();
    for n in 0..30 {
        accepted(&history, NOW + i64::from(n), n, "a");
        garbage(&history, NOW + i64::from(n), &format!("g{n}"));
    }
    let (before, uses) = (rows(&history), history.uses().len());
    drop(history);
    assert_eq!(house.files(), ["callers", "evidence-00000001", "unproved-00000001", "uses"]);
    let history = house.sound();
    assert_eq!(rows(&history), before);
    assert_eq!(history.uses().len(), uses);
    let (last, calls) = history.rhythm(&key(3), Time(NOW + 86_400));
    assert_eq!((last.unwrap().source.as_str(), calls[28], calls[29]), ("a", 1, 0));
    accepted(&history, NOW + 100, 3, "b");
    drop(history);
    let history = house.sound();
    let ids: Vec<u64> = rows(&history).iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), 61);
    assert_eq!(ids.iter().max(), ids.last(), "numbers go on where they were");
    assert_eq!(history.rhythm(&key(3), Time(NOW)).0.unwrap().source, "b");
}

#[test]
fn a_store_that_is_only_looked_at_gets_no_history() {
    let house = House::new(SMALL);
    drop(house.sound());
    assert!(!house.dir.path().join(NAME).exists());
}

#[test]
fn noting_waits_neither_for_the_disk_nor_for_readers() {
    let house = House::new(SMALL);
    let history = house.sound();
    // Whoever writes or reads holds these; a note that took one of them would hang here.
    let writing = lock(&history.shared.keeper);
    let reading = history.shared.catalogue.write().unwrap();
    let file = lock(&history.shared.reading);
    for n in 0..100_000 {
        accepted(&history, NOW + i64::from(n / 1_000), 1, "10.0.0.1");
    }
    assert_eq!(lock(&history.shared.present).all().len(), 2);
    drop((writing, reading, file));
}

/// What the next test starts and kills: itself, on a directory that is named to it.
fn note_until_killed(dir: &Path) {
    let mut notes = Vec::new();
    let history = History::open(dir, Budget::default(), &mut notes);
    let clock = SystemClock::new();
    for n in 1_u64.. {
        accepted(&history, clock.now().0, u8::try_from(n % 32).unwrap(), "10.0.0.1");
        if n % 50 == 0 {
            println!("noted {n}");
            let (pause, never) = (Mutex::new(()), Condvar::new());
            drop(never.wait_timeout(lock(&pause), Duration::from_millis(5)));
        }
    }
}

#[test]
fn a_killed_process_loses_no_more_than_its_last_seconds() {
    if let Some(dir) = std::env::var_os("CLAVIGER_TEST_HISTORY") {
        note_until_killed(Path::new(&dir));
    }
    for wait in [2_300, 3_100] {
        let house = House::new(Budget::default());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "store::history::tests::a_killed_process_loses_no_more_than_its_last_seconds",
                "--nocapture",
            ])
            .env("CLAVIGER_TEST_HISTORY", house.dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let clock = SystemClock::new();
        let mut heard: Vec<(Duration, u64)> = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let Some(count) = line.unwrap().strip_prefix("noted ").and_then(|n| n.parse().ok()) else {
                continue;
            };
            heard.push((clock.ticks(), count));
            if clock.ticks().saturating_sub(heard[0].0) > Duration::from_millis(wait) {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let killed = clock.ticks();
        let safe =
            heard.iter().rev().find(|(at, _)| killed.saturating_sub(*at) > Duration::from_millis(1_800));
        let kept: u64 = rows(&house.sound()).iter().map(|row| row.count).sum();
        assert!(safe.is_some_and(|(_, count)| *count > 0 && kept >= *count), "{kept} of {safe:?}");
        assert_eq!(house.sound().uses().len(), 32);
    }
}
