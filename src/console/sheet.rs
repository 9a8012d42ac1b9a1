//! A sheet of text: pairs, sentences, warnings; wrapped to a width and scrolled. Used by details and explanations.
//!
//! Takes escaped text only: whoever makes an item from somebody else's words escapes them.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use std::cell::Cell;

use super::action::Action;
use super::draw::{fit, pad, wrap};
use super::theme::Theme;

/// One item of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A name and what it holds.
    Pair(&'static str, String),
    /// A sentence.
    Text(String),
    /// What matters less.
    Aside(String),
    /// Something to be careful about.
    Warning(String),
    /// A heading.
    Heading(String),
    /// An empty line.
    Blank,
}

/// Width of the names of pairs.
const NAMES: usize = 14;

/// The lines of the items, none wider than `columns`.
pub fn lines(items: &[Item], columns: u16, theme: Theme) -> Vec<Line<'static>> {
    let columns = usize::from(columns);
    let mut lines = Vec::new();
    for item in items {
        match item {
            Item::Blank => lines.push(Line::default()),
            Item::Text(text) => lines.extend(wrap(text, columns).into_iter().map(Line::from)),
            Item::Aside(text) => {
                lines.extend(wrap(text, columns).into_iter().map(|l| Line::styled(l, theme.dim())));
            }
            Item::Warning(text) => {
                for (place, line) in wrap(text, columns.saturating_sub(2)).into_iter().enumerate() {
                    let sign = if place == 0 { "! " } else { "  " };
                    lines.push(Line::styled(format!("{sign}{line}"), theme.warning()));
                }
            }
            Item::Heading(text) => {
                lines.extend(wrap(text, columns).into_iter().map(|l| Line::styled(l, theme.title())));
            }
            Item::Pair(name, value) => {
                // On a narrow screen the value goes under its name instead of into a strip of a few columns.
                let beside = columns >= NAMES + 24;
                let room = if beside { columns - NAMES } else { columns.saturating_sub(2) };
                let mut values = wrap(value, room).into_iter();
                if beside {
                    let first = values.next().unwrap_or_default();
                    lines.push(Line::from(vec![
                        Span::styled(pad(name, NAMES), theme.dim()),
                        Span::raw(first),
                    ]));
                    lines.extend(values.map(|value| Line::from(format!("{}{value}", " ".repeat(NAMES)))));
                } else {
                    lines.push(Line::styled(fit(name, columns), theme.dim()));
                    lines.extend(values.map(|value| Line::from(format!("  {value}"))));
                }
            }
        }
    }
    lines
}

/// How far a sheet is scrolled. Only drawing knows where the end is, so drawing draws it back to there: presses
/// beyond the end need no presses to come back from.
#[derive(Debug, Clone, Default)]
pub struct Scroll(Cell<u16>);

impl Scroll {
    /// Moves by a movement's step.
    pub fn act(&mut self, action: Action) {
        let at = self.0.get_mut();
        match action {
            Action::Up => *at = at.saturating_sub(1),
            Action::Down => *at = at.saturating_add(1),
            _ => {}
        }
    }

    /// Draws the part of the lines that is in sight.
    pub fn draw(&self, frame: &mut Frame, area: Rect, lines: Vec<Line<'static>>, theme: Theme) {
        let over = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(area.height);
        let from = self.0.get().min(over);
        self.0.set(from);
        let more = from < over && area.height > 1;
        let shown: Vec<Line> =
            lines.into_iter().skip(usize::from(from)).take(usize::from(area.height)).collect();
        frame.render_widget(Paragraph::new(shown), area);
        if more && area.width > 2 {
            // Two columns: the second half of a wide character would hide the sign.
            let corner = Rect { x: area.right() - 2, y: area.bottom() - 1, width: 2, height: 1 };
            frame.render_widget(Paragraph::new(" ↓").style(theme.accent()), corner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::bench::picture;

    #[test]
    fn presses_beyond_the_end_are_forgotten_and_the_sign_for_more_is_never_hidden() {
        let lines = || lines(&[Item::Text("東京支店".repeat(40))], 20, Theme::new(true));
        let (mut scroll, height) = (Scroll::default(), 5);
        let drawn = |scroll: &Scroll| {
            let area = Rect { x: 0, y: 0, width: 20, height };
            picture(20, height, |frame| scroll.draw(frame, area, lines(), Theme::new(true))).0
        };
        assert!(drawn(&scroll).contains('↓'), "{}", drawn(&scroll));
        for _ in 0..100 {
            scroll.act(Action::Down);
        }
        assert!(!drawn(&scroll).contains('↓'));
        scroll.act(Action::Up);
        assert!(drawn(&scroll).contains('↓'), "one press up is seen at once");
    }

    #[test]
    fn no_line_is_wider_than_the_sheet() {
        let items = [
            Item::Pair("Description", "東京 ".repeat(40)),
            Item::Warning("word ".repeat(30)),
            Item::Text("x".repeat(300)),
        ];
        for columns in [0, 1, 2, 10, 30, 78] {
            for line in lines(&items, columns, Theme::new(true)) {
                assert!(line.width() <= usize::from(columns).max(4), "{columns}: {line}");
            }
        }
    }
}
