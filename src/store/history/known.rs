//! Who calls with which key, as of one moment: what is on the shelves, and what is not there yet.
//!
//! Holds back what is to be written: look, and let go.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::RwLockReadGuard;

use super::callers::Callers;
use super::catalogue::Catalogue;
use crate::model::{KeyId, LastUse, LogonRow, Time};

/// Who calls with which key, as of one moment.
#[derive(Debug)]
pub struct Known<'a> {
    catalogue: RwLockReadGuard<'a, Catalogue>,
    present: HashMap<KeyId, Vec<LogonRow>>,
    since: Option<Time>,
}

impl<'a> Known<'a> {
    /// What the catalogue knows, and accepted rows that came since.
    pub(super) fn new(catalogue: RwLockReadGuard<'a, Catalogue>, accepted: Vec<LogonRow>) -> Self {
        let mut present: HashMap<KeyId, Vec<LogonRow>> = HashMap::new();
        let mut since = catalogue.callers.since();
        for row in accepted {
            since = Some(since.map_or(row.first, |since| since.min(row.first)));
            if let Some(key) = row.key {
                present.entry(key).or_default().push(row);
            }
        }
        Self { catalogue, present, since }
    }

    /// The callers of a key.
    pub fn of(&self, key: &KeyId) -> Cow<'_, Callers> {
        let kept = self.catalogue.callers.of(key);
        match (kept, self.present.get(key)) {
            (Some(kept), None) => Cow::Borrowed(kept),
            (kept, rows) => {
                let mut callers = kept.cloned().unwrap_or_default();
                for row in rows.into_iter().flatten() {
                    callers.absorb(row);
                }
                Cow::Owned(callers)
            }
        }
    }

    /// When and by whom a key was used last.
    pub fn last(&self, key: &KeyId) -> Option<LastUse> {
        let mut uses = self.catalogue.uses.of(key);
        self.present.get(key).into_iter().flatten().for_each(|row| uses.absorb(row));
        uses.last(key)
    }

    /// When the first event happened that is known of; none in an empty history.
    pub fn since(&self) -> Option<Time> {
        self.since
    }
}
