//! The form as a layer: which keys apply now, and what reaches it from outside.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Form, Item, Phase};
use crate::console::action::Action;
use crate::console::collision::{Choice, Collision};
use crate::console::effect::{Outbox, RequestId, Slot, Tone};
use crate::console::keymap::Place;
use crate::console::layer::{Layer, Stage, Turn};
use crate::model::ParseError;
use crate::registry::{Answer, Done, Refusal};

impl Layer for Form {
    fn places(&self) -> &'static [Place] {
        match (self.phase, &self.picker) {
            _ if self.collision.is_some() => &[Place::Collision],
            (Phase::Leaving(_), _) => &[Place::Confirm],
            (_, Some(_)) => &[Place::Picker],
            _ if self.on_text() => &[Place::FormText],
            _ => &[Place::Form],
        }
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match self.phase {
            Phase::Saving(_) => Turn::Stay,
            Phase::Waiting => {
                if action == Action::Back {
                    self.phase = Phase::Editing;
                }
                Turn::Stay
            }
            Phase::Leaving(discard) => {
                match action {
                    Action::Submit if discard => return Turn::Close,
                    Action::Submit | Action::Back => self.phase = Phase::Editing,
                    Action::Next | Action::Previous => self.phase = Phase::Leaving(!discard),
                    _ => {}
                }
                Turn::Stay
            }
            Phase::Editing => {
                if let Some(collision) = &mut self.collision {
                    let decided = collision.act(action);
                    return decided.map_or(Turn::Stay, |version| self.decided(version, outbox));
                }
                if let Some(picker) = &mut self.picker {
                    let pick = picker.act(action);
                    self.picked(pick, outbox);
                    return Turn::Stay;
                }
                self.edit(action, outbox)
            }
        }
    }

    fn paste(&mut self, text: &str, outbox: &mut Outbox) -> Turn {
        if self.phase != Phase::Editing || self.collision.is_some() {
            return Turn::Stay;
        }
        if let Some(picker) = &mut self.picker {
            let pick = picker.paste(text);
            self.picked(pick, outbox);
        } else if self.entries.get_mut(self.focus).is_some_and(|entry| entry.paste(text)) {
            self.edited(outbox);
        } else {
            outbox.say(Tone::Note, "Nothing takes text here", "move to a text field with Tab, then paste");
        }
        Turn::Stay
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::FormGroups, Slot::FormDescription, Slot::FormImpact]
    }

    fn answered(&mut self, slot: Slot, result: &Result<Answer, Refusal>, outbox: &mut Outbox) -> Turn {
        match (slot, result) {
            (Slot::FormGroups, Ok(Answer::Groups(page))) => return self.groups_came(page, outbox),
            (Slot::FormImpact, Ok(Answer::Impact(impact))) => self.impact = Some(impact.clone()),
            (Slot::FormDescription, Ok(Answer::DescriptionInUse(used))) => {
                if let Some(entry) = self.entry_of(Item::Description) {
                    entry.notice = used.map(|key| {
                        format!("{key} has this description too: append a version or date, for clarity")
                    });
                }
            }
            // Without an answer on who would break the form says what it said before.
            (Slot::FormImpact, _) | (_, Err(Refusal::Cancelled) | Ok(_)) => {}
            (slot, Err(refusal)) => {
                outbox.refused(refusal);
                if slot == Slot::FormGroups {
                    return self.groups_are_known(outbox);
                }
            }
        }
        Turn::Stay
    }

    fn awaits(&self) -> Option<RequestId> {
        if let Phase::Saving(id) = self.phase { Some(id) } else { None }
    }

    fn done(&mut self, result: Result<Done, Refusal>, outbox: &mut Outbox) -> Turn {
        self.phase = Phase::Editing;
        match result {
            Ok(done) => self.subject.saved(done, outbox),
            Err(refusal) => {
                if let Refusal::ChangedMeanwhile { now } = &refusal {
                    self.collision = self.subject.collision(&self.entries, now, outbox.now);
                    match self.collision.as_ref().map(Collision::is_empty) {
                        Some(true) => return self.decided(Choice::Mine, outbox),
                        Some(false) => return Turn::Stay,
                        None => {}
                    }
                }
                let guilty = match &refusal {
                    Refusal::GroupExists(_) => Some(Item::Code),
                    Refusal::NoSuchGroup(_) => Some(Item::Group),
                    _ => None,
                };
                let place = self.entries.iter().position(|entry| Some(entry.item) == guilty);
                match place.and_then(|place| self.entries.get_mut(place).map(|entry| (place, entry))) {
                    Some((place, entry)) => {
                        entry.error = Some(ParseError::new(refusal.to_string(), refusal.hint()));
                        self.focus = place;
                    }
                    None => self.refusal = Some(refusal),
                }
                Turn::Stay
            }
        }
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        if self.picker.is_some() {
            self.ask_groups(outbox);
        }
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        self.view(frame, area, stage);
    }
}
