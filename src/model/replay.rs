//! Calls that happened, held against a group as it might be: how many it would have refused. Pure: from calls to figures.

use serde::{Deserialize, Serialize};

use super::decision::{Request, decide};
use super::group::Group;
use super::logon::LogonRow;

/// What came of calls that were held against a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Replay {
    /// How many calls.
    pub calls: u64,
    /// How many of them it would have refused.
    pub refused: u64,
    /// How many a record filter would have decided: nobody can tell without the record.
    pub unknown: u64,
}

impl Replay {
    /// Holds one row of accepted calls against the group.
    pub fn add(&mut self, group: &Group, row: &LogonRow) {
        let table = row.table.as_deref().zip(row.operation);
        let decision = decide(group, &Request { table, menu: row.menu.as_deref(), record: None });
        self.calls += row.count;
        if !decision.allowed() {
            self.refused += row.count;
        } else if decision.filter.is_some() {
            self.unknown += row.count;
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::Operation;
    use crate::model::caller::tests::call;

    pub fn group(json: &str) -> Group {
        serde_json::from_str(&format!(r#"{{"code":"A","description":"a",{json}}}"#)).unwrap()
    }

    pub fn row(table: &str, operation: Operation, count: u64) -> LogonRow {
        LogonRow { table: Some(table.into()), operation: Some(operation), count, ..call(0) }
    }

    pub fn opened(item: &str, count: u64) -> LogonRow {
        LogonRow { menu: Some(item.into()), count, ..call(0) }
    }

    pub fn against(group: &Group, rows: &[LogonRow]) -> Replay {
        let mut replay = Replay::default();
        for row in rows {
            replay.add(group, row);
        }
        replay
    }

    #[test]
    fn calls_are_counted_by_what_would_have_become_of_them() {
        let group = group(
            r#""role":"READ","restricted":true,"tables":[{"table":"Asset","select":true,
            "filter":{"conditions":[{"field":"Owner","operator":"=","value":"HR"}]}}],"menus":[{"item":"Admin","access":"deny"}]"#,
        );
        let rows = [
            row("asset", Operation::Select, 5),
            row("Asset", Operation::Delete, 7),
            row("Site", Operation::Select, 11),
            opened("admin/users", 13),
            opened("Reports", 17),
        ];
        assert_eq!(against(&group, &rows), Replay { calls: 53, refused: 31, unknown: 5 });
    }
}
