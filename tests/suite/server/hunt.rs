//! Secrets hunted where they must not be: in the memory of a server once the connections that brought them are closed, in
//! what it says, and in every file of its store.
//!
//! The same hunter must find what is there: a Secret of a request that is still under way, and one planted in a file.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::FileExt;
use std::process::Child;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use claviger::credential::mint_secret;
use claviger::model::Environment;
use memchr::memmem;
use rustix::process::Signal;

use super::house::Client;
use crate::attach::serve::Server;
use crate::cli::house::{House, Pair};

/// A piece that is long enough to be nothing else: of a Secret, of a token, or of the header that carried one.
struct Prey {
    name: &'static str,
    piece: Vec<u8>,
}

/// The random part of a Secret, without its ends.
fn of_secret(name: &'static str, secret: &str) -> Prey {
    Prey { name, piece: secret.as_bytes()[12..40].to_vec() }
}

/// What `Authorization: Basic` makes of it, without its ends.
fn of_basic(pair: &Pair) -> Prey {
    Prey { name: "Basic", piece: basic(pair).into_bytes()[60..90].to_vec() }
}

fn basic(pair: &Pair) -> String {
    STANDARD.encode(format!("{}:{}", pair.key, pair.secret))
}

/// The names of all that is found in these bytes.
fn found(prey: &[Prey], bytes: &[u8]) -> Vec<&'static str> {
    prey.iter().filter(|prey| memmem::find(bytes, &prey.piece).is_some()).map(|prey| prey.name).collect()
}

/// The same in all memory of a process that can be written or was.
fn in_memory(prey: &[Prey], child: &Child) -> Vec<String> {
    let id = child.id();
    let memory = File::open(format!("/proc/{id}/mem")).unwrap();
    let maps = BufReader::new(File::open(format!("/proc/{id}/maps")).unwrap());
    let (mut hits, mut read) = (Vec::new(), 0);
    for line in maps.lines().map(Result::unwrap).filter(|line| line.contains(" rw")) {
        let (from, rest) = line.split_once('-').unwrap();
        let (to, rest) = rest.split_once(' ').unwrap();
        let [from, to] = [from, to].map(|text| u64::from_str_radix(text, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // A mapping can go away meanwhile, with the thread whose stack it was.
        if memory.read_exact_at(&mut bytes, from).is_err() {
            continue;
        }
        read += bytes.len();
        let place = rest.rsplit(' ').next().unwrap();
        hits.extend(found(prey, &bytes).into_iter().map(|name| format!("{name} in {place}")));
    }
    assert!(read > 1 << 20, "only {read} bytes could be read");
    hits
}

fn post(path: &str, lines: &str, body: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// Waits until no other connection than this is open.
fn alone(client: &mut Client) {
    crate::attach::house::until(|| {
        let metrics = client.ask("GET /metrics HTTP/1.1\r\n", "").body;
        metrics.lines().any(|line| line == "claviger_connections 1")
    });
}

#[test]
fn no_secret_stays_in_memory_logs_or_files_once_its_connection_is_closed() {
    let house = House::new();
    let log = house.file("log", "");
    let mut server = Server::saying(&house.store(), &[], File::create(&log).unwrap());
    let address = server.address();
    // Made through the admin socket, so that the server makes it.
    let pair = house.key("HR System Integration");
    let wrong = mint_secret(Environment::Production).unwrap();
    let headers = |secret: &str| format!("X-Api-Key: {}\r\nX-Api-Secret: {secret}\r\n", pair.key);
    let authorization = format!("Authorization: Basic {}\r\n", basic(&pair));
    let json = format!(r#"{{"key":"{}","secret":"{}"}}"#, pair.key, pair.secret);
    let form = format!("apikey={}&apisecret={}", pair.key, pair.secret);
    let proxied = format!("{authorization}X-Original-Method: GET\r\nX-Original-URI: /api/Asset\r\n");
    let mut token = String::new();
    for (request, status) in [
        (post("/v1/verify", &headers(&pair.secret), ""), 200),
        (post("/v1/verify", &authorization, ""), 200),
        (post("/v1/verify", "", &json), 200),
        (post("/v1/logon", "", &form), 200),
        (format!("GET /auth/nginx HTTP/1.1\r\n{proxied}\r\n"), 200),
        (post("/v1/verify", &headers(wrong.expose()), ""), 401),
        (post("/v1/verify", &headers(&format!("{}x", wrong.expose())), ""), 401),
        (post("/v1/verify", &headers(&pair.secret), &json), 401),
        (post("/v1/verify", "", &json.replace("key", "no such field")), 400),
        (post("/v1/verify", &headers(&pair.secret), &" ".repeat(70_000)), 413),
        (format!("POST /v1/verify HTTP/1.1\r\n{authorization}Content-Length: x\r\n\r\n"), 400),
    ] {
        let mut client = Client::new(address);
        // The server may have answered before it took all.
        let _ = client.stream.write_all(request.as_bytes());
        let reply = client.read(false).unwrap();
        assert_eq!(reply.status, status, "{reply:?}");
        if let Some((_, rest)) = reply.body.split_once("Bearer ") {
            token = rest.split('"').next().unwrap().to_owned();
            let mut client = Client::new(address);
            let bearer = format!("Authorization: Bearer {token}\r\n");
            assert_eq!(client.raw(post("/v1/verify", &bearer, "").as_bytes(), false).status, 200);
        }
    }
    let prey = [
        of_secret("Secret", &pair.secret),
        of_secret("wrong Secret", wrong.expose()),
        of_basic(&pair),
        Prey { name: "token", piece: token.as_bytes()[8..40].to_vec() },
    ];

    let mut watch = Client::new(address);
    alone(&mut watch);
    assert_eq!(in_memory(&prey, &server.child), [""; 0]);

    // Control: while a request is under way, the same hunter finds what it brought.
    let mut open = Client::new(address);
    let started = format!("POST /v1/verify HTTP/1.1\r\n{authorization}Content-Length: 99\r\n\r\n{form}");
    open.stream.write_all(started.as_bytes()).unwrap();
    crate::attach::house::until(|| {
        let hits = in_memory(&prey, &server.child);
        ["Secret in", "Basic in"].iter().all(|name| hits.iter().any(|hit| hit.starts_with(name)))
    });
    drop(open);
    alone(&mut watch);
    assert_eq!(in_memory(&prey, &server.child), [""; 0], "an aborted request leaves nothing either");

    server.signal(Signal::TERM);
    server.child.wait().unwrap();
    let said = [server.words.join("\n").into_bytes(), std::fs::read(&log).unwrap()].concat();
    assert!(found(&prey, &said).is_empty(), "{}", String::from_utf8_lossy(&said));
    assert!(found(&prey, &house.stored_bytes()).is_empty());
    std::fs::write(house.store().join("history/planted"), format!("a log line with {}\n", pair.secret))
        .unwrap();
    assert_eq!(found(&prey, &house.stored_bytes()), ["Secret"], "control");
}
