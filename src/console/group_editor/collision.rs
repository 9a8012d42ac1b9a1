//! Someone else saved the group while it was being edited: what becomes of the draft.

use super::{Above, GroupEditor};
use crate::console::collision::{Choice, Collision, rows_of_groups};
use crate::console::effect::{Outbox, Tone};
use crate::console::field::Field;
use crate::console::layer::Turn;
use crate::model::{Description, Group, on_top};
use crate::registry::Current;

impl GroupEditor {
    /// The draft with its description; what was saved before, where the text is none.
    fn mine(&self) -> Group {
        let typed = Description::parse(self.description.text());
        let description = typed.unwrap_or_else(|_| self.before.description.clone());
        Group { description, ..self.group.clone() }
    }

    /// The door says that the group is another now: shows both versions.
    pub(super) fn collided(&mut self, theirs: &Group, outbox: &mut Outbox) -> Turn {
        let rows = rows_of_groups(&self.before, &self.mine(), theirs);
        let title = format!("Changed meanwhile: {}", theirs.code);
        let who = "Someone else saved it while you were editing; Changes says who.".to_owned();
        let theirs = Current::Group(Box::new(theirs.clone()));
        let collision = Collision::new(title, who, rows, theirs);
        let same = collision.is_empty();
        self.above = Above::Collision(Box::new(collision));
        if same { self.decided(Choice::Mine, outbox) } else { Turn::Stay }
    }

    /// The person chose between the two versions. What goes on top is shown before it is saved, like every change.
    pub(super) fn decided(&mut self, version: Choice, outbox: &mut Outbox) -> Turn {
        let above = std::mem::replace(&mut self.above, Above::Nothing);
        let Above::Collision(collision) = above else { return Turn::Stay };
        match (version, collision.theirs) {
            (Choice::Theirs, _) => {
                outbox.say(Tone::Note, "Left as it was saved meanwhile", "nothing of yours was saved");
                Turn::Close
            }
            (Choice::Mine, Current::Group(theirs)) => {
                let merged = on_top(&self.before, &self.mine(), &theirs);
                self.description = Field::new(240).with(merged.description.as_str());
                self.group = Group { description: theirs.description.clone(), ..merged };
                self.before = *theirs;
                self.row = self.row.min(self.rows().saturating_sub(1));
                self.save(outbox)
            }
            _ => Turn::Stay,
        }
    }
}
