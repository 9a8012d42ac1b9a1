//! A layer that is only read: one change whole, a group, an explanation.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::action::Action;
use super::draw::modal;
use super::effect::Outbox;
use super::keymap::Place;
use super::layer::{Layer, Stage, Turn};
use super::sheet::{Item, Scroll, lines};

/// Widest a sheet gets: longer lines are hard to read.
pub(super) const WIDEST: u16 = 84;

/// Something to be read.
#[derive(Debug)]
pub struct Reading {
    title: String,
    items: Vec<Item>,
    scroll: Scroll,
}

impl Reading {
    /// A title and escaped items.
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        Self { title: title.into(), items, scroll: Scroll::default() }
    }
}

impl Layer for Reading {
    fn places(&self) -> &'static [Place] {
        &[Place::Reading]
    }

    fn act(&mut self, action: Action, _outbox: &mut Outbox) -> Turn {
        match action {
            Action::Back => Turn::Close,
            other => {
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
