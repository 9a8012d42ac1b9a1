//! What a field that is a choice offers: groups, roles, environments, states, the switch of a group.
//!
//! Each choice says beside its name what it means, and warns where it is more than most need.

use crate::console::picker::Choice;
use crate::model::{Environment, Role, Status, counted};
use crate::registry::GroupRow;

/// A user group as a choice: code, role, how much it names, how many use it, description.
pub fn group_choice(row: &GroupRow) -> Choice {
    let mut parts = vec![row.description.clone()];
    let restricted = if row.restricted { "only " } else { "" };
    parts.extend((row.tables > 0).then(|| format!("{restricted}{}", counted(row.tables, "table"))));
    parts.extend((row.filters > 0).then(|| counted(row.filters, "filter")));
    parts.extend((row.keys > 0).then(|| counted(row.keys, "key")));
    let detail = format!("{:<5}  {}", row.role.name(), parts.join(" · "));
    Choice {
        code: row.code.as_str().to_owned(),
        name: row.code.as_str().to_owned(),
        detail,
        warning: group_warning(row),
    }
}

/// What to think of before picking this group.
fn group_warning(row: &GroupRow) -> Option<String> {
    if row.role == Role::Admin {
        return Some(
            "ADMIN may do everything, unrestricted: use sparingly, pick the narrowest that will do".into(),
        );
    }
    (row.keys > 0).then(|| {
        let places: Vec<_> = row.environments.iter().map(|e| e.name()).collect();
        let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
        let keys = counted(row.keys, "key");
        format!("already serves {keys}{places}: a dedicated group is easier to audit and to restrict")
    })
}

/// The roles as choices.
pub fn roles() -> Vec<Choice> {
    Role::ALL.into_iter().map(role_choice).collect()
}

/// One role as a choice.
pub fn role_choice(role: Role) -> Choice {
    let warning = (role == Role::Admin)
        .then(|| "ADMIN may do everything, whatever the tables say: use sparingly".into());
    Choice { code: role.name().into(), name: role.name().into(), detail: role.meaning().into(), warning }
}

/// The environments as choices.
pub fn environments() -> Vec<Choice> {
    let choice = |e: Environment| Choice {
        code: e.code().into(),
        name: e.name().into(),
        detail: format!("Keys begin with ck_{}_", e.code()),
        warning: None,
    };
    Environment::ALL.into_iter().map(choice).collect()
}

/// The states as choices.
pub fn statuses() -> Vec<Choice> {
    [Status::Active, Status::Disabled].into_iter().map(status_choice).collect()
}

/// One state as a choice.
pub fn status_choice(status: Status) -> Choice {
    let detail = match status {
        Status::Active => "may log on",
        Status::Disabled => "refused as Invalid API Key from the next request on",
    };
    Choice { code: status.name().into(), name: status.name().into(), detail: detail.into(), warning: None }
}

/// The switch of a group as choices.
pub fn switches() -> Vec<Choice> {
    [false, true].into_iter().map(switch_choice).collect()
}

/// One position of the switch as a choice.
pub fn switch_choice(restricted: bool) -> Choice {
    let (code, detail) = if restricted {
        ("yes", "only the tables that it names")
    } else {
        ("no", "tables that it does not name follow the role")
    };
    Choice { code: code.into(), name: code.into(), detail: detail.into(), warning: None }
}
