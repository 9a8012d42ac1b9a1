//! The questions themselves: what each says, what must be typed, and what happens on yes.
//!
//! How a question behaves and looks is the same for all of them, and not told here.

use super::{Confirm, Proof, Then};
use crate::console::draw::grouped;
use crate::console::field::Field;
use crate::console::sheet::Item;
use crate::model::text::escape;
use crate::model::{ApiKey, GroupCode, Status};
use crate::registry::{Command, Impact, Selection};

impl Confirm {
    /// Whether to give a command by which callers would break.
    pub fn stop(impact: Impact, command: Command) -> Self {
        let title = match &impact.worst[..] {
            [one] if impact.total == 1 => format!("Disable {}?", escape(&one.description)),
            _ => format!("Disable {} keys?", grouped(impact.total)),
        };
        let items = vec![Item::Aside("A disabled key is refused from the next request on; u undoes.".into())];
        let question = Self::new(title, items, "Disable", None, Then::Command(Box::new(command)));
        Self { impact: Some(Box::new(impact)), ..question }
    }

    /// As [`Confirm::stop`] for one key; what lies below gives the command.
    pub fn stop_below(impact: Impact) -> Self {
        let none =
            Command::SetStatus { keys: Selection::default(), status: Status::Disabled, expected: None };
        Self { then: Then::Below, ..Self::stop(impact, none) }
    }

    /// Whether to keep a key whose Secret was found where it should not be; what lies below does it.
    pub fn keep_seen_below(description: &str, evidence: &str) -> Self {
        let items = vec![
            Item::Warning(format!("Its Secret was found {}.", escape(evidence))),
            Item::Text("Whoever has read it can use this key. t stops it, r gives it a successor.".into()),
        ];
        Self::new(format!("Keep {} as it is?", escape(description)), items, "Keep", None, Then::Below)
    }

    /// Whether to delete one key. An Active one wants its description typed.
    pub fn delete_key(record: &ApiKey) -> Self {
        let shown = escape(record.description.as_str()).into_owned();
        let mut items =
            vec![Item::Pair("Description", shown.clone()), Item::Pair("Key", record.key.to_string())];
        let proof = (record.status == Status::Active).then(|| {
            items.push(Item::Warning(
                "This key is Active: whoever uses it gets Invalid API Key from the next request on.".into(),
            ));
            Proof {
                accepted: vec![record.description.as_str().trim().to_owned(), shown],
                prompt: "Type its description to delete it:".into(),
                field: Field::new(400),
                wrong: false,
            }
        });
        items.push(Item::Text("A deleted key never comes back.".into()));
        let command = Command::DeleteKeys { keys: Selection::of([record.key]), expected: Some(1) };
        Self::new("Delete this key?".into(), items, "Delete", proof, Then::Command(Box::new(command)))
            .about(Selection::of([record.key]))
    }

    /// Whether to delete several keys: their number must be typed.
    pub fn delete_keys(keys: Selection, total: u64, active: u64) -> Self {
        let mut items = vec![Item::Pair("Keys", grouped(total)), Item::Pair("Active", grouped(active))];
        if active > 0 {
            items.push(Item::Warning(
                "Whoever uses the Active ones gets Invalid API Key from the next request on.".into(),
            ));
        }
        items.push(Item::Text("Deleted keys never come back.".into()));
        let proof = Proof {
            accepted: vec![total.to_string(), grouped(total)],
            prompt: "Type how many to delete them:".into(),
            field: Field::new(20),
            wrong: false,
        };
        let about = keys.clone();
        let command = Command::DeleteKeys { keys, expected: Some(total) };
        let title = format!("Delete {} keys?", grouped(total));
        Self::new(title, items, "Delete", Some(proof), Then::Command(Box::new(command))).about(about)
    }

    /// Whether to disable the old key of a rotation although these callers still use it.
    pub fn end_old(description: &str, stragglers: Vec<Item>, command: Command) -> Self {
        let title = format!("Disable {}?", escape(description));
        let mut items = stragglers;
        items.push(Item::Text("They get Invalid API Key from the next request on. t takes it back.".into()));
        Self::new(title, items, "Disable", None, Then::Command(Box::new(command)))
    }

    /// Whether to delete the old key of a rotation.
    pub fn finish(items: Vec<Item>, command: Command) -> Self {
        Self::new("Delete the old key?".into(), items, "Delete", None, Then::Command(Box::new(command)))
    }

    /// Whether to take a rotation back.
    pub fn take_back(items: Vec<Item>, command: Command) -> Self {
        Self::new(
            "Take this rotation back?".into(),
            items,
            "Take back",
            None,
            Then::Command(Box::new(command)),
        )
    }

    /// Whether to delete a group.
    pub fn delete_group(code: &GroupCode, description: &str) -> Self {
        let items = vec![
            Item::Pair("Code", code.to_string()),
            Item::Pair("Description", escape(description).into_owned()),
            Item::Text("A group that keys use is not deleted.".into()),
        ];
        let command = Command::DeleteGroup { code: code.clone() };
        Self::new("Delete this user group?".into(), items, "Delete", None, Then::Command(Box::new(command)))
    }

    /// Whether to quit although a Secret is on the clipboard.
    pub fn quit_with_clipboard() -> Self {
        let items = vec![
            Item::Text("A Secret is still on the clipboard. Quitting clears it.".into()),
            Item::Aside(
                "Paste it where it belongs first; nobody can show it again. ^C quits at once.".into(),
            ),
        ];
        Self::new("Quit?".into(), items, "Quit", None, Then::Quit)
    }
}
