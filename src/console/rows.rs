//! A window on a list that lives behind the door: cursor, offset, and the page that is known.
//!
//! It keeps showing the old rows until the new ones arrive, and never knows how many there might be beyond what a page
//! said. What the rows are is the screen's matter.

use super::action::Action;
use crate::registry::Window;

mod ahead;

/// One answer of the door, whatever its rows are.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// Revision of the store.
    pub revision: u64,
    /// How many rows match.
    pub total: u64,
    /// How many there are.
    pub of: u64,
    /// Rows before the first one here.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<T>,
}

/// A list seen through a window.
#[derive(Debug)]
pub struct Rows<T> {
    page: Option<Page<T>>,
    cursor: u64,
    offset: u64,
    /// Number of the first row on screen: behind `offset` while its page is still to come.
    shown: u64,
    height: u16,
    stale: bool,
    /// What is on its way answers an older question.
    anew: bool,
    /// The window that was asked for last, and the one that is known.
    asked: Option<Window>,
    have: Option<Window>,
    failed: bool,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            page: None,
            cursor: 0,
            offset: 0,
            shown: 0,
            height: 0,
            stale: true,
            anew: false,
            asked: None,
            have: None,
            failed: false,
        }
    }
}

impl<T> Rows<T> {
    /// The page that is known, if one ever came.
    pub fn page(&self) -> Option<&Page<T>> {
        self.page.as_ref()
    }

    /// The rows on screen, as far as they are known.
    pub fn known(&self) -> &[T] {
        let Some(page) = &self.page else { return &[] };
        let start = usize::try_from(self.shown.saturating_sub(page.offset)).unwrap_or(usize::MAX);
        let start = start.min(page.rows.len());
        let end = start.saturating_add(self.height.max(1).into()).min(page.rows.len());
        page.rows.get(start..end).unwrap_or_default()
    }

    /// Number of the first row on screen.
    pub fn first(&self) -> u64 {
        self.page.as_ref().map_or(0, |page| self.shown.max(page.offset))
    }

    /// How many rows match.
    pub fn total(&self) -> u64 {
        self.page.as_ref().map_or(0, |page| page.total)
    }

    /// Revision of the known page.
    pub fn revision(&self) -> u64 {
        self.page.as_ref().map_or(0, |page| page.revision)
    }

    /// Number of the row under the cursor.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The row under the cursor, if its page is known.
    pub fn current(&self) -> Option<&T> {
        let page = self.page.as_ref()?;
        let place = self.cursor.checked_sub(page.offset)?;
        page.rows.get(usize::try_from(place).ok()?)
    }

    /// Place of the cursor among the rows on screen, for drawing: at the edge while its page is still to come.
    pub fn shown_cursor(&self) -> usize {
        let last = self.known().len().saturating_sub(1);
        usize::try_from(self.cursor.saturating_sub(self.first())).map_or(last, |place| place.min(last))
    }

    /// Whether the known page answers the present question and holds the cursor's row.
    pub fn settled(&self) -> bool {
        !self.stale && (self.current().is_some() || self.total() == 0)
    }

    /// Whether it is known that there is no row under the cursor.
    pub fn has_none(&self) -> bool {
        self.settled() && self.current().is_none()
    }

    /// Whether the row under the cursor is still to come.
    pub fn is_coming(&self) -> bool {
        !self.settled() && !self.failed
    }

    /// The known page is old.
    pub fn outdate(&mut self) {
        self.stale = true;
        self.failed = false;
    }

    /// The question is another one (filter, order, store): so old are the known page and the one that is on its way.
    pub fn renew(&mut self) {
        self.outdate();
        self.anew = true;
    }

    /// Whether the question is another one since it was asked.
    pub fn is_renewed(&self) -> bool {
        self.anew
    }

    /// The door refused the page: not asked for again before something changes.
    pub fn fail(&mut self) {
        self.failed = true;
    }

    /// Whether new rows are on their way among which the cursor will find its place: moves must wait for it.
    pub fn is_moving(&self) -> bool {
        self.stale && !self.failed
    }

    /// Whether the door refused the last page that was asked for.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// So many rows fit on screen.
    pub fn set_height(&mut self, height: u16) {
        self.height = height;
        self.keep_in_sight();
    }

    /// How many rows fit on screen.
    pub fn height(&self) -> u16 {
        self.height
    }

    /// Moves the cursor by so many rows, within the list.
    pub fn move_by(&mut self, by: i64) {
        self.move_to(self.cursor.saturating_add_signed(by));
    }

    /// Moves the cursor to a row, within the list.
    pub fn move_to(&mut self, row: u64) {
        self.failed = false;
        self.cursor = row.min(self.total().saturating_sub(1));
        self.keep_in_sight();
    }

    /// Does what a movement means; `false` if the action is none.
    pub fn travel(&mut self, action: Action) -> bool {
        let page = i64::from(self.height.max(2)) - 1;
        match action {
            Action::Up => self.move_by(-1),
            Action::Down => self.move_by(1),
            Action::PageUp => self.move_by(-page),
            Action::PageDown => self.move_by(page),
            Action::Top => self.move_to(0),
            Action::Bottom => self.move_to(u64::MAX),
            _ => return false,
        }
        true
    }

    /// Scrolls by so many rows; the cursor stays on screen.
    pub fn scroll(&mut self, by: i64) {
        let last = self.total().saturating_sub(u64::from(self.height));
        self.offset = self.offset.saturating_add_signed(by).min(last);
        let bottom = self.offset + u64::from(self.height.max(1)) - 1;
        self.cursor = self.cursor.clamp(self.offset, bottom).min(self.total().saturating_sub(1));
        self.show();
    }

    /// The first row of all, before any page of a new question is known.
    pub fn rewind(&mut self) {
        self.cursor = 0;
        self.offset = 0;
    }

    /// Takes the page in. The cursor follows its row, which `same` knows again, as far as it is on the page.
    pub fn follow(&mut self, page: Page<T>, same: impl Fn(&T, &T) -> bool) {
        let place = self.current().and_then(|now| page.rows.iter().position(|row| same(row, now)));
        let found = place.map(|place| page.offset + place as u64);
        self.accept(page, found);
    }

    /// As [`Self::follow`], but on the first row the cursor stays there: news come in above.
    pub fn follow_news(&mut self, page: Page<T>, same: impl Fn(&T, &T) -> bool) {
        if self.cursor > 0 { self.follow(page, same) } else { self.accept(page, None) }
    }

    /// Takes the page in; `found` is the row where the followed one stands now, keeping its place on screen.
    pub fn accept(&mut self, page: Page<T>, found: Option<u64>) {
        let on_screen = self.cursor.saturating_sub(self.offset);
        let total = page.total;
        self.stale = false;
        let limit = self.asked.take().map_or(0, |asked| asked.limit);
        self.have = Some(Window { offset: page.offset, limit });
        let last = (page.offset + page.rows.len() as u64).saturating_sub(u64::from(self.height.max(1)));
        self.shown = self.shown.clamp(page.offset, last.max(page.offset));
        self.page = Some(page);
        if let Some(row) = found
            && row != self.cursor
        {
            self.cursor = row;
            let outside = row < self.offset || row >= self.offset + u64::from(self.height.max(1));
            if outside {
                self.offset = row.saturating_sub(on_screen);
            }
        }
        self.cursor = self.cursor.min(total.saturating_sub(1));
        self.keep_in_sight();
    }

    /// Draws the window along so that it holds the cursor and no empty end.
    fn keep_in_sight(&mut self) {
        let height = u64::from(self.height.max(1));
        if self.cursor < self.offset {
            self.offset = self.cursor;
        } else if self.cursor >= self.offset + height {
            self.offset = self.cursor + 1 - height;
        }
        if self.page.is_some() && !self.stale {
            self.offset = self.offset.min(self.total().saturating_sub(height));
        }
        self.show();
    }

    /// Shows the rows that the window names, once they are known.
    fn show(&mut self) {
        if !self.stale && self.covers() {
            self.shown = self.offset;
        }
    }
}

#[cfg(test)]
mod tests;
