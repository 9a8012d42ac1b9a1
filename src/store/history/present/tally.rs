//! One row that still grows: its texts, shared, and its counts, which a repeat alone touches.
//!
//! Knows nothing of the other rows, nor of when a row is closed.

use std::sync::Arc;

use crate::model::{KeyId, Logon, LogonResult, LogonRow, Operation, Reference, Time};

/// References that a row keeps.
const REFERENCES: usize = 8;

/// The texts of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Texts {
    pub(super) key: Option<KeyId>,
    pub(super) description: String,
    pub(super) source: String,
    pub(super) agent: String,
    pub(super) table: Option<String>,
    pub(super) menu: Option<String>,
}

/// A row in memory; a copy of it is cheap.
#[derive(Debug, Clone)]
pub(in crate::store::history) struct Growing {
    pub(super) id: u64,
    pub(super) texts: Arc<Texts>,
    operation: Option<Operation>,
    result: LogonResult,
    pub(in crate::store::history) proved: bool,
    first: Time,
    pub(super) last: Time,
    count: u64,
    references: [u64; REFERENCES],
    referred: u64,
    /// Not yet told to whoever keeps the last use of keys.
    fresh: bool,
}

impl Growing {
    /// As it is kept.
    pub(in crate::store::history) fn row(&self) -> LogonRow {
        let Texts { key, description, source, agent, table, menu } = &*self.texts;
        let from = self.referred.saturating_sub(REFERENCES as u64);
        let place = |n: u64| usize::try_from(n % REFERENCES as u64).unwrap_or(0);
        LogonRow {
            id: self.id,
            time: self.last,
            first: self.first,
            key: *key,
            description: description.clone(),
            source: source.clone(),
            agent: agent.clone(),
            table: table.clone(),
            operation: self.operation,
            menu: menu.clone(),
            result: self.result,
            proved: self.proved,
            count: self.count,
            references: (from..self.referred)
                .map(|n| Reference::from_bits(self.references[place(n)]))
                .collect(),
        }
    }

    /// The first event of a row.
    pub(super) fn begin(id: u64, texts: Texts, now: Time, logon: &Logon<'_>) -> Self {
        let mut row = Self {
            id,
            texts: Arc::new(texts),
            operation: logon.operation,
            result: logon.result,
            proved: logon.proved,
            first: now,
            last: now,
            count: 0,
            references: [0; REFERENCES],
            referred: 0,
            fresh: true,
        };
        row.count(now, logon.reference);
        row
    }

    pub(super) fn from_row(row: LogonRow) -> Self {
        let mut references = [0; REFERENCES];
        for (place, reference) in references.iter_mut().zip(&row.references) {
            *place = reference.bits();
        }
        let LogonRow { key, description, source, agent, table, menu, .. } = row;
        Self {
            id: row.id,
            texts: Arc::new(Texts { key, description, source, agent, table, menu }),
            operation: row.operation,
            result: row.result,
            proved: row.proved,
            first: row.first,
            last: row.time,
            count: row.count,
            references,
            referred: row.references.len().min(REFERENCES) as u64,
            fresh: true,
        }
    }

    pub(super) fn count(&mut self, now: Time, reference: Option<Reference>) {
        self.last = self.last.max(now);
        self.count += 1;
        self.fresh = true;
        if let Some(reference) = reference {
            let place = usize::try_from(self.referred % REFERENCES as u64).unwrap_or(0);
            self.references[place] = reference.bits();
            self.referred += 1;
        }
    }

    /// The Key of an accepted call that was not told yet.
    pub(super) fn use_of(&mut self) -> Option<(KeyId, Time)> {
        let fresh = std::mem::take(&mut self.fresh) && self.result == LogonResult::Accepted;
        fresh.then_some(self.texts.key?).map(|key| (key, self.last))
    }

    /// One source that proved nothing named several Keys, or called by several programs: none is told.
    pub(super) fn blur(&mut self, logon: &Logon<'_>) {
        let texts = Arc::make_mut(&mut self.texts);
        if texts.key != logon.key {
            texts.key = None;
            texts.description.clear();
        }
        if texts.agent != logon.agent {
            texts.agent.clear();
        }
    }
}
