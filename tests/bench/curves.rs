//! What a store costs as it grows: 10,000, 100,000, 1,000,000 and 3,000,000 keys, each in a process of its own.
//!
//! `cargo bench --bench curves`; `CLAVIGER_BENCH_KEYS=10000,100000` says other sizes. Prints a line for each, and with
//! `CLAVIGER_UPDATE_PICTURES=1` draws them into `assets/cost.svg`. Decides nothing.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop loudly")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use claviger::clock::{Clock, SystemClock};
use claviger::credential::Cost;
use claviger::model::Account;
use claviger::registry::{
    Actor, Answer, Column, Door, Embedded, Embedding, KeyFilter, Query, Selection, Sort, Ticket, Window,
};

#[path = "curves/picture.rs"]
mod picture;

const CLAVIGER: &str = env!("CARGO_BIN_EXE_claviger");
/// Names the store in the process that measures it.
const STORE: &str = "CLAVIGER_BENCH_STORE";
/// What is measured, in the order of the columns.
pub const MEASURED: [&str; 6] = [
    "open, verified, ms",
    "filter key press, slowest, ms",
    "sort by description, ms",
    "step in the middle, ms",
    "disable one key, ms",
    "memory, MB",
];

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let clock = SystemClock::new();
    let result = work();
    (result, clock.ticks().as_secs_f64() * 1000.0)
}

fn page(door: &Embedded, text: &str, sort: Sort, offset: u64) -> Vec<claviger::registry::KeyRow> {
    let filter = KeyFilter { text: text.into(), ..KeyFilter::default() };
    let query = Query::Keys { filter, sort, window: Window { offset, limit: 40 }, find: None };
    match door.ask(query, &Ticket::new()).unwrap() {
        Answer::Keys(page) => page.rows,
        other => panic!("{other:?}"),
    }
}

fn median(mut list: Vec<f64>) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

/// Resident memory in MB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(f64::NAN) / 1000.0
}

/// One store, measured in this process: the figures of [`MEASURED`] on one line.
fn measure(store: &Path) {
    let embedding =
        Embedding { store: store.to_owned(), create: false, expect_revision: None, cost: Cost::TEST };
    let actor = || Actor::administrator(Account::parse("bench").unwrap());
    let open = || Embedded::open(&embedding, Arc::new(SystemClock::new()), actor()).unwrap();
    drop(open());
    let (door, opened) = timed(open);
    let newest = page(&door, "", Sort::default(), 0);
    // As somebody types: each press narrows what the one before found; a new word begins with all keys.
    let words = ["webhook", "reporting", "asset", "zq"];
    let presses = words.iter().flat_map(|word| (1..=word.len()).map(|length| &word[..length]));
    let slowest = presses.map(|text| timed(|| page(&door, text, Sort::default(), 0)).1).fold(0.0, f64::max);
    let memory = resident();
    let by = |column| Sort { column: Some(column), descending: false };
    let ((), sorted) = timed(|| drop(page(&door, "", by(Column::Description), 0)));
    let middle = newest.first().map_or(0, |row| row.record.number / 2);
    page(&door, "", by(Column::Description), middle);
    let step = median(
        (0..200).map(|row| timed(|| page(&door, "", by(Column::Description), middle + row)).1).collect(),
    );
    let disabled = median(
        newest
            .iter()
            .map(|row| {
                let status = row.record.status.flipped();
                let keys = Selection::of([row.record.key]);
                timed(|| {
                    door.execute(
                        claviger::registry::Command::SetStatus { keys, status, expected: None },
                        &Ticket::new(),
                    )
                    .unwrap()
                })
                .1
            })
            .collect(),
    );
    println!("measured {opened:.3} {slowest:.3} {sorted:.3} {step:.3} {disabled:.3} {memory:.1}");
    door.close();
}

/// The figures of a store with so many made-up keys.
fn figures(keys: u64) -> Vec<f64> {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let made = Command::new(CLAVIGER)
        .args(["--store", store.to_str().unwrap(), "demo", "--keys", &keys.to_string()])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let told = Command::new(std::env::current_exe().unwrap()).env(STORE, &store).output().unwrap();
    let text = String::from_utf8_lossy(&told.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("measured "));
    let line = line.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&told.stderr)));
    line.split_whitespace().map(|figure| figure.parse().unwrap()).collect()
}

fn main() {
    if let Some(store) = std::env::var_os(STORE) {
        return measure(Path::new(&store));
    }
    let sizes =
        std::env::var("CLAVIGER_BENCH_KEYS").unwrap_or_else(|_| "10000,100000,1000000,3000000".into());
    let sizes: Vec<u64> = sizes.split(',').map(|size| size.trim().parse().unwrap()).collect();
    println!("{:>10}  {}", "keys", MEASURED.join("  "));
    let mut rows = Vec::new();
    for keys in sizes {
        let row = figures(keys);
        let cells: Vec<String> = MEASURED
            .iter()
            .zip(&row)
            .map(|(name, figure)| format!("{figure:>width$.2}", width = name.len()))
            .collect();
        println!("{keys:>10}  {}", cells.join("  "));
        rows.push((keys, row));
    }
    if std::env::var_os("CLAVIGER_UPDATE_PICTURES").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/cost.svg");
        std::fs::write(&path, picture::draw(&rows)).unwrap();
        println!("{} is drawn anew", path.display());
    }
}
