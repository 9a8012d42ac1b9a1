//! What can be done now: which bindings apply, what they are called here, and why one cannot be done.
//!
//! Does nothing itself: what an action does is told by `update`, by the screens and by the layers.

use super::{App, Screen};
use crate::console::action::Action;
use crate::console::keymap::{BINDINGS, Binding, Place};
use crate::console::keys::WAIT;
use crate::model::Status;
use crate::model::text::escape;
use crate::registry::Rights;

impl App {
    /// Which bindings apply now, innermost first.
    pub fn places(&self) -> Vec<Place> {
        let screen = match self.screen {
            Screen::Keys => Place::Keys,
            Screen::Groups => Place::Groups,
            Screen::History => Place::History,
            Screen::Changes => Place::Changes,
            Screen::Review => Place::Review,
        };
        let mut places = match self.layers.last() {
            Some(layer) => layer.places().to_vec(),
            None if self.filtering() => vec![Place::Filter],
            None => match self.welcome() {
                Some(welcome) => [welcome.places(), &[Place::Screens]].concat(),
                None => vec![screen, Place::Table, Place::Screens],
            },
        };
        places.push(Place::Always);
        places
    }

    /// The bindings that apply now, each with the reason why it cannot be done, if there is one.
    pub fn bindings(&self) -> impl Iterator<Item = (&'static Binding, Option<String>)> {
        let of_place = |place: Place| BINDINGS.iter().filter(move |binding| binding.place == place);
        self.places().into_iter().flat_map(of_place).map(|binding| (binding, self.disabled(binding.action)))
    }

    /// Why an action cannot be done now.
    pub fn disabled(&self, action: Action) -> Option<String> {
        if action.needs_store() && self.keys.preview().is_some() {
            return Some(WAIT.into());
        }
        let actor = self.overview.as_ref().and_then(|overview| overview.actor.as_ref());
        let changes = matches!(
            action,
            Action::New
                | Action::Edit
                | Action::ToggleStatus
                | Action::Delete
                | Action::Undo
                | Action::Save
                | Action::Mend
                | Action::Accept
                | Action::NoteLeak
        );
        let changes = changes
            || matches!(action, Action::Verify | Action::TakeBack)
            || (action == Action::Rotate && self.starts_rotation());
        if let Some(auditor) = actor.filter(|actor| changes && actor.rights == Rights::Auditor) {
            return Some(format!("{} may read but not change anything", escape(auditor.account.as_str())));
        }
        if action == Action::Dashboard && self.counts().is_none() {
            return Some("There is nothing to count yet".into());
        }
        if let Some(layer) = self.layers.last() {
            return match action {
                Action::Undo => self.keys.disabled(action),
                _ => layer.disabled(action),
            };
        }
        match self.screen {
            Screen::Review if action == Action::Undo => self.keys.disabled(action),
            Screen::Keys => match self.welcome() {
                Some(welcome) => welcome.disabled(action),
                None => self.keys.disabled(action),
            },
            Screen::Groups => self.groups.disabled(action),
            Screen::History => self.history.disabled(action),
            Screen::Changes => self.changes.disabled(action),
            Screen::Review => self.review.disabled(action),
        }
    }

    /// Whether `r` would start a rotation here, not show one.
    fn starts_rotation(&self) -> bool {
        match self.layers.last() {
            Some(layer) => layer.starts_rotation(),
            None => self.keys.current().is_some_and(|row| row.rotation.is_none()),
        }
    }

    /// The footer's word for a binding: a verb that has two directions names the one it would take.
    pub fn label(&self, binding: &Binding) -> &'static str {
        let one = self.layers.is_empty() && self.keys.marks.is_empty() && !self.keys.in_range();
        if binding.action == Action::Back && binding.place == Place::Table {
            return self.taken_back().unwrap_or_default();
        }
        if let Some(word) = self.layers.last().and_then(|layer| layer.label(binding.action)) {
            return word;
        }
        match (binding.action, self.keys.current()) {
            (Action::ToggleStatus, Some(row)) if one && binding.place == Place::Keys => {
                match row.record.status {
                    Status::Active => "disable",
                    Status::Disabled => "enable",
                }
            }
            _ => binding.label,
        }
    }

    /// What Esc takes away from the table in front, if there is anything.
    pub fn taken_back(&self) -> Option<&'static str> {
        let (keys, changes) = (&self.keys, &self.changes);
        match self.screen {
            _ if !self.layers.is_empty() || self.filtering() => None,
            Screen::Keys if keys.in_range() => Some("no range"),
            Screen::Keys if !keys.marks.is_empty() => Some("unmark"),
            Screen::Keys if keys.filter.is_shown() => Some("no filter"),
            Screen::Groups if self.groups.filter.is_shown() => Some("no filter"),
            Screen::Review if self.review.filter.is_shown() => Some("no filter"),
            Screen::Changes if changes.filter.is_shown() => Some("no filter"),
            Screen::Changes if changes.story.is_some() => Some("all changes"),
            _ => None,
        }
    }
}
