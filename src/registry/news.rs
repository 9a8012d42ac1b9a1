//! Who waits for a change: watchers sleep until the revision moves on or the registry is closed.
//!
//! Knows of a change its revision, and nothing else.

use std::sync::{Condvar, PoisonError};

use super::saving::Saved;
use super::{Registry, lock};
use crate::sync::Mutex;

/// Lets watchers sleep until the revision moves on.
pub(super) struct News {
    state: Mutex<(u64, bool)>,
    moved: Condvar,
}

impl News {
    /// None yet beyond this revision.
    pub(super) fn at(revision: u64) -> Self {
        Self { state: Mutex::new((revision, false)), moved: Condvar::new() }
    }
}

impl Registry {
    /// Blocks until the store is beyond this revision (its revision then) or the registry is closed (`None`).
    pub fn watch(&self, after: u64) -> Option<u64> {
        let mut state = lock(&self.news.state);
        while state.0 <= after && !state.1 {
            state = self.news.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        (!state.1).then_some(state.0)
    }

    /// Wakes all watchers for good; the store is brought up to date and closed when the registry is dropped.
    pub fn close(&self) {
        lock(&self.news.state).1 = true;
        self.news.moved.notify_all();
    }

    /// Tells the index's new revision to whoever waits for it.
    pub(super) fn announce(&self, saved: &Saved) {
        lock(&self.news.state).0 = saved.last;
        self.news.moved.notify_all();
    }
}
