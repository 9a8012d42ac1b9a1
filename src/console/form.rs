//! A form: fields one below the other, errors beside them, a button to save.
//!
//! Holds what every form has in common: focus, the list of a choice, saving, refusals, the question before typed text
//! is thrown away. What is edited, and which command comes of it, is the matter of a [`Subject`]. Nothing typed is
//! ever lost on an error or a refusal.

pub mod choices;
pub mod entry;
mod layer;
mod view;

use super::action::Action;
use super::collision::{Choice as Version, Collision};
use super::effect::{Outbox, RequestId, Slot, Tone};
use super::layer::{Layer, Turn};
use super::picker::{Choice, Pick, Picker, ROWS};
use crate::model::{KeyId, ParseError, Time};
use crate::registry::{
    Command, Current, Done, GroupsPage, Impact, KeyImpact, Query, Refusal, Selection, Window,
};
pub use entry::{Entry, Input, Item, Options};

/// What a form is about.
pub trait Subject: std::fmt::Debug {
    /// The command that saves these fields; `None` when nothing differs.
    ///
    /// # Errors
    /// Every field that is wrong, and why.
    fn command(&self, fields: &[Entry], now: Time) -> Result<Option<Command>, Vec<(Item, ParseError)>>;

    /// It was saved.
    fn saved(&self, done: Done, outbox: &mut Outbox) -> Turn;

    /// Which query tells whether the description is in use elsewhere, if that matters here.
    fn description_query(&self, _description: &str) -> Option<Query> {
        None
    }

    /// What differs between these fields and the record as someone else saved it meanwhile, if that can happen.
    fn collision(&self, _fields: &[Entry], _theirs: &Current, _now: Time) -> Option<Collision> {
        None
    }

    /// The key that is edited, where callers may depend on what is changed.
    fn key(&self) -> Option<KeyId> {
        None
    }

    /// What these fields, saved, mean to its callers: a sentence, if they mean anything.
    fn means(&self, _fields: &[Entry]) -> Option<&'static str> {
        None
    }

    /// There is no user group at all.
    fn without_groups(&self) -> Turn {
        Turn::Stay
    }
}

/// What the form is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Editing,
    /// Told to save before the user groups were known: saves as soon as they are, for there may be only one.
    Waiting,
    /// The command is on its way.
    Saving(RequestId),
    /// Asks whether to throw away what was typed; `true` while the button for it has the focus.
    Leaving(bool),
}

/// A form above a screen.
#[derive(Debug)]
pub struct Form {
    title: String,
    intro: String,
    subject: Box<dyn Subject>,
    entries: Vec<Entry>,
    /// The field with the focus; one beyond the last is the button.
    focus: usize,
    picker: Option<Picker>,
    /// Someone else saved the record meanwhile: which version shall it be?
    collision: Option<Collision>,
    phase: Phase,
    refusal: Option<Refusal>,
    /// Who would break, once the door has said it.
    impact: Option<Box<Impact>>,
    /// The user groups were asked for at the start and have not come yet.
    groups_unknown: bool,
}

impl Form {
    /// A form over these fields, with the focus on the first.
    pub fn new(title: impl Into<String>, subject: Box<dyn Subject>, entries: Vec<Entry>) -> Self {
        Self {
            title: title.into(),
            intro: String::new(),
            subject,
            entries,
            focus: 0,
            picker: None,
            collision: None,
            phase: Phase::Editing,
            refusal: None,
            impact: None,
            groups_unknown: false,
        }
    }

    /// With a sentence above the fields.
    #[must_use]
    pub fn with_intro(mut self, intro: impl Into<String>) -> Self {
        self.intro = intro.into();
        self
    }

    /// Asks for what the form needs to know; call it when the form is opened.
    #[must_use]
    pub fn opened(mut self, outbox: &mut Outbox) -> Box<dyn Layer> {
        if let Some(key) = self.subject.key() {
            outbox.ask(Slot::FormImpact, Query::Impact { keys: Selection::of([key]) });
        }
        if self.entries.iter().any(|entry| entry.item == Item::Group) {
            let window = Window { offset: 0, limit: ROWS };
            outbox.ask(Slot::FormGroups, Query::Groups { text: String::new(), window });
            self.groups_unknown = true;
        }
        Box::new(self)
    }

    /// Who is concerned by the fields as they stand, if anybody, and how.
    fn concerns(&self) -> Option<(&'static str, &KeyImpact)> {
        let told = self.impact.as_ref()?.worst.first().filter(|told| told.outlook.breaks())?;
        Some((self.subject.means(&self.entries)?, told))
    }

    fn is_dirty(&self) -> bool {
        self.entries.iter().any(Entry::is_changed)
    }

    fn on_text(&self) -> bool {
        self.entries.get(self.focus).is_some_and(|entry| matches!(entry.input, Input::Text(_)))
    }

    fn entry_of(&mut self, item: Item) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.item == item)
    }

    fn move_focus(&mut self, forward: bool, outbox: &Outbox) {
        if let Some(entry) = self.entries.get_mut(self.focus) {
            entry.check(outbox.now);
        }
        let places = self.entries.len() + 1;
        self.focus = (self.focus + if forward { 1 } else { places - 1 }) % places;
    }

    fn save(&mut self, outbox: &mut Outbox) -> Turn {
        if self.groups_unknown && self.entry_of(Item::Group).is_some_and(|entry| entry.text().is_empty()) {
            self.phase = Phase::Waiting;
            return Turn::Stay;
        }
        self.refusal = None;
        for entry in &mut self.entries {
            entry.error = None;
        }
        match self.subject.command(&self.entries, outbox.now) {
            Ok(Some(command)) => self.phase = Phase::Saving(outbox.execute(command)),
            Ok(None) => {
                outbox.say(Tone::Note, "Nothing was changed", "");
                return Turn::Close;
            }
            Err(errors) => {
                let first = self.entries.iter().position(|e| errors.iter().any(|(item, _)| *item == e.item));
                self.focus = first.unwrap_or(self.focus);
                for (item, error) in errors {
                    if let Some(entry) = self.entry_of(item) {
                        entry.error = Some(error);
                    }
                }
            }
        }
        Turn::Stay
    }

    /// The person chose between the two versions.
    fn decided(&mut self, version: Version, outbox: &mut Outbox) -> Turn {
        let Some(collision) = self.collision.take() else { return Turn::Stay };
        match version {
            Version::Form => {}
            Version::Theirs => {
                outbox.say(Tone::Note, "Left as it was saved meanwhile", "nothing of yours was saved");
                return Turn::Close;
            }
            Version::Mine => match self.subject.command(&self.entries, outbox.now) {
                Ok(Some(command)) => self.phase = Phase::Saving(outbox.execute(collision.over(command))),
                _ => return self.save(outbox),
            },
        }
        Turn::Stay
    }

    fn open_choice(&mut self, outbox: &mut Outbox) {
        let Some(entry) = self.entries.get(self.focus) else { return };
        let Input::Choice { options, picked } = &entry.input else { return };
        self.picker = Some(match options {
            Options::Fixed(choices) => {
                let code = picked.as_ref().map_or("", |c| &c.code);
                Picker::of(entry.label, choices.clone(), code)
            }
            Options::Groups => Picker::windowed(entry.label),
        });
        if matches!(options, Options::Groups) {
            self.ask_groups(outbox);
        }
    }

    fn ask_groups(&self, outbox: &mut Outbox) {
        if let Some(picker) = &self.picker {
            let wanted = picker.wanted();
            let window = Window { offset: wanted.offset, limit: ROWS };
            outbox.ask(Slot::FormGroups, Query::Groups { text: wanted.text, window });
        }
    }

    fn picked(&mut self, pick: Pick, outbox: &mut Outbox) {
        match pick {
            Pick::Stay => {}
            Pick::Ask => self.ask_groups(outbox),
            Pick::Closed => self.picker = None,
            Pick::Picked(choice) => {
                self.picker = None;
                if let Some(entry) = self.entries.get_mut(self.focus) {
                    entry.pick(choice);
                }
                self.move_focus(true, outbox);
            }
        }
    }

    /// After a text was changed: its error is out of date, and its description may be in use.
    fn edited(&mut self, outbox: &mut Outbox) {
        let Some(entry) = self.entries.get_mut(self.focus) else { return };
        entry.error = None;
        if entry.item == Item::Description {
            entry.notice = None;
            let query = self.subject.description_query(entry.text());
            if let Some(query) = query {
                outbox.ask(Slot::FormDescription, query);
            }
        }
    }

    fn edit(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match action {
            Action::Next | Action::Down => self.move_focus(true, outbox),
            Action::Previous | Action::Up => self.move_focus(false, outbox),
            Action::Save => return self.save(outbox),
            Action::Submit if self.focus == self.entries.len() => return self.save(outbox),
            Action::Submit if self.on_text() => self.move_focus(true, outbox),
            Action::Submit => self.open_choice(outbox),
            Action::Back if self.is_dirty() => self.phase = Phase::Leaving(false),
            Action::Back => return Turn::Close,
            Action::Type(key) if self.entries.get_mut(self.focus).is_some_and(|entry| entry.press(key)) => {
                self.edited(outbox);
            }
            _ => {}
        }
        Turn::Stay
    }

    fn groups_came(&mut self, page: &GroupsPage, outbox: &mut Outbox) -> Turn {
        if page.of == 0 {
            return self.subject.without_groups();
        }
        let choices: Vec<Choice> = page.rows.iter().map(choices::group_choice).collect();
        if let Some(picker) = &mut self.picker {
            let pick = picker.fill(choices, page.offset, page.total, page.of);
            self.picked(pick, outbox);
        } else if let (1, Some(only), Some(entry)) =
            (page.of, choices.into_iter().next(), self.entry_of(Item::Group))
        {
            entry.preselect(only);
        }
        self.groups_are_known(outbox)
    }

    /// The user groups came, or will not: what waited for them goes on.
    fn groups_are_known(&mut self, outbox: &mut Outbox) -> Turn {
        self.groups_unknown = false;
        if self.phase != Phase::Waiting {
            return Turn::Stay;
        }
        self.phase = Phase::Editing;
        self.save(outbox)
    }
}

#[cfg(test)]
mod tests;
