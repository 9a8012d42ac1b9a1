//! May it? One function for every face: role, table, operation, record filter, menu, in that order.
//!
//! The verdict is a small array of steps on the stack: allowing allocates nothing.

use serde::{Deserialize, Serialize};
use std::fmt::Write;

use super::field::ParseError;
use super::filter::RecordFilter;
use super::group::Group;
use super::permission::{Access, Role, TablePermission};
use super::record::Record;
use super::text;

/// What is done to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Read.
    Select,
    /// Add.
    Insert,
    /// Change.
    Update,
    /// Remove.
    Delete,
}

impl Operation {
    /// All four, in the documentation's order.
    pub const ALL: [Self; 4] = [Self::Select, Self::Insert, Self::Update, Self::Delete];

    /// The word in JSON and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// The word on screen, as the documentation heads its columns.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Select => "Select",
            Self::Insert => "Insert",
            Self::Update => "Update",
            Self::Delete => "Delete",
        }
    }

    /// Whether a table's row ticks it.
    pub const fn ticked(self, row: &TablePermission) -> bool {
        match self {
            Self::Select => row.select,
            Self::Insert => row.insert,
            Self::Update => row.update,
            Self::Delete => row.delete,
        }
    }
}

impl std::str::FromStr for Operation {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        Self::ALL.into_iter().find(|o| given.eq_ignore_ascii_case(o.code())).ok_or_else(|| {
            ParseError::new(
                format!("Operation \"{}\" is not one of select, insert, update, delete", text::escape(given)),
                "GET is select, POST insert, PUT and PATCH update, DELETE delete",
            )
        })
    }
}

/// What a key wants to do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// On which table, and what.
    pub table: Option<(&'a str, Operation)>,
    /// The menu item it opens.
    pub menu: Option<&'a str>,
    /// The very record it is about.
    pub record: Option<&'a Record>,
}

/// What one step looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Look<'a> {
    /// ADMIN may do everything.
    Admin,
    /// Whether the role allows the operation at all.
    Role(Role, Operation),
    /// Whether the table is open: by its own row, or without one.
    Table {
        /// As asked for.
        table: &'a str,
        /// Whether it has a row of its own.
        row: bool,
        /// Whether tables without a row are closed.
        restricted: bool,
    },
    /// Whether the table's row ticks the operation.
    Tick {
        /// As asked for.
        table: &'a str,
        /// Which.
        operation: Operation,
    },
    /// Whether the record passes the table's filter.
    Filter {
        /// As asked for.
        table: &'a str,
        /// The filter.
        filter: &'a RecordFilter,
    },
    /// Whether the menu item is open, and which rule denies it.
    Menu {
        /// As asked for.
        item: &'a str,
        /// The item of the rule that denies.
        denied_by: Option<&'a str>,
    },
}

/// One step of the ladder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step<'a> {
    /// What it looked at.
    pub look: Look<'a>,
    /// Whether it let pass.
    pub passed: bool,
}

/// The verdict and how it came about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision<'a> {
    steps: [Option<Step<'a>>; 5],
    /// The filter that the application must apply, because no record was given to test it on.
    pub filter: Option<&'a RecordFilter>,
}

impl<'a> Decision<'a> {
    const NOTHING: Self = Self { steps: [None; 5], filter: None };

    /// Whether every step passed.
    pub fn allowed(&self) -> bool {
        self.steps().all(|step| step.passed)
    }

    /// The steps taken, in order; a failed one is the last of its kind.
    pub fn steps(&self) -> impl Iterator<Item = &Step<'a>> {
        self.steps.iter().flatten()
    }

    /// Adds a step; whether it passed.
    fn step(&mut self, look: Look<'a>, passed: bool) -> bool {
        if let Some(free) = self.steps.iter_mut().find(|place| place.is_none()) {
            *free = Some(Step { look, passed });
        }
        passed
    }
}

/// May a member of this group do this?
pub fn decide<'a>(group: &'a Group, request: &Request<'a>) -> Decision<'a> {
    let mut decision = Decision::NOTHING;
    if group.role == Role::Admin {
        decision.step(Look::Admin, true);
        return decision;
    }
    let table_passed = request.table.is_none_or(|(table, operation)| {
        decide_table(group, table, operation, request.record, &mut decision)
    });
    if let Some(item) = request.menu.filter(|_| table_passed) {
        let denied_by =
            group.menus.iter().find(|rule| rule.access == Access::Deny && covers(&rule.item, item));
        let denied_by = denied_by.map(|rule| rule.item.as_str());
        decision.step(Look::Menu { item, denied_by }, denied_by.is_none());
    }
    decision
}

fn decide_table<'a>(
    group: &'a Group,
    table: &'a str,
    operation: Operation,
    record: Option<&Record>,
    decision: &mut Decision<'a>,
) -> bool {
    let reads = operation == Operation::Select;
    if !decision.step(Look::Role(group.role, operation), reads || group.role != Role::Read) {
        return false;
    }
    let row = group.tables.iter().find(|row| text::same(row.table.trim(), table.trim()));
    let look = Look::Table { table, row: row.is_some(), restricted: group.restricted };
    if !decision.step(look, row.is_some() || !group.restricted) {
        return false;
    }
    let Some(row) = row else { return true };
    if !decision.step(Look::Tick { table, operation }, operation.ticked(row)) {
        return false;
    }
    match (&row.filter, record) {
        (Some(filter), Some(record)) => {
            decision.step(Look::Filter { table, filter }, filter.admits(record).unwrap_or(false))
        }
        (Some(filter), None) => {
            decision.filter = Some(filter);
            true
        }
        (None, _) => true,
    }
}

/// The steps of a menu path. Empty ones count for nothing, so that `/Reports//Assets` is no way round a rule.
pub(super) fn steps_of(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').map(str::trim).filter(|step| !step.is_empty())
}

/// Whether a rule's item is the item itself or a category above it.
pub(super) fn covers(rule: &str, item: &str) -> bool {
    let mut parts = steps_of(item);
    steps_of(rule).all(|part| parts.next().is_some_and(|of_item| text::same(part, of_item)))
}

impl Step<'_> {
    /// The step in the ladder's words: `table Asset`, `delete`.
    pub fn name(&self) -> String {
        match self.look {
            Look::Admin => "role ADMIN".to_owned(),
            Look::Role(role, operation) => format!("role {} {}", role.name(), operation.code()),
            Look::Table { table, .. } => format!("table {}", text::escape(table)),
            Look::Tick { operation, .. } => operation.code().to_owned(),
            Look::Filter { .. } => "record filter".to_owned(),
            Look::Menu { item, .. } => format!("menu {}", text::escape(item)),
        }
    }

    /// What would let it pass; empty for a step that passed.
    pub fn mend(&self, group: &Group) -> String {
        if self.passed {
            return String::new();
        }
        let code = &group.code;
        match self.look {
            Look::Admin => String::new(),
            Look::Role(..) => format!("give group {code} the role WRITE, or the key another group"),
            Look::Table { table, .. } => {
                format!(
                    "add table {} to group {code}: it is restricted to the tables it names",
                    text::escape(table)
                )
            }
            Look::Tick { table, operation } => {
                format!("tick {} on table {} in group {code}", operation.code(), text::escape(table))
            }
            Look::Filter { table, filter } => {
                let expression = filter.expression().unwrap_or_default();
                format!(
                    "the filter on table {} of group {code} leaves this record out: {expression}",
                    text::escape(table)
                )
            }
            Look::Menu { item, denied_by } => {
                let rule = denied_by.unwrap_or(item);
                format!("allow menu item {} in group {code}", text::escape(rule))
            }
        }
    }
}

impl Decision<'_> {
    /// The ladder on one line: `role WRITE delete ✔ table Asset ✔ delete ✘`.
    pub fn ladder(&self) -> String {
        let mut line = String::new();
        for step in self.steps() {
            let space = if line.is_empty() { "" } else { " " };
            let _ = write!(line, "{space}{} {}", step.name(), if step.passed { '✔' } else { '✘' });
        }
        line
    }
}

#[cfg(test)]
mod tests;
