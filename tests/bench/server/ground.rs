//! The store that is measured, and the real `claviger serve` on it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use base64::Engine;
use tempfile::TempDir;

/// Keys whose proofs are known before anything is measured.
const KNOWN: usize = 100;
/// Keys whose proofs nobody knows.
const FRESH: usize = 500;

/// A Key and its Secret.
#[derive(Clone)]
pub struct Pair {
    pub key: String,
    pub secret: String,
}

impl Pair {
    /// What follows `Basic`.
    pub fn basic(&self) -> String {
        base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", self.key, self.secret))
    }

    /// A whole request.
    pub fn verify(&self) -> String {
        format!(
            "POST /v1/verify HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {}\r\nContent-Length: 0\r\n\r\n",
            self.basic()
        )
    }
}

/// A store full of made-up keys, and some whose Secrets are known.
pub struct Ground {
    directory: TempDir,
    pairs: Vec<Pair>,
}

/// A server; it ends with this value.
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Ground {
    pub fn new(keys: usize) -> Self {
        let place = std::env::var_os("CLAVIGER_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
        let directory = tempfile::tempdir_in(place).unwrap();
        let ground = Self { directory, pairs: Vec::new() };
        ground.claviger(&["demo", "--keys", &keys.to_string()]);
        let list = ground.directory.path().join("keys.csv");
        let secrets = ground.directory.path().join("secrets.csv");
        let lines: Vec<String> = (0..KNOWN + FRESH).map(|n| format!("Measured {n},API_READ,prd\n")).collect();
        std::fs::write(&list, format!("description,group,environment\n{}", lines.concat())).unwrap();
        ground.claviger(&["keys", "import", list.to_str().unwrap(), "--secrets", secrets.to_str().unwrap()]);
        let mut reader = csv::Reader::from_path(secrets).unwrap();
        let names = reader.headers().unwrap().clone();
        let place = |name: &str| names.iter().position(|n| n == name).unwrap();
        let (key, secret) = (place("key"), place("secret"));
        let rows = reader.records().map(Result::unwrap);
        let pairs: Vec<Pair> =
            rows.map(|row| Pair { key: row[key].to_owned(), secret: row[secret].to_owned() }).collect();
        assert_eq!(pairs.len(), KNOWN + FRESH);
        Self { pairs, ..ground }
    }

    pub fn store(&self) -> PathBuf {
        self.directory.path().join("store")
    }

    /// Keys whose proofs every server knows.
    pub fn known(&self) -> Vec<Pair> {
        self.pairs[..KNOWN].to_vec()
    }

    /// Keys that no server was asked about.
    pub fn fresh(&self) -> Vec<Pair> {
        self.pairs[KNOWN..].to_vec()
    }

    fn claviger(&self, words: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claviger"));
        let output = command.arg("--store").arg(self.store()).args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// The server, on the first core alone or on all, with the proofs of the known keys known.
    pub fn serve(&self, pinned: bool) -> Server {
        let mut command = crate::peer::on_the_first_core(env!("CARGO_BIN_EXE_claviger"), pinned);
        command.arg("--store").arg(self.store()).args(["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut address = None;
        for line in BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap) {
            if let Some(text) = line.strip_prefix("Verification: ") {
                address = Some(text.parse().unwrap());
            }
            if line == "Ready" {
                break;
            }
        }
        let server = Server { child, address: address.unwrap() };
        for pair in self.known() {
            assert_eq!(status(&ask(server.address, &pair.verify())), 200);
        }
        server
    }

    /// What the server answers, without its head.
    pub fn answer(&self, address: SocketAddr) -> String {
        let answer = ask(address, &self.pairs[0].verify());
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

impl Server {
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Bytes of memory now.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // In good order, so that the next one finds the store as it should be.
        let id = i32::try_from(self.child.id()).unwrap();
        let id = rustix::process::Pid::from_raw(id).unwrap();
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

/// One request on a connection of its own, and the whole answer.
pub fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.replace("Host: x", "Host: x\r\nConnection: close").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The status of an answer.
pub fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0)
}
