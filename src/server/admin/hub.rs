//! New revisions, pushed to all who watch. One who does not take them is cut off, and comes back for the newest.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::{House, lock};
use crate::client::frame::Outlet;
use crate::client::wire::{Kind, numbers};

/// Who watches, and the revision they were told.
#[derive(Default)]
pub(super) struct Hub {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    revision: u64,
    watchers: HashMap<u64, Arc<Outlet>>,
}

impl Hub {
    /// Waits for revisions and tells them, until the house closes.
    pub(super) fn run(&self, house: &dyn House) {
        let mut revision = 0;
        while let Some(news) = house.watch(revision) {
            revision = news;
            let mut state = lock(&self.state);
            state.revision = revision;
            state.watchers.retain(|_, outlet| tell(outlet, revision));
        }
        for outlet in lock(&self.state).watchers.values() {
            outlet.shut();
        }
    }

    /// From now on this one is told; at once of the revision as it is.
    pub(super) fn admit(&self, id: u64, outlet: Arc<Outlet>) {
        let mut state = lock(&self.state);
        if tell(&outlet, state.revision) {
            state.watchers.insert(id, outlet);
        }
    }

    /// It has left.
    pub(super) fn forget(&self, id: u64) {
        lock(&self.state).watchers.remove(&id);
    }
}

/// Whether it was told; who was not is cut off, for it would stay at an old revision.
fn tell(outlet: &Outlet, revision: u64) -> bool {
    let told = outlet.offer(Kind::Revision as u8, &numbers([revision])).unwrap_or(false);
    if !told {
        outlet.shut();
    }
    told
}
