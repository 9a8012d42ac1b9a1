//! User groups, as they are asked for.

use serde::{Deserialize, Serialize};

use crate::model::{Account, Environment, Group, GroupCode, Role, Time};

/// The last change of something since the store was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// The revision that it made.
    pub revision: u64,
    /// When.
    pub time: Time,
    /// Which account of the operating system.
    pub by: Account,
}

/// One row of the user groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Code.
    pub code: GroupCode,
    /// Description.
    pub description: String,
    /// Role.
    pub role: Role,
    /// The switch.
    pub restricted: bool,
    /// How many tables it names.
    pub tables: u64,
    /// How many of them have a record filter.
    pub filters: u64,
    /// How many keys use it.
    pub keys: u64,
    /// In which environments.
    #[serde(default)]
    pub environments: Vec<Environment>,
    /// Its last change, if there was one since the store was opened.
    #[serde(default)]
    pub touched: Option<Touch>,
}

/// A window of groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupsPage {
    /// Revision these rows belong to.
    pub revision: u64,
    /// How many groups match.
    pub total: u64,
    /// How many groups there are.
    pub of: u64,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<GroupRow>,
}

/// All about one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupDetails {
    /// The group.
    pub group: Group,
    /// How many keys use it.
    pub keys: u64,
}
