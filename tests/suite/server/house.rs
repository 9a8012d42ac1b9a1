//! A store, its server on port 0 with a clock that stands still, and a client that speaks HTTP by hand.

use claviger::clock::FixedClock;
use claviger::credential::{Cost, Secret};
use claviger::model::{Account, Description, Environment, Group, KeyId, Status, Time};
use claviger::registry::{
    Actor, Answer, Command, Done, Door, Embedded, Embedding, GroupEdit, KeyDraft, Outcome, Query, Reason,
    Refusal, Selection, Ticket,
};
use claviger::server::{Address, Limits, Listener, Routes, Serving, serve};
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// Now, as the standing clock has it: 2026-03-01 00:00 UTC.
pub const NOW: Time = Time(1_772_323_200);

pub struct House {
    pub door: Embedded,
    pub clock: Arc<FixedClock>,
    pub address: SocketAddr,
    /// Where Apache asks.
    pub fastcgi: SocketAddr,
    pub directory: Arc<TempDir>,
    stop: Option<oneshot::Sender<()>>,
    runtime: Option<Runtime>,
}

pub struct Pair {
    pub key: KeyId,
    pub secret: Secret,
}

impl Pair {
    /// `Authorization: Basic …`
    pub fn basic(&self) -> String {
        use base64::Engine;
        let text = format!("{}:{}", self.key, self.secret.expose());
        format!("Authorization: Basic {}\r\n", base64::engine::general_purpose::STANDARD.encode(text))
    }

    /// `X-Api-Key` and `X-Api-Secret`.
    pub fn headers(&self) -> String {
        format!("X-Api-Key: {}\r\nX-Api-Secret: {}\r\n", self.key, self.secret.expose())
    }
}

impl House {
    pub fn new() -> Self {
        Self::with(Limits::default(), "", Cost::TEST)
    }

    /// With these limits, this `routes.toml` and this price of a hash.
    pub fn with(limits: Limits, routes: &str, cost: Cost) -> Self {
        let house = Self::over(Arc::new(tempfile::tempdir().unwrap()), limits, routes, cost);
        house.group(r#"{"code":"READER","description":"May look","role":"READ"}"#);
        house.group(r#"{"code":"WRITER","description":"May change","role":"WRITE"}"#);
        house.group(r#"{"code":"ROOT","description":"May all","role":"ADMIN"}"#);
        house
    }

    /// Over whatever store is in this directory.
    pub fn over(directory: Arc<TempDir>, limits: Limits, routes: &str, cost: Cost) -> Self {
        let embedding =
            Embedding { store: directory.path().join("store"), create: true, expect_revision: None, cost };
        let clock = Arc::new(FixedClock::at(NOW));
        let actor = Actor::administrator(Account::parse("ada").unwrap());
        let door = Embedded::open(&embedding, clock.clone(), actor).unwrap();
        let file = directory.path().join("store/routes.toml");
        std::fs::write(&file, routes).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (stop, stopped) = oneshot::channel();
        let (address, fastcgi) = {
            let _inside = runtime.enter();
            let bind = |address: &str| Listener::bind(&address.parse::<Address>().unwrap()).unwrap();
            let listeners = vec![bind("127.0.0.1:0"), bind("fcgi:127.0.0.1:0")];
            let at = |place: usize| {
                listeners[place].address().to_string().trim_start_matches("fcgi:").parse().unwrap()
            };
            let addresses = (at(0), at(1));
            let serving = Serving {
                registry: door.registry(),
                listeners,
                routes: Routes::load(&file).unwrap(),
                limits,
            };
            runtime.spawn(serve(serving, async {
                let _ = stopped.await;
            }));
            addresses
        };
        Self { door, clock, address, fastcgi, directory, stop: Some(stop), runtime: Some(runtime) }
    }

    /// A number that the server counts.
    pub fn metric(&self, name: &str) -> u64 {
        let body = self.get("/metrics", "").body;
        let value = body.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap().parse().unwrap()
    }

    pub fn run(&self, command: Command) -> Result<Done, Refusal> {
        self.door.execute(command, &Ticket::new())
    }

    pub fn group(&self, json: &str) {
        self.run(Command::CreateGroup(serde_json::from_str::<Group>(json).unwrap())).unwrap();
    }

    pub fn edit_group(&self, code: &str, edit: GroupEdit) {
        self.run(Command::EditGroup { code: code.parse().unwrap(), edit, expected: None }).unwrap();
    }

    pub fn draft(group: &str) -> KeyDraft {
        KeyDraft {
            description: Description::parse("HR System").unwrap(),
            group: group.parse().unwrap(),
            environment: Environment::Production,
            expires: None,
            rotate_every: None,
            owner: None,
        }
    }

    pub fn key(&self, group: &str) -> Pair {
        self.create(Self::draft(group))
    }

    pub fn create(&self, draft: KeyDraft) -> Pair {
        let fresh = self.run(Command::CreateKey(draft)).unwrap().fresh.unwrap();
        Pair { key: fresh.key, secret: fresh.secret }
    }

    pub fn set(&self, key: KeyId, status: Status) {
        let done =
            self.run(Command::SetStatus { keys: Selection::of([key]), status, expected: None }).unwrap();
        assert!(matches!(done.outcome, Outcome::StatusSet { .. }));
    }

    pub fn delete(&self, key: KeyId) {
        self.run(Command::DeleteKeys { keys: Selection::of([key]), expected: None }).unwrap();
    }

    pub fn why(&self, reference: &str) -> Reason {
        match self.door.ask(Query::Why { reference: reference.into() }, &Ticket::new()).unwrap() {
            Answer::Why(reason) => *reason,
            other => panic!("{other:?}"),
        }
    }

    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// One request on a connection of its own.
    pub fn ask(&self, head: &str, body: &str) -> Reply {
        self.client().ask(head, body)
    }

    /// `GET` with these header lines.
    pub fn get(&self, path: &str, headers: &str) -> Reply {
        self.ask(&format!("GET {path} HTTP/1.1\r\n{headers}"), "")
    }

    /// `POST` with these header lines and this body.
    pub fn post(&self, path: &str, headers: &str, body: &str) -> Reply {
        self.ask(&format!("POST {path} HTTP/1.1\r\n{headers}"), body)
    }

    pub fn logon(&self, pair: &Pair) -> String {
        let reply = self.post("/v1/logon", &pair.basic(), "");
        assert_eq!(reply.status, 200, "{}", reply.body);
        let json: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        format!("Authorization: {}\r\n", json["Authorization"].as_str().unwrap())
    }

    /// Asks the server to stop.
    pub fn say_stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Asks the server to stop and waits until it has.
    pub fn stop(&mut self) {
        self.say_stop();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A connection that is kept.
pub struct Client {
    pub stream: TcpStream,
}

#[derive(Debug, Default, Clone)]
pub struct Reply {
    pub status: u16,
    /// By name in lower case, values of repeated ones joined by `|`.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("(none)", String::as_str)
    }
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream }
    }

    /// Sends a request line and header lines, adds Host and Content-Length, and reads the answer.
    pub fn ask(&mut self, head: &str, body: &str) -> Reply {
        let request = format!("{head}Host: test\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        self.raw(request.as_bytes(), head.starts_with("HEAD "))
    }

    /// Sends these bytes and reads one answer.
    pub fn raw(&mut self, bytes: &[u8], without_body: bool) -> Reply {
        self.stream.write_all(bytes).unwrap();
        self.read(without_body).unwrap()
    }

    /// Reads one answer; `None` when the connection ends before a whole one.
    pub fn read(&mut self, without_body: bool) -> Option<Reply> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if self.stream.read(&mut byte).ok()? == 0 {
                return None;
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            let place = headers.entry(name.to_lowercase()).or_default();
            if !place.is_empty() {
                place.push('|');
            }
            place.push_str(value);
        }
        let length = headers.get("content-length").map_or(0, |l| l.parse().unwrap());
        let mut body = vec![0; if without_body { 0 } else { length }];
        self.stream.read_exact(&mut body).ok()?;
        Some(Reply { status, headers, body: String::from_utf8(body).unwrap() })
    }

    /// Whether the server has closed it, waiting for that.
    pub fn closed(&mut self) -> bool {
        let read = self.stream.read(&mut [0; 64]);
        // Silence until the timeout is an open connection.
        let silent = |error: &Error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
        read.map_or_else(|error| !silent(&error), |count| count == 0)
    }
}
