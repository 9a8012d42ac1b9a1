//! How the console feels with a million keys, beside what people would pick instead, on the same rows in the same run.
//!
//! `cargo bench --bench console`; `CLAVIGER_BENCH_KEYS` says how many keys (1,000,000). Prints, decides nothing. Peers
//! that are not on the `PATH` (fzf, less, csvlens, tw of tabiew) are named and left out.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop loudly")]

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use claviger::clock::{Clock, SystemClock, rfc3339};
use claviger::store::{Opening, Store};

#[path = "console/figures.rs"]
mod figures;
#[path = "console/opening.rs"]
mod opening;
#[path = "console/terminal.rs"]
mod terminal;

use figures::{All, Figures, number};
use terminal::Terminal;

const CLAVIGER: &str = env!("CARGO_BIN_EXE_claviger");
/// The screen counts as settled when it has not changed for so long.
const SETTLED: Duration = Duration::from_millis(700);
/// And one that says nothing while it sorts.
const SILENT: Duration = Duration::from_secs(5);
/// And after a step that is known to be small.
const STEP: Duration = Duration::from_millis(40);
const WORD: &str = "webhook";
/// How often each word is typed: more than are remembered lie between two times.
const TYPED: usize = 5;
/// So many letters of a Key are a word that no other key has.
const RARE: usize = 7;
/// How long nobody presses a key.
const IDLE: Duration = Duration::from_mins(1);
/// How often the last row is jumped to.
const JUMPS: usize = 30;

/// One program that shows the rows.
struct Peer {
    name: &'static str,
    program: &'static str,
    arguments: Vec<String>,
    /// Keys that open the filter and those that leave it; none where it has none.
    filter: Option<(&'static str, &'static str)>,
    /// Keys that sort by description, and for how long nothing may have changed before it counts as done: the console says
    /// while it is busy, others are silent for as long as it takes. None where it cannot.
    sort: Option<(&'static str, Duration)>,
    down: &'static str,
    /// The number of the process that holds the rows, where that is another one.
    server: Option<u32>,
    /// The keys for the last row and for the first, if it has them.
    ends: Option<(&'static str, &'static str)>,
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

/// Milliseconds of processor time, and wake-ups a second, while nobody presses a key.
fn idle(process: u32) -> (u64, f64) {
    let before = terminal::work(process);
    terminal::idle(IDLE);
    let after = terminal::work(process);
    ((after.0 - before.0) * 10, number(after.1 - before.1) / IDLE.as_secs_f64())
}

/// The slowest of all times that each key of some words was pressed; `first` is called when the first word stands there.
fn typed(
    terminal: &mut Terminal,
    words: [&str; 2],
    (open, leave): (&str, &str),
    first: impl FnOnce(&Terminal),
) -> [Vec<f64>; 2] {
    let (mut slowest, mut first) = (words.map(|word| vec![0.0_f64; word.len()]), Some(first));
    for _ in 0..TYPED {
        for (word, slowest) in words.iter().zip(&mut slowest) {
            terminal.press(open, SETTLED);
            for (key, slowest) in word.chars().zip(slowest) {
                *slowest = slowest.max(milliseconds(terminal.press(&key.to_string(), SETTLED)));
            }
            if let Some(first) = first.take() {
                first(terminal);
            }
            terminal.press(leave, SETTLED);
        }
    }
    slowest
}

fn measure(peer: &Peer, newest: &str, rare: &str) -> Option<Figures> {
    let mut figures = Figures { name: peer.name, ..Figures::default() };
    let arguments: Vec<&str> = peer.arguments.iter().map(String::as_str).collect();
    let mut first = Vec::new();
    for _ in 0..3 {
        let terminal = Terminal::start(peer.program, &arguments);
        let Some(after) = terminal.shows(newest) else {
            println!("{:<20} shows nothing of the rows:\n{}", peer.name, terminal.screen());
            return None;
        };
        first.push(after);
    }
    first.sort_unstable();
    figures.first = milliseconds(first[1]);
    let mut terminal = Terminal::start(peer.program, &arguments);
    terminal.shows_such(|screen| screen.contains(newest) && !screen.contains("checking"));
    terminal.rests(Duration::from_secs(3));
    figures.memory = terminal.status("VmRSS:") / 1024;
    if let Some(keys) = peer.filter {
        let (mut filtered, mut server) = (0, None);
        let words = typed(&mut terminal, [WORD, rare], keys, |terminal| {
            filtered = terminal.status("VmRSS:") / 1024;
            server = peer.server.map(|server| terminal::status(server, "VmRSS:") / 1024);
        });
        [figures.filter, figures.rare] = words;
        (figures.filtered, figures.server) = (filtered, server);
    }
    figures.sort = peer.sort.map(|(keys, quiet)| milliseconds(terminal.press(keys, quiet)));
    let mut steps: Vec<Duration> = (0..200).map(|_| terminal.press(peer.down, STEP)).collect();
    figures.step = milliseconds(p99(&mut steps));
    figures.end = peer.ends.map(|(last, top)| {
        let jump = |_| {
            let took = terminal.press(last, STEP);
            terminal.press(top, STEP);
            took
        };
        milliseconds(p99(&mut (0..JUMPS).map(jump).collect::<Vec<_>>()))
    });
    terminal.rests(Duration::from_secs(2));
    (figures.idle, figures.wakes) = idle(terminal.process());
    println!("{figures}");
    Some(figures)
}

fn main() {
    if opening::is_scan() {
        return;
    }
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
    let (newest, oldest) = export(&store, &lines, &csv);
    let rare = &oldest[oldest.len() - RARE..];

    let console = |name, server| Peer {
        name,
        program: CLAVIGER,
        arguments: vec!["--store".into(), store.to_str().unwrap().into()],
        filter: Some(("/", "\x1b")),
        sort: Some(("1", SETTLED)),
        down: "j",
        server,
        ends: Some(("G", "g")),
    };
    let first = opening::measure(&store, &newest);
    let mut all = All(Vec::new());
    all.0.extend(measure(&console("claviger, embedded", None), &newest, rare));
    {
        let server = Server::start(&store);
        all.0.extend(measure(&console("claviger, attached", Some(server.0.id())), &newest, rare));
        let (work, wakes) = idle(server.0.id());
        let memory = terminal::status(server.0.id(), "VmRSS:") / 1024;
        println!(
            "server: memory {memory} MB after all of that · idle 60 s: {work} ms of processor, {wakes:.2} wake-ups a second"
        );
    }
    let shell = |name, script: String, filter, sort, down, ends| Peer {
        name,
        program: "/bin/sh",
        arguments: vec!["-c".into(), script],
        filter,
        sort,
        down,
        server: None,
        ends,
    };
    let (lines, csv) = (lines.display(), csv.display());
    let peers = [
        (
            "fzf",
            shell("fzf", format!("exec fzf --exact < {lines}"), Some(("", "\x15")), None, "\x1b[A", None),
        ),
        ("less", shell("less", format!("exec less {lines}"), None, None, "j", Some(("G", "g")))),
        (
            "csvlens",
            shell(
                "csvlens",
                format!("exec csvlens {csv}"),
                None,
                Some(("\tlJ", SILENT)),
                "j",
                Some(("G", "g")),
            ),
        ),
        ("tw", shell("tabiew", format!("exec tw {csv}"), None, None, "j", Some(("G", "g")))),
    ];
    for (program, peer) in peers {
        if is_there(program) {
            all.0.extend(measure(&peer, &newest, rare));
        } else {
            println!("{program}: not on the PATH, left out");
        }
    }
    all.compare(first);
}
