//! The columns that keys can be sorted by, and what comes first in each.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

use crate::model::KeyRef;

/// A column that keys can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// Digit 1.
    Description,
    /// Digit 2.
    Group,
    /// Digit 3.
    Key,
    /// Digit 4.
    Status,
    /// Digit 5.
    Created,
    /// Digit 6; never used counts as longest ago.
    LastUsed,
    /// Digit 7; never counts as farthest ahead.
    Expires,
    /// Digit 8.
    Modified,
}

impl Column {
    /// All of them; the digit of each is its place from 1.
    pub const ALL: [Self; 8] = [
        Self::Description,
        Self::Group,
        Self::Key,
        Self::Status,
        Self::Created,
        Self::LastUsed,
        Self::Expires,
        Self::Modified,
    ];

    /// The heading of the documentation.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Description => "Description",
            Self::Group => "User Group",
            Self::Key => "Key",
            Self::Status => "Status",
            Self::Created => "Created",
            Self::LastUsed => "Last Used",
            Self::Expires => "Expires",
            Self::Modified => "Modified",
        }
    }

    /// The name on the command line: the field's name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Group => "group",
            Self::Key => "key",
            Self::Status => "status",
            Self::Created => "created",
            Self::LastUsed => "last_used",
            Self::Expires => "expires",
            Self::Modified => "modified",
        }
    }

    /// Whether people expect the newest on top when they sort by it first.
    pub const fn starts_descending(self) -> bool {
        matches!(self, Self::Created | Self::LastUsed | Self::Modified)
    }

    /// Ascending order of two records by this column alone; texts without case.
    pub fn compare(self, a: KeyRef<'_>, b: KeyRef<'_>) -> Ordering {
        let text = |a: &str, b: &str| {
            let folded = a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase));
            folded.then_with(|| a.cmp(b))
        };
        match self {
            Self::Description => text(a.description, b.description),
            Self::Group => a.group.cmp(b.group),
            Self::Key => a.key.cmp(&b.key),
            Self::Status => a.status.cmp(&b.status),
            Self::Created => a.created.cmp(&b.created).then(a.number.cmp(&b.number)),
            Self::LastUsed => a.last_used.cmp(&b.last_used),
            Self::Expires => a.expires.map_or(i64::MAX, |t| t.0).cmp(&b.expires.map_or(i64::MAX, |t| t.0)),
            Self::Modified => a.modified.cmp(&b.modified),
        }
    }
}

/// Order of a list of keys; `column: None` is the default, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Sort {
    /// By which column.
    pub column: Option<Column>,
    /// Largest first.
    pub descending: bool,
}
