//! Work on many keys at once: an import of 2,000, and 100,000 disables in a store of a million.
//!
//! `cargo bench --bench bulk`; `CLAVIGER_BENCH_KEYS` says how many keys the store has (1,000,000). Prints, decides nothing.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop loudly")]

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread::available_parallelism;

use claviger::clock::{Clock, SystemClock};
use claviger::credential::{Cost, Hasher, Proof, StoreKey, mint_secret};
use claviger::model::{Account, Environment, KeyId, Status};
use claviger::registry::{
    Actor, Answer, Command as Change, Door, Embedded, Embedding, KeyFilter, Query, Selection, Sort, Ticket,
    Window,
};

const CLAVIGER: &str = env!("CARGO_BIN_EXE_claviger");
const IMPORT: u32 = 2_000;
const BULK: usize = 100_000;
/// Proofs that each core makes for the comparison.
const PROOFS: u32 = 150;

/// Seconds that it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let clock = SystemClock::new();
    let result = work();
    (result, clock.ticks().as_secs_f64())
}

fn claviger(store: &Path, words: &[&str]) -> f64 {
    let (output, took) =
        timed(|| Command::new(CLAVIGER).arg("--store").arg(store).args(words).output().unwrap());
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    took
}

/// Proofs a second that all cores make when they do nothing else.
fn bare_proofs() -> f64 {
    let hasher = Hasher::for_this_machine(Cost::DEFAULT);
    let store_key = StoreKey::from_bytes([7; 32]);
    let cores = u32::try_from(available_parallelism().map_or(1, usize::from)).unwrap_or(1);
    let prove = || {
        for _ in 0..PROOFS {
            let secret = mint_secret(Environment::Production).unwrap();
            Proof::of(&secret, &hasher, &store_key).unwrap();
        }
    };
    let ((), took) = timed(|| {
        std::thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(prove))));
    });
    f64::from(PROOFS * cores) / took
}

fn import(store: &Path, place: &Path) {
    let [list, secrets] = ["keys.csv", "secrets.csv"].map(|name| place.join(name));
    let lines: Vec<String> = (0..IMPORT).map(|number| format!("Imported {number},API_READ,prd\n")).collect();
    fs::write(&list, format!("description,group,environment\n{}", lines.concat())).unwrap();
    let before = bare_proofs();
    let words = ["keys", "import", list.to_str().unwrap(), "--secrets", secrets.to_str().unwrap()];
    let took = claviger(store, &words);
    let bare = f64::midpoint(before, bare_proofs());
    let rate = f64::from(IMPORT) / took;
    println!(
        "import of {IMPORT}: {took:.1} s with the store's opening, {rate:.0} keys/s, {:.2} of Argon2 alone on all cores ({bare:.0}/s); 100,000 would take {:.0} min",
        rate / bare,
        100_000.0 / rate / 60.0
    );
}

fn page(door: &Embedded, offset: usize) -> Vec<KeyId> {
    let window = Window { offset: offset as u64, limit: 1_000 };
    let query = Query::Keys { filter: KeyFilter::default(), sort: Sort::default(), window, find: None };
    match door.ask(query, &Ticket::new()).unwrap() {
        Answer::Keys(page) => page.rows.iter().map(|row| row.record.key).collect(),
        other => panic!("{other:?}"),
    }
}

fn disable_many(store: &Path, place: &Path) {
    let embedding =
        Embedding { store: store.to_owned(), create: false, expect_revision: None, cost: Cost::TEST };
    let actor = Actor::administrator(Account::parse("bench").unwrap());
    let door = Embedded::open(&embedding, Arc::new(SystemClock::new()), actor).unwrap();
    let keys: Vec<KeyId> = (0..BULK).step_by(1_000).flat_map(|offset| page(&door, offset)).collect();
    let journal = || fs::read(store.join("journal")).unwrap();
    let length = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    for status in [Status::Disabled, Status::Active] {
        let before = length(&journal());
        let count = keys.len();
        let change = Change::SetStatus { keys: Selection::of(keys.clone()), status, expected: None };
        let ours = timed(|| door.execute(change, &Ticket::new()).unwrap()).1;
        let whole = journal();
        let written = &whole[before..length(&whole)];
        let bare = timed(|| {
            let mut file = File::create(place.join("bare")).unwrap();
            file.write_all(written).unwrap();
            file.sync_data().unwrap();
        })
        .1;
        println!(
            "{count} keys to {}, one commit: {ours:.2} s; its {} MB written and synced bare {bare:.2} s, ratio {:.2}",
            status.name(),
            written.len() / 1_000_000,
            ours / bare
        );
    }
    door.close();
}

fn main() {
    let keys = std::env::var("CLAVIGER_BENCH_KEYS").unwrap_or_else(|_| "1000000".to_owned());
    let place = std::env::var_os("CLAVIGER_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let temp = tempfile::tempdir_in(place).unwrap();
    let store = temp.path().join("store");
    println!("demo --keys {keys}: {:.1} s", claviger(&store, &["demo", "--keys", &keys]));
    import(&store, temp.path());
    disable_many(&store, temp.path());
}
