//! What a list asks for: the rows that the screen shows and as many before and after, so that no step waits for the door;
//! more when half of those are gone. Knows nothing of the rows themselves.

use super::Rows;
use crate::registry::Window;

impl<T> Rows<T> {
    /// Whether the screen lacks rows: its page must be asked for, for the first time or anew.
    pub fn wants(&self) -> bool {
        !self.failed && (self.stale || !self.covers())
    }

    /// Whether a page should be asked for, because the screen lacks rows or soon will.
    pub fn should_ask(&self) -> bool {
        self.wants() || (!self.failed && self.is_near_an_edge())
    }

    /// Whether the known page holds all rows that the screen shows.
    pub(super) fn covers(&self) -> bool {
        let window = self.window();
        let end = (window.offset + u64::from(window.limit)).min(self.total());
        self.have
            .is_some_and(|have| have.offset <= window.offset && end <= have.offset + u64::from(have.limit))
    }

    /// Whether half of the rows beside the screen's are used up.
    fn is_near_an_edge(&self) -> bool {
        let (window, reach) = (self.window(), u64::from(self.beside() / 2));
        let end = window.offset + u64::from(window.limit);
        self.have.is_some_and(|have| {
            let last = have.offset + u64::from(have.limit);
            (have.offset > 0 && window.offset < have.offset + reach)
                || (last < self.total() && last < end + reach)
        })
    }

    /// How many rows are asked for before those on screen, and how many after.
    fn beside(&self) -> u32 {
        let height = self.window().limit;
        height.min((Window::LARGEST - height) / 2)
    }

    /// The window that the screen shows.
    pub fn window(&self) -> Window {
        Window { offset: self.offset, limit: u32::from(self.height.max(1)).min(Window::LARGEST) }
    }

    /// The window to ask for, if a page is wanted, or soon will be; while one is `open`, only where that answers an older question.
    pub fn lacking(&mut self, open: bool) -> Option<Window> {
        if !self.should_ask() || (open && !self.anew) {
            return None;
        }
        self.anew = false;
        Some(self.ask())
    }

    /// The window to ask for now.
    pub fn ask(&mut self) -> Window {
        let (window, beside) = (self.window(), self.beside());
        let offset = window.offset.saturating_sub(beside.into());
        let window = Window { offset, limit: window.limit + 2 * beside };
        self.asked = Some(window);
        window
    }
}
