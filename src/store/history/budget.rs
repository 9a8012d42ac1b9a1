//! How much the logon history may hold.

use super::shelf::{Kind, Room};

/// How much the history may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Rows of evidence: accepted calls and refusals of proved callers.
    pub evidence: u64,
    /// Age of the oldest row in days.
    pub days: u16,
    /// Rows of refusals that nobody proved.
    pub unproved: u64,
    /// Rows of a segment of evidence; one of the others has an eighth.
    pub segment: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { evidence: 5_000_000, days: 90, unproved: 100_000, segment: 65_536 }
    }
}

impl Budget {
    pub(super) fn room(self, kind: Kind) -> Room {
        let age = i64::from(self.days) * 86_400;
        match kind {
            Kind::Evidence => Room { rows: self.evidence, age, segment: self.segment.max(1) },
            Kind::Unproved => Room { rows: self.unproved, age, segment: (self.segment / 8).max(1) },
        }
    }
}
