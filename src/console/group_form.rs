//! The forms of a new user group: from a template, or one's own. Changes to one that is there have their editor.
//!
//! Turns fields into a [`Command`]; knows nothing of focus or drawing.

use super::effect::{Outbox, Tone};
use super::form::{Entry, Form, Item, Options, Subject, choices};
use super::layer::{Layer, Turn};
use crate::model::{Description, Group, GroupCode, ParseError, Role, Time, counted};
use crate::registry::{Command, Done, Outcome, Template};

const CODE_HINT: &str = "capitals, digits, _ and -, such as HR_READ; never changes afterwards";
const DESCRIPTION_HINT: &str = "what it is for; keep groups for API keys apart from those of people";
const ROLE_HINT: &str = "READ views, WRITE also changes, ADMIN may do everything";
const RESTRICTED_HINT: &str = "yes closes every table that the group does not name";

/// The form for a group of one's own, opened.
pub fn new_group(outbox: &mut Outbox) -> Box<dyn Layer> {
    let subject = NewGroup { template: None, from_welcome: false };
    Form::new("New user group", Box::new(subject), fields(None)).opened(outbox)
}

/// The form for a new group on the first screen, prefilled from a template if one was chosen.
pub fn first_group(template: Option<Template>, outbox: &mut Outbox) -> Box<dyn Layer> {
    let intro = template.as_ref().map_or_else(String::new, |template| {
        let filters = template.group.tables.iter().filter(|table| table.filter.is_some()).count() as u64;
        let also = match (template.group.tables.len() as u64, filters) {
            (0, _) => String::new(),
            (tables, 0) => format!(" It comes with permissions on {}.", counted(tables, "table")),
            (tables, filters) => {
                format!(
                    " It comes with permissions on {} and {}.",
                    counted(tables, "table"),
                    counted(filters, "record filter")
                )
            }
        };
        format!("{}: {}.{also}", template.title, template.scenario)
    });
    let group = template.map(|template| template.group);
    let entries = fields(group.as_ref());
    let subject = NewGroup { template: group, from_welcome: true };
    Form::new("New user group", Box::new(subject), entries).with_intro(intro).opened(outbox)
}

fn fields(group: Option<&Group>) -> Vec<Entry> {
    let role = choices::role_choice(group.map_or(Role::Read, |group| group.role));
    let restricted = choices::switch_choice(group.is_some_and(|group| group.restricted));
    vec![
        Entry::text_line(Item::Code, "Code", CODE_HINT, group.map_or("", |group| group.code.as_str())),
        Entry::text_line(
            Item::Description,
            "Description",
            DESCRIPTION_HINT,
            group.map_or("", |group| group.description.as_str()),
        ),
        Entry::choice(Item::Role, "Role", ROLE_HINT, Options::Fixed(choices::roles()), Some(role)),
        Entry::choice(
            Item::Restricted,
            "Restricted",
            RESTRICTED_HINT,
            Options::Fixed(choices::switches()),
            Some(restricted),
        ),
    ]
}

/// What the fields hold; the code only where there is a field for it.
struct Content {
    code: Option<GroupCode>,
    description: Description,
    role: Role,
    restricted: bool,
}

fn read(fields: &[Entry]) -> Result<Content, Vec<(Item, ParseError)>> {
    let mut errors = Vec::new();
    let field = |item: Item| fields.iter().find(|entry| entry.item == item);
    let text = |item: Item| field(item).map_or("", Entry::text);
    let code = field(Item::Code).map(|entry| entry.text().parse::<GroupCode>()).transpose();
    let code = code.map_err(|e| errors.push((Item::Code, e))).ok();
    let description = Description::parse(text(Item::Description));
    let description = description.map_err(|e| errors.push((Item::Description, e))).ok();
    let role = text(Item::Role).parse::<Role>().map_err(|e| errors.push((Item::Role, e))).ok();
    let restricted = text(Item::Restricted) == choices::switch_choice(true).code;
    match (code, description, role) {
        (Some(code), Some(description), Some(role)) => Ok(Content { code, description, role, restricted }),
        _ => Err(errors),
    }
}

#[derive(Debug)]
struct NewGroup {
    template: Option<Group>,
    from_welcome: bool,
}

impl Subject for NewGroup {
    fn command(&self, fields: &[Entry], _now: Time) -> Result<Option<Command>, Vec<(Item, ParseError)>> {
        let Content { code, description, role, restricted } = read(fields)?;
        let Some(code) = code else { return Ok(None) };
        let mut group = Group::new(code, description, role);
        group.restricted = restricted;
        if let Some(template) = &self.template {
            group.tables.clone_from(&template.tables);
            group.menus.clone_from(&template.menus);
        }
        Ok(Some(Command::CreateGroup(group)))
    }

    fn saved(&self, done: Done, outbox: &mut Outbox) -> Turn {
        if let Outcome::GroupCreated(group) = done.outcome {
            let hint = if self.from_welcome {
                "press n to make its first API key"
            } else {
                "e gives it table permissions and menu access"
            };
            outbox.say(Tone::Good, format!("User group {} is made", group.code), hint);
        }
        Turn::Close
    }
}

#[cfg(test)]
mod tests;
