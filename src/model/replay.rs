//! Calls that happened, held against a group as it might be: how many it would have refused, and the tightest group that
//! would have refused none. Pure: from calls to figures.

use serde::{Deserialize, Serialize};

use super::decision::{Operation, Request, decide};
use super::group::Group;
use super::logon::LogonRow;
use super::permission::{Role, TablePermission};
use super::text::same;

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

/// What a key's calls needed, a table each.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// Name of the table, and how many calls of each operation, in the order of [`Operation::ALL`].
    tables: Vec<(String, [u64; 4])>,
}

impl Needs {
    /// Takes one row of accepted calls in.
    pub fn add(&mut self, row: &LogonRow) {
        let (Some(table), Some(operation)) = (&row.table, row.operation) else { return };
        let place = Operation::ALL.into_iter().position(|o| o == operation).unwrap_or(0);
        if let Some((_, counts)) = self.tables.iter_mut().find(|(name, _)| same(name, table.trim())) {
            counts[place] += row.count;
            return;
        }
        let mut counts = [0; 4];
        counts[place] = row.count;
        self.tables.push((table.trim().to_owned(), counts));
    }

    /// The tightest group that would have let all these calls pass, made from the one they passed.
    pub fn tightest(&self, group: &Group) -> Group {
        let mut tables: Vec<TablePermission> = self.tables.iter().map(|need| row(group, need)).collect();
        tables.sort_by(|a, b| a.table.cmp(&b.table));
        let reads = tables.iter().all(|row| !(row.insert || row.update || row.delete));
        let role = if reads { Role::Read } else { Role::Write };
        Group { role, restricted: true, tables, ..group.clone() }
    }

    /// What the group ticks by name and no call needed: `Insert on Contract`, not escaped.
    pub fn unused(&self, group: &Group) -> Vec<String> {
        let mut unused = Vec::new();
        for row in &group.tables {
            let counts = self.tables.iter().find(|(name, _)| same(name, row.table.trim()));
            let never = Operation::ALL.into_iter().zip(counts.map_or([0; 4], |need| need.1));
            let never = never.filter(|(operation, count)| *count == 0 && operation.ticked(row));
            unused.extend(never.map(|(operation, _)| format!("{} on {}", operation.name(), row.table)));
        }
        unused
    }
}

/// A table's row with the ticks that were needed; a record filter stays.
fn row(group: &Group, (table, counts): &(String, [u64; 4])) -> TablePermission {
    let own = group.tables.iter().find(|row| same(row.table.trim(), table));
    let [select, insert, update, delete] = counts.map(|count| count > 0);
    let filter = own.and_then(|row| row.filter.clone()).filter(|_| group.role != Role::Admin);
    TablePermission {
        table: own.map_or(table, |row| &row.table).clone(),
        select,
        insert,
        update,
        delete,
        filter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::caller::tests::call;
    use proptest::prelude::*;

    fn group(json: &str) -> Group {
        serde_json::from_str(&format!(r#"{{"code":"A","description":"a",{json}}}"#)).unwrap()
    }

    fn row(table: &str, operation: Operation, count: u64) -> LogonRow {
        LogonRow { table: Some(table.into()), operation: Some(operation), count, ..call(0) }
    }

    fn against(group: &Group, rows: &[LogonRow]) -> Replay {
        let mut replay = Replay::default();
        for row in rows {
            replay.add(group, row);
        }
        replay
    }

    #[test]
    fn the_tightest_group_has_what_was_used_and_nothing_else() {
        let wide = group(
            r#""role":"WRITE","tables":[{"table":"Contract","select":true,"insert":true},{"table":"Asset","select":true,
            "update":true,"filter":{"conditions":[{"field":"Owner","operator":"=","value":"HR"}]}}]"#,
        );
        let rows = [row("asset", Operation::Select, 18_000), row("Contract", Operation::Select, 412)];
        let mut needs = Needs::default();
        for row in &rows {
            needs.add(row);
        }
        let tight = needs.tightest(&wide);
        assert_eq!((tight.role, tight.restricted), (Role::Read, true));
        assert_eq!(tight.tables.iter().map(|t| t.table.as_str()).collect::<Vec<_>>(), ["Asset", "Contract"]);
        assert!(tight.tables[0].filter.is_some() && !tight.tables[0].update && tight.tables[0].select);
        assert_eq!(against(&tight, &rows), Replay { calls: 18_412, refused: 0, unknown: 18_000 });
        assert_eq!(needs.unused(&wide), ["Insert on Contract", "Update on Asset"]);
        let more = [row("Asset", Operation::Delete, 7), row("Site", Operation::Select, 5)];
        assert_eq!(against(&tight, &more), Replay { calls: 12, refused: 12, unknown: 0 }, "control");
    }

    proptest! {
            #[test]
            fn it_never_refuses_a_call_that_it_was_made_from(calls in proptest::collection::vec((0usize..5, 0usize..4, 1u64..9), 0..30)) {
                let admin = group(r#""role":"ADMIN""#);
                let rows: Vec<_> = calls.iter().map(|(t, o, n)| row(&format!("T{t}"), Operation::ALL[*o], *n)).collect();
                let mut needs = Needs::default();
                for row in &rows {
    needs.add(row);
    }
                let replay = against(&needs.tightest(&admin), &rows);
                prop_assert_eq!((replay.refused, replay.unknown), (0, 0));
                prop_assert_eq!(replay.calls, rows.iter().map(|row| row.count).sum::<u64>());
            }
        }
}
