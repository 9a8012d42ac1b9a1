//! Garbage beside good traffic: nobody good is refused, no garbage is hashed, and memory stays within its bound.
//!
//! How fast good traffic stays is measured by `cargo bench --bench server`; here only counts decide.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use claviger::credential::{Cost, mint_key, mint_secret};
use claviger::model::Environment::Production;
use claviger::registry::Fresh;
use claviger::server::Limits;

use super::house::{Client, House, Pair};
use crate::attach::house::{connect, create};
use crate::attach::serve::Server;

/// Requests with each good credential.
const EACH: usize = 20;
/// How many credentials may wait for Argon2 in these tests.
const QUEUE: usize = 4;
const MIB: u64 = 1 << 20;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn verify(lines: &str) -> Vec<u8> {
    format!("POST /v1/verify HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: 0\r\n\r\n").into_bytes()
}

fn pair_of(fresh: Fresh) -> Pair {
    Pair { key: fresh.key, secret: fresh.secret }
}

/// What came of it.
#[derive(Debug, Default)]
struct Tally {
    good: AtomicU64,
    /// Good ones that were not answered 200.
    refused: AtomicU64,
    garbage: AtomicU64,
    /// Garbage that was answered 200.
    let_in: AtomicU64,
}

/// Good traffic with these credentials, the first request of each unproved, while strangers send garbage without pause.
fn abused(address: SocketAddr, pairs: &[Pair]) -> Tally {
    let (tally, over) = (Tally::default(), AtomicBool::new(false));
    let good = |pairs: &[Pair]| {
        let mut client = Client::new(address);
        for pair in pairs {
            for _ in 0..EACH {
                let status = client.raw(&verify(&pair.basic()), false).status;
                tally.good.fetch_add(1, SeqCst);
                tally.refused.fetch_add(u64::from(status != 200), SeqCst);
            }
        }
    };
    let stranger = |turn: usize| {
        let mut client = Client::new(address);
        let mut turn = turn;
        while !over.load(SeqCst) {
            turn += 1;
            let wrong = mint_secret(Production).unwrap();
            let status = match turn % 4 {
                0 => client.raw(&verify("Authorization: Basic Z2FyYmFnZQ==\r\n"), false).status,
                1 => {
                    let unknown = Pair { key: mint_key(Production).unwrap(), secret: wrong };
                    client.raw(&verify(&unknown.headers()), false).status
                }
                2 => {
                    let guess = Pair { key: pairs[turn % pairs.len()].key, secret: wrong };
                    client.raw(&verify(&guess.basic()), false).status
                }
                _ => Client::new(address).raw(b"GARBAGE\r\n\r\n", false).status,
            };
            tally.garbage.fetch_add(1, SeqCst);
            tally.let_in.fetch_add(u64::from(status == 200), SeqCst);
        }
    };
    std::thread::scope(|scope| {
        for turn in 0..QUEUE + 2 * cores() + 8 {
            scope.spawn(move || stranger(turn));
        }
        let (one, other) = pairs.split_at(pairs.len() / 2);
        let others = scope.spawn(|| good(other));
        good(one);
        others.join().unwrap();
        over.store(true, SeqCst);
    });
    tally
}

fn house() -> House {
    House::with(Limits { queue: QUEUE, ..Limits::default() }, "", Cost::DEFAULT)
}

#[test]
fn garbage_beside_good_traffic_costs_no_hash_and_nobody_good_is_refused() {
    let house = house();
    let pairs: Vec<Pair> = (0..24).map(|_| house.key("READER")).collect();
    let tally = abused(house.address, &pairs);
    assert_eq!((tally.refused.into_inner(), tally.let_in.into_inner()), (0, 0));
    assert_eq!(tally.good.into_inner(), (pairs.len() * EACH) as u64);
    assert!(tally.garbage.into_inner() > 100);
    assert_eq!(house.metric("claviger_hashes_total"), pairs.len() as u64);
}

#[test]
fn control_without_the_pre_check_the_same_garbage_gets_good_traffic_refused() {
    let before = house();
    let pairs: Vec<Pair> = (0..24).map(|_| before.key("READER")).collect();
    let directory = Arc::clone(&before.directory);
    drop(before);
    std::fs::remove_file(directory.path().join("store/store.key")).unwrap();
    let limits = Limits { queue: QUEUE, ..Limits::default() };
    let house = House::over(directory, limits, "", Cost::DEFAULT);
    let tally = abused(house.address, &pairs);
    assert!(tally.refused.load(SeqCst) > 0, "{tally:?}");
    assert_eq!(tally.let_in.into_inner(), 0);
}

/// A line of what the system says about a process, in bytes.
fn memory(server: &Server, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[test]
fn memory_stays_within_one_buffer_of_argon2_for_each_core() {
    let cli = crate::cli::house::House::empty();
    cli.run("groups create --template read-only-reporting").ok();
    let server = Server::start(&cli.store(), &[]);
    let address = server.address();
    let mut stranger = Client::new(address);
    for _ in 0..200 {
        let nobody = Pair { key: mint_key(Production).unwrap(), secret: mint_secret(Production).unwrap() };
        assert_eq!(stranger.raw(&verify(&nobody.basic()), false).status, 401);
    }
    let base = memory(&server, "VmRSS");
    let door = connect(&cli.store().join("admin.sock")).unwrap();
    let pairs: Vec<Pair> = (0..16).map(|n| pair_of(create(&door, &format!("Key {n}")))).collect();
    let tally = abused(address, &pairs);
    assert_eq!((tally.refused.into_inner(), tally.let_in.into_inner()), (0, 0));
    let grown = memory(&server, "VmHWM") - base;
    // Less than one buffer of slack: one more than there are cores would not fit.
    let bound = cores() as u64 * 19 * MIB + 16 * MIB;
    assert!(grown < bound, "{} of {} MiB", grown / MIB, bound / MIB);
    assert!(grown > 18 * MIB, "control: a buffer of Argon2 is seen where it is taken, {} MiB", grown / MIB);
}
