//! The form that starts a rotation: what the successor is called, and when the old key ends.
//!
//! Turns fields into a [`Command`]; everything else the successor has from the old key, and the door sees to that.

use super::effect::Outbox;
use super::form::{Entry, Form, Item, Options, Subject, entry};
use super::layer::{Layer, Turn};
use super::picker::Choice;
use super::reveal::Reveal;
use crate::clock::month_year;
use crate::model::{ApiKey, Deadline, Description, KeyId, ParseError, Time, successor_description};
use crate::registry::{Command, Done, Outcome, Query, RotationDraft};

const DAY: i64 = 86_400;
const DESCRIPTION_HINT: &str = "what the successor is for; the month tells the two keys apart";
const DEADLINE_HINT: &str = "both keys work until then; at once is for a key that has leaked";
const MONITORING_HINT: &str = "so long the old key stays, disabled, before its deletion is offered: 7d, 2w";

/// The form that gives a key its successor, opened.
pub fn rotate_key(record: &ApiKey, outbox: &mut Outbox) -> Box<dyn Layer> {
    let (description, cut) = successor_description(&record.description, &month_year(outbox.now));
    let mut described =
        Entry::text_line(Item::Description, "Description", DESCRIPTION_HINT, description.as_str());
    described.notice =
        cut.then(|| "the old description was cut to make room for the month: 200 characters at most".into());
    let entries = vec![
        described,
        Entry::choice(
            Item::Deadline,
            "Old key ends",
            DEADLINE_HINT,
            Options::Fixed(deadlines()),
            deadlines().into_iter().next(),
        ),
        Entry::text_line(Item::Monitoring, "Delete after", MONITORING_HINT, "7d"),
    ];
    let owner = record.owner.as_ref().map_or_else(String::new, |owner| format!(", owner {owner}"));
    let intro = format!(
        "A new key takes over from {}: same group {}, {}{owner}. Its Secret is shown next, once.",
        record.description,
        record.group,
        record.key.environment().name()
    );
    let title = format!("Rotate {}", record.key);
    Form::new(title, Box::new(Rotate { key: record.key }), entries).with_intro(intro).opened(outbox)
}

/// When the old key can end, the usual way first.
fn deadlines() -> Vec<Choice> {
    let choice = |code: &str, name: &str, detail: &str| Choice {
        code: code.into(),
        name: name.into(),
        detail: detail.into(),
        warning: None,
    };
    vec![
        choice("hand", "by hand", "once you have seen that nobody uses it"),
        choice("1d", "in 1 day", "refused from then on, whoever still uses it"),
        choice("7d", "in 7 days", "refused from then on, whoever still uses it"),
        choice("30d", "in 30 days", "refused from then on, whoever still uses it"),
        Choice {
            warning: Some("whoever uses the old key gets Invalid API Key from the next request on".into()),
            ..choice("now", "at once", "after a leak: refused from this moment on")
        },
    ]
}

fn deadline(code: &str, now: Time) -> Deadline {
    let ahead = |days: i64| Deadline::At(Time(now.0.saturating_add(days * DAY)));
    match code {
        "1d" => ahead(1),
        "7d" => ahead(7),
        "30d" => ahead(30),
        "now" => Deadline::AtOnce,
        _ => Deadline::ByHand,
    }
}

#[derive(Debug)]
struct Rotate {
    key: KeyId,
}

impl Subject for Rotate {
    fn command(&self, fields: &[Entry], now: Time) -> Result<Option<Command>, Vec<(Item, ParseError)>> {
        let text = |item| fields.iter().find(|entry| entry.item == item).map_or("", Entry::text);
        let description = Description::parse(text(Item::Description)).map_err(|e| (Item::Description, e));
        let monitoring = entry::monitoring(text(Item::Monitoring)).map_err(|e| (Item::Monitoring, e));
        match (description, monitoring) {
            (Ok(description), Ok(monitoring)) => Ok(Some(Command::StartRotation(RotationDraft {
                description: Some(description),
                deadline: deadline(text(Item::Deadline), now),
                monitoring,
                ..RotationDraft::of(self.key)
            }))),
            (description, monitoring) => Err(description.err().into_iter().chain(monitoring.err()).collect()),
        }
    }

    fn key(&self) -> Option<KeyId> {
        Some(self.key)
    }

    fn means(&self, fields: &[Entry]) -> Option<&'static str> {
        let ends = fields.iter().find(|entry| entry.item == Item::Deadline).map_or("", Entry::text);
        Some(match ends {
            "now" => "Saving this stops callers.",
            "hand" => "These callers have to move to the new key.",
            _ => "These callers have to move to the new key by then.",
        })
    }

    fn saved(&self, done: Done, outbox: &mut Outbox) -> Turn {
        let Outcome::RotationStarted { record, rotation, .. } = done.outcome else { return Turn::Close };
        outbox.follow = Some(record.key);
        if rotation.disabled.is_some() {
            let text = format!("{} is refused from now on", rotation.old);
            outbox.say(super::Tone::Warning, text, "r on either key shows who still comes with it");
        }
        match done.fresh {
            Some(fresh) => Turn::Replace(Box::new(Reveal::new(fresh, &record).of_successor())),
            None => Turn::Close,
        }
    }

    fn description_query(&self, description: &str) -> Option<Query> {
        Some(Query::DescriptionInUse { description: description.to_owned(), except: None })
    }
}

#[cfg(test)]
mod tests;
