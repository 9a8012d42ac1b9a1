//! At once: a request sent after a change was acknowledged never gets the old answer.
//!
//! 64 connections ask without pause while an administrator changes one thing, 200 times. An answer counts as old when the
//! request was sent after the acknowledgement, no other change had begun when it came, and it is the one from before.
//! The control puts a cache of verdicts before the same server and must be caught.

use super::house::{Client, House, NOW, Pair};
use claviger::model::{Status, TablePermission, Time};
use claviger::registry::{Command, GroupEdit, KeyEdit, Patch};
use std::collections::HashMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;

const VERIFIERS: usize = 64;
const ROUNDS: u64 = 200;

/// A request, and what it must be answered from now on.
struct Truth {
    request: String,
    status: u16,
}

struct Counted {
    checked: u64,
    old: u64,
}

/// Changes the truth for all rounds while the verifiers ask; `keep` answers are reused by a cache of verdicts.
fn hammer(house: &House, keep: u32, mut change: impl FnMut(u64) -> Truth) -> Counted {
    let truth = RwLock::new(change(0));
    // Even while the truth stands, odd while it changes.
    let phase = AtomicU64::new(0);
    let (checked, old, over) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let verifier = || {
        let mut client = house.client();
        let mut cache: HashMap<String, (u16, u32)> = HashMap::new();
        while !over.load(SeqCst) {
            let before = phase.load(SeqCst);
            if before % 2 == 1 {
                std::thread::yield_now();
                continue;
            }
            let (request, expected) = {
                let truth = truth.read().unwrap();
                (truth.request.clone(), truth.status)
            };
            let status = cached(&mut cache, keep, &request, &mut client);
            if phase.load(SeqCst) == before {
                checked.fetch_add(1, SeqCst);
                old.fetch_add(u64::from(status != expected), SeqCst);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..VERIFIERS {
            scope.spawn(verifier);
        }
        for round in 1..=ROUNDS {
            // At random: after so many answers that no verifier can settle into a rhythm.
            let [random] = claviger::credential::random_bytes::<1>().unwrap();
            let enough = checked.load(SeqCst) + 16 + u64::from(random) / 4;
            while checked.load(SeqCst) < enough {
                std::thread::yield_now();
            }
            phase.fetch_add(1, SeqCst);
            let next = change(round);
            *truth.write().unwrap() = next;
            phase.fetch_add(1, SeqCst);
        }
        over.store(true, SeqCst);
    });
    Counted { checked: checked.into_inner(), old: old.into_inner() }
}

fn cached(cache: &mut HashMap<String, (u16, u32)>, keep: u32, request: &str, client: &mut Client) -> u16 {
    if let Some((status, left)) = cache.get_mut(request)
        && *left > 0
    {
        *left -= 1;
        return *status;
    }
    let status = client.raw(request.as_bytes(), false).status;
    if keep > 0 {
        cache.insert(request.to_owned(), (status, keep));
    }
    status
}

fn holds(house: &House, change: impl FnMut(u64) -> Truth) {
    let counted = hammer(house, 0, change);
    assert!(counted.checked >= ROUNDS * 16, "{}", counted.checked);
    assert_eq!(counted.old, 0, "of {}", counted.checked);
}

fn verify(credential: &str, body: &str) -> String {
    format!("POST /v1/verify HTTP/1.1\r\nHost: x\r\n{credential}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn proxy(credential: &str, method: &str, uri: &str) -> String {
    let lines = format!("X-Original-Method: {method}\r\nX-Original-URI: {uri}\r\n");
    format!("GET /auth/nginx HTTP/1.1\r\nHost: x\r\n{credential}{lines}\r\n")
}

fn toggle(house: &House, pair: &Pair, round: u64) -> u16 {
    let (status, answer) = if round % 2 == 1 { (Status::Disabled, 401) } else { (Status::Active, 200) };
    house.set(pair.key, status);
    answer
}

#[test]
fn a_disabled_key_is_refused_at_once() {
    let house = House::new();
    let pair = house.key("READER");
    holds(&house, |round| Truth { request: verify(&pair.basic(), ""), status: toggle(&house, &pair, round) });
}

#[test]
fn control_a_cache_of_verdicts_is_caught() {
    let house = House::new();
    let pair = house.key("READER");
    let request = verify(&pair.basic(), "");
    let counted =
        hammer(&house, 8, |round| Truth { request: request.clone(), status: toggle(&house, &pair, round) });
    assert!(counted.old > ROUNDS, "{} of {}", counted.old, counted.checked);
}

#[test]
fn a_deleted_key_is_refused_at_once() {
    let house = House::new();
    let mut pair = house.key("READER");
    holds(&house, |round| {
        if round % 2 == 1 {
            house.delete(pair.key);
            return Truth { request: verify(&pair.basic(), ""), status: 401 };
        }
        pair = house.key("READER");
        Truth { request: verify(&pair.basic(), ""), status: 200 }
    });
}

#[test]
fn another_group_counts_at_once() {
    let house = House::new();
    let pair = house.key("READER");
    let request = verify(&pair.basic(), r#"{"table":"Asset","operation":"insert"}"#);
    holds(&house, |round| {
        let (group, status) = if round % 2 == 1 { ("WRITER", 200) } else { ("READER", 403) };
        let edit = KeyEdit { group: Some(group.parse().unwrap()), ..KeyEdit::default() };
        house.run(Command::EditKey { key: pair.key, edit, expected: None }).unwrap();
        Truth { request: request.clone(), status }
    });
}

#[test]
fn other_permissions_count_at_once() {
    let house = House::new();
    let pair = house.key("WRITER");
    let request = proxy(&pair.basic(), "DELETE", "/api/Asset/5");
    holds(&house, |round| {
        let delete = round % 2 == 1;
        let row = TablePermission {
            table: "Asset".into(),
            select: true,
            insert: true,
            update: true,
            delete,
            filter: None,
        };
        house.edit_group("WRITER", GroupEdit { tables: Some(vec![row]), ..GroupEdit::default() });
        Truth { request: request.clone(), status: if delete { 200 } else { 403 } }
    });
}

#[test]
fn an_expiry_counts_at_once() {
    let house = House::new();
    let pair = house.key("READER");
    let mut now = NOW.0;
    let edit = |expires| {
        let edit = KeyEdit { expires, ..KeyEdit::default() };
        house.run(Command::EditKey { key: pair.key, edit, expected: None }).unwrap();
    };
    holds(&house, |round| {
        let request = verify(&pair.basic(), "");
        if round % 2 == 1 {
            house.clock.advance(Duration::from_secs(10));
            now += 10;
            return Truth { request, status: 401 };
        }
        edit(Patch::Set(Time(now + 10)));
        Truth { request, status: 200 }
    });
}

#[test]
fn a_session_closed_by_a_disable_is_refused_at_once_and_for_good() {
    let house = House::new();
    let pair = house.key("READER");
    let mut bearer = house.logon(&pair);
    holds(&house, |round| match round % 3 {
        0 => {
            bearer = house.logon(&pair);
            Truth { request: verify(&bearer, ""), status: 200 }
        }
        1 => {
            house.set(pair.key, Status::Disabled);
            Truth { request: verify(&bearer, ""), status: 401 }
        }
        _ => {
            house.set(pair.key, Status::Active);
            Truth { request: verify(&bearer, ""), status: 401 }
        }
    });
}
