//! How the console feels with a million keys, beside what people would pick instead, on the same rows in the same run.
//!
//! `cargo bench --bench console`; `CLAVIGER_BENCH_KEYS` says how many keys (1,000,000). Prints, decides nothing. Peers
//! that are not on the `PATH` (fzf, less, csvlens) are named and left out.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop loudly")]

use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use claviger::clock::{Clock, SystemClock, rfc3339};
use claviger::store::{Opening, Store};

#[path = "console/terminal.rs"]
mod terminal;

use terminal::Terminal;

const CLAVIGER: &str = env!("CARGO_BIN_EXE_claviger");
/// The screen counts as settled when it has not changed for so long.
const SETTLED: Duration = Duration::from_millis(700);
/// And after a step that is known to be small.
const STEP: Duration = Duration::from_millis(40);
const WORD: &str = "webhook";

/// One program that shows the rows.
struct Peer {
    name: &'static str,
    program: &'static str,
    arguments: Vec<String>,
    /// Keys that open the filter and those that leave it; none where it has none.
    filter: Option<(&'static str, &'static str)>,
    /// Keys that sort by description; none where it cannot.
    sort: Option<&'static str>,
    down: &'static str,
    /// The key for the last row, if it has one.
    end: Option<&'static str>,
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn p99(list: &mut [Duration]) -> Duration {
    list.sort_unstable();
    list.get((list.len() * 99).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let clock = SystemClock::new();
    let result = work();
    (result, clock.ticks())
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// The rows of the store, newest first, as lines and as CSV; the Key of the newest and of the oldest.
fn export(store: &Path, lines: &Path, csv: &Path) -> (String, String) {
    let (open, contents) = Store::open(store, &Opening::default()).unwrap();
    let mut plain = BufWriter::new(std::fs::File::create(lines).unwrap());
    let mut table = BufWriter::new(std::fs::File::create(csv).unwrap());
    writeln!(table, "key,description,group,status,created").unwrap();
    for (_, key, _) in contents.keys.iter().rev() {
        let (id, status, created) = (key.key, key.status.name(), rfc3339(key.created));
        let (description, group) = (key.description, key.group);
        writeln!(plain, "{id}  {description:<40}  {group:<16}  {status:<8}  {created}").unwrap();
        writeln!(table, "{id},\"{}\",{group},{status},{created}", description.replace('"', "\"\"")).unwrap();
    }
    let ends =
        [contents.keys.iter().next_back(), contents.keys.iter().next()].map(|k| k.unwrap().1.key.to_string());
    open.close().unwrap();
    let [newest, oldest] = ends;
    (newest, oldest)
}

/// A server that holds the store, as long as this lives.
struct Server(Child);

impl Server {
    fn start(store: &Path) -> Self {
        let mut command = Command::new(CLAVIGER);
        command.args(["--store", store.to_str().unwrap(), "serve", "--listen", "127.0.0.1:0"]);
        let server = Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        while !store.join("admin.sock").exists() {
            terminal::idle(Duration::from_millis(20));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let id = rustix::process::Pid::from_child(&self.0);
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        let _ = self.0.wait();
    }
}

fn measure(peer: &Peer, newest: &str) {
    let mut line = format!("{:<20}", peer.name);
    let arguments: Vec<&str> = peer.arguments.iter().map(String::as_str).collect();
    let mut first = Vec::new();
    for _ in 0..3 {
        let terminal = Terminal::start(peer.program, &arguments);
        let Some(after) = terminal.shows(newest) else {
            println!("{line} shows nothing of the rows:\n{}", terminal.screen());
            return;
        };
        first.push(after);
    }
    first.sort_unstable();
    let _ = write!(line, " first rows {:7.1} ms", milliseconds(first[1]));
    let mut terminal = Terminal::start(peer.program, &arguments);
    terminal.shows(newest);
    terminal.rests(Duration::from_secs(3));
    if let Some((open, leave)) = peer.filter {
        terminal.press(open, SETTLED);
        let keys: Vec<f64> =
            WORD.chars().map(|key| milliseconds(terminal.press(&key.to_string(), SETTLED))).collect();
        let keys: Vec<String> = keys.iter().map(|time| format!("{time:.1}")).collect();
        let _ = write!(line, " · filter w, we, … {} ms", keys.join(" "));
        let memory = terminal.status("VmRSS:") / 1024;
        let _ = write!(line, " · memory after it {memory} MB");
        terminal.press(leave, SETTLED);
    }
    if let Some(keys) = peer.sort {
        let _ = write!(line, " · sort {:.1} ms", milliseconds(terminal.press(keys, SETTLED)));
    }
    let mut steps: Vec<Duration> = (0..200).map(|_| terminal.press(peer.down, STEP)).collect();
    let _ = write!(line, " · step p99 {:.2} ms", milliseconds(p99(&mut steps)));
    if let Some(key) = peer.end {
        let _ = write!(line, " · end {:.1} ms", milliseconds(terminal.press(key, SETTLED)));
    }
    terminal.rests(Duration::from_secs(2));
    let before = terminal.work();
    terminal::idle(Duration::from_secs(10));
    let after = terminal.work();
    let _ = write!(
        line,
        " · idle 10 s: {} ms of processor, {} wake-ups",
        (after.0 - before.0) * 10,
        after.1 - before.1
    );
    println!("{line}");
}

fn main() {
    let keys = std::env::var("CLAVIGER_BENCH_KEYS").unwrap_or_else(|_| "1000000".to_owned());
    let place = std::env::var_os("CLAVIGER_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let temp = tempfile::tempdir_in(place).unwrap();
    let [store, lines, csv] = ["store", "rows.txt", "rows.csv"].map(|name| temp.path().join(name));
    let demo = || {
        Command::new(CLAVIGER).args(["--store", store.to_str().unwrap(), "demo", "--keys", &keys]).output()
    };
    let (made, took) = timed(|| demo().unwrap());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    println!("demo --keys {keys}: {took:.1?}");
    let (newest, _) = export(&store, &lines, &csv);

    let console = |name| Peer {
        name,
        program: CLAVIGER,
        arguments: vec!["--store".into(), store.to_str().unwrap().into()],
        filter: Some(("/", "\x1b")),
        sort: Some("1"),
        down: "j",
        end: Some("G"),
    };
    measure(&console("claviger, embedded"), &newest);
    {
        let server = Server::start(&store);
        measure(&console("claviger, attached"), &newest);
        println!("server: {} MB", terminal::status(server.0.id(), "VmRSS:") / 1024);
    }
    let shell = |name, script: String, filter, sort, down, end| Peer {
        name,
        program: "/bin/sh",
        arguments: vec!["-c".into(), script],
        filter,
        sort,
        down,
        end,
    };
    let (lines, csv) = (lines.display(), csv.display());
    let peers = [
        (
            "fzf",
            shell("fzf", format!("exec fzf --exact < {lines}"), Some(("", "\x15")), None, "\x1b[A", None),
        ),
        ("less", shell("less", format!("exec less {lines}"), None, None, "j", Some("G"))),
        ("csvlens", shell("csvlens", format!("exec csvlens {csv}"), None, Some("\tlJ"), "j", Some("G"))),
    ];
    for (program, peer) in peers {
        if is_there(program) {
            measure(&peer, &newest);
        } else {
            println!("{program}: not on the PATH, left out");
        }
    }
}
