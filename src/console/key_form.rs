//! The forms of an API key: a new one, and changes to one that is there.
//!
//! Turns fields into a [`Command`]; knows nothing of focus or drawing.

use super::collision::{Collision, Row};
use super::effect::{Outbox, Tone};
use super::form::{Entry, Form, Item, Options, Subject, choices, entry};
use super::layer::{Layer, Turn};
use super::picker::Choice;
use super::reveal::Reveal;
use super::welcome::Welcome;
use crate::clock::{date, exact, relative, rfc3339};
use crate::model::text::escape;
use crate::model::{ApiKey, Description, Environment, GroupCode, KeyId, ParseError, Status, Time};
use crate::registry::{Command, Current, Done, KeyDetails, KeyDraft, KeyEdit, Outcome, Patch, Query};

const DESCRIPTION_HINT: &str = "what the key is for, such as HR System Integration; one key per integration";
const GROUP_HINT: &str = "Enter opens the list; the key gets exactly the permissions of its group";
const EXPIRES_HINT: &str = "a date (2027-03-01) or a span (90d); empty means never";
const ROTATE_HINT: &str = "90d, 12w, quarterly or semi-annual; empty means no reminder";
const OWNER_HINT: &str = "who answers for it; may be empty";

/// The form for a new API key, opened.
pub fn new_key(outbox: &mut Outbox) -> Box<dyn Layer> {
    let production = choices::environments().into_iter().find(|c| c.code == Environment::Production.code());
    let entries = vec![
        Entry::text_line(Item::Description, "Description", DESCRIPTION_HINT, ""),
        Entry::choice(Item::Group, "User Group", GROUP_HINT, Options::Groups, None),
        Entry::choice(
            Item::Environment,
            "Environment",
            "where it is used; fixed from here on",
            Options::Fixed(choices::environments()),
            production,
        ),
        Entry::text_line(Item::Expires, "Expires", EXPIRES_HINT, ""),
        Entry::text_line(Item::RotateEvery, "Rotate every", ROTATE_HINT, ""),
        Entry::text_line(Item::Owner, "Owner", OWNER_HINT, ""),
    ];
    Form::new("New API key", Box::new(NewKey), entries).opened(outbox)
}

/// The form for changes to an API key, opened.
pub fn edit_key(details: &KeyDetails, outbox: &mut Outbox) -> Box<dyn Layer> {
    let before = &details.row.record;
    let group = Choice {
        code: before.group.as_str().to_owned(),
        name: before.group.as_str().to_owned(),
        detail: format!("{:<5}  {}", details.group_role.name(), details.group_description),
        warning: None,
    };
    let rotate = before.rotate_every.map_or_else(String::new, |days| format!("{}d", days.get()));
    let owner = before.owner.as_ref().map_or("", |owner| owner.as_str());
    let entries = vec![
        Entry::text_line(Item::Description, "Description", DESCRIPTION_HINT, before.description.as_str()),
        Entry::choice(Item::Group, "User Group", GROUP_HINT, Options::Groups, Some(group)),
        Entry::choice(
            Item::Status,
            "Status",
            "before you disable: does the consuming system have its replacement?",
            Options::Fixed(choices::statuses()),
            Some(choices::status_choice(before.status)),
        ),
        Entry::text_line(Item::Expires, "Expires", EXPIRES_HINT, &written(before.expires)),
        Entry::text_line(Item::RotateEvery, "Rotate every", ROTATE_HINT, &rotate),
        Entry::text_line(Item::Owner, "Owner", OWNER_HINT, owner),
    ];
    let title = format!("Edit {}", before.key);
    Form::new(title, Box::new(EditKey { before: Box::new(before.clone()) }), entries).opened(outbox)
}

/// An expiry as it would be typed: a date where that says it all.
fn written(expires: Option<Time>) -> String {
    expires.map_or_else(String::new, |at| if at.0.rem_euclid(86_400) == 0 { date(at) } else { rfc3339(at) })
}

fn text_of(fields: &[Entry], item: Item) -> &str {
    fields.iter().find(|entry| entry.item == item).map_or("", Entry::text)
}

/// The content of every field, or all that is wrong.
struct Content {
    draft: KeyDraft,
    status: Status,
}

fn read(fields: &[Entry], environment: Environment, now: Time) -> Result<Content, Vec<(Item, ParseError)>> {
    let mut errors = Vec::new();
    let mut note = |item: Item, error: ParseError| errors.push((item, error));
    let text = |item| text_of(fields, item);
    let description =
        Description::parse(text(Item::Description)).map_err(|e| note(Item::Description, e)).ok();
    let group = if text(Item::Group).is_empty() {
        note(
            Item::Group,
            ParseError::new("User Group is not chosen", "press Enter here and pick one from the list"),
        );
        None
    } else {
        text(Item::Group).parse::<GroupCode>().map_err(|e| note(Item::Group, e)).ok()
    };
    let expires = entry::expires(text(Item::Expires), now).map_err(|e| note(Item::Expires, e)).ok();
    let rotate_every =
        entry::rotate_every(text(Item::RotateEvery)).map_err(|e| note(Item::RotateEvery, e)).ok();
    let owner = entry::owner(text(Item::Owner)).map_err(|e| note(Item::Owner, e)).ok();
    let status =
        if text(Item::Status) == Status::Disabled.name() { Status::Disabled } else { Status::Active };
    match (description, group, expires, rotate_every, owner) {
        (Some(description), Some(group), Some(expires), Some(rotate_every), Some(owner)) => {
            let draft = KeyDraft { description, group, environment, expires, rotate_every, owner };
            Ok(Content { draft, status })
        }
        _ => Err(errors),
    }
}

#[derive(Debug)]
struct NewKey;

impl Subject for NewKey {
    fn command(&self, fields: &[Entry], now: Time) -> Result<Option<Command>, Vec<(Item, ParseError)>> {
        let environment = match text_of(fields, Item::Environment).parse() {
            Ok(environment) => environment,
            Err(error) => return Err(vec![(Item::Environment, error)]),
        };
        read(fields, environment, now).map(|content| Some(Command::CreateKey(content.draft)))
    }

    fn saved(&self, done: Done, outbox: &mut Outbox) -> Turn {
        let Outcome::KeyCreated(record) = done.outcome else { return Turn::Close };
        outbox.follow = Some(record.key);
        match done.fresh {
            Some(fresh) => Turn::Replace(Box::new(Reveal::new(fresh, &record))),
            None => Turn::Close,
        }
    }

    fn description_query(&self, description: &str) -> Option<Query> {
        Some(Query::DescriptionInUse { description: description.to_owned(), except: None })
    }

    fn without_groups(&self) -> Turn {
        Turn::Replace(Box::new(Welcome::before_a_key()))
    }
}

/// The fields that can be edited.
const FIELDS: [&str; 6] = ["Description", "User Group", "Status", "Expires", "Rotate every", "Owner"];

/// What [`FIELDS`] of a record hold, in words.
fn words(record: &ApiKey) -> [String; 6] {
    [
        escape(record.description.as_str()).into_owned(),
        record.group.to_string(),
        record.status.name().to_owned(),
        record.expires.map_or_else(|| "never".into(), exact),
        record.rotate_every.map_or_else(|| "not set".into(), |days| format!("{}d", days.get())),
        record.owner.as_ref().map_or_else(|| "not set".into(), |o| escape(o.as_str()).into_owned()),
    ]
}

#[derive(Debug)]
struct EditKey {
    before: Box<ApiKey>,
}

fn patch<T: PartialEq>(before: Option<&T>, after: Option<T>) -> Patch<T> {
    match after {
        after if before == after.as_ref() => Patch::Keep,
        Some(after) => Patch::Set(after),
        None => Patch::Clear,
    }
}

impl Subject for EditKey {
    fn command(&self, fields: &[Entry], now: Time) -> Result<Option<Command>, Vec<(Item, ParseError)>> {
        let before = &*self.before;
        let Content { draft, status } = read(fields, before.key.environment(), now)?;
        let edit = KeyEdit {
            description: (draft.description != before.description).then_some(draft.description),
            group: (draft.group != before.group).then_some(draft.group),
            status: (status != before.status).then_some(status),
            expires: patch(before.expires.as_ref(), draft.expires),
            rotate_every: patch(before.rotate_every.as_ref(), draft.rotate_every),
            owner: patch(before.owner.as_ref(), draft.owner),
        };
        let expected = Some(self.before.clone());
        Ok((edit != KeyEdit::default()).then_some(Command::EditKey { key: before.key, edit, expected }))
    }

    fn key(&self) -> Option<KeyId> {
        Some(self.before.key)
    }

    fn means(&self, fields: &[Entry]) -> Option<&'static str> {
        let careful = |entry: &Entry| match entry.item {
            Item::Group | Item::Expires => entry.is_changed(),
            Item::Status => entry.is_changed() && entry.text() == Status::Disabled.name(),
            _ => false,
        };
        fields.iter().any(careful).then_some("Saving this may stop callers.")
    }

    fn saved(&self, done: Done, outbox: &mut Outbox) -> Turn {
        if let Outcome::KeyEdited(record) = done.outcome {
            let text = format!("Saved {}", escape(record.description.as_str()));
            let disabled = record.status == Status::Disabled && self.before.status == Status::Active;
            let hint =
                if disabled { "it is refused as Invalid API Key from the next request on" } else { "" };
            outbox.say(Tone::Good, text, hint);
            outbox.follow = Some(record.key);
        }
        Turn::Close
    }

    fn description_query(&self, description: &str) -> Option<Query> {
        Some(Query::DescriptionInUse { description: description.to_owned(), except: Some(self.before.key) })
    }

    fn collision(&self, fields: &[Entry], theirs: &Current, now: Time) -> Option<Collision> {
        let Current::Key(theirs) = theirs else { return None };
        let Content { draft, status } = read(fields, self.before.key.environment(), now).ok()?;
        let mine = ApiKey {
            description: draft.description,
            group: draft.group,
            status,
            expires: draft.expires,
            rotate_every: draft.rotate_every,
            owner: draft.owner,
            ..(*self.before).clone()
        };
        let row = |((name, old), (mine, theirs)): ((&str, String), (String, String))| {
            (mine != theirs).then(|| Row { name: name.into(), touched: mine != old, mine, theirs })
        };
        let versions = words(&mine).into_iter().zip(words(theirs));
        let rows = FIELDS.into_iter().zip(words(&self.before)).zip(versions).filter_map(row).collect();
        let who = format!(
            "{} saved it {}, while you were editing.",
            escape(theirs.modified_by.as_str()),
            relative(theirs.modified, now)
        );
        let title = format!("Changed meanwhile: {}", self.before.key);
        Some(Collision::new(title, who, rows, Current::Key(theirs.clone())))
    }
}

#[cfg(test)]
mod tests;
