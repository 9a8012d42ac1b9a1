//! A layer that is only read: one change whole, a group, an explanation.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::action::Action;
use super::draw::modal;
use super::effect::Outbox;
use super::keymap::Place;
use super::layer::{Layer, Stage, Turn};
use super::rotation_form::rotate_key;
use super::sheet::{Item, Scroll, lines};
use crate::model::ApiKey;

/// Widest a sheet gets: longer lines are hard to read.
pub(super) const WIDEST: u16 = 84;

/// Something to be read.
#[derive(Debug)]
pub struct Reading {
    title: String,
    items: Vec<Item>,
    scroll: Scroll,
    /// The key that `r` gives a successor from here.
    rotates: Option<Box<ApiKey>>,
}

impl Reading {
    /// A title and escaped items.
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        Self { title: title.into(), items, scroll: Scroll::default(), rotates: None }
    }

    /// From here `r` gives this key a successor.
    #[must_use]
    pub fn offering_rotation(mut self, record: &ApiKey) -> Self {
        self.rotates = Some(Box::new(record.clone()));
        self
    }
}

impl Layer for Reading {
    fn places(&self) -> &'static [Place] {
        if self.rotates.is_some() { &[Place::Secret, Place::Reading] } else { &[Place::Reading] }
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match (action, &self.rotates) {
            (Action::Back, _) => Turn::Close,
            (Action::Rotate, Some(record)) => Turn::Replace(rotate_key(record, outbox)),
            (other, _) => {
                self.scroll.act(other);
                Turn::Stay
            }
        }
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let width = area.width.min(WIDEST);
        let lines = lines(&self.items, width.saturating_sub(4), *stage.theme);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let inner = modal(frame, area, &self.title, width, height, *stage.theme);
        self.scroll.draw(frame, inner, lines, *stage.theme);
    }
}
