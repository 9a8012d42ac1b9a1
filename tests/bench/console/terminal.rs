//! A terminal for measurements: who sits in front of it knows when each byte came.

use claviger::clock::{Clock, SystemClock};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
/// What the console shows while an answer is on its way; no peer shows it.
const BUSY: &str = "loading…";
/// A program asks where the cursor is, and waits for the answer.
const WHERE: &[u8] = b"\x1b[6n";
const HERE: &[u8] = b"\x1b[1;1R";
/// Nothing may take longer.
const PATIENCE: Duration = Duration::from_mins(2);

struct Seen {
    parser: vt100::Parser,
    /// When the last bytes came that changed what is on screen.
    changed: Duration,
    closed: bool,
}

/// Where the program reads its keys.
type Keys = Arc<Mutex<Box<dyn Write + Send>>>;

/// A program in a terminal of 120x40.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keys: Keys,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    clock: Arc<SystemClock>,
    /// When the program was started.
    started: Duration,
}

fn dimension(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

impl Terminal {
    /// Starts a program; the time runs from here.
    pub fn start(program: &str, arguments: &[&str]) -> Self {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        let clock = Arc::new(SystemClock::new());
        let started = clock.ticks();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let keys: Keys = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let parser = vt100::Parser::new(dimension(ROWS), dimension(COLUMNS), 0);
        let seen = Arc::new((Mutex::new(Seen { parser, changed: started, closed: false }), Condvar::new()));
        let (shared, watch, answers) = (Arc::clone(&seen), Arc::clone(&clock), Arc::clone(&keys));
        std::thread::spawn(move || {
            let mut chunk = vec![0; 1 << 16];
            loop {
                let read = reader.read(&mut chunk).unwrap_or(0);
                let at = watch.ticks();
                if chunk[..read].windows(WHERE.len()).any(|part| part == WHERE) {
                    answers.lock().unwrap().write_all(HERE).unwrap();
                }
                let mut seen = shared.0.lock().unwrap();
                let before = seen.parser.screen().contents_formatted();
                seen.parser.process(&chunk[..read]);
                if seen.parser.screen().contents_formatted() != before {
                    seen.changed = at;
                }
                seen.closed = read == 0;
                shared.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Self { child, _master: pair.master, keys, seen, clock, started }
    }

    /// Waits for a text; how long after the start it came. `None` where it never does.
    pub fn shows(&self, text: &str) -> Option<Duration> {
        self.shows_such(|screen| screen.contains(text))
    }

    /// Waits for such a screen; how long after the start it came. `None` where it never does.
    pub fn shows_such(&self, wanted: impl Fn(&str) -> bool) -> Option<Duration> {
        let seen = self.seen.0.lock().unwrap();
        let waiting = |seen: &mut Seen| !seen.closed && !wanted(&seen.parser.screen().contents());
        let (seen, result) = self.seen.1.wait_timeout_while(seen, PATIENCE, waiting).unwrap();
        (!result.timed_out() && !seen.closed).then(|| seen.changed.saturating_sub(self.started))
    }

    /// Waits until the screen has not changed for so long, and nothing on it is still to come.
    pub fn rests(&self, quiet: Duration) -> Duration {
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            let idle = self.clock.ticks().saturating_sub(seen.changed);
            let busy = idle < PATIENCE && seen.parser.screen().contents().contains(BUSY);
            if seen.closed || (idle >= quiet && !busy) {
                return seen.changed;
            }
            let left = quiet.saturating_sub(idle).max(Duration::from_millis(1));
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Presses keys; how long until the last change of the screen that follows. Zero where none does.
    pub fn press(&mut self, keys: &str, quiet: Duration) -> Duration {
        let pressed = self.clock.ticks();
        {
            let mut writer = self.keys.lock().unwrap();
            writer.write_all(keys.as_bytes()).unwrap();
            writer.flush().unwrap();
        }
        // Quiet counts from the press, so that a slow answer is waited for.
        self.seen.0.lock().unwrap().changed = pressed;
        self.rests(quiet).saturating_sub(pressed)
    }

    /// What is on screen.
    pub fn screen(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// A number of `/proc/PID/status`, such as `VmRSS` in kB.
    pub fn status(&self, name: &str) -> u64 {
        status(self.process(), name)
    }

    /// Its number.
    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }
}

/// Waits.
pub fn idle(time: Duration) {
    let (_hold, alarm) = std::sync::mpsc::channel::<()>();
    let _ = alarm.recv_timeout(time);
}

/// A number of `/proc/PID/status`.
pub fn status(pid: u32, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().map_or(0, number)
}

fn number(text: &str) -> u64 {
    text.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)
}

/// Processor time so far, in ticks of 10 ms, and how often any of its threads was woken or went on.
pub fn work(pid: u32) -> (u64, u64) {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = fields.get(11..13).unwrap_or(&[]).iter().map(|f| number(f)).sum();
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let switches = tasks.map(|task| {
        let text = std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
        let lines = text.lines().filter(|line| line.contains("voluntary_ctxt_switches:"));
        lines.map(number).sum::<u64>()
    });
    (ticks, switches.sum())
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
