//! Rows on standard output: a whole table, fields with their names, or a list too long to be held.
//!
//! What the cells say is each command's matter; here they are fitted and written.

use super::failure::Failure;
use super::output::Output;
use super::table::{Cell, Look, Paint, Table};
use crate::registry::Window;

/// Rows that the widths of a long list are fitted to.
const FITTED: usize = Window::LARGEST as usize;

/// Writes headings and rows.
///
/// # Errors
/// When they could not be written.
pub fn table<'a, const N: usize>(
    headings: [&'static str; N],
    rows: impl IntoIterator<Item = [Cell<'a>; N]>,
    paint: Paint,
    out: &mut Output,
) -> Result<(), Failure> {
    let rows: Vec<_> = rows.into_iter().collect();
    let mut table = Table::new(headings, paint);
    table.fit_all(&rows);
    out.line(&table.head())?;
    rows.iter().try_for_each(|row| out.line(&table.row(row)))
}

/// Writes fields, one a line, each after its name.
///
/// # Errors
/// When they could not be written.
pub fn fields<'a>(
    fields: impl IntoIterator<Item = (&'static str, Cell<'a>)>,
    paint: Paint,
    out: &mut Output,
) -> Result<(), Failure> {
    let row = |(name, cell)| [Cell::new(name).looking(Look::Strong), cell];
    let rows: Vec<_> = fields.into_iter().map(row).collect();
    let mut table = Table::new(["", ""], paint);
    table.fit_all(&rows);
    rows.iter().try_for_each(|row| out.line(&table.row(row)))
}

/// A long list as a table: the widths are fitted to its first rows; what comes later streams on in the same columns.
#[derive(Debug)]
pub struct Listing<T, const N: usize> {
    table: Table<N>,
    cells: for<'r> fn(&'r T) -> [Cell<'r>; N],
    held: Vec<T>,
    fitted: bool,
}

impl<T, const N: usize> Listing<T, N> {
    /// A list that has no row yet.
    pub fn new(headings: [&'static str; N], cells: for<'r> fn(&'r T) -> [Cell<'r>; N], paint: Paint) -> Self {
        Self { table: Table::new(headings, paint), cells, held: Vec::new(), fitted: false }
    }

    /// One more row.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn row(&mut self, row: T, out: &mut Output) -> Result<(), Failure> {
        if self.fitted {
            return out.line(&self.table.row(&(self.cells)(&row)));
        }
        self.held.push(row);
        if self.held.len() == FITTED { self.begin(out) } else { Ok(()) }
    }

    /// No more rows; whether there was one.
    ///
    /// # Errors
    /// When they could not be written.
    pub fn end(mut self, out: &mut Output) -> Result<bool, Failure> {
        if !self.fitted && !self.held.is_empty() {
            self.begin(out)?;
        }
        Ok(self.fitted)
    }

    fn begin(&mut self, out: &mut Output) -> Result<(), Failure> {
        self.fitted = true;
        let held = std::mem::take(&mut self.held);
        for row in &held {
            self.table.fit(&(self.cells)(row));
        }
        out.line(&self.table.head())?;
        held.iter().try_for_each(|row| out.line(&self.table.row(&(self.cells)(row))))
    }
}
