//! Calls held against a group as it might be: the tightest one for a key, or one that is being edited.

use serde::{Deserialize, Serialize};

use crate::model::{Group, KeyId, Replay, Time};

/// The tightest group for a key, and the proof: its calls held against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tightest {
    /// The key's description.
    pub description: String,
    /// The group it is in now.
    pub now: Group,
    /// The group that would do, under the code of the present one.
    pub proposal: Group,
    /// Its accepted calls, held against the proposal.
    pub replay: Replay,
    /// How many of them named neither table nor menu item: any group lets them pass.
    pub bare: u64,
    /// What the present group ticks by name and no call needed, not escaped.
    pub unused: Vec<String>,
    /// Calls since then were looked at.
    pub since: Time,
    /// When the first of the calls happened.
    pub first: Option<Time>,
    /// Why calls may be missing, in a sentence.
    pub gap: Option<String>,
}

/// The calls of a group's keys, held against the group as it would be after an edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// All of them together.
    pub replay: Replay,
    /// How many keys would have been refused a call.
    pub keys: u64,
    /// The first of those with their descriptions, not escaped, and how many calls: the worst first.
    pub worst: Vec<(KeyId, String, u64)>,
    /// Calls since then were looked at.
    pub since: Time,
    /// Why calls may be missing, in a sentence.
    pub gap: Option<String>,
}

impl Replayed {
    /// Keys that are named.
    pub const NAMED: usize = 10;
}
