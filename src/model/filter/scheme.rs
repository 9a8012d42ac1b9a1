//! The scheme: `1 AND (2 OR 3)` read once, into a tree or straight into a truth, with errors that point at the place.

use super::{FilterError, MAX_CONDITIONS, error, wrong};
use crate::model::text::escape;

/// How deep parentheses may nest.
const MAX_DEPTH: usize = 64;

/// A scheme as a tree; numbers are conditions from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scheme {
    Condition(usize),
    All(Vec<Scheme>),
    Any(Vec<Scheme>),
}

/// What a scheme is read into.
pub(super) trait Reading {
    type Part;
    /// A condition. `wanted` is false where the answer can no longer change anything.
    fn condition(&mut self, number: usize, wanted: bool) -> Self::Part;
    /// Two parts and what joins them.
    fn join(&mut self, and: bool, left: Self::Part, right: Self::Part) -> Self::Part;
    /// Whether the right side of a join is still of interest, given the left.
    fn wants(&self, and: bool, left: &Self::Part) -> bool;
}

/// Reads into a tree.
#[derive(Debug)]
pub(super) struct Tree;

impl Reading for Tree {
    type Part = Scheme;

    fn condition(&mut self, number: usize, _wanted: bool) -> Scheme {
        Scheme::Condition(number)
    }

    fn join(&mut self, and: bool, left: Scheme, right: Scheme) -> Scheme {
        match (and, left) {
            (true, Scheme::All(mut parts)) => {
                parts.push(right);
                Scheme::All(parts)
            }
            (true, left) => Scheme::All(vec![left, right]),
            (false, Scheme::Any(mut parts)) => {
                parts.push(right);
                Scheme::Any(parts)
            }
            (false, left) => Scheme::Any(vec![left, right]),
        }
    }

    fn wants(&self, _and: bool, _left: &Scheme) -> bool {
        true
    }
}

/// Reads into a truth, without any allocation: asks a condition only where its answer still matters.
pub(super) struct Truth<F: FnMut(usize) -> bool>(pub(super) F);

impl<F: FnMut(usize) -> bool> Reading for Truth<F> {
    type Part = bool;

    fn condition(&mut self, number: usize, wanted: bool) -> bool {
        wanted && (self.0)(number)
    }

    fn join(&mut self, and: bool, left: bool, right: bool) -> bool {
        if and { left && right } else { left || right }
    }

    fn wants(&self, and: bool, left: &bool) -> bool {
        *left == and
    }
}

/// Reads a scheme over `count` conditions, each of which it must name.
pub(super) fn read<R: Reading>(text: &str, count: usize, reading: &mut R) -> Result<R::Part, FilterError> {
    let mut parser = Parser { text, place: 0, count, used: [0; WORDS], reading };
    let part = parser.any(0, true)?;
    if let Some((_, start)) = parser.word() {
        return error("The scheme goes on where it should end", Some(parser.character(start)));
    }
    match (1..=count).find(|number| !parser.is_used(*number)) {
        Some(number) => wrong(number, " is not in the scheme"),
        None => Ok(part),
    }
}

/// A bit for every condition a filter may have.
const WORDS: usize = MAX_CONDITIONS / 64 + 1;

/// Reads a scheme word by word.
struct Parser<'a, R> {
    text: &'a str,
    place: usize,
    count: usize,
    used: [u64; WORDS],
    reading: &'a mut R,
}

impl<'a, R: Reading> Parser<'a, R> {
    fn is_used(&self, number: usize) -> bool {
        self.used.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// The character, from 1, at a byte of the text: counted only for an error.
    fn character(&self, byte: usize) -> usize {
        self.text.get(..byte).map_or(0, |before| before.chars().count()) + 1
    }

    /// The next word with its first byte and the byte behind it, without taking it.
    fn peek(&self) -> Option<(&'a str, usize, usize)> {
        let rest = &self.text[self.place..];
        let start = self.place + (rest.len() - rest.trim_start().len());
        let rest = &self.text[start..];
        let first = rest.chars().next()?;
        let end = if first.is_ascii_alphanumeric() {
            rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        Some((&rest[..end], start, start + end))
    }

    fn word(&mut self) -> Option<(&'a str, usize)> {
        let (word, start, end) = self.peek()?;
        self.place = end;
        Some((word, start))
    }

    fn takes(&mut self, wanted: &str) -> bool {
        match self.peek() {
            Some((word, _, end)) if word.eq_ignore_ascii_case(wanted) => {
                self.place = end;
                true
            }
            _ => false,
        }
    }

    fn any(&mut self, depth: usize, wanted: bool) -> Result<R::Part, FilterError> {
        let mut left = self.all(depth, wanted)?;
        while self.takes("OR") {
            let still = wanted && self.reading.wants(false, &left);
            let right = self.all(depth, still)?;
            left = self.reading.join(false, left, right);
        }
        Ok(left)
    }

    fn all(&mut self, depth: usize, wanted: bool) -> Result<R::Part, FilterError> {
        let mut left = self.one(depth, wanted)?;
        while self.takes("AND") {
            let still = wanted && self.reading.wants(true, &left);
            let right = self.one(depth, still)?;
            left = self.reading.join(true, left, right);
        }
        Ok(left)
    }

    fn one(&mut self, depth: usize, wanted: bool) -> Result<R::Part, FilterError> {
        let Some((word, start)) = self.word() else {
            let end = self.character(self.text.len());
            return error("The scheme ends where a condition's number should stand", Some(end));
        };
        let at = || Some(self.character(start));
        if word == "(" {
            if depth >= MAX_DEPTH {
                return error(format!("Parentheses nest deeper than {MAX_DEPTH}"), at());
            }
            let inner = self.any(depth + 1, wanted)?;
            if !self.takes(")") {
                return error("This parenthesis is not closed", Some(self.character(start)));
            }
            return Ok(inner);
        }
        let count = self.count;
        match word.parse::<usize>() {
            Ok(number) if (1..=count).contains(&number) => {
                if let Some(bits) = self.used.get_mut(number / 64) {
                    *bits |= 1 << (number % 64);
                }
                Ok(self.reading.condition(number, wanted))
            }
            Ok(number) => error(format!("The scheme names condition {number}, there are {count}"), at()),
            Err(_) => {
                let word = escape(word);
                error(format!("\"{word}\" stands where a condition's number or ( should"), at())
            }
        }
    }
}
