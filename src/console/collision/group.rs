//! Two versions of a user group, field by field, table by table, menu item by menu item.

use std::collections::BTreeMap;

use super::Row;
use crate::console::groups::permission_words;
use crate::model::text::{escape, fold};
use crate::model::{Access, Group, MenuAccess, TablePermission, row_of};

/// What differs between a draft and the group as it is now; `base` is what the draft was made from.
pub fn rows_of_groups(base: &Group, mine: &Group, theirs: &Group) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut tell = |name: String, words: &dyn Fn(&Group) -> String| {
        let (old, mine, theirs) = (words(base), words(mine), words(theirs));
        if mine != theirs {
            rows.push(Row { name, touched: mine != old, mine, theirs });
        }
    };
    tell("Description".into(), &|group| escape(group.description.as_str()).into_owned());
    tell("Role".into(), &|group| group.role.name().into());
    tell("Restricted".into(), &|group| if group.restricted { "yes" } else { "no" }.into());
    let groups = [base, mine, theirs];
    let tables = groups.iter().flat_map(|group| &group.tables).map(|row| (fold(&row.table), &row.table));
    for table in tables.collect::<BTreeMap<_, _>>().into_values() {
        let words = |group: &Group| table_words(row_of(&group.tables, table));
        tell(format!("Table {}", escape(table)), &words);
    }
    let items = groups.iter().flat_map(|group| &group.menus).map(|row| (fold(&row.item), &row.item));
    for item in items.collect::<BTreeMap<_, _>>().into_values() {
        let words = |group: &Group| menu_words(row_of(&group.menus, item)).to_owned();
        tell(format!("Menu {}", escape(item)), &words);
    }
    rows
}

fn table_words(row: Option<&TablePermission>) -> String {
    row.map_or_else(|| "not named".into(), permission_words)
}

fn menu_words(row: Option<&MenuAccess>) -> &'static str {
    match row.map(|row| row.access) {
        None => "not named",
        Some(Access::Allow) => "allow",
        Some(Access::Deny) => "deny",
    }
}
