//! Where in a user group a step of a decision is mended.

use serde::{Deserialize, Serialize};

use super::decision::{Look, Operation, Step};

/// A place in a user group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupPlace {
    /// Its role.
    Role,
    /// A table that it would have to name.
    Unnamed(String),
    /// The tick of an operation on a table.
    Tick(String, Operation),
    /// The record filter on a table.
    Filter(String),
    /// The rule on a menu item.
    Menu(String),
}

impl Step<'_> {
    /// Where it would be mended; nowhere for one that passed.
    pub fn place(&self) -> Option<GroupPlace> {
        if self.passed {
            return None;
        }
        Some(match self.look {
            Look::Admin => return None,
            Look::Role(..) => GroupPlace::Role,
            Look::Table { table, .. } => GroupPlace::Unnamed(table.to_owned()),
            Look::Tick { table, operation } => GroupPlace::Tick(table.to_owned(), operation),
            Look::Filter { table, .. } => GroupPlace::Filter(table.to_owned()),
            Look::Menu { item, denied_by } => GroupPlace::Menu(denied_by.unwrap_or(item).to_owned()),
        })
    }
}
