//! `claviger groups show`: all about a user group.

use super::details;
use crate::cli::arguments::ShowGroup;
use crate::cli::failure::Failure;
use crate::cli::json;
use crate::cli::listing;
use crate::cli::output::Output;
use crate::cli::setting::Setting;
use crate::cli::table::Cell;
use crate::cli::wish::{self, ExplainedJson};
use crate::model::text::escape;
use crate::model::{Access, GroupCode, TablePermission, reach};
use crate::registry::{Explained, GroupDetails};

/// Shows a group; as JSON in the form that `groups create --file` reads.
pub fn run(args: &ShowGroup, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let code: GroupCode = args.code.trim().parse()?;
    let asked = wish::read(&args.wish)?;
    let door = setting.open()?;
    if let Some(asked) = &asked {
        explain(&wish::explain(&*door, &code, asked)?, setting, out)?;
        return out.finish();
    }
    let details = details(&*door, code)?;
    if args.explain {
        let lines = reach(&details.group);
        if setting.json {
            out.line(&json::line(&lines)?)?;
        } else {
            lines.iter().try_for_each(|line| out.line(line))?;
        }
    } else if setting.json {
        out.line(&json::line(&details.group)?)?;
    } else {
        text(&details, setting, out)?;
    }
    out.finish()
}

/// The verdict, its ladder, and what would mend it.
fn explain(explained: &Explained, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    if setting.json {
        return out.line(&json::line(&ExplainedJson::from(explained))?);
    }
    out.line(if explained.allowed { "Allowed" } else { "Insufficient Permissions" })?;
    for step in wish::ladder(&explained.ladder) {
        out.line(&format!("  {step}"))?;
    }
    if let Some(expression) = &explained.filter {
        out.line(&format!("Only records where {}", escape(expression)))?;
    }
    if !explained.allowed {
        out.line(&format!("To mend it: {}", wish::mend(explained)))?;
    }
    Ok(())
}

fn text(details: &GroupDetails, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let group = &details.group;
    let restricted = if group.restricted { "yes: tables not named below are closed" } else { "no" };
    let mut fields = vec![
        ("Code", Cell::new(group.code.as_str())),
        ("Description", Cell::new(group.description.as_str())),
        ("Role", Cell::made(format!("{} ({})", group.role.name(), group.role.meaning()))),
        ("Restricted", Cell::new(restricted)),
        ("Keys", Cell::made(details.keys.to_string())),
    ];
    for table in &group.tables {
        fields.push(("Table", Cell::made(permission(table))));
    }
    for menu in &group.menus {
        let access = if menu.access == Access::Allow { "allow" } else { "deny" };
        fields.push(("Menu", Cell::made(format!("{}: {access}", menu.item))));
    }
    listing::fields(fields, setting.paint, out)
}

/// `Asset: select, update; only where Department = 'HR'`
fn permission(table: &TablePermission) -> String {
    let ticks = [
        (table.select, "select"),
        (table.insert, "insert"),
        (table.update, "update"),
        (table.delete, "delete"),
    ];
    let named: Vec<_> = ticks.into_iter().filter(|(tick, _)| *tick).map(|(_, name)| name).collect();
    let named = if named.is_empty() { "nothing".to_owned() } else { named.join(", ") };
    let filter = table.filter.as_ref().map_or_else(String::new, |filter| {
        let expression = filter.expression().unwrap_or_else(|error| error.to_string());
        format!("; only where {}", escape(&expression))
    });
    format!("{}: {named}{filter}", table.table)
}
