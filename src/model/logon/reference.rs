//! The reference of a refusal: what its caller gets, and an administrator types to learn why.
//!
//! A name and nothing else: it says neither which key it was nor what was wrong.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::model::field::ParseError;
use crate::model::text::escape;

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
}
