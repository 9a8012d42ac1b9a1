//! Many at once: clients whose proofs nobody knows, and garbage beside good traffic.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use claviger::clock::{Clock, SystemClock};
use claviger::credential::{mint_key, mint_secret};
use claviger::model::Environment::Production;

use crate::figure::{Ratios, median, p99};
use crate::ground::{Pair, status};

/// Garbage a second.
const GARBAGE: u32 = 2_000;
/// Good requests of one measurement, one after the other.
const GOOD: usize = 1_000;

/// Each key on a connection of its own, all requests sent within half a second, before most answers can come.
pub fn unknown_proofs_at_once(address: SocketAddr, pairs: &[Pair]) {
    let mut streams: Vec<TcpStream> = pairs.iter().map(|_| TcpStream::connect(address).unwrap()).collect();
    let clock = SystemClock::new();
    let start = clock.ticks();
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    for (stream, pair) in streams.iter_mut().zip(pairs) {
        stream.write_all(pair.verify().as_bytes()).unwrap();
        let _ = never.recv_timeout(Duration::from_millis(1));
    }
    let clock = &clock;
    let mut ends: Vec<(Duration, usize, u16)> = std::thread::scope(|scope| {
        let waiting: Vec<_> = streams
            .iter_mut()
            .enumerate()
            .map(|(place, stream)| {
                scope.spawn(move || {
                    let answer = read(stream);
                    (clock.ticks().saturating_sub(start), place, status(&answer))
                })
            })
            .collect();
        waiting.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    ends.sort_unstable();
    let served = ends.iter().filter(|end| end.2 == 200).count();
    let all = ends.last().map_or(0.0, |end| end.0.as_secs_f64());
    let astray = ends.iter().enumerate().map(|(came, end)| came.abs_diff(end.1)).max().unwrap_or(0);
    println!(
        "{} clients with unknown proofs at once: {served} served in {all:.1} s, none further than {astray} places \
         from its order",
        pairs.len()
    );
}

fn read(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut room = [0; 1024];
    let whole = |answer: &[u8]| {
        let text = String::from_utf8_lossy(answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        length.is_none_or(|length| body.len() >= length.parse().unwrap())
    };
    while !whole(&answer) {
        match stream.read(&mut room) {
            Ok(0) | Err(_) => break,
            Ok(count) => answer.extend_from_slice(&room[..count]),
        }
    }
    String::from_utf8(answer).unwrap()
}

/// The p99 of good requests in quiet and beside garbage, by turns.
pub fn garbage(address: SocketAddr, pairs: &[Pair], rounds: usize) {
    let (mut ratios, mut refused, mut rates) = (Ratios::default(), 0, Vec::new());
    for _ in 0..rounds {
        let (quiet, _) = good(address, pairs);
        let (over, sent) = (AtomicBool::new(false), AtomicU32::new(0));
        let clock = SystemClock::new();
        std::thread::scope(|scope| {
            scope.spawn(|| strangers(address, pairs, &over, &sent));
            let (busy, missed) = good(address, pairs);
            rates.push(f64::from(sent.load(SeqCst)) / clock.ticks().as_secs_f64());
            over.store(true, SeqCst);
            ratios.note(busy / quiet);
            refused += missed;
        });
    }
    println!(
        "beside {:.0} garbage a second: {refused} of {} good requests refused, p99 to that in quiet: {ratios}",
        median(rates),
        GOOD * rounds
    );
}

/// The p99 in milliseconds, and how many were not answered 200. A pause after each, as clients have.
fn good(address: SocketAddr, pairs: &[Pair]) -> (f64, usize) {
    let clock = SystemClock::new();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    let mut refused = 0;
    let times = (0..GOOD).map(|turn| {
        let start = clock.ticks();
        stream.write_all(pairs[turn % pairs.len()].verify().as_bytes()).unwrap();
        let answer = read(&mut stream);
        refused += usize::from(status(&answer) != 200);
        let took = clock.ticks().saturating_sub(start).as_secs_f64() * 1000.0;
        let _ = never.recv_timeout(Duration::from_millis(1));
        took
    });
    let times: Vec<f64> = times.collect();
    (p99(times), refused)
}

/// Garbage at its rate: without form, with unknown Keys, with right Keys and wrong Secrets.
fn strangers(address: SocketAddr, pairs: &[Pair], over: &AtomicBool, sent: &AtomicU32) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let clock = SystemClock::new();
    let (_keep, never) = std::sync::mpsc::channel::<()>();
    let mut number = 0;
    while !over.load(SeqCst) {
        let due = Duration::from_secs(1) / GARBAGE * number;
        let _ = never.recv_timeout(due.saturating_sub(clock.ticks()));
        let secret = mint_secret(Production).unwrap().expose().to_owned();
        let guess = match number % 3 {
            0 => Pair { key: "garbage".to_owned(), secret: "garbage".to_owned() },
            1 => Pair { key: mint_key(Production).unwrap().to_string(), secret },
            _ => Pair { key: pairs[number as usize % pairs.len()].key.clone(), secret },
        };
        stream.write_all(guess.verify().as_bytes()).unwrap();
        assert_eq!(status(&read(&mut stream)), 401);
        number += 1;
        sent.fetch_add(1, SeqCst);
    }
}
