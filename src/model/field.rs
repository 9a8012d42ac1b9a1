//! Texts and numbers typed by people: parsed once, good ever after.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::text;

/// Why a text is not what it should be: a sentence without a full stop, and the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParseError {
    /// What is wrong, naming the field and the rule.
    pub sentence: String,
    /// What to do instead.
    pub hint: String,
}

impl ParseError {
    /// A sentence and a hint.
    pub fn new(sentence: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), hint: hint.into() }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for ParseError {}

/// A short text typed by people: trimmed, 1 to 200 characters, none of them hostile.
fn short_text(field: &str, example: &str, text: &str) -> Result<String, ParseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ParseError::new(
            format!("{field} is empty"),
            format!("{field} takes 1 to 200 characters, such as \"{example}\""),
        ));
    }
    let count = text.chars().count();
    if count > 200 {
        return Err(ParseError::new(format!("{field} has {count} characters"), "at most 200 are kept"));
    }
    if let Some(c) = text::first_hostile(text) {
        return Err(ParseError::new(
            format!("{field} has the invisible or control character {}", c.escape_unicode()),
            "type it again without pasting; control, bidi and zero-width characters are refused",
        ));
    }
    Ok(text.to_owned())
}

fn is_good(text: &str) -> bool {
    // Printable ASCII without a space at its ends is what nearly all texts are.
    let bytes = text.as_bytes();
    let plain = bytes.iter().fold(true, |plain, byte| plain & (b' '..=b'~').contains(byte));
    if plain && (1..=200).contains(&bytes.len()) {
        return bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ');
    }
    let count = text.chars().count();
    text.trim() == text && (1..=200).contains(&count) && text::first_hostile(text).is_none()
}

macro_rules! short_text_type {
    ($(#[$doc:meta])* $name:ident, $field:literal, $example:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Trims and takes the text.
            ///
            /// # Errors
            /// When it is empty, longer than 200 characters, or holds a hostile character.
            pub fn parse(text: &str) -> Result<Self, ParseError> {
                short_text($field, $example, text).map(|t| Self(t.into_boxed_str()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseError;

            fn try_from(text: String) -> Result<Self, ParseError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0.into()
            }
        }

        impl FromStr for $name {
            type Err = ParseError;

            fn from_str(text: &str) -> Result<Self, ParseError> {
                Self::parse(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

short_text_type!(
    /// What a key or a group is for, in people's words.
    Description,
    "Description",
    "HR System Integration"
);
short_text_type!(
    /// Who answers for a key: free text.
    Owner,
    "Owner",
    "HR team, Ada Lovelace"
);
short_text_type!(
    /// An account of the operating system: its name, or its number where it has none.
    Account,
    "Account",
    "ada"
);
short_text_type!(
    /// Why somebody lives with a finding.
    Grounds,
    "Reason",
    "moves to its own group with release 7"
);

/// The texts of which a key is made: kept elsewhere, and made anew without a question.
macro_rules! packed {
    ($($name:ident)*) => {
        $(impl $name {
            /// Whether parsing would take this text as it is.
            pub(super) fn is_good(text: &str) -> bool {
                is_good(text)
            }

            /// A text that is known to be good.
            pub(super) fn known(text: &str) -> Self {
                Self(text.into())
            }
        })*
    };
}

packed!(Description Owner Account);

/// A number of days from 1 to 3650.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Days(u16);

impl Days {
    /// Seven days.
    pub const WEEK: Self = Self(7);

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Reads `90d`, `90`, `12w`, `quarterly` (90 days) or `semi-annual` (180 days).
    ///
    /// # Errors
    /// When it is none of these or outside 1 to 3650 days.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let lower = text.trim().to_ascii_lowercase();
        let refuse = || {
            ParseError::new(
                format!(
                    "Rotate every \"{}\" is not a number of days from 1 to 3650",
                    text::escape(text.trim())
                ),
                "write 90d, 12w, quarterly or semi-annual",
            )
        };
        let days = match lower.as_str() {
            "quarterly" => 90,
            "semi-annual" | "semi-annually" | "semiannual" => 180,
            other => {
                let (digits, factor) = match other.strip_suffix('w') {
                    Some(weeks) => (weeks, 7u16),
                    None => (other.strip_suffix('d').unwrap_or(other), 1),
                };
                let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                let number: u16 =
                    if plain { digits.parse().map_err(|_| refuse())? } else { return Err(refuse()) };
                number.checked_mul(factor).ok_or_else(refuse)?
            }
        };
        Self::try_from(days).map_err(|_| refuse())
    }
}

impl Days {
    /// So many days, where that is a span that may be.
    pub(super) fn within_bounds(days: u16) -> Option<Self> {
        (1..=3650).contains(&days).then_some(Self(days))
    }
}

impl TryFrom<u16> for Days {
    type Error = ParseError;

    fn try_from(days: u16) -> Result<Self, ParseError> {
        Self::within_bounds(days).ok_or_else(|| {
            ParseError::new(
                format!("{days} days is outside 1 to 3650"),
                "choose a number of days from 1 to 3650",
            )
        })
    }
}

impl From<Days> for u16 {
    fn from(days: Days) -> Self {
        days.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_trimmed_and_bounded() {
        assert_eq!(Description::parse("  HR  ").unwrap().as_str(), "HR");
        assert!(Description::parse("   ").is_err());
        assert!(Description::parse(&"x".repeat(201)).is_err());
        assert!(Description::parse(&"ü".repeat(200)).is_ok());
        assert!(Description::parse("a\u{202e}b").is_err());
    }

    #[test]
    fn rotation_spans_are_days_weeks_or_the_words_of_the_page() {
        assert_eq!(Days::parse("90d").unwrap().get(), 90);
        assert_eq!(Days::parse("quarterly").unwrap().get(), 90);
        assert_eq!(Days::parse("26w").unwrap().get(), 182);
        for bad in ["", "0d", "d", "-3", "9999d", "90 d", "99999999999d", "+5"] {
            assert!(Days::parse(bad).is_err(), "{bad}");
        }
    }
}
