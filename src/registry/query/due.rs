//! What is due, as it is asked for.

use serde::{Deserialize, Serialize};

use crate::model::{DueKind, KeyId, Time};

/// One date of one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueRow {
    /// Which key.
    pub key: KeyId,
    /// What it is for.
    pub description: String,
    /// What is due.
    pub what: DueKind,
    /// When.
    pub due: Time,
}

/// A window of what is due, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuePage {
    /// Revision these rows belong to.
    pub revision: u64,
    /// How many dates there are.
    pub total: u64,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<DueRow>,
}
