//! The tightest group for a key, as it is answered.

use serde::{Deserialize, Serialize};

use crate::model::{Group, Replay, Time};

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
