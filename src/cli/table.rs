//! Aligned text tables, and the few colours of the command line.

use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

use crate::model::text::escape;

/// Whether escape codes may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// None.
    Plain,
    /// The sixteen colours of the terminal.
    Colour,
}

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Like any text.
    Normal,
    /// A heading.
    Strong,
    /// Active.
    Good,
    /// Disabled.
    Faint,
    /// To be looked at.
    Warning,
}

impl Paint {
    /// The text in its look.
    pub fn apply(self, look: Look, text: &str) -> String {
        let code = match look {
            _ if self == Self::Plain => return text.to_owned(),
            Look::Normal => return text.to_owned(),
            Look::Strong => "1",
            Look::Good => "32",
            Look::Faint => "2",
            Look::Warning => "33",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// One cell: text that is safe to show, and its look.
#[derive(Debug, Clone)]
pub struct Cell<'a> {
    text: Cow<'a, str>,
    look: Look,
}

impl<'a> Cell<'a> {
    /// A cell with this text, made safe.
    pub fn new(text: &'a str) -> Self {
        Self { text: escape(text), look: Look::Normal }
    }

    /// A cell with a text made here.
    pub fn made(text: String) -> Self {
        let text = match escape(&text) {
            Cow::Borrowed(_) => Cow::Owned(text),
            Cow::Owned(safe) => Cow::Owned(safe),
        };
        Self { text, look: Look::Normal }
    }

    /// In another look.
    #[must_use]
    pub const fn looking(mut self, look: Look) -> Self {
        self.look = look;
        self
    }
}

/// Widths of the columns: fitted to all rows first, then each row is laid out.
#[derive(Debug, Clone)]
pub struct Table<const N: usize> {
    headings: [&'static str; N],
    widths: [usize; N],
    paint: Paint,
}

impl<const N: usize> Table<N> {
    /// A table with these headings.
    pub fn new(headings: [&'static str; N], paint: Paint) -> Self {
        Self { headings, widths: headings.map(UnicodeWidthStr::width), paint }
    }

    /// Makes room for this row.
    pub fn fit(&mut self, cells: &[Cell<'_>; N]) {
        for (width, cell) in self.widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.text.width());
        }
    }

    /// Makes room for all of these rows.
    pub fn fit_all(&mut self, rows: &[[Cell<'_>; N]]) {
        for row in rows {
            self.fit(row);
        }
    }

    /// The line of headings.
    pub fn head(&self) -> String {
        self.row(&self.headings.map(|heading| Cell::new(heading).looking(Look::Strong)))
    }

    /// One line, without blanks at its end.
    pub fn row(&self, cells: &[Cell<'_>; N]) -> String {
        let last = cells.iter().rposition(|cell| !cell.text.is_empty()).unwrap_or(0);
        let mut line = String::new();
        for (index, (cell, width)) in cells.iter().zip(self.widths).enumerate().take(last + 1) {
            line.push_str(&self.paint.apply(cell.look, &cell.text));
            if index < last {
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.text.width()) + 2));
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_width_on_screen_not_by_characters() {
        let mut table = Table::new(["Name", "Code"], Paint::Plain);
        let rows = [["東京", "A"], ["HR-System", "B"], ["a\u{202e}b", "C"]].map(|row| row.map(Cell::new));
        table.fit_all(&rows);
        assert_eq!(table.head(), "Name        Code");
        assert_eq!(table.row(&rows[0]), "東京        A");
        assert_eq!(table.row(&rows[1]), "HR-System   B");
        assert_eq!(table.row(&rows[2]), "a\\u{202e}b  C");
    }

    #[test]
    fn colour_changes_no_width_and_plain_has_no_escape() {
        let coloured =
            Table::new(["A", "B"], Paint::Colour).row(&[Cell::new("x").looking(Look::Good), Cell::new("y")]);
        assert_eq!(coloured, "\x1b[32mx\x1b[0m  y");
        let plain =
            Table::new(["A", "B"], Paint::Plain).row(&[Cell::new("x").looking(Look::Good), Cell::new("y")]);
        assert_eq!(plain, "x  y");
    }
}
