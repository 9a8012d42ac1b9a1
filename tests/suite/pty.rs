//! A pseudo-terminal with somebody in front of it who types and reads the screen.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::Pid;
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// How long anything may take before a test gives up; long, because the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(20);

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    closed: bool,
}

type Shared = Arc<(Mutex<Seen>, Condvar)>;

/// A program in a pseudo-terminal.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    seen: Shared,
}

/// A command for a pseudo-terminal, with an environment that holds nothing but what is said.
pub struct Start {
    command: CommandBuilder,
    size: PtySize,
}

impl Start {
    /// This program with these arguments.
    pub fn program(program: impl AsRef<Path>, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(program.as_ref());
        command.env_clear();
        command.args(arguments);
        let path = std::env::var("PATH").unwrap_or_default();
        for (name, value) in [("PATH", path.as_str()), ("TERM", "xterm-256color"), ("RUST_BACKTRACE", "0")] {
            command.env(name, value);
        }
        Self { command, size: PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 } }
    }

    /// The console on this store.
    pub fn console(store: &Path) -> Self {
        Self::program(binary(), &["--store", store.to_str().unwrap()])
    }

    /// The console on this store, started by a script that may use `$console`.
    pub fn script(store: &Path, script: &str) -> Self {
        let start = Self::program("/bin/sh", &["-m", "-c", script]);
        let console = format!("{} --store {}", binary().display(), store.display());
        start.with("console", &console)
    }

    /// One variable of the environment.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Another size.
    pub fn sized(mut self, cols: u16, rows: u16) -> Self {
        self.size = PtySize { rows, cols, ..self.size };
        self
    }

    /// Runs it.
    pub fn run(self) -> Pty {
        let pair = native_pty_system().openpty(self.size).unwrap();
        let child = pair.slave.spawn_command(self.command).unwrap();
        drop(pair.slave);
        let keys = pair.master.take_writer().unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let parser = vt100::Parser::new(lines(self.size.rows), lines(self.size.cols), 0);
        let seen: Shared =
            Arc::new((Mutex::new(Seen { parser, raw: Vec::new(), closed: false }), Condvar::new()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            loop {
                let read = reader.read(&mut chunk).unwrap_or(0);
                let mut seen = shared.0.lock().unwrap();
                seen.parser.process(&chunk[..read]);
                seen.raw.extend_from_slice(&chunk[..read]);
                seen.closed = read == 0;
                shared.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Pty { child, master: pair.master, keys, seen }
    }
}

fn lines(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

/// The binary under test.
pub fn binary() -> PathBuf {
    env!("CARGO_BIN_EXE_claviger").into()
}

impl Pty {
    /// Waits until the condition holds on what was seen so far.
    fn wait(&self, what: &str, holds: impl Fn(&Seen) -> bool) {
        let seen = self.seen.0.lock().unwrap();
        let waiting = |seen: &mut Seen| !holds(seen);
        let (seen, result) = self.seen.1.wait_timeout_while(seen, PATIENCE, waiting).unwrap();
        let contents = seen.parser.screen().contents();
        drop(seen);
        assert!(!result.timed_out(), "waited in vain for {what}; the screen is:\n{contents}");
    }

    /// Waits until the screen shows a text.
    pub fn shows(&self, text: &str) -> &Self {
        self.wait(&format!("{text:?}"), |seen| seen.parser.screen().contents().contains(text));
        self
    }

    /// Waits until the screen shows a text no more.
    pub fn no_longer_shows(&self, text: &str) -> &Self {
        self.wait(&format!("no {text:?}"), |seen| !seen.parser.screen().contents().contains(text));
        self
    }

    /// Waits until these bytes came, wherever.
    pub fn wrote(&self, bytes: &[u8]) -> &Self {
        let what = format!("the bytes {:?}", String::from_utf8_lossy(bytes));
        self.wait(&what, |seen| seen.raw.windows(bytes.len()).any(|window| window == bytes));
        self
    }

    /// Types; control characters as they are.
    pub fn types(&mut self, keys: &str) -> &mut Self {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// All bytes so far.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().raw.clone()
    }

    /// Whether the program has taken over the whole screen at the moment.
    pub fn on_alternate_screen(&self) -> bool {
        self.seen.0.lock().unwrap().parser.screen().alternate_screen()
    }

    /// The process.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.process_id().unwrap()).unwrap()).unwrap()
    }

    /// Another size of the window.
    pub fn resize(&self, cols: u16, rows: u16) {
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(lines(rows), lines(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Waits for the end; the exit code, or 128 and the signal as a shell tells it.
    pub fn ends(&mut self) -> u32 {
        // The reader sees the end of the line when nobody has it open any more.
        self.wait("the end", |seen| seen.closed);
        self.child.wait().unwrap().exit_code()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
