//! The scheme: `1 AND (2 OR 3)` read into a tree, with errors that point at the place.

use super::{FilterError, error};
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

impl Scheme {
    /// Reads a scheme over `count` conditions, each of which it must name.
    pub(super) fn parse(text: &str, count: usize) -> Result<Self, FilterError> {
        let mut parser = Parser { text, place: 0, used: vec![false; count] };
        let tree = parser.any(0)?;
        if let Some((_, at)) = parser.word() {
            return error("The scheme goes on where it should end", Some(at));
        }
        match parser.used.iter().position(|used| !used) {
            Some(index) => error(format!("Condition {} is not in the scheme", index + 1), None),
            None => Ok(tree),
        }
    }
}

/// Reads a scheme word by word.
struct Parser<'a> {
    text: &'a str,
    place: usize,
    used: Vec<bool>,
}

impl<'a> Parser<'a> {
    /// The next word and its character from 1, without taking it.
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
        Some((&rest[..end], start + end, self.text[..start].chars().count() + 1))
    }

    fn word(&mut self) -> Option<(&'a str, usize)> {
        let (word, end, at) = self.peek()?;
        self.place = end;
        Some((word, at))
    }

    fn takes(&mut self, wanted: &str) -> bool {
        match self.peek() {
            Some((word, end, _)) if word.eq_ignore_ascii_case(wanted) => {
                self.place = end;
                true
            }
            _ => false,
        }
    }

    fn any(&mut self, depth: usize) -> Result<Scheme, FilterError> {
        let mut parts = vec![self.all(depth)?];
        while self.takes("OR") {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Scheme::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Scheme, FilterError> {
        let mut parts = vec![self.one(depth)?];
        while self.takes("AND") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Scheme::All(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Scheme, FilterError> {
        let Some((word, at)) = self.word() else {
            return error(
                "The scheme ends where a condition's number should stand",
                Some(self.text.chars().count() + 1),
            );
        };
        if word == "(" {
            if depth >= MAX_DEPTH {
                return error(format!("Parentheses nest deeper than {MAX_DEPTH}"), Some(at));
            }
            let inner = self.any(depth + 1)?;
            if !self.takes(")") {
                return error("This parenthesis is not closed", Some(at));
            }
            return Ok(inner);
        }
        let count = self.used.len();
        match word.parse::<usize>() {
            Ok(number) if (1..=count).contains(&number) => {
                self.used[number - 1] = true;
                Ok(Scheme::Condition(number))
            }
            Ok(number) => error(format!("The scheme names condition {number}, there are {count}"), Some(at)),
            Err(_) => {
                let word = escape(word);
                error(format!("\"{word}\" stands where a condition's number or ( should"), Some(at))
            }
        }
    }
}
