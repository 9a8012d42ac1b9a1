//! Descriptions and owners of all keys in two long texts, as they are and in lower case, so that one search walks
//! over all of them.
//!
//! A row is a span of both texts, at the same place in each: description, line feed, owner, line feed, filled up with
//! line feeds. No word holds a line feed, so nothing is found across rows. A text that was edited later stands beside.

use std::collections::BTreeMap;
use std::ops::Range;

/// From so many rows on it is known about how long the texts of all will be.
const SAMPLE: usize = 4096;
/// No row is longer in either text, as long as what may be written down is not.
const LONGEST: usize = 4096;
/// Edited rows that stand beside, until the texts are written anew.
const BESIDE: usize = 1024;

#[derive(Debug, Default, Clone)]
pub(super) struct Texts {
    plain: String,
    lower: String,
    /// Where each row starts, and where the last one ends.
    starts: Vec<u32>,
    /// Length of description and owner.
    lengths: Vec<(u16, u16)>,
    /// How many rows are to come, as far as that was said.
    expected: usize,
    beside: BTreeMap<u32, Beside>,
}

#[derive(Debug, Clone)]
struct Beside {
    description: Box<str>,
    owner: Box<str>,
    lower: Box<str>,
}

fn lower_of(description: &str, owner: &str) -> String {
    let mut lower = String::with_capacity(description.len() + owner.len() + 2);
    for part in [description, owner] {
        fold_onto(&mut lower, part);
        lower.push('\n');
    }
    lower
}

fn fold_onto(lower: &mut String, text: &str) {
    let start = lower.len();
    if text.is_ascii() {
        lower.push_str(text);
        lower[start..].make_ascii_lowercase();
        return;
    }
    for letter in text.chars() {
        if letter.is_ascii() {
            lower.push(letter.to_ascii_lowercase());
        } else {
            lower.extend(letter.to_lowercase());
        }
    }
}

impl Texts {
    pub(super) fn reserve(&mut self, rows: usize) {
        self.starts.reserve_exact(rows + 1);
        self.lengths.reserve_exact(rows);
        self.expected = rows;
    }

    /// Lets go of room that is not used, where that is worth writing all anew: room that nothing was ever written to
    /// takes no memory.
    pub(super) fn shrink(&mut self) {
        for text in [&mut self.plain, &mut self.lower] {
            if text.capacity() - text.len() > text.len() / 4 {
                text.shrink_to_fit();
            }
        }
        self.starts.shrink_to_fit();
        self.lengths.shrink_to_fit();
    }

    /// Room for all rows to come, by the rows that came: growing by doubling would take twice the room, and write
    /// everything anew again and again.
    fn see_ahead(&mut self) {
        let rows = self.lengths.len();
        let expected = self.expected.saturating_sub(rows);
        if rows < SAMPLE || expected == 0 {
            return;
        }
        for text in [&mut self.plain, &mut self.lower] {
            if text.capacity() - text.len() < LONGEST {
                let room = text.len() / rows * expected;
                text.reserve_exact((room + room / 16).max(text.len() / 8) + 2 * LONGEST);
            }
        }
    }

    /// A new row at the end.
    pub(super) fn push(&mut self, description: &str, owner: &str) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let row = self.lengths.len();
        let lengths = (u16::try_from(description.len()), u16::try_from(owner.len()));
        let room = u32::try_from(self.plain.len() + 3 * (description.len() + owner.len()) + 2).is_ok();
        if let ((Ok(first), Ok(second)), true) = (lengths, room) {
            self.plain.push_str(description);
            self.plain.push('\n');
            self.plain.push_str(owner);
            self.plain.push('\n');
            fold_onto(&mut self.lower, description);
            self.lower.push('\n');
            fold_onto(&mut self.lower, owner);
            self.lower.push('\n');
            // Letters may be longer in lower case, or shorter.
            while self.plain.len() < self.lower.len() {
                self.plain.push('\n');
            }
            while self.lower.len() < self.plain.len() {
                self.lower.push('\n');
            }
            self.lengths.push((first, second));
        } else {
            self.lengths.push((0, 0));
            self.put_beside(row, description, owner);
        }
        self.starts.push(u32::try_from(self.plain.len()).unwrap_or(u32::MAX));
        self.see_ahead();
    }

    /// Other texts for a row.
    pub(super) fn set(&mut self, row: usize, description: &str, owner: &str) {
        if self.description(row) == description && self.owner(row) == owner {
            return;
        }
        self.put_beside(row, description, owner);
        if self.beside.len() > BESIDE.max(self.lengths.len() / 8) {
            self.write_anew();
        }
    }

    fn put_beside(&mut self, row: usize, description: &str, owner: &str) {
        let lower = lower_of(description, owner).into();
        let Ok(row) = u32::try_from(row) else { return };
        self.beside.insert(row, Beside { description: description.into(), owner: owner.into(), lower });
    }

    fn write_anew(&mut self) {
        let mut anew = Self::default();
        anew.reserve(self.lengths.len());
        for row in 0..self.lengths.len() {
            anew.push(self.description(row), self.owner(row));
        }
        anew.shrink();
        *self = anew;
    }

    fn beside(&self, row: usize) -> Option<&Beside> {
        if self.beside.is_empty() {
            return None;
        }
        self.beside.get(&u32::try_from(row).ok()?)
    }

    fn start(&self, row: usize) -> usize {
        self.starts.get(row).map_or(0, |&at| at as usize)
    }

    pub(super) fn description(&self, row: usize) -> &str {
        if let Some(beside) = self.beside(row) {
            return &beside.description;
        }
        let (start, length) = (self.start(row), self.lengths.get(row).map_or(0, |l| l.0.into()));
        self.plain.get(start..start + length).unwrap_or_default()
    }

    pub(super) fn owner(&self, row: usize) -> &str {
        if let Some(beside) = self.beside(row) {
            return &beside.owner;
        }
        let (description, owner) = self.lengths.get(row).map_or((0, 0), |l| (l.0.into(), l.1.into()));
        let start = self.start(row) + description + 1;
        self.plain.get(start..start + owner).unwrap_or_default()
    }

    /// Description and owner in lower case, a line each.
    pub(super) fn lower(&self, row: usize) -> &str {
        if let Some(beside) = self.beside(row) {
            return &beside.lower;
        }
        self.lower.get(self.start(row)..self.start(row + 1)).unwrap_or_default()
    }

    /// All in lower case, and where each row starts and the last one ends. Rows of [`Self::elsewhere`] do not count.
    pub(super) fn all_lower(&self) -> (&str, &[u32]) {
        (&self.lower, &self.starts)
    }

    /// Which of these rows' texts stand beside.
    pub(super) fn elsewhere(&self, rows: Range<u32>) -> impl Iterator<Item = u32> {
        self.beside.range(rows).map(|(row, _)| *row)
    }
}
