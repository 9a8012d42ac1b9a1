//! What a group may do, told in a few words: for a key's details and for lists to pick from.

use super::decision::{Operation, Request, decide};
use super::group::Group;
use super::permission::{Access, Role};
use super::text::escape;

/// So many tables are named before the rest is only counted.
const NAMED: usize = 6;

/// What members of the group can reach, a line each, escaped: tables, every other table, menu items.
pub fn reach(group: &Group) -> Vec<String> {
    if group.role == Role::Admin {
        return vec!["everything: unrestricted".to_owned()];
    }
    let mut lines: Vec<String> = group.tables.iter().take(NAMED).map(|row| table(group, row)).collect();
    if group.tables.len() > NAMED {
        lines.push(format!("and {} more tables", group.tables.len() - NAMED));
    }
    // A name that no rule has: as long as all of them together.
    let other = "x".repeat(group.tables.iter().map(|row| row.table.len()).sum::<usize>() + 1);
    let all = if group.tables.is_empty() { "every table" } else { "every other table" };
    lines.push(format!("{all}: {}", may(group, &other)));
    let denied: Vec<_> = group.menus.iter().filter(|menu| menu.access == Access::Deny).collect();
    let named: Vec<_> = denied.iter().take(NAMED).map(|menu| escape(&menu.item)).collect();
    lines.push(match denied.len() {
        0 => "every menu item".to_owned(),
        count if count > NAMED => {
            format!("every menu item but {} and {} more", named.join(", "), count - NAMED)
        }
        _ => format!("every menu item but {}", named.join(", ")),
    });
    lines
}

fn table(group: &Group, row: &super::permission::TablePermission) -> String {
    let filter = row.filter.as_ref().and_then(|filter| filter.expression().ok());
    let only = filter.map_or_else(String::new, |expression| format!(", where {expression}"));
    format!("{}: {}{only}", escape(&row.table), may(group, &row.table))
}

/// The operations that pass, or `nothing`.
fn may(group: &Group, table: &str) -> String {
    let passes = |operation: &Operation| {
        decide(group, &Request { table: Some((table, *operation)), ..Request::default() }).allowed()
    };
    let words: Vec<_> = Operation::ALL.iter().filter(|o| passes(o)).map(|o| o.code()).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: &str) -> Vec<String> {
        reach(&serde_json::from_str(&format!(r#"{{"code":"A","description":"a",{json}}}"#)).unwrap())
    }

    #[test]
    fn tells_what_is_really_allowed_not_what_is_ticked() {
        assert_eq!(told(r#""role":"ADMIN","restricted":true"#), ["everything: unrestricted"]);
        assert_eq!(told(r#""role":"READ""#), ["every table: select", "every menu item"]);
        let lines = told(
            r#""role":"READ","restricted":true,"tables":[{"table":"Asset","select":true,"delete":true,
            "filter":{"conditions":[{"field":"Owner","operator":"=","value":"HR"}]}}],
            "menus":[{"item":"Admin","access":"deny"},{"item":"Reports","access":"allow"}]"#,
        );
        let wanted =
            ["Asset: select, where Owner = 'HR'", "every other table: nothing", "every menu item but Admin"];
        assert_eq!(lines, wanted);
    }

    #[test]
    fn many_tables_are_counted() {
        let tables: Vec<_> = (0..40).map(|n| format!(r#"{{"table":"T{n}","select":true}}"#)).collect();
        let lines = told(&format!(r#""role":"WRITE","tables":[{}]"#, tables.join(",")));
        assert_eq!(lines.len(), NAMED + 3);
        assert_eq!(lines[NAMED], "and 34 more tables");
    }
}
