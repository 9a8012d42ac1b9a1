//! Waiting for the next revision, through restarts of the server.
//!
//! The server pushes; nothing here polls while it is there. When it goes, whoever waits is told at once, and the next
//! wait tries to come back with growing pauses.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::frame::Outlet;
use super::line::Line;
use super::{lock, wire};
use crate::registry::Refusal;

/// First and longest pause between two attempts to come back.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// What is known of the store's revision, and the connection that tells.
#[derive(Default)]
pub(super) struct Vigil {
    state: Mutex<State>,
    closing: Condvar,
}

#[derive(Default)]
struct State {
    line: Option<Line>,
    stopper: Option<Arc<Outlet>>,
    seen: u64,
    /// The connection broke since a revision was last told.
    lost: bool,
    closed: bool,
    pause: Duration,
}

impl Vigil {
    /// As [`crate::registry::Door::watch`] says.
    pub(super) fn watch(&self, after: u64, dial: impl Fn() -> Result<Line, Refusal>) -> Option<u64> {
        loop {
            let line = {
                let mut state = lock(&self.state);
                if state.closed {
                    return None;
                }
                if state.line.is_some() && state.seen > after {
                    return Some(state.seen);
                }
                state.line.take()
            };
            let Some(line) = line else {
                let found = dial().ok().filter(|line| line.watch().is_ok());
                let found = found.and_then(|line| Some((line.revision(Some(wire::GREETING))?, line)));
                match found {
                    None => self.pause(),
                    Some((revision, line)) => {
                        let mut state = lock(&self.state);
                        let news = std::mem::take(&mut state.lost) || revision > after;
                        state.stopper = Some(line.stopper());
                        (state.line, state.seen, state.pause) = (Some(line), revision, Duration::ZERO);
                        if news && !state.closed {
                            return Some(revision);
                        }
                    }
                }
                continue;
            };
            let revision = line.revision(None);
            let mut state = lock(&self.state);
            let Some(revision) = revision else {
                (state.lost, state.stopper) = (true, None);
                return (!state.closed).then_some(after);
            };
            (state.line, state.seen) = (Some(line), revision);
        }
    }

    fn pause(&self) {
        let mut state = lock(&self.state);
        state.lost = true;
        state.pause = (state.pause * 2).clamp(PAUSES.0, PAUSES.1);
        let pause = state.pause;
        let waited = self.closing.wait_timeout_while(state, pause, |state| !state.closed);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Ends all waiting for good.
    pub(super) fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        if let Some(stopper) = state.stopper.take() {
            stopper.shut();
        }
        drop(state);
        self.closing.notify_all();
    }
}
