//! How fast the store makes changes durable, as ratios to the bare disk in the same run.
//!
//! `cargo bench --bench store`; `CLAVIGER_BENCH_DIR` names a directory on the disk to be measured, and
//! `CLAVIGER_BENCH_KEYS=1000000` adds the time for so many keys, checkpoint included. The aims:
//! single changes at least 0.45 of a bare append and fdatasync, a bulk of 100,000 within 3 times the same bytes.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop loudly")]

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use claviger::clock::{Clock, SystemClock};
use claviger::credential::{Cost, Hasher, Proof, StoreKey, mint_key, mint_secret};
use claviger::model::{
    Account, ApiKey, ChangeKind, Description, Environment, Group, GroupCode, Owner, Role, Status, Time,
};
use claviger::store::{Entry, Opening, Store};

const SINGLE: u64 = 2000;
const BULK: u64 = 100_000;

fn key(number: u64) -> ApiKey {
    ApiKey {
        number,
        key: mint_key(Environment::Production).unwrap(),
        description: Description::parse(&format!("HR System Integration {number}")).unwrap(),
        group: "HR_READ".parse::<GroupCode>().unwrap(),
        status: Status::Active,
        created: Time(5),
        modified: Time(5),
        modified_by: Account::parse("root").unwrap(),
        last_used: None,
        expires: Some(Time(2_000_000_000)),
        rotate_every: None,
        owner: Some(Owner::parse("Operations").unwrap()),
        secret_copied: true,
    }
}

fn disabled(before: &ApiKey, time: i64) -> (ApiKey, Entry) {
    let after = ApiKey { status: before.status.flipped(), modified: Time(time), ..before.clone() };
    let kind =
        if after.status == Status::Disabled { ChangeKind::KeyDisabled } else { ChangeKind::KeyEnabled };
    (after.clone(), Entry::KeyPut { kind, before: Some(before.clone()), after, proof: None })
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let clock = SystemClock::new();
    let result = work();
    (result, clock.ticks())
}

/// How long this thread had a processor: what others do on the machine is not in it.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0))
}

/// A line of usual length, appended and synced again and again.
fn bare_loop(path: &Path, line: &[u8]) -> Duration {
    let mut file = File::create(path).unwrap();
    timed(|| {
        for _ in 0..SINGLE {
            file.write_all(line).unwrap();
            file.sync_data().unwrap();
        }
    })
    .1
}

fn bare_bulk(path: &Path, bytes: &[u8]) -> Duration {
    timed(|| {
        let mut file = File::create(path).unwrap();
        file.write_all(bytes).unwrap();
        file.sync_data().unwrap();
    })
    .1
}

fn rate(duration: Duration) -> f64 {
    f64::from(u32::try_from(SINGLE).unwrap()) / duration.as_secs_f64()
}

fn lines(dir: &Path) -> Vec<u8> {
    let mut bytes = fs::read(dir.join("journal")).unwrap();
    bytes.truncate(bytes.iter().rposition(|b| *b != 0).map_or(0, |i| i + 1));
    bytes
}

fn main() {
    let place = std::env::var_os("CLAVIGER_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let temp = tempfile::tempdir_in(place).unwrap();
    let dir = temp.path().join("store");
    let (mut store, _) = Store::open(&dir, &Opening { create: true, expect_revision: None }).unwrap();
    let actor = Account::parse("root").unwrap();
    let secret = mint_secret(Environment::Production).unwrap();
    let proof = Proof::of(&secret, &Hasher::new(Cost::TEST, 1), &StoreKey::from_bytes([7; 32])).unwrap();
    let put =
        |store: &mut Store, entries: Vec<Entry>| store.append(Time(7), &actor, entries, &|_, _| {}).unwrap();
    let group = Group::new("HR_READ".parse().unwrap(), Description::parse("Reading").unwrap(), Role::Read);
    put(&mut store, vec![Entry::GroupPut { kind: ChangeKind::GroupCreated, before: None, after: group }]);
    let create = |key: &ApiKey| Entry::KeyPut {
        kind: ChangeKind::KeyCreated,
        before: None,
        after: key.clone(),
        proof: Some(proof.clone()),
    };
    let mut one = key(1);
    put(&mut store, vec![create(&one)]);

    // By turns, so that a disk that others use too is measured alike.
    let (mut bare, mut ours) = (Duration::ZERO, Duration::ZERO);
    let line = lines(&dir).split(|b| *b == b'\n').nth(1).unwrap().to_vec();
    for turn in 0..3 {
        bare += bare_loop(&temp.path().join("bare"), &line) / 3;
        ours += timed(|| {
            for i in 0..SINGLE {
                let (after, entry) = disabled(&one, 1000 + i64::try_from(turn * SINGLE + i).unwrap());
                put(&mut store, vec![entry]);
                one = after;
            }
        })
        .1 / 3;
    }
    let single = rate(ours) / rate(bare);
    println!(
        "single: {:.0} durable changes/s, bare append + fdatasync {:.0}/s, ratio {single:.2}",
        rate(ours),
        rate(bare)
    );

    // Opened again before each bulk: the checkpoint of what was before would be written at the same time.
    let again = |store: Store| {
        store.close().unwrap();
        Store::open(&dir, &Opening::default()).unwrap().0
    };
    let keys: Vec<ApiKey> = (2..2 + BULK).map(key).collect();
    store = again(store);
    let before = lines(&dir).len();
    let entries = keys.iter().map(create).collect();
    let busy = processor_time();
    let ours = timed(|| put(&mut store, entries)).1;
    let busy = processor_time().saturating_sub(busy);
    let created = lines(&dir).split_off(before);
    let bare = bare_bulk(&temp.path().join("bulk"), &created);
    let bulk = ours.as_secs_f64() / bare.as_secs_f64();
    println!(
        "bulk of {BULK} creates: {ours:.2?} ({busy:.2?} of the processor), {} MB written bare {bare:.2?}, ratio {bulk:.2}",
        created.len() / 1_000_000
    );
    store = again(store);
    let before = lines(&dir).len();
    let entries = keys.iter().map(|k| disabled(k, 9).1).collect();
    let busy = processor_time();
    let ours = timed(|| put(&mut store, entries)).1;
    let busy = processor_time().saturating_sub(busy);
    let changed = lines(&dir).split_off(before);
    let bare = bare_bulk(&temp.path().join("bulk"), &changed);
    let toggle = ours.as_secs_f64() / bare.as_secs_f64();
    println!(
        "bulk of {BULK} disables: {ours:.2?} ({busy:.2?} of the processor), {} MB written bare {bare:.2?}, ratio {toggle:.2}",
        changed.len() / 1_000_000
    );
    println!("checkpoint and close: {:.2?}", timed(|| store.close().unwrap()).1);
    println!("open: {:.2?}", timed(|| Store::open(&dir, &Opening::default()).unwrap().1.keys.len()).1);

    if let Some(count) = std::env::var("CLAVIGER_BENCH_KEYS").ok().and_then(|c| c.parse::<u64>().ok()) {
        let dir = temp.path().join("many");
        let (mut store, _) = Store::open(&dir, &Opening { create: true, expect_revision: None }).unwrap();
        let (entries, made) = timed(|| (1..=count).map(|n| create(&key(n))).collect());
        println!("{count} entries made in {made:.2?}");
        println!("appended in {:.2?}", timed(|| put(&mut store, entries)).1);
        println!("checkpoint and close in {:.2?}", timed(|| store.close().unwrap()).1);
        println!(
            "opened in {:.2?}",
            timed(|| Store::open(&dir, &Opening::default()).unwrap().1.keys.len()).1
        );
        fs::remove_dir_all(dir.join("index")).unwrap();
        println!(
            "opened without a checkpoint in {:.2?}",
            timed(|| Store::open(&dir, &Opening::default()).unwrap()).1
        );
    }
}
