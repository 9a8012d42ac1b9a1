//! The menu items that a group names, as a tree: items with a rule, and the categories above them.

use crate::model::text::{fold, same};
use crate::model::{Access, MenuAccess};

/// One line of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The whole path.
    pub path: String,
    /// How many categories stand above it.
    pub depth: usize,
    /// Its rule, if it has one of its own.
    pub rule: Option<Access>,
    /// Whether a category above it is denied, and it with it.
    pub shut: bool,
}

impl Branch {
    /// The last step of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default().trim()
    }
}

fn steps(path: &str) -> Vec<&str> {
    path.split('/').map(str::trim).collect()
}

/// The tree, categories before what is under them, by name.
pub fn tree(menus: &[MenuAccess]) -> Vec<Branch> {
    let mut paths: Vec<Vec<&str>> = Vec::new();
    for menu in menus {
        let steps = steps(&menu.item);
        paths.extend((1..=steps.len()).map(|length| steps[..length].to_vec()));
    }
    let key = |path: &Vec<&str>| path.iter().map(|step| fold(step)).collect::<Vec<_>>();
    paths.sort_by_cached_key(key);
    paths.dedup_by_key(|path| key(path));
    let rule_of = |path: &[&str]| {
        let wanted = path.join("/");
        let mut rules = menus.iter().filter(|menu| same(&steps(&menu.item).join("/"), &wanted));
        let access = rules.next().map(|menu| menu.access);
        if rules.any(|menu| menu.access == Access::Deny) { Some(Access::Deny) } else { access }
    };
    let branch = |path: &Vec<&str>| Branch {
        path: path.join("/"),
        depth: path.len() - 1,
        rule: rule_of(path),
        shut: (1..path.len()).any(|length| rule_of(&path[..length]) == Some(Access::Deny)),
    };
    paths.iter().map(branch).collect()
}

/// Flips an item between Allow and Deny; one without a rule is denied.
pub fn flip(menus: &mut Vec<MenuAccess>, path: &str) {
    let fits = |menu: &&mut MenuAccess| same(&steps(&menu.item).join("/"), path);
    let mut found = false;
    for menu in menus.iter_mut().filter(|menu| fits(menu)) {
        found = true;
        menu.access = if menu.access == Access::Deny { Access::Allow } else { Access::Deny };
    }
    if !found {
        menus.push(MenuAccess { item: path.to_owned(), access: Access::Deny });
    }
}

/// Takes an item's rule away: it follows the category above it again.
pub fn forget(menus: &mut Vec<MenuAccess>, path: &str) {
    menus.retain(|menu| !same(&steps(&menu.item).join("/"), path));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(item: &str, access: Access) -> MenuAccess {
        MenuAccess { item: item.into(), access }
    }

    #[test]
    fn categories_stand_above_their_items_and_shut_them() {
        let menus = [
            rule("Reports/Asset Register", Access::Allow),
            rule("Admin", Access::Deny),
            rule("Admin/Users", Access::Allow),
            rule("reports/Ageing", Access::Deny),
        ];
        let lines: Vec<_> =
            tree(&menus).iter().map(|b| (b.depth, b.name().to_owned(), b.rule, b.shut)).collect();
        assert_eq!(
            lines,
            [
                (0, "Admin".to_owned(), Some(Access::Deny), false),
                (1, "Users".to_owned(), Some(Access::Allow), true),
                (0, "Reports".to_owned(), None, false),
                (1, "Ageing".to_owned(), Some(Access::Deny), false),
                (1, "Asset Register".to_owned(), Some(Access::Allow), false),
            ]
        );
    }

    #[test]
    fn flipping_an_unnamed_category_denies_it_and_forgetting_gives_it_back() {
        let mut menus = vec![rule("Reports/Ageing", Access::Allow)];
        flip(&mut menus, "Reports");
        assert_eq!(menus[1], rule("Reports", Access::Deny));
        flip(&mut menus, "REPORTS");
        assert_eq!(menus[1].access, Access::Allow);
        forget(&mut menus, "Reports");
        assert_eq!(menus.len(), 1);
    }
}
