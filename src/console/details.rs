//! The details of one key: every field, exact times, its group, and what is odd about it with what to do.
//!
//! Shows a record as the door gave it and asks again when the store changes. It never sees a Secret: there is none.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::action::Action;
use super::confirm::Confirm;
use super::draw::modal;
use super::effect::{Outbox, Slot, Tone};
use super::impact::{callers_of, line};
use super::key_form::edit_key;
use super::keymap::Place;
use super::keys::{copy_key, toggle};
use super::layer::{Layer, Stage, Turn};
use super::reading::{Reading, WIDEST};
use super::rotation::RotationPanel;
use super::rotation_form::rotate_key;
use super::sheet::{Item, Scroll, lines};
use super::view_as::ViewAs;
use crate::clock::{moment, relative};
use crate::model::text::escape;
use crate::model::{Badge, DueKind, Part, Status, Time};
use crate::registry::{Answer, Impact, KeyDetails, KeyRow, Query, Refusal, Selection, Standing};

/// What to do about a Secret that was never confirmed as copied.
pub const UNCOPIED: &str = "Secret never confirmed as copied: nobody may have it. If no system uses this key, \
                            delete it and make a new one; if one does, all is well.";

/// The same of a successor.
const UNCOPIED_SUCCESSOR: &str = "Secret never confirmed as copied: nobody may have it. If its system has not got it, \
                                  take the rotation back (r, then u) and start another; if it has, all is well.";

/// The details of one key.
#[derive(Debug)]
pub struct Details {
    row: KeyRow,
    more: Option<Box<KeyDetails>>,
    impact: Option<Box<Impact>>,
    standing: Option<Standing>,
    scroll: Scroll,
}

impl Details {
    /// Of the key in this row; the rest comes with [`Layer::changed`].
    pub fn new(row: KeyRow) -> Self {
        Self { row, more: None, impact: None, standing: None, scroll: Scroll::default() }
    }

    fn items(&self, now: Time) -> Vec<Item> {
        let record = &self.row.record;
        let moment = |time: Time| moment(time, now);
        let safe = |text: &str| escape(text).into_owned();
        let last_used = |time: Time| match self.more.as_ref().and_then(|more| more.last_use.as_ref()) {
            Some(last) if last.agent.is_empty() => format!("{} from {}", moment(time), safe(&last.source)),
            Some(last) => format!("{} from {} by {}", moment(time), safe(&last.source), safe(&last.agent)),
            None => moment(time),
        };
        let group = match &self.more {
            Some(more) => {
                format!("{} · {} · {}", record.group, safe(&more.group_description), more.group_role.name())
            }
            None => record.group.to_string(),
        };
        let mut items = vec![
            Item::Pair("Description", safe(record.description.as_str())),
            Item::Pair("User Group", group),
            Item::Pair(
                "May reach",
                self.more.as_ref().map_or_else(String::new, |more| more.reach.join("; ")),
            ),
            Item::Pair("Key", record.key.to_string()),
            Item::Pair("Secret", "•••••••• (s says more)".into()),
            Item::Pair("Status", status_words(&self.row).into()),
            Item::Pair("Environment", record.key.environment().name().into()),
            Item::Pair("Created", moment(record.created)),
            Item::Pair(
                "Modified",
                format!("{} by {}", moment(record.modified), safe(record.modified_by.as_str())),
            ),
            Item::Pair("Last Used", record.last_used.map_or("never".into(), last_used)),
        ];
        let told = self.impact.as_ref().and_then(|impact| impact.worst.first());
        let standing = self.standing.as_ref().map(|standing| standing.sentence(now));
        items.extend(standing.map(|sentence| Item::Pair("Standing", sentence)));
        items.extend(told.map(|told| line(told, now)));
        items.extend([
            Item::Pair("Expires", record.expires.map_or("never".into(), moment)),
            Item::Pair(
                "Rotate every",
                record.rotate_every.map_or("not set".into(), |days| {
                    let days =
                        if days.get() == 1 { "1 day".to_owned() } else { format!("{} days", days.get()) };
                    record
                        .due(DueKind::Rotation)
                        .map_or(days.clone(), |at| format!("{days}, next {}", moment(at)))
                }),
            ),
            Item::Pair("Owner", record.owner.as_ref().map_or("not set".into(), |o| safe(o.as_str()))),
        ]);
        items.extend(handing_over(&self.row));
        let flags = flags(&self.row, now);
        if !flags.is_empty() {
            items.push(Item::Blank);
            items.extend(flags.into_iter().map(Item::Warning));
        }
        if let Some(told) = told.filter(|told| !told.callers.is_empty()) {
            items.push(Item::Blank);
            items.push(Item::Heading("Who calls".into()));
            items.extend(callers_of(told, usize::MAX, now));
        }
        items
    }
}

/// The words of the status, in full.
pub fn status_words(row: &KeyRow) -> &'static str {
    match (row.record.status, row.unsaved) {
        (_, true) => "○ Disabled (not saved)",
        (Status::Active, false) => "● Active",
        (Status::Disabled, false) => "○ Disabled",
    }
}

/// What is odd about a key, in sentences that say what to do.
pub fn flags(row: &KeyRow, now: Time) -> Vec<String> {
    let mut flags = Vec::new();
    if row.unsaved {
        flags.push(
            "Refused from memory only: this could not be saved, and a restart would bring the key back. \
             Mend the store, then disable it again."
                .into(),
        );
    }
    if !row.record.secret_copied {
        let successor = row.rotation.is_some_and(|half| half.part == Part::New);
        flags.push(if successor { UNCOPIED_SUCCESSOR } else { UNCOPIED }.into());
    }
    let rotates = if row.rotation.is_some() { "r shows how far it is." } else { "r rotates it." };
    flags.extend(row.record.badge(now).map(|badge| match badge {
        Badge::Expired(at) => {
            format!("Expired {}: refused as Invalid API Key. e gives it a later expiry.", relative(at, now))
        }
        Badge::Overdue(at) => format!("Overdue: its rotation was due {}. {rotates}", relative(at, now)),
        Badge::Expires(_) => format!("{}. e gives it a later expiry.", badge.text(now)),
        Badge::Due(at) => format!("Due: its rotation comes {}. {rotates}", relative(at, now)),
    }));
    flags
}

/// What `r` opens for a key: its rotation, or the form that starts one.
pub fn rotation_of(row: &KeyRow, outbox: &mut Outbox) -> Box<dyn Layer> {
    if row.rotation.is_some() {
        let mut panel = RotationPanel::new(row.record.key);
        panel.changed(outbox);
        return Box::new(panel);
    }
    rotate_key(&row.record, outbox)
}

/// Why a key cannot be rotated.
pub fn not_rotated(row: &KeyRow) -> Option<String> {
    let refused = row.rotation.is_none() && row.record.status == Status::Disabled;
    refused.then(|| "This key is Disabled: there is nothing to hand over".into())
}

/// That a key is half of a rotation.
fn handing_over(row: &KeyRow) -> Option<Item> {
    let joined = row.rotation?;
    let words = match joined.part {
        Part::Old => format!("hands over to {}; r shows how far it is", joined.other),
        Part::New => format!("takes over from {}; r shows how far it is", joined.other),
    };
    Some(Item::Pair("Rotation", words))
}

/// Why a Secret cannot be shown, and what helps.
fn explain_secret(row: &KeyRow) -> Reading {
    let may_rotate = row.rotation.is_none() && not_rotated(row).is_none();
    let help = if may_rotate {
        "Lost it? r rotates this key: a successor with a Secret of its own, which its system can take over step by step."
    } else {
        "Lost it? Create a new key with the same user group (n), put its Key and Secret into the consuming system, check that it works, then disable this key (t)."
    };
    let reading = Reading::new(
        "The Secret cannot be retrieved",
        vec![
            Item::Text("A Secret is shown once, when its key is created.".into()),
            Item::Text(
                "Only a hash of it is stored, from which nobody can get it back: not you, not this program."
                    .into(),
            ),
            Item::Blank,
            Item::Text(help.into()),
        ],
    );
    if may_rotate { reading.offering_rotation(&row.record) } else { reading }
}

impl Layer for Details {
    fn places(&self) -> &'static [Place] {
        &[Place::Details]
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match action {
            Action::Back => return Turn::Close,
            Action::ToggleStatus => return Turn::Careful(Box::new(toggle(&self.row.record))),
            Action::Delete => return Turn::Open(Box::new(Confirm::delete_key(&self.row.record))),
            Action::DeleteHint => outbox.say(Tone::Note, "D deletes, for ever. t disables.", ""),
            Action::CopyKey => copy_key(&self.row.record, outbox),
            Action::ExplainSecret => return Turn::Open(Box::new(explain_secret(&self.row))),
            Action::Rotate => return Turn::Open(rotation_of(&self.row, outbox)),
            Action::Story => {
                let record = &self.row.record;
                return Turn::Story(record.key, escape(record.description.as_str()).into_owned());
            }
            Action::Edit => {
                return match &self.more {
                    Some(more) => Turn::Open(edit_key(more, outbox)),
                    None => Turn::Stay,
                };
            }
            Action::ViewAs => {
                let record = &self.row.record;
                let whom = escape(record.description.as_str());
                return Turn::Open(Box::new(ViewAs::new(record.group.clone(), &whom)));
            }
            Action::Undo => return Turn::Screen(action),
            other => self.scroll.act(other),
        }
        Turn::Stay
    }

    fn starts_rotation(&self) -> bool {
        self.row.rotation.is_none()
    }

    fn disabled(&self, action: Action) -> Option<String> {
        not_rotated(&self.row).filter(|_| action == Action::Rotate)
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::Details, Slot::DetailsImpact, Slot::DetailsStanding]
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        let key = self.row.record.key;
        outbox.ask(Slot::Details, Query::Key { key });
        outbox.ask(Slot::DetailsStanding, Query::Standing { key });
        outbox.ask(Slot::DetailsImpact, Query::Impact { keys: Selection::of([key]) });
    }

    fn answered(&mut self, _slot: Slot, result: &Result<Answer, Refusal>, outbox: &mut Outbox) -> Turn {
        match result {
            Ok(Answer::Key(details)) => {
                self.row = details.row.clone();
                self.more = Some(details.clone());
                Turn::Stay
            }
            Ok(Answer::Standing(standing)) => {
                self.standing = Some(standing.clone());
                Turn::Stay
            }
            Ok(Answer::Impact(impact)) => {
                self.impact = Some(impact.clone());
                Turn::Stay
            }
            Err(Refusal::NoSuchKey(_)) => Turn::Close,
            Err(refusal) => {
                outbox.refused(refusal);
                Turn::Stay
            }
            Ok(_) => Turn::Stay,
        }
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let width = area.width.min(WIDEST);
        let lines = lines(&self.items(stage.now), width.saturating_sub(4), *stage.theme);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let inner = modal(frame, area, "API key", width, height, *stage.theme);
        self.scroll.draw(frame, inner, lines, *stage.theme);
    }
}
