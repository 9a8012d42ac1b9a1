//! How fast the server verifies, beside what people would use instead, by turns in one run.
//!
//! `cargo bench --bench server`. Needs `wrk`, `nginx`, `argon2` and `taskset` (Debian: wrk, nginx, argon2, util-linux); what
//! is missing is named and left out. Every server runs on the first core, the load on the others.
//! `CLAVIGER_BENCH_KEYS` says how many keys are in the store (1,000,000), `CLAVIGER_BENCH_ROUNDS` how often each is measured
//! (7). It prints and judges nothing: the ratios are medians of the rounds, with the smallest and the largest.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop loudly")]

#[path = "server/crowd.rs"]
mod crowd;
#[path = "server/figure.rs"]
mod figure;
#[path = "server/ground.rs"]
mod ground;
#[path = "server/inner.rs"]
mod inner;
#[path = "server/load.rs"]
mod load;
#[path = "server/peer.rs"]
mod peer;

use figure::{Ratios, setting};
use ground::Ground;
use load::{Load, Measured};
use peer::Peer;

fn main() {
    // The peers are this very program, started again.
    if peer::played() || inner::played() {
        return;
    }
    let keys = setting("CLAVIGER_BENCH_KEYS", 1_000_000);
    let rounds = setting("CLAVIGER_BENCH_ROUNDS", 7);
    inner::cold(rounds);
    println!("A store with {keys} keys is being made …");
    let ground = Ground::new(keys);
    inner::proof(&ground);
    let server = ground.serve(true);
    if figure::there("wrk") && figure::there("nginx") {
        over_http(&ground, server.address(), rounds);
        through_nginx(&ground, server.address(), rounds);
    }
    drop(server);
    let server = ground.serve(false);
    crowd::unknown_proofs_at_once(server.address(), &ground.fresh());
    crowd::garbage(server.address(), &ground.known(), rounds);
    println!("memory of the server at the end: {} MiB", server.resident() >> 20);
}

/// `POST /v1/verify`, proof known, beside a trivial axum that reads the same bodies and answers the same, and nginx.
fn over_http(ground: &Ground, server: std::net::SocketAddr, rounds: usize) {
    let nginx = Peer::bare();
    let answer = ground.answer(server);
    let axum = Peer::echo(&answer);
    let load = Load::verify(&ground.known());
    let (mut to_axum, mut to_nginx, mut axum_to_nginx) =
        (Ratios::default(), Ratios::default(), Ratios::default());
    let mut rates = [const { Vec::new() }; 3];
    for _ in 0..rounds {
        let [ours, theirs, bare] =
            [server, axum.address, nginx.address].map(|address| load.run(address).rate);
        to_axum.note(ours / theirs);
        to_nginx.note(ours / bare);
        axum_to_nginx.note(theirs / bare);
        for (rates, rate) in rates.iter_mut().zip([ours, theirs, bare]) {
            rates.push(rate);
        }
    }
    let [ours, theirs, bare] = rates.map(figure::median);
    println!("POST /v1/verify, proof known, 64 connections, one core: {ours:.0}/s");
    println!("  to a trivial axum ({theirs:.0}/s): {to_axum}");
    println!("  to nginx return 204 ({bare:.0}/s): {to_nginx}; that axum to it: {axum_to_nginx}");

    paced(&load, rounds, [server, axum.address, nginx.address]);
}

/// How long requests take at 70 % of the rate that nginx reaches just before; us, that axum and nginx.
fn paced(load: &Load, rounds: usize, servers: [std::net::SocketAddr; 3]) {
    let (mut ours, mut axums) = (Ratios::default(), Ratios::default());
    let (mut held, mut all) = (Ratios::default(), Vec::new());
    for _ in 0..rounds {
        let rate = load.run(servers[2]).rate * 0.7;
        let measured = servers.map(|address| load.paced(address, rate));
        ours.note(measured[0].p99 / measured[2].p99);
        axums.note(measured[1].p99 / measured[2].p99);
        for each in &measured {
            held.note(each.rate / rate);
        }
        all.push(measured);
    }
    let [we, axum, nginx] = [0, 1, 2].map(|which| {
        let of = |part: fn(&Measured) -> f64| {
            figure::median(all.iter().map(|three| part(&three[which])).collect())
        };
        format!("{:.2} ms at {:.0}/s", of(|m| m.p99), of(|m| m.rate))
    });
    println!("p99 at 70 % of nginx's rate, to nginx's: {ours}; that axum's to it: {axums}");
    println!("  medians: {we}, axum {axum}, nginx {nginx}; the rate held: {held} of what was asked");
}

/// nginx `auth_request` to us, beside the same to a server that writes a ready 204, all on one core.
fn through_nginx(ground: &Ground, server: std::net::SocketAddr, rounds: usize) {
    let raw = Peer::raw();
    let [ours, theirs] = [server, raw.address].map(Peer::asking);
    let load = Load::get(&ground.known());
    let mut ratios = Ratios::default();
    let mut rates = [const { Vec::new() }; 2];
    for _ in 0..rounds {
        let [ours, theirs] = [&ours, &theirs].map(|peer| load.run(peer.address).rate);
        ratios.note(ours / theirs);
        rates[0].push(ours);
        rates[1].push(theirs);
    }
    let [ours, theirs] = rates.map(figure::median);
    println!("nginx auth_request to /auth/nginx: {ours:.0}/s, to a ready 204 {theirs:.0}/s: {ratios}");
}
