//! Which key means what where: the one table behind dispatch, the footer, the list of actions and the README.
//!
//! Knows nothing of state: whether an action can be done now is asked of the app and its layers.

use super::action::Action;
use super::event::KeyEvent;

mod binding;
mod chord;
mod editors;
mod logons;
mod panels;
mod place;
mod reviews;
mod table;

pub use binding::Binding;
pub use chord::{Chord, chords};
pub use place::Place;
pub use table::BINDINGS;

/// What this key means, given the places that apply, innermost first.
pub fn resolve(places: &[Place], key: KeyEvent) -> Option<Action> {
    let bound = places.iter().find_map(|place| {
        BINDINGS
            .iter()
            .find(|b| b.place == *place && b.keys.iter().any(|chord| chord.is(key)))
            .map(|b| b.action)
    });
    let text = places.first().is_some_and(|place| place.is_text());
    bound.or_else(|| text.then_some(Action::Type(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::event::{KeyCode, KeyModifiers};

    #[test]
    fn no_two_bindings_of_one_place_share_a_key() {
        for (i, a) in BINDINGS.iter().enumerate() {
            for b in &BINDINGS[i + 1..] {
                let shared = a.place == b.place && a.keys.iter().any(|k| b.keys.contains(k));
                assert!(!shared, "{:?}: {:?} and {:?}", a.place, a.action, b.action);
            }
        }
    }

    #[test]
    fn a_text_place_takes_every_letter_as_text() {
        for place in [
            Place::Filter,
            Place::GroupText,
            Place::GroupName,
            Place::FilterText,
            Place::ViewAsText,
            Place::FormText,
            Place::Picker,
            Place::Typing,
            Place::LeakText,
            Place::RevealProof,
            Place::Palette,
        ] {
            for c in ('a'..='z').chain('A'..='Z').chain('0'..='9').chain(" /?:".chars()) {
                let key = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
                assert_eq!(resolve(&[place, Place::Always], key), Some(Action::Type(key)), "{place:?} {c}");
            }
        }
    }
}
