//! The logon history as it is asked for: filter, order, window, and a key's rhythm.

use serde::{Deserialize, Serialize};

use crate::model::{KeyId, LastUse, LogonRow, ResultFilter, Time};

/// Which rows of the logon history are meant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct LogonFilter {
    /// Only of this key.
    pub key: Option<KeyId>,
    /// Only what happened at or after this time.
    pub since: Option<Time>,
    /// Only these results.
    pub result: Option<ResultFilter>,
    /// Words that must all be found; or a reference of the row.
    pub text: String,
    /// No row newer than the one of this number: whoever walks through all windows sees no row twice.
    pub newest: Option<u64>,
}

impl LogonFilter {
    /// Whether it leaves all rows.
    pub fn is_empty(&self) -> bool {
        let Self { key, since, result, text, newest } = self;
        key.is_none() && since.is_none() && result.is_none() && newest.is_none() && text.trim().is_empty()
    }
}

/// A column that the logon history can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogonColumn {
    /// Digit 1.
    Time,
    /// Digit 2.
    Result,
    /// Digit 3.
    Count,
    /// Digit 4: the key's description.
    Key,
    /// Digit 5.
    Source,
    /// Digit 6.
    Agent,
    /// Digit 7: table and operation, or menu item.
    Target,
}

impl LogonColumn {
    /// All of them; the digit of each is its place from 1.
    pub const ALL: [Self; 7] =
        [Self::Time, Self::Result, Self::Count, Self::Key, Self::Source, Self::Agent, Self::Target];

    /// The heading.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Time => "When",
            Self::Key => "Key",
            Self::Source => "Source",
            Self::Agent => "Agent",
            Self::Target => "Request",
            Self::Result => "Result",
            Self::Count => "Count",
        }
    }

    /// Whether people expect the largest on top when they sort by it first.
    pub const fn starts_descending(self) -> bool {
        matches!(self, Self::Time | Self::Count)
    }
}

/// Order of the logon history; `column: None` is the default, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct LogonSort {
    /// By which column.
    pub column: Option<LogonColumn>,
    /// Largest first.
    pub descending: bool,
}

/// A window of the logon history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// Moves on when rows went away, by age or for want of room.
    pub epoch: u64,
    /// How many rows match.
    pub total: u64,
    /// How many rows there are.
    pub of: u64,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<LogonRow>,
    /// Why rows cannot be written, or that some were lost.
    pub trouble: Option<String>,
}

/// How a key is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rhythm {
    /// Which key.
    pub key: KeyId,
    /// Its accepted calls on each of the last 30 days (UTC), today last.
    pub calls: Vec<u64>,
    /// The last of them.
    pub last: Option<LastUse>,
}
