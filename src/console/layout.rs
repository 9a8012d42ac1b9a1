//! Where things are on screen: one pure function of the size, used by drawing, by the mouse and for the window's height.

use ratatui::layout::{Position, Rect};

use super::app::{App, Screen};
use super::layer::Layer;

/// The smallest screen that anything is drawn on.
pub const SMALLEST: (u16, u16) = (20, 5);

/// The parts of the screen. Parts that have no room are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The title path, and the corner with revision and date.
    pub path: Rect,
    /// The tabs, and the counts.
    pub tabs: Rect,
    /// Why changes are off.
    pub banner: Rect,
    /// The filter line.
    pub filter: Rect,
    /// A line between head and table.
    pub rule: Rect,
    /// The headings of the table.
    pub header: Rect,
    /// The rows of the table, the scrollbar in its last column.
    pub body: Rect,
    /// The message, or what is known of the row under the cursor.
    pub message: Rect,
    /// The keys of the current layer.
    pub footer: Rect,
}

/// Whether this is too small to draw anything.
pub const fn too_small(size: (u16, u16)) -> bool {
    size.0 < SMALLEST.0 || size.1 < SMALLEST.1
}

/// The parts of a screen of this size.
pub fn layout(size: (u16, u16), filter: bool, banner: u16) -> Layout {
    if too_small(size) {
        return Layout::default();
    }
    let (width, height) = size;
    let mut top = 0;
    let mut take = |rows: u16| {
        let part = Rect::new(0, top, width, rows);
        top += rows;
        part
    };
    let path = take(u16::from(height >= 8));
    let tabs = take(u16::from(height >= 7));
    let banner = take(if height >= 9 { banner } else { 0 });
    let filter = take(u16::from(filter && height >= 6));
    let rule = take(u16::from(height >= 16));
    let header = take(1);
    let messages = if height >= 16 { 2 } else { 1 };
    let body = take(height.saturating_sub(header.bottom() + messages + 1));
    let message = take(messages);
    let footer = take(1);
    Layout { path, tabs, banner, filter, rule, header, body, message, footer }
}

impl App {
    /// The parts of the screen as it is now.
    pub fn layout(&self) -> Layout {
        let filter = match self.screen {
            _ if self.welcome().is_some() => false,
            Screen::Keys => self.keys.filter.is_shown(),
            Screen::Groups => self.groups.filter.is_shown(),
            Screen::History => self.history.filter.is_shown(),
            Screen::Review => self.review.filter.is_shown(),
            Screen::Changes => self.changes.filter.is_shown() || self.changes.story.is_some(),
        };
        layout(self.size, filter, if self.banner().is_some() { 2 } else { 0 })
    }

    /// Where layers are drawn: all above the footer.
    pub fn area_of_layers(&self) -> Rect {
        let (width, height) = self.size;
        Rect::new(0, 0, width, height.saturating_sub(self.layout().footer.height))
    }

    /// The first run's screen, while it stands in the place of API Keys.
    pub fn welcome(&self) -> Option<&dyn Layer> {
        let empty = self.overview.as_ref().is_some_and(|o| o.groups == 0 && o.keys == 0);
        self.first_run.as_deref().filter(|_| empty && self.screen == Screen::Keys)
    }

    /// The tab at this cell.
    pub fn tab_at(&self, at: Position) -> Option<Screen> {
        let tabs = self.layout().tabs;
        if !tabs.contains(at) {
            return None;
        }
        let mut left = 0;
        Screen::ALL.into_iter().find(|screen| {
            let right = left + u16::try_from(screen.name().len()).unwrap_or(0) + 2;
            let hit = (left..right).contains(&at.x);
            left = right + 1;
            hit
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_fill_every_size_without_overlap() {
        for width in [20, 40, 80, 120] {
            for height in 5..60 {
                for (filter, banner) in [(false, 0), (true, 0), (true, 2)] {
                    let l = layout((width, height), filter, banner);
                    let parts =
                        [l.path, l.tabs, l.banner, l.filter, l.rule, l.header, l.body, l.message, l.footer];
                    let rows: u16 = parts.iter().map(|part| part.height).sum();
                    assert_eq!(rows, height, "{width}x{height} {filter} {banner}");
                    assert!(l.body.height >= 1, "{width}x{height} {filter} {banner}");
                    assert_eq!(l.footer.bottom(), height);
                }
            }
        }
    }
}
