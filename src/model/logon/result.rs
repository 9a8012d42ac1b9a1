//! What came of a logon, and which results a question means.
//!
//! Three words, the same in JSON, on the command line and in filters; why it came so is a ladder's matter.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

use crate::model::field::ParseError;
use crate::model::text::escape;

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

#[cfg(test)]
mod tests {
    use super::*;

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
