//! Two people changed one group from the same state: one's changes put on top of the other's.
//!
//! Knows fields, tables and menu items; whether to do it at all is asked of a person.

use super::group::Group;
use super::permission::{MenuAccess, TablePermission};
use super::text::fold;

/// `theirs` with whatever `mine` changed since `base`, field by field, table by table, menu item by menu item.
pub fn on_top(base: &Group, mine: &Group, theirs: &Group) -> Group {
    Group {
        code: theirs.code.clone(),
        description: later(&base.description, &mine.description, &theirs.description),
        role: later(&base.role, &mine.role, &theirs.role),
        restricted: later(&base.restricted, &mine.restricted, &theirs.restricted),
        tables: rows_on_top(&base.tables, &mine.tables, &theirs.tables),
        menus: rows_on_top(&base.menus, &mine.menus, &theirs.menus),
    }
}

/// A row of a list that has a name; names compare without case.
pub trait Named {
    /// The name.
    fn name(&self) -> &str;
}

impl Named for TablePermission {
    fn name(&self) -> &str {
        &self.table
    }
}

impl Named for MenuAccess {
    fn name(&self) -> &str {
        &self.item
    }
}

/// The row of this name.
pub fn row_of<'a, T: Named>(rows: &'a [T], name: &str) -> Option<&'a T> {
    let name = fold(name);
    rows.iter().find(|row| fold(row.name()) == name)
}

fn later<T: PartialEq + Clone>(base: &T, mine: &T, theirs: &T) -> T {
    if mine == base { theirs.clone() } else { mine.clone() }
}

fn rows_on_top<T: Named + PartialEq + Clone>(base: &[T], mine: &[T], theirs: &[T]) -> Vec<T> {
    let chosen = |name: &str| {
        let (old, own, other) = (row_of(base, name), row_of(mine, name), row_of(theirs, name));
        later(&old, &own, &other).cloned()
    };
    let kept = theirs.iter().filter_map(|row| chosen(row.name()));
    let added = mine.iter().filter(|row| row_of(theirs, row.name()).is_none());
    kept.chain(added.filter_map(|row| chosen(row.name()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(rest: &str) -> Group {
        serde_json::from_str(&format!(r#"{{"code":"A","description":"a",{rest}}}"#)).unwrap()
    }

    fn tables(names: &[(&str, bool)]) -> Group {
        let rows: Vec<_> =
            names.iter().map(|(name, delete)| format!(r#"{{"table":"{name}","delete":{delete}}}"#)).collect();
        group(&format!(r#""role":"WRITE","tables":[{}]"#, rows.join(",")))
    }

    #[test]
    fn what_only_one_of_two_touched_is_as_that_one_has_it() {
        let base = group(r#""role":"READ""#);
        let mine = group(r#""role":"WRITE""#);
        let theirs = group(r#""role":"READ","restricted":true"#);
        assert_eq!(on_top(&base, &mine, &theirs), group(r#""role":"WRITE","restricted":true"#));
        assert_eq!(on_top(&base, &base, &theirs), theirs);
        assert_eq!(on_top(&base, &mine, &base), mine);
    }

    #[test]
    fn two_tables_changed_by_two_people_are_both_changed_and_on_one_table_mine_wins() {
        let base = tables(&[("Asset", false), ("Contract", false), ("Person", false), ("Lease", false)]);
        let mine = tables(&[("Asset", true), ("Contract", false), ("Lease", true), ("Own", false)]);
        let theirs = tables(&[("ASSET", false), ("Contract", true), ("Person", true), ("Other", true)]);
        let wanted =
            tables(&[("Asset", true), ("Contract", true), ("Other", true), ("Lease", true), ("Own", false)]);
        assert_eq!(on_top(&base, &mine, &theirs), wanted);
        assert!(on_top(&base, &mine, &theirs).check().is_ok(), "no table stands twice");
    }

    #[test]
    fn a_menu_item_that_they_took_out_and_i_left_alone_stays_out() {
        let menus = r#""role":"READ","menus":[{"item":"Reports","access":"deny"}]"#;
        let (base, theirs) = (group(menus), group(r#""role":"READ""#));
        assert_eq!(on_top(&base, &base, &theirs).menus, []);
    }
}
