//! `claviger serve` from outside: commands and consoles that attach, its end in good order and by force.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use claviger::model::{Description, KeyId};
use claviger::registry::{Answer, Command as Wish, Door, KeyFilter, Query, Refusal, Sort, Ticket, Window};
use rustix::process::{Pid, Signal, kill_process};

use super::house::{connect, draft, overview, until};
use crate::cli::house::House;
use crate::pty::Start;

/// A server as a process. Killed when dropped.
pub struct Server {
    pub child: Child,
    pub words: Vec<String>,
}

impl Server {
    pub fn start(store: &Path, words: &[&str]) -> Self {
        Self::saying(store, words, Stdio::inherit())
    }

    /// What it says on standard error goes there.
    pub fn saying(store: &Path, words: &[&str], err: impl Into<Stdio>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claviger"));
        command.env_clear().arg("--store").arg(store).args(["serve", "--listen", "127.0.0.1:0"]).args(words);
        let mut child = command.stdout(Stdio::piped()).stderr(err).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let mut words = Vec::new();
        // It says where it listens, and then that it does.
        for line in &mut lines {
            let line = line.unwrap();
            let last = line == "Ready";
            words.push(line);
            if last {
                break;
            }
        }
        Self { child, words }
    }

    /// Where it listens for verification.
    pub fn address(&self) -> SocketAddr {
        let line = self.words.iter().find_map(|line| line.strip_prefix("Verification: "));
        line.unwrap().parse().unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_command_works_the_same_while_a_server_holds_the_store() {
    let house = House::new();
    let server = Server::start(&house.store(), &[]);
    assert!(server.words[0].contains("at revision 1"), "{:?}", server.words);
    let socket = house.store().join("admin.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().mode() & 0o777, 0o600);

    let pair = house.key("HR System Integration");
    let verify = || house.run("verify --key").arg(&pair.key).stdin(pair.secret.as_bytes());
    verify().ok();
    let receipt = house.run("keys disable --json").arg(&pair.key).json();
    assert_eq!(receipt["changed"], 1);
    assert_eq!(receipt["sessions_closed"], 0);
    assert_eq!(receipt["revision"], overview(&connect(&socket).unwrap()).unwrap().revision);
    assert!(receipt["last_used"].is_string(), "it was verified a moment ago: {receipt}");
    assert_eq!(
        (&receipt["last_source"], &receipt["last_agent"]),
        (&"local".into(), &"claviger verify".into())
    );
    verify().fails(3);
    house.run("keys enable").arg(&pair.key).ok();
    house.run("keys edit --owner Ada").arg(&pair.key).ok();
    house.file("keys.csv", "description,group\nImported,HR\n");
    house.run("keys import keys.csv --secrets out.csv").ok();
    house.run("groups edit HR --restricted true").ok();
    house.run("groups list").ok();
    house.run("demo --keys 3").fails(1);
    house.run("groups show NOBODY").fails(1);
    assert_eq!(house.keys().len(), 2);
    house.run("--expect-revision 999 keys list").fails(5);
    house.run("backup saved").ok();
    assert_eq!(std::fs::metadata(house.path("saved")).unwrap().mode() & 0o777, 0o600);
    house.run("backup saved").fails(1);
    house.run("backup /dev/full/saved").fails(1);
    let restored = house.path("restored");
    house.bare("restore saved --store").arg(&restored).ok();
    let story = house.bare("changes --json --store").arg(&restored).json();
    assert_eq!(story, house.run("changes --json").json());
    house.run("keys delete --yes").arg(&pair.key).ok();
    let changes = house.run("changes --json").json();

    server.signal(Signal::TERM);
    drop(server);
    assert_eq!(changes, house.run("changes --json").json(), "and the journal holds it all");
    assert_eq!(house.keys().len(), 1);
}

/// One request over HTTP; the whole answer.
fn http(server: &Server, request: &str) -> String {
    let address = server.words.iter().find_map(|line| line.strip_prefix("Verification: ")).unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_disable_by_a_command_holds_from_the_next_http_request_and_the_receipt_counts_the_session() {
    let house = House::new();
    let server = Server::start(&house.store(), &[]);
    let pair = house.key("HR System Integration");
    let form = format!("apikey={}&apisecret={}", pair.key, pair.secret);
    let logon = http(
        &server,
        &format!(
            "POST /v1/logon HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ),
    );
    assert!(logon.starts_with("HTTP/1.1 200"), "{logon}");
    let token = logon.split("Bearer ").nth(1).unwrap().split('"').next().unwrap();
    let with = |credential: &str| {
        let request = format!(
            "POST /v1/verify HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{credential}\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        http(&server, &request)
    };
    let (session, secret) = (
        format!("Authorization: Bearer {token}"),
        format!("X-Api-Key: {}\r\nX-Api-Secret: {}", pair.key, pair.secret),
    );
    for credential in [&session, &secret] {
        assert!(with(credential).starts_with("HTTP/1.1 200"), "control: {}", with(credential));
    }
    let receipt = house.run("keys disable --json").arg(&pair.key).json();
    for credential in [&session, &secret] {
        assert!(with(credential).starts_with("HTTP/1.1 401"), "{}", with(credential));
    }
    assert_eq!(receipt["sessions_closed"], 1);

    let refusal = with(&secret);
    let reference = refusal.split("\"ref\":\"").nth(1).unwrap().split('"').next().unwrap();
    let reason = house.run("why --json").arg(reference).json();
    assert_eq!(reason["error"], "Invalid API Key");
    assert_eq!(reason["key"], pair.key.as_str());
    assert!(reason["detail"].as_str().unwrap().starts_with("Disabled by "), "{reason}");
    let words = house.run("why").arg(reference).ok();
    assert!(words.contains("pre-check ✔ status ✘ Disabled by "), "{words}");
    assert!(!words.contains(&pair.secret[10..20]), "nothing of the Secret is in a reason");
    house.run("why AAAA-AAAA").fails(1);
    house.run("why").arg(&pair.secret).fails(2);
}

#[test]
fn a_second_server_is_refused_and_a_socket_can_be_named() {
    let house = House::new();
    let named = house.path("s");
    let _server = Server::start(&house.store(), &["--admin-socket", named.to_str().unwrap()]);
    let said = house.run("serve --listen 127.0.0.1:0").fails(7);
    assert!(said.err.contains("held by another process"), "{}", said.err);
    until(|| named.exists());
    house.bare("keys list --connect").arg(&named).ok();
    house.bare("keys list").env("CLAVIGER_SOCKET", &named).ok();
    let said = house.bare("keys list --connect /nowhere/s").fails(1);
    assert!(said.err.contains("nobody answers at /nowhere/s"), "{}", said.err);
}

#[test]
fn sigterm_and_interrupt_end_a_server_in_good_order() {
    let house = House::new();
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut server = Server::start(&house.store(), &[]);
        house.run("keys list").ok();
        server.signal(signal);
        assert_eq!(server.child.wait().unwrap().code(), Some(0), "{signal:?}");
        assert!(!house.store().join("admin.sock").exists());
    }
    house.run("keys list").ok();
}

#[test]
fn a_socket_left_by_a_killed_server_stops_neither_commands_nor_the_next_server() {
    let house = House::new();
    let server = Server::start(&house.store(), &[]);
    server.signal(Signal::KILL);
    drop(server);
    assert!(house.store().join("admin.sock").exists(), "control: it is left behind");
    house.run("keys list").ok();
    let _server = Server::start(&house.store(), &[]);
    house.run("keys list").ok();
}

/// Descriptions of all keys, by one question.
fn descriptions(door: &dyn Door) -> Vec<String> {
    let window = Window { offset: 0, limit: Window::LARGEST };
    let query = Query::Keys { filter: KeyFilter::default(), sort: Sort::default(), window, find: None };
    match door.ask(query, &Ticket::new()).unwrap() {
        Answer::Keys(page) => page.rows.iter().map(|row| row.record.description.to_string()).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_killed_at_work_loses_nothing_acknowledged_and_its_clients_know_what_they_do_not_know() {
    let house = House::new();
    let socket = house.store().join("admin.sock");
    house.run("groups create --template read-only-reporting").ok();
    let (mut acknowledged, mut unanswered, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..6 {
        let server = Server::start(&house.store(), &[]);
        let clients: Vec<_> = (0..3).map(|_| connect(&socket).unwrap()).collect();
        let before = overview(&clients[0]).unwrap().keys;
        let work = |client: usize| {
            let client = &clients[client];
            let mut found = Vec::new();
            for number in 0.. {
                let name = format!("{round}-{:p}-{number}", &raw const *client);
                let mut wish = draft("x");
                wish.description = Description::parse(&name).unwrap();
                let result = client.execute(Wish::CreateKey(wish), &Ticket::new());
                let ended = result.is_err();
                found.push((name, result.map(|done| done.fresh.unwrap().key)));
                if ended {
                    break;
                }
            }
            found
        };
        let results: Vec<(String, Result<KeyId, Refusal>)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..3).map(|client| scope.spawn(move || work(client))).collect();
            // At some moment in the middle of it: at most three of these have not been acknowledged.
            until(|| overview(&connect(&socket).unwrap()).unwrap().keys >= before + 4);
            server.signal(Signal::KILL);
            workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
        });
        for (name, result) in results {
            match result {
                Ok(_) => acknowledged.push(name),
                Err(Refusal::Unanswered) => unanswered.push(name),
                Err(Refusal::ServerGone { .. }) => refused.push(name),
                Err(other) => panic!("{other}"),
            }
        }
    }
    let _server = Server::start(&house.store(), &[]);
    let there = descriptions(&connect(&socket).unwrap());
    assert!(there.len() < Window::LARGEST as usize, "the window shows them all");
    assert!(acknowledged.iter().all(|name| there.contains(name)), "acknowledged and lost");
    assert!(!refused.iter().any(|name| there.contains(name)), "said not to be done, and done");
    let rest = there.iter().filter(|name| !acknowledged.contains(name));
    assert!(rest.into_iter().all(|name| unanswered.contains(name)), "nothing else is there");
    assert!(acknowledged.len() >= 6 && unanswered.len() + refused.len() == 18, "control: killed at work");
}

#[test]
fn a_console_attaches_sees_what_commands_change_and_survives_the_server() {
    let house = House::new();
    let server = Server::start(&house.store(), &[]);
    let console = Start::console(&house.store()).sized(140, 24).run();
    console.shows("API Keys");
    house.key("Made by a command");
    console.shows("Made by a command");
    drop(server);
    console.shows("server is not there");
    console.shows("Made by a command");
    let _server = Server::start(&house.store(), &[]);
    house.key("Made after the restart");
    console.shows("Made after the restart");
}
