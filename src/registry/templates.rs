//! The four groups that the documentation recommends, as a start: kept as JSON in `assets/templates`.

use crate::model::Group;

/// A recommended group.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its name on the command line and in lists.
    pub name: &'static str,
    /// The scenario of the documentation.
    pub title: &'static str,
    /// What the documentation recommends for it.
    pub scenario: &'static str,
    /// The group, ready to be saved or changed first.
    pub group: Group,
}

const SOURCES: [(&str, &str, &str, &str); 4] = [
    (
        "full-administrative-integration",
        "Full administrative integration",
        "a dedicated API Admin group with broad permissions: unrestricted, use sparingly",
        include_str!("../../assets/templates/full-administrative-integration.json"),
    ),
    (
        "read-only-reporting",
        "Read-only reporting",
        "a group with read permissions only",
        include_str!("../../assets/templates/read-only-reporting.json"),
    ),
    (
        "department-specific-integration",
        "Department-specific integration",
        "a group with a record filter that limits data to one department",
        include_str!("../../assets/templates/department-specific-integration.json"),
    ),
    (
        "single-purpose-automation",
        "Single-purpose automation",
        "minimal permissions: only the tables and operations the integration requires",
        include_str!("../../assets/templates/single-purpose-automation.json"),
    ),
];

/// The four templates, in the documentation's order.
pub fn templates() -> Vec<Template> {
    let read = |(name, title, scenario, json)| {
        serde_json::from_str(json).ok().map(|group| Template { name, title, scenario, group })
    };
    SOURCES.into_iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Role;

    #[test]
    fn all_four_templates_are_groups_that_hold_together() {
        let all = templates();
        assert_eq!(all.len(), SOURCES.len());
        assert!(all.iter().all(|t| t.group.check().is_ok()));
        assert_eq!(all.iter().filter(|t| t.group.role == Role::Admin).count(), 1);
        assert!(all[2].group.tables[0].filter.is_some());
    }
}
