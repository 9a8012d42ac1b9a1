//! What is told of changes: a page of the journal.

use serde::{Deserialize, Serialize};

use crate::model::Change;

/// A window of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesPage {
    /// Revision of the store.
    pub revision: u64,
    /// How many changes match.
    pub total: u64,
    /// How many changes there are.
    pub of: u64,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows, newest first.
    pub rows: Vec<Change>,
}
