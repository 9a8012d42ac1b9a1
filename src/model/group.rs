//! The user group: what the keys in it may do.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::field::{Description, ParseError};
use super::filter::FilterError;
use super::permission::{MenuAccess, Role, TablePermission};
use super::text;

/// A group's code: `[A-Z0-9][A-Z0-9_-]{0,31}`, unique, never changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupCode(Box<str>);

impl GroupCode {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is one.
    pub(super) fn is_good(text: &str) -> bool {
        let letter = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        (1..=32).contains(&text.len())
            && text.bytes().next().is_some_and(letter)
            && text.bytes().fold(true, |good, b| good & (letter(b) || b == b'_' || b == b'-'))
    }

    /// A text that is known to be one.
    pub(super) fn known(text: &str) -> Self {
        Self(text.into())
    }
}

impl AsRef<str> for GroupCode {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for GroupCode {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for GroupCode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if Self::is_good(text) {
            return Ok(Self::known(text));
        }
        let sentence = if text.is_empty() {
            "Group code is empty".to_owned()
        } else {
            format!("Group code \"{}\" is not 1 to 32 of A-Z, 0-9, _ and -", text::escape(text))
        };
        Err(ParseError::new(
            sentence,
            "write capitals and digits, such as HR_READ; the first is a letter or digit",
        ))
    }
}

impl TryFrom<String> for GroupCode {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<GroupCode> for String {
    fn from(code: GroupCode) -> Self {
        code.0.into()
    }
}

impl fmt::Display for GroupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A user group, as in JSON files and `groups show --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Unique, never changed.
    pub code: GroupCode,
    /// What it is for.
    pub description: Description,
    /// The widest it may do.
    pub role: Role,
    /// Whether tables without a row here are closed.
    #[serde(default)]
    pub restricted: bool,
    /// What is allowed on which table.
    #[serde(default)]
    pub tables: Vec<TablePermission>,
    /// Which menu items are open.
    #[serde(default)]
    pub menus: Vec<MenuAccess>,
}

/// What is wrong with a group as a whole.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupError {
    /// A name is empty, too long or hostile: which one, and why.
    Name {
        /// `Table` or `Menu item`.
        what: &'static str,
        /// The name as given.
        name: String,
    },
    /// A menu path has an empty step, as in `Reports//Assets` or `/Reports`.
    Path {
        /// The path as given.
        item: String,
    },
    /// Two rows with names that differ in nothing but case.
    Twice {
        /// `Table` or `Menu item`.
        what: &'static str,
        /// The name as given.
        name: String,
    },
    /// A record filter does not hold together.
    Filter {
        /// The table it stands on.
        table: String,
        /// What and where.
        error: FilterError,
    },
}

impl fmt::Display for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { what, name } => {
                write!(f, "{what} \"{}\" is not a name of 1 to 200 visible characters", text::escape(name))
            }
            Self::Path { item } => {
                write!(f, "Menu item \"{}\" has an empty step between its slashes", text::escape(item))
            }
            Self::Twice { what, name } => {
                write!(f, "{what} \"{}\" stands twice (names compare without case)", text::escape(name))
            }
            Self::Filter { table, error } => {
                write!(f, "The record filter on table \"{}\": {error}", text::escape(table))
            }
        }
    }
}

impl std::error::Error for GroupError {}

impl Group {
    /// A group that has only its first three fields.
    pub fn new(code: GroupCode, description: Description, role: Role) -> Self {
        Self { code, description, role, restricted: false, tables: Vec::new(), menus: Vec::new() }
    }

    /// Checks what no single field can: names, doubles, record filters.
    ///
    /// # Errors
    /// The first thing found wrong, with its place.
    pub fn check(&self) -> Result<(), GroupError> {
        check_names("Table", self.tables.iter().map(|t| t.table.as_str()))?;
        check_names("Menu item", self.menus.iter().map(|m| m.item.as_str()))?;
        if let Some(menu) = self.menus.iter().find(|m| m.item.split('/').any(|step| step.trim().is_empty())) {
            return Err(GroupError::Path { item: menu.item.clone() });
        }
        for table in &self.tables {
            if let Some(filter) = &table.filter {
                filter.check().map_err(|error| GroupError::Filter { table: table.table.clone(), error })?;
            }
        }
        Ok(())
    }
}

fn check_names<'a>(what: &'static str, names: impl Iterator<Item = &'a str>) -> Result<(), GroupError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if Description::parse(name).is_err() || name.trim() != name {
            return Err(GroupError::Name { what, name: name.to_owned() });
        }
        if !seen.insert(text::fold(name)) {
            return Err(GroupError::Twice { what, name: name.to_owned() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_capitals_digits_underscore_and_hyphen() {
        for good in ["A", "HR_READ", "9-LIVES", &"X".repeat(32)] {
            assert!(good.parse::<GroupCode>().is_ok(), "{good}");
        }
        for bad in ["", "hr", "_A", "-A", "A B", "Ä", &"X".repeat(33)] {
            assert!(bad.parse::<GroupCode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_table_may_not_stand_twice_in_another_case() {
        let json =
            r#"{"code":"A","description":"a","role":"READ","tables":[{"table":"Asset"},{"table":"ASSET"}]}"#;
        let group: Group = serde_json::from_str(json).unwrap();
        assert!(matches!(group.check(), Err(GroupError::Twice { .. })));
    }

    #[test]
    fn a_menu_path_with_an_empty_step_is_refused_since_it_would_deny_nothing() {
        for item in ["/Reports", "Reports/", "Reports//Assets", "/"] {
            let menu = MenuAccess { item: item.into(), access: super::super::permission::Access::Deny };
            let mut group: Group =
                serde_json::from_str(r#"{"code":"A","description":"a","role":"READ"}"#).unwrap();
            group.menus.push(menu);
            assert!(matches!(group.check(), Err(GroupError::Path { .. })), "{item}");
        }
    }

    #[test]
    fn an_unknown_field_is_refused_rather_than_ignored() {
        let json = r#"{"code":"A","description":"a","role":"READ","restrictd":true}"#;
        assert!(serde_json::from_str::<Group>(json).unwrap_err().to_string().contains("restrictd"));
    }
}
