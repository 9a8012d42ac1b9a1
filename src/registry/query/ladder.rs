//! Decisions as they are asked for and told: what a key might want, the ladder, what an edit would give and take.

use serde::{Deserialize, Serialize};

use crate::model::{Description, GroupCode, GroupPlace, KeyId, Operation, Record, RecordFilter, Time};

/// Something a key might want to do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Asked {
    /// On which table, and what.
    pub table: Option<(String, Operation)>,
    /// Which menu item it opens.
    pub menu: Option<String>,
    /// The very record it is about.
    pub record: Option<Record>,
}

/// One step of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// What was looked at: `table Asset`, `delete`.
    pub name: String,
    /// Whether it let pass.
    pub passed: bool,
    /// What would let it pass; empty if it passed.
    pub mend: String,
}

/// A decision with its ladder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// The verdict.
    pub allowed: bool,
    /// How it came about.
    pub ladder: Vec<Rung>,
    /// The filter that the application must apply, as one line.
    pub filter: Option<String>,
    /// The same filter as conditions and scheme.
    #[serde(default)]
    pub record_filter: Option<RecordFilter>,
}

/// What an edit of a group would do to its keys; the lines follow "3 keys".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// How many keys the group has.
    pub keys: u64,
    /// The first of them (at most 20), newest first.
    pub first: Vec<(KeyId, Description)>,
    /// `lose delete on Contract`
    pub lost: Vec<String>,
    /// `see other records of Asset: …`
    pub changed: Vec<String>,
    /// `gain select on Asset`
    pub gained: Vec<String>,
}

/// Where a refusal is mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remedy {
    /// At the record of this key.
    Key(KeyId),
    /// In this user group.
    Group(GroupCode, GroupPlace),
    /// By a new key: there is none of that name.
    NewKey,
}

/// Why a verification was refused: never holds anything of the Secret that was presented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// `XXXX-XXXX`
    pub reference: String,
    /// When it was refused.
    pub time: Time,
    /// The Key as presented, if it had the form of one.
    pub key: Option<KeyId>,
    /// Description of that key, if it lives.
    pub description: Option<Description>,
    /// Its group, where it came to the group's rules.
    pub group: Option<GroupCode>,
    /// The text that the caller saw: `Invalid API Key` or `Insufficient Permissions`.
    pub error: String,
    /// The steps up to the failing one.
    pub ladder: Vec<Rung>,
    /// What was found at the failing step: `Disabled by ada 2026-03-01`; may be empty.
    pub detail: String,
    /// What would mend it.
    pub mend: String,
    /// Where in this program that is done, if it is.
    #[serde(default)]
    pub remedy: Option<Remedy>,
    /// Where the call came from, as the application says.
    pub source: Option<String>,
    /// By which program, as the application says.
    pub agent: Option<String>,
}
