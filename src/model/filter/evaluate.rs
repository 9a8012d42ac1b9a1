//! Does a record pass a filter?
//!
//! Both sides numbers, or both dates: compared as such; else as text without case. A missing field equals nothing:
//! only `is-empty` and `!=` hold for it. For a nested value no condition holds, so that doubt never opens a door.

use std::char::ToLowercase;
use std::cmp::Ordering;
use std::fmt::{self, Write};
use std::str::Chars;

use super::scheme::{Truth, read};
use super::{Condition, FilterError, Operator, RecordFilter, Value};
use crate::model::date::instant;
use crate::model::record::{Cell, Record};

impl RecordFilter {
    /// Whether the filter lets this record pass.
    ///
    /// # Errors
    /// As [`RecordFilter::check`].
    pub fn admits(&self, record: &Record) -> Result<bool, FilterError> {
        self.sizes()?;
        for (index, condition) in self.conditions.iter().enumerate() {
            condition.check(index + 1)?;
        }
        if self.scheme.trim().is_empty() {
            return Ok(self.conditions.iter().all(|condition| condition.holds(record)));
        }
        let holds = |number: usize| self.conditions.get(number - 1).is_some_and(|c| c.holds(record));
        read(&self.scheme, self.conditions.len(), &mut Truth(holds))
    }
}

impl Condition {
    fn holds(&self, record: &Record) -> bool {
        let cell = record.cell(&self.field);
        if matches!(cell, Some(Cell::Nested(_))) {
            return false;
        }
        let Some(value) = &self.value else {
            return cell.is_none_or(|cell| matches!(cell, Cell::Text(text) if text.is_empty()));
        };
        let Some(cell) = cell else { return self.operator == Operator::NotEqual };
        match (self.operator, value) {
            (Operator::In, Value::List(values)) => {
                values.iter().any(|v| compare(cell, v) == Some(Ordering::Equal))
            }
            (Operator::Equal, _) => compare(cell, value) == Some(Ordering::Equal),
            (Operator::NotEqual, _) => compare(cell, value) != Some(Ordering::Equal),
            (Operator::Less, _) => compare(cell, value) == Some(Ordering::Less),
            (Operator::Greater, _) => compare(cell, value) == Some(Ordering::Greater),
            (Operator::LessOrEqual, _) => {
                matches!(compare(cell, value), Some(Ordering::Less | Ordering::Equal))
            }
            (Operator::GreaterOrEqual, _) => {
                matches!(compare(cell, value), Some(Ordering::Greater | Ordering::Equal))
            }
            (Operator::Contains, _) => texts(cell, value, |mut a, b| {
                loop {
                    if begins(a.clone(), b.clone()) {
                        return true;
                    }
                    if a.next().is_none() {
                        return false;
                    }
                }
            })
            .unwrap_or(false),
            (Operator::StartsWith, _) => texts(cell, value, begins).unwrap_or(false),
            (Operator::In | Operator::IsEmpty, _) => false,
        }
    }
}

fn compare(cell: &Cell, value: &Value) -> Option<Ordering> {
    if let (Cell::Number(a), Value::Number(b)) = (cell, value) {
        return a.partial_cmp(b);
    }
    if let (Cell::Text(a), Value::Text(b)) = (cell, value)
        && let (Some(a), Some(b)) = (instant(a), instant(b))
    {
        return Some(a.cmp(&b));
    }
    texts(cell, value, |a, b| a.cmp(b))
}

/// The characters of a text as they are compared.
type Letters<'a> = std::iter::FlatMap<Chars<'a>, ToLowercase, fn(char) -> ToLowercase>;

fn letters(text: &str) -> Letters<'_> {
    text.chars().flat_map(char::to_lowercase as fn(char) -> ToLowercase)
}

fn begins(mut text: Letters<'_>, mut start: Letters<'_>) -> bool {
    start.all(|wanted| text.next() == Some(wanted))
}

/// Looks at both sides as texts without case; nothing is allocated for it.
fn texts<T>(cell: &Cell, value: &Value, look: impl FnOnce(Letters<'_>, Letters<'_>) -> T) -> Option<T> {
    let (mut of_cell, mut of_value) = (Digits::default(), Digits::default());
    let left = match cell {
        Cell::Bool(b) => word(*b),
        Cell::Number(n) => of_cell.write(*n),
        Cell::Text(t) => t,
        Cell::Null | Cell::Nested(_) => return None,
    };
    let right = match value {
        Value::Bool(b) => word(*b),
        Value::Number(n) => of_value.write(*n),
        Value::Text(t) => t,
        Value::List(_) => return None,
    };
    Some(look(letters(left), letters(right)))
}

const fn word(truth: bool) -> &'static str {
    if truth { "true" } else { "false" }
}

/// A number written out on the stack; the longest of them has fewer than 350 characters.
struct Digits {
    bytes: [u8; 400],
    used: usize,
}

impl Default for Digits {
    fn default() -> Self {
        Self { bytes: [0; 400], used: 0 }
    }
}

impl Digits {
    fn write(&mut self, number: f64) -> &str {
        let _ = write!(self, "{number}");
        std::str::from_utf8(&self.bytes[..self.used]).unwrap_or_default()
    }
}

impl fmt::Write for Digits {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let end = self.used + part.len();
        self.bytes.get_mut(self.used..end).ok_or(fmt::Error)?.copy_from_slice(part.as_bytes());
        self.used = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
