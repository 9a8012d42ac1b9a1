//! What is told of keys: a row of the table, a page of them, all about one, what a selection amounts to.
//!
//! Plain values; how they are gathered is told elsewhere.

use serde::{Deserialize, Serialize};

use super::Joined;
use crate::model::{ApiKey, LastUse, Role};

/// One row of the table of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRow {
    /// The record.
    pub record: ApiKey,
    /// Refused in memory though that could not be saved.
    pub unsaved: bool,
    /// Revision of its last change since the store was opened; 0 before the first.
    #[serde(default)]
    pub revision: u64,
    /// It is half of a rotation.
    #[serde(default)]
    pub rotation: Option<Joined>,
}

/// A window of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeysPage {
    /// Revision these rows belong to.
    pub revision: u64,
    /// How many keys match.
    pub total: u64,
    /// How many keys there are.
    pub of: u64,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<KeyRow>,
    /// Row of the key to be found, among those that match.
    pub found: Option<u64>,
}

/// All about one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDetails {
    /// Record and flag.
    pub row: KeyRow,
    /// Description of its group.
    pub group_description: String,
    /// Role of its group.
    pub group_role: Role,
    /// When and by whom it was used last, as far as the logon history knows.
    #[serde(default)]
    pub last_use: Option<LastUse>,
    /// What its group lets it reach, a line each, escaped.
    #[serde(default)]
    pub reach: Vec<String>,
}

/// What a selection amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectionSummary {
    /// How many keys.
    pub total: u64,
    /// How many of them are Active.
    pub active: u64,
    /// The first of them.
    pub first: Option<KeyRow>,
}
