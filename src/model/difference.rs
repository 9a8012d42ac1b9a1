//! What an edit of a group gives and takes: said before it is saved.

use std::collections::{BTreeMap, BTreeSet};

use super::decision::{Operation, Request, decide};
use super::filter::RecordFilter;
use super::group::Group;
use super::permission::Role;
use super::text::{escape, fold, same};

/// What an edit gives and takes, in words that follow "3 keys".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Such as `lose Delete on Contract`.
    pub lost: Vec<String>,
    /// Such as `gain Select on Asset`.
    pub gained: Vec<String>,
    /// Such as `see other records of Asset: Department = 'HR'`.
    pub changed: Vec<String>,
}

impl Difference {
    /// Whether nobody would notice.
    pub fn is_empty(&self) -> bool {
        self.lost.is_empty() && self.gained.is_empty() && self.changed.is_empty()
    }

    /// All lines, what is lost first.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.lost.iter().chain(&self.changed).chain(&self.gained).map(String::as_str)
    }
}

/// What the keys of a group lose, gain, and see otherwise when it changes from one form to the other.
pub fn difference(before: &Group, after: &Group) -> Difference {
    let mut all = Difference::default();
    let names =
        |group: &Group| group.tables.iter().map(|t| (fold(&t.table), t.table.clone())).collect::<Vec<_>>();
    let tables: BTreeMap<String, String> = names(before).into_iter().chain(names(after)).collect();
    for table in tables.values() {
        let verbs = |group: &Group| operations(group, table);
        compare_operations(&verbs(before), &verbs(after), &escape(table), &mut all);
        let (old, new) = (expression(before, table), expression(after, table));
        if old != new && !verbs(before).is_empty() && !verbs(after).is_empty() {
            let what = new.unwrap_or_else(|| "all of them".to_owned());
            all.changed.push(format!("see other records of {}: {what}", escape(table)));
        }
    }
    let other = |group: &Group| operations(group, &unnamed(&tables));
    compare_operations(&other(before), &other(after), "every other table", &mut all);
    let items: BTreeSet<&str> = before.menus.iter().chain(&after.menus).map(|m| m.item.as_str()).collect();
    for item in items {
        let open =
            |group: &Group| decide(group, &Request { menu: Some(item), ..Request::default() }).allowed();
        match (open(before), open(after)) {
            (true, false) => all.lost.push(format!("lose menu {}", escape(item))),
            (false, true) => all.gained.push(format!("gain menu {}", escape(item))),
            _ => {}
        }
    }
    all
}

/// A table that neither form names.
fn unnamed(tables: &BTreeMap<String, String>) -> String {
    let longest = tables.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    "x".repeat(longest + 1)
}

fn operations(group: &Group, table: &str) -> Vec<Operation> {
    let may = |operation| {
        decide(group, &Request { table: Some((table, operation)), ..Request::default() }).allowed()
    };
    Operation::ALL.into_iter().filter(|&operation| may(operation)).collect()
}

/// The filter on a table as one line, if the group has to heed one.
fn expression(group: &Group, table: &str) -> Option<String> {
    if group.role == Role::Admin {
        return None;
    }
    let row = group.tables.iter().find(|row| same(&row.table, table))?;
    row.filter.as_ref().map(RecordFilter::expression)?.ok()
}

fn compare_operations(before: &[Operation], after: &[Operation], table: &str, all: &mut Difference) {
    let words = |from: &[Operation], without: &[Operation]| {
        let left: Vec<_> = from.iter().filter(|o| !without.contains(o)).map(|o| o.name()).collect();
        (!left.is_empty()).then(|| left.join(", "))
    };
    all.lost.extend(words(before, after).map(|verbs| format!("lose {verbs} on {table}")));
    all.gained.extend(words(after, before).map(|verbs| format!("gain {verbs} on {table}")));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(rest: &str) -> Group {
        serde_json::from_str(&format!(r#"{{"code":"A","description":"a",{rest}}}"#)).unwrap()
    }

    fn lines(before: &str, after: &str) -> Vec<String> {
        difference(&group(before), &group(after)).lines().map(str::to_owned).collect()
    }

    #[test]
    fn ticks_role_switch_filter_and_menus_are_all_told() {
        let ticked = r#""role":"WRITE","tables":[{"table":"Contract","select":true,"delete":true}]"#;
        let unticked = r#""role":"WRITE","tables":[{"table":"CONTRACT","select":true}]"#;
        assert_eq!(lines(ticked, unticked), ["lose Delete on CONTRACT"]);
        assert_eq!(lines(ticked, ticked), [] as [&str; 0]);
        assert_eq!(
            lines(r#""role":"WRITE""#, r#""role":"READ","restricted":true"#),
            ["lose Select, Insert, Update, Delete on every other table"]
        );
        let filtered = r#""role":"WRITE","tables":[{"table":"Contract","select":true,
            "filter":{"conditions":[{"field":"Owner","operator":"=","value":"HR"}]}}]"#;
        assert_eq!(lines(unticked, filtered), ["see other records of Contract: Owner = 'HR'"]);
        let menu = r#""role":"READ","menus":[{"item":"Reports","access":"deny"}]"#;
        assert_eq!(lines(r#""role":"READ""#, menu), ["lose menu Reports"]);
        assert_eq!(lines(menu, r#""role":"READ""#), ["gain menu Reports"]);
    }
}
