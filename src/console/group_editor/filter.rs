//! The editor of one table's record filter: numbered conditions, the scheme over their numbers, and how both read.
//!
//! Errors point at the condition or at the character of the scheme. Removing a condition renumbers those behind it,
//! which an unchanged scheme would not notice: so that is said until the scheme is touched.

mod view;

use super::value::{typed, written};
use crate::console::action::Action;
use crate::console::field::Field;
use crate::console::keymap::Place;
use crate::model::{Condition, FilterError, Operator, RecordFilter};

/// Cells of a condition.
const CELLS: usize = 3;
/// The cell that is a choice.
const OPERATOR: usize = 1;
#[derive(Debug, Clone)]
struct Row {
    field: Field,
    operator: Operator,
    value: Field,
}

impl Row {
    fn of(condition: Option<&Condition>) -> Self {
        let field = condition.map_or("", |c| c.field.as_str());
        let value = written(condition.and_then(|c| c.value.as_ref()));
        let operator = condition.map_or(Operator::Equal, |c| c.operator);
        Self { field: holding(200, field), operator, value: holding(4_000, &value) }
    }

    fn is_blank(&self) -> bool {
        self.field.text().trim().is_empty() && self.value.text().trim().is_empty()
    }
}

/// A field that cuts off nothing of what is there already.
fn holding(limit: usize, text: &str) -> Field {
    Field::new(limit.max(text.chars().count())).with(text)
}

/// What became of the editor after an action.
#[derive(Debug)]
pub enum Filtered {
    /// It goes on.
    Stay,
    /// It is left without a change.
    Left,
    /// This is the filter now; `None` for no filter at all.
    Kept(Option<RecordFilter>),
}

/// The editor.
#[derive(Debug)]
pub struct FilterEditor {
    table: String,
    before: Option<RecordFilter>,
    rows: Vec<Row>,
    scheme: Field,
    /// Row of the cursor; one beyond the last is the scheme.
    row: usize,
    cell: usize,
    renumbered: bool,
    leaving: bool,
    /// Whether it was tried to keep it: from then on errors are told in full.
    tried: bool,
}

impl FilterEditor {
    /// Of the filter on this table.
    pub fn new(table: &str, filter: Option<&RecordFilter>) -> Self {
        let conditions = filter.map_or(&[][..], |filter| &filter.conditions);
        let mut rows: Vec<Row> = conditions.iter().map(|condition| Row::of(Some(condition))).collect();
        if rows.is_empty() {
            rows.push(Row::of(None));
        }
        let scheme = holding(4_000, filter.map_or("", |filter| &filter.scheme));
        let table = table.to_owned();
        let before = filter.cloned();
        Self { table, before, rows, scheme, row: 0, cell: 0, renumbered: false, leaving: false, tried: false }
    }

    /// Which bindings apply.
    pub fn places(&self) -> &'static [Place] {
        if self.row < self.rows.len() && self.cell == OPERATOR {
            &[Place::FilterChoice]
        } else {
            &[Place::FilterText]
        }
    }

    /// The filter as it stands; `None` where every condition is blank and there is no scheme.
    fn filter(&self) -> Option<RecordFilter> {
        if self.rows.iter().all(Row::is_blank) && self.scheme.text().trim().is_empty() {
            return None;
        }
        let condition = |row: &Row| Condition {
            field: row.field.text().trim().to_owned(),
            operator: row.operator,
            value: typed(row.value.text(), row.operator),
        };
        let scheme = self.scheme.text().trim().to_owned();
        Some(RecordFilter { conditions: self.rows.iter().map(condition).collect(), scheme })
    }

    fn focused(&mut self) -> Option<&mut Field> {
        match self.rows.get_mut(self.row) {
            None => Some(&mut self.scheme),
            Some(row) => match self.cell {
                0 => Some(&mut row.field),
                OPERATOR => None,
                _ => Some(&mut row.value),
            },
        }
    }

    /// Does what the person means.
    pub fn act(&mut self, action: Action) -> Filtered {
        let leaving = std::mem::take(&mut self.leaving);
        match action {
            Action::Back if leaving || self.filter() == self.before => return Filtered::Left,
            Action::Back => self.leaving = true,
            Action::Save => return self.keep(),
            Action::New => {
                self.rows.insert((self.row + 1).min(self.rows.len()), Row::of(None));
                let at_end = self.row + 2 >= self.rows.len();
                self.row = (self.row + 1).min(self.rows.len() - 1);
                self.cell = 0;
                self.renumber(!at_end);
            }
            Action::Delete if self.row < self.rows.len() => {
                self.rows.remove(self.row);
                if self.rows.is_empty() {
                    self.rows.push(Row::of(None));
                }
                self.row = self.row.min(self.rows.len() - 1);
                self.cell = 0;
                self.renumber(true);
            }
            Action::Next | Action::Submit => self.step(true),
            Action::Previous => self.step(false),
            Action::Down => self.row = (self.row + 1).min(self.rows.len()),
            Action::Up => self.row = self.row.saturating_sub(1),
            Action::Right => self.turn(1),
            Action::Left => self.turn(Operator::ALL.len() - 1),
            Action::Type(key) => {
                let on_scheme = self.row == self.rows.len();
                if self.focused().is_some_and(|field| field.press(&key)) && on_scheme {
                    self.renumbered = false;
                }
            }
            _ => {}
        }
        Filtered::Stay
    }

    /// Pasted text goes into the focused field.
    pub fn paste(&mut self, text: &str) {
        if let Some(field) = self.focused() {
            field.paste(text);
        }
    }

    fn renumber(&mut self, moved: bool) {
        self.renumbered |= moved && !self.scheme.text().trim().is_empty();
    }

    fn step(&mut self, forward: bool) {
        let places = self.rows.len() * CELLS + 1;
        let now = if self.row == self.rows.len() { places - 1 } else { self.row * CELLS + self.cell };
        let next = (now + if forward { 1 } else { places - 1 }) % places;
        (self.row, self.cell) = (next / CELLS, next % CELLS);
    }

    fn turn(&mut self, by: usize) {
        if let Some(row) = self.rows.get_mut(self.row) {
            let place = Operator::ALL.iter().position(|o| *o == row.operator).unwrap_or(0);
            row.operator = Operator::ALL[(place + by) % Operator::ALL.len()];
        }
    }

    fn keep(&mut self) -> Filtered {
        self.tried = true;
        let filter = self.filter();
        match filter.as_ref().map_or(Ok(()), RecordFilter::check) {
            Ok(()) => Filtered::Kept(filter),
            Err(error) => {
                (self.row, self.cell) = match error.condition {
                    Some(number) if error.at.is_none() => (number - 1, 0),
                    _ => (self.rows.len(), 0),
                };
                Filtered::Stay
            }
        }
    }

    fn verdict(&self) -> Option<Result<String, FilterError>> {
        self.filter().map(|filter| filter.expression())
    }
}
