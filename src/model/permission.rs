//! What a group's members may do: role, ticks on tables, doors in the menu.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

use super::field::ParseError;
use super::filter::RecordFilter;
use super::text;

/// The widest thing a group may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    /// May look, whatever the ticks say.
    Read,
    /// May look and change within the table permissions.
    Write,
    /// May everything: to be used sparingly.
    Admin,
}

impl Role {
    /// All three, in the order a form offers them.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    /// The word of the documentation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::Admin => "ADMIN",
        }
    }

    /// What it means, in a few words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Read => "view only",
            Self::Write => "view and modify within the table permissions",
            Self::Admin => "unrestricted: use sparingly",
        }
    }
}

impl FromStr for Role {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL.into_iter().find(|r| text.eq_ignore_ascii_case(r.name())).ok_or_else(|| {
            ParseError::new(
                format!("Role \"{}\" is not one of READ, WRITE, ADMIN", text::escape(text)),
                "READ views, WRITE views and modifies within the table permissions, ADMIN is unrestricted",
            )
        })
    }
}

/// What is allowed on one table.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four ticks are what the documentation shows and the JSON holds"
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TablePermission {
    /// Name of the table; compared without case.
    pub table: String,
    /// May read.
    #[serde(default)]
    pub select: bool,
    /// May add.
    #[serde(default)]
    pub insert: bool,
    /// May change.
    #[serde(default)]
    pub update: bool,
    /// May remove.
    #[serde(default)]
    pub delete: bool,
    /// Which records it sees at all; none = all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<RecordFilter>,
}

/// Whether a menu item may be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// May be opened (the default for items that are not named).
    Allow,
    /// May not, and nothing under it either.
    Deny,
}

/// The rule for one menu item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuAccess {
    /// Path such as `Reports/Asset Register`; compared without case.
    pub item: String,
    /// Allow or deny.
    pub access: Access,
}
