//! The way of a draft to the door: what differs, what that gives and takes, then the command.
//!
//! Nothing is saved here that was not shown first where it gives or takes anything; how it is shown is `view`'s matter.

use super::{Above, GroupEditor, Page};
use crate::console::effect::{Outbox, Slot, Tone};
use crate::console::layer::Turn;
use crate::model::Description;
use crate::registry::{Command, GroupEdit, Preview, Query};

impl GroupEditor {
    /// The edit that the draft amounts to; `None` when nothing differs.
    pub(super) fn difference(&mut self) -> Result<Option<GroupEdit>, ()> {
        let description = match Description::parse(self.description.text()) {
            Ok(description) => description,
            Err(error) => {
                (self.page, self.row) = (Page::Details, 0);
                self.error = Some((error.sentence, error.hint));
                return Err(());
            }
        };
        let (before, after) = (&self.before, &self.group);
        if let Err(error) = after.check() {
            self.error = Some((error.to_string(), "correct it, then save again".to_owned()));
            return Err(());
        }
        let edit = GroupEdit {
            description: (description != before.description).then_some(description),
            role: (after.role != before.role).then_some(after.role),
            restricted: (after.restricted != before.restricted).then_some(after.restricted),
            tables: (after.tables != before.tables).then(|| after.tables.clone()),
            menus: (after.menus != before.menus).then(|| after.menus.clone()),
        };
        Ok((edit != GroupEdit::default()).then_some(edit))
    }

    /// Asks what the change gives and takes, before it is saved.
    pub(super) fn save(&mut self, outbox: &mut Outbox) -> Turn {
        self.error = None;
        match self.difference() {
            Err(()) => Turn::Stay,
            Ok(None) => {
                outbox.say(Tone::Note, "Nothing was changed", "");
                Turn::Close
            }
            Ok(Some(edit)) => {
                let code = self.before.code.clone();
                outbox.ask(Slot::GroupPreview, Query::PreviewGroup { code, edit });
                self.above = Above::Checking;
                Turn::Stay
            }
        }
    }

    pub(super) fn previewed(&mut self, preview: &Preview, outbox: &mut Outbox) {
        let silent = preview.lost.is_empty() && preview.changed.is_empty() && preview.gained.is_empty();
        if preview.keys == 0 || silent {
            self.execute(outbox);
        } else {
            self.above = Above::Preview(Box::new(preview.clone()), false);
        }
    }

    pub(super) fn execute(&mut self, outbox: &mut Outbox) {
        self.above = Above::Nothing;
        if let Ok(Some(edit)) = self.difference() {
            let (code, expected) = (self.before.code.clone(), Some(Box::new(self.before.clone())));
            self.above = Above::Saving(outbox.execute(Command::EditGroup { code, edit, expected }));
        }
    }
}
