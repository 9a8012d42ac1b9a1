//! The logon history when it is full: what it costs on disk and in memory, and how long opening and asking take.
//!
//! `cargo bench --bench history`; `CLAVIGER_BENCH_ROWS` says how many rows (5,000,000, the default budget). Prints,
//! decides nothing.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop loudly")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use claviger::clock::{Clock, SystemClock};
use claviger::credential::Cost;
use claviger::model::{Account, Environment, KeyId, LogonResult, LogonRow, Operation, ResultFilter, Time};
use claviger::registry::{
    Actor, Answer, Door, Embedded, Embedding, LogonFilter, LogonSort, Query, Ticket, Window,
};
use claviger::store::{Opening, Store};

const KEYS: u64 = 1000;
const DAYS: i64 = 89;
const AT_ONCE: usize = 100_000;

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let clock = SystemClock::new();
    let result = work();
    (result, clock.ticks())
}

fn key(number: u64) -> KeyId {
    KeyId::from_digits(
        Environment::Production,
        std::array::from_fn(|i| ((number >> (5 * i.min(12))) % 32) as u8),
    )
}

fn row(number: u64, of: u64, now: i64) -> LogonRow {
    let steps = i64::try_from(number * 1000 / of).unwrap();
    let time = Time(now - DAYS * 86_400 + DAYS * 86_400 * steps / 1000);
    let caller = number * 7919 % KEYS;
    let refused = number.is_multiple_of(50);
    LogonRow {
        id: 0,
        time,
        first: Time(time.0 - 50),
        key: Some(key(caller)),
        description: format!("Integration {caller}"),
        source: format!("10.0.{}.{}", caller % 7, caller % 200),
        agent: "python-requests/2.32".into(),
        table: Some(["Asset", "Contract", "Location"][(number % 3) as usize].into()),
        operation: Some(Operation::Select),
        menu: None,
        result: if refused { LogonResult::Insufficient } else { LogonResult::Accepted },
        proved: true,
        count: 1 + number % 9,
        references: Vec::new(),
    }
}

fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
}

fn size(dir: &Path) -> u64 {
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len());
    files.sum::<u64>() / 1_000_000
}

fn main() {
    let rows = std::env::var("CLAVIGER_BENCH_ROWS").ok().and_then(|r| r.parse().ok()).unwrap_or(5_000_000);
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("store");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let now = clock.now().0;
    let (store, _) = Store::open(&dir, &Opening { create: true, expect_revision: None }).unwrap();
    let history = store.history();
    let ((), took) = timed(|| {
        for first in (0..rows).step_by(AT_ONCE) {
            let part: Vec<_> = (first..rows.min(first + AT_ONCE as u64)).map(|n| row(n, rows, now)).collect();
            history.take_in(&part);
        }
    });
    println!("{rows} rows taken in: {took:.2?}; {} MB on disk", size(&dir.join("history")));
    println!("trouble: {:?}", history.trouble());
    drop(history);
    println!("closed: {:.2?}", timed(|| store.close().unwrap()).1);

    let before = memory();
    let embedding = Embedding { store: dir, create: false, expect_revision: None, cost: Cost::DEFAULT };
    let actor = Actor::administrator(Account::parse("root").unwrap());
    let (door, took) = timed(|| Embedded::open(&embedding, clock, actor).unwrap());
    println!("opened: {took:.2?}; memory {before} MB before, {} MB after", memory());
    let ask = |name: &str, filter: LogonFilter| {
        let window = Window { offset: 0, limit: 40 };
        let query = Query::History { filter, sort: LogonSort::default(), window };
        let (answer, took) = timed(|| door.ask(query, &Ticket::new()).unwrap());
        let Answer::History(page) = answer else { return println!("{name}: another answer") };
        println!("{name}: {took:.2?}, {} of {} rows; memory {} MB", page.total, page.of, memory());
    };
    ask("newest rows", LogonFilter::default());
    let refused = LogonFilter { result: Some(ResultFilter::Refused), ..LogonFilter::default() };
    ask("refused", refused.clone());
    ask("refused, again", refused);
    ask("last 7 days", LogonFilter { since: Some(Time(now - 7 * 86_400)), ..LogonFilter::default() });
    ask("one key", LogonFilter { key: Some(key(7)), ..LogonFilter::default() });
    ask("words", LogonFilter { text: "integration contract".into(), ..LogonFilter::default() });
    let (_, took) = timed(|| door.ask(Query::Rhythm { key: key(7) }, &Ticket::new()).unwrap());
    println!("rhythm of a key: {took:.2?}");
}
