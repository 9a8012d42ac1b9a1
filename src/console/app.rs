//! The state of the console: screens, the layers above them, the message, the clipboard's countdown.
//!
//! Does no I/O and reads no clock: the time comes with each event.

use std::time::Duration;

use super::effect::{Effect, Outbox};
use super::event::Event;
use super::keymap::{Place, chords};
use super::layer::Layer;
use super::theme::Theme;
use super::update::update;
use crate::model::Time;
use crate::registry::Overview;

/// One screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// API Keys.
    Keys,
    /// User Groups.
    Groups,
    /// Changes.
    Changes,
}

impl Screen {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Keys, Self::Groups, Self::Changes];

    /// The words on its tab.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keys => "API Keys",
            Self::Groups => "User Groups",
            Self::Changes => "Changes",
        }
    }
}

/// The whole state of the console.
#[derive(Debug)]
pub struct App {
    /// The screen in front.
    pub screen: Screen,
    /// What lies above it; the last is on top and gets the keys.
    pub layers: Vec<Box<dyn Layer>>,
    /// Time, effects, message.
    pub outbox: Outbox,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Styles.
    pub theme: Theme,
    /// Counts, revision and health, once known.
    pub overview: Option<Overview>,
    /// When the clipboard will be cleared, while a Secret of ours is on it.
    pub clipboard_until: Option<Duration>,
}

impl App {
    /// A console on its first screen, that has asked nothing yet.
    pub fn new(theme: Theme, size: (u16, u16), now: Time, ticks: Duration) -> Self {
        Self {
            screen: Screen::Keys,
            layers: Vec::new(),
            outbox: Outbox::at(now, ticks),
            size,
            theme,
            overview: None,
            clipboard_until: None,
        }
    }

    /// Which bindings apply now, innermost first.
    pub fn places(&self) -> Vec<Place> {
        let mut places = match self.layers.last() {
            Some(layer) => layer.places().to_vec(),
            None => {
                let screen = match self.screen {
                    Screen::Keys => Place::Keys,
                    Screen::Groups => Place::Groups,
                    Screen::Changes => Place::Changes,
                };
                vec![screen, Place::Table, Place::Screens]
            }
        };
        places.push(Place::Always);
        places
    }

    /// When the next [`Event::Tick`] is wanted, on the clock's ticks; `None`: not before something happens.
    pub fn deadline(&self) -> Option<Duration> {
        let layers = self.layers.iter().filter_map(|layer| layer.deadline());
        let toast = self.outbox.toast.iter().map(|toast| toast.until);
        layers.chain(toast).min()
    }

    /// Presses the keys of a text such as `jt<enter>`, for tests: the effects of all of them.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        chords(keys).into_iter().flat_map(|key| update(self, Event::Key(key))).collect()
    }
}
