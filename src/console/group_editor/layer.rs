//! The editor as a layer: which keys apply now, and what reaches it from outside.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Above, GroupEditor, Page};
use crate::console::action::Action;
use crate::console::effect::{Outbox, RequestId, Slot, Tone};
use crate::console::form::choices::group_choice;
use crate::console::keymap::Place;
use crate::console::layer::{Layer, Stage, Turn};
use crate::model::text::escape;
use crate::registry::{Answer, Current, Done, Outcome, Refusal};

impl Layer for GroupEditor {
    fn places(&self) -> &'static [Place] {
        match &self.above {
            Above::Nothing if self.on_description() => &[Place::GroupText],
            Above::Nothing | Above::Checking | Above::Saving(_) => &[Place::Group],
            Above::Naming(_) => &[Place::GroupName],
            Above::Copying(_) => &[Place::Picker],
            Above::Filter(editor) => editor.places(),
            Above::Collision(_) => &[Place::Collision],
            Above::Preview(..) | Above::Leaving(_) => &[Place::Confirm],
        }
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        let turn = self.turn(action, outbox);
        match turn {
            Turn::Close => outbox.withdraw(Slot::GroupReplay),
            _ => self.follow(outbox),
        }
        turn
    }

    fn paste(&mut self, text: &str, outbox: &mut Outbox) -> Turn {
        let on_description = self.on_description();
        match &mut self.above {
            Above::Nothing if on_description => self.description.paste(text),
            Above::Naming(field) => field.paste(text),
            Above::Filter(editor) => editor.paste(text),
            Above::Copying(picker) => {
                let pick = picker.paste(text);
                self.picked(pick, outbox);
            }
            _ => outbox.say(Tone::Note, "Nothing takes text here", ""),
        }
        Turn::Stay
    }

    fn disabled(&self, action: Action) -> Option<String> {
        if !matches!(self.above, Above::Nothing) {
            return None;
        }
        let of_rows = matches!(self.page, Page::Tables | Page::Menus);
        match action {
            Action::Filter if self.page != Page::Tables => Some("A record filter belongs to a table".into()),
            Action::New | Action::Delete if !of_rows => Some("This page has no rows to name".into()),
            Action::Mark | Action::Submit if self.page == Page::Keys => {
                Some("A key gets another group on the screen API Keys".into())
            }
            Action::Filter | Action::Delete if self.rows() == 0 => Some("There is no row here".into()),
            _ => None,
        }
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::GroupKeys, Slot::GroupChoices, Slot::GroupCopy, Slot::GroupPreview, Slot::GroupReplay]
    }

    fn answered(&mut self, slot: Slot, result: &Result<Answer, Refusal>, outbox: &mut Outbox) -> Turn {
        match (slot, result) {
            (Slot::GroupKeys, Ok(Answer::Keys(page))) => {
                self.members = Some((page.total, page.rows.clone()));
            }
            (Slot::GroupChoices, Ok(Answer::Groups(page))) => {
                if let Above::Copying(picker) = &mut self.above {
                    let choices = page.rows.iter().map(|row| {
                        let mut choice = group_choice(row);
                        // Who else uses it matters when a key is put into it, not when it is copied.
                        choice.warning = None;
                        choice
                    });
                    let pick = picker.fill(choices.collect(), page.offset, page.total, page.of);
                    self.picked(pick, outbox);
                }
            }
            (Slot::GroupCopy, Ok(Answer::Group(details))) => self.copy(&details.group, outbox),
            (Slot::GroupPreview, Ok(Answer::Preview(preview))) if matches!(self.above, Above::Checking) => {
                self.previewed(preview, outbox);
            }
            (Slot::GroupReplay, result) => self.week.answered(result),
            (_, Err(Refusal::Cancelled) | Ok(_)) => {}
            (Slot::GroupPreview, Err(refusal)) => self.refused(refusal),
            (_, Err(refusal)) => outbox.refused(refusal),
        }
        self.follow(outbox);
        Turn::Stay
    }

    fn awaits(&self) -> Option<RequestId> {
        if let Above::Saving(id) = self.above { Some(id) } else { None }
    }

    fn done(&mut self, result: Result<Done, Refusal>, outbox: &mut Outbox) -> Turn {
        match result {
            Ok(done) => {
                if let Outcome::GroupEdited(group) = done.outcome {
                    let text = format!("Saved {} ({})", group.code, escape(group.description.as_str()));
                    outbox.say(Tone::Good, text, "its keys follow on their next request");
                }
                Turn::Close
            }
            Err(Refusal::ChangedMeanwhile { now: Current::Group(theirs) }) => self.collided(&theirs, outbox),
            Err(refusal) => {
                self.refused(&refusal);
                Turn::Stay
            }
        }
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        self.ask_members(outbox);
        self.ask_groups(outbox);
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        self.view(frame, area, stage);
    }
}

impl GroupEditor {
    /// Does what the person means, above the pages or on one.
    fn turn(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match &mut self.above {
            Above::Nothing => return self.edit(action, outbox),
            Above::Saving(_) => {}
            Above::Checking => {
                if action == Action::Back {
                    outbox.close(Slot::GroupPreview);
                    self.above = Above::Nothing;
                }
            }
            Above::Naming(field) => match action {
                Action::Back => (self.above, self.error) = (Above::Nothing, None),
                Action::Submit | Action::Save => {
                    let name = field.text().to_owned();
                    self.name(&name);
                }
                Action::Type(key) => {
                    field.press(&key);
                }
                _ => {}
            },
            Above::Copying(picker) => {
                let pick = picker.act(action);
                self.picked(pick, outbox);
            }
            Above::Filter(editor) => {
                let filtered = editor.act(action);
                self.filtered(filtered);
            }
            Above::Collision(collision) => {
                let decided = collision.act(action);
                return decided.map_or(Turn::Stay, |version| self.decided(version, outbox));
            }
            Above::Preview(_, save) => match action {
                Action::Submit if *save => self.execute(outbox),
                Action::Submit | Action::Back => self.above = Above::Nothing,
                Action::Next | Action::Previous => *save = !*save,
                _ => {}
            },
            Above::Leaving(discard) => match action {
                Action::Submit if *discard => return Turn::Close,
                Action::Submit | Action::Back => self.above = Above::Nothing,
                Action::Next | Action::Previous => *discard = !*discard,
                _ => {}
            },
        }
        Turn::Stay
    }

    /// The door said no: the draft stays as it is.
    fn refused(&mut self, refusal: &Refusal) {
        self.above = Above::Nothing;
        self.error = Some((refusal.to_string(), refusal.hint()));
    }
}
