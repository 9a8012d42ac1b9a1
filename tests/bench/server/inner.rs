//! What is measured without HTTP: a cold proof beside the C program `argon2`, and a look with its decision.

use std::process::Stdio;
use std::sync::Arc;

use claviger::clock::{Clock, SystemClock};
use claviger::credential::{Cost, Hasher, Proof, Secret, StoreKey, mint_secret};
use claviger::model::{Account, Environment};
use claviger::registry::{Actor, Embedded, Embedding, Look, Wanted, Wish};

use crate::figure::{Ratios, median, there};
use crate::ground::Ground;
use crate::peer::on_the_first_core;

/// Set where this program is started again to hash on one core.
const PART: &str = "CLAVIGER_BENCH_HASH";
/// Proofs of one measurement.
const PROOFS: u32 = 40;

/// Proves again and again and prints the milliseconds of one proof, if this process was started for that.
pub fn played() -> bool {
    if std::env::var_os(PART).is_none() {
        return false;
    }
    let hasher = Hasher::for_this_machine(Cost::DEFAULT);
    let secret = mint_secret(Environment::Production).unwrap();
    let proof = Proof::of(&secret, &hasher, &StoreKey::generate().unwrap()).unwrap();
    let clock = SystemClock::new();
    let start = clock.ticks();
    for _ in 0..PROOFS {
        assert!(proof.proves(&secret, &hasher).unwrap());
    }
    println!("{}", (clock.ticks().saturating_sub(start)).as_secs_f64() * 1000.0 / f64::from(PROOFS));
    true
}

/// A cold verification on one core beside the C program, which times its own hashing.
pub fn cold(rounds: usize) {
    if !there("argon2") || !there("taskset") {
        return;
    }
    let (mut ratios, mut ours, mut theirs) = (Ratios::default(), Vec::new(), Vec::new());
    let this = std::env::current_exe().unwrap();
    for _ in 0..rounds {
        let output = on_the_first_core(this.to_str().unwrap(), true).env(PART, "1").output().unwrap();
        let our: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap();
        let their = median((0..15).map(|_| c_program()).collect());
        ratios.note(their / our);
        ours.push(1000.0 / our);
        theirs.push(1000.0 / their);
    }
    println!(
        "cold verification a core: {:.0}/s, the C program {:.0}/s: {ratios}",
        median(ours),
        median(theirs)
    );
}

/// Milliseconds of one hash by the C program, as it says itself.
fn c_program() -> f64 {
    let mut command = on_the_first_core("argon2", true);
    command.args(["sixteen-bytes-so", "-id", "-t", "2", "-k", "19456", "-p", "1", "-l", "32"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), &[b'x'; 56]).unwrap();
    drop(child.stdin.take());
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line =
        text.lines().find_map(|line| line.strip_suffix(" seconds")).unwrap_or_else(|| panic!("{text}"));
    line.trim().parse::<f64>().unwrap() * 1000.0
}

/// A look, its proof and the decision, in this process, with all keys there.
pub fn proof(ground: &Ground) {
    const TURNS: usize = 20_000;
    const BATCH: u32 = 16;
    let embedding =
        Embedding { store: ground.store(), create: false, expect_revision: None, cost: Cost::DEFAULT };
    let actor = Actor::administrator(Account::parse("bench").unwrap());
    let door = Embedded::open(&embedding, Arc::new(SystemClock::new()), actor).unwrap();
    let registry = door.registry();
    let pairs: Vec<(String, Secret)> =
        ground.known().into_iter().map(|pair| (pair.key, Secret::parse(&pair.secret).unwrap())).collect();
    for (key, secret) in &pairs {
        if let Look::Pending(pending) = registry.look(key, secret) {
            registry.hash(&pending, secret).unwrap();
        }
    }
    let clock = SystemClock::new();
    let nanos = (0..TURNS).map(|turn| {
        let (key, secret) = &pairs[turn % pairs.len()];
        let start = clock.ticks();
        for _ in 0..BATCH {
            let proven = registry.proven(registry.look(key, secret)).unwrap();
            registry.judge(&proven, &Wanted::of(Wish::Open)).unwrap();
        }
        clock.ticks().saturating_sub(start).as_secs_f64() * 1e9 / f64::from(BATCH)
    });
    println!("lookup, proof and decision in process: {:.0} ns (median)", median(nanos.collect()));
}
