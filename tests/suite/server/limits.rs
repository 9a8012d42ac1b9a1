//! What HTTP cannot take, what is slow or broken, and what is too much.

use super::house::{Client, House};
use claviger::credential::Cost;
use claviger::server::Limits;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn limited(limits: Limits) -> House {
    House::with(limits, "", Cost::TEST)
}

#[test]
fn requests_that_http_cannot_take_are_refused_and_the_connection_closed() {
    let house = House::new();
    let long = "x".repeat(40_000);
    let many = "A: b\r\n".repeat(101);
    let big = "{".repeat(70_000);
    for (request, status) in [
        ("GARBAGE\r\n\r\n".to_owned(), 400),
        ("GET /healthz HTTP/1.1\r\nBad Header: x\r\n\r\n".to_owned(), 400),
        ("POST /v1/verify HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}".to_owned(), 400),
        ("POST /v1/verify HTTP/1.1\r\nContent-Length: x\r\n\r\n{}".to_owned(), 400),
        ("POST /v1/verify HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n{}".to_owned(), 400),
        ("POST /v1/verify HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(), 400),
        (format!("GET /healthz HTTP/1.1\r\nX: {long}\r\n\r\n"), 431),
        (format!("GET /{long} HTTP/1.1\r\n\r\n"), 431),
        (format!("GET /healthz HTTP/1.1\r\n{many}\r\n"), 431),
        (format!("POST /v1/verify HTTP/1.1\r\nContent-Length: {}\r\n\r\n{big}", big.len()), 413),
        (
            format!(
                "POST /v1/logon HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{big}\r\n0\r\n\r\n",
                big.len()
            ),
            413,
        ),
    ] {
        let mut client = house.client();
        // The server may close before it has read all: then the rest cannot be written, and the answer is there.
        let _ = client.stream.write_all(request.as_bytes());
        let reply = client.read(false).unwrap_or_default();
        assert_eq!(reply.status, status, "{}", &request[..request.len().min(70)]);
        assert_eq!(
            reply.header("cache-control"),
            "no-store",
            "{status} {}",
            &request[..request.len().min(70)]
        );
        assert!(client.closed(), "{}", &request[..request.len().min(70)]);
    }
    assert_eq!(house.get("/healthz", "").status, 200);
}

#[test]
fn garbage_behind_a_good_request_changes_nothing_about_its_answer() {
    let house = House::new();
    let mut client = house.client();
    let both = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n";
    let good = client.raw(both.as_bytes(), false);
    assert_eq!((good.status, good.body.as_str()), (200, "ok"));
    let bad = client.read(false).unwrap();
    assert_eq!((bad.status, bad.header("cache-control")), (400, "no-store"));
    assert!(client.closed());
}

#[test]
fn a_chunked_request_ends_its_connection_so_that_nothing_can_hide_behind_it() {
    let house = House::new();
    let mut client = house.client();
    let smuggled = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    let request = format!(
        "POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}"
    );
    assert_eq!(client.raw(request.as_bytes(), false).status, 401);
    assert!(client.read(false).is_none());
}

#[test]
fn slow_heads_and_bodies_are_cut_off_and_good_clients_do_not_notice() {
    let short = Duration::from_millis(300);
    let house = limited(Limits { head_time: short, body_time: short, ..Limits::default() });
    let pair = house.key("READER");
    let mut slow: Vec<Client> = (0..100).map(|_| house.client()).collect();
    for (place, client) in slow.iter_mut().enumerate() {
        let start = if place % 2 == 0 {
            "GET /healthz HTTP/1.1\r\nX:"
        } else {
            "POST /v1/verify HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"
        };
        client.stream.write_all(start.as_bytes()).unwrap();
    }
    assert_eq!(house.post("/v1/verify", &pair.basic(), "").status, 200);
    for (place, client) in slow.iter_mut().enumerate() {
        if place % 2 == 1 {
            assert_eq!(client.read(false).unwrap().status, 400);
        }
        assert!(client.closed(), "{place}");
    }
}

#[test]
fn a_connection_without_a_request_is_closed_and_one_with_requests_stays() {
    let house = limited(Limits { head_time: Duration::from_secs(2), ..Limits::default() });
    let (mut busy, mut idle, mut mute) = (house.client(), house.client(), house.client());
    let ask = |client: &mut Client| client.ask("GET /healthz HTTP/1.1\r\n", "").status;
    assert_eq!(ask(&mut idle), 200);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            while !done.load(Ordering::Acquire) {
                assert_eq!(ask(&mut busy), 200);
            }
        });
        let ended = (idle.closed(), mute.closed());
        done.store(true, Ordering::Release);
        asking.join().unwrap();
        assert_eq!(ended, (true, true));
    });
}

#[test]
fn when_all_places_are_taken_the_most_useless_connection_gives_way() {
    let house = limited(Limits { connections: 8, ..Limits::default() });
    let pair = house.key("READER");
    let mut good = house.client();
    let verify = format!("POST /v1/verify HTTP/1.1\r\n{}", pair.basic());
    assert_eq!(good.ask(&verify, "").status, 200);
    let mut slow: Vec<Client> = Vec::new();
    for _ in 0..50 {
        let mut client = house.client();
        client.stream.write_all(b"GET /healthz HTTP/1.1\r\nX:").unwrap();
        slow.push(client);
        assert_eq!(good.ask(&verify, "").status, 200, "the one that is of use stays");
    }
    assert_eq!(house.get("/healthz", "").status, 200, "and a new one finds a place");
    assert!(slow[0].closed());
    let metrics = good.ask("GET /metrics HTTP/1.1\r\n", "").body;
    let evicted =
        metrics.lines().find_map(|l| l.strip_prefix("claviger_connections_evicted_total ")).unwrap();
    assert!(evicted.parse::<u32>().unwrap() >= 42, "{evicted}");
}

#[test]
fn equal_credentials_are_hashed_once_and_a_full_queue_says_503() {
    let cost = Cost { memory: 65_536, passes: 4, lanes: 1 };
    let house =
        House::with(Limits { queue: 1, deadline: Duration::from_secs(30), ..Limits::default() }, "", cost);
    let pairs: Vec<_> = (0..8).map(|_| house.key("READER")).collect();
    let hashes = || {
        let body = house.get("/metrics", "").body;
        body.lines().find_map(|l| l.strip_prefix("claviger_hashes_total ")).unwrap().parse::<u32>().unwrap()
    };
    let same: Vec<u16> = std::thread::scope(|scope| {
        let asking: Vec<_> =
            (0..16).map(|_| scope.spawn(|| house.post("/v1/verify", &pairs[0].basic(), "").status)).collect();
        asking.into_iter().map(|a| a.join().unwrap()).collect()
    });
    assert_eq!((same, hashes()), (vec![200; 16], 1));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asking: Vec<_> = pairs[1..]
            .iter()
            .flat_map(|pair| [pair; 2])
            .map(|pair| scope.spawn(|| house.post("/v1/verify", &pair.basic(), "").status))
            .collect();
        asking.into_iter().map(|a| a.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|s| [200, 503].contains(s)), "{statuses:?}");
    assert!(statuses.contains(&200) && statuses.contains(&503), "{statuses:?}");
    // A wrong Secret never waits, however long the queue.
    let wrong = super::house::Pair { key: pairs[0].key, secret: house.key("READER").secret };
    let before = hashes();
    for _ in 0..20 {
        assert_eq!(house.post("/v1/verify", &wrong.basic(), "").status, 401);
    }
    assert_eq!(hashes(), before);
}

#[test]
fn who_waits_beyond_the_deadline_is_told_503() {
    let cost = Cost { memory: 65_536, passes: 4, lanes: 1 };
    let limits = Limits { deadline: Duration::from_millis(20), ..Limits::default() };
    let house = House::with(limits, "", cost);
    let pairs: Vec<_> = (0..8).map(|_| house.key("READER")).collect();
    let replies: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> =
            pairs.iter().map(|pair| scope.spawn(|| house.post("/v1/verify", &pair.basic(), ""))).collect();
        asking.into_iter().map(|a| a.join().unwrap()).collect()
    });
    let late: Vec<_> = replies.iter().filter(|r| r.status == 503).collect();
    assert!(!late.is_empty() && late.len() < pairs.len(), "{replies:?}");
    assert_eq!((late[0].header("retry-after"), late[0].header("cache-control")), ("1", "no-store"));
    assert_eq!(late[0].body, r#"{"error":"Service Unavailable"}"#);
}

#[test]
fn five_hundred_unknown_proofs_at_once_are_all_served() {
    let house = House::new();
    let house = &house;
    let pairs: Vec<_> = (0..500).map(|_| house.key("READER")).collect();
    let refused = std::thread::scope(|scope| {
        let parts: Vec<_> = pairs
            .chunks(25)
            .map(|part| {
                scope.spawn(move || {
                    let mut clients: Vec<Client> = part.iter().map(|_| house.client()).collect();
                    for (client, pair) in clients.iter_mut().zip(part) {
                        let request =
                            format!("POST /v1/verify HTTP/1.1\r\nContent-Length: 0\r\n{}\r\n", pair.basic());
                        client.stream.write_all(request.as_bytes()).unwrap();
                    }
                    clients.iter_mut().filter_map(|c| c.read(false)).filter(|r| r.status != 200).count()
                })
            })
            .collect();
        parts.into_iter().map(|p| p.join().unwrap()).sum::<usize>()
    });
    assert_eq!(refused, 0);
}

#[test]
fn stopping_lets_a_request_under_way_end_and_takes_no_more() {
    let mut house = House::new();
    let pair = house.key("READER");
    let mut client = house.client();
    let head = format!("POST /v1/verify HTTP/1.1\r\n{}Content-Length: 2\r\n\r\n{{", pair.basic());
    client.stream.write_all(head.as_bytes()).unwrap();
    let mut idle = house.client();
    assert_eq!(idle.ask("GET /healthz HTTP/1.1\r\n", "").status, 200);
    let address = house.address;
    let ending = std::thread::spawn(move || {
        std::io::Read::read(&mut idle.stream, &mut [0]).unwrap();
        client.stream.write_all(b"}").unwrap();
        client.read(false).unwrap().status
    });
    house.say_stop();
    assert_eq!(ending.join().unwrap(), 200);
    house.stop();
    assert!(std::net::TcpStream::connect(address).is_err());
}
