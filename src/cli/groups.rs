//! `claviger groups …`: the commands about user groups.

use serde::Serialize;

use super::arguments::{CreateGroup, DeleteGroup, EditGroup, GroupsVerb, ListGroups};
use super::confirm::typed;
use super::failure::{Exit, Failure};
use super::json::{self, Array, GroupJson};
use super::listing;
use super::output::{Output, remark};
use super::pages::{ask, mismatch, walk};
use super::setting::Setting;
use super::table::{Cell, Look};
use crate::model::text::escape;
use crate::model::{Description, Group, GroupCode, Role, reach};
use crate::registry::{
    Answer, Command, Door, GroupDetails, GroupEdit, GroupsPage, Outcome, Query, Template, Ticket, templates,
};

mod dry;
mod file;
mod show;

pub use file::name_of;

/// Does one of them.
///
/// # Errors
/// As the command says.
pub fn run(verb: &GroupsVerb, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    match verb {
        GroupsVerb::List(args) => list(args, setting, out),
        GroupsVerb::Create(args) => create(args, setting, out),
        GroupsVerb::Show(args) => show::run(args, setting, out),
        GroupsVerb::Edit(args) => edit(args, setting, out),
        GroupsVerb::Delete(args) => delete(args, setting, out),
        GroupsVerb::Templates => show_templates(setting, out),
    }
}

fn details(door: &dyn Door, code: GroupCode) -> Result<GroupDetails, Failure> {
    match ask(door, Query::Group { code })? {
        Answer::Group(details) => Ok(*details),
        _ => Err(mismatch()),
    }
}

fn list(args: &ListGroups, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let door = setting.open()?;
    let mut rows = Vec::new();
    walk::<GroupsPage>(
        &*door,
        None,
        |window| Query::Groups { text: args.filter.clone(), window },
        |row| {
            rows.push(row);
            Ok(())
        },
    )?;
    if setting.json {
        let mut array = Array::default();
        for row in rows {
            let details = details(&*door, row.code)?;
            array.item(out, &GroupJson { group: &details.group, keys: details.keys })?;
        }
        array.end(out)?;
        return out.finish();
    }
    if rows.is_empty() {
        remark(
            "No user group matches. `claviger groups create` makes one; `claviger groups templates` has four",
        );
        return Ok(());
    }
    let headings = ["Code", "Description", "Role", "Restricted", "Keys"];
    let cells = rows.iter().map(|row| {
        [
            Cell::new(row.code.as_str()),
            Cell::new(&row.description),
            Cell::new(row.role.name()),
            Cell::new(if row.restricted { "yes" } else { "no" }),
            Cell::made(row.keys.to_string()),
        ]
    });
    listing::table(headings, cells, setting.paint, out)?;
    out.finish()
}

fn create(args: &CreateGroup, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let code = args.code.as_deref().map(|code| code.trim().parse::<GroupCode>()).transpose()?;
    let description = args.description.as_deref().map(Description::parse).transpose()?;
    let role = args.role.as_deref().map(|role| role.trim().parse::<Role>()).transpose()?;
    let start = match (&args.file, &args.template) {
        (Some(path), _) => Some(file::read(path)?),
        (None, Some(name)) => Some(template(name)?.group),
        (None, None) => None,
    };
    let group = match (start, code, description, role) {
        (Some(start), code, description, _) => Group {
            code: code.unwrap_or(start.code),
            description: description.unwrap_or(start.description),
            ..start
        },
        (None, Some(code), Some(description), Some(role)) => {
            Group { restricted: args.restricted, ..Group::new(code, description, role) }
        }
        _ => {
            let hint = "give --code, --description and --role, or --file, or --template";
            return Err(Failure::new(
                Exit::Usage,
                "A user group needs a code, a description and a role",
                hint,
            ));
        }
    };
    let done = setting.open_or_create()?.execute(Command::CreateGroup(group), &Ticket::new())?;
    let Outcome::GroupCreated(group) = done.outcome else { return Err(mismatch()) };
    saved("Created", &group, setting, out)?;
    remark(&format!("Next: claviger keys create --description TEXT --group {}", group.code));
    Ok(())
}

fn edit(args: &EditGroup, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let code: GroupCode = args.code.trim().parse()?;
    let edit = if let Some(path) = &args.file {
        let group = file::read(path)?;
        if group.code != code {
            let sentence = format!("The file is about group {}, not {code}", group.code);
            return Err(Failure::new(
                Exit::Failed,
                sentence,
                "a group's code never changes: name the group of the file",
            ));
        }
        GroupEdit {
            description: Some(group.description),
            role: Some(group.role),
            restricted: Some(group.restricted),
            tables: Some(group.tables),
            menus: Some(group.menus),
        }
    } else {
        GroupEdit {
            description: args.description.as_deref().map(Description::parse).transpose()?,
            role: args.role.as_deref().map(|role| role.trim().parse()).transpose()?,
            restricted: args.restricted,
            ..GroupEdit::default()
        }
    };
    if edit == GroupEdit::default() {
        let hint = "name a field: --description, --role, --restricted, or --file for all of them";
        return Err(Failure::new(Exit::Usage, "Nothing to change was given", hint));
    }
    let door = setting.open()?;
    if args.dry_run {
        return dry::run(&*door, &code, edit, setting, out);
    }
    let before = details(&*door, code.clone())?.group;
    let done = door.execute(Command::EditGroup { code, edit, expected: None }, &Ticket::new())?;
    let Outcome::GroupEdited(group) = done.outcome else { return Err(mismatch()) };
    saved(if group == before { "Unchanged" } else { "Edited" }, &group, setting, out)
}

fn saved(verb: &str, group: &Group, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    if setting.json {
        out.line(&json::line(group)?)?;
    } else {
        out.line(&format!("{verb} user group {} ({})", group.code, escape(group.description.as_str())))?;
    }
    out.finish()
}

fn delete(args: &DeleteGroup, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let code: GroupCode = args.code.trim().parse()?;
    let door = setting.open()?;
    let doomed = details(&*door, code.clone())?;
    // A group in use is refused anyway: no reason to have its code typed first.
    if !args.yes && doomed.keys == 0 {
        let description = escape(doomed.group.description.as_str()).into_owned();
        typed(&format!("Deleting user group {code} ({description})"), code.as_str())?;
    }
    let done = door.execute(Command::DeleteGroup { code }, &Ticket::new())?;
    let Outcome::GroupDeleted(code) = done.outcome else { return Err(mismatch()) };
    if setting.json {
        out.line(&json::line(&doomed.group)?)?;
    } else {
        out.line(&format!("Deleted user group {code} for ever"))?;
    }
    out.finish()
}

/// A template for scripts.
#[derive(Debug, Serialize)]
struct TemplateJson<'a> {
    name: &'a str,
    title: &'a str,
    scenario: &'a str,
    group: &'a Group,
}

fn show_templates(setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let all = templates();
    if setting.json {
        let mut array = Array::default();
        for Template { name, title, scenario, group } in &all {
            array.item(out, &TemplateJson { name, title, scenario, group })?;
        }
        array.end(out)?;
        return out.finish();
    }
    let row = |template: &'static str, code, role, scenario| {
        [Cell::new(template).looking(Look::Strong), Cell::made(code), Cell::new(role), Cell::new(scenario)]
    };
    let rows = all.iter().map(|t| row(t.name, t.group.code.to_string(), t.group.role.name(), t.scenario));
    listing::table(["Name", "Code", "Role", "For"], rows, setting.paint, out)?;
    for template in &all {
        out.line(&format!("\n{}: {}", template.title, template.scenario))?;
        for line in reach(&template.group) {
            out.line(&format!("  {line}"))?;
        }
    }
    out.finish()
}

/// The template of this name, or with a group of this code.
fn template(name: &str) -> Result<Template, Failure> {
    let wanted = name.trim();
    let fits = |t: &Template| {
        t.name.eq_ignore_ascii_case(wanted) || t.group.code.as_str().eq_ignore_ascii_case(wanted)
    };
    templates().into_iter().find(fits).ok_or_else(|| {
        let names: Vec<_> = templates().iter().map(|t| t.name).collect();
        let hint = format!("the templates are {}", names.join(", "));
        Failure::new(Exit::Usage, format!("There is no template \"{}\"", escape(wanted)), hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_found_by_its_name_or_its_code() {
        for each in templates() {
            assert_eq!(template(each.name).unwrap(), each);
            assert_eq!(template(&each.group.code.as_str().to_lowercase()).unwrap(), each);
        }
        assert!(template("nonsense").unwrap_err().text().contains("read-only-reporting"));
    }
}
