//! Moments as options give them: an error names its option.
//!
//! How a moment may be written is the clock's matter.

use crate::clock::{Direction, parse_when};
use crate::model::{ParseError, Time};

/// Reads a moment whose spans lie ahead.
///
/// # Errors
/// When it is none.
pub fn ahead(option: &str, when: &str, now: Time) -> Result<Time, ParseError> {
    read(option, when, now, Direction::Ahead)
}

/// Reads a moment whose spans lie back.
///
/// # Errors
/// When it is none.
pub fn back(option: &str, when: &str, now: Time) -> Result<Time, ParseError> {
    read(option, when, now, Direction::Back)
}

fn read(option: &str, when: &str, now: Time, direction: Direction) -> Result<Time, ParseError> {
    parse_when(when, now, direction)
        .map_err(|error| ParseError::new(format!("{option}: {}", error.sentence), error.hint))
}
