//! Findings, as they are asked for.

use serde::{Deserialize, Serialize};

use crate::model::{Fix, GroupCode, KeyId, Practice};

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    pub practice: Practice,
    /// The key; none where it is about a group.
    pub key: Option<KeyId>,
    /// The group, of the key or alone.
    pub group: GroupCode,
    /// What the key or group is for.
    pub description: String,
    /// What it rests on, escaped.
    pub evidence: String,
}

impl Finding {
    /// What mends it, as a command line.
    pub fn remedy(&self) -> String {
        let key = self.key.map_or_else(String::new, |key| key.to_string());
        match self.practice.remedy() {
            Fix::Disable => format!("claviger keys disable {key}"),
            Fix::Rotate => format!("claviger keys rotate {key}"),
            Fix::Separate => format!("claviger keys create --group {} --description NAME", self.group),
            Fix::EditGroup => format!("claviger groups edit {}", self.group),
            Fix::EditKey if self.practice == Practice::NoOwner => {
                format!("claviger keys edit --owner NAME {key}")
            }
            Fix::EditKey => format!("claviger keys edit --expires 365d {key}"),
        }
    }
}

/// A window of the findings, the worst first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPage {
    /// Equal for pages of one review.
    pub stamp: u64,
    /// How many findings there are.
    pub total: u64,
    /// How many there are, whatever the words.
    pub of: u64,
    /// How many of each.
    pub counts: Vec<(Practice, u64)>,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<Finding>,
    /// How many Active keys were looked at.
    pub looked_at: u64,
    /// What could not be known, in sentences.
    pub gaps: Vec<String>,
}
