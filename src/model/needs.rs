//! What a key's calls needed, and the tightest group that would have let all of them pass. Pure: from calls to a group.

use std::collections::{BTreeMap, BTreeSet};

use super::decision::{Operation, covers, steps_of};
use super::field::Description;
use super::group::Group;
use super::logon::LogonRow;
use super::permission::{Access, MenuAccess, Role, TablePermission};
use super::text::{fold, same};

/// What a key's calls needed, a table each, and the menu items.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// Name of the table, and how many calls of each operation, in the order of [`Operation::ALL`].
    tables: Vec<(String, [u64; 4])>,
    /// Menu items that were opened, in lower case.
    opened: BTreeSet<String>,
    /// All menu items that were heard of, by their names in lower case: nobody else knows which there are.
    known: BTreeMap<String, String>,
}

impl Needs {
    /// So many rules deny menu items at most, the categories first.
    pub const RULES: usize = 200;

    /// There is such a menu item.
    pub fn hear_of(&mut self, item: &str) {
        let path = steps_of(item).collect::<Vec<_>>().join("/");
        // What a group could not name cannot be denied either.
        if Description::parse(&path).is_ok() {
            self.known.entry(fold(&path)).or_insert(path);
        }
    }

    /// Takes one row of accepted calls in.
    pub fn add(&mut self, row: &LogonRow) {
        if let Some(item) = &row.menu {
            self.opened.insert(fold(item));
        }
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
        Group { role, restricted: true, tables, menus: self.menus(group), ..group.clone() }
    }

    fn is_open(&self, rule: &str) -> bool {
        self.opened.iter().any(|item| covers(rule, item))
    }

    /// Denied is every category under which nothing was opened, and else what in it was not.
    fn menus(&self, group: &Group) -> Vec<MenuAccess> {
        // What an ADMIN group denies holds for nobody: its members may have opened that.
        let kept = |rule: &&MenuAccess| match rule.access {
            Access::Deny => group.role != Role::Admin || !self.is_open(&rule.item),
            Access::Allow => self.is_open(&rule.item),
        };
        let mut menus: Vec<MenuAccess> = group.menus.iter().filter(kept).cloned().collect();
        let mut denied: Vec<String> = Vec::new();
        let heard = self.known.values().map(String::as_str);
        for item in heard.chain(group.menus.iter().map(|rule| rule.item.as_str())) {
            let steps: Vec<&str> = steps_of(item).collect();
            let category =
                (1..=steps.len()).map(|count| steps[..count].join("/")).find(|path| !self.is_open(path));
            if let Some(category) = category
                && !denied.iter().any(|other| same(other, &category))
                && !menus.iter().any(|rule| rule.access == Access::Deny && covers(&rule.item, &category))
            {
                denied.push(category);
            }
        }
        denied.sort_by_key(|path| (steps_of(path).count(), fold(path)));
        denied.truncate(Self::RULES);
        // A rule of a finer grain says nothing beside the one of its category.
        menus.retain(|rule| !denied.iter().any(|path| covers(path, &rule.item)));
        menus.extend(denied.into_iter().map(|item| MenuAccess { item, access: Access::Deny }));
        menus.sort_by_key(|rule| fold(&rule.item));
        menus
    }

    /// What the group ticks or allows by name and no call needed: `Insert on Contract`, `menu Reports`, not escaped.
    pub fn unused(&self, group: &Group) -> Vec<String> {
        let mut unused = Vec::new();
        for row in &group.tables {
            let counts = self.tables.iter().find(|(name, _)| same(name, row.table.trim()));
            let never = Operation::ALL.into_iter().zip(counts.map_or([0; 4], |need| need.1));
            let never = never.filter(|(operation, count)| *count == 0 && operation.ticked(row));
            unused.extend(never.map(|(operation, _)| format!("{} on {}", operation.name(), row.table)));
        }
        let allowed = group.menus.iter().filter(|rule| rule.access == Access::Allow);
        unused.extend(
            allowed.filter(|rule| !self.is_open(&rule.item)).map(|rule| format!("menu {}", rule.item)),
        );
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
    use crate::model::replay::Replay;
    use crate::model::replay::tests::{against, group, opened, row};
    use proptest::prelude::*;

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

    fn needs(rows: &[LogonRow], known: &[&str]) -> Needs {
        let mut needs = Needs::default();
        for row in rows {
            needs.add(row);
        }
        for item in known {
            needs.hear_of(item);
        }
        needs
    }

    fn denied(group: &Group) -> Vec<&str> {
        let of = |access| group.menus.iter().filter(move |rule| rule.access == access);
        of(Access::Deny).map(|rule| rule.item.as_str()).collect()
    }

    #[test]
    fn menu_items_are_denied_by_category_where_nothing_under_it_was_opened() {
        let wide = group(
            r#""role":"WRITE","menus":[{"item":"Reports/Costs","access":"allow"},{"item":"Reports/Assets","access":"allow"},
            {"item":"Import/Files","access":"deny"}]"#,
        );
        let rows = [opened("reports/ASSETS", 400), opened("Help", 3)];
        let known =
            ["Reports/Assets", "Reports/Costs/Old", "Admin/Users", "Admin/Logs", "Import/Mail", "Help/Chat"];
        let needs = needs(&rows, &known);
        let tight = needs.tightest(&wide);
        assert_eq!(denied(&tight), ["Admin", "Help/Chat", "Import", "Reports/Costs"]);
        assert_eq!(tight.menus.len(), 5, "and what was opened stays named: {:?}", tight.menus);
        assert_eq!(tight.check(), Ok(()));
        assert_eq!(against(&tight, &rows), Replay { calls: 403, refused: 0, unknown: 0 });
        let more = [opened("Admin/Users/Ada", 7), opened("Reports/Costs", 5), opened("Help/Chat", 1)];
        assert_eq!(against(&tight, &more).refused, 13, "control");
        assert_eq!(needs.unused(&wide), ["menu Reports/Costs"]);
    }

    #[test]
    fn an_admin_group_s_own_rules_bound_nobody_and_names_that_no_group_takes_are_left_out() {
        let admin = group(r#""role":"ADMIN","menus":[{"item":"Reports","access":"deny"}]"#);
        let rows = [opened("Reports/Assets", 9)];
        let tight = needs(&rows, &["x\u{202e}y", "//", "Settings"]).tightest(&admin);
        assert_eq!((denied(&tight), tight.check()), (vec!["Settings"], Ok(())));
        assert_eq!(against(&tight, &rows).refused, 0);
        let names: Vec<String> = (0..500).map(|n| format!("Menu {n}")).collect();
        let many: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(denied(&needs(&rows, &many).tightest(&admin)).len(), Needs::RULES);
    }

    proptest! {
        #[test]
        fn no_menu_item_that_was_opened_is_denied_and_every_other_that_was_heard_of_is(
            paths in proptest::collection::vec("[aAbB](/[aAbBc]){0,2}", 1..12),
            which in proptest::collection::vec(any::<bool>(), 12),
        ) {
            let admin = group(r#""role":"ADMIN""#);
            let rows: Vec<_> =
                paths.iter().zip(&which).filter(|(_, used)| **used).map(|(path, _)| opened(path, 1)).collect();
            let known: Vec<&str> = paths.iter().map(String::as_str).collect();
            let tight = needs(&rows, &known).tightest(&admin);
            prop_assert_eq!(against(&tight, &rows).refused, 0);
            prop_assert_eq!(tight.check(), Ok(()));
            for path in &paths {
                let below = rows.iter().any(|row| row.menu.as_deref().is_some_and(|item| covers(path, item)));
                prop_assert_eq!(against(&tight, &[opened(path, 1)]).refused == 0, below, "{}", path);
            }
        }

        #[test]
        fn it_never_refuses_a_call_that_it_was_made_from(calls in proptest::collection::vec((0usize..5, 0usize..4, 1u64..9), 0..30)) {
            let admin = group(r#""role":"ADMIN""#);
            let rows: Vec<_> = calls.iter().map(|(t, o, n)| row(&format!("T{t}"), Operation::ALL[*o], *n)).collect();
            let replay = against(&needs(&rows, &[]).tightest(&admin), &rows);
            prop_assert_eq!((replay.refused, replay.unknown), (0, 0));
            prop_assert_eq!(replay.calls, rows.iter().map(|row| row.count).sum::<u64>());
        }
    }
}
