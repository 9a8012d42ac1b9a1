//! How a change gets into the store, and what is said when it does not.
//!
//! What the change means for the index is the caller's matter: here entries go to the journal, nothing else.

use super::door::Ticket;
use super::{Refusal, Registry, Writer, lock};
use crate::model::{Account, Time};
use crate::store::{Entry, StoreError};

/// Where entries ended up in the journal.
pub(super) struct Saved {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) time: Time,
}

impl Registry {
    /// Appends to the journal; durable when it returns. The revision of the first entry and of the last.
    pub(super) fn save(
        &self,
        writer: &mut Writer,
        actor: &Account,
        entries: Vec<Entry>,
        ticket: &Ticket,
    ) -> Result<Saved, StoreError> {
        let (time, count) = (self.clock.now(), entries.len() as u64);
        let result = writer.store.append(time, actor, entries, &|done, total| ticket.progress(done, total));
        *lock(&self.trouble) = writer.store.trouble();
        result.map(|last| Saved { first: last + 1 - count, last, time })
    }
}

/// A store's error as sentence and hint.
pub(super) fn spoken(error: &StoreError) -> (String, String) {
    let hint = match error {
        StoreError::Refused { hint, .. } | StoreError::Disk { hint, .. } => hint.clone(),
        StoreError::Held { .. } => "claviger serve".to_owned(),
    };
    (error.to_string(), hint)
}

pub(super) fn not_saved(error: &StoreError) -> Refusal {
    let (sentence, hint) = spoken(error);
    Refusal::NotSaved { sentence, hint }
}

pub(super) fn unreadable(error: &StoreError) -> Refusal {
    let (sentence, hint) = spoken(error);
    Refusal::Unreadable { sentence, hint }
}
