//! One key of the index as it counts now, and what the store has of it while a refusal is not saved.
//!
//! Knows how to look into the index, nothing of changing it.

use super::Index;
use crate::model::{ApiKey, KeyRef};

/// One live key, as it counts from now on.
#[derive(Debug, Clone, Copy)]
pub(in crate::registry) struct Live<'i> {
    pub(super) index: &'i Index,
    pub(in crate::registry) slot: u32,
    pub(in crate::registry) record: KeyRef<'i>,
}

impl Live<'_> {
    /// The record that the store has; it differs while a refusal is not saved.
    pub(in crate::registry) fn saved(&self) -> ApiKey {
        let status = self.index.held.get(&self.slot).map_or(self.record.status, |held| held.saved);
        KeyRef { status, ..self.record }.to_key()
    }

    /// Refused in memory, and not saved or not saved yet.
    pub(in crate::registry) fn is_held(&self) -> bool {
        self.index.held.contains_key(&self.slot)
    }

    /// What a guess must meet before Argon2 is asked; `None` when the store key was lost.
    pub(in crate::registry) fn precheck(&self) -> Option<u64> {
        self.index.roll.precheck(self.slot)
    }

    /// What a filter searches: description, owner, group and Key in lower case, a line each.
    pub(in crate::registry) fn words(&self) -> String {
        let KeyRef { group, key, .. } = self.record;
        format!("{}{}\n{key}", self.index.roll.lower(self.slot), group.to_ascii_lowercase())
    }

    /// Revision of the last change made while this process runs; 0 before the first.
    pub(in crate::registry) fn revision(&self) -> u64 {
        self.index.revisions.get(&self.slot).copied().unwrap_or_default()
    }
}
