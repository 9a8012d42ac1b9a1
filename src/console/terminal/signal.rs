//! Signals: those that end the program, and the one that wakes it after a stop.
//!
//! The first SIGTERM, SIGHUP, SIGINT or SIGQUIT becomes an event, so that the clipboard is cleared and the store closed
//! in order. Should that take too long, or a second one come, the terminal is given back and the signal does its work.

use rustix::process::{Signal, kill_current_process_group};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;
use std::io;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::super::event::Event;

/// How long an orderly end may take after a signal.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a stop may take to arrive. It never does where no shell could wake us again: the kernel drops it then.
const STOP_ARRIVES: Duration = Duration::from_millis(200);

/// What the signal thread saw, for those who wait on it.
struct Seen {
    continued: u64,
    watched: bool,
}

static SEEN: Mutex<Seen> = Mutex::new(Seen { continued: 0, watched: false });
static NEWS: Condvar = Condvar::new();

/// Dropping it ends the thread: signals are then no longer anyone's business here.
#[derive(Debug)]
pub(super) struct Watch {
    handle: Handle,
}

impl Drop for Watch {
    fn drop(&mut self) {
        SEEN.lock().unwrap_or_else(PoisonError::into_inner).watched = false;
        NEWS.notify_all();
        self.handle.close();
    }
}

/// Starts the thread.
pub(super) fn watch(send: impl Fn(Event) -> bool + Send + 'static) -> io::Result<Watch> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGCONT])?;
    let handle = signals.handle();
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).watched = true;
    let work = move || {
        let mut asked = false;
        for signal in &mut signals {
            if signal == SIGCONT {
                SEEN.lock().unwrap_or_else(PoisonError::into_inner).continued += 1;
                NEWS.notify_all();
                send(Event::Resumed);
            } else if asked || !send(Event::Signal) {
                end_now(signal);
            } else {
                asked = true;
                let _ = std::thread::Builder::new().name("patience".into()).spawn(move || end_soon(signal));
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(work)?;
    Ok(Watch { handle })
}

/// Waits for the orderly end; if it does not come in time, ends the process the way the signal would.
pub(super) fn end_soon(signal: i32) {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let waited = NEWS.wait_timeout_while(seen, PATIENCE, |seen| seen.watched);
    let (seen, result) = waited.unwrap_or_else(PoisonError::into_inner);
    drop(seen);
    if result.timed_out() {
        end_now(signal);
    }
}

fn end_now(signal: i32) {
    super::restore();
    let _ = emulate_default_handler(signal);
}

/// Stops the whole job, as `^Z` would at a shell (under `cargo run`, cargo must stop too), and waits until it goes on.
pub(super) fn stop_until_continued() {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = seen.continued;
    drop(seen);
    if kill_current_process_group(Signal::TSTP).is_ok() {
        let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = NEWS.wait_timeout_while(seen, STOP_ARRIVES, |seen| seen.continued == before);
    }
}
