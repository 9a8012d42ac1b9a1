//! The filter line of a table: opened by `/`, applied as it is typed, kept by Enter, cleared by Esc.

use super::field::Field;

/// Longest filter that can be typed, in characters.
const LONGEST: usize = 200;

/// A filter line.
#[derive(Debug, Clone)]
pub struct FilterLine {
    field: Field,
    open: bool,
}

impl Default for FilterLine {
    fn default() -> Self {
        Self { field: Field::new(LONGEST), open: false }
    }
}

impl FilterLine {
    /// The field, for keys, pastes and drawing.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// The field, to be typed into.
    pub fn field_mut(&mut self) -> &mut Field {
        &mut self.field
    }

    /// What filters.
    pub fn text(&self) -> &str {
        self.field.text().trim()
    }

    /// Whether it is being typed into.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether it takes a line on screen.
    pub fn is_shown(&self) -> bool {
        self.open || !self.text().is_empty()
    }

    /// Puts a filter there, kept.
    pub fn set(&mut self, text: &str) {
        self.field.set(text);
        self.open = false;
    }

    /// Opens it for typing.
    pub fn open(&mut self) {
        self.open = true;
    }

    /// Closes it and keeps the filter.
    pub fn keep(&mut self) {
        self.open = false;
    }

    /// Closes it without a filter; whether there was one.
    pub fn clear(&mut self) -> bool {
        self.open = false;
        let had = !self.text().is_empty();
        self.field.set("");
        had
    }
}
