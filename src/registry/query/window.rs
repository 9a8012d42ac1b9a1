//! Which rows of a list are wanted, and a key that they go along with. Knows nothing of what the rows are.

use serde::{Deserialize, Serialize};

use crate::model::KeyId;

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Rows before the first one wanted; beyond the end it is drawn back so that the last page is full.
    pub offset: u64,
    /// At most so many rows (at most [`Window::LARGEST`]).
    pub limit: u32,
}

impl Window {
    /// No answer holds more rows.
    pub const LARGEST: u32 = 1_000;
}

/// A key that a window goes along with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Which.
    pub key: KeyId,
    /// If it stands outside the window, the window is another one: that in which so many rows stand before it.
    pub rows_before: Option<u32>,
}

impl Followed {
    /// The window that is meant where the key stands at this row.
    pub(crate) fn window(self, asked: Window, row: u64) -> Window {
        let holds = (asked.offset..asked.offset.saturating_add(asked.limit.into())).contains(&row);
        match self.rows_before {
            Some(before) if !holds => Window { offset: row.saturating_sub(before.into()), ..asked },
            _ => asked,
        }
    }
}
