//! A filter and an order over the rows of the history: 16 bytes a row, however long its texts are.
//!
//! Texts that are sorted by are kept once each. Rows that are not on a shelf yet are merged in when a window is read.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use super::super::query::{LogonColumn, LogonFilter, LogonSort};
use super::super::words::Words;
use crate::model::{LogonResult, LogonRow, Reference};

/// A filter, ready to be asked a million times.
pub(in crate::registry) struct Meaning<'a> {
    filter: &'a LogonFilter,
    words: Words,
    reference: Option<Reference>,
}

impl<'a> Meaning<'a> {
    pub(in crate::registry) fn of(filter: &'a LogonFilter) -> Self {
        Self { filter, words: Words::new(&filter.text), reference: Reference::parse(&filter.text) }
    }

    pub(in crate::registry) fn fits(&self, row: &LogonRow) -> bool {
        let LogonFilter { key, since, result, text, newest } = self.filter;
        key.is_none_or(|key| row.key == Some(key))
            && since.is_none_or(|since| row.time >= since)
            && result.is_none_or(|result| result.has(row.result))
            && newest.is_none_or(|newest| row.id <= newest)
            && (text.trim().is_empty() || self.said_in(row))
    }

    fn said_in(&self, row: &LogonRow) -> bool {
        if self.reference.is_some_and(|reference| row.references.contains(&reference)) {
            return true;
        }
        let refused = if row.result == LogonResult::Accepted { "" } else { "refused" };
        let mut text =
            format!("{refused}\n{}\n{}\n{}\n{}", row.description, row.source, row.agent, row.target());
        for part in [row.key.as_ref().map_or("", |key| key.as_str()), row.result.code(), row.result.name()] {
            text.push('\n');
            text.push_str(part);
        }
        for reference in &row.references {
            text.push('\n');
            text.push_str(&reference.to_string());
        }
        let lower: String = text.chars().flat_map(char::to_lowercase).collect();
        self.words.found_in(&lower, "")
    }
}

/// A row's place: its closing, and which row of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::registry) struct At(u64);

impl At {
    /// No closing has a million rows.
    const BITS: u32 = 20;

    fn new(closing: u64, place: usize) -> Self {
        Self(closing << Self::BITS | place as u64)
    }

    pub(in crate::registry) const fn closing(self) -> u64 {
        self.0 >> Self::BITS
    }

    fn place(self) -> usize {
        usize::try_from(self.0 & ((1 << Self::BITS) - 1)).unwrap_or(0)
    }
}

/// Rows that a filter leaves, in an order.
#[derive(Debug)]
pub(in crate::registry) struct Arrangement {
    pub(in crate::registry) filter: LogonFilter,
    pub(in crate::registry) sort: LogonSort,
    pub(in crate::registry) epoch: u64,
    /// All closings up to this one are in it.
    pub(in crate::registry) upto: u64,
    /// What is sorted by, and where; ascending by both.
    items: Vec<(u32, At)>,
    sorted: usize,
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

/// What is sorted by: a number, or a text that is folded already.
enum Rank {
    Number(u32),
    Text(String),
}

fn rank(column: LogonColumn, row: &LogonRow) -> Rank {
    let text = |text: &str| Rank::Text(text.chars().flat_map(char::to_lowercase).collect());
    match column {
        LogonColumn::Time => Rank::Number(u32::try_from(row.time.0).unwrap_or(0)),
        LogonColumn::Count => Rank::Number(u32::try_from(row.count).unwrap_or(u32::MAX)),
        LogonColumn::Result => Rank::Number(row.result as u32),
        LogonColumn::Key if row.description.is_empty() => text(row.key.as_ref().map_or("", |k| k.as_str())),
        LogonColumn::Key => text(&row.description),
        LogonColumn::Source => text(&row.source),
        LogonColumn::Agent => text(&row.agent),
        LogonColumn::Target => text(&row.target()),
    }
}

impl Arrangement {
    pub(in crate::registry) fn new(filter: LogonFilter, sort: LogonSort, epoch: u64) -> Self {
        let (names, numbers) = (Vec::new(), HashMap::new());
        Self { filter, sort, epoch, upto: 0, items: Vec::new(), sorted: 0, names, numbers }
    }

    /// Takes in the rows of a closing that fit.
    pub(in crate::registry) fn add(&mut self, closing: u64, rows: &[LogonRow], meaning: &Meaning<'_>) {
        for (place, row) in rows.iter().enumerate().filter(|(_, row)| meaning.fits(row)) {
            let number = match self.sort.column.map(|column| rank(column, row)) {
                None => 0,
                Some(Rank::Number(number)) => number,
                Some(Rank::Text(text)) => self.number(&text),
            };
            self.items.push((number, At::new(closing, place)));
        }
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let (number, name) = (u32::try_from(self.names.len()).unwrap_or(u32::MAX), Arc::<str>::from(text));
        self.names.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    fn is_text(&self) -> bool {
        use LogonColumn::{Agent, Key, Source, Target};
        matches!(self.sort.column, Some(Key | Source | Agent | Target))
    }

    /// All closings up to this one were added: puts what is new in its place.
    pub(in crate::registry) fn settle(&mut self, upto: u64) {
        self.upto = self.upto.max(upto);
        if self.sort.column.is_some() && self.sorted < self.items.len() {
            let (text, names) = (self.is_text(), &self.names);
            let name = |number: u32| names.get(number as usize);
            // What was sorted before is one run: the sort finds it and merges.
            self.items.sort_by(|a, b| {
                let by = if text && a.0 != b.0 { name(a.0).cmp(&name(b.0)) } else { a.0.cmp(&b.0) };
                by.then(a.1.cmp(&b.1))
            });
        }
        self.sorted = self.items.len();
    }

    /// Merged with the rows that are on no shelf yet, which come newest first.
    pub(in crate::registry) fn merged<'a>(&'a self, present: &'a [LogonRow]) -> Merged<'a> {
        let mut here: Vec<(usize, &LogonRow)> =
            present.iter().rev().map(|row| (self.insertion(row), row)).collect();
        if let Some(column) = self.sort.column {
            here.sort_by(|a, b| {
                let by = match (rank(column, a.1), rank(column, b.1)) {
                    (Rank::Number(a), Rank::Number(b)) => a.cmp(&b),
                    (Rank::Text(a), Rank::Text(b)) => a.cmp(&b),
                    _ => Ordering::Equal,
                };
                a.0.cmp(&b.0).then(by)
            });
        }
        Merged { arrangement: self, here }
    }

    /// How many items come before a row that is newer than all of them, ascending.
    fn insertion(&self, row: &LogonRow) -> usize {
        match self.sort.column.map(|column| rank(column, row)) {
            None => self.items.len(),
            Some(Rank::Number(number)) => self.items.partition_point(|item| item.0 <= number),
            Some(Rank::Text(text)) => {
                let name = |number: u32| self.names.get(number as usize).map_or("", |name| name);
                self.items.partition_point(|item| name(item.0) <= text.as_str())
            }
        }
    }

    /// Whether the last come first.
    fn backwards(&self) -> bool {
        self.sort.column.is_none() || self.sort.descending
    }
}

/// An arrangement and the rows beside it.
pub(in crate::registry) struct Merged<'a> {
    arrangement: &'a Arrangement,
    /// Rows on no shelf, each with the number of items before it; ascending.
    here: Vec<(usize, &'a LogonRow)>,
}

impl Merged<'_> {
    pub(in crate::registry) fn total(&self) -> u64 {
        (self.arrangement.items.len() + self.here.len()) as u64
    }

    /// The rows from one place to another; `read` gives all rows of the closing of a place, and none when it is gone.
    pub(in crate::registry) fn window(
        &self,
        (from, to): (usize, usize),
        mut read: impl FnMut(At) -> Option<Vec<LogonRow>>,
    ) -> Option<Vec<LogonRow>> {
        let total = self.arrangement.items.len() + self.here.len();
        let mut last: Option<(u64, Vec<LogonRow>)> = None;
        let mut rows = Vec::with_capacity(to - from);
        for wanted in from..to {
            let place = if self.arrangement.backwards() { total - 1 - wanted } else { wanted };
            // How many of those beside stand before this place.
            let beside = self.beside(place);
            let here = self.here.get(beside).filter(|(before, _)| before + beside == place);
            if let Some((_, row)) = here {
                rows.push((*row).clone());
                continue;
            }
            let (_, at) = *self.arrangement.items.get(place - beside)?;
            if last.as_ref().is_none_or(|(closing, _)| *closing != at.closing()) {
                last = Some((at.closing(), read(at)?));
            }
            rows.push(last.as_ref()?.1.get(at.place())?.clone());
        }
        Some(rows)
    }

    /// How many rows on no shelf stand before a place of the merged list.
    fn beside(&self, place: usize) -> usize {
        let (mut low, mut high) = (0, self.here.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.here[middle].0 + middle < place { low = middle + 1 } else { high = middle }
        }
        low
    }
}
