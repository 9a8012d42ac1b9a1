//! How long a store takes to open, beside what its records take to read: sled alone, in a process of its own.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use claviger::clock::{Clock, SystemClock};

use super::terminal::Terminal;
use super::{CLAVIGER, milliseconds};

/// Where the other process finds the store.
const STORE: &str = "CLAVIGER_BENCH_SCAN";
/// sled's cache, as the store sets it.
const CACHE: u64 = 16 << 20;
/// By turns, so that what else the machine does meets all of them.
const ROUNDS: usize = 5;

/// One figure of each round, the one in the middle counts.
fn middle(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Reads all records and tells how long it took, if this is the process that was started for it.
pub fn is_scan() -> bool {
    let Some(store) = std::env::var_os(STORE) else { return false };
    let clock = SystemClock::new();
    let path = Path::new(&store).join("index");
    let db = sled::Config::new().path(path).cache_capacity(CACHE).flush_every_ms(None).open().unwrap();
    let tree = db.open_tree("keys").unwrap();
    let opened = clock.ticks();
    let bytes: usize = tree.iter().map(|item| item.unwrap().1.len()).sum();
    let scanned = clock.ticks().saturating_sub(opened);
    println!("{} {} {bytes}", milliseconds(opened), milliseconds(scanned));
    true
}

/// Milliseconds for opening sled, and for reading all records.
fn scan(store: &Path) -> (f64, f64) {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this).env(STORE, store).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut numbers = text.split_whitespace().map(|number| number.parse::<f64>().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// Milliseconds from exec to the newest row, and to the table that checks no more; the most memory in MB.
fn console(store: &Path, newest: &str) -> (f64, f64, u64) {
    let mut terminal = Terminal::start(CLAVIGER, &["--store", store.to_str().unwrap()]);
    let first = terminal.shows(newest).unwrap();
    let ready =
        terminal.shows_such(|screen| screen.contains(newest) && !screen.contains("checking")).unwrap();
    let memory = terminal.status("VmHWM:") / 1024;
    terminal.press("q", Duration::from_millis(200));
    (milliseconds(first), milliseconds(ready), memory)
}

/// Measures and prints; milliseconds from exec to the newest row.
pub fn measure(store: &Path, newest: &str) -> f64 {
    // Whatever is read for the first time is read now.
    scan(store);
    let (mut opens, mut scans, mut first, mut ready, mut ratios) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut most = 0;
    for _ in 0..ROUNDS {
        let (open, scan) = scan(store);
        let (rows, all, memory) = console(store, newest);
        opens.push(open);
        scans.push(scan);
        first.push(rows);
        ready.push(all);
        ratios.push(all / scan);
        most = most.max(memory);
    }
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let worst = ratios.iter().copied().fold(0.0, f64::max);
    let first = middle(first);
    println!(
        "raw sled scan         {:7.1} ms, after {:.1} ms for opening sled",
        middle(scans),
        middle(opens)
    );
    println!("first rows, embedded  {first:7.1} ms");
    println!(
        "fully ready, embedded {:7.1} ms = {:.2} ({least:.2} to {worst:.2}) x the raw scan of the same round · memory at most {most} MB",
        middle(ready),
        middle(ratios)
    );
    first
}
