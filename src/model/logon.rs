//! One logon or verification: who asked for what from where, and what came of it. Never a Secret, nor a part of one.
//!
//! [`Logon`] is one event as its witness tells it; [`LogonRow`] is what is kept: equal events of a minute in one row.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::decision::Operation;
use super::field::ParseError;
use super::key::{KeyId, Time};
use super::text::escape;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogonResult {
    /// Let in.
    Accepted,
    /// Invalid API Key.
    Invalid,
    /// Insufficient Permissions.
    Insufficient,
}

impl LogonResult {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Invalid, Self::Insufficient];

    /// The word in JSON and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Invalid => "invalid",
            Self::Insufficient => "insufficient",
        }
    }

    /// The words on screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "Accepted",
            Self::Invalid => "Invalid API Key",
            Self::Insufficient => "Insufficient Permissions",
        }
    }
}

/// Which results are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ResultFilter {
    /// Invalid and insufficient.
    Refused,
    /// This one alone.
    Only(LogonResult),
}

impl ResultFilter {
    /// Whether a result is meant.
    pub fn has(self, result: LogonResult) -> bool {
        match self {
            Self::Refused => result != LogonResult::Accepted,
            Self::Only(only) => only == result,
        }
    }
}

impl FromStr for ResultFilter {
    type Err = ParseError;

    fn from_str(given: &str) -> Result<Self, ParseError> {
        if given.eq_ignore_ascii_case("refused") {
            return Ok(Self::Refused);
        }
        let only = LogonResult::ALL.into_iter().find(|r| given.eq_ignore_ascii_case(r.code()));
        only.map(Self::Only).ok_or_else(|| {
            ParseError::new(
                format!(
                    "Result \"{}\" is not one of refused, accepted, invalid, insufficient",
                    escape(given)
                ),
                "refused is invalid and insufficient together",
            )
        })
    }
}

/// Names one refusal: 40 bits, written `XXXX-XXXX` in Crockford's base32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(u64);

impl Reference {
    const DIGITS: &'static [u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// The reference of these bits; only the lower 40 count.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & 0xff_ffff_ffff)
    }

    /// Its 40 bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Reads what a person may have typed: any case, with or without the dash, O for 0, I or L for 1.
    pub fn parse(typed: &str) -> Option<Self> {
        let (mut value, mut count) = (0, 0);
        for c in typed.trim().chars().filter(|c| *c != '-') {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = Self::DIGITS.iter().position(|d| char::from(*d) == c)?;
            value = (value << 5) | digit as u64;
            count += 1;
            if count > 8 {
                return None;
            }
        }
        (count == 8).then_some(Self(value))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..8).rev() {
            let digit = Self::DIGITS[usize::try_from(self.0 >> (5 * place) & 31).unwrap_or(0)];
            write!(f, "{}{}", char::from(digit), if place == 4 { "-" } else { "" })?;
        }
        Ok(())
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

impl TryFrom<String> for Reference {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text).ok_or_else(|| {
            ParseError::new(
                format!("\"{}\" is not a reference", escape(&text)),
                "a reference is eight letters and digits such as K7M2-4QXA, from the answer that refused",
            )
        })
    }
}

/// One logon or verification as its witness tells it.
#[derive(Debug, Clone, Copy)]
pub struct Logon<'a> {
    /// The Key that was presented, where it has the form of one. Other text is not kept: it may be a Secret.
    pub key: Option<KeyId>,
    /// What the key is for, where that is at hand.
    pub description: Option<&'a str>,
    /// Where it came from: an address, or `local`.
    pub source: &'a str,
    /// The program that called; may be empty.
    pub agent: &'a str,
    /// The table that was asked for.
    pub table: Option<&'a str>,
    /// What was to be done to it.
    pub operation: Option<Operation>,
    /// The menu item that was asked for.
    pub menu: Option<&'a str>,
    /// What came of it.
    pub result: LogonResult,
    /// Whether the caller proved to have the Secret: such events are evidence, others may be anybody's garbage.
    pub proved: bool,
    /// The reference that a refusal was given.
    pub reference: Option<Reference>,
}

impl<'a> Logon<'a> {
    /// An accepted call of a key.
    pub const fn accepted(key: KeyId, source: &'a str) -> Self {
        Self { key: Some(key), proved: true, ..Self::invalid(source) }.with(LogonResult::Accepted)
    }

    /// A refusal as invalid, by nobody in particular.
    pub const fn invalid(source: &'a str) -> Self {
        Self {
            key: None,
            description: None,
            source,
            agent: "",
            table: None,
            operation: None,
            menu: None,
            result: LogonResult::Invalid,
            proved: false,
            reference: None,
        }
    }

    /// A refusal of a proved key for want of permissions.
    pub const fn insufficient(key: KeyId, source: &'a str) -> Self {
        Self { key: Some(key), proved: true, ..Self::invalid(source) }.with(LogonResult::Insufficient)
    }

    const fn with(self, result: LogonResult) -> Self {
        Self { result, ..self }
    }
}

/// One row of the logon history: equal events of one minute, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogonRow {
    /// Its number, growing with time; the row keeps it.
    pub id: u64,
    /// When it happened last.
    pub time: Time,
    /// When it happened first.
    pub first: Time,
    /// The Key; none where none was presented, or several by one source that proved none.
    pub key: Option<KeyId>,
    /// What the key was for at the time; empty where no key of that name lived.
    pub description: String,
    /// Where it came from.
    pub source: String,
    /// The program that called; may be empty.
    pub agent: String,
    /// The table that was asked for.
    pub table: Option<String>,
    /// What was to be done to it.
    pub operation: Option<Operation>,
    /// The menu item that was asked for.
    pub menu: Option<String>,
    /// What came of it.
    pub result: LogonResult,
    /// Whether the caller proved to have the Secret.
    pub proved: bool,
    /// How often.
    pub count: u64,
    /// The references of the last refusals among them, oldest first.
    pub references: Vec<Reference>,
}

impl LogonRow {
    /// The reference of the last refusal.
    pub fn reference(&self) -> Option<Reference> {
        self.references.last().copied()
    }

    /// Table and operation, or the menu item, in words; empty for a plain logon.
    pub fn target(&self) -> String {
        let operation = self.operation.map_or("", Operation::code);
        let table = self.table.as_deref().unwrap_or_default();
        let menu = self.menu.as_deref().unwrap_or_default();
        [operation, table, menu].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// When a key was accepted last, and by whom it was used then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUse {
    /// When.
    pub time: Time,
    /// Where the call came from.
    pub source: String,
    /// The program that called; may be empty.
    pub agent: String,
}

/// Longest text of a caller that is kept, in characters.
const LONGEST: usize = 200;

/// A caller's text as it is kept: cut to 200 characters, and without anything in it that looks like a Secret.
pub fn kept(text: &str) -> String {
    let mut kept = String::with_capacity(text.len().min(LONGEST * 4));
    let mut rest = text;
    while let Some(at) = ["cs_dev_", "cs_stg_", "cs_prd_"].iter().filter_map(|mark| rest.find(mark)).min() {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        kept.push_str("(a Secret, not kept)");
        rest = from.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    }
    kept.push_str(rest);
    match kept.char_indices().nth(LONGEST) {
        Some((end, _)) => kept[..end].to_owned(),
        None => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_back_as_people_type_it() {
        let reference = Reference::from_bits(0x00_1234_5678);
        let written = reference.to_string();
        assert_eq!(written.len(), 9);
        for typed in
            [written.clone(), written.to_lowercase(), written.replace('-', ""), format!(" {written} ")]
        {
            assert_eq!(Reference::parse(&typed), Some(reference), "{typed}");
        }
        assert_eq!(Reference::parse("OOOO-OOIL"), Reference::parse("0000-0011"));
        for bad in ["", "ABCD", "ABCD-EFG", "ABCD-EFGHJ", "ABCD-EFGU", "ÄBCD-EFGH"] {
            assert_eq!(Reference::parse(bad), None, "{bad}");
        }
        let json = serde_json::to_string(&reference).unwrap();
        assert_eq!(serde_json::from_str::<Reference>(&json).unwrap(), reference);
    }

    #[test]
    fn no_part_of_a_secret_is_kept_of_what_a_caller_says() {
        let secret = "cs_prd_0123456789abcdefghijABCDEFGHIJ0123456789abcABCDEF";
        for text in [secret.to_owned(), format!("curl {secret}"), format!("a {secret}, {secret} b")] {
            let kept = kept(&text);
            assert!(!kept.contains("012345") && kept.contains("not kept"), "{kept}");
        }
        assert_eq!(kept("Mozilla/5.0 (docs_x)"), "Mozilla/5.0 (docs_x)");
        assert_eq!(kept(&"ü".repeat(500)).chars().count(), 200);
    }

    #[test]
    fn a_result_is_one_of_four_words() {
        assert_eq!("Refused".parse::<ResultFilter>().unwrap(), ResultFilter::Refused);
        for result in LogonResult::ALL {
            let only: ResultFilter = result.code().parse().unwrap();
            assert!(LogonResult::ALL.into_iter().all(|other| only.has(other) == (other == result)));
            let json = serde_json::to_string(&only).unwrap();
            assert_eq!(serde_json::from_str::<ResultFilter>(&json).unwrap(), only);
        }
        assert!("denied".parse::<ResultFilter>().is_err());
        assert!(ResultFilter::Refused.has(LogonResult::Invalid));
    }
}
