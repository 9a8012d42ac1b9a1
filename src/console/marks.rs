//! Which keys are marked: some by hand, or all that a filter matches, less some. Never a list of the world.

use std::collections::BTreeSet;

use crate::model::{ApiKey, KeyId};
use crate::registry::{KeyFilter, Selection};

/// The marks on API Keys.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    matching: Option<KeyFilter>,
    except: BTreeSet<KeyId>,
    also: BTreeSet<KeyId>,
    /// How many keys that are, as the door last counted them; known at once without a filter.
    counted: Option<u64>,
}

impl Marks {
    /// Whether nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.matching.is_none() && self.also.is_empty()
    }

    /// How many keys are marked, if that is known.
    pub fn count(&self) -> Option<u64> {
        if self.matching.is_none() { Some(self.also.len() as u64) } else { self.counted }
    }

    /// The door counted them.
    pub fn counted(&mut self, total: u64) {
        self.counted = Some(total);
    }

    /// Whether the door must count them.
    pub fn wants_count(&self) -> bool {
        self.matching.is_some()
    }

    /// Whether this key is marked.
    pub fn has(&self, record: &ApiKey) -> bool {
        self.also.contains(&record.key)
            || (self.matching.as_ref().is_some_and(|filter| filter.matches(record))
                && !self.except.contains(&record.key))
    }

    /// Marks it, or takes its mark away.
    pub fn toggle(&mut self, record: &ApiKey) {
        if self.has(record) {
            self.also.remove(&record.key);
            if self.matching.as_ref().is_some_and(|filter| filter.matches(record)) {
                self.except.insert(record.key);
            }
        } else if !self.except.remove(&record.key) {
            self.also.insert(record.key);
        }
        self.counted = None;
    }

    /// Marks these as well.
    pub fn add(&mut self, keys: impl IntoIterator<Item = KeyId>) {
        for key in keys {
            self.except.remove(&key);
            self.also.insert(key);
        }
        self.counted = None;
    }

    /// Marks all that match this filter, and nothing else.
    pub fn all(&mut self, filter: KeyFilter) {
        *self = Self { matching: Some(filter), ..Self::default() };
    }

    /// This key is no more.
    pub fn forget(&mut self, key: &KeyId) {
        self.also.remove(key);
    }

    /// Takes all marks away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// As the door understands it.
    pub fn selection(&self) -> Selection {
        Selection {
            matching: self.matching.clone(),
            except: self.except.iter().copied().collect(),
            also: self.also.iter().copied().collect(),
        }
    }
}

/// Whether a selection means this key.
pub fn means(selection: &Selection, record: &ApiKey) -> bool {
    selection.also.contains(&record.key)
        || (selection.matching.as_ref().is_some_and(|filter| filter.matches(record))
            && !selection.except.contains(&record.key))
}
